# %% [markdown]
# # Lab 4 · Layers fold space
#
# *Lecture: effects of depth; universality; ALVINN; a first network in Keras; multi-class and multi-label · 90 minutes*
#
# By the end you can
# - say what a layer does to the space of its inputs, and build a network for any curve by hand;
# - count a network's weights, and start them so that twenty layers still learn;
# - choose outputs that fit the question: one direction, one class, or any number of labels.

# %% tags=["setup"]
from dlcourse import check, datasets, models, plots, training
import keras
import numpy as np
import tensorflow as tf

training.report()
training.seed(0)
CORNERS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])      # all inputs of two bits

def activate(z, name):
    """The activation of that name, for an array."""
    return {"linear": lambda z: z, "relu": lambda z: np.maximum(z, 0), "tanh": np.tanh,
            "sigmoid": lambda z: 1 / (1 + np.exp(-z))}[name](z)

def relu_net(x, biases, weights, start=0.0):
    """One input, a hidden ReLU for each bias, one output: what it says to every number in x."""
    return start + np.maximum(np.asarray(x)[:, None] + biases, 0) @ np.asarray(weights)

def in_keras(x, biases, weights, start=0.0):
    """The same from two Dense layers."""
    biases, weights = np.ravel(biases), np.ravel(weights)
    net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(len(biases), "relu"), keras.layers.Dense(1)])
    net.set_weights([np.ones((1, len(biases))), biases, weights[:, None], np.array([float(start)])])
    return np.ravel(net(np.asarray(x, "float32")[:, None]))

# %% [markdown]
# ## 1 A layer moves the whole plane
#
# A layer with two inputs and two units takes every point of the plane to a new place. Its weights **stretch and turn** the plane, its
# biases **shift** it, its activation **bends, presses or folds** it.
#
# *Figure 1. A film (press ▶): a ruled sheet with an arrow on it goes through these steps. Below it the stages: the sheet; stretched and turned;
# shifted; pressed flat by ReLU where a coordinate was negative; bent by tanh; folded along two lines by pairs of ReLUs, |z| = max(0, z) + max(0, -z).*

# %% tags=["show"]
along = np.linspace(-1, 1, 33)
SHEET = [np.column_stack(pair) for c in np.linspace(-1, 1, 7) for pair in ((along, 0 * along + c), (0 * along + c, along))]
tips = np.array([[-0.6, -0.6], [0.6, 0.6], [0.1, 0.6], [0.6, 0.6], [0.6, 0.1]])
ARROW = np.concatenate([np.linspace(*ends, 20) for ends in zip(tips, tips[1:])])
turn, shift = np.array([[0.9, 0.7], [-0.5, 0.8]]), np.array([0.3, -0.2])

def sheet(ax, move, title=None):
    """Draw the sheet and its arrow, every point moved."""
    for number, thread in enumerate(SHEET):
        ax.plot(*move(thread).T, color=("#0072B2", "#D55E00")[number % 2], linewidth=0.9)
    ax.plot(*move(ARROW).T, color="black", linewidth=2.2)
    ax.set(xlim=(-2, 2), ylim=(-2, 2), aspect="equal", title=title)

stages = {"the plane": lambda x: x, "x W: stretched, turned": lambda x: x @ turn, "+ b: shifted": lambda x: x @ turn + shift,
          "ReLU: pressed flat": lambda x: activate(x @ turn + shift, "relu"), "or tanh: bent": lambda x: np.tanh(x @ turn + shift),
          "or |z|: folded": lambda x: np.abs(x @ turn + shift)}
axes = plots.panels(1, 6, size=(2.3, 2.7), title="Stretched, turned, shifted: still a sheet of straight lines. Then the activation")[0]
for ax, (title, move) in zip(axes, stages.items()):
    sheet(ax, move, title)
moves = list(stages.values())[:4]
blend = lambda i: lambda x: (1 - i % 4 / 4) * moves[i // 4](x) + i % 4 / 4 * moves[min(i // 4 + 1, 3)](x)
plots.film(lambda ax, i: sheet(ax, blend(i)), frames=13, title="Stretched and turned, shifted, pressed flat", interval=250)

# %% [markdown]
# ### 1.1 One layer · 1 point · 6 min
#
# A layer takes rows of inputs `x`, weights `W` with a row for each input and a column for each unit, and a bias for each unit.
# `activate(z, name)` of the setup cell knows linear, relu, tanh and sigmoid.
#
# *Predict* first: where do $W = \begin{pmatrix}0 & -1\\ 1 & 0\end{pmatrix}$, $b = (0, -1)$ and ReLU take the point $(1, 2)$?
#
# <details><summary>Hint 1</summary>One product, one sum, one call of activate.</details>
# <details><summary>Hint 2</summary>The points are rows, so they stand left of the matrix: <code>x @ W</code>.</details>
# <details><summary>Hint 3</summary><code>activate(x @ W + b, activation)</code></details>
# <details><summary>What you should see, once the check passes</summary>(1, 2) turns to (2, -1), shifts to (2, -2), and ReLU presses it to (2, 0). Keras' Dense says the same.</details>

# %% tags=["answer"]
def layer(x, W, b, activation):
    """Return the outputs of a layer, a row for each row of x; activation is the name of one."""
    # BEGIN SOLUTION
    return activate(x @ W + b, activation)
    # END SOLUTION

# %% tags=["check"]
with check("1.1", points=1, without=["keras", "tensorflow"]) as layer_ready:
    x, W, b = np.array([[1.0, 2.0], [-1.0, 0.0]]), np.array([[0.0, -1.0], [1.0, 0.0]]), np.array([0.0, -1.0])
    said = np.asarray(layer(x.copy(), W, b, "linear"))
    assert said.shape == (2, 2), f"two points in, two points out: a shape of (2, 2), not {said.shape}"
    assert not np.allclose(said, x @ W.T + b), "the plane turns the other way: W has a row for each input, so x @ W"
    assert not np.allclose(said, x @ W), "the bias is missing: it shifts every point"
    assert np.allclose(said, [[2, -2], [0, 0]]), f"without an activation (1, 2) and (-1, 0) go to (2, -2) and (0, 0), not {said.tolist()}"
    said = np.asarray(layer(x.copy(), W, b, "relu"))
    assert np.allclose(said, [[2, 0], [0, 0]]), f"ReLU acts last, on the sum with its bias: (2, 0) and (0, 0), not {said.tolist()}"
    x = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")
    for name in ("relu", "tanh", "sigmoid"):
        oracle = keras.layers.Dense(4, name, bias_initializer="random_normal")
        theirs = np.asarray(oracle(x))
        assert np.allclose(layer(x, *oracle.get_weights(), name), theirs, atol=1e-5), \
            f"Keras' Dense with {name} says something else: did the name decide?"

# %% tags=["hidden"]
with check("1.1", without=["keras", "tensorflow"]):
    draw = np.random.default_rng(1)
    for inputs, units, name in [(1, 5, "tanh"), (7, 2, "relu"), (4, 4, "linear"), (3, 1, "sigmoid")]:
        x, W, b = draw.normal(size=(9, inputs)), draw.normal(size=(inputs, units)), draw.normal(size=units)
        kept = x.copy()
        loop = [[b[j] + sum(x[i, k] * W[k, j] for k in range(inputs)) for j in range(units)] for i in range(9)]
        assert np.allclose(layer(x, W, b, name), activate(np.array(loop), name)), "any number of inputs and units, any activation"
        assert np.array_equal(x, kept), "the points that were given stay as they are"

# %% [markdown]
# ### 1.2 XOR, at last · 1 point · 8 min
#
# Lab 1 promised: one neuron cannot say XOR, two layers can. Find weights by hand: two **hidden** units with ReLU, and one output unit
# that fires if its sum is above 0. Write `(W, b, v, c)`: hidden weights (a row for each input), hidden biases, output weights, output bias.
#
# *Predict* first: let both hidden units add the two bits, with biases 0 and -1. What do they say to 00, 01, 10, 11?
#
# <details><summary>Hint 1</summary>The sum of the bits is 0, 1, 1 or 2, and you want an answer that is high for 1 alone: up, then down.</details>
# <details><summary>Hint 2</summary>A ReLU with bias 0 goes up from 0 on. A ReLU with bias -1 starts at 1: subtract it, often enough to come down to 0 at 2.</details>
# <details><summary>Hint 3</summary>All hidden weights 1, biases [0, -1], output weights [1, -2]. Which output bias lies between "0" and "1"?</details>
# <details><summary>What you should see, once the check passes</summary>They say (0, 0), (1, 0), (1, 0), (2, 1). The corners 01 and 10 now lie on each other, and a line cuts them off.</details>

# %% tags=["answer"]
# BEGIN SOLUTION
XOR = ([[1, 1], [1, 1]], [0, -1], [1, -2], -0.5)
# END SOLUTION

# %% tags=["check"]
with check("1.2", points=1) as xor_ready:
    assert len(XOR) == 4 and [np.shape(part) for part in XOR] == [(2, 2), (2,), (2,), ()], \
        "four parts are wanted: ([[…, …], […, …]], […, …], […, …], …), that is 2 × 2 weights, 2 biases, 2 weights, 1 bias"
    W, b, v, c = (np.asarray(part, dtype=float) for part in XOR)
    hidden = np.maximum(CORNERS @ W + b, 0)
    z = hidden @ v + c
    assert not (z[3] > 0 and np.all(hidden[3] > 0) and np.array_equal(z[:3] > 0, [False, True, True])), \
        f"only 11 is wrong: the hidden units say {hidden[3].tolist()} there. A ReLU says how much: the second has to outweigh the first"
    assert np.array_equal(z > 0, [False, True, True, False]), \
        f"to 00, 01, 10, 11 your hidden units say {np.round(hidden, 2).tolist()}, the output's sums are {np.round(z, 2).tolist()}: above 0 for 01 and 10 alone"
    net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, "relu"), keras.layers.Dense(1)])
    net.set_weights([W, b, v[:, None], np.array([c])])
    assert np.array_equal(np.ravel(net(CORNERS)) > 0, [False, True, True, False]), \
        "in Keras' 32 bits your sums lie on the wrong side of 0: leave more room around the threshold"

