# Answers that students really give to lab 2: wrong ones must earn nothing, right ones everything.

# %% 1.1 wrong: width before height
NUMBER = ()
SENTENCE = (7,)
GREY = (20, 30)
PHOTO = (20, 30, 3)
SENTENCES = (32, 7, 50)
FILM = (24, 20, 30, 3)
FILMS = (4, 24, 20, 30, 3)

# %% 1.1 wrong: channels first
NUMBER = ()
SENTENCE = (7,)
GREY = (30, 20)
PHOTO = (3, 30, 20)
SENTENCES = (32, 7, 50)
FILM = (24, 3, 30, 20)
FILMS = (4, 24, 3, 30, 20)

# %% 1.1 wrong: a number is an array of one
NUMBER = (1,)
SENTENCE = (7,)
GREY = (30, 20)
PHOTO = (30, 20, 3)
SENTENCES = (32, 7, 50)
FILM = (24, 30, 20, 3)
FILMS = (4, 24, 30, 20, 3)

# %% 1.1 wrong: (7) is no tuple
NUMBER = ()
SENTENCE = (7)
GREY = (30, 20)
PHOTO = (30, 20, 3)
SENTENCES = (32, 7, 50)
FILM = (24, 30, 20, 3)
FILMS = (4, 24, 30, 20, 3)

# %% 1.1 wrong: forgets that words are vectors
NUMBER = ()
SENTENCE = (7,)
GREY = (30, 20)
PHOTO = (30, 20, 3)
SENTENCES = (32, 7)
FILM = (24, 30, 20, 3)
FILMS = (4, 24, 30, 20, 3)

# %% 1.1 right: lists, each built on the one before
NUMBER = []
SENTENCE = [7]
GREY = [30, 20]
PHOTO = GREY + [3]
SENTENCES = [32] + SENTENCE + [50]
FILM = [24] + PHOTO
FILMS = [4] + FILM

