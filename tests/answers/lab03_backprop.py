# Answers that students really give to lab 3: wrong ones must earn nothing, right ones everything.

# %% 1.1 wrong: the difference the other way round
BLAME = {"a": 1, "z": 0.25, "p": 0.25, "b": 0.25, "w": 0.75, "x": 0.5}

# %% 1.1 wrong: w and x swapped, each by itself instead of the other factor
BLAME = {"a": -1, "z": -0.25, "p": -0.25, "b": -0.25, "w": -0.5, "x": -0.75}

# %% 1.1 wrong: the 2 of the square is lost
BLAME = {"a": -0.5, "z": -0.125, "p": -0.125, "b": -0.125, "w": -0.375, "x": -0.25}

# %% 1.1 wrong: the slope of each arrow, not multiplied back
BLAME = {"a": -1, "z": 0.25, "p": 1, "b": 1, "w": 3, "x": 2}

# %% 1.1 wrong: the blame of b times its value
BLAME = {"a": -1, "z": -0.25, "p": -0.25, "b": 1.5, "w": -0.75, "x": -0.5}

# %% 1.1 wrong: a number is missing
BLAME = {"a": -1, "z": -0.25, "b": -0.25, "w": -0.75, "x": -0.5}

# %% 1.1 wrong: a list without names
BLAME = [-1, -0.25, -0.25, -0.25, -0.75, -0.5]

# %% 1.1 right: the chain rule written out
at_a = 2 * (0.5 - 1)
at_z = at_a * 0.5 * (1 - 0.5)
BLAME = dict(a=at_a, z=at_z, p=at_z, b=at_z, w=at_z * 3, x=at_z * 2)

# %% 1.2 wrong: the blame of h, without x
def two_roads(w, x, v, t):
    o = v * w * x
    return np.sum((o - t) ** 2) / 2, np.sum(v * (o - t))

# %% 1.2 wrong: the roads are multiplied
def two_roads(w, x, v, t):
    o = v * w * x
    return np.sum((o - t) ** 2) / 2, np.prod(v * (o - t)) * x

# %% 1.2 wrong: forgets the weights of the roads
def two_roads(w, x, v, t):
    o = v * w * x
    return np.sum((o - t) ** 2) / 2, np.sum(o - t) * x

# %% 1.2 wrong: the mean over the roads
def two_roads(w, x, v, t):
    o = v * w * x
    return np.mean((o - t) ** 2) / 2, np.mean(v * (o - t)) * x

# %% 1.2 wrong: the first road alone
def two_roads(w, x, v, t):
    o = v * w * x
    return np.sum((o - t) ** 2) / 2, v[0] * (o[0] - t[0]) * x

# %% 1.2 wrong: a blame for each road, not added up
def two_roads(w, x, v, t):
    o = v * w * x
    return np.sum((o - t) ** 2) / 2, v * (o - t) * x

# %% 1.2 wrong: two roads and never more
def two_roads(w, x, v, t):
    h = w * x
    a, b = v[0] * h - t[0], v[-1] * h - t[-1]
    return (a ** 2 + b ** 2) / 2, (v[0] * a + v[-1] * b) * x

# %% 1.2 wrong: the ½ is forgotten
def two_roads(w, x, v, t):
    o = v * w * x
    return np.sum((o - t) ** 2), np.sum(2 * v * (o - t)) * x

# %% 1.2 right: road by road, in a loop
def two_roads(w, x, v, t):
    E, at_h = 0.0, 0.0
    for weight, target in zip(v, t):
        gap = weight * (w * x) - target
        E += 0.5 * gap * gap
        at_h += gap * weight
    return E, at_h * x

# %% 1.2 right: two dot products
def two_roads(w, x, v, t):
    gap = np.asarray(v) * (w * x) - t
    return gap @ gap / 2, x * (v @ gap)