# %% [markdown]
# *Figure 2. Left, the four corners in the plane of inputs: no line has the two that fire on one side. Middle, the plane of your hidden
# units: a line has. Right, seen from the inputs the same line has become two.*
#
# The hidden layer moved the corners until one line was enough. That is what layers are for.

# %% tags=["show"]
if xor_ready:
    W, b, v, c = (np.asarray(part, dtype=float) for part in XOR)
    hidden, kinds = np.maximum(CORNERS @ W + b, 0), np.array([0, 1, 1, 0])
    left, middle, right = plots.panels(1, 3, size=(3.7, 3.4))[0]
    plots.points(CORNERS, kinds, legend=False, title="Inputs: no line will do", ax=left)
    plots.points(hidden, kinds, legend=False, title="Hidden units: one line will", ax=middle)
    plots.line(v, c, ax=middle)
    fires = lambda x: np.maximum(x @ W + b, 0) @ v + c > 0
    plots.boundary(fires, CORNERS, kinds, ["silent", "fires"], title="Inputs: two lines", ax=right)
    middle.set(xlabel="first hidden unit", ylabel="second hidden unit")
else:
    print("Figure 2 draws your own network: it appears when 1.2 holds.")

# %% [markdown]
# ## 2 Two curves, untangled
#
# The lecture's example: two waves, one above the other, and no line between them. Three layers of **two units** each can be watched:
# after each of them the points lie on a plane again.
#
# The next cell trains such a network. It also finds, by trying 720 directions and every place to cut, the **best line** through a plane of points.
#
# $$x \;\to\; \text{2 tanh} \;\to\; \text{2 tanh} \;\to\; \text{2 tanh} \;\to\; \text{one line}$$

# %% tags=["show"]
def best_line(x, y, directions=720):
    """Weights and bias of the line with the most points on their own side, then the one with the most room; and the share right."""
    angles = np.linspace(0, 2 * np.pi, directions, endpoint=False)
    ways = np.array([np.cos(angles), np.sin(angles)])
    along = x @ ways
    order = np.argsort(along, axis=0)
    right = np.cumsum(1 - 2 * y[order], axis=0) + y.sum()      # zeros before a cut, ones behind it
    along = np.sort(along, axis=0)
    room = np.where(right == right.max(), np.diff(along, axis=0, append=along[-1:]), -1)
    row, column = np.unravel_index(np.argmax(room), room.shape)
    return ways[:, column], -along[row:row + 2, column].mean(), right.max() / len(y)

(waves, which), _ = datasets.points.load_data("curves")
training.seed(0)
how = {"activation": "tanh", "kernel_initializer": "identity", "kernel_regularizer": keras.regularizers.L2(0.003)}
net = keras.Sequential([keras.Input((2,)), *(keras.layers.Dense(2, **how) for _ in range(3)), keras.layers.Dense(1, "sigmoid")])
net.compile(keras.optimizers.Adam(0.02), "binary_crossentropy", steps_per_execution=100)
net.fit(np.tile(waves, (2000, 1)), np.tile(which, 2000), batch_size=len(waves), shuffle=False, verbose=0)      # 2,000 steps
print(f"{net.count_params()} weights; the network is right about {np.mean((np.ravel(net(waves)) > 0.5) == which):.1%} of the points")

# %% [markdown]
# *Figure 3. A film (press ▶): two waves on a ruled sheet, carried through three layers; the sheet is stretched and bent until the waves lie
# apart. Below it four still pictures, each with its best line: it has 84 % of the points on their own side, then 90 %, then all, and
# all again.*
#
# The last layer draws a line, as in lab 1. The layers before it bring the points to where a line is enough. Your `layer` carries them.

# %% tags=["show"]
if layer_ready:
    steps = [part.get_weights() for part in net.layers[:3]]
    places = lambda x: [x] + [x := np.asarray(layer(x, W, b, "tanh")) for W, b in steps]
    lines = [best_line(x, which) for x in places(waves)]
    shares = [share for _, _, share in lines]
    titles = [f"{name}: {share:.0%} right" for name, share in zip(["Inputs", "After layer 1", "After layer 2", "After layer 3"], shares)]
    for ax, x, (weights, bias, _), title in zip(plots.panels(1, 4, size=(3.1, 3.2))[0], places(waves), lines, titles):
        plots.points(x, which, legend=False, title=title, ax=ax)
        plots.line(weights, bias, ax=ax)
    assert shares[0] < 0.9 and shares == sorted(shares) and shares[-1] == 1      # seeds 0-4: 0.84-0.89, 0.88-1, 1, 1

    def draw(ax, i):
        part, between = divmod(i / 5, 1)
        path = lambda x: (lambda p: (1 - between) * p[int(part)] + between * p[min(int(part) + 1, 3)])(places(x))
        sheet(ax, path)
        plots.points(path(waves), which, legend=False, ax=ax, title=f"Inside layer {int(part) + 1}" if between else titles[int(part)])
        ax.set(xlim=(-1.3, 1.3), ylim=(-1.3, 1.3))
    film = plots.film(draw, frames=16, title="Three layers untangle two waves", interval=250)
else:
    film = print("Figure 3 moves the points by your layer: it appears when 1.1 holds.")
film

# %% [markdown]
# ## 3 Any curve, from ReLUs
#
# **Universality**: choose a continuous curve on an interval, and an error. Some network with one hidden layer comes that close. With ReLU you can build
# it by hand:
#
# $$f(x) = c + \sum_i v_i \max(0,\, x + b_i)$$
#
# Hidden unit $i$ wakes at $x = -b_i$ and changes the slope there by $v_i$. `relu_net` of the setup cell computes this.

# %% [markdown]
# ### 3.1 A bump · 1 point · 8 min
#
# Build a **bump** from three ReLUs: 0 up to `left`, straight up to 1 at `middle`, straight down to 0 at `right`, and 0 from there on.
#
# *Predict* first: for left, middle, right = 0, 1, 2, what does the slope do at 0, at 1 and at 2?
#
# <details><summary>Hint 1</summary>A unit starts at left, one at middle, one at right: those are the biases, with a minus.</details>
# <details><summary>Hint 2</summary>The climb has the slope up = 1 / (middle - left), the way down the slope -down, with down = 1 / (right - middle).</details>
# <details><summary>Hint 3</summary>The slope goes 0, up, -down, 0. Each weight is the change: up, then -down - up, then down.</details>
# <details><summary>What you should see, once the check passes</summary>It changes by 1, by -2 and by 1: these are the weights. Their sum is 0, so the curve is flat at the end.</details>

