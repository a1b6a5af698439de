# Answers that students really give to lab 8: wrong ones must earn nothing, right ones everything.

# %% 1.1 wrong: draws blindly, without looking at the classes
def few(y, k, seed=0):
    order = np.random.default_rng(seed).permutation(len(y))
    n = k * len(np.unique(y))
    return order[:n], order[n:]

# %% 1.1 wrong: the first k of each class, whatever the seed
def few(y, k, seed=0):
    drawn = np.concatenate([np.flatnonzero(y == c)[:k] for c in np.unique(y)])
    return drawn, np.setdiff1d(np.arange(len(y)), drawn)

# %% 1.1 wrong: draws with putting back
def few(y, k, seed=0):
    rng = np.random.default_rng(seed)
    drawn = np.concatenate([rng.choice(np.flatnonzero(y == c), k) for c in np.unique(y)])
    return drawn, np.setdiff1d(np.arange(len(y)), drawn)

# %% 1.1 wrong: the rest holds all rows
def few(y, k, seed=0):
    rng = np.random.default_rng(seed)
    drawn = np.concatenate([rng.permutation(np.flatnonzero(y == c))[:k] for c in np.unique(y)])
    return drawn, np.arange(len(y))

# %% 1.1 wrong: gives the labels, not the rows
def few(y, k, seed=0):
    rng = np.random.default_rng(seed)
    drawn = np.concatenate([rng.permutation(np.flatnonzero(y == c))[:k] for c in np.unique(y)])
    return y[drawn], y[np.setdiff1d(np.arange(len(y)), drawn)]

# %% 1.1 wrong: a row for each class instead of one flat array
def few(y, k, seed=0):
    rng = np.random.default_rng(seed)
    drawn = np.array([rng.permutation(np.flatnonzero(y == c))[:k] for c in np.unique(y)])
    return drawn, np.setdiff1d(np.arange(len(y)), drawn)

# %% 1.1 wrong: takes the classes to be 0, 1, 2 …
def few(y, k, seed=0):
    rng = np.random.default_rng(seed)
    drawn = np.concatenate([rng.permutation(np.flatnonzero(y == c))[:k] for c in range(len(np.unique(y)))])
    return drawn, np.setdiff1d(np.arange(len(y)), drawn)

# %% 1.1 right: one pass through a shuffled order, counting
def few(y, k, seed=0):
    had, drawn, rest = {}, [], []
    for row in np.random.RandomState(seed).permutation(len(y)):
        had[y[row]] = had.get(y[row], 0) + 1
        (drawn if had[y[row]] <= k else rest).append(int(row))
    return drawn, rest

# %% 2.1 wrong: ends with the old outputs
def cut(model, name):
    return keras.Model(model.input, keras.layers.Flatten()(model.output))

# %% 2.1 wrong: forgets to flatten
def cut(model, name):
    return keras.Model(model.input, model.get_layer(name).output)

# %% 2.1 wrong: stops one layer too early
def cut(model, name):
    return keras.Model(model.input, keras.layers.Flatten()(model.get_layer(name).input))

# %% 2.1 wrong: a copy with new random weights
def cut(model, name):
    copy = keras.models.clone_model(model)
    return keras.Model(copy.input, keras.layers.Flatten()(copy.get_layer(name).output))

# %% 2.1 wrong: averages over the picture instead of flattening
def cut(model, name):
    output = model.get_layer(name).output
    return keras.Model(model.input, keras.layers.GlobalAveragePooling2D()(output) if len(output.shape) == 4 else output)

# %% 2.1 right: a Reshape, and model.input
def cut(model, name):
    output = model.get_layer(name).output
    return keras.Model(inputs=model.input, outputs=keras.layers.Reshape((-1,))(output))

# %% 2.1 right: looks for the layer itself, and flattens only what is not flat
def cut(model, name):
    for layer in model.layers:
        if layer.name == name:
            output = layer.output
    if len(output.shape) > 2:
        output = keras.layers.Flatten()(output)
    return keras.Model(model.input, output)

# %% 2.2 wrong: the nearest example, not the nearest mean
def nearest_mean(known, labels, new):
    return np.array([labels[np.sum((known - row) ** 2, axis=1).argmin()] for row in new])

# %% 2.2 wrong: one mean for all features
def nearest_mean(known, labels, new):
    prototypes = np.array([known[labels == c].mean() for c in range(labels.max() + 1)])
    return np.array([np.abs(prototypes - row.mean()).argmin() for row in new])

# %% 2.2 wrong: the farthest
def nearest_mean(known, labels, new):
    prototypes = np.array([known[labels == c].mean(axis=0) for c in range(labels.max() + 1)])
    return np.array([np.sum((prototypes - row) ** 2, axis=1).argmax() for row in new])

