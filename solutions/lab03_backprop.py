# %% [markdown]
# # Lab 3 · Blame, passed backward
#
# *Lecture: how neural networks learn, backpropagation, computational graphs · 90 minutes*
#
# By the end you can
# - pass blame backward through a graph, and through a network of two layers;
# - catch a wrong gradient by measuring it, and write a training loop from nothing;
# - build an automatic differentiator that agrees with TensorFlow's, and say what a graph saves.

# %% tags=["setup"]
import timeit

from dlcourse import check, datasets, plots, training
import keras
import numpy as np
import tensorflow as tf

training.report()
training.seed(0)
(pixels, y_train), (pixels_test, y_test) = datasets.digits.load_data()      # 8×8 pixels from 0 to 16
x_train, x_test = pixels.reshape(-1, 64) / 16, pixels_test.reshape(-1, 64) / 16

def neuron_error(w):
    """The error of section 1's neuron, over its weight w[0] and its bias w[1]; the sum over neurons, if these are arrays."""
    return np.sum((1 / (1 + np.exp(-(3 * w[0] + w[1]))) - 1) ** 2)

def cross_entropy(scores, y):
    """Return the mean loss, and its slope by each score; y holds the right class of each row."""
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)                       # softmax: probabilities
    rows = np.arange(len(y))
    loss = -np.mean(np.log(p[rows, y]))
    p[rows, y] -= 1
    return loss, p / len(y)

# %% [markdown]
# ## 1 Whose fault is it?
#
# A network answers wrongly. Which of its weights should change, and which way? First go **forward**: compute every number up to the
# error $E$. Then go **backward**, and ask of every number: if it grew, how steeply would $E$ rise? This slope is its **gradient**; call it
# its **blame**.
#
# *Figure 1. A neuron as a graph: w = 2 and x = 3 feed p = 6; p and b = -6 feed z = 0; z feeds a = 0.5; a feeds E = 0.25.
# Each arrow bears its own slope.*

# %% tags=["show"]
NODES = {"w": (0, 2, "2"), "x": (0, 1, "3"), "b": (1, 0.5, "-6"), "p = w·x": (1, 1.5, "6"), "z = p + b": (2.2, 1, "0"),
         "a = σ(z)": (3.4, 1, "0.5"), "E = (a - y)²": (4.6, 1, "0.25")}
ARROWS = {"w p": "x", "x p": "w", "b z": "1", "p z": "1", "z a": "a(1 - a)", "a E": "2(a - y)"}

def graph(ax, nodes, arrows, blames=None, title=None):
    """Draw values above, the slope of each arrow beside it, blame below; a blamed number is orange."""
    places, blames = {name.split()[0]: place for name, place in nodes.items()}, blames or {}
    for pair, slope in arrows.items():
        (x0, y0, _), (x1, y1, _) = (places[name] for name in pair.split())
        ax.annotate("", (x1, y1), (x0, y0), arrowprops={"arrowstyle": "-|>", "color": "#222222", "shrinkA": 19, "shrinkB": 19})
        ax.text((x0 + x1) / 2, (y0 + y1) / 2 + 0.08, slope, ha="center", va="bottom", fontsize=9, color="#0072B2")
    for name, (x, y, value) in nodes.items():
        blamed = name.split()[0] in blames
        ax.scatter(x, y, s=1100, color="#E69F00" if blamed else "white", edgecolors="#222222", zorder=3)
        ax.text(x, y, value, ha="center", va="center", zorder=4, fontweight="bold")
        ax.text(x, y + 0.27, name, ha="center", va="bottom", fontsize=9)
        ax.text(x, y - 0.27, f"blame {blames[name.split()[0]]:g}" if blamed else "", ha="center", va="top", fontsize=9, color="#B34700")
    ax.set(xlim=(-0.5, max(x for x, *_ in nodes.values()) + 0.7), ylim=(0, 2.6))
    ax.set_title(title, loc="left", fontsize=11, fontweight="bold")
    ax.axis("off")

graph(plots.panels(size=(7.6, 3.2))[0, 0], NODES, ARROWS, title="Forward: from the inputs to the error")

# %% [markdown]
# ### 1.1 Blame by hand · 1 point · 7 min
#
# The right answer is $y = 1$, the neuron says $a = 0.5$. The blame of $E$ is 1: if $E$ grows, $E$ grows as much. Every other number gets the blame of
# the number it feeds, **times** the slope on the arrow between: the **chain rule**. Go from right to left and write six blames: `{"a": 7, "z": …}`, if
# a's blame were 7.
#
# *Predict* first: should $w$ grow or shrink? What sign has its blame?
#
# <details><summary>Hint 1</summary>Begin with a: 2(a - y), with a = 0.5 and y = 1. Multiply by a(1 - a) to get z's.</details>
# <details><summary>Hint 2</summary>A sum hands blame on unchanged, to both of its inputs.</details>
# <details><summary>Hint 3</summary>A product hands it on times the other factor: w gets p's blame times x = 3, and x gets it times w = 2.</details>
# <details><summary>What you should see, once the check passes</summary>w's blame is below zero: if w grows, E falls. So w should grow, and then a comes nearer to 1. It is blamed three times as much as b, for its input is 3.</details>

# %% tags=["answer"]
# BEGIN SOLUTION
BLAME = {"a": -1, "z": -0.25, "p": -0.25, "b": -0.25, "w": -0.75, "x": -0.5}
# END SOLUTION

# %% tags=["check"]
with check("1.1", points=1) as blame_ready:
    w, x, b = (tf.Variable(number, dtype="float64") for number in (2, 3, -6))
    with tf.GradientTape() as tape:       # TensorFlow's own backward pass
        p = w * x
        z = p + b
        a = tf.sigmoid(z)
        E = (a - 1) ** 2
    true = [float(g) for g in tape.gradient(E, [a, z, p, b, w, x])]
    why = {"a": "2(a - y), and a - y = 0.5 - 1", "z": "a's blame times a(1 - a) = 0.25", "p": "z's blame as it is: a sum hands it on",
           "b": "z's blame as it is: a sum hands it on", "w": "p's blame times x", "x": "p's blame times w, the other factor"}
    assert type(BLAME) is dict and set(BLAME) == set(why), 'six blames by name: {"a": …, "z": …, "p": …, "b": …, "w": …, "x": …}'
    for name, wanted in zip(why, true):
        assert abs(BLAME[name] - wanted) < 1e-6, f"{name} has {why[name]}: that is {wanted:g}, not {BLAME[name]:g}"

# %% [markdown]
# *Figure 2. A film (press ▶) of Figure 1: from E back to w and x the numbers turn orange, each with its blame. Below it all at once.*
#
# Each number hands on what it got, times its own slopes. None needs to know the whole graph.
#
# *Figure 3. A fork: w and x feed h, h feeds two outputs o over two weights v, both outputs feed E. All six numbers are 1.*
#
# Here blame comes back to $h$ on **two roads**. If $h$ grows, it moves $E$ by both together. So blames at a fork **add up**.

# %% tags=["show"]
film = None if blame_ready else print("Figure 2 draws your blames: it appears when 1.1 holds.")
if blame_ready:
    levels = [{"E": 1}, *({name: BLAME[name] for name in names} for names in ("a", "z", "pb", "wx"))]
    upto = [dict(pair for level in levels[:i] for pair in level.items()) for i in range(len(levels) + 1)]
    graph(plots.panels(size=(7.6, 3.2))[0, 0], NODES, ARROWS, upto[-1], title="Backward: blame flows from the error to the inputs")
    film = plots.film(lambda ax, i: graph(ax, NODES, ARROWS, upto[i], f"Backward, step {i}"), len(upto), title="Blame", interval=900)

fork = {"w": (0, 2, "1"), "x": (0, 1, "1"), "h = w·x": (1.2, 1.5, "1"), "o₁ = v₁·h": (2.6, 2.1, "1"), "o₂ = v₂·h": (2.6, 0.9, "1"),
        "E = ½Σ(o - t)²": (4.2, 1.5, "1")}
