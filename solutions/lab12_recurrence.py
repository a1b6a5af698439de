# %% [markdown]
# # Lab 12 · What was said before
#
# *Lecture: recurrent neural networks, vanishing gradients, LSTM and GRU, bidirectional networks · 90 minutes*
#
# By the end you can
# - let a network read one step after the other, and say what its state holds;
# - show why a plain recurrent network forgets, and how the gates of an LSTM keep;
# - train networks that answer about a word said forty words ago, and read their memory.

# %% tags=["setup"]
from dlcourse import check, datasets, models, plots, training
import keras
import numpy as np
import tensorflow as tf

training.report()
training.seed(0)
WORDS = datasets.sentences.WORDS              # "·" fills up, then the six things that Bob may like
LONGEST = 42                                  # words in the longest sentence that is trained on
DRAW = np.random.default_rng(0)

# %% [markdown]
# ## 1 The same words, in another order
#
# *Figure 1. Five small graphs, each from inputs below to outputs above through a row of states. One to one: today's weather, tomorrow's
# temperature. One to many: a picture, its caption. Many to one: a review, good or bad. Many to many, in step: words, their grammar. Many to
# many, one after the other: a translation.*
#
# A **recurrent** network takes one step for each word, whatever their number, and keeps a **state** from step to step.

# %% tags=["show"]
kinds = {"one to one": ([0], [0], 1), "one to many": ([0], [0, 1, 2], 3), "many to one": ([0, 1, 2], [2], 3),
         "many to many, in step": ([0, 1, 2], [0, 1, 2], 3), "one after the other": ([0, 1, 2], [2, 3, 4], 5)}
axes = plots.panels(1, 5, size=(2.2, 2.2), title="Numbers, vectors and sequences, in and out")[0]
for ax, (name, (ins, outs, steps)) in zip(axes, kinds.items()):
    arrow = {"arrowstyle": "->", "color": "#222222"}
    for step in range(steps):
        for row, colour, there in ((0, "#56B4E9", step in ins), (1, "#009E73", True), (2, "#D55E00", step in outs)):
            if there:
                ax.scatter(step, row, s=130, color=colour, zorder=2)
        if step in ins:
            ax.annotate("", (step, 0.8), (step, 0.2), arrowprops=arrow)
        if step in outs:
            ax.annotate("", (step, 1.8), (step, 1.2), arrowprops=arrow)
        if step:
            ax.annotate("", (step - 0.2, 1), (step - 0.8, 1), arrowprops=arrow)
    ax.set(xlim=(steps / 2 - 3, steps / 2 + 2), ylim=(-0.5, 2.5))
    ax.set_title(name, fontsize=9)
    ax.axis("off")

# %% [markdown]
# ### 1.1 A bag of words · 1 point · 7 min
#
# A **bag of words** counts how often each word comes, and forgets where. Write it, and find a `PAIR` of sentences that have the same bag,
# although Bob likes something else in each. Both begin with `Bob likes`.
#
# *Predict* first: can any network that is given the bag alone tell your two sentences apart?
#
# <details><summary>Hint 1</summary>Split the sentence at its spaces, and count in a dict.</details>
# <details><summary>Hint 2</summary><code>bag[word] = bag.get(word, 0) + 1</code> counts one more.</details>
# <details><summary>Hint 3</summary>Let Ann sell what Bob likes in the other sentence: "Bob likes figs and Ann sells nuts" and the same with figs and nuts exchanged.</details>
# <details><summary>What you should see, once the check passes</summary>Equal bags, equal inputs, equal answers: no network can. What Bob likes lies in the order alone.</details>

# %% tags=["answer"]
def bag(sentence):
    """Return how often each word comes in the sentence, as a dict from word to count."""
    # BEGIN SOLUTION
    counts = {}
    for word in sentence.split():
        counts[word] = counts.get(word, 0) + 1
    return counts
    # END SOLUTION


# BEGIN SOLUTION
PAIR = ("Bob likes figs and Ann sells nuts", "Bob likes nuts and Ann sells figs")
# END SOLUTION

# %% tags=["check"]
with check("1.1", points=1) as passed:
    said = dict(bag("Ann sells figs and Bob likes figs"))
    assert said.get("figs") == 2, f"figs comes twice; you count {said.get('figs')}"
    assert said == {"Ann": 1, "sells": 1, "figs": 2, "and": 1, "Bob": 1, "likes": 1}, \
        f"six different words, each with its count; yours: {said}"
    assert dict(bag("a a b a")) == {"a": 3, "b": 1}, "'a a b a' has three a and one b"
    assert isinstance(PAIR, (tuple, list)) and len(PAIR) == 2 and all(isinstance(one, str) for one in PAIR), \
        "PAIR is two sentences: ('…', '…')"
    first, second = (sentence.split() for sentence in PAIR)
    assert first[:2] == second[:2] == ["Bob", "likes"], "both sentences begin with: Bob likes"
    assert first[2:3] != second[2:3], "the third word, what Bob likes, should differ"
    assert sorted(first) == sorted(second), "the two bags differ: use the same words, as often, in another order"

# %% [markdown]
# ## 2 One step after the other
#
# ### 2.1 The recurrence · 1 point · 8 min
#
# In each step the new state sees the input and the old state: $h_t = \tanh(x_t W + h_{t-1} U + b)$, with $h_0 = 0$. The same $W$, $U$, $b$
# serve all steps. Return all states.
#
# *Predict* first: all inputs are 0 but the first. Which later states can know of it?
#
# <details><summary>Hint 1</summary>Begin with h as zeros, as many as b has numbers; loop over the rows of x.</details>
# <details><summary>Hint 2</summary>Each turn makes h new from x's row and the old h, and keeps it in a list.</details>
# <details><summary>Hint 3</summary><code>h = np.tanh(row @ W + h @ U + b)</code>, and at the end <code>np.array(states)</code>.</details>
# <details><summary>What you should see, once the check passes</summary>All of them, through U. How much is left after many steps is the question of section 3.</details>