# %% 2.2 wrong: differences that are not squared
def nearest_mean(known, labels, new):
    prototypes = np.array([known[labels == c].mean(axis=0) for c in range(labels.max() + 1)])
    return np.array([np.abs(np.sum(prototypes - row, axis=1)).argmin() for row in new])

# %% 2.2 wrong: the largest product with a mean, without its length
def nearest_mean(known, labels, new):
    prototypes = np.array([known[labels == c].mean(axis=0) for c in range(labels.max() + 1)])
    return (new @ prototypes.T).argmax(axis=1)

# %% 2.2 wrong: sums instead of means
def nearest_mean(known, labels, new):
    prototypes = np.array([known[labels == c].sum(axis=0) for c in range(labels.max() + 1)])
    return np.array([np.sum((prototypes - row) ** 2, axis=1).argmin() for row in new])

# %% 2.2 wrong: the classes in the order in which they come
def nearest_mean(known, labels, new):
    names = list(dict.fromkeys(labels.tolist()))
    prototypes = np.array([known[labels == c].mean(axis=0) for c in names])
    return np.array([np.sum((prototypes - row) ** 2, axis=1).argmin() for row in new])

# %% 2.2 right: one table of all distances
def nearest_mean(known, labels, new):
    one_hot = np.eye(labels.max() + 1)[labels]
    means = (one_hot.T @ known) / one_hot.sum(axis=0)[:, None]
    return np.linalg.norm(new[:, None] - means[None], axis=2).argmin(axis=1)

# %% 2.3 wrong: no column of ones
def probe(known, labels, new, l2):
    Y = np.eye(labels.max() + 1)[labels]
    W = np.linalg.solve(known.T @ known + l2 * np.eye(known.shape[1]), known.T @ Y)
    return (new @ W).argmax(axis=1)

# %% 2.3 wrong: forgets the penalty
def probe(known, labels, new, l2):
    A, B = (np.column_stack([part, np.ones(len(part))]) for part in (known, new))
    W = np.linalg.lstsq(A, np.eye(labels.max() + 1)[labels])[0]
    return (B @ W).argmax(axis=1)

# %% 2.3 wrong: predicts the class number itself, and rounds
def probe(known, labels, new, l2):
    A, B = (np.column_stack([part, np.ones(len(part))]) for part in (known, new))
    w = np.linalg.solve(A.T @ A + l2 * np.eye(A.shape[1]), A.T @ labels)
    return np.clip(np.rint(B @ w), 0, labels.max()).astype(int)

# %% 2.3 wrong: returns the outputs, not the class
def probe(known, labels, new, l2):
    A, B = (np.column_stack([part, np.ones(len(part))]) for part in (known, new))
    Y = np.eye(labels.max() + 1)[labels]
    return B @ np.linalg.solve(A.T @ A + l2 * np.eye(A.shape[1]), A.T @ Y)

# %% 2.3 wrong: the largest output over the rows
def probe(known, labels, new, l2):
    A, B = (np.column_stack([part, np.ones(len(part))]) for part in (known, new))
    Y = np.eye(labels.max() + 1)[labels]
    return (B @ np.linalg.solve(A.T @ A + l2 * np.eye(A.shape[1]), A.T @ Y)).argmax(axis=0)

# %% 2.3 wrong: adds λ to every number
def probe(known, labels, new, l2):
    A, B = (np.column_stack([part, np.ones(len(part))]) for part in (known, new))
    Y = np.eye(labels.max() + 1)[labels]
    return (B @ np.linalg.lstsq(A.T @ A + l2, A.T @ Y)[0]).argmax(axis=1)

# %% 2.3 right: rows of zeros that the weights have to fit, too
def probe(known, labels, new, l2):
    A = np.c_[known, np.ones(len(known))]
    Y = (labels[:, None] == np.arange(labels.max() + 1)).astype(float)
    longer = np.vstack([A, l2 ** 0.5 * np.eye(A.shape[1])])
    W, *_ = np.linalg.lstsq(longer, np.vstack([Y, np.zeros((A.shape[1], Y.shape[1]))]), rcond=None)
    return np.argmax(np.c_[new, np.ones(len(new))] @ W, axis=1)

# %% 2.3 right: one weight for each example, a smaller system
def probe(known, labels, new, l2):
    A, B = np.hstack([known, np.ones((len(known), 1))]), np.hstack([new, np.ones((len(new), 1))])
    return np.argmax(B @ A.T @ np.linalg.inv(A @ A.T + l2 * np.eye(len(A))) @ np.eye(labels.max() + 1)[labels], axis=1)