# %% 2.1 wrong: up only
def numerical_gradient(f, w, h=1e-5):
    slopes = np.zeros(w.shape)
    for place in np.ndindex(w.shape):
        up = w.copy()
        up[place] += h
        slopes[place] = (f(up) - f(w)) / h
    return slopes

# %% 2.1 wrong: down only
def numerical_gradient(f, w, h=1e-5):
    slopes = np.zeros(w.shape)
    for place in np.ndindex(w.shape):
        down = w.copy()
        down[place] -= h
        slopes[place] = (f(w) - f(down)) / h
    return slopes

# %% 2.1 wrong: divides by h instead of 2h
def numerical_gradient(f, w, h=1e-5):
    slopes = np.zeros(w.shape)
    for place in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[place] += h
        down[place] -= h
        slopes[place] = (f(up) - f(down)) / h
    return slopes

# %% 2.1 wrong: nudges all numbers at once
def numerical_gradient(f, w, h=1e-5):
    return np.full(w.shape, (f(w + h) - f(w - h)) / (2 * h))

# %% 2.1 wrong: the copy is made once, so the nudges pile up
def numerical_gradient(f, w, h=1e-5):
    slopes, up, down = np.zeros(w.shape), w.copy(), w.copy()
    for place in np.ndindex(w.shape):
        up[place] += h
        down[place] -= h
        slopes[place] = (f(up) - f(down)) / (2 * h)
    return slopes

# %% 2.1 wrong: nudges w itself and leaves it so
def numerical_gradient(f, w, h=1e-5):
    slopes = np.zeros(w.shape)
    for place in np.ndindex(w.shape):
        w[place] += h
        up = f(w)
        w[place] -= 2 * h
        slopes[place] = (up - f(w)) / (2 * h)
    return slopes

# %% 2.1 wrong: rows only, not the places in them
def numerical_gradient(f, w, h=1e-5):
    slopes = np.zeros(w.shape)
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i] += h
        down[i] -= h
        slopes[i] = (f(up) - f(down)) / (2 * h)
    return slopes

# %% 2.1 wrong: always the same h
def numerical_gradient(f, w, h=1e-5):
    slopes, h = np.zeros(w.shape), 1e-5
    for place in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[place] += h
        down[place] -= h
        slopes[place] = (f(up) - f(down)) / (2 * h)
    return slopes

# %% 2.1 wrong: the sign turned round
def numerical_gradient(f, w, h=1e-5):
    slopes = np.zeros(w.shape)
    for place in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[place] += h
        down[place] -= h
        slopes[place] = (f(down) - f(up)) / (2 * h)
    return slopes

# %% 2.1 right: one nudge after another, as an array of zeros and one h
def numerical_gradient(f, w, h=1e-5):
    slopes = []
    for i in range(w.size):
        nudge = np.zeros(w.size)
        nudge[i] = h
        nudge = nudge.reshape(w.shape)
        slopes.append((f(w + nudge) - f(w - nudge)) / (2 * h))
    return np.array(slopes).reshape(w.shape)

# %% 3.1 wrong: x on the right, as in the lecture's Wx
def forward(x, W1, b1, W2, b2):
    h = np.tanh(W1 @ x + b1)
    return h, W2 @ h + b2

# %% 3.1 wrong: no tanh
def forward(x, W1, b1, W2, b2):
    h = x @ W1 + b1
    return h, h @ W2 + b2

# %% 3.1 wrong: tanh at the end, too
def forward(x, W1, b1, W2, b2):
    h = np.tanh(x @ W1 + b1)
    return h, np.tanh(h @ W2 + b2)

# %% 3.1 wrong: the bias after the tanh
def forward(x, W1, b1, W2, b2):
    h = np.tanh(x @ W1) + b1
    return h, h @ W2 + b2

# %% 3.1 wrong: forgets the last bias
def forward(x, W1, b1, W2, b2):
    h = np.tanh(x @ W1 + b1)
    return h, h @ W2