slopes = {"w h": "x", "x h": "w", "h o₁": "v₁", "h o₂": "v₂", "o₁ E": "o₁ - t₁", "o₂ E": "o₂ - t₂"}
graph(plots.panels(size=(7.6, 3.2))[0, 0], fork, slopes, title="Two roads lead back to h")
film

# %% [markdown]
# ### 1.2 Two roads lead back · 1 point · 7 min
#
# Write both passes for Figure 3, with as many outputs as `v` has weights. The targets are in `t`, and $E = \frac{1}{2}\sum_k (o_k - t_k)^2$.
#
# *Predict* first: w = x = 1, v = (1, 1), t = (0, 2). One output is too high by 1, the other too low by 1. How much is $w$ blamed?
#
# <details><summary>Hint 1</summary>Forward: three lines, for h, for all o at once, for E. Backward: the same three, from the end.</details>
# <details><summary>Hint 2</summary>The blame of o is o - t: the ½ and the square's 2 cancel. Each road brings v times that to h.</details>
# <details><summary>Hint 3</summary>The blame of h is <code>np.sum(v * (o - t))</code>; times x, it is the blame of w.</details>
# <details><summary>What you should see, once the check passes</summary>Not at all: 1 and -1 add up to 0. E is 1, and no change of w alone makes it smaller.</details>

# %% tags=["answer"]
def two_roads(w, x, v, t):
    """Return E and the blame of w; v holds the weights to the outputs, t their targets (arrays)."""
    # BEGIN SOLUTION
    h = w * x
    o = v * h
    E = np.sum((o - t) ** 2) / 2
    blame_of_h = np.sum(v * (o - t))
    return E, blame_of_h * x
    # END SOLUTION

# %% tags=["check"]
with check("1.2", points=1, without=["tensorflow", "keras"]) as passed:
    v, t = np.array([2.0, -1.0]), np.array([9.0, -1.0])
    E, blame = two_roads(1.0, 5.0, v, t)
    assert np.ndim(E) == 0 and np.ndim(blame) == 0, "two numbers are wanted, E and the blame of w: add up over the outputs"
    assert abs(E - 8.5) < 1e-9, f"h = 5, o = (10, -5), o - t = (1, -4): E is (1 + 16) / 2 = 8.5, not {E:g}"
    assert abs(blame - 6) > 1e-6, "6 is the blame of h: w gets it times x"
    assert abs(blame - 10) > 1e-6 and abs(blame - 20) > 1e-6, "only one road was counted: (1·2) and (-4)·(-1) add up"
    assert abs(blame + 15) > 1e-6, "each road brings its blame times its own weight v"
    assert abs(blame - 30) < 1e-9, f"h gets 1·2 + (-4)·(-1) = 6, and w gets 6·5 = 30, not {blame:g}"
    E, blame = two_roads(1.0, 1.0, np.array([1.0, 1.0]), np.array([0.0, 2.0]))
    assert abs(E - 1) < 1e-9 and abs(blame) < 1e-9, "one output too high, one too low by 1: the roads cancel"

# %% tags=["hidden"]
with check("1.2", without=["tensorflow", "keras"]):
    draw, tiny = np.random.default_rng(1), 1e-6
    for size in (1, 3, 7):
        w, x, v, t = draw.normal(), draw.normal(), draw.normal(size=size), draw.normal(size=size)
        E, blame = two_roads(w, x, v, t)
        assert abs(E - np.sum((v * w * x - t) ** 2) / 2) < 1e-9, "with other numbers of outputs: E is half the sum of squares"
        measured = (two_roads(w + tiny, x, v, t)[0] - two_roads(w - tiny, x, v, t)[0]) / (2 * tiny)
        assert abs(blame - measured) < 1e-6, "one, three or seven outputs: the blame should equal the measured slope of E"

# %% [markdown]
# ## 2 Measure before you trust
#
# There is a way to slopes without the chain rule: **try**. Nudge one number a little up, a little down, and see how $f$ moves:
#
# $$\frac{\partial f}{\partial w_i} \approx \frac{f(w_i + h) - f(w_i - h)}{2h}$$
#
# Slow, but hard to get wrong: a judge for all that follows.
#
# ### 2.1 The gradient by trial · 1 point · 8 min
#
# Measure the slope of `f` by every number in an array `w` of any shape. Try `neuron_error`, from the first cell.
#
# *Predict* first: is a smaller $h$ always better? What about $10^{-13}$?
#
# <details><summary>Hint 1</summary>One loop over all places in w. In it, two copies of w: one with h added at that place, one with h taken away.</details>
# <details><summary>Hint 2</summary><code>np.ndindex(w.shape)</code> gives every place, whatever the shape: <code>up[place] += h</code> nudges one number.</details>
# <details><summary>Hint 3</summary><code>up, down = w.copy(), w.copy()</code>; nudge both; <code>slopes[place] = (f(up) - f(down)) / (2 * h)</code>, with <code>slopes = np.zeros(w.shape)</code> before the loop.</details>
# <details><summary>What you should see, once the check passes</summary>With h = 10⁻⁵ the slope is right to about ten digits. No, smaller is not always better: with 10⁻¹³ only two or three digits are left. Figure 4 shows why.</details>

# %% tags=["answer"]
def numerical_gradient(f, w, h=1e-5):
    """Return the slope of f by each number in the array w, measured; f takes an array like w and gives a number."""
    # BEGIN SOLUTION
    slopes = np.zeros(w.shape)
    for place in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[place] += h
        down[place] -= h
        slopes[place] = (f(up) - f(down)) / (2 * h)
    return slopes
    # END SOLUTION

# %% tags=["check"]
with check("2.1", points=1, without=["tensorflow", "keras", "numpy.gradient"]) as numerical_ready:
    w = np.array([2.0, -6.0])
    slopes = np.asarray(numerical_gradient(neuron_error, w))
    assert np.array_equal(w, [2, -6]), "w itself was changed: nudge a copy, or take back what you added"
    assert slopes.shape == (2,), f"two numbers have two slopes, yours has the shape {slopes.shape}"
    assert not np.allclose(slopes, [-1.5, -0.5]), "twice too steep: up and down are 2h apart"
    assert not np.allclose(slopes, -1.0), "both numbers were nudged at the same time: take a fresh copy for each place"
    assert np.allclose(slopes, [-0.75, -0.25], atol=1e-6), f"1.1 says -0.75 for w and -0.25 for b, you measured {slopes}: up minus down, fresh copies?"
    coarse = np.asarray(numerical_gradient(neuron_error, w, h=0.1))
    here, ups, downs = neuron_error(w), *([neuron_error(w + by) for by in step * np.eye(2)] for step in (0.1, -0.1))
    assert not np.allclose(coarse, (np.array(ups) - here) / 0.1) and not np.allclose(coarse, (here - downs) / 0.1), \
        "one way only: with h = 0.1 that errs by a tenth. Nudge up, nudge down, and divide by 2h"
    wanted = (np.array(ups) - downs) / 0.2
    assert np.allclose(coarse, wanted), f"with h = 0.1 it should say {wanted.round(4)}, not {coarse.round(4)}: is the h that is given used?"
    table = np.asarray(numerical_gradient(neuron_error, np.array([[2.0, 1.0], [-6.0, -2.0]])))
    assert table.shape == (2, 2), f"a table of 2 × 2 numbers has 2 × 2 slopes, yours have the shape {table.shape}"
    assert np.allclose(table, [[-0.75, -0.3173], [-0.25, -0.1058]], atol=1e-3), "two neurons in a table: each place gets its own nudge, not each row"

# %% tags=["hidden"]
with check("2.1", without=["tensorflow", "keras", "numpy.gradient"]):
    for shape in [(2, 4), (2, 3, 2), (3,)]:
        w = np.random.default_rng(2).normal(size=shape)
        a = 1 / (1 + np.exp(-(3 * w[0] + w[1])))
        true = np.zeros(shape)
        true[1] = 2 * (a - 1) * a * (1 - a)
        true[0] = 3 * true[1]
        slopes = np.asarray(numerical_gradient(neuron_error, w))
        assert slopes.shape == shape, "the gradient has the shape of w, tables and blocks included"
        assert np.allclose(slopes, true, atol=1e-6), "a slope for each place of a table or a block: does every place get its own nudge?"

