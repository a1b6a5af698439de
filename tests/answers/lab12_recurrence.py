# Answers that students really give to lab 12: wrong ones must earn nothing, right ones everything.

# %% 1.1 wrong: each word once
def bag(sentence):
    return {word: 1 for word in sentence.split()}

PAIR = ("Bob likes figs and Ann sells nuts", "Bob likes nuts and Ann sells figs")

# %% 1.1 wrong: counts letters
def bag(sentence):
    return {letter: sentence.count(letter) for letter in set(sentence)}

PAIR = ("Bob likes figs and Ann sells nuts", "Bob likes nuts and Ann sells figs")

# %% 1.1 wrong: the bags differ
def bag(sentence):
    words = sentence.split()
    return {word: words.count(word) for word in words}

PAIR = ("Bob likes figs and Ann sells nuts", "Bob likes nuts and Ann sells nuts")

# %% 1.1 wrong: Bob likes the same in both
def bag(sentence):
    words = sentence.split()
    return {word: words.count(word) for word in words}

PAIR = ("Bob likes figs and Ann sells nuts", "Bob likes figs and nuts sells Ann")

# %% 1.1 wrong: twice the same sentence
def bag(sentence):
    words = sentence.split()
    return {word: words.count(word) for word in words}

PAIR = ("Bob likes figs and Ann sells nuts", "Bob likes figs and Ann sells nuts")

# %% 1.1 right: counted by count, a list of two
def bag(sentence):
    words = sentence.split(" ")
    return {word: words.count(word) for word in set(words)}

PAIR = ["Bob likes apples and Eve picks pears", "Bob likes pears and Eve picks apples"]

# %% 2.1 wrong: the last state alone
def recurrence(x, W, U, b):
    h = np.zeros(len(b))
    for row in x:
        h = np.tanh(row @ W + h @ U + b)
    return h

# %% 2.1 wrong: no memory
def recurrence(x, W, U, b):
    return np.tanh(x @ W + b)

# %% 2.1 wrong: U from the wrong side
def recurrence(x, W, U, b):
    h, states = np.zeros(len(b)), []
    for row in x:
        h = np.tanh(row @ W + U @ h + b)
        states.append(h)
    return np.array(states)

# %% 2.1 wrong: forgets b
def recurrence(x, W, U, b):
    h, states = np.zeros(len(b)), []
    for row in x:
        h = np.tanh(row @ W + h @ U)
        states.append(h)
    return np.array(states)

# %% 2.1 wrong: tanh of the old state, too
def recurrence(x, W, U, b):
    h, states = np.zeros(len(b)), []
    for row in x:
        h = np.tanh(row @ W + np.tanh(h) @ U + b)
        states.append(h)
    return np.array(states)

# %% 2.1 wrong: begins at ones
def recurrence(x, W, U, b):
    h, states = np.ones(len(b)), []
    for row in x:
        h = np.tanh(row @ W + h @ U + b)
        states.append(h)
    return np.array(states)

# %% 2.1 right: fills an array
def recurrence(x, W, U, b):
    states = np.zeros((len(x) + 1, len(b)))
    for t in range(len(x)):
        states[t + 1] = np.tanh(np.dot(x[t], W) + np.dot(states[t], U) + b)
    return states[1:]

# %% 2.2 wrong: no bias
def count(cell, inputs, units):
    part = inputs * units + units * units
    return {"elman": part, "lstm": 4 * part, "gru": 3 * part}[cell]

# %% 2.2 wrong: the GRU with one bias
def count(cell, inputs, units):
    part = inputs * units + units * units + units
    return {"elman": part, "lstm": 4 * part, "gru": 3 * part}[cell]

# %% 2.2 wrong: the LSTM has three gates only
def count(cell, inputs, units):
    part = inputs * units + units * units + units
    return {"elman": part, "lstm": 3 * part, "gru": 3 * (part + units)}[cell]

# %% 2.2 wrong: forgets U
def count(cell, inputs, units):
    part = inputs * units + units
    return {"elman": part, "lstm": 4 * part, "gru": 3 * (part + units)}[cell]

