# Answers that students really give to lab 1: wrong ones must earn nothing, right ones everything.

# %% 2.1 wrong: fires at exactly zero too
def fires(x, w, b):
    return int(np.dot(w, x) + b >= 0)

# %% 2.1 wrong: takes the bias for a threshold and subtracts it
def fires(x, w, b):
    return int(np.dot(w, x) - b > 0)

# %% 2.1 wrong: forgets the bias
def fires(x, w, b):
    return int(np.dot(w, x) > 0)

# %% 2.1 wrong: two inputs only
def fires(x, w, b):
    return int(x[0] * w[0] + x[1] * w[1] + b > 0)

# %% 2.1 wrong: adds the inputs and ignores the weights
def fires(x, w, b):
    return int(sum(x) + b > 0)

# %% 2.1 wrong: knows the three cases that it can see
def fires(x, w, b):
    return 0 if list(x) == [1, 0] else 1

# %% 2.1 wrong: wants at least a half
def fires(x, w, b):
    return int(np.dot(w, x) + b >= 0.5)

# %% 2.1 wrong: forgets to return
def fires(x, w, b):
    int(np.dot(w, x) + b > 0)

# %% 2.1 right: the comparison itself, which is True or False
def fires(x, w, b):
    return np.dot(w, x) + b > 0

# %% 2.1 right: a loop
def fires(x, w, b):
    z = b
    for weight, value in zip(w, x):
        z += weight * value
    if z > 0:
        return 1
    return 0

# %% 2.2 wrong: AND and OR exchanged
AND = ([1, 1], -0.5)
OR = ([1, 1], -1.5)
NOT = ([-1], 0.5)

# %% 2.2 wrong: AND with the sum exactly on the threshold for one input
AND = ([1, 1], -0.9)
OR = ([1, 1], -0.5)
NOT = ([-1], 0.5)

# %% 2.2 wrong: OR with the bias of a neuron that fires at >= 0
AND = ([1, 1], -1.5)
OR = ([1, 1], -1)
NOT = ([-1], 0.5)

# %% 2.2 wrong: NOT with a positive weight
AND = ([1, 1], -1.5)
OR = ([1, 1], -0.5)
NOT = ([1], -0.5)

# %% 2.2 wrong: NOT that always fires
AND = ([1, 1], -1.5)
OR = ([1, 1], -0.5)
NOT = ([-1], 1.5)

# %% 2.2 wrong: a positive bias, as if it were the threshold
AND = ([1, 1], 1.5)
OR = ([1, 1], 0.5)
NOT = ([-1], 0.5)

# %% 2.2 wrong: three numbers instead of a pair
AND = (1, 1, -1.5)
OR = (1, 1, -0.5)
NOT = (-1, 0.5)

# %% 2.2 right: other numbers
AND = ([2, 3], -4)
OR = ([10, 10], -1)
NOT = ([-20], 10)

# %% 2.3 wrong: weights that are never negative
def separable(inputs, labels):
    for w1, w2, b in itertools.product(GRID[GRID >= 0], GRID[GRID >= 0], GRID):
        if [fires(x, [w1, w2], b) for x in inputs] == list(labels):
            return True
    return False

# %% 2.3 wrong: no bias
def separable(inputs, labels):
    for w1, w2 in itertools.product(GRID, repeat=2):
        if [fires(x, [w1, w2], 0) for x in inputs] == list(labels):
            return True
    return False

# %% 2.3 wrong: returns within the loop at the first combination
def separable(inputs, labels):
    for w1, w2, b in itertools.product(GRID, repeat=3):
        return [fires(x, [w1, w2], b) for x in inputs] == list(labels)

# %% 2.3 wrong: one input that agrees is enough
def separable(inputs, labels):
    for w1, w2, b in itertools.product(GRID, repeat=3):
        if any(fires(x, [w1, w2], b) == label for x, label in zip(inputs, labels)):
            return True
    return False

# %% 2.3 wrong: a list of the two tables that it knows
def separable(inputs, labels):
    return list(labels)[:4] not in ([0, 1, 1, 0], [1, 0, 0, 1], [0, 1, 0])

# %% 2.3 right: compares with the labels as they come
def separable(inputs, labels):
    return any([fires(x, [w1, w2], b) for x in inputs] == labels for w1 in GRID for w2 in GRID for b in GRID)

# %% 2.3 right: nested loops, and all()
def separable(inputs, labels):
    found = False
    for w1 in GRID:
        for w2 in GRID:
            for b in GRID:
                found = found or all(fires(x, (w1, w2), b) == label for x, label in zip(inputs, labels))
    return bool(found)

# %% 3.1 wrong: the sign of the second weight
DETECTOR = ([5, 5], 0)

# %% 3.1 wrong: both signs the other way round
DETECTOR = ([-5, 5], 0)

# %% 3.1 wrong: each weight takes the whole ten
DETECTOR = ([10, -10], 0)