# %% 2.1 wrong: drops what is left
def minibatches(n, size, seed):
    order = np.random.default_rng(seed).permutation(n)
    return [order[i * size:(i + 1) * size] for i in range(n // size)]

# %% 2.1 wrong: never shuffles
def minibatches(n, size, seed):
    return [np.arange(n)[i:i + size] for i in range(0, n, size)]

# %% 2.1 wrong: draws each minibatch anew
def minibatches(n, size, seed):
    rng, rows = np.random.default_rng(seed), []
    for i in range(0, n, size):
        rows.append(rng.integers(0, n, min(size, n - i)))
    return rows

# %% 2.1 wrong: shuffles the minibatches, not the rows
def minibatches(n, size, seed):
    cut = [np.arange(n)[i:i + size] for i in range(0, n, size)]
    return cut[:-1][::-1] + cut[-1:]

# %% 2.1 wrong: always the same order
def minibatches(n, size, seed):
    order = np.random.default_rng(0).permutation(n)
    return [order[i:i + size] for i in range(0, n, size)]

# %% 2.1 wrong: size is taken for the number of minibatches
def minibatches(n, size, seed):
    return np.array_split(np.random.default_rng(seed).permutation(n), size)

# %% 2.1 right: np.split at the right places, and an older generator
def minibatches(n, size, seed):
    order = np.arange(n)
    np.random.RandomState(seed).shuffle(order)
    return np.split(order, np.arange(size, n, size))

# %% 2.1 right: pops from a list
def minibatches(n, size, seed):
    left, cut = list(np.random.default_rng(seed).permutation(n)), []
    while left:
        cut.append(np.array(left[:size]))
        left = left[size:]
    return cut

# %% 3.1 wrong: sums instead of means
def mean_squared_error(truth, said):
    return np.sum((truth - said) ** 2)

def binary_cross_entropy(truth, p):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return -np.sum(truth * np.log(p) + (1 - truth) * np.log(1 - p))

# %% 3.1 wrong: the absolute error
def mean_squared_error(truth, said):
    return np.mean(np.abs(truth - said))

def binary_cross_entropy(truth, p):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return -np.mean(truth * np.log(p) + (1 - truth) * np.log(1 - p))

# %% 3.1 wrong: does not clip
def mean_squared_error(truth, said):
    return np.mean((truth - said) ** 2)

def binary_cross_entropy(truth, p):
    return -np.mean(truth * np.log(p) + (1 - truth) * np.log(1 - p))

# %% 3.1 wrong: forgets the zeros
def mean_squared_error(truth, said):
    return np.mean((truth - said) ** 2)

def binary_cross_entropy(truth, p):
    return -np.mean(truth * np.log(np.clip(p, 1e-7, 1)))

# %% 3.1 wrong: the logarithm to base 10
def mean_squared_error(truth, said):
    return np.mean((truth - said) ** 2)

def binary_cross_entropy(truth, p):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return -np.mean(truth * np.log10(p) + (1 - truth) * np.log10(1 - p))

# %% 3.1 wrong: the sign is lost
def mean_squared_error(truth, said):
    return np.mean((truth - said) ** 2)

def binary_cross_entropy(truth, p):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return np.mean(truth * np.log(p) + (1 - truth) * np.log(1 - p))

# %% 3.1 wrong: one loss for each example
def mean_squared_error(truth, said):
    return (truth - said) ** 2

def binary_cross_entropy(truth, p):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return -(truth * np.log(p) + (1 - truth) * np.log(1 - p))

# %% 3.1 wrong: Keras does it
def mean_squared_error(truth, said):
    return float(keras.losses.mean_squared_error(truth, said))

def binary_cross_entropy(truth, p):
    return float(keras.losses.binary_crossentropy(truth, p))

# %% 3.1 right: where, and a sum divided
def mean_squared_error(truth, said):
    return ((truth - said) * (truth - said)).sum() / truth.size

def binary_cross_entropy(truth, p):
    given = np.where(truth == 1, p, 1 - p)
    return np.mean(-np.log(np.minimum(np.maximum(given, 1e-7), 1 - 1e-7)))

# %% 3.2 wrong: softmax over the batch
def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)

def categorical_cross_entropy(truth, p):
    return -np.mean(np.sum(truth * np.log(np.clip(p, 1e-7, 1)), axis=-1))

# %% 3.2 wrong: softmax over everything
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()

def categorical_cross_entropy(truth, p):
    return -np.mean(np.sum(truth * np.log(np.clip(p, 1e-7, 1)), axis=-1))

# %% 3.2 wrong: overflows
def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)

def categorical_cross_entropy(truth, p):
    return -np.mean(np.sum(truth * np.log(np.clip(p, 1e-7, 1)), axis=-1))

# %% 3.2 wrong: takes off the largest of all, not of the row
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=-1, keepdims=True)

def categorical_cross_entropy(truth, p):
    return -np.mean(np.sum(truth * np.log(np.clip(p, 1e-7, 1)), axis=-1))

# %% 3.2 wrong: means over classes, too
def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

def categorical_cross_entropy(truth, p):
    return -np.mean(truth * np.log(np.clip(p, 1e-7, 1)))

# %% 3.2 wrong: the other classes count, too
def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

def categorical_cross_entropy(truth, p):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return -np.mean(np.sum(truth * np.log(p) + (1 - truth) * np.log(1 - p), axis=-1))

# %% 3.2 wrong: no clip
def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

def categorical_cross_entropy(truth, p):
    return -np.mean(np.log(np.sum(truth * p, axis=-1)))

# %% 3.2 wrong: divides by the sum of z
def softmax(z):
    return z / z.sum(axis=-1, keepdims=True)

def categorical_cross_entropy(truth, p):
    return -np.mean(np.sum(truth * np.log(np.clip(p, 1e-7, 1)), axis=-1))

# %% 3.2 right: picks the true class by its number
def softmax(z):
    e = np.exp(z - np.max(z, -1)[..., None])
    return e / np.sum(e, -1)[..., None]