# %% [markdown]
# *Figure 4. How far off the measured slope is, over h, on logarithmic axes. Both ways (solid): a V with its tip at h = 10⁻⁵, below 10⁻⁹. One
# way (dashed): a V with its tip at 10⁻⁸, hardly below 10⁻⁷. Both ways with 32-bit numbers (dash-dotted): hardly below 10⁻⁴, and from h = 10⁻⁸ down no digit is right.*
#
# Large steps miss the bend of the curve. Tiny steps lose digits: what differs in the last three of 16 digits differs by noise. So gradients are
# checked with 64-bit numbers.

# %% tags=["show"]
def off(h, kind, both):
    """How far the measured slope is from the true one, as a share: the middle one of 41 places."""
    w = np.linspace(1.2, 2.2, 41)
    a = 1 / (1 + np.exp(-(3 * w - 6)))
    up, down = (np.array([neuron_error(np.array([one + by, -6], kind)) for one in w], float) for by in (h, -h if both else 0))
    return np.median(np.abs((up - down) / (2 * h if both else h) / (6 * (a - 1) * a * (1 - a)) - 1))

steps = 10.0 ** -np.arange(1, 14)
curves = {"both ways": ("float64", True), "one way": ("float64", False), "both ways, 32 bits": ("float32", True)}
curves = {name: np.array([off(h, *how) for h in steps]) for name, how in curves.items()}
plots.lines(steps, curves, "h", "error, as a share", title="Neither too large nor too small").set(xscale="log", yscale="log", ylim=(1e-12, 3))
least = {name: curve.min() for name, curve in curves.items()}
assert least["both ways"] < 1e-9 < least["one way"] < 1e-6 < least["both ways, 32 bits"] and curves["both ways"][-1] > 1e-4

# %% [markdown]
# ## 3 Two layers, forward and backward
#
# Now a network with hidden units and one **score** for each class. A row of $x$ is an example; $@$ multiplies tables:
#
# $$h = \tanh(x \,@\, W_1 + b_1) \qquad s = h \,@\, W_2 + b_2$$
#
# ### 3.1 Forward · 1 point · 6 min
#
# Write it for all examples at once. The backward pass will need $h$, so return it, too.
#
# *Predict* first: if all of W1 and b1 are 0, how do the scores of two different pictures differ?
#
# <details><summary>Hint 1</summary>Two lines, one for each formula.</details>
# <details><summary>Hint 2</summary>Rows of x are examples, so x stands on the left: <code>x @ W1</code> has a row for each example, a column for each hidden unit.</details>
# <details><summary>Hint 3</summary><code>h = np.tanh(x @ W1 + b1)</code>, and the scores are <code>h @ W2 + b2</code>.</details>
# <details><summary>What you should see, once the check passes</summary>Not at all: h is 0 for every picture, and the scores are b2. Remember that for section 7.</details>

# %% tags=["answer"]
def forward(x, W1, b1, W2, b2):
    """Return the hidden units h and the scores, with a row for each example."""
    # BEGIN SOLUTION
    h = np.tanh(x @ W1 + b1)
    return h, h @ W2 + b2
    # END SOLUTION

# %% tags=["check"]
with check("3.1", points=1, without=["tensorflow", "keras"]) as forward_ready:
    draw = np.random.default_rng(0)
    x, W1, b1, W2, b2 = (draw.normal(size=size) for size in [(5, 3), (3, 4), 4, (4, 2), 2])
    said = forward(x, W1, b1, W2, b2)
    assert len(said) == 2, "two things are wanted: h, and the scores"
    h, scores = (np.asarray(part) for part in said)
    assert h.shape == (5, 4), f"5 examples and 4 hidden units: h has the shape (5, 4), yours {h.shape}"
    assert scores.shape == (5, 2), f"5 examples and 2 classes: the scores have the shape (5, 2), yours {scores.shape}"
    slow = [[np.tanh(sum(x[i, k] * W1[k, j] for k in range(3)) + b1[j]) for j in range(4)] for i in range(5)]
    assert np.allclose(h, slow), "h differs from a slow loop: the sum of x times W1, plus b1, then tanh over all of it"
    layers = [keras.layers.Dense(4, "tanh", dtype="float64"), keras.layers.Dense(2, dtype="float64")]
    oracle = keras.Sequential([keras.Input((3,), dtype="float64"), *layers])
    oracle.set_weights([W1, b1, W2, b2])
    assert not np.allclose(scores, np.tanh(oracle(x))), "scores may be any number: no tanh at the end"
    assert np.allclose(scores, oracle(x)), "the scores differ from Keras' two Dense layers: h @ W2, plus b2"

# %% tags=["hidden"]
with check("3.1", without=["tensorflow", "keras"]):
    draw = np.random.default_rng(1)
    x, W1, b1, W2, b2 = (draw.normal(size=size) for size in [(3, 3), (3, 3), 3, (3, 3), 3])
    h, scores = forward(x, W1, b1, W2, b2)
    assert np.allclose(h, np.tanh(x @ W1 + b1)), "square tables: x stands left of W1, and nothing is transposed"
    assert np.allclose(scores, np.tanh(x @ W1 + b1) @ W2 + b2), "square tables: h stands left of W2, and nothing is transposed"

# %% [markdown]
# ### 3.2 Backward · 1 point · 13 min
#
# `cross_entropy(scores, y)`, in the first cell, gives the mean loss and `blame`, the slope of that loss by each score. Bring the blame back to all four:
#
# - W2 and b2: a weight's gradient is its input times the blame of its output, **summed** over the examples;
# - h, through W2;
# - the sums inside the tanh, whose slope is $1 - h^2$;
# - W1 and b1, from there.
#
# *Predict* first: what shape has the gradient of W1? And what happens to it if every example occurs twice?
#
# <details><summary>Hint 1</summary>A gradient has the shape of its weight: that often decides what must be transposed, and who stands left.</details>
# <details><summary>Hint 2</summary><code>h.T @ blame</code> multiplies and sums over the examples in one go. For a bias the input is 1, so only the sum remains: <code>axis=0</code>.</details>
# <details><summary>Hint 3</summary><code>at_h = blame @ W2.T</code> sums over the roads back to each hidden unit. Then <code>at_sum = at_h * (1 - h ** 2)</code>, and W1 and b1 are as W2 and b2 were, with x for h.</details>
# <details><summary>What you should see, once the check passes</summary>Your four gradients equal TensorFlow's to 10⁻⁶, in the shapes of the four weights. Twice the same examples change nothing: the loss is a mean, and blame holds the 1/n already.</details>

# %% tags=["answer"]
def backward(x, h, blame, W2):
    """Return the gradients of W1, b1, W2, b2; blame holds the slope of the loss by each score."""
    # BEGIN SOLUTION
    at_sum = blame @ W2.T * (1 - h ** 2)
    return x.T @ at_sum, at_sum.sum(axis=0), h.T @ blame, blame.sum(axis=0)
    # END SOLUTION

# %% tags=["check"]
with check("3.2", points=1, without=["tensorflow", "keras", "friends_backward"]) as backward_ready:
    draw, y = np.random.default_rng(0), np.array([0, 1, 1, 0, 2])
    x, *weights = (tf.Variable(draw.normal(size=size)) for size in [(5, 3), (3, 4), 4, (4, 3), 3])
    with tf.GradientTape() as tape:
        h = tf.tanh(x @ weights[0] + weights[1])
        scores = h @ weights[2] + weights[3]
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores))
    true = dict(zip(["W1", "b1", "W2", "b2"], tape.gradient(loss, weights)))
    blame = cross_entropy(scores.numpy(), y)[1]
    mine = dict(zip(true, backward(x.numpy(), h.numpy(), blame, weights[2].numpy())))
    shapes = {name: np.shape(gradient) for name, gradient in mine.items()}
    wanted = {name: tuple(gradient.shape) for name, gradient in true.items()}
    assert shapes == wanted, f"each gradient has the shape of its weight, in the order W1, b1, W2, b2: {wanted}, not {shapes}"
    why = {"b2": "blame, summed over the examples (the 1/n is in it already)", "W2": "h times blame, summed over the examples",
           "W1": "x times the blame of the sums, where tanh's slope is 1 - h²", "b1": "the same blame of the sums, summed over the examples"}
    for name, rule in why.items():
        assert np.allclose(mine[name], true[name], rtol=0, atol=1e-6), \
            f"{name} is off TensorFlow's by up to {np.abs(mine[name] - true[name]).max():.2g}: it is {rule}"