# %% 3.1 wrong: the scores alone
def forward(x, W1, b1, W2, b2):
    return np.tanh(x @ W1 + b1) @ W2 + b2

# %% 3.1 right: with dot and matmul
def forward(x, W1, b1, W2, b2):
    sums = np.dot(x, W1) + b1
    hidden = (np.exp(2 * sums) - 1) / (np.exp(2 * sums) + 1)
    return hidden, np.matmul(hidden, W2) + b2

# %% 3.2 wrong: forgets the slope of tanh
def backward(x, h, blame, W2):
    at_h = blame @ W2.T
    return x.T @ at_h, at_h.sum(axis=0), h.T @ blame, blame.sum(axis=0)

# %% 3.2 wrong: the friend's parenthesis
def backward(x, h, blame, W2):
    at_sum = blame @ W2.T * (1 - h) ** 2
    return x.T @ at_sum, at_sum.sum(axis=0), h.T @ blame, blame.sum(axis=0)

# %% 3.2 wrong: means instead of sums, divided by n a second time
def backward(x, h, blame, W2):
    at_sum = blame @ W2.T * (1 - h ** 2)
    n = len(x)
    return x.T @ at_sum / n, at_sum.mean(axis=0), h.T @ blame / n, blame.mean(axis=0)

# %% 3.2 wrong: the slope of the sigmoid
def backward(x, h, blame, W2):
    at_sum = blame @ W2.T * h * (1 - h)
    return x.T @ at_sum, at_sum.sum(axis=0), h.T @ blame, blame.sum(axis=0)

# %% 3.2 wrong: biases not summed over the examples
def backward(x, h, blame, W2):
    at_sum = blame @ W2.T * (1 - h ** 2)
    return x.T @ at_sum, at_sum, h.T @ blame, blame

# %% 3.2 wrong: gradients transposed
def backward(x, h, blame, W2):
    at_sum = blame @ W2.T * (1 - h ** 2)
    return at_sum.T @ x, at_sum.sum(axis=0), blame.T @ h, blame.sum(axis=0)

# %% 3.2 wrong: the slope of tanh in the wrong place
def backward(x, h, blame, W2):
    at_h = blame @ W2.T
    return x.T @ at_h * (1 - h.T[0] ** 2).sum(), (at_h * (1 - h ** 2)).sum(axis=0), h.T @ blame, blame.sum(axis=0)

# %% 3.2 wrong: biases' gradients summed to one number
def backward(x, h, blame, W2):
    at_sum = blame @ W2.T * (1 - h ** 2)
    return x.T @ at_sum, at_sum.sum(), h.T @ blame, blame.sum()

# %% 3.2 wrong: W2 not transposed where no shape complains
def backward(x, h, blame, W2):
    at_sum = (blame @ W2 if W2.shape[0] == W2.shape[1] else blame @ W2.T) * (1 - h ** 2)
    return x.T @ at_sum, at_sum.sum(axis=0), h.T @ blame, blame.sum(axis=0)

# %% 3.2 wrong: changes h
def backward(x, h, blame, W2):
    db2, dW2 = blame.sum(axis=0), h.T @ blame
    h *= -h
    h += 1
    at_sum = blame @ W2.T * h
    return x.T @ at_sum, at_sum.sum(axis=0), dW2, db2

# %% 3.2 wrong: asks the tape
def backward(x, h, blame, W2):
    x, h, blame, W2 = (tf.constant(part) for part in (x, h, blame, W2))
    at_sum = blame @ tf.transpose(W2) * (1 - h ** 2)
    return [part.numpy() for part in (tf.transpose(x) @ at_sum, tf.reduce_sum(at_sum, 0), tf.transpose(h) @ blame, tf.reduce_sum(blame, 0))]