# %% tags=["answer"]
def bump(left, middle, right):
    """Return the three biases and the three output weights of a bump."""
    # BEGIN SOLUTION
    up, down = 1 / (middle - left), 1 / (right - middle)
    return [-left, -middle, -right], [up, -up - down, down]
    # END SOLUTION

# %% tags=["check"]
with check("3.1", points=1) as bump_ready:
    net = bump(0, 1, 2)
    assert len(net) == 2 and np.shape(net[0]) == (3,) and np.shape(net[1]) == (3,), "two things: three biases, and three weights"
    said = relu_net([0, 1, 2, 3], *net)
    assert np.allclose(said[:2], [0, 1]), f"bump(0, 1, 2) should be 0 at 0 and 1 at 1, not {said[0]:g} and {said[1]:g}: a unit starts at -bias"
    assert np.isclose(said[2], 0), f"at 2 it should be down at 0, not {said[2]:g}: at the top the slope goes from up to down, two changes in one"
    assert np.isclose(said[3], 0), f"beyond right it should stay 0, yours is {said[3]:g} at 3: the third unit stops the fall"
    x = np.linspace(-2, 6, 81)
    oracle = np.interp(x, [1, 2, 4], [0, 1, 0])
    off = np.abs(in_keras(x, *bump(1, 2, 4)) - oracle).max()
    assert off < 1e-4, f"bump(1, 2, 4) in Keras is off by {off:.2g}: its two sides have different slopes, 1 and -1/2"

# %% tags=["hidden"]
with check("3.1"):
    x, draw = np.linspace(-5, 5, 101), np.random.default_rng(3)
    for left, middle, right in np.sort(draw.uniform(-4, 4, (6, 3)), axis=1).tolist():
        assert np.allclose(relu_net(x, *bump(left, middle, right)), np.interp(x, [left, middle, right], [0, 1, 0]), atol=1e-6), \
            "other places, also below zero: each weight is a change of slope"

# %% [markdown]
# ### 3.2 As close as you like · 1 point · 11 min
#
# `through(x, y)`: the network that goes straight from point to point; x rises. `within(x, y, error)`: take the first point
# and the last (1 piece), or pieces of equal numbers of points (2, 4, 8, …), until the network is nowhere farther than `error` from y, at
# any x. Here `len(x) - 1` is always a power of 2.
#
# *Predict* first: for a smooth curve, twice as many pieces make the error how much smaller?
#
# <details><summary>Hint 1</summary>Slopes between points: <code>np.diff(y) / np.diff(x)</code>. A unit starts at every point but the last.</details>
# <details><summary>Hint 2</summary>The first weight is the first slope, the others are changes: <code>np.diff(slopes, prepend=0)</code>. The start is y[0].</details>
# <details><summary>Hint 3</summary>In within: with <code>step = (len(x) - 1) // pieces</code> take <code>x[::step]</code> and <code>y[::step]</code>; <code>relu_net(x, *net)</code> tells what the net says. Double pieces until it holds, or until step is 1.</details>
# <details><summary>What you should see, once the check passes</summary>About four times smaller, as Figure 4 measures: a piece of half the length bends a quarter as far away from its chord.</details>

# %% tags=["answer"]
def through(x, y):
    """Return biases, output weights and start of the net through the points (arrays, x rises)."""
    # BEGIN SOLUTION
    slopes = np.diff(y) / np.diff(x)
    return -x[:-1], np.diff(slopes, prepend=0), y[0]
    # END SOLUTION


def within(x, y, error):
    """Return such a net with as few equal pieces (1, 2, 4, …) as keep it within error of y at every x."""
    # BEGIN SOLUTION
    step = len(x) - 1
    while True:
        net = through(x[::step], y[::step])
        if step == 1 or np.abs(relu_net(x, *net) - y).max() <= error:
            return net
        step //= 2
    # END SOLUTION

# %% tags=["check"]
with check("3.2", points=1, without=["numpy.interp"]) as within_ready:
    net = through(np.array([0.0, 1.0, 3.0]), np.array([2.0, 5.0, 1.0]))
    assert len(net) == 3 and np.shape(net[2]) == (), "three things: biases, weights, and one number, the start"
    said = relu_net([0, 0.5, 1, 2, 3], *net)
    assert np.isclose(said[0], 2), f"at the first point all units are silent and the start speaks: 2, not {said[0]:g}"
    assert np.allclose(said[:3], [2, 3.5, 5]), f"from (0, 2) to (1, 5) the slope is 3: 3.5 half-way and 5 at the end, not {said[1]:g} and {said[2]:g}"
    assert np.allclose(said[3:], [3, 1]), f"then down to (3, 1): 3 half-way, not {said[3]:g}. A weight is the change of slope, -2 - 3"
    x = np.linspace(0, 3, 65)
    y = np.sin(2 * x)
    for error, pieces in [(0.1, 8), (0.02, 16), (0.005, 32)]:
        net = within(x, y, error)
        off, size = np.abs(in_keras(x, *net) - y).max(), np.size(net[0])
        assert off <= error + 1e-4, f"sin 2x within {error}: as two Dense layers your net is off by {off:.3g} somewhere"
        assert size <= pieces + 1, f"sin 2x within {error} takes {pieces} pieces, yours has {size} units: stop at the first that holds"

# %% tags=["hidden"]
with check("3.2", without=["numpy.interp"]):
    draw = np.random.default_rng(6)
    for size, error in [(17, 0.5), (129, 0.3), (257, 0.05), (33, 1e-9)]:
        x = np.cumsum(draw.uniform(0.05, 0.2, size)) - 3
        y = np.cumsum(draw.normal(size=size)) / 8
        kept = x.copy(), y.copy()
        assert np.allclose(relu_net(x, *through(x, y)), y), "through: any points, at any distance from each other"
        step = next(s for s in 2 ** np.arange(12)[::-1] if s < size and (s == 1 or np.abs(np.interp(x, x[::s], y[::s]) - y).max() <= error))
        assert np.allclose(relu_net(x, *within(x, y, error)), np.interp(x, x[::step], y[::step])), \
            "another curve, another error: the first of 1, 2, 4, … pieces whose largest error, over all x, is small enough"
        assert np.array_equal(x, kept[0]) and np.array_equal(y, kept[1]), "the points that were given stay as they are"

# %% [markdown]
# *Figure 4. A film (press ▶): a hilly curve, and the network's line with 1, 2, 4 … 128 pieces, which soon lies on it. Below it, left, three
# ReLUs and their sum, a bump. Right, the largest error over the number of hidden units, on logarithmic axes: for the smooth curve a straight
# descent in the end, four times lower for every doubling; for a curve with a jump it stays above 0.4.*
#
# Universality speaks of **continuous** curves. Across a jump the network draws a slope: as steep as you like, and still a slope.