# %% tags=["hidden"]
with check("3.2", without=["tensorflow", "keras", "friends_backward"]):
    draw = np.random.default_rng(3)
    x, W1, b1, W2, b2 = (draw.normal(size=size) for size in [(6, 4), (4, 4), 4, (4, 4), 4])
    h = np.tanh(x @ W1 + b1)
    blame = draw.normal(size=(6, 4))
    before = [part.copy() for part in (x, h, blame, W2)]
    at_sum = np.einsum("nc,hc,nh->nh", blame, W2, 1 - h * h)
    true = np.einsum("ni,nh->ih", x, at_sum), np.einsum("nh->h", at_sum), np.einsum("nh,nc->hc", h, blame), np.einsum("nc->c", blame)
    for mine, wanted in zip(backward(x, h, blame, W2), true):
        assert np.allclose(mine, wanted), "as many classes as hidden units: now no shape tells you what to transpose"
    assert all(np.array_equal(*pair) for pair in zip(before, (x, h, blame, W2))), "what was given stays as it is: h *= … changes it"

# %% [markdown]
# ### 3.3 A friend's backward pass · 1 point · 9 min
#
# A friend wrote the next cell as a loop, example by example. The loss falls when it trains, so the friend is content. One of its four gradients is
# **wrong**. Write a judge: it gets what is `claimed` and what was `measured`, and returns the names of the gradients whose **gap** is above $10^{-5}$:
#
# $$\text{gap} = \frac{|c - m|}{|c| + |m|}$$
#
# Here $|\cdot|$ is the length of all numbers together: the root of the sum of squares.
#
# *Predict* first: read the cell. Which one, and why?
#
# <details><summary>Hint 1</summary>One loop over the names. Both dicts have the same names.</details>
# <details><summary>Hint 2</summary><code>np.sqrt(np.sum(c ** 2))</code> is the length of c, whatever its shape.</details>
# <details><summary>Hint 3</summary>Return <code>[name for name in claimed if gap(claimed[name], measured[name]) &gt; 1e-5]</code>, with a small function <code>gap(c, m)</code> of your own.</details>
# <details><summary>What you should see, once the check passes</summary>b1 alone: (1 - h)² is not 1 - h². In Figure 5 its gap is about one half, the others stay below a millionth.</details>

# %% tags=["context"]
def friends_backward(x, h, blame, W2):
    """A friend's gradients of W1, b1, W2, b2."""
    W1, b1, b2 = np.zeros((x.shape[1], h.shape[1])), np.zeros(h.shape[1]), np.zeros(blame.shape[1])
    dW2 = np.zeros(W2.shape)
    for one, hidden, at_scores in zip(x, h, blame):
        at_hidden = np.dot(W2, at_scores)
        W1 += np.outer(one, at_hidden - at_hidden * hidden ** 2)
        b1 += at_hidden * (1 - hidden) ** 2
        dW2 += np.outer(hidden, at_scores)
        b2 += at_scores
    return W1, b1, dW2, b2

# %% tags=["answer"]
def suspects(claimed, measured):
    """Return a list of the names whose gap is above 1e-5; both are dicts from names to arrays."""
    # BEGIN SOLUTION
    def length(numbers):
        return np.sqrt(np.sum(numbers ** 2))

    return [name for name, c in claimed.items()
            if length(c - measured[name]) > 1e-5 * (length(c) + length(measured[name]))]
    # END SOLUTION

# %% tags=["check"]
with check("3.3", points=1) as suspects_ready:
    draw, names = np.random.default_rng(0), ["W1", "b1", "W2", "b2"]
    x, W1, b1, W2, b2 = (draw.normal(size=size) for size in [(6, 3), (3, 4), 4, (4, 5), 5])
    h, blame = np.tanh(x @ W1 + b1), cross_entropy(draw.normal(size=(6, 5)), np.arange(6) % 5)[1]
    at_sum = blame @ W2.T * (1 - h ** 2)
    true = dict(zip(names, [x.T @ at_sum, at_sum.sum(axis=0), h.T @ blame, blame.sum(axis=0)]))
    noisy = {name: gradient + 1e-10 for name, gradient in true.items()}
    friends = dict(zip(names, friends_backward(x, h, blame, W2)))
    assert list(suspects(noisy, true)) == [], f"a measured slope is off by 10⁻¹⁰ or so: that is no fault, but you name {suspects(noisy, true)}"
    found = sorted(suspects(friends, noisy))
    assert found == ["b1"], f"the friend's b1 alone is wrong, (1 - h)² instead of 1 - h²: you name {found}"
    found = suspects({name: -gradient for name, gradient in true.items()}, true)
    assert sorted(found) == sorted(names), f"all four signs are wrong and you name {found}: take the length of c - m, and return every name"
    small = {name: 1e-9 * gradient for name, gradient in true.items()}
    found = suspects(small, {name: 2 * gradient for name, gradient in small.items()})
    assert sorted(found) == sorted(names), f"all are half as long as measured and you name {found}: tiny ones, too. Divide by the lengths"

# %% tags=["hidden"]
with check("3.3"):
    draw = np.random.default_rng(4)
    true = {name: draw.normal(size=size) for name, size in [("one", (20, 30)), ("two", 7), ("three", (4, 4))]}
    claimed = {name: array.copy() for name, array in true.items()}
    claimed["one"][3, 4] += 0.01
    assert list(suspects(claimed, true)) == ["one"], "one entry of 600 is off: that is a gap, too"
    claimed = {"one": 1.0001 * true["one"], "two": true["two"] + np.array([1, -1, 0, 0, 0, 0, 0]), "three": 1.000001 * true["three"]}
    assert sorted(suspects(claimed, true)) == ["one", "two"], "errors that cancel in the sum are errors, and 10⁻⁵ is the limit"
    assert list(suspects({"big": np.array([1e6])}, {"big": np.array([1e6 + 1])})) == [], "1 in a million is below 10⁻⁵: divide by the lengths"

# %% tags=["show"]
def start(inputs=64, hidden=16, outputs=10, seed=0):
    """Random weights W1 and W2, of a size that suits the number of inputs; b1 and b2 are 0."""
    rng = np.random.default_rng(seed)
    W1, W2 = rng.normal(size=(inputs, hidden)) / inputs ** 0.5, rng.normal(size=(hidden, outputs)) / hidden ** 0.5
    return [W1, np.zeros(hidden), W2, np.zeros(outputs)]

def measure(x, y, weights):      # all four gradients by trial
    def loss_with(k, w):
        return cross_entropy(forward(x, *weights[:k], w, *weights[k + 1:])[1], y)[0]

    began = timeit.default_timer()
    slopes = [numerical_gradient(lambda w: loss_with(k, w), weights[k]) for k in range(4)]
    print(f"by trial, with 2,420 forward passes: {1000 * (timeit.default_timer() - began):.0f} ms")
    return slopes

def fall(x, y, weights, passing):      # the loss at each of 150 steps with this backward pass
    losses = []
    for _ in range(150):
        h, scores = forward(x, *weights)
        loss, blame = cross_entropy(scores, y)
        weights = [w - 0.5 * g for w, g in zip(weights, passing(x, h, blame, weights[2]))]
        losses.append(loss)
    return np.array(losses)

# %% [markdown]
# *Figure 5. Left, the gap between each gradient and the measured one, on a logarithmic axis: your four bars end below 10⁻⁶. So do the friend's, but for
# b1, far above the line at 10⁻⁵. Right, the loss in 150 steps on 200 digits: with your gradients it falls from 2.3 to below 0.1, with the friend's
# to below 0.2.*
#
# A loss that falls proves **nothing**: three right gradients carry the wrong one along. Measuring tells. Why not train with measured gradients, then?
# Compare the two times.