# %% 3.1 wrong: chooses by the test
def choose(validation, test):
    best = max(test, key=lambda name: np.mean(test[name]))
    return best, np.mean(test[best])

# %% 3.1 wrong: the best single draw
def choose(validation, test):
    best = max(validation, key=lambda name: max(validation[name]))
    return best, np.mean(test[best])

# %% 3.1 wrong: reports the share on the letters that chose
def choose(validation, test):
    best = max(validation, key=lambda name: np.mean(validation[name]))
    return best, np.mean(validation[best])

# %% 3.1 wrong: chooses by both
def choose(validation, test):
    best = max(validation, key=lambda name: np.mean(validation[name]) + np.mean(test[name]))
    return best, np.mean(test[best])

# %% 3.1 wrong: always the middle one
def choose(validation, test):
    return "middle", np.mean(test["middle"])

# %% 3.1 wrong: reports the best test draw
def choose(validation, test):
    best = max(validation, key=lambda name: np.mean(validation[name]))
    return best, np.max(test[best])

# %% 3.1 right: a loop
def choose(validation, test):
    best, most = None, -1
    for name, shares in validation.items():
        if sum(shares) / len(shares) > most:
            best, most = name, sum(shares) / len(shares)
    return [best, sum(test[best]) / len(test[best])]

# %% 4.1 wrong: counts tensors
def count(model):
    return len(model.trainable_weights), len(model.non_trainable_weights)

# %% 4.1 wrong: all parameters are trained
def count(model):
    return model.count_params(), 0

# %% 4.1 wrong: by layers that are trainable, moving statistics among them
def count(model):
    trained = sum(layer.count_params() for layer in model.layers if layer.trainable)
    return trained, model.count_params() - trained

# %% 4.1 wrong: adds up the sides of the shapes
def count(model):
    return tuple(sum(sum(weight.shape) for weight in part) for part in (model.trainable_weights, model.non_trainable_weights))

# %% 4.1 wrong: the wrong way round
def count(model):
    trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    return model.count_params() - trained, trained

# %% 4.1 wrong: kernels only, without biases
def count(model):
    return tuple(sum(int(np.prod(w.shape)) for w in part if len(w.shape) > 1) for part in (model.trainable_weights, model.non_trainable_weights))

# %% 4.1 right: the rest by subtraction
def count(model):
    trained = 0
    for weight in model.trainable_weights:
        size = 1
        for side in weight.shape:
            size *= side
        trained += size
    return trained, model.count_params() - trained

# %% 4.2 wrong: forgets to freeze
def transfer(base, classes):
    return keras.Model(base.input, keras.layers.Dense(classes, activation="softmax")(base.output))

# %% 4.2 wrong: no softmax
def transfer(base, classes):
    base.trainable = False
    return keras.Model(base.input, keras.layers.Dense(classes)(base.output))

# %% 4.2 wrong: freezes all, the head as well
def transfer(base, classes):
    model = keras.Model(base.input, keras.layers.Dense(classes, activation="softmax")(base.output))
    model.trainable = False
    return model

# %% 4.2 wrong: a fresh copy of the base
def transfer(base, classes):
    copy = keras.models.clone_model(base)
    copy.trainable = False
    return keras.Model(copy.input, keras.layers.Dense(classes, activation="softmax")(copy.output))

# %% 4.2 wrong: ten outputs, as the digits had
def transfer(base, classes):
    base.trainable = False
    return keras.Model(base.input, keras.layers.Dense(10, activation="softmax")(base.output))

# %% 4.2 wrong: freezes kernels and leaves batch norm
def transfer(base, classes):
    for layer in base.layers:
        layer.trainable = isinstance(layer, keras.layers.BatchNormalization)
    return keras.Model(base.input, keras.layers.Dense(classes, activation="softmax")(base.output))

# %% 4.2 wrong: freezes weight by weight, so that batch norm goes on counting
def transfer(base, classes):
    for weight in base.weights:
        weight.trainable = False
    return keras.Model(base.input, keras.layers.Dense(classes, activation="softmax")(base.output))

# %% 4.2 right: the base as one layer
def transfer(base, classes):
    base.trainable = False
    inputs = keras.Input(base.input_shape[1:])
    return keras.Model(inputs, keras.layers.Dense(classes, activation="softmax")(base(inputs, training=False)))

# %% 4.2 right: Sequential, layer by layer frozen
def transfer(base, classes):
    for layer in base.layers:
        layer.trainable = False
    return keras.Sequential([keras.Input(base.input_shape[1:]), base, keras.layers.Dense(classes), keras.layers.Softmax()])