def categorical_cross_entropy(truth, p):
    given = np.take_along_axis(p, truth.argmax(-1)[..., None], -1)
    return np.mean(-np.log(np.maximum(given, 1e-7)))

# %% 4.1 wrong: uphill
def descend(w, rate, steps):
    path = [np.array(w, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] + rate * path[-1] * [1, 10])
    return np.array(path)

LIMIT = 0.2

# %% 4.1 wrong: changes the one array that the path holds again and again
def descend(w, rate, steps):
    w = np.array(w, dtype=float)
    path = [w]
    for _ in range(steps):
        w -= rate * w * [1, 10]
        path.append(w)
    return np.array(path)

LIMIT = 0.2

# %% 4.1 wrong: the slope of w₂ without its 10
def descend(w, rate, steps):
    path = [np.array(w, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - rate * path[-1])
    return np.array(path)

LIMIT = 0.2

# %% 4.1 wrong: forgets to keep the start
def descend(w, rate, steps):
    path, w = [], np.array(w, dtype=float)
    for _ in range(steps):
        w = w - rate * w * [1, 10]
        path.append(w)
    return np.array(path)

LIMIT = 0.2

# %% 4.1 wrong: always the slope of the start
def descend(w, rate, steps):
    w = np.array(w, dtype=float)
    return np.array([w - step * rate * w * [1, 10] for step in range(steps + 1)])

LIMIT = 0.2

# %% 4.1 wrong: the best rate instead of the largest
def descend(w, rate, steps):
    path = [np.array(w, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - rate * path[-1] * [1, 10])
    return np.array(path)

LIMIT = 0.1

# %% 4.1 wrong: the limit of the flat side
def descend(w, rate, steps):
    path = [np.array(w, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - rate * path[-1] * [1, 10])
    return np.array(path)

LIMIT = 2

# %% 4.1 right: in closed form
def descend(w, rate, steps):
    step = np.arange(steps + 1)[:, None]
    return np.asarray(w) * (1 - rate * np.array([1.0, 10.0])) ** step

LIMIT = 1 / 5

# %% 4.1 right: two numbers at a time
def descend(w, rate, steps):
    w1, w2 = w
    path = [(w1, w2)]
    while len(path) <= steps:
        w1, w2 = w1 - rate * w1, w2 - rate * 10 * w2
        path.append((w1, w2))
    return path

LIMIT = 0.2

# %% 5.1 wrong: moves by the old velocity
def momentum_step(w, v, slope, rate, mu=0.9):
    return w + v, mu * v - rate * slope

# %% 5.1 wrong: a running mean, as Adam has it
def momentum_step(w, v, slope, rate, mu=0.9):
    v = mu * v + (1 - mu) * slope
    return w - rate * v, v

# %% 5.1 wrong: the rate outside of the velocity
def momentum_step(w, v, slope, rate, mu=0.9):
    v = mu * v + slope
    return w - rate * v, v

# %% 5.1 wrong: in place
def momentum_step(w, v, slope, rate, mu=0.9):
    v *= mu
    v -= rate * slope
    w += v
    return w, v

# %% 5.1 wrong: Nesterov's
def momentum_step(w, v, slope, rate, mu=0.9):
    v = mu * v - rate * slope
    return w + mu * v - rate * slope, v

# %% 5.1 wrong: mu is fixed
def momentum_step(w, v, slope, rate, mu=0.9):
    v = 0.9 * v - rate * slope
    return w + v, v

# %% 5.1 right: without new names
def momentum_step(w, v, slope, rate, mu=0.9):
    return w + mu * v - rate * slope, np.multiply(mu, v) - np.multiply(rate, slope)

# %% 5.2 wrong: the old mean
def rmsprop_step(w, s, slope, rate, rho=0.9, epsilon=1e-7):
    return w - rate * slope / np.sqrt(s + epsilon), rho * s + (1 - rho) * slope ** 2

# %% 5.2 wrong: no root
def rmsprop_step(w, s, slope, rate, rho=0.9, epsilon=1e-7):
    s = rho * s + (1 - rho) * slope ** 2
    return w - rate * slope / (s + epsilon), s

# %% 5.2 wrong: ε outside of the root
def rmsprop_step(w, s, slope, rate, rho=0.9, epsilon=1e-7):
    s = rho * s + (1 - rho) * slope ** 2
    return w - rate * slope / (np.sqrt(s) + epsilon), s

# %% 5.2 wrong: a sum instead of a mean (that is AdaGrad)
def rmsprop_step(w, s, slope, rate, rho=0.9, epsilon=1e-7):
    s = s + slope ** 2
    return w - rate * slope / np.sqrt(s + epsilon), s

# %% 5.2 wrong: not squared
def rmsprop_step(w, s, slope, rate, rho=0.9, epsilon=1e-7):
    s = rho * s + (1 - rho) * np.abs(slope)
    return w - rate * slope / np.sqrt(s + epsilon), s

# %% 5.2 wrong: one mean for all weights
def rmsprop_step(w, s, slope, rate, rho=0.9, epsilon=1e-7):
    s = rho * s + (1 - rho) * np.mean(slope ** 2)
    return w - rate * slope / np.sqrt(s + epsilon), s

# %% 5.2 wrong: in place
def rmsprop_step(w, s, slope, rate, rho=0.9, epsilon=1e-7):
    s *= rho
    s += (1 - rho) * slope ** 2
    return w - rate * slope / np.sqrt(s + epsilon), s

# %% 5.2 right: a step towards the square
def rmsprop_step(w, s, slope, rate, rho=0.9, epsilon=1e-7):
    after = s + (1 - rho) * (slope * slope - s)
    return w - rate * slope * (after + epsilon) ** -0.5, after

# %% 5.3 wrong: no hats
def adam_step(w, m, s, slope, t, rate, beta1=0.9, beta2=0.999, epsilon=1e-7):
    m = beta1 * m + (1 - beta1) * slope
    s = beta2 * s + (1 - beta2) * slope ** 2
    return w - rate * m / (np.sqrt(s) + epsilon), m, s

# %% 5.3 wrong: keeps the hats
def adam_step(w, m, s, slope, t, rate, beta1=0.9, beta2=0.999, epsilon=1e-7):
    m = (beta1 * m + (1 - beta1) * slope) / (1 - beta1 ** t)
    s = (beta2 * s + (1 - beta2) * slope ** 2) / (1 - beta2 ** t)
    return w - rate * m / (np.sqrt(s) + epsilon), m, s

# %% 5.3 wrong: the betas are exchanged
def adam_step(w, m, s, slope, t, rate, beta1=0.9, beta2=0.999, epsilon=1e-7):
    m = beta2 * m + (1 - beta2) * slope
    s = beta1 * s + (1 - beta1) * slope ** 2
    return w - rate * m / (1 - beta2 ** t) / (np.sqrt(s / (1 - beta1 ** t)) + epsilon), m, s

# %% 5.3 wrong: the hats of the first step for ever
def adam_step(w, m, s, slope, t, rate, beta1=0.9, beta2=0.999, epsilon=1e-7):
    m = beta1 * m + (1 - beta1) * slope
    s = beta2 * s + (1 - beta2) * slope ** 2
    return w - rate * m / (1 - beta1) / (np.sqrt(s / (1 - beta2)) + epsilon), m, s

# %% 5.3 wrong: t counts from 0
def adam_step(w, m, s, slope, t, rate, beta1=0.9, beta2=0.999, epsilon=1e-7):
    m = beta1 * m + (1 - beta1) * slope
    s = beta2 * s + (1 - beta2) * slope ** 2
    m_hat, s_hat = m / (1 - beta1 ** (t + 1)), s / (1 - beta2 ** (t + 1))
    return w - rate * m_hat / (np.sqrt(s_hat) + epsilon), m, s

# %% 5.3 wrong: the slope instead of its mean
def adam_step(w, m, s, slope, t, rate, beta1=0.9, beta2=0.999, epsilon=1e-7):
    m = beta1 * m + (1 - beta1) * slope
    s = beta2 * s + (1 - beta2) * slope ** 2
    return w - rate * slope / (np.sqrt(s / (1 - beta2 ** t)) + epsilon), m, s

# %% 5.3 right: as Keras orders it
def adam_step(w, m, s, slope, t, rate, beta1=0.9, beta2=0.999, epsilon=1e-7):
    alpha = rate * np.sqrt(1 - beta2 ** t) / (1 - beta1 ** t)
    m = m + (slope - m) * (1 - beta1)
    s = s + (slope ** 2 - s) * (1 - beta2)
    return [w - alpha * m / (np.sqrt(s) + epsilon), m, s]

# %% 6.1 wrong: no warm-up
def rate_at(step, steps, peak, warmup):
    return peak * (1 + np.cos(np.pi * step / steps)) / 2

# %% 6.1 wrong: the fall counts from step 0
def rate_at(step, steps, peak, warmup):
    if step < warmup:
        return peak * step / warmup
    return peak * (1 + np.cos(np.pi * step / steps)) / 2

# %% 6.1 wrong: falls in a straight line
def rate_at(step, steps, peak, warmup):
    if step < warmup:
        return peak * step / warmup
    return peak * (steps - step) / (steps - warmup)

# %% 6.1 wrong: a quarter of a cosine
def rate_at(step, steps, peak, warmup):
    if step < warmup:
        return peak * step / warmup
    return peak * np.cos(np.pi / 2 * (step - warmup) / (steps - warmup))

# %% 6.1 wrong: down to minus the peak
def rate_at(step, steps, peak, warmup):
    if step < warmup:
        return peak * step / warmup
    return peak * np.cos(np.pi * (step - warmup) / (steps - warmup))

# %% 6.1 wrong: starts at one step's worth
def rate_at(step, steps, peak, warmup):
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak * (1 + np.cos(np.pi * (step - warmup) / (steps - warmup))) / 2

# %% 6.1 wrong: divides by the warm-up even where there is none
def rate_at(step, steps, peak, warmup):
    climb = peak * step / warmup
    fall = peak * (1 + np.cos(np.pi * (step - warmup) / (steps - warmup))) / 2
    return climb if step < warmup else fall

# %% 6.1 right: the squared cosine of half the angle
def rate_at(step, steps, peak, warmup):
    if step >= warmup:
        return peak * np.cos(np.pi / 2 * (step - warmup) / (steps - warmup)) ** 2
    return step * (peak / warmup)

# %% 8.1 wrong: rows
def filter_normalise(direction, weights):
    rows = lambda one: np.linalg.norm(one, axis=1, keepdims=True)
    return direction / rows(direction) * rows(weights)

# %% 8.1 wrong: one length for the whole matrix
def filter_normalise(direction, weights):
    return direction / np.linalg.norm(direction) * np.linalg.norm(weights)

# %% 8.1 wrong: does not divide first
def filter_normalise(direction, weights):
    return direction * np.linalg.norm(weights, axis=0)

# %% 8.1 wrong: number by number
def filter_normalise(direction, weights):
    return np.sign(direction) * np.abs(weights)

# %% 8.1 wrong: columns of length 1
def filter_normalise(direction, weights):
    return direction / np.linalg.norm(direction, axis=0)

# %% 8.1 wrong: the sum of sizes instead of the length
def filter_normalise(direction, weights):
    return direction / np.abs(direction).sum(axis=0) * np.abs(weights).sum(axis=0)

# %% 8.1 right: a column at a time
def filter_normalise(direction, weights):
    columns = []
    for d, w in zip(direction.T, weights.T):
        columns.append(d * (np.dot(w, w) / np.dot(d, d)) ** 0.5)
    return np.stack(columns, axis=1)