# %% tags=["show"]
if numerical_ready and forward_ready and backward_ready and suspects_ready:
    x, y, weights = x_train[:200], y_train[:200], start()
    h, scores = forward(x, *weights)
    blame, began = cross_entropy(scores, y)[1], timeit.default_timer()
    mine = backward(x, h, blame, weights[2])
    print(f"1,210 slopes by your backward pass: {1000 * (timeit.default_timer() - began):.1f} ms")
    measured = measure(x, y, weights)
    left, right = plots.panels(1, 2, size=(4.8, 3.4), title="The judge finds b1, the loss does not")[0]
    for shift, name, claimed in [(-0.2, "yours", mine), (0.2, "the friend's", friends_backward(x, h, blame, weights[2]))]:
        gaps = [np.linalg.norm(c - m) / (np.linalg.norm(c) + np.linalg.norm(m)) for c, m in zip(claimed, measured)]
        left.bar(np.arange(4) + shift, gaps, 0.36, label=name, color=["#0072B2", "#D55E00"][shift > 0], hatch=["", "//"][shift > 0])
        assert max(gaps[0], *gaps[2:]) < 1e-6 and (gaps[1] > 0.1) == (shift > 0)      # seeds 0-4: 1e-9; 0.39 to 0.71
    left.axhline(1e-5, color="black", linewidth=0.8)
    left.set(yscale="log", ylim=(1e-12, 10), ylabel="gap", xticks=range(4), xticklabels=["W1", "b1", "W2", "b2"])
    left.legend(fontsize=9, frameon=False)
    curves = {"yours": fall(x, y, weights, backward), "the friend's": fall(x, y, weights, friends_backward)}
    plots.lines(np.arange(150), curves, "step", "loss", ax=right)
    assert curves["yours"][-1] < 0.15 and curves["the friend's"][-1] < 0.25      # seeds 0-4: 0.08; 0.10 to 0.14
else:
    print("Figure 5 uses your answers to 2.1, 3.1, 3.2 and 3.3: it appears when they hold.")

# %% [markdown]
# ## 4 The training loop, written out
#
# 1. Random weights give random answers.
# 2. Forward: scores, and the **loss**.
# 3. Backward: the loss comes back as **feedback**, a gradient for each weight.
# 4. Update: subtract a fraction of it, the **rate**, from each weight. Again from 2.
#
# ### 4.1 Again and again · 1 point · 8 min
#
# Write steps 2 to 4 as a loop, with your `forward` and `backward`. `weights` is the list `[W1, b1, W2, b2]`.
#
# *Predict* first: ten classes, random weights. About how large is the loss before the first step? (Who knows nothing gives each class 1/10.)
#
# <details><summary>Hint 1</summary>Four lines in the loop: forward, loss and blame, keep the loss, new weights.</details>
# <details><summary>Hint 2</summary><code>forward(x, *weights)</code> hands over all four. W2 is <code>weights[2]</code>.</details>
# <details><summary>Hint 3</summary>All four gradients belong to the old weights, so make a new list: <code>weights = [w - rate * g for w, g in zip(weights, gradients)]</code>.</details>
# <details><summary>What you should see, once the check passes</summary>About 2.3, which is -log(1/10). In 300 steps it falls to about 0.05, and then about one unseen digit in seventy is read wrongly.</details>

# %% tags=["answer"]
def train(x, y, weights, rate, steps):
    """Return the list of weights after training, and the list of losses, one from before each step; uses forward and backward."""
    # BEGIN SOLUTION
    losses = []
    for _ in range(steps):
        h, scores = forward(x, *weights)
        loss, blame = cross_entropy(scores, y)
        losses.append(loss)
        gradients = backward(x, h, blame, weights[2])
        weights = [w - rate * g for w, g in zip(weights, gradients)]
    return weights, losses
    # END SOLUTION

# %% tags=["check"]
with check("4.1", points=1, without=["tensorflow", "keras"]) as train_ready:
    x, y = np.random.default_rng(5).normal(size=(8, 4)), np.arange(8) % 3
    weights = [np.random.default_rng(7).normal(size=size) for size in [(4, 5), 5, (5, 3), 3]]
    kept = [w.copy() for w in weights]
    after, losses = train(x, y, weights, 0.3, 3)
    assert all(np.array_equal(*pair) for pair in zip(weights, kept)), "the weights given have changed: new list, new arrays, no -="
    assert np.shape(losses) == (3,), "three steps, three losses: append the loss in each"
    true, wanted = [tf.Variable(w) for w in kept], []
    for _ in range(3):
        with tf.GradientTape() as tape:
            scores = tf.tanh(x @ true[0] + true[1]) @ true[2] + true[3]
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores))
        wanted.append(float(loss))
        for w, gradient in zip(true, tape.gradient(loss, true)):
            w.assign_sub(0.3 * gradient)
    assert abs(losses[0] - wanted[0]) < 1e-6, f"the first loss is that of the weights as given, {wanted[0]:.4f}, not {losses[0]:.4f}"
    assert losses[1] != losses[0], "the loss does not move: forward and backward belong inside the loop, with the newest weights"
    assert losses[1] < losses[0], "the loss climbs: the gradient points uphill, so subtract it"
    assert np.allclose(losses, wanted, atol=1e-6), f"the losses should be {np.round(wanted, 4)}, not {np.round(losses, 4)}: rate as given, new gradients in each step?"
    assert all(np.allclose(*pair, atol=1e-6) for pair in zip(after, true)), "the weights after three steps are others than TensorFlow's: all four updated?"

# %% tags=["hidden"]
with check("4.1", without=["tensorflow", "keras"]):
    x, y = np.random.default_rng(6).normal(size=(9, 2)), np.arange(9) % 4
    weights = [np.random.default_rng(8).normal(size=size) for size in [(2, 6), 6, (6, 4), 4]]
    after, losses = train(x, y, weights, 0.1, 0)
    assert len(losses) == 0 and all(np.allclose(*pair) for pair in zip(after, weights)), "no step: no loss, and the weights as they were"
    once = train(x, y, weights, 0.1, 5)
    twice = train(x, y, train(x, y, weights, 0.1, 2)[0], 0.1, 3)
    assert all(np.allclose(*pair) for pair in zip(once[0], twice[0])), "two steps and three more are five steps: rate and steps are those given"
    half = train(x, y, weights, 0.05, 1)[0]
    full = train(x, y, weights, 0.1, 1)[0]
    assert all(np.allclose(2 * (h - w), f - w) for h, f, w in zip(half, full, weights)), "half the rate goes half as far in a step"

# %% [markdown]
# *Figure 6. A film (press ▶): what training has added to the weights of 16 hidden units, each an 8×8 picture. At step 0 all are grey; bright and dark spots
# and bars appear. Below it, left, the loss on a logarithmic axis, from 2.3 to about 0.05; right, the pictures after the last step.*
#
# Bright is where a unit likes ink, dark where it hates it. Nobody told it so: blame did, 300 times a little.

# %% tags=["show"]
def mosaic(ax, pictures, title, rows=4):      # 16 units, 64 numbers each: grey is 0, white 1, black -1
    framed = np.pad(pictures.T.reshape(16, 8, 8), ((0, 0), (0, 1), (0, 1)), constant_values=np.nan)
    ax.imshow(framed.reshape(rows, -1, 9, 9).transpose(0, 2, 1, 3).reshape(9 * rows, -1), cmap="gray", vmin=-1, vmax=1)
    ax.set_title(title, loc="left", fontsize=11, fontweight="bold")
    ax.axis("off")