# %% 2.2 wrong: the lecture's number for all
def count(cell, inputs, units):
    return {"elman": 1376, "lstm": 5504, "gru": 4224}[cell]

# %% 2.2 right: three branches
def count(cell, inputs, units):
    if cell == "elman":
        return (inputs + units + 1) * units
    if cell == "lstm":
        return 4 * (inputs + units + 1) * units
    return 3 * (inputs + units + 2) * units

# %% 3.1 wrong: forgets the slope of tanh
def slope_norms(states, U):
    product, norms = np.eye(len(U)), []
    for _ in states:
        norms.append(np.linalg.norm(product))
        product = U @ product
    return np.array(norms)

# %% 3.1 wrong: scales rows instead of columns
def slope_norms(states, U):
    product = np.eye(len(U))
    norms = [np.linalg.norm(product)]
    for h in states[:0:-1]:
        product = (U * (1 - h ** 2)[:, None]) @ product
        norms.append(np.linalg.norm(product))
    return np.array(norms)

# %% 3.1 wrong: from the first state on, instead of from the last
def slope_norms(states, U):
    product = np.eye(len(U))
    norms = [np.linalg.norm(product)]
    for h in states[1:]:
        product = (U * (1 - h ** 2)) @ product
        norms.append(np.linalg.norm(product))
    return np.array(norms)

# %% 3.1 wrong: one lag too few
def slope_norms(states, U):
    product, norms = np.eye(len(U)), []
    for h in states[:0:-1]:
        product = (U * (1 - h ** 2)) @ product
        norms.append(np.linalg.norm(product))
    return np.array(norms)

# %% 3.1 wrong: norms are multiplied instead of matrices
def slope_norms(states, U):
    norms = [np.linalg.norm(np.eye(len(U)))]
    for h in states[:0:-1]:
        norms.append(norms[-1] * np.linalg.norm(U * (1 - h ** 2)))
    return np.array(norms)

# %% 3.1 wrong: the earlier step on the right
def slope_norms(states, U):
    product = np.eye(len(U))
    norms = [np.linalg.norm(product)]
    for h in states[:0:-1]:
        product = product @ (U * (1 - h ** 2))
        norms.append(np.linalg.norm(product))
    return np.array(norms)

# %% 3.1 right: with diagonal matrices, transposed
def slope_norms(states, U):
    product, norms = np.identity(len(U)), []
    for h in reversed(list(states)):
        norms.append(np.sqrt(np.sum(product ** 2)))
        product = product @ np.diag(1 - h ** 2) @ U.T
    return np.array(norms)

# %% 3.2 wrong: each for itself
def clip(gradients, limit):
    return [g * min(1, limit / max(np.linalg.norm(g), 1e-12)) for g in gradients]

# %% 3.2 wrong: each number for itself
def clip(gradients, limit):
    return [np.clip(g, -limit, limit) for g in gradients]

# %% 3.2 wrong: always as long as the limit
def clip(gradients, limit):
    length = np.sqrt(sum(np.sum(g ** 2) for g in gradients))
    return [g * limit / length for g in gradients]

# %% 3.2 wrong: lengths are added instead of squares
def clip(gradients, limit):
    length = sum(np.linalg.norm(g) for g in gradients)
    return [g * min(1, limit / max(length, 1e-12)) for g in gradients]

# %% 3.2 wrong: no root
def clip(gradients, limit):
    length = sum(np.sum(g ** 2) for g in gradients)
    return [g * min(1, limit / max(length, 1e-12)) for g in gradients]

# %% 3.2 wrong: TensorFlow does it
def clip(gradients, limit):
    return [g.numpy() for g in tf.clip_by_global_norm(gradients, limit)[0]]

# %% 3.2 right: one long row
def clip(gradients, limit):
    row = np.concatenate([np.ravel(g) for g in gradients])
    return [g / max(1.0, np.sqrt(row @ row) / limit) for g in gradients]