# %% 3.2 right: example by example
def backward(x, h, blame, W2):
    inputs, hidden, classes = x.shape[1], h.shape[1], blame.shape[1]
    W1_, b1_, W2_, b2_ = np.zeros((inputs, hidden)), np.zeros(hidden), np.zeros((hidden, classes)), np.zeros(classes)
    for xi, hi, si in zip(x, h, blame):
        di = (1 - hi * hi) * np.dot(W2, si)
        W1_ += np.outer(xi, di)
        b1_ += di
        W2_ += np.outer(hi, si)
        b2_ += si
    return [W1_, b1_, W2_, b2_]

# %% 3.2 right: with einsum
def backward(x, h, blame, W2):
    at_sum = np.einsum("nc,hc->nh", blame, W2) * (1 - np.square(h))
    return np.einsum("ni,nh->ih", x, at_sum), np.ones(len(x)) @ at_sum, np.einsum("nh,nc->hc", h, blame), np.ones(len(x)) @ blame

# %% 3.3 wrong: differences as they are, not as a share
def suspects(claimed, measured):
    return [name for name in claimed if np.abs(claimed[name] - measured[name]).max() > 1e-5]

# %% 3.3 wrong: compares sums, in which errors cancel
def suspects(claimed, measured):
    return [name for name in claimed
            if abs(claimed[name].sum() - measured[name].sum()) > 1e-5 * (abs(claimed[name].sum()) + abs(measured[name].sum()))]

# %% 3.3 wrong: compares lengths only
def suspects(claimed, measured):
    def length(numbers):
        return np.sqrt(np.sum(numbers ** 2))
    return [name for name in claimed
            if abs(length(claimed[name]) - length(measured[name])) > 1e-5 * (length(claimed[name]) + length(measured[name]))]

# %% 3.3 wrong: every digit has to agree
def suspects(claimed, measured):
    return [name for name in claimed if not np.array_equal(claimed[name], measured[name])]

# %% 3.3 wrong: names the good ones
def suspects(claimed, measured):
    return [name for name in claimed
            if np.linalg.norm(claimed[name] - measured[name]) <= 1e-5 * (np.linalg.norm(claimed[name]) + np.linalg.norm(measured[name]))]

# %% 3.3 wrong: a limit that is too generous
def suspects(claimed, measured):
    return [name for name in claimed
            if np.linalg.norm(claimed[name] - measured[name]) > 0.05 * (np.linalg.norm(claimed[name]) + np.linalg.norm(measured[name]))]

# %% 3.3 wrong: knows who it was
def suspects(claimed, measured):
    return ["b1"]

# %% 3.3 wrong: the first suspect only
def suspects(claimed, measured):
    for name in claimed:
        if np.linalg.norm(claimed[name] - measured[name]) > 1e-5 * (np.linalg.norm(claimed[name]) + np.linalg.norm(measured[name])):
            return [name]
    return []

# %% 3.3 wrong: the sum without squares, where signs cancel
def suspects(claimed, measured):
    return [name for name in claimed
            if abs(np.sum(claimed[name] - measured[name])) > 1e-5 * (np.sum(abs(claimed[name])) + np.sum(abs(measured[name])))]

# %% 3.3 right: gap in a loop, with linalg.norm
def suspects(claimed, measured):
    found = []
    for name in measured:
        c, m = np.ravel(claimed[name]), np.ravel(measured[name])
        gap = np.linalg.norm(c - m) / max(np.linalg.norm(c) + np.linalg.norm(m), 1e-300)
        if gap > 1e-5:
            found.append(name)
    return found

# %% 4.1 wrong: uphill
def train(x, y, weights, rate, steps):
    losses = []
    for _ in range(steps):
        h, scores = forward(x, *weights)
        loss, blame = cross_entropy(scores, y)
        losses.append(loss)
        weights = [w + rate * g for w, g in zip(weights, backward(x, h, blame, weights[2]))]
    return weights, losses