film = None if train_ready else print("Figure 6 uses your training loop: it appears when 4.1 holds.")
if train_ready:
    stops, states, losses = [0, 1, 2, 4, 8, 15, 30, 60, 120, 200, 300], [start()], []
    for before, after in zip(stops, stops[1:]):
        weights, more = train(x_train, y_train, states[-1], rate=1.0, steps=after - before)
        states, losses = [*states, weights], [*losses, *more]
    wrong = np.mean(forward(x_test, *states[-1])[1].argmax(axis=1) != y_test)
    added = np.array([state[0] - states[0][0] for state in states]) / np.abs(states[-1][0] - states[0][0]).max(axis=0)
    left, right = plots.panels(1, 2, size=(4.8, 3.4))[0]
    plots.lines(np.arange(300), np.array(losses), "step", "loss", title=f"{wrong:.1%} of unseen digits wrong", ax=left).set(yscale="log")
    mosaic(right, added[-1], "What 16 units have learned to look for")
    assert losses[-1] < 0.08 and wrong < 0.04      # seeds 0-4: 0.049 to 0.054; 0.8 % to 1.7 %
    film = plots.film(lambda ax, i: mosaic(ax, added[i], f"Step {stops[i]}"), len(stops), title="What is added", interval=600)
film

# %% [markdown]
# ## 5 Let numbers keep track
#
# A new layer would need a new `backward`. So let every number remember **how it was made**; then one function passes blame through any formula:
# **automatic differentiation**. It measures nothing: it multiplies slopes.
#
# ### 5.1 Plus and times · 1 point · 7 min
#
# A `Value` has `data`, its number; `edges`, pairs *(input, slope)*, the arrows that lead to it; later `grad`, its blame. For `a + b` Python calls
# `__add__`, for `a * b` `__mul__`. Return a new `Value`, edges and all.
#
# *Predict* first: in `a * a`, how many edges lead to the product, and with which slopes?
#
# <details><summary>Hint 1</summary>The arrows into p and z in Figure 1 show all four slopes.</details>
# <details><summary>Hint 2</summary>Data are plain numbers: <code>self.data + other.data</code>. So are slopes.</details>
# <details><summary>Hint 3</summary>For the sum: <code>Value(self.data + other.data, [(self, 1.0), (other, 1.0)])</code>. For the product each input's slope is the other's data.</details>
# <details><summary>What you should see, once the check passes</summary>Two, both from a and both with slope a. The fork of section 1: the blame that comes back adds up to 2a.</details>

# %% tags=["answer"]
class Value:
    """A number that knows how it was made: edges are pairs of an input and the slope by that input."""

    def __init__(self, data, edges=()):
        self.data, self.edges, self.grad = data, edges, 0.0

    def __add__(self, other):
        """Return self + other."""
        other = other if isinstance(other, Value) else Value(other)
        # BEGIN SOLUTION
        return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])
        # END SOLUTION

    def __mul__(self, other):
        """Return self * other."""
        other = other if isinstance(other, Value) else Value(other)
        # BEGIN SOLUTION
        return Value(self.data * other.data, [(self, other.data), (other, self.data)])
        # END SOLUTION

    __radd__, __rmul__ = __add__, __mul__      # for 2 + a and 2 * a

    def __sub__(self, other):
        return self + other * -1.0

# %% tags=["check"]
with check("5.1", points=1) as passed:
    a, b = Value(3.0), Value(-4.0)
    both = a + b, a * b
    assert all(hasattr(made, "edges") for made in both), "a sum or product of Values is a Value: return Value(data, edges)"
    assert a.data == 3 and b.data == -4 and len(a.edges) == 0, "a or b itself has changed: return a new Value, leave the inputs as they are"
    assert [made.data for made in both] == [-1, -12], f"3 + (-4) is -1 and 3·(-4) is -12: your data are {[made.data for made in both]}"
    assert all(len(made.edges) > 0 for made in both), "no edges: what is made has to remember its inputs and slopes"
    why = "a sum rises as fast as either input", "a product rises with one factor by the other's data", "both edges lead to a"
    for name, made, wanted, rule in zip(["a + b", "a * b", "a * a"], [*both, a * a], [[1, 1], [-4, 3], [6, 0]], why):
        found = [sum(slope for source, slope in made.edges if source == one) for one in (a, b)]
        assert found == wanted, f"{name} should rise with a and b by {wanted}, plain numbers, and your edges say {found}: {rule}"
    assert (2 * a).data == 6 and (1 + a).data == 4 and (a - b).data == 7, "2·3 = 6, 1 + 3 = 4, 3 - (-4) = 7: plain numbers count, too"

# %% tags=["hidden"]
with check("5.1"):
    a, b = Value(-1.5), Value(0.5)
    for made, data, by_a, by_b in [(a + b, -1.0, 1, 1), (a * b, -0.75, 0.5, -1.5), (b * a, -0.75, 0.5, -1.5), (b + b, 1.0, 0, 2)]:
        assert abs(made.data - data) < 1e-9, "other numbers, other sums and products: the data decide"
        found = [sum(slope for source, slope in made.edges if source == one) for one in (a, b)]
        assert abs(found[0] - by_a) < 1e-9 and abs(found[1] - by_b) < 1e-9, "a sum has slopes 1; a product's are each other's data"
    nested = (a + b) * b
    assert abs(nested.data + 0.5) < 1e-9 and len(nested.edges) == 2, "what was made can be used again: (a + b) * b has two inputs"

# %% [markdown]
# ### 5.2 Bends · 1 point · 6 min
#
# The class grows: `class Value(Value):` means all that `Value` had, and more. (If you change an earlier cell, run the later ones again.) Add the network's
# bend, tanh, and powers `a ** n` with a plain number n.
#
# *Predict* first: where is the slope of tanh largest, and what is it far out?
#
# <details><summary>Hint 1</summary>Each has one input, so one edge.</details>
# <details><summary>Hint 2</summary>With t = tanh(a) the slope is 1 - t². The power's is n·aⁿ⁻¹.</details>
# <details><summary>Hint 3</summary><code>t = float(np.tanh(self.data))</code>, then <code>Value(t, [(self, 1 - t ** 2)])</code>.</details>
# <details><summary>What you should see, once the check passes</summary>1 at 0, and almost nothing beyond 3 or so: there a unit passes hardly any blame on.</details>

# %% tags=["answer"]
class Value(Value):
    """A Value that can bend."""

    def tanh(self):
        """Return tanh(self)."""
        # BEGIN SOLUTION
        t = float(np.tanh(self.data))
        return Value(t, [(self, 1 - t ** 2)])
        # END SOLUTION

    def __pow__(self, n):
        """Return self ** n, for a plain number n."""
        # BEGIN SOLUTION
        return Value(self.data ** n, [(self, n * self.data ** (n - 1))])
        # END SOLUTION

# %% tags=["check"]
with check("5.2", points=1) as passed:
    tiny = 1e-6
    for name, bend in {"tanh": lambda a: a.tanh(), "a ** 2": lambda a: a ** 2, "a ** 3": lambda a: a ** 3, "a ** -1": lambda a: a ** -1}.items():
        for number in (0.5, 2.0):
            made, up, down = (bend(Value(number + by)).data for by in (0, tiny, -tiny))
            wanted = np.tanh(number) if name == "tanh" else number ** int(name.split()[-1])
            assert abs(made - wanted) < 1e-9, f"{name} of {number} is {wanted:.4f}, not {made:.4f}"
            slopes = [slope for _, slope in bend(Value(number)).edges]
            measured = (up - down) / (2 * tiny)
            assert len(slopes) == 1, f"{name} has one input, so one edge, not {len(slopes)}"
            assert abs(slopes[0] - measured) < 1e-6, f"the measured slope of {name} at {number} is {measured:.4f}, your edge says {slopes[0]:.4f}"

# %% tags=["hidden"]
with check("5.2"):
    a = Value(-0.7)
    for made, data, slope in [(a.tanh(), np.tanh(-0.7), 1 - np.tanh(-0.7) ** 2), (a ** 4, 0.2401, -1.372), (a ** 1, -0.7, 1.0)]:
        assert abs(made.data - data) < 1e-9, "below zero, and with other powers: n is the one that is given"
        assert made.edges[0][0] == a and abs(made.edges[0][1] - slope) < 1e-9, "the edge leads from the input, with its slope there"
    assert abs(Value(0.0).tanh().edges[0][1] - 1) < 1e-9, "tanh is steepest at 0, with slope 1: 1 - t², with t and not a"