# %% tags=["show"]
if bump_ready and within_ready:
    x = np.linspace(0, 1, 257)
    hills = {"smooth": np.sin(9 * x) * x + 0.3 * np.cos(20 * x), "with a jump": np.where(x < 0.7, np.sin(5 * x), 0.6)}
    sizes = 2 ** np.arange(8)
    net_of = lambda y, pieces: through(x[::256 // pieces], y[::256 // pieces])
    off = {name: np.array([np.abs(relu_net(x, *net_of(y, n)) - y).max() for n in sizes]) for name, y in hills.items()}
    ratio = off["smooth"][4:-1] / off["smooth"][5:]
    assert np.all(abs(ratio - 4) < 1) and off["with a jump"].min() > 0.4
    left, right = plots.panels(1, 2)[0]
    three, wide = bump(0, 1, 2.5), np.linspace(-1, 4, 101)
    parts = {f"{v:+.2g} · max(0, x - {-b:g})": v * np.maximum(wide + b, 0) for b, v in zip(*three)}
    plots.lines(wide, parts | {"their sum": relu_net(wide, *three)}, title="Three ReLUs make a bump", ax=left).set(ylim=(-3.2, 3.2))
    plots.lines(sizes, off, "hidden units", "largest error", "Twice the units, a quarter of the error", right)
    right.set(xscale="log", yscale="log")
    frame = lambda ax, i: plots.lines(x, {"the curve": hills["smooth"], "the network": relu_net(x, *net_of(hills["smooth"], sizes[i]))},
                                      title=f"Hidden units: {sizes[i]}. Off by {off['smooth'][i]:.3f} at most", ax=ax)
    film = plots.film(frame, frames=8, title="More ReLUs, closer to the curve", interval=800)
else:
    film = print("Figure 4 is drawn by your networks: it appears when 3.1 and 3.2 hold.")
film

# %% [markdown]
# ## 4 The lecture's first network
#
# It reads pictures of 28 × 28 = 784 pixels: `Dense(512, activation="relu")`, then `Dense(10, activation="softmax")`. Every unit has a weight for
# each of its inputs, and a bias.
#
# ### 4.1 How many learnable parameters? · 1 point · 5 min
#
# The lecture asks it of the first layer. Answer for every layer of any such network, from its widths: inputs first, then the units of each layer.
#
# *Predict* first: how many has the first layer of 784, 512, 10? Which layer has more, and how many times?
#
# <details><summary>Hint 1</summary>A layer of n inputs and m units is a matrix of n × m weights, and m biases.</details>
# <details><summary>Hint 2</summary>Neighbours in the list belong together: <code>zip(widths, widths[1:])</code>.</details>
# <details><summary>Hint 3</summary><code>[n * m + m for n, m in zip(widths, widths[1:])]</code></details>
# <details><summary>What you should see, once the check passes</summary>401,920 in the first layer: 784 · 512 + 512. The second has 5,130, 78 times fewer.</details>

# %% tags=["answer"]
def parameters(widths):
    """Return a list with the number of learnable parameters of each Dense layer; widths starts with the inputs."""
    # BEGIN SOLUTION
    return [(inputs + 1) * units for inputs, units in zip(widths, widths[1:])]
    # END SOLUTION

# %% tags=["check"]
with check("4.1", points=1, without=["keras", "tensorflow"]) as counts_ready:
    said = [int(count) for count in parameters([2, 3])]
    assert said != [6], "2 inputs and 3 units have 6 weights, and the biases come on top: one for each unit"
    assert said != [8], "each of the 3 units has a bias, not each of the 2 inputs"
    assert said == [9], f"one layer of 3 units with 2 inputs has 2·3 weights and 3 biases: [9], not {said}"
    said = [int(count) for count in parameters([784, 512, 10])]
    assert len(said) == 2, f"784, 512, 10 are two layers: the inputs are none. You count {len(said)}"
    oracle = [part.count_params() for part in models.MLP((784,), (512,), 10).layers[1:]]
    assert said == oracle, f"Keras counts {oracle} for 784, 512, 10, you count {said}"

# %% tags=["hidden"]
with check("4.1", without=["keras", "tensorflow"]):
    for widths in ([5, 1], [30, 20, 10, 4], [64, 7, 7, 7, 3], [960, 4, 30]):
        oracle = [part.count_params() for part in models.MLP((widths[0],), widths[1:-1], widths[-1]).layers[1:]]
        assert list(parameters(widths)) == oracle, "other widths, more layers: Keras counts otherwise"

# %% [markdown]
# *Figure 5. Sixteen printed digits in fonts that were not trained on, which 784-10, a single layer, misreads and 784-512-10 reads. Above each, what
# the two say: 1 → 2 stands above a two that the single layer takes for a one.*
#
# Both learn from 5,000 printed digits; the fonts of the test are new to them. The hidden layer makes the difference.

# %% tags=["show"]
(glyphs, names), (other_fonts, other_names) = datasets.glyphs.load_data()
glyphs, other_fonts = (part.reshape(-1, 784).astype("float32") / 255 for part in (glyphs, other_fonts))
readings, rights = [], []
for hidden in ((), (512,)):
    training.seed(0)
    net = models.MLP((784,), hidden, 10)
    net.compile("adam", "sparse_categorical_crossentropy", steps_per_execution=20)
    net.fit(glyphs[:5000], names[:5000], epochs=3, verbose=0, callbacks=[training.Progress()])
    readings.append(np.asarray(net(other_fonts)).argmax(axis=1))
    rights.append(np.mean(readings[-1] == other_names))
    print(f"{net.count_params():>7,} weights: {rights[-1]:.1%} of the digits in other fonts are right")
assert rights[1] > rights[0] + 0.08      # seeds 0-4: 0.76-0.78 and 0.91-0.93
rows = np.flatnonzero((readings[0] != other_names) & (readings[1] == other_names))[:16]
plots.images(other_fonts[rows].reshape(-1, 28, 28), [f"{readings[0][i]} → {readings[1][i]}" for i in rows],
             title=f"A hidden layer: from {rights[0]:.0%} to {rights[1]:.0%} of the digits");

# %% [markdown]
# ## 5 Twenty layers, and a gradient on its way down
#
# Every layer multiplies the gradient on its way down to the first. Twenty factors below 1 leave almost nothing: it **vanishes**.
#
# ### 5.1 How large to start · 1 point · 6 min
#
# The factors depend on the random weights at the start. For $n$ inputs and $m$ units their standard deviation is 0.01 for `"small"`,
# $\sqrt{2 / (n + m)}$ for `"glorot"`, and $\sqrt{2 / n}$, meant for ReLU, for `"he"`.
#
# *Predict* first: 400 inputs with mean square 1 enter a ReLU layer. Which one comes out with "he"? With "small"?
#
# <details><summary>Hint 1</summary>Three cases, and <code>** 0.5</code> for the root.</details>
# <details><summary>Hint 2</summary>A dictionary from names to numbers will do: <code>{"small": 0.01, …}[start]</code>.</details>
# <details><summary>Hint 3</summary><code>(2 / (inputs + units)) ** 0.5</code> for "glorot" and <code>(2 / inputs) ** 0.5</code> for "he".</details>
# <details><summary>What you should see, once the check passes</summary>1 with "he": a sum of n products has n · 2/n = 2 times the mean square of the inputs, and ReLU cuts away half. With "small" it is 400 · 0.0001 / 2 = 0.02.</details>

# %% tags=["answer"]
def spread(start, inputs, units):
    """Return the standard deviation of a layer's first weights; start is "small", "glorot" or "he"."""
    # BEGIN SOLUTION
    return {"small": 0.01, "glorot": (2 / (inputs + units)) ** 0.5, "he": (2 / inputs) ** 0.5}[start]
    # END SOLUTION

# %% tags=["check"]
with check("5.1", points=1, without=["keras", "tensorflow"]) as spread_ready:
    assert not np.isclose(spread("he", 50, 50), 0.04), "2 / 50 = 0.04 is the variance: the standard deviation is its root"
    said = [float(spread(start, 50, 150)) for start in ("small", "glorot", "he")]
    assert np.allclose(said, [0.01, 0.1, 0.2]), f"50 inputs and 150 units: 0.01, √(2/200) = 0.1 and √(2/50) = 0.2, not {np.round(said, 4).tolist()}"
    for start, oracle in [("glorot", keras.initializers.GlorotNormal(0)), ("he", keras.initializers.HeNormal(0))]:
        theirs = float(np.std(oracle((400, 100))))
        assert abs(spread(start, 400, 100) / theirs - 1) < 0.03, \
            f"400 inputs, 100 units: Keras' weights spread by {theirs:.4f}, yours by {spread(start, 400, 100):.4f}"
    draw = np.random.default_rng(0).normal
    h = np.maximum(draw(size=(500, 400)) @ draw(0, spread("he", 400, 300), (400, 300)), 0)
    assert abs(np.mean(h ** 2) - 1) < 0.1, f"through a ReLU layer the mean square 1 becomes {np.mean(h ** 2):.2f}: He's start keeps it"

# %% tags=["hidden"]
with check("5.1", without=["keras", "tensorflow"]):
    for inputs, units in [(784, 512), (3, 900), (1, 1), (64, 10)]:
        said = [float(spread(start, inputs, units)) for start in ("small", "glorot", "he")]
        assert np.allclose(said, [0.01, np.sqrt(2 / (inputs + units)), np.sqrt(2 / inputs)]), "other sizes: inputs and units both count"

# %% [markdown]
# ### 5.2 Back through all layers · 1 point · 10 min
#
# Layer $l$ computes $z_l = h_{l-1} W_l$ and $h_l = f(z_l)$. Given is the gradient of the error with respect to the last layer's outputs. Going
# back through a layer, multiply by the **slope** $f'(z_l)$: that is the gradient with respect to $z_l$. Its product with $W_l^T$ is the one with respect to $h_{l-1}$.
#
# *Predict* first: twenty layers of one sigmoid each, all weights 1, all at their steepest, 0.25. What arrives at the first?
#
# <details><summary>Hint 1</summary>Walk through slopes and weights from the end. Keep one array, the gradient, and change it twice a layer.</details>
# <details><summary>Hint 2</summary>Slopes multiply number by number, the matrix as a matrix: <code>gradient @ W.T</code>.</details>
# <details><summary>Hint 3</summary>For each layer, last first: <code>gradient = gradient * slope</code>, put it in a list, <code>gradient = gradient @ W.T</code>. In the end turn the list round.</details>
# <details><summary>What you should see, once the check passes</summary>0.25 to the power of 20, 0.0000000000009. And a sigmoid is never steeper than that. The tape of TensorFlow finds the same gradients as you.</details>

# %% tags=["answer"]
def back(gradient, slopes, weights):
    """Return the list of gradients with respect to each layer's z, the first layer's first; slopes and weights are lists of arrays."""
    # BEGIN SOLUTION
    found = []
    for slope, W in zip(slopes[::-1], weights[::-1]):
        found.append(gradient * slope)
        gradient = found[-1] @ W.T
    return found[::-1]
    # END SOLUTION

# %% tags=["check"]
with check("5.2", points=1, without=["keras", "tensorflow"]) as back_ready:
    one = np.ones((1, 1))
    found = [np.asarray(part) for part in back(one.copy(), [one / 2, one / 4], [3 * one, 5 * one])]
    assert len(found) == 2, f"two layers have two gradients, yours are {len(found)}"
    assert not np.allclose(np.ravel(found), [0.25, 0.625]), "the first layer's gradient stands first in the list: turn it round"
    assert np.isclose(found[1].item(), 0.25), f"at the last layer only its slope has acted: 1 · ¼, not {found[1].item():g}"
    assert np.isclose(found[0].item(), 0.625), f"then its weight and the first slope: ¼ · 5 · ½ = 0.625, not {found[0].item():g}"
    chain = np.asarray(back(one.copy(), [one / 4] * 20, [one] * 20)[0]).item()
    assert np.isclose(chain, 0.25 ** 20, rtol=1e-6, atol=0), "twenty sigmoids at their steepest: 0.25 to the power of 20"
    draw, zs = np.random.default_rng(0).normal, []
    weights, top, h = [draw(size=shape) for shape in [(3, 4), (4, 2), (2, 5)]], draw(size=(6, 5)), draw(size=(6, 3))
    with tf.GradientTape() as tape:
        for W in weights:
            zs.append(tf.constant(h) @ W)
            tape.watch(zs[-1])
            h = tf.tanh(zs[-1])
    oracle = tape.gradient(h, zs, output_gradients=tf.constant(top))
    found = back(top.copy(), [1 - np.tanh(z) ** 2 for z in zs], list(weights))
    assert all(np.shape(mine) == theirs.shape and np.allclose(mine, theirs) for mine, theirs in zip(found, oracle)), \
        "TensorFlow's tape finds other gradients for three layers of tanh: the slope before the matrix, and W.T?"

# %% tags=["hidden"]
with check("5.2", without=["keras", "tensorflow"]):
    draw = np.random.default_rng(7).normal
    sizes = [5, 3, 6, 6, 2, 4]
    weights = [draw(size=shape) for shape in zip(sizes, sizes[1:])]
    slopes, top = [draw(size=(7, units)) for units in sizes[1:]], draw(size=(7, 4))
    kept, g, oracle = top.copy(), top, []
    for slope, W in zip(slopes[::-1], weights[::-1]):
        z = np.array([[g[row, j] * slope[row, j] for j in range(len(g[0]))] for row in range(7)])
        oracle.insert(0, z)
        g = np.array([[sum(z[row, j] * W[i, j] for j in range(len(z[0]))) for i in range(len(W))] for row in range(7)])
    found = back(top, slopes, weights)
    assert len(found) == 5 and all(np.shape(a) == b.shape and np.allclose(a, b) for a, b in zip(found, oracle)), \
        "five layers of different sizes: another result than a slow loop's"
    assert np.array_equal(top, kept), "the gradient that was given stays as it is: *= changes it, = … * … does not"
    assert [W.shape for W in weights] == list(zip(sizes, sizes[1:])), "the lists that were given stay as they are: [::-1] makes a new one, reverse() does not"

# %% [markdown]
# *Figure 6. The size of the gradient in each of 20 layers of 100 units, relative to the last, for sigmoid, tanh and ReLU, on a logarithmic
# axis from 1 to 10⁻³⁰. Sigmoid: all three starts fall steeply. Tanh: Glorot's start and He's stay near 1. ReLU: He's stays at 1,
# Glorot's loses a factor of about 1,000. The small start dies everywhere.*
#
# He's start makes up for ReLU's zero slopes. The sigmoid's slope is at most 0.25, and none of these starts makes up for that. Section 9
# trains such networks.

# %% tags=["show"]
def sizes_of_gradients(activation, start, seed=0, layers=20, units=100):
    """How large the gradient is in each layer, relative to the last one."""
    draw = np.random.default_rng(seed).normal
    h, weights, slopes = draw(size=(50, units)), [], []
    for _ in range(layers):
        weights.append(draw(0, spread(start, units, units), (units, units)))
        h = activate(h @ weights[-1], activation)
        slopes.append({"sigmoid": h * (1 - h), "tanh": 1 - h ** 2, "relu": 1.0 * (h > 0)}[activation])
    norms = np.array([np.linalg.norm(part) for part in back(draw(size=h.shape), slopes, weights)])
    return norms / norms[-1]

if spread_ready and back_ready:
    for ax, name in zip(plots.panels(1, 3, size=(3.6, 3.3))[0], ("sigmoid", "tanh", "relu")):
        curves = {start: sizes_of_gradients(name, start) for start in ("he", "glorot", "small")}
        claim = {"sigmoid": "Sigmoid: dies at each start", "tanh": "Tanh: lives, by Glorot", "relu": "ReLU: keeps its size, by He"}[name]
        ax = plots.lines(np.arange(1, 21), curves, "layer", "size of the gradient", title=claim, ax=ax)
        ax.set(yscale="log", ylim=(1e-33, 1e3), xticks=[1, 5, 10, 15, 20])
        firsts = {start: curve[0] for start, curve in curves.items()}      # seeds 0-4: below 4e-10, 0.19-0.22, 0.76-0.96
        assert max(firsts.values()) < 1e-8 if name == "sigmoid" else 0.1 < firsts["glorot" if name == "tanh" else "he"] < 10
else:
    print("Figure 6 uses your spread and your back: it appears when 5.1 and 5.2 hold.")

# %% [markdown]
# ## 6 Thirty outputs steer a car
#
# In 1989 ALVINN drove a van: 30 × 32 pixels, **four** hidden units, **30 outputs** in a row. A direction is a **hill** around its place there.
#
# ### 6.1 A hill, and its middle · 1 point · 11 min
#
# Directions go from -1, at unit 0, to 1, at the last unit. `hill`: a unit at distance $d$ from the direction's place says $e^{-d^2/10}$.
# `steer`: the mean place, weighted by the outputs, as a direction; outputs below half of the highest do not count.
#
# *Predict* first: why not weigh **all** the outputs?
#
# <details><summary>Hint 1</summary>The place of a direction is (direction + 1) / 2 · (units - 1): 0 for -1, and units - 1 for 1.</details>
# <details><summary>Hint 2</summary><code>np.arange(units) - place</code> are the distances. For steer set small outputs to 0 by <code>np.where</code>.</details>
# <details><summary>Hint 3</summary><code>place = np.sum(kept * np.arange(len(kept))) / np.sum(kept)</code>, and back: <code>2 * place / (len(kept) - 1) - 1</code>.</details>
# <details><summary>What you should see, once the check passes</summary>A hill at the edge is cut off, and sigmoids are never quite 0: both pull the mean of all to the middle of the row. On new roads, weighing all is off by 0.13, the half rule by 0.09.</details>

# %% tags=["answer"]
def hill(direction, units=30):
    """Return the wanted outputs, an array, for one direction from -1 to 1."""
    # BEGIN SOLUTION
    place = (direction + 1) / 2 * (units - 1)
    return np.exp(-(np.arange(units) - place) ** 2 / 10)
    # END SOLUTION


def steer(outputs):
    """Return the direction, -1 to 1, that an array of outputs stands for."""
    # BEGIN SOLUTION
    kept = np.where(outputs >= outputs.max() / 2, outputs, 0)
    place = np.sum(kept * np.arange(len(kept))) / np.sum(kept)
    return 2 * place / (len(kept) - 1) - 1
    # END SOLUTION

# %% tags=["check"]
with check("6.1", points=1, without=["keras"]) as alvinn_ready:
    said = np.asarray(hill(0.0, units=5))
    assert said.shape == (5,), f"five units, five outputs: yours have the shape {said.shape}"
    assert np.argmax(said) == 2, f"straight ahead lies in the middle of five units, 2; your hill is highest at {np.argmax(said)}: -1 is unit 0"
    assert np.allclose(said, np.exp([-0.4, -0.1, 0, -0.1, -0.4])), \
        f"1 in the middle, e^-0.1 = 0.905 beside it, e^-0.4 = 0.670 next: yours is {np.round(said, 3).tolist()}"
    assert np.allclose(hill(-1.0), models.encode_direction(-1)), "hard left of 30 units: the top of the hill stands at unit 0"
    said = float(steer(np.array([0, 0, 0, 2.0, 2.0])))
    assert not np.isclose(said, 3.5), "3.5 is the place in the row: turn it into a direction again, -1 to 1"
    assert np.isclose(said, 0.75), f"units 3 and 4 of five, alike: half-way between 0.5 and 1, not {said:g}"
    outputs = np.array([0.4, 0.4, 0.4, 0.4, 1.0])
    said = float(steer(outputs))
    assert outputs[0] == 0.4, "the outputs that were given stay as they are: np.where makes a new array"
    assert np.isclose(said, 1), f"0.4 is below half of 1 and does not count: this says 1, hard right, not {said:g}"
    wheel = np.linspace(-1, 1, 41)
    off = np.abs([steer(models.encode_direction(one)) - one for one in wheel])
    assert off.max() < 0.07, f"a clean hill should be read to 0.07 everywhere, yours is {off.max():.2g} off at {wheel[off.argmax()]:g}"

# %% tags=["hidden"]
with check("6.1", without=["keras"]):
    draw = np.random.default_rng(4)
    for units, direction in [(30, -0.37), (12, 1.0), (46, 0.501)]:
        assert np.allclose(hill(direction, units), models.encode_direction(direction, units)), "other directions, any number of units"
        outputs = draw.uniform(0, 1, units)
        kept, rows = outputs.copy(), [i for i in range(units) if outputs[i] >= max(outputs) / 2]
        place = sum(outputs[i] * i for i in rows) / sum(outputs[i] for i in rows)
        assert np.isclose(steer(outputs), 2 * place / (units - 1) - 1), "any outputs, of any number: what counts is weighted by itself"
        assert np.array_equal(outputs, kept), "the outputs that were given stay as they are"

# %% tags=["show"]
(roads, way), (new_roads, new_way) = datasets.roads.load_data()
light = (roads / 255).mean()
training.seed(0)
alvinn = models.ALVINN()                                   # the lecture's: 30×32, four hidden units, 30 outputs
alvinn.compile(keras.optimizers.Adam(0.003), "mse", steps_per_execution=47)
hills = np.array([hill(one) if alvinn_ready else models.encode_direction(one) for one in way])
alvinn.fit(roads / 255 - light, hills, epochs=60, verbose=0, callbacks=[training.Progress()])
outputs = np.asarray(alvinn(new_roads / 255 - light))
chosen = np.array([steer(one) for one in outputs]) if alvinn_ready else models.decode_direction(outputs)
off = np.mean(np.abs(chosen - new_way))
print(f"{alvinn.count_params():,} weights; on {len(new_roads)} new roads off by {off:.3f}, straight ahead by {np.mean(np.abs(new_way)):.2f}")
assert off < 0.12      # seeds 0-4: 0.078 to 0.099

# %% [markdown]
# *Figure 7. A film (press ▶) of 25 roads that ALVINN never saw, from left bends to right ones. Below each road the 30 outputs as bars, with a black mark at
# the direction that they say and a hollow one at the right direction: the hill follows the road. Then eight such roads, and the weights of the four
# hidden units as pictures: patches of light and dark, left and right, below the horizon.*
#
# Four numbers hold all that steering needs. *Straight ahead, always* would be off by 0.51.

# %% tags=["show"]
def drive(ax, i):
    """A road, and under it the 30 outputs."""
    ax.imshow(new_roads[i], extent=(-0.5, 29.5, 0, 28), cmap="gray", aspect="auto", vmin=0, vmax=255)
    ax.bar(np.arange(30), 7 * outputs[i], bottom=-9, color="#0072B2")
    ax.plot((chosen[i] + 1) / 2 * 29, -0.7, "v", color="black", markersize=9)
    ax.plot((new_way[i] + 1) / 2 * 29, -0.7, "v", color="white", markeredgecolor="black", markersize=6)
    ax.set(xlim=(-0.5, 29.5), ylim=(-9, 28), xticks=[], yticks=[], xlabel=f"says {chosen[i]:+.2f}, right {new_way[i]:+.2f}")

axes = plots.panels(3, 4, size=(2.3, 2.4), title=f"Roads it never saw: off by {off:.2f} on average")
for i, ax in enumerate(axes[:2].flat):
    drive(ax, i)
for number, (ax, kernel) in enumerate(zip(axes[2], alvinn.get_weights()[0].T), start=1):
    ax.imshow(kernel.reshape(30, 32), cmap="gray", aspect="auto")
    ax.set(xticks=[], yticks=[], xlabel=f"weights of hidden unit {number}")
order = np.argsort(new_way)[::12]
plots.film(lambda ax, i: drive(ax, order[i]), frames=25, title="The hill follows the road", interval=350)

# %% [markdown]
# ## 7 One class, or any number of labels
#
# *Which digit is this?* is **multi-class**: softmax makes probabilities that share 1. *Which digits are there?* is **multi-label**: each
# output answers yes or no for itself, by a sigmoid.
#
# ### 7.1 What it says, what it costs · 1 point · 10 min
#
# `z` holds the last layer's sums, in rows. `says`: 1 for the most probable label (`"one"`) or for all above ½ (`"any"`), else 0.
# `cost`: the mean **cross-entropy**, for `"any"` over all labels of all pictures.
#
# *Predict* first: can softmax give two digits more than ½ each?
#
# <details><summary>Hint 1</summary>A sigmoid is above one half where z is above 0. The largest z has the largest softmax: no need to compute either for says.</details>
# <details><summary>Hint 2</summary>"one": <code>p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)</code>; the cost of a row is -Σ y log p. "any": p is the sigmoid, and a label costs -y log p - (1 - y) log(1 - p).</details>
# <details><summary>Hint 3</summary><code>np.eye(z.shape[1])[z.argmax(axis=1)]</code> puts a 1 at the largest; <code>(z &gt; 0).astype(int)</code> says yes or no. For "one" sum over each row before the mean.</details>
# <details><summary>What you should see, once the check passes</summary>No: two probabilities that share 1 cannot both be above ½. Figure 8 shows the price. Your costs are those of Keras' CategoricalCrossentropy and BinaryCrossentropy.</details>

# %% tags=["answer"]
def says(z, task):
    """Return 0 or 1 for each label in each row of z; task is "one" (multi-class) or "any" (multi-label)."""
    # BEGIN SOLUTION
    if task == "one":
        return np.eye(z.shape[1])[z.argmax(axis=1)]
    return (z > 0).astype(int)
    # END SOLUTION


def cost(z, y, task):
    """Return the mean cross-entropy of the sums z, where the right answers are the 0s and 1s in y."""
    # BEGIN SOLUTION
    if task == "one":
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        return -np.mean(np.sum(y * np.log(p), axis=1))
    p = activate(z, "sigmoid")
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    # END SOLUTION

# %% tags=["check"]
with check("7.1", points=1, without=["keras", "tensorflow", "scipy"]) as labels_ready:
    z = np.array([[2.0, 0.3, -1.0], [-3.0, -1.0, -2.0]])
    one, many = (np.asarray(says(z, task)).astype(int).tolist() for task in ("one", "any"))
    assert one == [[1, 0, 0], [0, 1, 0]], f"one of three: the largest in each row, [[1, 0, 0], [0, 1, 0]], not {one}"
    assert many != [[1, 1, 0], [0, 1, 0]], "the second row has no label: all its sums are below 0, so all its sigmoids are below one half"
    assert many == [[1, 1, 0], [0, 0, 0]], f"any of three: 1 where the sigmoid is above one half, where z is above 0; not {many}"
    z, y = np.log([[2.0, 1.0, 1.0]]), np.array([[1, 0, 0]])
    said = float(cost(z, y, "one"))
    assert np.isclose(said, np.log(2)), f"softmax gives ½, ¼, ¼, and the right one has ½: the cost is -log ½ = 0.693, not {said:.3f}"
    said = float(cost(np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([[1, 1], [0, 0]]), "any"))
    assert not np.isclose(said, np.log(2) / 2), "a label that is 0 costs, too, if its sigmoid is above 0: (1 - y) log(1 - p)"
    assert np.isclose(said, np.log(2)), f"four sigmoids of ½ cost -log ½ = 0.693 each, whatever is right, and so on average; yours {said:.3f}"
    z, y = np.random.default_rng(0).normal(size=(8, 5)), np.eye(5)[[0, 3, 1, 4, 4, 2, 0, 1]]
    for task, oracle in [("one", keras.losses.CategoricalCrossentropy(True)), ("any", keras.losses.BinaryCrossentropy(True))]:
        theirs = float(oracle(y, z))
        assert np.isclose(float(cost(z, y, task)), theirs, atol=1e-5), f'Keras\' cost for "{task}" is {theirs:.4f}, yours {cost(z, y, task):.4f}'

# %% tags=["hidden"]
with check("7.1", without=["keras", "tensorflow", "scipy"]):
    draw = np.random.default_rng(9)
    for rows, labels in [(1, 2), (40, 10), (7, 3)]:
        z, y = 2 * draw.normal(size=(rows, labels)), draw.integers(0, 2, (rows, labels)).astype(float)
        first = np.eye(labels)[draw.integers(0, labels, rows)]
        for task, right, oracle in [("one", first, keras.losses.CategoricalCrossentropy(True)), ("any", y, keras.losses.BinaryCrossentropy(True))]:
            assert np.isclose(float(cost(z, right, task)), float(oracle(right, z)), atol=1e-5), \
                "other pictures, other numbers of labels: Keras' cost is another"
        assert np.array_equal(np.asarray(says(z, "any")).astype(int), (z > 0).astype(int)), "any: every label decides for itself"
        assert np.array_equal(np.asarray(says(z, "one")).astype(int), np.eye(labels, dtype=int)[z.argmax(axis=1)]), "one: one 1 in each row"

# %% tags=["show"]
def pictures(x, y, count, draw):
    """Pictures of two places, each with a handwritten digit in two of three cases, and 0 or 1 for each of ten labels."""
    rows, there = draw.integers(0, len(x), (count, 2)), draw.random((count, 2)) < 2 / 3
    labels = (np.eye(10)[y[rows]] * there[:, :, None]).max(axis=1)
    return np.concatenate(np.moveaxis(x[rows] * there[:, :, None, None], 1, 0), axis=2), labels

(x_train, y_train), (x_test, y_test) = datasets.digits.load_data()
x_train, x_test, draw = x_train / 16, x_test / 16, np.random.default_rng(0)
(pages, wanted), (new_pages, truth) = pictures(x_train, y_train, 6000, draw), pictures(x_test, y_test, 1000, draw)
sums = {}
for kind, loss in [("sigmoid", keras.losses.BinaryCrossentropy(True)), ("softmax", keras.losses.CategoricalCrossentropy(True))]:
    training.seed(0)
    net = keras.Sequential([keras.Input((8, 16)), keras.layers.Flatten(), keras.layers.Dense(128, "relu"), keras.layers.Dense(10)])
    net.compile(keras.optimizers.Adam(0.003), loss, steps_per_execution=47)
    share = np.maximum(wanted.sum(axis=1, keepdims=True), 1) if kind == "softmax" else 1      # softmax shares 1 among the labels
    net.fit(pages, wanted / share, batch_size=64, epochs=15, verbose=0, callbacks=[training.Progress()])
    sums[kind] = np.asarray(net(new_pages)), np.asarray(net(pages))

# %% [markdown]
# *Figure 8. Above, how many pictures of none, one or two different digits have all labels right. Sigmoids: nearly all of none and one, three in
# four of two. Softmax's largest: only those of one. Softmax with the best limit: fewer than half of two. Below, twelve pictures of two places, with
# what sigmoids say and what softmax says.*
#
# Softmax learned shares, 1 for one digit, ½ and ½ for two, and even with its best limit it stays behind. Its
# outputs compete: what a second digit gets, the first one loses.

# %% tags=["show"]
if labels_ready:
    softmax = lambda z: np.asarray(keras.ops.softmax(z))
    right = lambda said, labels: np.all(said == labels, axis=1)
    limits = np.linspace(0.02, 0.9, 89)      # for softmax, the limit that does best on the training pictures
    limit = limits[np.argmax([right(softmax(sums["softmax"][1]) > one, wanted).mean() for one in limits])]
    said = {"sigmoid > ½": says(sums["sigmoid"][0], "any"), "softmax, largest": says(sums["softmax"][0], "one"),
            f"softmax > {limit:.2f}": softmax(sums["softmax"][0]) > limit}
    shares = {name: right(one, truth).mean() for name, one in said.items()}
    assert shares["sigmoid > ½"] > max(list(shares.values())[1:]) + 0.08      # seeds 0-4: 0.13 and more
    ax = plots.lines([0, 1, 2], {f"{name}: {shares[name]:.0%}": np.array([right(one, truth)[truth.sum(axis=1) == n].mean() for n in range(3)])
                                 for name, one in said.items()}, "different digits in the picture", "all labels right", "Sigmoids can say none, one and two")
    ax.set(xticks=[0, 1, 2], ylim=(-0.05, 1.25), yticks=[0, 0.5, 1])
    words = lambda row: " ".join(map(str, np.flatnonzero(row))) or "none"
    first, second = said["sigmoid > ½"], said["softmax, largest"]
    plots.images(new_pages[:12], [f"{words(first[i])} / {words(second[i])}" for i in range(12)], columns=6, title="Sigmoids say / softmax says");
else:
    print("Figure 8 is read by your says: it appears when 7.1 holds.")

# %% [markdown]
# ## 8 Break it on purpose
#
# Take the activations away, and leave all twenty layers: is that still a deep network?
#
# ### 8.1 Collapse · 1 point · 7 min
#
# Layers without activation, $x \to x W_1 + b_1 \to (x W_1 + b_1) W_2 + b_2 \to \dots$, are **one** layer. Find its weights and its bias.
#
# *Predict* first: what does the second layer do to the first layer's bias?
#
# <details><summary>Hint 1</summary>Start with the first layer. Take the others in one by one.</details>
# <details><summary>Hint 2</summary>Multiply out: (x W + b) V + c = x (W V) + (b V + c).</details>
# <details><summary>Hint 3</summary>In a loop: <code>W, b = W @ V, b @ V + c</code>. The old b has to be used before it changes; a pair does that.</details>
# <details><summary>What you should see, once the check passes</summary>It multiplies it by its own weights, then adds its own bias. Twenty layers of two units shrink to 4 weights and 2 biases: without folds, depth is nothing.</details>

# %% tags=["answer"]
def collapse(weights, biases):
    """Return W and b of the one layer that does what all the layers without activation do; two lists of arrays."""
    # BEGIN SOLUTION
    W, b = weights[0], biases[0]
    for V, c in zip(weights[1:], biases[1:]):
        W, b = W @ V, b @ V + c
    return W, b
    # END SOLUTION

# %% tags=["check"]
with check("8.1", points=1, without=["keras", "tensorflow"]) as collapse_ready:
    W, b = collapse([np.array([[2.0]]), np.array([[3.0]])], [np.array([1.0]), np.array([5.0])])
    assert np.isclose(np.ravel(W)[0], 6), f"times 2, then times 3, is times 6, not {np.ravel(W)[0]:g}"
    assert not np.isclose(np.ravel(b)[0], 6), "the first bias is multiplied by the second weight, too: 1·3 + 5"
    assert np.isclose(np.ravel(b)[0], 8), f"(2x + 1)·3 + 5 = 6x + 8: a bias of 8, not {np.ravel(b)[0]:g}"
    net = keras.Sequential([keras.Input((3,)), *(keras.layers.Dense(units, bias_initializer="random_normal") for units in (4, 2, 5))])
    W, b = (np.asarray(part) for part in collapse(net.get_weights()[::2], net.get_weights()[1::2]))
    assert W.shape == (3, 5), f"three inputs, layers of 4, 2 and 5 units: one matrix of 3 × 5, not {W.shape}. First weights left, as in x @ W"
    x = np.random.default_rng(0).normal(size=(6, 3))
    assert np.allclose(x @ W + b, net(x), atol=1e-4), "Keras' three Dense layers without activation say something else than your one"

# %% tags=["hidden"]
with check("8.1", without=["keras", "tensorflow"]):
    draw = np.random.default_rng(5).normal
    for sizes in ([2] * 21, [4, 3], [1, 6, 2, 7]):
        weights, biases = [draw(size=shape) for shape in zip(sizes, sizes[1:])], [draw(size=units) for units in sizes[1:]]
        kept = [part.copy() for part in weights + biases]
        x = h = draw(size=(5, sizes[0]))
        for V, c in zip(weights, biases):
            h = h @ V + c
        W, b = collapse(weights, biases)
        assert np.allclose(x @ np.asarray(W) + b, h), "any number of layers, of any sizes, one alone as well"
        assert all(np.array_equal(a, c) for a, c in zip(kept, weights + biases)), "the arrays that were given stay as they are"

# %% [markdown]
# *Figure 9. Left, the two waves after 20 layers without activation: tilted and stretched, and no easier to part than before. Right, the
# loss of a network of 8 tanh units: it stays at 0.69 from zeros, stops at 0.45 if all weights start at 0.5, and falls to 0 from
# random numbers.*
#
# And if all weights start **alike**? Then the units of a layer have the same outputs and the same gradients, and stay copies of one unit. At zero, tanh
# passes on nothing at all, in either direction. Random numbers make units differ.

# %% tags=["show"]
draw = np.random.default_rng(0).normal
weights, biases = [np.eye(2) + draw(0, 0.15, (2, 2)) for _ in range(20)], [draw(0, 0.1, 2) for _ in range(20)]
tilted = waves
for W, b in zip(weights, biases):
    tilted = tilted @ W + b
before, after = best_line(waves, which)[2], best_line((tilted - tilted.mean(axis=0)) / tilted.std(axis=0), which)[2]
assert abs(before - after) < 0.011

left, right = plots.panels(1, 2)[0]
plots.points(tilted, which, legend=False, title=f"20 layers, no fold: best line {after:.0%} right", ax=left)
losses, starts = {}, {"all 0": "zeros", "all 0.5": keras.initializers.Constant(0.5), "random": keras.initializers.GlorotUniform(seed=0)}
for name, start in starts.items():
    units = keras.layers.Dense(8, "tanh", kernel_initializer=start)
    net = keras.Sequential([keras.Input((2,)), units, keras.layers.Dense(1, "sigmoid", kernel_initializer=start)])
    net.compile(keras.optimizers.Adam(0.02), "binary_crossentropy", steps_per_execution=50)
    losses[name] = net.fit(np.tile(waves, (50, 1)), np.tile(which, 50), batch_size=200, epochs=20, shuffle=False, verbose=0).history["loss"]
plots.lines(np.arange(1, 21) * 50, losses, "step", "loss on the two waves", "Only a random start learns the waves", right)
zero, alike, random = (curve[-1] for curve in losses.values())
assert zero > 0.69 and alike > 0.3 and random < 0.05      # seeds 0-4: 0.69; 0.37 to 0.49; below 0.003

# %% [markdown]
# ### 8.2 Three shortcomings · 2 points · 6 min
#
# The lecture asks: name three shortcomings of plain feedforward networks, such as 784-512-10, and for each what you would change. At most
# 60 words; a person reads this answer.
#
# <details><summary>Hint 1</summary>Where do 401,920 of the 407,050 weights sit, and would they know a digit that moves by three pixels?</details>
# <details><summary>Hint 2</summary>What does it do with a sentence: longer than the last one, and in another order?</details>
# <details><summary>Hint 3</summary>What happens to the gradient in twenty layers? How many examples did it need?</details>

# %% [markdown] tags=["written"]
# Every unit weighs every pixel, so it needs many examples and misses a digit that moved: share weights in small windows (convolution). Its
# input has a fixed length, and it remembers nothing: feed its state back (recurrence). In deep ones gradients vanish: ReLU with He's
# start, normalisation, skip connections.
#
# *Marking key.* 2 points: three different shortcomings, each with a change that answers it. 1 point: two such pairs, or three shortcomings without
# changes. "It is slow" or "use a deeper one" without a reason counts for nothing.

# %% [markdown]
# ## 9 Go further on a GPU
#
# *Figure 10. The training loss of three networks of 20 layers that read handwritten digits. Sigmoid with He's start and ReLU with a small start stay
# at 2.3, as a guess among ten does. ReLU with He's start falls below 0.3.*
#
# It takes activation **and** start. On Colab choose *Runtime → Change runtime type → GPU*; raise `DEPTH` to 50, `EPOCHS` to 40.
#
# The last cell is **your score**. Run all cells from the top (*Run → Restart Kernel and Run All Cells*), read the table, and hand in this notebook as it is.

# %% tags=["show"]
DEPTH, UNITS, EPOCHS = 20, 64, 12
curves, shares = {}, []
small = keras.initializers.RandomNormal(stddev=0.01, seed=0)
for name, activation, start in [("sigmoid, he", "sigmoid", "he_normal"), ("relu, small", "relu", small), ("relu, he", "relu", "he_normal")]:
    training.seed(0)
    hidden = [keras.layers.Dense(UNITS, activation, kernel_initializer=start) for _ in range(DEPTH)]
    net = keras.Sequential([keras.Input((8, 8)), keras.layers.Flatten(), *hidden, keras.layers.Dense(10, "softmax")])
    descent = keras.optimizers.SGD(0.05, momentum=0.9, global_clipnorm=0.5)      # gradients longer than 0.5 are shortened
    net.compile(descent, "sparse_categorical_crossentropy", steps_per_execution=23)
    history = net.fit(x_train, y_train, batch_size=64, epochs=EPOCHS, verbose=0, callbacks=[training.Progress()]).history
    shares.append(np.mean(np.asarray(net(x_test)).argmax(axis=1) == y_test))
    curves[f"{name}: {shares[-1]:.0%} right"] = history["loss"]
ax = plots.lines(np.arange(1, EPOCHS + 1), curves, "epoch", "training loss", title=f"{DEPTH} layers: no gradient, no learning")
ax.set(ylim=(0, 3.2))
if (DEPTH, UNITS, EPOCHS) == (20, 64, 12):
    assert shares[2] > 0.75 and max(shares[:2]) < 0.2      # seeds 0-4: 0.86 to 0.95; at most 0.11

# %% tags=["show"]
check.score(written={"8.2": 2})