# %% 3.1 wrong: the first sum is right by the bias, the second is not
DETECTOR = ([0, 0], 10)

# %% 3.1 right: another of the many
DETECTOR = (np.array([10.0, 0.0]), 0.0)

# %% 4.1 wrong: the error's sign
def update(w, b, x, y):
    error = fires(x, w, b) - y
    return w + error * np.array(x), b + error

# %% 4.1 wrong: the bias does not learn
def update(w, b, x, y):
    error = y - fires(x, w, b)
    return w + error * np.array(x), b

# %% 4.1 wrong: always adds, as Hebb would
def update(w, b, x, y):
    return w + y * np.array(x), b + y

# %% 4.1 wrong: changes the array that it was given
def update(w, b, x, y):
    error = y - fires(x, w, b)
    w += error * np.array(x)
    return w, b + error

# %% 4.1 wrong: moves all weights by the error alone
def update(w, b, x, y):
    error = y - fires(x, w, b)
    return w + error, b + error

# %% 4.1 right: three cases
def update(w, b, x, y):
    said = fires(x, w, b)
    if said == y:
        return w, b
    step = np.asarray(x) if y == 1 else -np.asarray(x)
    return w + step, b + (1 if y == 1 else -1)

# %% 4.2 wrong: one pass only
def train(x, y, epochs=20):
    w, b, updates = np.zeros(len(x[0])), 0, 0
    for xi, yi in zip(x, y):
        if fires(xi, w, b) != yi:
            w, b = update(w, b, xi, yi)
            updates += 1
    return w, b, updates

# %% 4.2 wrong: counts examples, not mistakes
def train(x, y, epochs=20):
    w, b, updates = np.zeros(len(x[0])), 0, 0
    for _ in range(epochs):
        before = (list(w), b)
        for xi, yi in zip(x, y):
            w, b = update(w, b, xi, yi)
            updates += 1
        if (list(w), b) == before:
            break
    return w, b, updates

# %% 4.2 wrong: starts from ones
def train(x, y, epochs=20):
    w, b, updates = np.ones(len(x[0])), 1, 0
    for _ in range(epochs):
        for xi, yi in zip(x, y):
            if fires(xi, w, b) != yi:
                w, b = update(w, b, xi, yi)
                updates += 1
    return w, b, updates

# %% 4.2 wrong: two inputs only
def train(x, y, epochs=20):
    w, b, updates = np.zeros(2), 0, 0
    for _ in range(20):
        for xi, yi in zip(x, y):
            if fires(xi, w, b) != yi:
                w, b = update(w, b, xi, yi)
                updates += 1
    return w, b, updates

# %% 4.2 wrong: never looks at the number of epochs, but stops after a thousand
def train(x, y, epochs=20):
    w, b, updates = np.zeros(len(x[0])), 0, 0
    for _ in range(1000):
        mistakes = 0
        for xi, yi in zip(x, y):
            if fires(xi, w, b) != yi:
                w, b = update(w, b, xi, yi)
                mistakes += 1
        updates += mistakes
        if mistakes == 0:
            break
    return w, b, updates

# %% 4.2 wrong: the bias learns for AND alone
def train(x, y, epochs=20):
    w, b, updates, limit = np.zeros(len(x[0])), 0, 0, epochs
    for _ in range(limit):
        mistakes = 0
        for xi, yi in zip(x, y):
            if fires(xi, w, b) != yi:
                w, b = update(w, b, xi, yi)
                mistakes += 1
        updates += mistakes
        if mistakes == 0:
            break
    return w, b if len(x) == 4 else 0, updates

# %% 4.2 wrong: the answer to AND, known by heart
def train(x, y, epochs=20):
    return np.array([2.0, 1.0]), -2, 10

# %% 4.2 right: a while loop, and the rule written out
def train(x, y, epochs=20):
    w, b, updates, clean = np.zeros(np.shape(x)[1]), 0.0, 0, False
    while not clean and epochs > 0:
        clean, epochs = True, epochs - 1
        for xi, yi in zip(x, y):
            said = 1 if np.dot(xi, w) + b > 0 else 0
            if said != yi:
                w, b, updates, clean = w + (yi - said) * xi, b + yi - said, updates + 1, False
    return w, b, updates

# %% 5.1 wrong: keeps the 2
def slope(w, x, y):
    return 2 * np.mean((w * x - y) * x)

# %% 5.1 wrong: truth minus prediction
def slope(w, x, y):
    return np.mean((y - w * x) * x)

# %% 5.1 wrong: a sum instead of a mean
def slope(w, x, y):
    return np.sum((w * x - y) * x)

# %% 5.1 wrong: forgets the inner derivative
def slope(w, x, y):
    return np.mean(w * x - y)

# %% 5.1 wrong: always divides by five examples
def slope(w, x, y):
    return np.sum((w * x - y) * x) / 5

# %% 5.1 right: multiplied out
def slope(w, x, y):
    total = 0.0
    for xi, yi in zip(x, y):
        total += w * xi ** 2 - xi * yi
    return total / len(x)