# %% tags=["answer"]
def recurrence(x, W, U, b):
    """Return the states, a row for each row of x."""
    # BEGIN SOLUTION
    h, states = np.zeros(len(b)), []
    for row in x:
        h = np.tanh(row @ W + h @ U + b)
        states.append(h)
    return np.array(states)
    # END SOLUTION

# %% tags=["check"]
with check("2.1", points=1, without=["keras", "tensorflow"]) as recurrence_ready:
    one = np.ones((1, 1))
    said = np.asarray(recurrence(np.array([[1.0], [0.0]]), one, 2 * one, np.zeros(1)))
    assert said.shape == (2, 1), \
        f"two steps of one unit are an array of shape (2, 1), not {said.shape}: all states, not the last alone"
    assert np.isclose(said[0, 0], np.tanh(1)), f"the first state is tanh(1·1 + 0·2) = 0.762, not {said[0, 0]:.3f}"
    assert np.isclose(said[1, 0], np.tanh(2 * np.tanh(1))), \
        f"the second sees the first through U: tanh(0·1 + 0.762·2) = 0.909, not {said[1, 0]:.3f}"
    for seed in range(3):
        draw = np.random.default_rng(seed).normal
        x, weights = draw(size=(7, 3)), [draw(size=shape) for shape in ((3, 4), (4, 4), (4,))]
        oracle = keras.layers.SimpleRNN(4, return_sequences=True)
        oracle.build((1, 7, 3))
        oracle.set_weights(weights)
        assert np.allclose(recurrence(x, *weights), oracle(x[None])[0], atol=1e-5), \
            "Keras' SimpleRNN has other states: is b added, and U multiplied by the old state?"

# %% tags=["hidden"]
with check("2.1", without=["keras", "tensorflow"]):
    x, weights = DRAW.normal(size=(4, 2)), [DRAW.normal(size=shape) for shape in ((2, 5), (5, 5), (5,))]
    first, again = np.asarray(recurrence(x, *weights)), np.asarray(recurrence(x, *weights))
    assert np.array_equal(first, again), "called again, it begins again at zeros: nothing may be left of the last call"
    assert np.allclose(np.asarray(recurrence(x[:2], *weights)), first[:2]), "a state knows nothing of what comes later"

# %% [markdown]
# ### 2.2 How many weights? · 1 point · 8 min
#
# A recurrent cell has a $W$ from inputs to units, a $U$ from units to units and a bias. An **LSTM** has all of it four times, once for each
# of three gates and for what could come in. A **GRU** has it three times; Keras' has two biases each, one beside $W$, one beside $U$.
#
# *Predict* first: 10 inputs, 32 units. Which of the three has 5,504 weights?
#
# <details><summary>Hint 1</summary>Does the number of steps matter?</details>
# <details><summary>Hint 2</summary>One part has inputs · units + units · units + units weights.</details>
# <details><summary>Hint 3</summary>Elman: one part. LSTM: four. GRU: three, each with <code>2 * units</code> biases.</details>
# <details><summary>What you should see, once the check passes</summary>The LSTM: 4 · 1,376. The GRU has 4,224, with one bias each it would be 4,128. No count depends on how long the sequence is.</details>

# %% tags=["answer"]
def count(cell, inputs, units):
    """Return how many weights an "elman", "lstm" or "gru" cell has."""
    # BEGIN SOLUTION
    part = inputs * units + units * units + units
    return {"elman": part, "lstm": 4 * part, "gru": 3 * (part + units)}[cell]
    # END SOLUTION