# %% 4.3 wrong: compiles once
def two_stages(base, x, y, classes, rates=(0.01, 0.0005), epochs=(40, 30)):
    model = transfer(base, classes)
    model.compile(keras.optimizers.Adam(rates[0]), "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=26, epochs=epochs[0], verbose=0)
    base.trainable = True
    model.fit(x, y, batch_size=26, epochs=epochs[1], verbose=0)
    return model

# %% 4.3 wrong: forgets to thaw
def two_stages(base, x, y, classes, rates=(0.01, 0.0005), epochs=(40, 30)):
    model = transfer(base, classes)
    for rate, rounds in zip(rates, epochs):
        model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
        model.fit(x, y, batch_size=26, epochs=rounds, verbose=0)
    return model

# %% 4.3 wrong: everything moves from the start
def two_stages(base, x, y, classes, rates=(0.01, 0.0005), epochs=(40, 30)):
    model = transfer(base, classes)
    base.trainable = True
    for rate, rounds in zip(rates, epochs):
        model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
        model.fit(x, y, batch_size=26, epochs=rounds, verbose=0)
    return model

# %% 4.3 wrong: a new head for stage two
def two_stages(base, x, y, classes, rates=(0.01, 0.0005), epochs=(40, 30)):
    for moves, rate, rounds in zip((False, True), rates, epochs):
        model = transfer(base, classes)
        base.trainable = moves
        model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
        model.fit(x, y, batch_size=26, epochs=rounds, verbose=0)
    return model

# %% 4.3 wrong: the first rate in both stages
def two_stages(base, x, y, classes, rates=(0.01, 0.0005), epochs=(40, 30)):
    model = transfer(base, classes)
    for moves, rounds in zip((False, True), epochs):
        base.trainable = moves
        model.compile(keras.optimizers.Adam(rates[0]), "sparse_categorical_crossentropy")
        model.fit(x, y, batch_size=26, epochs=rounds, verbose=0)
    return model

# %% 4.3 wrong: the rates exchanged
def two_stages(base, x, y, classes, rates=(0.01, 0.0005), epochs=(40, 30)):
    model = transfer(base, classes)
    for moves, rate, rounds in zip((False, True), rates[::-1], epochs):
        base.trainable = moves
        model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
        model.fit(x, y, batch_size=26, epochs=rounds, verbose=0)
    return model

# %% 4.3 wrong: plain descent instead of Adam in stage two
def two_stages(base, x, y, classes, rates=(0.01, 0.0005), epochs=(40, 30)):
    model = transfer(base, classes)
    model.compile(keras.optimizers.Adam(rates[0]), "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=26, epochs=epochs[0], verbose=0)
    model.compile(keras.optimizers.SGD(rates[1]), "sparse_categorical_crossentropy")
    base.trainable = True
    model.fit(x, y, batch_size=26, epochs=epochs[1], verbose=0)
    return model

# %% 4.3 right: written out, stage by stage
def two_stages(base, x, y, classes, rates=(0.01, 0.0005), epochs=(40, 30)):
    model = transfer(base, classes)
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=rates[0]), loss=loss)
    model.fit(x, y, batch_size=26, epochs=epochs[0], verbose=0)
    for layer in model.layers:
        layer.trainable = True
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=rates[1]), loss=loss)
    model.fit(x, y, batch_size=26, epochs=epochs[1], verbose=0)
    return model

# %% 5.1 wrong: after minus before
def forgetting(table):
    table = np.asarray(table)
    return np.mean(table[-1, :-1] - table[:-1, :-1].max(axis=0))

# %% 5.1 wrong: the last task counts as old
def forgetting(table):
    table = np.asarray(table)
    return np.mean(table.max(axis=0) - table[-1])

# %% 5.1 wrong: from the row before the last only
def forgetting(table):
    table = np.asarray(table)
    return np.mean(table[-2, :-1] - table[-1, :-1])

# %% 5.1 wrong: one number for each task
def forgetting(table):
    table = np.asarray(table)
    return table[:-1, :-1].max(axis=0) - table[-1, :-1]

# %% 5.1 wrong: what is left
def forgetting(table):
    return np.mean(np.asarray(table)[-1, :-1])

# %% 5.1 wrong: from right after each task was learned, even where it got better later
def forgetting(table):
    table = np.asarray(table)
    return np.mean(np.diag(table)[:-1] - table[-1, :-1])

# %% 5.1 right: a loop over the old tasks
def forgetting(table):
    rows, drops = [list(row) for row in table], []
    for j in range(len(rows) - 1):
        best = max(row[j] for row in rows[:-1])
        drops.append(best - rows[-1][j])
    return sum(drops) / len(drops)