# %% 4.1 wrong: forward and backward once, before the loop
def train(x, y, weights, rate, steps):
    losses = []
    h, scores = forward(x, *weights)
    loss, blame = cross_entropy(scores, y)
    gradients = backward(x, h, blame, weights[2])
    for _ in range(steps):
        losses.append(loss)
        weights = [w - rate * g for w, g in zip(weights, gradients)]
    return weights, losses

# %% 4.1 wrong: changes the weights in place
def train(x, y, weights, rate, steps):
    losses = []
    for _ in range(steps):
        h, scores = forward(x, *weights)
        loss, blame = cross_entropy(scores, y)
        losses.append(loss)
        for w, g in zip(weights, backward(x, h, blame, weights[2])):
            w -= rate * g
    return weights, losses

# %% 4.1 wrong: the list itself is changed
def train(x, y, weights, rate, steps):
    losses = []
    for _ in range(steps):
        h, scores = forward(x, *weights)
        loss, blame = cross_entropy(scores, y)
        losses.append(loss)
        for k, g in enumerate(backward(x, h, blame, weights[2])):
            weights[k] = weights[k] - rate * g
    return weights, losses

# %% 4.1 wrong: the loss after the step
def train(x, y, weights, rate, steps):
    losses = []
    for _ in range(steps):
        h, scores = forward(x, *weights)
        blame = cross_entropy(scores, y)[1]
        weights = [w - rate * g for w, g in zip(weights, backward(x, h, blame, weights[2]))]
        losses.append(cross_entropy(forward(x, *weights)[1], y)[0])
    return weights, losses

# %% 4.1 wrong: never forgets its own rate
def train(x, y, weights, rate, steps):
    losses = []
    for _ in range(steps):
        h, scores = forward(x, *weights)
        loss, blame = cross_entropy(scores, y)
        losses.append(loss)
        weights = [w - 0.5 * g for w, g in zip(weights, backward(x, h, blame, weights[2]))]
    return weights, losses

# %% 4.1 wrong: the last layer alone learns
def train(x, y, weights, rate, steps):
    losses = []
    for _ in range(steps):
        h, scores = forward(x, *weights)
        loss, blame = cross_entropy(scores, y)
        losses.append(loss)
        _, _, gW2, gb2 = backward(x, h, blame, weights[2])
        weights = [weights[0], weights[1], weights[2] - rate * gW2, weights[3] - rate * gb2]
    return weights, losses

# %% 4.1 wrong: the last loss only
def train(x, y, weights, rate, steps):
    loss = None
    for _ in range(steps):
        h, scores = forward(x, *weights)
        loss, blame = cross_entropy(scores, y)
        weights = [w - rate * g for w, g in zip(weights, backward(x, h, blame, weights[2]))]
    return weights, loss

# %% 4.1 right: weight by weight
def train(x, y, weights, rate, steps):
    W1, b1, W2, b2 = [w.copy() for w in weights]
    losses = np.zeros(steps)
    for step in range(steps):
        h, s = forward(x, W1, b1, W2, b2)
        losses[step], blame = cross_entropy(s, y)
        gW1, gb1, gW2, gb2 = backward(x, h, blame, W2)
        W1 -= rate * gW1
        b1 -= rate * gb1
        W2 -= rate * gW2
        b2 -= rate * gb2
    return (W1, b1, W2, b2), losses

# %% 5.1 wrong: a product's slope by each input is that input
class Value:
    def __init__(self, data, edges=()):
        self.data, self.edges, self.grad = data, edges, 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, self.data), (other, other.data)])

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1.0

# %% 5.1 wrong: no edges
class Value:
    def __init__(self, data, edges=()):
        self.data, self.edges, self.grad = data, edges, 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data)

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data)

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1.0

# %% 5.1 wrong: a sum's slopes are its inputs
class Value:
    def __init__(self, data, edges=()):
        self.data, self.edges, self.grad = data, edges, 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, self.data), (other, other.data)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1.0