# %% tags=["check"]
with check("2.2", points=1, without=["keras", "tensorflow"]) as passed:
    assert count("elman", 2, 3) == 18, f"2·3 + 3·3 + 3 = 18, not {count('elman', 2, 3)}: W, U and b"
    layers = {"elman": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
    for inputs, units in ((10, 32), (1, 1), (28, 5)):
        for cell, layer in layers.items():
            oracle = layer(units)
            oracle.build((None, None, inputs))
            said = count(cell, inputs, units)
            assert said == oracle.count_params(), \
                f"Keras' {cell} from {inputs} inputs to {units} units has {oracle.count_params():,} weights, not {said:,}"

# %% [markdown]
# *Figure 2. Three pictures of 16 units over 40 steps: a unit a row, a step a column, blue below 0, red above. Only the first input is not 0.
# U times 0.5: grey after 10 steps. U times 1: it fades slowly. U times 1.5: it never fades, and soon looks like noise.*
#
# U here turns the state and does not change its length, before a factor shrinks or stretches it. Memory hangs on that factor.

# %% tags=["show"]
turn = np.linalg.qr(np.random.default_rng(0).normal(size=(16, 16)))[0]
hello = np.eye(40, 1) * 2.0      # 2 in the first step, then 0
if recurrence_ready:
    axes, lengths = plots.panels(1, 3, size=(3.7, 2.6), title="A first word: forgotten, kept for a while, lost in noise")[0], []
    for ax, factor in zip(axes, (0.5, 1, 1.5)):
        states = np.asarray(recurrence(hello, np.ones((1, 16)), factor * turn, np.zeros(16)))
        ax.imshow(states.T, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto")
        ax.set(xlabel="step", ylabel="unit")
        ax.set_title(f"U times {factor}", fontsize=10)
        lengths.append(np.linalg.norm(states[-1]))
    assert lengths[0] < 1e-6 and 0.3 < lengths[1] < lengths[2]
else:
    print("Figure 2 uses your recurrence: it appears when 2.1 holds.")

# %% [markdown]
# ## 3 Why it forgets
#
# ### 3.1 Slopes through time · 1 point · 10 min
#
# How much does the last state $h_T$ change if $h_t$ does? Each step multiplies by a matrix: row $i$, column $j$ of it is $U_{ij}\,(1 -
# h_{t,j}^2)$, since the slope of tanh is $1 - \tanh^2$. Lag 0 is no step, so the identity; lag 1 is the last step's matrix; lag 2 the one
# before it times that. Return the norm for each lag.
#
# *Predict* first: every step halves it. What is left after 40?
#
# <details><summary>Hint 1</summary>Walk backwards from the last state, and keep the product of all matrices so far.</details>
# <details><summary>Hint 2</summary><code>U * (1 - h ** 2)</code> is the matrix of the step that made h: its columns are scaled. The earlier step's matrix stands on the left.</details>
# <details><summary>Hint 3</summary>Begin with <code>product = np.eye(len(U))</code> and its norm; then for each h in <code>states[:0:-1]</code>: <code>product = (U * (1 - h ** 2)) @ product</code>, and keep <code>np.linalg.norm(product)</code>.</details>
# <details><summary>What you should see, once the check passes</summary>A millionth of a millionth, about 10⁻¹²: too little to learn from. This is the vanishing gradient, and it is why a word said long ago is not learned.</details>

# %% tags=["answer"]
def slope_norms(states, U):
    """Return the norm of the slopes of the last state by the state `lag` steps before, for lag 0, 1, … len(states) - 1."""
    # BEGIN SOLUTION
    product = np.eye(len(U))
    norms = [np.linalg.norm(product)]
    for h in states[:0:-1]:
        product = (U * (1 - h ** 2)) @ product
        norms.append(np.linalg.norm(product))
    return np.array(norms)
    # END SOLUTION

# %% tags=["check"]
with check("3.1", points=1, without=["tensorflow", "keras"]) as slopes_ready:
    said = np.asarray(slope_norms(np.zeros((4, 1)), np.array([[0.5]])))
    assert said.shape == (4,), f"four states have lags 0 to 3, four norms; yours has the shape {said.shape}"
    assert np.allclose(said, [1, 0.5, 0.25, 0.125]), f"states of 0 and U = 0.5: 1, 0.5, 0.25, 0.125, not {said.round(3)}"
    for seed in range(2):
        draw = np.random.default_rng(seed).normal
        x, W, U, b = draw(size=(6, 2)), draw(size=(2, 3)), draw(size=(3, 3)), draw(size=3) / 2
        states = []
        with tf.GradientTape(persistent=True) as tape:
            h = tf.zeros((1, 3), tf.float64)
            for row in x:
                h = tf.tanh(row[None] @ W + h @ U + b)
                tape.watch(h)
                states.append(h)
        oracle = [np.linalg.norm(tape.jacobian(h, states[-1 - lag], experimental_use_pfor=False)[0, :, 0]) for lag in range(6)]
        said = np.asarray(slope_norms(np.array(states)[:, 0], U))
        assert np.allclose(said, oracle, atol=1e-6), \
            f"the tape's norms are {np.round(oracle, 3)}, yours {said.round(3)}: which h scales, and on which side does the earlier step stand?"

# %% tags=["context"]
def by_lag(layer, x):      # how the last state depends on what the state was before, by the tape
    states = [[tf.zeros((1, 32))] * (2 if "lstm" in layer.name else 1)]
    with tf.GradientTape() as tape:
        for row in x:
            tape.watch(states[-1])
            states.append(list(layer.cell(row[None], states[-1])[1]))
        last = tf.reduce_sum(states[-1][0] * np.random.default_rng(2).normal(size=32))
    slopes = tape.gradient(last, states[-2::-1])
    return np.array([np.sqrt(sum(np.sum(np.square(one)) for one in slope)) for slope in slopes])

# %% [markdown]
# *Figure 3. The norm of the slope over the lag, 0 to 39, on a logarithmic axis. Left, your norms near a state of 0: U times 0.5 dives below
# 10⁻¹⁰, U times 1 is level, U times 1.5 climbs above 10⁶. Right, untrained cells of Keras on forty random inputs: GRU and SimpleRNN fall by
# six powers of ten and more, the LSTM by three; with its forget gate's bias at 5 it does not fall.*
#
# A slope that **vanishes** teaches nothing about long ago. One that **explodes** ruins the weights in one step.

# %% tags=["show"]
if slopes_ready and recurrence_ready:
    left, right = plots.panels(1, 2, size=(4.8, 3.4))[0]
    almost = 1e-9 * hello      # so little that tanh is a straight line
    mine = {f"U times {by}": slope_norms(recurrence(almost, np.ones((1, 16)), by * turn, np.zeros(16)), by * turn) for by in (0.5, 1, 1.5)}
    plots.lines(np.arange(40), mine, "lag", "norm of the slope", title="Vanishing, level, exploding", ax=left).set_yscale("log")
    cells = {"SimpleRNN": keras.layers.SimpleRNN(32, seed=0), "GRU": keras.layers.GRU(32, seed=0), "LSTM": keras.layers.LSTM(32, seed=0)}
    bias = lambda shape, dtype: np.repeat([0, 5, 0, 0], 32)
    cells["LSTM, forget bias 5"] = keras.layers.LSTM(32, seed=0, unit_forget_bias=False, bias_initializer=bias)
    steps = np.random.default_rng(1).normal(size=(40, 16)).astype("float32")
    theirs = {}
    for name, layer in cells.items():
        layer.build((1, 40, 16))
        theirs[name] = by_lag(layer, steps)
    plots.lines(np.arange(40), theirs, "lag", "norm of the slope", title="A gate that stays open keeps it", ax=right).set_yscale("log")
    left_over = {name: curve[-1] / curve[0] for name, curve in theirs.items()}
    assert max(left_over["SimpleRNN"], left_over["GRU"]) < 1e-4 < left_over["LSTM"] < 0.05 < left_over["LSTM, forget bias 5"]
else:
    print("Figure 3 uses your slopes: it appears when 2.1 and 3.1 hold.")

# %% [markdown]
# ### 3.2 Clip what explodes · 1 point · 7 min
#
# Against explosion there is a simple brake, **clipping**: if all gradients together are longer than `limit`, scale all of them by the same
# factor, so that they are as long as `limit`. The length of all is the root of the sum of all squares.
#
# *Predict* first: gradients of lengths 3 and 4, and a limit of 1. How long is each afterwards?
#
# <details><summary>Hint 1</summary>First one length for the whole list, then one factor for every array.</details>
# <details><summary>Hint 2</summary><code>np.sqrt(sum(np.sum(g ** 2) for g in gradients))</code> is the length.</details>
# <details><summary>Hint 3</summary>The factor is <code>min(1, limit / length)</code>; a length of 0 needs no factor at all.</details>
# <details><summary>What you should see, once the check passes</summary>0.6 and 0.8: together 5, so all become a fifth. The direction stays; clipped one by one they would be 1 and 1, and it would turn.</details>

# %% tags=["answer"]
def clip(gradients, limit):
    """Return the list of arrays, scaled together so that their common length is at most the limit."""
    # BEGIN SOLUTION
    length = np.sqrt(sum(np.sum(g ** 2) for g in gradients))
    factor = limit / length if length > limit else 1.0
    return [g * factor for g in gradients]
    # END SOLUTION

# %% tags=["check"]
with check("3.2", points=1, without=["tensorflow", "keras"]) as passed:
    said = clip([np.array([3.0]), np.array([4.0])], 1.0)
    assert isinstance(said, (list, tuple)) and len(said) == 2, "as many arrays come back as went in"
    assert not np.allclose(said, [[1], [1]]), "each was clipped for itself, and the direction turned: one factor for all"
    assert np.allclose(said, [[0.6], [0.8]]), f"3 and 4 are 5 together: a limit of 1 makes 0.6 and 0.8, not {np.ravel(said).round(3)}"
    assert np.allclose(clip([np.array([3.0]), np.array([4.0])], 10.0), [[3], [4]]), "shorter than the limit: they stay as they are"
    assert np.allclose(clip([np.zeros(2)], 1.0), [[0, 0]]), "gradients of 0 stay 0, without a division by 0"
    for seed in range(3):
        draw = np.random.default_rng(seed).normal
        gradients = [draw(size=(3, 2)), draw(size=4)]
        oracle = tf.clip_by_global_norm(gradients, 0.5)[0]
        for one, theirs in zip(clip(gradients, 0.5), oracle):
            assert np.allclose(one, theirs, atol=1e-6), "TensorFlow's clip_by_global_norm has other arrays"

# %% [markdown]
# ## 4 Gates
#
# ### 4.1 The LSTM, gate by gate · 1 point · 10 min
#
# A second state $c$, the **cell**, is only multiplied by a gate and added to. The four parts stand side by side in $W$, $U$, $b$; $z = xW +
# hU + b$ is cut into four: i, f, g, o.
#
# $c \leftarrow \sigma(f) \cdot c + \sigma(i) \cdot \tanh(g), \qquad h \leftarrow \sigma(o) \cdot \tanh(c)$
#
# *Predict* first: f is 100 and i is -100. What happens to c?
#
# <details><summary>Hint 1</summary>Compute z, cut it, and write the two formulas. σ(z) is 1 / (1 + e⁻ᶻ).</details>
# <details><summary>Hint 2</summary><code>i, f, g, o = np.split(z, 4, axis=-1)</code> cuts the last axis into four equal parts.</details>
# <details><summary>Hint 3</summary>The products are number by number. The tanh of the new c counts in h, not of the old one. Return h, then c.</details>
# <details><summary>What you should see, once the check passes</summary>Nothing: c stays as it is, to the last digit. The slope from c to c is the forget gate alone, here 1, and 1 to the power of forty is 1.</details>

# %% tags=["answer"]
def lstm_step(x, h, c, W, U, b):
    """Return the new h and c; x, h and c may be rows, or arrays with a row for each example."""
    # BEGIN SOLUTION
    sigmoid = lambda z: 1 / (1 + np.exp(-z))
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c
    # END SOLUTION

# %% tags=["check"]
with check("4.1", points=1, without=["tensorflow", "keras", "scipy"]) as lstm_ready:
    zero = np.zeros((1, 4))
    h, c = lstm_step(np.zeros(1), np.zeros(1), np.array([0.7]), zero, zero, np.array([-100.0, 100.0, 5.0, 100.0]))
    assert np.allclose(c, 0.7), \
        f"forget gate open, input gate shut: c stays 0.7, not {np.round(c, 3)}. Are the parts i, f, g, o in this order?"
    assert np.allclose(h, np.tanh(0.7)), f"h is σ(o) · tanh(c) = 1 · tanh(0.7) = 0.604, not {np.round(h, 3)}"
    for seed in range(3):
        draw = np.random.default_rng(seed).normal
        x, weights = draw(size=(2, 6, 3)), [draw(size=shape) for shape in ((3, 16), (4, 16), (16,))]
        oracle = keras.layers.LSTM(4, return_state=True)
        oracle.build((2, 6, 3))
        oracle.set_weights(weights)
        h, c = np.zeros((2, 4)), np.zeros((2, 4))
        for step in range(6):
            h, c = map(np.asarray, lstm_step(x[:, step], h, c, *weights))
        _, wanted_h, wanted_c = oracle(x)
        assert np.allclose(c, wanted_c, atol=1e-5), "Keras' LSTM holds another c after six steps: sigmoid on i, f and o, tanh on g?"
        assert np.allclose(h, wanted_h, atol=1e-5), "c is right, but h is not: the new c counts, under tanh"

# %% [markdown]
# ### 4.2 A latch by hand · 1 point · 10 min
#
# Choose the weights of an LSTM with **one** unit and two inputs. The first input is a value, 1 or -1; the second is 1 when the value should
# be **written**, else 0. At any time the sign of h should be that of the value written last, whatever values pass by in between, for a
# hundred steps. Write a triple (W, U, b): W has 2 rows of 4 numbers, U one row of 4, b has 4.
#
# *Predict* first: which gates have to look at the second input?
#
# <details><summary>Hint 1</summary>Written: input gate open, forget gate shut. Not written: the other way round. The output gate may stay open.</details>
# <details><summary>Hint 2</summary>σ(10) is almost 1, σ(-10) almost 0. So i = 20 · write - 10. And f?</details>
# <details><summary>Hint 3</summary>Columns are i, f, g, o. W's row of the value is <code>[0, 0, 5, 0]</code>, the row of write <code>[20, -20, 0, 0]</code>; U is 0. Which b makes i -10, f 10 and o 10 where nothing is written?</details>
# <details><summary>What you should see, once the check passes</summary>Input and forget gate look at it, with opposite signs. The value itself goes in through g alone. Training has to find such weights by itself, in many units at once.</details>

# %% tags=["answer"]
# BEGIN SOLUTION
LATCH = ([[0, 0, 5, 0], [20, -20, 0, 0]], [[0, 0, 0, 0]], [-10, 10, 0, 10])
# END SOLUTION

# %% tags=["check"]
def latched(values, writes):      # h after each step, by Keras' own LSTM
    layer = keras.layers.LSTM(1, return_sequences=True)
    layer.build((None, None, 2))
    layer.set_weights([np.array(part, dtype="float32") for part in LATCH])
    return np.asarray(layer(np.stack([values, writes], axis=1)[None].astype("float32")))[0, :, 0]

with check("4.2", points=1) as latch_ready:
    assert [np.shape(part) for part in LATCH] == [(2, 4), (1, 4), (4,)], f"W, U and b have the shapes (2, 4), (1, 4) and (4,), not {[np.shape(part) for part in LATCH]}"
    values, writes = np.array([1.0] + [-1.0] * 99), np.eye(100)[0]
    h = latched(values, writes)
    assert h[0] > 0.2, f"1 is written in step 0: h should be well above 0, yours is {h[0]:.2f}. Is the input gate open, the output gate, too?"
    assert h[1] > 0.2, "one step later, with -1 at the input and nothing to write, it is gone: is the input gate shut?"
    assert h[-1] > 0.2, "after a hundred steps it has faded, or others leaked in: forget gate nearer to 1, input gate nearer to 0"
    values, writes = np.array([1.0, -1, 1, 1, -1]), np.array([1.0, 0, 0, 0, 1])
    h = latched(values, writes)
    assert h[-1] < -0.2, "-1 is written over 1: h should be well below 0. Does the forget gate shut when something is written?"
    draw = np.random.default_rng(0)
    values, writes = draw.choice([-1.0, 1.0], 300), (draw.random(300) < 0.1) * 1.0
    writes[0] = 1
    last = values[np.maximum.accumulate(np.where(writes > 0, np.arange(300), 0))]
    assert np.all(np.sign(latched(values, writes)) == last), "in 300 random steps the sign of h is not always that of the value written last"

# %% [markdown]
# *Figure 4. Three strips over 60 steps. At the top the values, jumping between 1 and -1. In the middle the write signal, 0 but for five
# pulses. At the bottom h of your latch: it changes at pulses only, and lies flat in between.*
#
# Nothing fades here, since the slope through the open forget gate is almost 1. This is all the magic of the LSTM.

# %% tags=["show"]
if latch_ready:
    axes = plots.panels(3, 1, size=(8, 1.15), title="It keeps what was written")[:, 0]
    values, writes = np.random.default_rng(17).choice([-1.0, 1.0], 60), np.isin(np.arange(60), [2, 14, 25, 38, 50]) * 1.0
    h = latched(values, writes)
    for ax, name, curve in zip(axes, ("value", "write", "h"), (values, writes, h)):
        ax.step(np.arange(60), curve, where="mid", color="#0072B2")
        ax.set(ylabel=name, ylim=(-1.3, 1.3), yticks=[-1, 0, 1])
    axes[2].set_xlabel("step")
    assert np.abs(np.diff(h))[~np.isin(np.arange(1, 60), [2, 14, 25, 38, 50])].max() < 0.1
else:
    print("Figure 4 runs your latch: it appears when 4.2 holds.")

# %% [markdown]
# ## 5 Bob likes apples
#
# "Bob likes **apples** and Ann sells figs and Eve buys nuts so now he is eating …" The answer is the third word. In between others sell, buy,
# pick and paint all six things, so nothing else helps.
#
# ### 5.1 Fill up in front · 1 point · 7 min
#
# A batch is one array, but sentences differ in length. Fill shorter ones up with 0 **in front**, so that all end together; of longer ones
# keep the end.
#
# *Predict* first: why not fill up behind?
#
# <details><summary>Hint 1</summary>Begin with an array of zeros, a row for each sentence.</details>
# <details><summary>Hint 2</summary><code>sentence[-length:]</code> is the end of a longer one, and all of a shorter one.</details>
# <details><summary>Hint 3</summary>With <code>end = sentence[-length:]</code>, write <code>row[length - len(end):] = end</code>: an empty sentence then changes nothing.</details>
# <details><summary>What you should see, once the check passes</summary>The last word is what the network read last. Zeros behind would have to be remembered through: section 8 breaks it this way.</details>

# %% tags=["answer"]
def pad(sentences, length):
    """Return an array of whole numbers, a row of `length` for each sentence, which is a list of word numbers."""
    # BEGIN SOLUTION
    rows = np.zeros((len(sentences), length), dtype="int32")
    for row, sentence in zip(rows, sentences):
        end = sentence[-length:]
        row[length - len(end):] = end
    return rows
    # END SOLUTION

# %% tags=["check"]
with check("5.1", points=1, without=["tensorflow", "keras"]) as pad_ready:
    said = np.asarray(pad([[5, 6], [7]], 3))
    assert said.shape == (2, 3), f"two sentences and a length of 3 make the shape (2, 3), not {said.shape}"
    assert said.tolist() != [[5, 6, 0], [7, 0, 0]], "the zeros stand behind: all sentences should end together"
    assert said.tolist() == [[0, 5, 6], [0, 0, 7]], f"[5, 6] and [7] become [0, 5, 6] and [0, 0, 7], not {said.tolist()}"
    assert np.asarray(pad([[1, 2, 3, 4]], 3)).tolist() == [[2, 3, 4]], "of a longer sentence the end is kept: 2, 3, 4"
    assert said.dtype.kind == "i", "word numbers are whole numbers: an array of ints"
    for seed in range(3):
        draw = np.random.default_rng(seed)
        sentences = [draw.integers(1, 9, draw.integers(0, 9)).tolist() for _ in range(20)]
        assert np.array_equal(pad(sentences, 5), keras.utils.pad_sequences(sentences, 5)), \
            "Keras' pad_sequences fills another way: an empty sentence, or one of exactly that length?"

# %% [markdown]
# ### 5.2 A network that reads · 1 point · 8 min
#
# Build it in Keras: sentences of word numbers, of any length; an **embedding** of 16 numbers for each of the `len(WORDS)` words, learned like
# any weight; one recurrent layer of 32 units; a softmax over the six things. `cell` is `"SimpleRNN"`, `"GRU"` or `"LSTM"`.
#
# *Predict* first: is most of the LSTM network's weight in the embedding?
#
# <details><summary>Hint 1</summary>Sequential, with an Input of shape <code>(None,)</code>: None is any length. Word numbers are ints.</details>
# <details><summary>Hint 2</summary>Embedding(words, 16), the recurrent layer, Dense(6) with a softmax. The recurrent layer gives its last state, unless told otherwise.</details>
# <details><summary>Hint 3</summary><code>getattr(keras.layers, cell)(32)</code> makes the layer of that name.</details>
# <details><summary>What you should see, once the check passes</summary>No: the LSTM has 6,272 weights, the embedding 16 for each word. SimpleRNN's network has fewer than 3,000 in all.</details>

# %% tags=["answer"]
def network(cell):
    """Return a Keras model from sentences, arrays of word numbers, to the probabilities of the six things."""
    # BEGIN SOLUTION
    return keras.Sequential([
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(len(WORDS), 16),
        getattr(keras.layers, cell)(32),
        keras.layers.Dense(6, activation="softmax"),
    ])
    # END SOLUTION

# %% tags=["check"]
with check("5.2", points=1) as network_ready:
    for cell, weights in (("SimpleRNN", 1568), ("GRU", 4800), ("LSTM", 6272)):
        model = network(cell)
        names = [type(layer).__name__ for layer in model.layers if type(layer).__name__ != "InputLayer"]
        assert names == ["Embedding", cell, "Dense"], \
            f"for '{cell}' the layers should be an Embedding, a {cell} and a Dense, not {names}"
        for length in (3, 7):
            p = np.asarray(model(np.ones((2, length), dtype="int32")))
            assert p.shape == (2, 6), \
                f"two sentences of {length} words have two rows of six probabilities; yours have the shape {p.shape}"
            assert np.allclose(p.sum(axis=1), 1, atol=1e-5), "the six probabilities of a sentence sum to 1: a softmax at the end"
        wanted = 16 * len(WORDS) + weights + 33 * 6
        assert model.count_params() == wanted, \
            f"with {cell} the network has {wanted:,} weights, yours has {model.count_params():,}: 16 numbers a word, 32 units?"

# %% tags=["context"]
def learn(model, rounds=30, seed=0):
    """Train with a curriculum: short sentences first, longer ones once the loss is small; return the longest distance of each round."""
    model.compile(keras.optimizers.Adam(0.01, clipnorm=1.0), "sparse_categorical_crossentropy", steps_per_execution=10)
    path = [6]
    for number in range(rounds):
        distances = np.linspace(6, path[-1], 5).astype(int)
        (x, y), _ = datasets.sentences.load_data(distances, samples=640, seed=1000 * seed + number)
        loss = model.fit(front(x), y, batch_size=64, verbose=0).history["loss"][0]
        if path[-1] == 40 and loss < 0.03:
            break
        path.append(min(40, int(1.5 * path[-1]) + 1) if loss < 0.15 else path[-1])
    return path

def front(x):
    """Fill up in front to the length of all training sentences."""
    return np.pad(x, [(0, 0), (max(0, LONGEST - x.shape[1]), 0)])

def right(model, distance):
    """The share of right answers for 300 new sentences whose answer stands that many words back."""
    _, (x, y) = datasets.sentences.load_data(distance, samples=1500, seed=99)
    return np.mean(model.predict(front(x), batch_size=300, verbose=0).argmax(axis=1) == y)

# %% [markdown]
# *Figure 5. Left, the share of right answers over the distance, 6 to 100 words: LSTM and GRU stay near 1, far beyond the 40 words of training;
# SimpleRNN falls to guessing, one in six, at 40. Right, the longest distance in each round of training: LSTM and GRU are soon done, SimpleRNN
# reaches 40 later, and is never done.*
#
# A **curriculum** begins with short sentences and lets them grow. LSTM and GRU learn all in five runs of five. SimpleRNN at 40 got 14 to 50 %
# right: it could hold a word that long, but hardly learns to.

# %% tags=["show"]
if network_ready:
    trained, paths, distances = {}, {}, np.array([6, 10, 20, 30, 40, 60, 100])
    for cell in ("LSTM", "GRU", "SimpleRNN"):
        training.seed(0)
        trained[cell] = network(cell)
        paths[cell] = learn(trained[cell])
    left, right_hand = plots.panels(1, 2)[0]
    shares = {cell: np.array([right(model, int(d)) for d in distances]) for cell, model in trained.items()}
    plots.lines(distances, shares, "words back to the answer", "right", title="Gates remember for a hundred words", ax=left).set(ylim=(0, 1.05))
    rounds = max(map(len, paths.values()))
    curves = {cell: np.array(path + [np.nan] * (rounds - len(path)), dtype=float) for cell, path in paths.items()}
    plots.lines(np.arange(1, rounds + 1), curves, "round of ten steps", "longest distance", title="Sentences grow as the loss falls", ax=right_hand)
    at40 = {cell: share[4] for cell, share in shares.items()}
    assert min(at40["LSTM"], at40["GRU"]) > 0.95 and at40["SimpleRNN"] < 0.7      # seeds 0-4: 0.97 and more; 0.17, 0.16, 0.50, 0.30, 0.14
else:
    print("Figure 5 trains your networks: it appears when 5.2 holds.")

# %% tags=["context"]
def memory(model, x):      # after each word, for all sentences: c by your lstm_step; the gates i, f, o, and what comes in
    embedding, cell, _ = model.layers
    W, U, b = cell.get_weights()
    h, c, cells, gates = np.zeros((len(x), 32)), np.zeros((len(x), 32)), [], []
    for word in embedding.get_weights()[0][x].swapaxes(0, 1):
        i, f, g, o = np.split(word @ W + h @ U + b, 4, axis=-1)
        i, f, o = 1 / (1 + np.exp(-np.array([i, f, o])))
        h, c = lstm_step(word, h, c, W, U, b)
        cells.append(c)
        gates.append([i, f, o, i * np.tanh(g)])
    return np.array(cells), np.array(gates)

# %% [markdown]
# ## 6 What is it thinking of?
#
# *Figure 6. A sentence of 42 words. Above, 32 cells, a row each: soon after the third word most take a colour and keep it. Middle, the gates
# of the six cells that tell most, on average: f stays between 0.6 and 0.9. Below, how well a linear reader of c names what Bob likes: one in
# six, and from the third word on always.*
#
# f is not 1: these cells leak. But h feeds back, and what comes in has the sign of c: they **refill** themselves.

# %% tags=["show"]
if network_ready and lstm_ready:
    _, (x, y) = datasets.sentences.load_data(40, samples=3000, seed=7)
    cells, gates = memory(trained["LSTM"], x)
    probes = [np.linalg.lstsq(np.c_[c[:300], np.ones(300)], np.eye(6)[y[:300]])[0] for c in cells]
    told = np.array([np.mean((np.c_[c[300:], np.ones(300)] @ probe).argmax(axis=1) == y[300:]) for c, probe in zip(cells, probes)])
    spread = np.var([cells[-1][y == liked].mean(axis=0) for liked in range(6)], axis=0) / cells[-1].var(axis=0)
    best = np.argsort(-spread)
    above, middle, below = plots.panels(3, 1, size=(9.5, 2.2))[:, 0]
    above.imshow(np.tanh(cells[:, 0, best]).T, cmap="RdBu_r", aspect="auto")
    above.set(ylabel="tanh(c) of unit", xticks=np.arange(42), xticklabels=[WORDS[token] for token in x[0]], yticks=[])
    above.tick_params(axis="x", rotation=90, labelsize=7)
    curves = dict(zip(("i, in", "f, keep", "o, out"), gates[:, :3, 0][:, :, best[:6]].mean(axis=2).T))
    plots.lines(np.arange(42), curves, "words read", "gate", title="Gates are neither shut nor wide open", ax=middle).set(ylim=(0, 1.05))
    plots.lines(np.arange(42), told, "words read", "right by the probe", title="It knows from the third word on", ax=below).set(ylim=(0, 1.05))
    refill = np.mean(np.sign(gates[5:, 3][..., best[:6]]) == np.sign(cells[5:][..., best[:6]]))
    assert told[:2].max() < 0.35 and told[2:].min() > 0.9 and refill > 0.8      # seeds 0-4: 0.15; 1.00; 0.92 to 0.96
else:
    print("Figure 6 uses your LSTM: it appears when 4.1 and 5.2 hold.")

# %% [markdown]
# ## 7 Both ways
#
# ### 7.1 Read it backwards, too · 1 point · 9 min
#
# In "the **bank** of the river" the second word is clear from the last. A **bidirectional** network reads the sequence twice, from each end,
# with different weights, and puts both states side by side: at each step the forward state knows all before, the backward state all after.
#
# *Predict* first: at the first step, what has the backward reader seen?
#
# <details><summary>Hint 1</summary>Your recurrence of 2.1 can read x[::-1] as well as x.</details>
# <details><summary>Hint 2</summary>What it says of the last row comes first then: turn its states round again before you join them.</details>
# <details><summary>Hint 3</summary><code>np.concatenate([recurrence(x, *forward), recurrence(x[::-1], *backward)[::-1]], axis=1)</code>.</details>
# <details><summary>What you should see, once the check passes</summary>The whole sequence. A bidirectional network can only be used once all has been said, so not for a live transcript.</details>

# %% tags=["answer"]
# You may use your `recurrence` of 2.1 here.
def both_ways(x, forward, backward):
    """Return the states of two readers, (W, U, b) each, side by side: a row for each row of x."""
    # BEGIN SOLUTION
    return np.concatenate([recurrence(x, *forward), recurrence(x[::-1], *backward)[::-1]], axis=1)
    # END SOLUTION

# %% tags=["check"]
with check("7.1", points=1, without=["tensorflow", "keras"]) as passed:
    for seed in range(3):
        draw = np.random.default_rng(seed).normal
        x = draw(size=(5, 2))
        forward, backward = ([draw(size=shape) for shape in ((2, 3), (3, 3), (3,))] for _ in range(2))
        oracle = keras.layers.Bidirectional(keras.layers.SimpleRNN(3, return_sequences=True))
        oracle.build((1, 5, 2))
        oracle.set_weights(forward + backward)
        wanted = np.asarray(oracle(x[None])[0])
        said = np.asarray(both_ways(x, forward, backward))
        assert said.shape == (5, 6), f"five steps, three states from each side: the shape is (5, 6), not {said.shape}"
        assert np.allclose(said[:, :3], wanted[:, :3], atol=1e-5), "the first three columns should be the forward reader's states"
        assert not np.allclose(said[::-1, 3:], wanted[:, 3:], atol=1e-5), \
            "the backward states are in the order of reading: turn them round, so that each stands at its own step"
        assert np.allclose(said[:, 3:], wanted[:, 3:], atol=1e-5), \
            "Keras' Bidirectional has other backward states: the last row is read first, with the second weights"

# %% [markdown]
# *Figure 7. The share of right answers at each of twelve steps. The question at each step is: which of six symbols comes next? Forward alone,
# a flat line at one in six. Both ways, near 1 at all steps but the last, after which nothing comes.*
#
# The symbols are random, so the past says nothing of the next. For the reader that comes from the other end it is past.

# %% tags=["show"]
symbols = np.random.default_rng(0).integers(0, 6, (1200, 13))
x, after = np.eye(6, dtype="float32")[symbols[:, :12]], symbols[:, 1:]
after[:, 11] = np.random.default_rng(1).integers(0, 6, 1200)      # what follows the last one, nobody can know
shares = {}
for name, build, units in (("forward", models.ElmanNetwork, 32), ("both ways", models.Bidirectional, 16)):
    training.seed(0)
    cell = {"cell": "elman"} if name == "both ways" else {}
    model = build(input_shape=(12, 6), units=units, classes=6, return_sequences=True, **cell)
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", steps_per_execution=10)
    model.fit(x[:1000], after[:1000], batch_size=50, epochs=15, verbose=0)
    shares[name] = np.mean(model.predict(x[1000:], verbose=0).argmax(axis=2) == after[1000:], axis=0)
plots.lines(np.arange(1, 13), shares, "step", "right", title="Only who reads both ways knows what comes next").set(ylim=(0, 1.05))
assert shares["forward"].max() < 0.35 and shares["both ways"][:11].min() > 0.9 and shares["both ways"][11] < 0.35

# %% [markdown]
# ## 8 Break it on purpose
#
# Fill up **behind**: after the last word the network reads zeros, as if something were still said.
#
# *Figure 8. The share of right answers at distance 20, over how many of 80 zeros stand behind, the others in front. Without a mask it falls
# from 1 to guessing within 40 zeros. With a mask it stays at 1.*
#
# Nobody trained it to hold still at a 0. With `mask_zero=True` the embedding marks zeros, and recurrent layers skip marked steps. What if
# zeros had been behind in training, too? Try it.

# %% tags=["show"]
if network_ready:
    _, (x, y) = datasets.sentences.load_data(20, samples=1500, seed=5)
    embedding, *others = trained["LSTM"].layers
    masked = keras.layers.Embedding(len(WORDS), 16, mask_zero=True)
    skipping = keras.Sequential([keras.Input((None,), dtype="int32"), masked, *others])
    masked.set_weights(embedding.get_weights())
    zeros = np.array([0, 1, 2, 3, 5, 10, 20, 40, 80])
    share = lambda model, count: np.mean(model.predict(np.pad(x, [(0, 0), (80 - count, count)]), verbose=0).argmax(axis=1) == y)
    curves = {"without a mask": np.array([share(trained["LSTM"], count) for count in zeros]),
              "with a mask": np.array([share(skipping, count) for count in zeros])}
    plots.lines(zeros, curves, "zeros behind", "right", title="Silence is read, too, unless it is masked").set(ylim=(0, 1.05))
    assert curves["with a mask"].min() > 0.95 and curves["without a mask"][-1] < 0.4      # seeds 0-4: 0.98; 0.17
else:
    print("Figure 8 uses your network: it appears when 5.2 holds.")

# %% [markdown]
# ### 8.1 Short reviews · 2 points · 5 min
#
# A colleague's LSTM tells good reviews from bad. All are filled up **behind** to 500 words. Reviews of 400 words and more are told well,
# those of 20 words hardly better than by a coin, although they are plain enough. Explain, and name two cures. At most 60 words; a person
# reads this answer.
#
# <details><summary>Hint 1</summary>What did the network read last, in a review of 20 words?</details>
# <details><summary>Hint 2</summary>How many steps lie between the review and the answer, and what do slopes do on that way?</details>
# <details><summary>Hint 3</summary>Figure 8 shows one cure, question 5.1 another.</details>

# %% [markdown] tags=["written"]
# After 20 words the network reads 480 zeros. It has to carry what it read through all of them, and in training the slope has to come back the
# same way, where it fades. Cures: fill up in front, mask the zeros, sort reviews into batches of like length, or take the state at the last
# real word.
#
# *Marking key.* 1 point: the zeros are read as steps; memory or gradient fades over 480 of them. 1 point: two cures (mask, front padding,
# bucketing, last real state, pooling). One cure alone: half.

# %% [markdown]
# ## 9 Go further on a GPU
#
# Sentences with the answer up to `FARTHEST` words back, a wider GRU, and no curriculum. On Colab choose *Runtime → Change runtime type →
# GPU*, set `FARTHEST` to 100 and `ROUNDS` to 200. Does it get there without a curriculum? And SimpleRNN?
#
# The last cell is **your score**. Run all cells from the top (*Run → Restart Kernel and Run All Cells*), read the table, and hand in this
# notebook as it is.

# %% tags=["show"]
FARTHEST, ROUNDS = 8, 5
training.seed(0)
(x, y), (x_new, y_new) = datasets.sentences.load_data(FARTHEST, samples=1280)
model = keras.Sequential([keras.Input((None,), dtype="int32"), keras.layers.Embedding(len(WORDS), 32), keras.layers.GRU(64),
                          keras.layers.Dense(6, activation="softmax")])
model.compile(keras.optimizers.Adam(0.005, clipnorm=1.0), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=64, epochs=ROUNDS, verbose=0, callbacks=[training.Progress()])
print(f"{model.evaluate(x_new, y_new, batch_size=256, verbose=0)[1]:.0%} right at {FARTHEST} words")

# %% tags=["show"]
check.score(written={"8.1": 2})