# %% 4.1 wrong: the parts in the order f, i, g, o
def lstm_step(x, h, c, W, U, b):
    s = lambda z: 1 / (1 + np.exp(-z))
    f, i, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    c = s(f) * c + s(i) * np.tanh(g)
    return s(o) * np.tanh(c), c

# %% 4.1 wrong: no tanh on g
def lstm_step(x, h, c, W, U, b):
    s = lambda z: 1 / (1 + np.exp(-z))
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    c = s(f) * c + s(i) * g
    return s(o) * np.tanh(c), c

# %% 4.1 wrong: h from the old c
def lstm_step(x, h, c, W, U, b):
    s = lambda z: 1 / (1 + np.exp(-z))
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    return s(o) * np.tanh(c), s(f) * c + s(i) * np.tanh(g)

# %% 4.1 wrong: h without tanh
def lstm_step(x, h, c, W, U, b):
    s = lambda z: 1 / (1 + np.exp(-z))
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    c = s(f) * c + s(i) * np.tanh(g)
    return s(o) * c, c

# %% 4.1 wrong: c first
def lstm_step(x, h, c, W, U, b):
    s = lambda z: 1 / (1 + np.exp(-z))
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    c = s(f) * c + s(i) * np.tanh(g)
    return c, s(o) * np.tanh(c)

# %% 4.1 wrong: keeps what the forget gate forgets
def lstm_step(x, h, c, W, U, b):
    s = lambda z: 1 / (1 + np.exp(-z))
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    c = (1 - s(f)) * c + s(i) * np.tanh(g)
    return s(o) * np.tanh(c), c

# %% 4.1 right: slices, and sigmoid by tanh
def lstm_step(x, h, c, W, U, b):
    n = U.shape[0]
    z = np.dot(x, W) + np.dot(h, U) + b
    gate = lambda k: 0.5 * (1 + np.tanh(z[..., k * n:(k + 1) * n] / 2))
    new = gate(1) * c + gate(0) * np.tanh(z[..., 2 * n:3 * n])
    return gate(3) * np.tanh(new), new

# %% 4.2 wrong: never writes
LATCH = ([[0, 0, 5, 0], [0, 0, 0, 0]], [[0, 0, 0, 0]], [-10, 10, 0, 10])

# %% 4.2 wrong: always writes
LATCH = ([[0, 0, 5, 0], [0, 0, 0, 0]], [[0, 0, 0, 0]], [10, -10, 0, 10])

# %% 4.2 wrong: adds to what is there, and forgets nothing
LATCH = ([[0, 0, 5, 0], [20, 0, 0, 0]], [[0, 0, 0, 0]], [-10, 10, 0, 10])

# %% 4.2 wrong: leaks
LATCH = ([[0, 0, 5, 0], [4, -4, 0, 0]], [[0, 0, 0, 0]], [-2, 2, 0, 10])

# %% 4.2 wrong: says nothing
LATCH = ([[0, 0, 5, 0], [20, -20, 0, 0]], [[0, 0, 0, 0]], [-10, 10, 0, -10])

# %% 4.2 wrong: the two inputs exchanged
LATCH = ([[20, -20, 0, 0], [0, 0, 5, 0]], [[0, 0, 0, 0]], [-10, 10, 0, 10])

# %% 4.2 wrong: U as a row without its brackets
LATCH = ([[0, 0, 5, 0], [20, -20, 0, 0]], [0, 0, 0, 0], [-10, 10, 0, 10])

# %% 4.2 right: other numbers, as arrays
LATCH = (np.array([[0, 0, 9, 0], [30, -30, 0, 3]]), np.zeros((1, 4)), np.array([-15, 15, 0, 8]))

# %% 5.1 wrong: zeros behind
def pad(sentences, length):
    rows = np.zeros((len(sentences), length), dtype="int32")
    for row, sentence in zip(rows, sentences):
        row[:len(sentence[-length:])] = sentence[-length:]
    return rows

# %% 5.1 wrong: keeps the beginning of longer ones
def pad(sentences, length):
    return np.array([[0] * (length - len(s)) + s[:length] for s in sentences])