# %% 5.1 wrong: slopes are Values, not numbers
class Value:
    def __init__(self, data, edges=()):
        self.data, self.edges, self.grad = data, edges, 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other), (other, self)])

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1.0

# %% 5.1 wrong: changes itself
class Value:
    def __init__(self, data, edges=()):
        self.data, self.edges, self.grad = data, edges, 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        self.data, self.edges = self.data + other.data, [(self, 1.0), (other, 1.0)]
        return self

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        self.data, self.edges = self.data * other.data, [(self, other.data), (other, self.data)]
        return self

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1.0

# %% 5.1 wrong: plain numbers come back
class Value:
    def __init__(self, data, edges=()):
        self.data, self.edges, self.grad = data, edges, 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self.data + other.data

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self.data * other.data

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1.0

# %% 5.1 wrong: the edge to the second input is forgotten
class Value:
    def __init__(self, data, edges=()):
        self.data, self.edges, self.grad = data, edges, 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, [(self, 1.0)])

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, [(self, other.data)])

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1.0

# %% 5.1 right: edges in a tuple, the second input first
class Value:
    def __init__(self, data, edges=()):
        self.data, self.edges, self.grad = data, edges, 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, tuple((one, 1) for one in (other, self)))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, ((other, self.data), (self, other.data)))

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1.0

# %% 5.2 wrong: 1 - a², of the input
class Value(Value):
    def tanh(self):
        return Value(float(np.tanh(self.data)), [(self, 1 - self.data ** 2)])

    def __pow__(self, n):
        return Value(self.data ** n, [(self, n * self.data ** (n - 1))])

# %% 5.2 wrong: the power's slope forgets the n
class Value(Value):
    def tanh(self):
        t = float(np.tanh(self.data))
        return Value(t, [(self, 1 - t ** 2)])

    def __pow__(self, n):
        return Value(self.data ** n, [(self, self.data ** (n - 1))])

# %% 5.2 wrong: the power's slope keeps the exponent
class Value(Value):
    def tanh(self):
        t = float(np.tanh(self.data))
        return Value(t, [(self, 1 - t ** 2)])

    def __pow__(self, n):
        return Value(self.data ** n, [(self, n * self.data ** n)])

# %% 5.2 wrong: squares only
class Value(Value):
    def tanh(self):
        t = float(np.tanh(self.data))
        return Value(t, [(self, 1 - t ** 2)])

    def __pow__(self, n):
        return Value(self.data ** 2, [(self, 2 * self.data)])

# %% 5.2 wrong: sigmoid in place of tanh
class Value(Value):
    def tanh(self):
        t = 1 / (1 + float(np.exp(-self.data)))
        return Value(t, [(self, t * (1 - t))])

    def __pow__(self, n):
        return Value(self.data ** n, [(self, n * self.data ** (n - 1))])

# %% 5.2 wrong: the data alone, no edge
class Value(Value):
    def tanh(self):
        return Value(float(np.tanh(self.data)))

    def __pow__(self, n):
        return Value(self.data ** n)

# %% 5.2 right: tanh from exp, the power's slope by division
class Value(Value):
    def tanh(self):
        up, down = np.exp(self.data), np.exp(-self.data)
        return Value((up - down) / (up + down), [(self, 4 / (up + down) ** 2)])

    def __pow__(self, n):
        made = self.data ** n
        return Value(made, ((self, n * made / self.data),))

# %% 5.3 wrong: = instead of +=
def in_order(out):
    numbers, seen = [], set()
    def visit(value):
        if value not in seen:
            seen.add(value)
            for source, _ in value.edges:
                visit(source)
            numbers.append(value)
    visit(out)
    return numbers

class Value(Value):
    def backward(self):
        numbers = in_order(self)
        self.grad = 1.0
        for value in reversed(numbers):
            for source, slope in value.edges:
                source.grad = slope * value.grad