# %% [markdown]
# ### 5.3 In order, then backward · 1 point · 11 min
#
# A number may hand blame on only when **all** its own has come. So list the numbers with inputs first (a **topological order**), each once, and go through the list
# from its end:
#
# 1. every `grad` is 0, but the last one's is 1;
# 2. each number adds slope · grad to every input's grad.
#
# *Predict* first: b = 3a, c = a + b, d = b·c. How often is blame added to a?
#
# <details><summary>Hint 1</summary>To put a number into the list, first put its inputs there, and do nothing if it is in it already.</details>
# <details><summary>Hint 2</summary>A function that calls itself: <code>def visit(value)</code> inside <code>in_order</code>. Remember who was <code>seen</code> in a set.</details>
# <details><summary>Hint 3</summary><code>visit</code>: if value is not in seen, add it, visit each input of <code>value.edges</code>, then append value to the list. Backward: for value in <code>reversed(numbers)</code>, for source, slope in its edges: <code>source.grad += slope * value.grad</code>.</details>
# <details><summary>What you should see, once the check passes</summary>Twice: it feeds b and c. b, too, gets blame twice, from c and from d; only then may it speak. d = 12a², so at a = 2 the sum of all is 48.</details>

# %% tags=["answer"]
def in_order(out):
    """Return a list of out and all it was made from, each once: inputs stand before what is made of them."""
    # BEGIN SOLUTION
    numbers, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for source, _ in value.edges:
                visit(source)
            numbers.append(value)

    visit(out)
    return numbers
    # END SOLUTION


class Value(Value):
    def backward(self):
        """Set the grad of self, and of all it was made from, to the slope of self by each; uses in_order."""
        # BEGIN SOLUTION
        numbers = in_order(self)
        for value in numbers:
            value.grad = 1.0 if value is self else 0.0
        for value in reversed(numbers):
            for source, slope in value.edges:
                source.grad += slope * value.grad
        # END SOLUTION

# %% tags=["check"]
with check("5.3", points=1) as value_ready:
    for swapped in (False, True):
        a = Value(2.0)
        b = a * 3.0
        c = a + b
        d = c * b if swapped else b * c
        found = in_order(d)
        places = [[i for i, one in enumerate(found) if one == value] for value in (a, b, c, d)]
        assert len(found) == 5 and all(places), f"a, the 3, b, c and d make 5 numbers, each once; your list has {len(found)}: look who was seen"
        assert places == sorted(places), "inputs come first: a before b, b before c, c before d"
        d.backward(), d.backward()      # the second time starts afresh
        assert a.grad == 48, f"d = 12a², so a's grad at 2 is 48, yours is {a.grad}: self's grad 1, all others 0, then += from the list's end?"
    formula = lambda u, v, w, tanh: (tanh(u * v + 0.5) * w - u) ** 3 * v + tanh(w + u) * u
    numbers = [tf.Variable(number, dtype="float64") for number in (0.3, -1.2, 0.8)]
    with tf.GradientTape() as tape:
        out = formula(*numbers, tf.tanh)
    values = [Value(0.3), Value(-1.2), Value(0.8)]
    formula(*values, lambda value: value.tanh()).backward()
    for name, value, wanted in zip("uvw", values, tape.gradient(out, numbers)):
        assert abs(value.grad - float(wanted)) < 1e-6, f"by {name} TensorFlow's tape says {float(wanted):.6f}, your grad {value.grad:.6f}"

# %% tags=["hidden"]
with check("5.3"):
    a, b = Value(0.5), Value(-2.0)
    chain = a
    for _ in range(12):
        chain = chain + chain
    assert len(in_order(chain)) == 13, "a number that is used twice stands in the list once"
    for _ in range(2):
        chain.backward()
        assert a.grad == 4096, "twelve doublings, and backward twice: each fork adds up its roads, and every grad starts from 0"
    early = a * b
    late = early.tanh() + b ** 2
    out = late * early + late
    out.backward()
    assert abs(late.grad) < 1e-9, "two roads that cancel: -1 and 1 add up to 0"
    wanted = np.tanh(-1.0) + 4
    assert abs(early.grad - wanted) < 1e-9 and abs(a.grad + 2 * wanted) < 1e-9 and abs(b.grad - wanted / 2) < 1e-9, \
        "a number that is used early and late: it hands blame on when all its own has come"
    assert out.grad == 1, "the last number's own blame is 1"

# %% tags=["show"]
def learn_xor(seed=0, steps=300):
    """Train 2-4-1 with Values; return the loss of each step, and the weights of every tenth."""
    units = [[Value(number) for number in row] for row in np.random.default_rng(seed).normal(size=(4, 4)).tolist()]
    c, losses, states = Value(0.0), [], []

    def say(x1, x2):
        return sum((v * (w1 * x1 + w2 * x2 + w0).tanh() for w1, w2, w0, v in units), c)

    for step in range(steps + 1):
        loss = (say(0, 0) ** 2 + (say(0, 1) - 1) ** 2 + (say(1, 0) - 1) ** 2 + say(1, 1) ** 2) * 0.25
        loss.backward()
        losses.append(loss.data)
        if step % 10 == 0:
            states.append(([[w.data for w in unit] for unit in units], c.data))
        for w in sum(units, [c]):
            w.data -= 0.2 * w.grad
    return np.array(losses), states

# %% [markdown]
# *Figure 7. A film (press ▶): four corners and what the network says between them; first one colour everywhere, then two borders cut off the corners of
# class 0. Below it, left, the loss in 300 steps on a logarithmic axis, down to below a millionth; right, the plane after the last step.*
#
# XOR was too hard for one neuron. Four hidden units learn it, with about 170 Values in each step, by your own three cells. The loop is that of section 4.

# %% tags=["show"]
def draw_xor(ax, state, title):
    (w1, w2, w0, v), c = np.transpose(state[0]), state[1]
    plots.boundary(lambda x: np.tanh(x @ [w1, w2] + w0) @ v + c, [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], title=title, ax=ax)

film = None if value_ready else print("Figure 7 trains with your Values: it appears when 5.3 holds.")
if value_ready:
    losses, states = learn_xor()
    left, right = plots.panels(1, 2, size=(4.8, 3.4))[0]
    plots.lines(np.arange(301), losses, "step", "loss", title="Your own differentiator trains", ax=left).set(yscale="log")
    draw_xor(right, states[-1], "XOR, learned")
    assert losses[-1] < 0.001      # seeds 0-7: below 1e-6; seeds 8 and 9 take longer
    film = plots.film(lambda ax, i: draw_xor(ax, states[i], f"Step {10 * i}: loss {losses[10 * i]:.2g}"), len(states), "XOR", 250)
film

# %% [markdown]
# ## 6 A new graph each time, or one for all
#
# A `Value` makes its graph anew whenever Python runs the formula: a **dynamic** graph. TensorFlow's **eager** mode does the same, and the tape writes it
# down. `tf.function` runs your Python **once**, keeps the operations it met (this is **tracing**), and from then on runs the kept graph
# without Python: a **static** graph.
#
# How often does Python run, then? A **side effect** tells: a line that appends to a list.

# %% tags=["show"]
ran = []

def square(x):
    ran.append("Python")      # the side effect
    return x * x

def count(function, inputs):
    """How often Python has run after each call."""
    ran.clear()
    return np.array([(function(one), len(ran))[1] for one in inputs])

def speed(length):
    """How many times as fast as eager a graph is: so many rounds of a loop with two small operations."""
    def loop(x):
        for _ in range(length):
            x = tf.tanh(x) - x
        return x

    x, seconds = tf.ones(4), []
    for function in (loop, tf.function(loop)):      # the first call of a graph traces, the fastest of 20 counts
        seconds.append(min(timeit.repeat(lambda: function(x).numpy(), number=1, repeat=20)))
    return seconds[0] / seconds[1]

# %% [markdown]
# *Figure 8. Left, how often Python has run in 12 calls. Eager: 12 times. As a tf.function: with 5 different Python numbers 5 times,
# with 3 shapes of tensors 3 times, with tensors of one shape once. Right, for a loop of 1 to 1,000 rounds: how many times as fast as eager the
# graph ran here, on a logarithmic axis. Below the line at 1 it was slower: calling a graph costs something, too.*
#
# A tensor is an input of the graph. A Python number is built into it, so every new one means a new graph.