# %% 5.1 wrong: an empty sentence fills the whole row
def pad(sentences, length):
    rows = np.zeros((len(sentences), length), dtype="int32")
    for row, sentence in zip(rows, sentences):
        row[-len(sentence):] = sentence[-length:] if sentence else 1
    return rows

# %% 5.1 wrong: numbers with a point
def pad(sentences, length):
    rows = np.zeros((len(sentences), length))
    for row, sentence in zip(rows, sentences):
        end = sentence[-length:]
        row[length - len(end):] = end
    return rows

# %% 5.1 wrong: Keras does it
def pad(sentences, length):
    return keras.utils.pad_sequences(sentences, length)

# %% 5.1 right: lists joined
def pad(sentences, length):
    return np.array([([0] * length + list(s))[-length:] for s in sentences])

# %% 5.2 wrong: says something at every step
def network(cell):
    return keras.Sequential([
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(len(WORDS), 16),
        getattr(keras.layers, cell)(32, return_sequences=True),
        keras.layers.Dense(6, activation="softmax"),
    ])

# %% 5.2 wrong: no softmax
def network(cell):
    return keras.Sequential([
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(len(WORDS), 16),
        getattr(keras.layers, cell)(32),
        keras.layers.Dense(6),
    ])

# %% 5.2 wrong: always an LSTM
def network(cell):
    return keras.Sequential([
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(len(WORDS), 16),
        keras.layers.LSTM(32),
        keras.layers.Dense(6, activation="softmax"),
    ])

# %% 5.2 wrong: 32 numbers a word
def network(cell):
    return keras.Sequential([
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(len(WORDS), 32),
        getattr(keras.layers, cell)(32),
        keras.layers.Dense(6, activation="softmax"),
    ])

# %% 5.2 wrong: two recurrent layers
def network(cell):
    return keras.Sequential([
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(len(WORDS), 16),
        getattr(keras.layers, cell)(32, return_sequences=True),
        getattr(keras.layers, cell)(32),
        keras.layers.Dense(6, activation="softmax"),
    ])

# %% 5.2 right: the functional way
def network(cell):
    kinds = {"SimpleRNN": keras.layers.SimpleRNN, "GRU": keras.layers.GRU, "LSTM": keras.layers.LSTM}
    words = keras.Input((None,))
    x = keras.layers.Embedding(input_dim=len(WORDS), output_dim=16)(words)
    x = kinds[cell](units=32)(x)
    return keras.Model(words, keras.layers.Dense(6, "softmax")(x))

# %% 7.1 wrong: the backward states stay in the order of reading
def both_ways(x, forward, backward):
    return np.concatenate([recurrence(x, *forward), recurrence(x[::-1], *backward)], axis=1)

# %% 7.1 wrong: both read forward
def both_ways(x, forward, backward):
    return np.concatenate([recurrence(x, *forward), recurrence(x, *backward)], axis=1)

# %% 7.1 wrong: one below the other
def both_ways(x, forward, backward):
    return np.concatenate([recurrence(x, *forward), recurrence(x[::-1], *backward)[::-1]])

# %% 7.1 wrong: the sum of both
def both_ways(x, forward, backward):
    return recurrence(x, *forward) + recurrence(x[::-1], *backward)[::-1]

# %% 7.1 wrong: the same weights both ways
def both_ways(x, forward, backward):
    return np.concatenate([recurrence(x, *forward), recurrence(x[::-1], *forward)[::-1]], axis=1)

# %% 7.1 wrong: inputs turned, not steps
def both_ways(x, forward, backward):
    return np.concatenate([recurrence(x, *forward), recurrence(x[:, ::-1], *backward)[::-1]], axis=1)

# %% 7.1 right: np.flip and hstack
def both_ways(x, forward, backward):
    there = np.asarray(recurrence(x, *forward))
    back = np.asarray(recurrence(np.flip(x, axis=0), *backward))
    return np.hstack([there, np.flip(back, axis=0)])