# %% 5.3 wrong: nobody is remembered, so the list has doubles
def in_order(out):
    numbers = []
    for source, _ in out.edges:
        numbers += in_order(source)
    return numbers + [out]

class Value(Value):
    def backward(self):
        numbers = in_order(self)
        for value in numbers:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(numbers):
            for source, slope in value.edges:
                source.grad += slope * value.grad

# %% 5.3 wrong: who is made stands before its inputs
def in_order(out):
    numbers = []
    def visit(value):
        if value not in numbers:
            numbers.append(value)
            for source, _ in value.edges:
                visit(source)
    visit(out)
    return numbers

class Value(Value):
    def backward(self):
        numbers = in_order(self)
        for value in numbers:
            value.grad = 0.0
        self.grad = 1.0
        for value in numbers:
            for source, slope in value.edges:
                source.grad += slope * value.grad

# %% 5.3 wrong: level by level, reversed
def in_order(out):
    numbers, waiting = [], [out]
    while waiting:
        value = waiting.pop(0)
        if value not in numbers:
            numbers.append(value)
            waiting += [source for source, _ in value.edges]
    return numbers[::-1]

class Value(Value):
    def backward(self):
        numbers = in_order(self)
        for value in numbers:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(numbers):
            for source, slope in value.edges:
                source.grad += slope * value.grad

# %% 5.3 wrong: from the beginning of the list
def in_order(out):
    numbers = []
    def visit(value):
        if value not in numbers:
            for source, _ in value.edges:
                visit(source)
            numbers.append(value)
    visit(out)
    return numbers

class Value(Value):
    def backward(self):
        numbers = in_order(self)
        for value in numbers:
            value.grad = 0.0
        self.grad = 1.0
        for value in numbers:
            for source, slope in value.edges:
                source.grad += slope * value.grad

# %% 5.3 wrong: old grads stay, and add up with the new ones
def in_order(out):
    numbers = []
    def visit(value):
        if value not in numbers:
            for source, _ in value.edges:
                visit(source)
            numbers.append(value)
    visit(out)
    return numbers

class Value(Value):
    def backward(self):
        self.grad = 1.0
        for value in reversed(in_order(self)):
            for source, slope in value.edges:
                source.grad += slope * value.grad

# %% 5.3 wrong: the last number's own blame stays 0
def in_order(out):
    numbers = []
    def visit(value):
        if value not in numbers:
            for source, _ in value.edges:
                visit(source)
            numbers.append(value)
    visit(out)
    return numbers

class Value(Value):
    def backward(self):
        for value in reversed(in_order(self)):
            for source, slope in value.edges:
                source.grad += slope * value.grad

# %% 5.3 wrong: the slope alone is handed on
def in_order(out):
    numbers = []
    def visit(value):
        if value not in numbers:
            for source, _ in value.edges:
                visit(source)
            numbers.append(value)
    visit(out)
    return numbers

class Value(Value):
    def backward(self):
        numbers = in_order(self)
        for value in numbers:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(numbers):
            for source, slope in value.edges:
                source.grad += slope

# %% 5.3 right: counts who still waits for blame, instead of a call in a call
def in_order(out):
    everybody, waiting = [out], {}
    for value in everybody:
        for source, _ in value.edges:
            if source not in waiting:
                waiting[source] = 0
                everybody.append(source)
            waiting[source] += 1
    ready, numbers = [out], []
    while ready:
        value = ready.pop()
        numbers.insert(0, value)
        for source, _ in value.edges:
            waiting[source] -= 1
            if waiting[source] == 0:
                ready.append(source)
    return numbers

class Value(Value):
    def backward(self):
        numbers = in_order(self)
        blame = {value: 0.0 for value in numbers}
        blame[self] = 1.0
        while numbers:
            value = numbers.pop()
            value.grad = blame[value]
            for source, slope in value.edges:
                blame[source] += slope * value.grad