# %% tags=["show"]
tensors = [tf.constant([float(i), 1.0]) for i in range(12)]
curves = {"eager": count(square, tensors), "5 Python numbers": count(tf.function(square), [i % 5 for i in range(12)]),
          "tensors, 3 shapes": count(tf.function(square), [tf.ones(1 + i % 3) for i in range(12)]),
          "tensors, 1 shape": count(tf.function(square), tensors)}
left, right = plots.panels(1, 2, size=(4.8, 3.4))[0]
plots.lines(np.arange(1, 13), curves, "call", "Python has run", title="A graph runs without Python", ax=left)
assert [int(curve[-1]) for curve in curves.values()] == [12, 5, 3, 1]
ratios = [speed(length) for length in (1, 10, 100, 1000)]
right.bar_label(right.bar(np.arange(4), np.array(ratios) - 1, bottom=1, color="#56B4E9"), [f"{ratio:.1f}" for ratio in ratios])
right.axhline(1, color="black", linewidth=0.8)
right.set(yscale="log", ylim=(0.03, 300), xticks=range(4), xticklabels=["1", "10", "100", "1,000"])
right.set(xlabel="rounds of the loop", ylabel="times as fast as eager")
right.set_title(f"1,000 rounds: {ratios[-1]:.0f} times as fast", loc="left", fontsize=11, fontweight="bold");

# %% [markdown]
# ### 6.1 One line for a thousand steps · 2 points · 4 min
#
# A friend writes `print(loss)` into a training step under `@tf.function` and runs 1,000 steps. One line appears, without a number:
# `Tensor("Mean:0", shape=(), dtype=float32)`. Explain both; what should the friend write? At most 60 words; a person reads this answer.
#
# <details><summary>Hint 1</summary>Is print an operation of the graph, or a side effect of Python?</details>
# <details><summary>Hint 2</summary>What does Python know of the loss while it traces?</details>
# <details><summary>Hint 3</summary>There is <code>tf.print</code>; or the step could return something.</details>
#
# See what becomes of an `if`. On a **tensor** its outcome is unknown while tracing, so both branches are traced, and the choice goes into the graph
# (**AutoGraph** rewrites your Python for that). On a **Python number** the choice is made while tracing.

# %% tags=["show"]
def size(x):
    if x > 0:
        ran.append("if")
        return x
    ran.append("else")
    return -x

for name, function in {"eager": size, "tf.function": tf.function(size)}.items():
    for numbers in ([tf.constant(3), tf.constant(-3), tf.constant(-3)], [3, -3, -3]):
        kind, story = "tensors" if tf.is_tensor(numbers[0]) else "numbers", []
        for number in numbers:
            ran.clear()
            assert int(function(number)) == abs(int(number))
            story.append(f"{int(number)} ran {' and '.join(ran) or 'no Python'}")
        print(f"{name:>11}, {kind}: {', '.join(story)}")
try:
    tf.function(size, autograph=False)(tf.constant(3))
except Exception as error:
    print("without AutoGraph:", type(error).__name__)

# %% [markdown] tags=["written"]
# Python runs the step once, while tracing, and `print` with it. The loss is then a place in the graph, without a value. The other
# 999 steps run the graph alone. `tf.print(loss)` is an operation, so it runs every time; or return the loss and print it outside.
#
# *Marking key.* 1 point: Python (and print) runs only while tracing, when the loss has no value yet. 1 point: tf.print, or return the loss and print it
# outside. "Graphs cannot print": 0.

# %% [markdown]
# ## 7 Break it on purpose
#
# Why random weights? Why not start from zero, or from equal weights?
#
# ### 7.1 Twins · 2 points · 4 min
#
# Say why units that start as twins never part, although they learn; and why from zero not even W2 learns. At most 60 words; a person
# reads this answer.
#
# <details><summary>Hint 1</summary>Two units with the same weights see the same input. Compare their h, their blame, their gradients.</details>
# <details><summary>Hint 2</summary>Read your <code>backward</code> with W2 = 0: what is the blame of h? And with h = 0: what is the gradient of W2?</details>
# <details><summary>Hint 3</summary>Whoever gets equal gradients from equal weights has equal weights afterwards.</details>
#
# *Figure 9. The weights of 16 units after 200 steps. From zero: all grey, no better than guessing. From 16 copies of one random unit: sixteen equal
# pictures, one digit in three right. From random weights: sixteen pictures, nearly all digits right.*

# %% tags=["show"]
if train_ready:
    W1, b1, W2, b2 = start()
    twins = [np.repeat(W1[:, :1], 16, axis=1), b1, np.repeat(W2[:1], 16, axis=0), b2]
    starts, shares = {"zero": [0 * w for w in start()], "twins": twins, "random": start()}, []
    axes = plots.panels(1, 3, size=(3.7, 1.6), title="Units that start alike stay alike")[0]
    for ax, (name, weights) in zip(axes, starts.items()):
        weights, _ = train(x_train, y_train, weights, rate=0.5, steps=200)
        shares.append(np.mean(forward(x_test, *weights)[1].argmax(axis=1) == y_test))
        kinds = len(np.unique(np.round(weights[0], 9), axis=1).T)
        mosaic(ax, weights[0] / (np.abs(weights[0]).max(axis=0) + 1e-9), f"{name}: {kinds} kind{'s' * (kinds > 1)}, {shares[-1]:.0%} right", rows=2)
        assert kinds == (16 if name == "random" else 1)
    assert shares[0] < 0.15 and 0.2 < shares[1] < 0.5 and shares[2] > 0.93      # seeds 0-4: 0.08; 0.31 to 0.38; 0.97 to 0.99
else:
    print("Figure 9 uses your training loop: it appears when 4.1 holds.")

# %% [markdown] tags=["written"]
# Twins have equal weights in and out, so equal h, equal blame and equal gradients: after each update they are twins again. From zero, h = tanh(0) = 0,
# so W2's gradient, hᵀ times blame, is 0; and W2 = 0 sends no blame back to W1. Only b2 learns.
#
# *Marking key.* 1 point: equal weights get equal gradients, hence stay equal. 1 point: from zero h = 0 makes W2's gradient 0 (and W2 = 0 keeps the blame from W1).
# "Zero is a bad start" alone: 0.

# %% [markdown]
# ## 8 Go further on a GPU
#
# The same two layers on 20,000 printed digits, by tape and `tf.function`. On Colab choose *Runtime → Change runtime type → GPU*, set `UNITS` to 8,192 and `STEPS` to 2,000. Then
# take `@tf.function` away and compare the times.
#
# The last cell is **your score**. Run all cells from the top (*Run → Restart Kernel and Run All Cells*), read the table, and hand in this
# notebook as it is.

# %% tags=["show"]
UNITS, STEPS = 128, 200
(glyphs, names), (other_fonts, other_names) = datasets.glyphs.load_data()
glyphs, other_fonts = (tf.constant(part.reshape(len(part), 784), "float32") / 255 for part in (glyphs, other_fonts))
W1, b1, W2, b2 = weights = [tf.Variable(w, dtype="float32") for w in start(784, UNITS, 10)]
names = tf.constant(names, "int32")

@tf.function
def step():
    rows = tf.random.uniform((128,), 0, len(glyphs), "int32")
    with tf.GradientTape() as tape:
        scores = tf.tanh(tf.gather(glyphs, rows) @ W1 + b1) @ W2 + b2
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(tf.gather(names, rows), scores))
    for w, gradient in zip(weights, tape.gradient(loss, weights)):
        w.assign_sub(0.2 * gradient)

began = timeit.default_timer()
for _ in range(STEPS):
    step()
wrong = np.mean((tf.tanh(other_fonts @ W1 + b1) @ W2 + b2).numpy().argmax(axis=1) != other_names)
print(f"{STEPS} steps in {timeit.default_timer() - began:.1f} s; {wrong:.1%} wrong on fonts it never saw")

# %% tags=["show"]
check.score(written={"6.1": 2, "7.1": 2})