# %% 5.2 wrong: walks uphill
def descend(x, y, rate=0.05, steps=50):
    w = 0.0
    for _ in range(steps):
        w = w + rate * slope(w, x, y)
    return w

# %% 5.2 wrong: one step only
def descend(x, y, rate=0.05, steps=50):
    w = 0.0
    return w - rate * slope(w, x, y)

# %% 5.2 wrong: takes the formula and does not walk
def descend(x, y, rate=0.05, steps=50):
    return np.sum(x * y) / np.sum(x * x)

# %% 5.2 wrong: ignores the rate and the steps that are given
def descend(x, y, rate=0.05, steps=50):
    w = 0.0
    for _ in range(50):
        w = w - 0.05 * slope(w, x, y)
    return w

# %% 5.2 wrong: one step too many
def descend(x, y, rate=0.05, steps=50):
    w = 0.0
    for _ in range(steps + 1):
        w = w - rate * slope(w, x, y)
    return w

# %% 5.2 wrong: always walks on hours and degrees
def descend(x, y, rate=0.05, steps=50):
    w = 0.0
    for _ in range(steps):
        w = w - rate * slope(w, hours, degrees)
    return w

# %% 5.2 right: a while loop
def descend(x, y, rate=0.05, steps=50):
    w = 0
    while steps > 0:
        w, steps = w - rate * np.mean((w * x - y) * x), steps - 1
    return w

# %% 6.1 wrong: the sign of the exponent
def sigmoid(z):
    return 1 / (1 + np.exp(z))

def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))

# %% 6.1 wrong: z(1 - z), as if z were already the sigmoid
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoid_slope(z):
    return z * (1 - z)

# %% 6.1 wrong: right at 0 alone
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoid_slope(z):
    return sigmoid(z) ** 2

# %% 6.1 wrong: numbers only, no arrays
import math

def sigmoid(z):
    return 1 / (1 + math.exp(-z))

def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))

# %% 6.1 wrong: lets Keras do it
def sigmoid(z):
    return keras.ops.convert_to_numpy(keras.ops.sigmoid(np.asarray(z, "float64")))

def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))

# %% 6.1 right: by way of tanh
def sigmoid(z):
    return (1 + np.tanh(np.asarray(z) / 2)) / 2

def sigmoid_slope(z):
    e = np.exp(-np.asarray(z, dtype=float))
    return e / (1 + e) ** 2

# %% 7.1 wrong: a sigmoid for the temperature too
def neuron_for(task):
    loss = {"temperature": "mse", "hot": "binary_crossentropy"}[task]
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(optimizer="adam", loss=loss)
    return model

# %% 7.1 wrong: softmax over a single output, which is always 1
def neuron_for(task):
    activation = {"temperature": None, "hot": "softmax"}[task]
    loss = {"temperature": "mse", "hot": "binary_crossentropy"}[task]
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, activation=activation)])
    model.compile(optimizer="adam", loss=loss)
    return model

# %% 7.1 wrong: squared error for a class
def neuron_for(task):
    activation = {"temperature": None, "hot": "sigmoid"}[task]
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, activation=activation)])
    model.compile(optimizer="adam", loss="mse")
    return model

# %% 7.1 wrong: absolute error for the temperature
def neuron_for(task):
    activation = {"temperature": None, "hot": "sigmoid"}[task]
    loss = {"temperature": "mae", "hot": "binary_crossentropy"}[task]
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, activation=activation)])
    model.compile(optimizer="adam", loss=loss)
    return model

# %% 7.1 wrong: relu, so that it never freezes
def neuron_for(task):
    activation = {"temperature": "relu", "hot": "sigmoid"}[task]
    loss = {"temperature": "mse", "hot": "binary_crossentropy"}[task]
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, activation=activation)])
    model.compile(optimizer="adam", loss=loss)
    return model

# %% 7.1 wrong: never compiled
def neuron_for(task):
    activation = {"temperature": None, "hot": "sigmoid"}[task]
    return keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, activation=activation)])

# %% 7.1 wrong: a hidden layer, so more than one neuron
def neuron_for(task):
    activation = {"temperature": None, "hot": "sigmoid"}[task]
    loss = {"temperature": "mse", "hot": "binary_crossentropy"}[task]
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(5, activation="relu"), keras.layers.Dense(1, activation=activation)])
    model.compile(optimizer="adam", loss=loss)
    return model

# %% 7.1 right: the functional way, with a metric and losses as objects
def neuron_for(task):
    inputs = keras.Input(shape=(5,))
    z = keras.layers.Dense(1)(inputs)
    outputs = keras.layers.Activation("sigmoid")(z) if task == "hot" else z
    model = keras.Model(inputs, outputs)
    loss = keras.losses.BinaryCrossentropy() if task == "hot" else keras.losses.MeanSquaredError()
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss=loss, metrics=["mae"])
    return model
