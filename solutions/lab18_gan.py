# %% [markdown]
# # Lab 18 · A forger and a judge ⏳
#
# *Lecture: generative adversarial networks, what they are for and how they fail · 90 minutes*
#
# By the end you can
# - write the game of two networks, its losses and its step, and watch it on a line;
# - say what the best judge would answer, and read from the curves who is winning;
# - measure what made pictures are worth, and see through a measure that can be fooled.

# %% tags=["setup"]
from dlcourse import check, datasets, metrics, models, plots, training
import keras
import numpy as np
import tensorflow as tf

training.report()
training.seed(0)
SEED = 0
GRID = np.arange(-8, 10, 0.05)                          # places on a line

def bell(x, mean, deviation):
    """The density of a Gaussian."""
    return np.exp(-((x - mean) / deviation) ** 2 / 2) / (deviation * np.sqrt(2 * np.pi))

# %% [markdown]
# ## 1 Two players
#
# Most networks so far told classes apart: they were **discriminative**. A **generative** one makes new examples. A **generative adversarial network**, GAN,
# is one of each. The **generator** turns random numbers into pictures: a forger. The **discriminator** gets real pictures and forged ones, and says which is
# which: a judge. Neither is ever told how a digit should look. Yet the judge learns to find what is wrong, and the forger learns from the judge.
#
# *Figure 1. Two rows of ten pictures. Above, printed digits, 0 to 9. Below, what an untrained forger makes: ten grey squares.*

# %% tags=["show"]
(pictures, digits), (unseen, names) = datasets.glyphs.load_data()
pictures, unseen = pictures.astype("float32") / 255, unseen.astype("float32") / 255
dcgan = models.DCGAN(input_shape=(28, 28, 1), latent=32, filters=(24, 48))

def forged(model, count, seed=SEED):
    return model.sample(count, seed=seed)[..., 0] / 2 + 0.5      # its pixels are -1 to 1

first = pictures[[np.flatnonzero(digits == digit)[0] for digit in range(10)]]
plots.images(np.concatenate([first, forged(dcgan, 10)]), columns=10, title="Real digits, and a forger who has learned nothing");

# %% [markdown]
# ### 1.1 What each player wants · 1 point · 8 min
#
# The judge gives each picture a **logit** $l$ and means: real with probability $D = \sigma(l)$. Its loss is the mean of $-\ln D$ over real
# pictures **plus** the mean of $-\ln(1 - D)$ over made ones. The forger wants its pictures taken for real: it pays the mean of $-\ln D$ over
# made ones. Write both losses with `tf`, so that a tape can follow.
#
# *Predict* first: the judge has no idea, and all logits are 0. What are the two losses?
#
# <details><summary>Hint 1</summary>The logarithm of a sigmoid overflows far out. There is one function that is safe: -ln σ(l) = softplus(-l).</details>
# <details><summary>Hint 2</summary>And 1 - σ(l) = σ(-l), so -ln(1 - D) is softplus(l). TensorFlow has <code>tf.nn.softplus</code>.</details>
# <details><summary>Hint 3</summary>The judge: <code>tf.reduce_mean(tf.nn.softplus(-real))</code> plus the same of <code>+made</code>. The forger: only <code>made</code>, with the other sign.</details>
# <details><summary>What you should see, once the check passes</summary>The judge's is 2 ln 2 = 1.386, the forger's ln 2 = 0.693. Keep these two numbers in mind: they are where a fair game ends.</details>

# %% tags=["answer"]
def judge_loss(real, made):
    """Return the judge's loss, one number: real and made are its logits of real pictures and of made ones."""
    # BEGIN SOLUTION
    return tf.reduce_mean(tf.nn.softplus(-real)) + tf.reduce_mean(tf.nn.softplus(made))
    # END SOLUTION


def forger_loss(made):
    """Return the forger's loss, one number: made are the judge's logits of made pictures."""
    # BEGIN SOLUTION
    return tf.reduce_mean(tf.nn.softplus(-made))
    # END SOLUTION

# %% tags=["check"]
with check("1.1", points=1, without=["numpy", "keras.losses", "tensorflow.keras.losses"]) as losses_ready:
    nothing = np.zeros((4, 1), "float32")
    said = np.asarray(judge_loss(nothing, nothing))
    assert said.shape == (), f"a loss is one number, the mean over the pictures; yours has the shape {said.shape}"
    assert abs(said - 0.6931) > 1e-3, "0.693 is half of it: the judge's loss is the mean over real pictures plus the mean over made ones"
    assert abs(said - 1.3863) < 1e-3, f"undecided about all, the judge pays ln 2 twice, 1.386, however many pictures; yours pays {said:.3f}"
    sure = np.full((4, 1), 3.0, "float32")
    assert judge_loss(sure, -sure) < judge_loss(-sure, sure), "a judge that takes real for made should pay more: which sign has which logit?"
    assert abs(forger_loss(sure) - 0.0486) < 1e-3, \
        f"the judge is fooled (D = 0.95), so the forger pays -ln 0.95 = 0.049, not {float(forger_loss(sure)):.3f}"
    assert abs(forger_loss(-sure) - 3.0486) < 1e-3, \
        f"found out (D = 0.05), it pays -ln 0.05 = 3.05, not {float(forger_loss(-sure)):.3f}: -ln D of its own pictures"
    draw, oracle = np.random.default_rng(0), keras.losses.BinaryCrossentropy(from_logits=True)
    real, made = draw.normal(1, 2, (6, 1)).astype("float32"), draw.normal(-1, 2, (9, 1)).astype("float32")
    wanted = float(oracle(np.ones((6, 1)), real)) + float(oracle(np.zeros((9, 1)), made))
    assert abs(judge_loss(real, made) - wanted) < 1e-4, "six real and nine made ones: a mean over each, then the sum, as Keras says it"
    far = np.array([[1000.0]], "float32")
    assert abs(judge_loss(-far, far) - 2000) < 1 and abs(forger_loss(-far) - 1000) < 1, \
        "a logit of 1000 gives infinity or nan: use softplus, no sigmoid inside a logarithm"

# %% tags=["hidden"]
with check("1.1", without=["numpy", "keras.losses", "tensorflow.keras.losses"]):
    draw = np.random.default_rng(7)
    for count in (1, 5, 40):
        real, made = (draw.normal(0, 3, (count + more, 1)).astype("float32") for more in (0, 2))
        verdicts = [1 / (1 + np.exp(-logits.astype("float64"))) for logits in (real, made)]
        assert abs(judge_loss(real, made) + np.log(verdicts[0]).mean() + np.log(1 - verdicts[1]).mean()) < 1e-4, \
            "other logits: -ln D averaged over the real ones, plus -ln(1 - D) averaged over the made ones"
        assert abs(forger_loss(made) + np.log(verdicts[1]).mean()) < 1e-4, "other logits: the forger's loss is -ln D, averaged over made ones"

# %% [markdown]
# ## 2 What the best judge would say
#
# On a line all can be computed. Real numbers have the density $p(x)$, forged ones $q(x)$. At a place $x$ the judge pays
# $-p \ln D - q \ln(1 - D)$. Set the slope by $D$ to zero, $-\frac{p}{D} + \frac{q}{1 - D} = 0$, and solve for $D$.
#
# ### 2.1 The best verdict · 1 point · 8 min
#
# Write what the best judge says; where nothing falls, one half.
#
# *Predict* first: real numbers fall three times as often at some place as forged ones. What does it say there?
#
# <details><summary>Hint 1</summary>From p/D = q/(1 - D) follows p - pD = qD. Bring D to one side.</details>
# <details><summary>Hint 2</summary>D is the share of the real ones among all that fall there.</details>
# <details><summary>Hint 3</summary><code>p / (p + q)</code>; for the empty places <code>np.divide(p, p + q, out=np.full(…, 0.5), where=p + q > 0)</code>, or <code>np.where</code> twice.</details>
# <details><summary>What you should see, once the check passes</summary>3/4. It is no more certain than the numbers allow: where hills overlap even the best judge errs.</details>

# %% tags=["answer"]
def best(p, q):
    """Return the best judge's verdicts D, an array, for arrays of the densities of real and of forged numbers."""
    # BEGIN SOLUTION
    both = p + q
    return np.where(both > 0, p / np.where(both > 0, both, 1), 0.5)
    # END SOLUTION

# %% tags=["check"]
with check("2.1", points=1) as best_ready:
    said = np.asarray(best(np.array([0.3, 0.2, 0.0, 0.5]), np.array([0.1, 0.2, 0.4, 0.0])))
    assert said.shape == (4,), f"one verdict for each place: four places, your answer has the shape {said.shape}"
    assert abs(said[0] - 0.25) > 1e-9, "p = 0.3, q = 0.1: 0.25 is the share of the forged ones; D is the share of the real ones"
    assert np.allclose(said, [0.75, 0.5, 0, 1]), f"for p = 0.3, 0.2, 0, 0.5 and q = 0.1, 0.2, 0.4, 0 it says 0.75, 0.5, 0, 1, not {said}"
    said = np.asarray(best(np.array([0.0, 0.1]), np.array([0.0, 0.1])))
    assert np.allclose(said, 0.5), f"where p = q it says one half, and where both are 0 as well; yours says {said}"
    p, q, D = bell(GRID, 3, 0.7)[100:300:20], bell(GRID, 1, 1.5)[100:300:20], np.linspace(0.0005, 0.9995, 1000)
    pays = -p[:, None] * np.log(D) - q[:, None] * np.log(1 - D)
    assert np.abs(best(p, q) - D[pays.argmin(axis=1)]).max() < 2e-3, "of a thousand verdicts another one costs less at some place: tried one by one"

# %% tags=["hidden"]
with check("2.1"):
    draw = np.random.default_rng(3)
    p, q = draw.random(50), draw.random(50)
    p[:10], q[5:15] = 0, 0
    said = np.asarray(best(p, q))
    assert np.allclose(said[:5], 0) and np.allclose(said[5:10], 0.5) and np.allclose(said[10:15], 1), \
        "only forged: 0; neither: one half; only real: 1"
    assert np.allclose(said[15:] * (p + q)[15:], p[15:]), "D times all that fall there is what is real"
    assert p[0] == 0 and p[20] > 0 and np.allclose(said[15:] / (1 - said[15:]), (p / np.maximum(q, 1e-9))[15:]), "D to 1 - D is as p to q"

# %% [markdown]
# Now the players as networks. On a line a few tanh units will do, kept as a plain list of matrices and biases. `net` runs one, `fresh` draws one, and
# `downhill` is one step of gradient descent by a tape (lab 3): it returns new weights, and leaves the old ones alone.

# %% tags=["context"]
def net(weights, x):
    """The outputs of a network for each row of x: tanh layers, then a linear one."""
    for place in range(0, len(weights) - 2, 2):
        x = tf.tanh(tf.matmul(x, weights[place]) + weights[place + 1])
    return tf.matmul(x, weights[-2]) + weights[-1]

def fresh(*sizes, rng, scale=1.0, start=0.0):
    """The weights of a new network with so many inputs, units and outputs; its outputs begin around `start`."""
    weights = []
    for ins, outs in zip(sizes, sizes[1:]):
        weights += [tf.constant(scale * rng.normal(size=(ins, outs)) / ins ** 0.5, "float32"), tf.zeros(outs)]
    return [*weights[:-1], weights[-1] + start]

def downhill(loss, weights, rate):
    """Weights one step of descent further: `loss` is a function of the weights."""
    weights = [tf.convert_to_tensor(w, "float32") for w in weights]
    with tf.GradientTape() as tape:
        tape.watch(weights)
        value = loss(weights)
    slopes = tape.gradient(value, weights)
    return [w if slope is None else w - rate * slope for w, slope in zip(weights, slopes)]

# %% [markdown]
# *Figure 2. Left, two hills: forged numbers, wide, around 1; real ones, narrow, around 3. Right, the share of real ones by your formula: near 0, up to
# almost 0.9, and down again. The verdicts of a network trained for 1,500 steps lie on it, but for the far right, where few numbers fall.*
#
# The network never sees $p$ or $q$. It sees 256 real numbers and 256 forged ones at a time, and your loss.

# %% tags=["show"]
if losses_ready and best_ready:
    rng = np.random.default_rng(SEED)
    learn = tf.function(lambda judge, real, made, rate: downhill(lambda j: judge_loss(net(j, real), net(j, made)), judge, rate))
    judge = fresh(1, 16, 16, 1, rng=rng)
    for rate in np.linspace(0.5, 0, 1500):
        real, made = rng.normal(3, 0.7, (256, 1)), rng.normal(1, 1.5, (256, 1))
        judge = learn(judge, *(tf.constant(numbers, "float32") for numbers in (real, made, rate)))
    p, q, seen = bell(GRID, 3, 0.7), bell(GRID, 1, 1.5), (GRID > -3) & (GRID < 5)
    says = tf.sigmoid(net(judge, GRID[:, None].astype("float32"))).numpy().ravel()
    off = np.sum(np.abs(says - best(p, q)) * (p + q) / 2) * 0.05      # averaged over the numbers it meets
    left, right = plots.panels(1, 2)[0]
    plots.lines(GRID[seen], {"p: real": p[seen], "q: forged": q[seen]}, "x", "density", title="Two hills that overlap", ax=left)
    curves = {"p / (p + q)": best(p, q)[seen], "the trained judge": says[seen]}
    plots.lines(GRID[seen], curves, "x", "D: says real", title=f"The trained judge is off by {off:.3f}", ax=right)
    assert off < 0.03      # seeds 0-4: 0.012 to 0.016
else:
    print("Figure 2 trains a judge with your loss: it appears when 1.1 and 2.1 hold.")

# %% [markdown]
# ### 2.2 A thermometer · 1 point · 9 min
#
# What does the best judge pay? Put $D = p/(p + q)$ into its loss and add up over the line: the sum of $-p \ln D - q \ln(1 - D)$, times the `width`
# between two places. Where $p$ or $q$ is 0, its term is 0, whatever the logarithm says. Use your `best`.
#
# *Predict* first: what does it pay if the forger is perfect? And what if no forged number falls where a real one does?
#
# <details><summary>Hint 1</summary>One sum over the places, times width. In NumPy 0 · ln 0 is nan, so keep the logarithm from zero.</details>
# <details><summary>Hint 2</summary><code>np.log(np.maximum(D, 1e-300))</code> is finite everywhere, and times 0 it is 0. Do the same for 1 - D, which is rounded to 0 where q is tiny.</details>
# <details><summary>Hint 3</summary><code>-width * np.sum(p * … + q * …)</code>, with the two logarithms of hint 2 and <code>D = best(p, q)</code>.</details>
# <details><summary>What you should see, once the check passes</summary>2 ln 2 = 1.386 if p = q, and 0 if they never meet. In between it measures how unlike the two are: 2 ln 2 minus twice the <b>Jensen-Shannon divergence</b>.</details>

# %% tags=["answer"]
def best_loss(p, q, width):
    """Return the loss of the best judge, a number: p and q are densities at places that lie width apart."""
    # BEGIN SOLUTION
    D = best(p, q)
    return -width * np.sum(p * np.log(np.maximum(D, 1e-300)) + q * np.log(np.maximum(1 - D, 1e-300)))
    # END SOLUTION

# %% tags=["check"]
with check("2.2", points=1) as thermometer_ready:
    box = np.zeros(40)
    box[10:20] = 1.0                                     # ten places, 0.1 apart: the density is 1
    said = np.asarray(best_loss(box, box, 0.1))
    assert said.shape == (), f"one number is wanted; yours has the shape {said.shape}"
    assert abs(said - 0.6931) > 1e-3, "0.693 is half: the judge pays for real numbers and for forged ones"
    assert abs(said - 13.863) > 1e-2, "you added up densities: times the width between places, the sum becomes an area"
    assert abs(said - 1.3863) < 1e-3, f"a perfect forger: D = 1/2 everywhere, and the judge pays 2 ln 2 = 1.386, not {said:.3f}"
    said = np.asarray(best_loss(box, np.roll(box, 15), 0.1))
    assert np.isfinite(said), "0 · ln 0 is nan in NumPy: keep the logarithm from zero, np.log(np.maximum(…, 1e-300))"
    assert abs(said) < 1e-9, f"two boxes that never meet: the best judge is always right, and pays 0, not {said:.3f}"
    assert np.isfinite(best_loss(bell(GRID, 3, 0.7), bell(GRID, -4, 0.7), 0.05)), \
        "two far hills: where q is tiny 1 - D is rounded to 0, and its logarithm is infinite. Keep it from zero, too"
    p, q = bell(GRID, 3, 0.7), bell(GRID, 1, 1.5)
    middle = (p + q) / 2
    js = sum((a * np.log(a / m) + b * np.log(b / m)) / 2 * 0.05 for a, b, m in zip(p, q, middle) if min(a, b) > 1e-300)
    said = best_loss(p, q, 0.05)
    assert abs(said - (2 * np.log(2) - 2 * js)) < 1e-4, f"2 ln 2 - 2 JS, added up one by one, is {2 * np.log(2) - 2 * js:.4f}; yours is {said:.4f}"

# %% tags=["hidden"]
with check("2.2"):
    half = np.zeros(60)
    half[:20], other = 0.5, np.zeros(60)
    other[10:30] = 0.5
    assert abs(best_loss(half, other, 0.1) - np.log(2)) < 1e-9, "two boxes that share one half of each: ln 2"
    wide = np.zeros(60)
    wide[:40] = 0.25
    wanted = -np.log(2 / 3) - 0.5 * np.log(1 / 3) - 0.5 * np.log(1)
    assert abs(best_loss(half, wide, 0.1) - wanted) < 1e-9 and half[0] == 0.5, "a box, and one twice as wide: another sum"

# %% [markdown]
# *Figure 3. Left, what the best judge pays as the forged hill moves from -8 to 14: 0 far out, a peak of 1.386 at 3, where the real hill stands.
# Right, how hard two losses push a forger, over the judge's logit: $\ln(1 - D)$ not at all at -8, fully at 8; $-\ln D$ the other way round.*
#
# Far from the real hill the thermometer is flat. A forger that goes down $\ln(1 - D)$, once it is found out with certainty, has no slope to follow. So
# yours goes down $-\ln D$.

# %% tags=["show"]
if thermometer_ready:
    left, right = plots.panels(1, 2)[0]
    line, centres, logits = np.arange(-14, 20, 0.05), np.arange(-8, 14.1, 0.5), np.linspace(-8, 8, 161)
    pays = np.array([best_loss(bell(line, 3, 0.7), bell(line, centre, 0.7), 0.05) for centre in centres])
    plots.lines(centres, pays, "centre of the forged hill", "best judge's loss", title="Flat, unless the two hills meet", ax=left)
    push = {"ln(1 - D)": 1 / (1 + np.exp(-logits)), "-ln D": 1 / (1 + np.exp(logits))}
    plots.lines(logits, push, "judge's logit", "push", title="One loss pushes where it is needed", ax=right)
    assert pays[0] < 1e-6 and abs(pays[centres == 3][0] - 2 * np.log(2)) < 1e-6 and push["ln(1 - D)"][0] < 0.001
else:
    print("Figure 3 uses your thermometer: it appears when 2.2 holds.")

# %% [markdown]
# ## 3 The game on a line
#
# ### 3.1 One step of the game · 2 points · 12 min
#
# First the judge takes one step down its loss, on real numbers and on what the forger makes of `noise`. Then the forger takes one step down
# its own, and it is the **new** judge who looks. Use `net`, `downhill` and your two losses; `rates` holds the judge's and the forger's.
#
# *Predict* first: the forger's loss contains the judge's weights. May the forger change them?
#
# <details><summary>Hint 1</summary><code>downhill(loss, weights, rate)</code> wants a function of the weights that may move; all else in it stays fixed. Two calls.</details>
# <details><summary>Hint 2</summary>The judge's: <code>lambda j: judge_loss(net(j, real), net(j, made))</code>, with <code>made = net(forger, noise)</code>.</details>
# <details><summary>Hint 3</summary>The forger's: <code>lambda f: forger_loss(net(judge, net(f, noise)))</code>, after <code>judge = downhill(…)</code>.</details>
# <details><summary>What you should see, once the check passes</summary>It may not: gradients run through the judge, back to the forger's weights, and only these move. Figure 4 shows where the game goes.</details>

# %% tags=["answer"]
def step(forger, judge, real, noise, rates):
    """Return the weights of the forger and of the judge, two lists, after one step of each; rates are the judge's and the forger's."""
    # BEGIN SOLUTION
    made = net(forger, noise)
    judge = downhill(lambda j: judge_loss(net(j, real), net(j, made)), judge, rates[0])
    forger = downhill(lambda f: forger_loss(net(judge, net(f, noise))), forger, rates[1])
    return forger, judge
    # END SOLUTION

# %% tags=["context"]
def slow(w, b, v, c, real, noise, rates):
    """The step by hand, to compare with: a forger w·z + b, and a judge whose logit is v·x + c."""
    def sigmoid(l):
        return 1 / (1 + np.exp(-l))

    made = w * noise + b
    of_real, of_made = -sigmoid(-(v * real + c)), sigmoid(v * made + c)      # the slopes by the logits
    v, c = v - rates[0] * (np.mean(of_real * real) + np.mean(of_made * made)), c - rates[0] * (np.mean(of_real) + np.mean(of_made))
    of_made = -sigmoid(-(v * made + c))
    return np.round([w - rates[1] * np.mean(of_made * v * noise), b - rates[1] * np.mean(of_made * v), v, c], 6)

# %% tags=["check"]
with check("3.1", points=2) as step_ready:
    def both(w, b, v, c, real, noise, rates):
        forger, judge = ([np.array([[a]], "float32"), np.array([d], "float32")] for a, d in ((w, b), (v, c)))
        said = step(forger, judge, real.astype("float32"), noise.astype("float32"), rates)
        assert said is not None and len(said) == 2 and len(said[0]) == len(said[1]) == 2, "return two lists of weights: the forger's, the judge's"
        return np.ravel([float(np.ravel(part)[0]) for player in said for part in player])

    case = (0.5, -1.0, 0.8, 0.2, np.linspace(1, 4, 8)[:, None], np.linspace(-2, 1, 6)[:, None])
    said, wanted = both(*case, (0.4, 0.0)), slow(*case, (0.4, 0.0))
    assert np.allclose(said[:2], case[:2]), \
        "with rates (0.4, 0) the forger stays as it is: the first rate is the judge's, and the forger's list comes first"
    assert not np.allclose(said[2:], case[2:4]), "with rates (0.4, 0) the judge moves: return its new weights"
    assert np.allclose(said[2:], wanted[2:], atol=1e-4), f"by hand the judge goes to {wanted[2:]}: down its loss, of real and of net(forger, noise)?"
    said, wanted = both(*case, (0.0, 0.4)), slow(*case, (0.0, 0.4))
    assert np.allclose(said[2:], case[2:4]), "with rates (0, 0.4) the judge stays: the forger's step may not move it"
    assert said[1] > case[1], "the judge likes large numbers (v = 0.8), so the forger's b should grow: it wants to be taken for real"
    assert np.allclose(said, wanted, atol=1e-4), f"by hand the forger goes to w, b = {wanted[:2]}, yours to {said[:2]}"
    case = (0.5, 0.0, 0.0, 0.0, *case[4:])
    said = both(*case, (0.5, 0.5))
    assert abs(said[1]) > 1e-6, "an undecided judge, v = 0, gives no slope; one step later it does. Does the forger ask the new judge?"
    assert np.allclose(said, slow(*case, (0.5, 0.5)), atol=1e-4), "with both rates 0.5 the step by hand goes elsewhere"

# %% tags=["hidden"]
with check("3.1"):
    draw = np.random.default_rng(5)
    for case in range(4):
        w, b, v, c = draw.normal(size=4)
        args = (w, b, v, c, draw.normal(-2, 1, (5, 1)), draw.normal(size=(5, 1)), tuple(draw.random(2)))
        assert np.allclose(both(*args), slow(*args), atol=1e-3), "other weights, numbers and rates: the step by hand goes elsewhere"
    forger = [draw.normal(size=size).astype("float32") for size in [(2, 3), (3,), (3, 1), (1,)]]
    judge = [draw.normal(size=size).astype("float32") for size in [(1, 4), (4,), (4, 1), (1,)]]
    real, noise = draw.normal(size=(6, 1)).astype("float32"), draw.normal(size=(6, 2)).astype("float32")
    old = [weights.copy() for weights in judge]
    new = step(forger, judge, real, noise, (0.01, 0.0))[1]
    assert all(np.array_equal(*pair) for pair in zip(old, judge)), "the weights that were given should stay as they are"
    score = lambda j: float(np.mean(np.logaddexp(0, -net(j, real))) + np.mean(np.logaddexp(0, net(j, net(forger, noise)))))
    assert [np.shape(part) for part in new] == [(1, 4), (4,), (4, 1), (1,)] and score(new) < score(judge), \
        "deeper networks: a small step of the judge lowers its loss"

# %% tags=["show"]
def play(data, rates, steps, keep=(), seed=SEED, scale=1.0, start=0.0):
    """Repeat your step; return both losses of each, and after the steps in `keep` 4,000 forged numbers and the judge's verdicts."""
    @tf.function      # a graph, as in lab 3
    def turn(forger, judge, real, noise, rates):
        logits = net(judge, real), net(judge, net(forger, noise))
        return step(forger, judge, real, noise, rates), judge_loss(*logits), forger_loss(logits[1])

    rng, test = np.random.default_rng(seed), np.random.default_rng(9).normal(size=(4000, 1)).astype("float32")
    players = fresh(1, 16, 1, rng=rng, scale=scale, start=start), fresh(1, 16, 16, 1, rng=rng)
    losses, kept, rates = [], [], tf.constant(rates, "float32")
    for number in range(steps + 1):
        if number in keep:
            verdicts = tf.sigmoid(net(players[1], GRID[:, None].astype("float32")))
            kept.append((net(players[0], test).numpy().ravel(), verdicts.numpy().ravel()))
        real, noise = (tf.constant(numbers, "float32") for numbers in (data(rng), rng.normal(size=(256, 1))))
        players, *both_losses = turn(*players, real, noise, rates)
        losses.append([float(loss) for loss in both_losses])
    return np.array(losses), kept

# %% [markdown]
# *Figure 4. A film (press ▶) of the game: real numbers, a dashed hill around 3; forged ones, bars; the judge's verdict, a dotted line. The bars begin
# around 0, arrive at 3 as a tall spike, then widen until they fill the hill, and there the dotted line sinks to one half. Above it four moments, and both
# losses, which settle at 1.386 and 0.693.*
#
# The judge says "further right", until the forger is there; then "wider". The losses do **not** fall to zero: they settle where
# neither can gain.

# %% tags=["show"]
film = None if losses_ready and step_ready else print("Figure 4 plays with your step: it appears when 1.1 and 3.1 hold.")
if losses_ready and step_ready:
    stops = [0, 10, 20, 30, 40, 60, 80, 100, 130, 160, 200, 250, 300, 400, 600, 800, 1200, 1600]
    losses, kept = play(lambda rng: rng.normal(3, 0.7, (256, 1)), (0.3, 0.03), 1600, stops)

    def draw(ax, forged_numbers, verdicts, title):
        ax.hist(forged_numbers, np.arange(-4, 8.1, 0.25), density=True, color="#D55E00", alpha=0.5, label="forged")
        ax.plot(GRID, bell(GRID, 3, 0.7), color="#0072B2", linestyle="dashed", linewidth=2, label="real")
        ax.plot(GRID, verdicts, color="black", linestyle="dotted", linewidth=2, label="D: says real")
        ax.set(xlim=(-4, 8), ylim=(0, 1.5), xlabel="x")
        ax.set_title(title, loc="left", fontsize=11, fontweight="bold")

    axes = plots.panels(1, 5, size=(3.1, 3.0), title="The forger finds the hill, and the judge gives up")[0]
    for ax, stop in zip(axes, [0, 60, 130, 1600]):
        draw(ax, *kept[stops.index(stop)], f"after {stop} steps")
    axes[0].legend(fontsize=8, loc="upper right", frameon=False)
    plots.lines(np.arange(1601), {"judge": losses[:, 0], "forger": losses[:, 1]}, "step", "loss", "Losses settle", axes[4])
    mean, deviation, (of_judge, of_forger) = kept[-1][0].mean(), kept[-1][0].std(), losses[-200:].mean(axis=0)
    print(f"forged: mean {mean:.2f}, deviation {deviation:.2f}; losses {of_judge:.3f} and {of_forger:.3f}")
    assert abs(mean - 3) < 0.2 and abs(deviation - 0.7) < 0.2 and abs(of_judge - 1.386) < 0.05 and abs(of_forger - 0.693) < 0.1
    # seeds 0-4: 0.00 to 0.07; 0.02 to 0.04; 0.00; 0.00 to 0.01
    film = plots.film(lambda ax, i: draw(ax, *kept[i], f"after {stops[i]} steps"), len(stops), "The game on a line", 500)
film

# %% [markdown]
# ## 4 From a line to pictures
#
# A discriminator of pictures is a convolutional network, as in lab 6. The generator is one turned inside out: it begins with few pixels and many
# maps, and doubles the sides. Its layer is the **transposed convolution**: every pixel stamps the kernel, times its own value, onto a larger
# picture, `stride` pixels apart; where stamps overlap they add up.
#
# ### 4.1 Stamp · 1 point · 9 min
#
# Write it for one map and one kernel.
#
# *Predict* first: 7 × 7 pixels, a kernel of 4 × 4, stride 2. How large is the result?
#
# <details><summary>Hint 1</summary>The last of h stamps begins at (h - 1) · stride, and it is as tall as the kernel.</details>
# <details><summary>Hint 2</summary>Begin with zeros of the right size, then two loops over the pixels of x.</details>
# <details><summary>Hint 3</summary><code>out[i * stride:i * stride + a, j * stride:j * stride + b] += x[i, j] * kernel</code>, for a kernel of a × b.</details>
# <details><summary>What you should see, once the check passes</summary>6 · 2 + 4 = 16 pixels a side. Cut one off all around, and 7 has become 14, then 28.</details>

# %% tags=["answer"]
def stamp(x, kernel, stride):
    """Return the transposed convolution of x, a map, with kernel: a larger map, with nothing cut off."""
    # BEGIN SOLUTION
    (h, w), (a, b) = x.shape, kernel.shape
    out = np.zeros(((h - 1) * stride + a, (w - 1) * stride + b))
    for i in range(h):
        for j in range(w):
            out[i * stride:i * stride + a, j * stride:j * stride + b] += x[i, j] * kernel
    return out
    # END SOLUTION

# %% tags=["check"]
with check("4.1", points=1, without=["keras", "tensorflow", "scipy"]) as stamp_ready:
    said = np.asarray(stamp(np.ones((7, 7)), np.ones((4, 4)), 2))
    assert said.shape != (14, 14), "14 = 7 · 2 is what is left after cutting: here nothing is cut off"
    assert said.shape == (16, 16), f"the last stamp begins at 12 and is 4 wide: 16 × 16; yours has the shape {said.shape}"
    kernel = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])
    one = np.asarray(stamp(np.array([[2.0]]), kernel, 2))
    assert np.allclose(one, 2 * kernel), "a single pixel of 2 stamps the kernel twice as strong, and not turned"
    two = np.asarray(stamp(np.array([[1.0, 10.0]]), kernel, 2))
    assert two.shape == (3, 5) and two[0, 2] == 13, \
        f"the stamps of 1 and 10 overlap in one column: there 3 · 1 + 1 · 10 = 13 stands, yours has {two[0, min(2, two.shape[1] - 1)]:g}: do they add up?"
    x = np.random.default_rng(0).normal(size=(5, 4))
    layer = keras.layers.Conv2DTranspose(1, 3, strides=2, use_bias=False)
    layer.build((None, 5, 4, 1))
    layer.set_weights([kernel[:, :, None, None]])
    assert np.allclose(stamp(x, kernel, 2), layer(x[None, ..., None])[0, ..., 0], atol=1e-4), "Keras' Conv2DTranspose gives another map"

# %% tags=["hidden"]
with check("4.1", without=["keras", "tensorflow", "scipy"]):
    draw = np.random.default_rng(2)
    for stride, (a, b), (h, w) in [(1, (2, 3), (4, 6)), (3, (2, 2), (3, 5)), (2, (5, 4), (6, 2))]:
        x, kernel = draw.normal(size=(h, w)), draw.normal(size=(a, b))
        layer = keras.layers.Conv2DTranspose(1, (a, b), strides=stride, use_bias=False)
        layer.build((None, h, w, 1))
        layer.set_weights([kernel[:, :, None, None]])
        oracle, said = np.asarray(layer(x[None, ..., None]))[0, ..., 0], np.asarray(stamp(x, kernel, stride))
        rows, columns = said.shape      # where the kernel is narrower than the stride, Keras adds empty rows
        assert said.shape == ((h - 1) * stride + a, (w - 1) * stride + b) and np.allclose(said, oracle[:rows, :columns], atol=1e-4), \
            "other strides, kernels and maps, not all of them square: Keras gives another map"

# %% [markdown]
# *Figure 5. Three maps of sums of stamps, in grey. Kernel 2: all alike. Kernel 3: a chequerboard. Kernel 4: all alike, but for a darker frame.*
#
# All pixels are 1, all kernel weights are 1, the stride is 2. A kernel of 3 overlaps its neighbours in every second row and column, and a
# **chequerboard** appears, which a forger must unlearn. A kernel that the stride divides has none: the DCGAN below has kernels of 4.

# %% tags=["show"]
if stamp_ready:
    for ax, side in zip(plots.panels(1, 3, size=(2.7, 2.9), title="Stride 2: a kernel of 3 leaves a chequerboard")[0], (2, 3, 4)):
        sums = stamp(np.ones((6, 6)), np.ones((side, side)), 2)
        inner = sums[3:-3, 3:-3]
        ax.imshow(sums, cmap="gray", vmin=0, vmax=4)
        ax.set(xticks=[], yticks=[], title=f"kernel {side}: " + " or ".join(f"{n:g}" for n in np.unique(inner)) + " stamps")
        assert (len(np.unique(inner)) == 1) == (side != 3)
else:
    print("Figure 5 uses your stamps: it appears when 4.1 holds.")

# %% [markdown]
# Three networks train now. First a **reader**, a LeNet-5 (lab 6), which will mark the forgers' work. Then two games on the same digits: the **GAN** of
# 2014, made of dense layers, and the **DCGAN** of 2016, made of convolutions and batch norm. All train with Adam, at rates that fall: for three
# epochs, the DCGAN for five. `smoothing=0.1` asks the judge to be only 90 % sure of real pictures.

# %% tags=["show"]
def falling(peak, epochs):
    return keras.optimizers.schedules.CosineDecay(peak, epochs * 313, alpha=0.05)      # 313 minibatches of 64 in an epoch

def adams(forger, judge, epochs):
    one, other = (keras.optimizers.Adam(falling(peak, epochs), beta_1=0.5) for peak in (judge, forger))
    return {"optimizer": one, "generator_optimizer": other, "smoothing": 0.1, "jit_compile": False}

training.seed(SEED)
reader = models.LeNet5(input_shape=(28, 28, 1), simplified=True)
reader.compile(keras.optimizers.Adam(training.OneCycle(0.003, 3 * 313)), "sparse_categorical_crossentropy", jit_compile=False)
reader.fit(pictures[..., None], digits, batch_size=64, epochs=3, verbose=0, callbacks=[training.Progress()])

def read(x):
    return reader.predict(np.reshape(x, (-1, 28, 28, 1)), batch_size=500, verbose=0)

print(f"the reader reads {np.mean(read(unseen).argmax(axis=1) == names):.1%} of the test digits")
training.seed(SEED)
gan = models.GAN(input_shape=(28, 28), latent=32, hidden=256, judges=32)
gan.compile(**adams(0.002, 0.002, 3))
gan.fit(pictures, batch_size=64, epochs=3, verbose=0, callbacks=[training.Progress()])
print(f"GAN: {gan.count_params():,} numbers; DCGAN: {dcgan.count_params():,}")

# %% [markdown]
# *Figure 6. A film (press ▶) of one forger's work: the same 24 lists of random numbers, drawn again and again while it learns. Grey, then
# blots, then strokes, then rough digits, about half of them readable. Above the film twelve of them in rows, from the first step to the last.*
#
# This is the longest cell: up to a minute. Follow one column down: what begins as one digit may end as another. The link below the film saves it as a
# GIF, to keep or to send.

# %% tags=["show"]
class Camera(keras.callbacks.Callback):
    """Draws the same noise again after some minibatches."""
    shots, at = [], [1, 31, 61, 101, 151, 221, 321, 471, 801, 1565]

    def on_train_batch_end(self, batch, logs=None):
        if int(dcgan.optimizer.iterations) in self.at:
            self.shots.append(dcgan.generator(noise, training=False).numpy()[..., 0] / 2 + 0.5)

training.seed(SEED)
dcgan = models.DCGAN(input_shape=(28, 28, 1), latent=32, filters=(24, 48))
noise, camera = dcgan.noise(24, seed=SEED), Camera()
dcgan.compile(**adams(0.001, 0.0005, 5))
dcgan.fit(2 * pictures[..., None] - 1, batch_size=64, epochs=5, verbose=0, callbacks=[training.Progress(), camera])
chosen = [0, 2, 3, 5, 7, 9]
strips = plots.images(np.concatenate([camera.shots[k][:12] for k in chosen]), columns=12, title="From grey to digits")
for row, k in zip(strips, chosen):
    row[0].text(-4, 14, f"step {camera.at[k]}", ha="right", va="center", fontsize=9)

def show(ax, k):
    ax.imshow(camera.shots[k].reshape(3, 8, 28, 28).transpose(0, 2, 1, 3).reshape(84, 224), cmap="gray", vmin=0, vmax=1)
    ax.set_title(f"The forger after {camera.at[k]} steps", loc="left", fontsize=11, fontweight="bold")
    ax.axis("off")

plots.film(show, len(camera.shots), title="The forger learns", interval=600, gif="forger.gif")

# %% [markdown]
# ## 5 What are they worth?
#
# ### 5.1 Sure, and of what? · 1 point · 7 min
#
# Ask the reader. For each picture its softmax gives ten shares. Two figures: what share of the pictures is it **sure** of, its largest share
# above 0.9? And what share of the pictures does it take for the digit that it sees **most rarely**?
#
# *Predict* first: a forger makes one perfect 7, again and again. What are its two figures?
#
# <details><summary>Hint 1</summary>Along the last axis: the largest share, and the place where it stands.</details>
# <details><summary>Hint 2</summary><code>np.mean(said.max(axis=1) &gt; 0.9)</code> is the first figure.</details>
# <details><summary>Hint 3</summary>The second: <code>np.bincount(said.argmax(axis=1), minlength=…).min() / len(said)</code>. Without minlength a digit that never comes, at the end, would not count.</details>
# <details><summary>What you should see, once the check passes</summary>1 and 0: sure of every picture, and nine digits never come.</details>

# %% tags=["answer"]
def sure_and_rarest(said):
    """Return two numbers between 0 and 1: said has a row for each picture and a column for each class, the reader's softmax."""
    # BEGIN SOLUTION
    counts = np.bincount(said.argmax(axis=1), minlength=said.shape[1])
    return np.mean(said.max(axis=1) > 0.9), counts.min() / len(said)
    # END SOLUTION

# %% tags=["check"]
with check("5.1", points=1) as figures_ready:
    said = np.array([[0.95, 0.03, 0.02], [0.5, 0.3, 0.2], [0.02, 0.97, 0.01], [0.1, 0.2, 0.7]])
    sure, rarest = sure_and_rarest(said)
    assert np.ndim(sure) == 0 and np.ndim(rarest) == 0, "two plain numbers are wanted: shares of all pictures"
    assert abs(sure - 0.5) < 1e-9, f"two of four pictures have a largest share above 0.9: 0.5, not {sure:g}"
    assert abs(rarest - 0.25) < 1e-9, f"the classes come 2, 1 and 1 times in four: the rarest is 0.25, not {rarest:g}"
    sure, rarest = sure_and_rarest(np.eye(10)[np.full(20, 7)])
    assert sure == 1, f"twenty 7s, and the reader is certain: sure is 1, not {sure:g}"
    assert rarest == 0, f"twenty 7s: nine digits never come, so the rarest has 0, not {rarest:g}. Give bincount a minlength"
    sure, _ = sure_and_rarest(np.array([[0.9, 0.1], [0.1, 0.9]]))
    assert sure == 0, "exactly 0.9 is not above 0.9"

# %% tags=["hidden"]
with check("5.1"):
    said = np.random.default_rng(4).dirichlet(np.full(6, 0.2), 300)
    counts = [sum(row.tolist().index(max(row)) == c for row in said) for c in range(6)]
    sure, rarest = sure_and_rarest(said)
    assert abs(sure - sum(max(row) > 0.9 for row in said) / 300) < 1e-9 and abs(rarest - min(counts) / 300) < 1e-9, \
        "six classes, 300 pictures: counted one by one the shares are others"
    sure, rarest = sure_and_rarest(np.array([[0.0, 1.0], [0.3, 0.7], [0.8, 0.2]]))
    assert abs(sure - 1 / 3) < 1e-9 and abs(rarest - 1 / 3) < 1e-9, "two classes, three pictures"

# %% [markdown]
# ### 5.2 The inception score · 1 point · 9 min
#
# One number for both wishes, **sure** of each and **varied** together. Let $\bar p$ be the mean of all rows. A row $r$ says something new if it
# differs from $\bar p$: $\sum_c r_c \ln(r_c / \bar p_c)$. Average that over the pictures, and raise $e$ to it. (Its inventors' reader was called
# Inception.) Where $r_c = 0$ the term is 0.
#
# *Predict* first: a perfect forger of ten digits, each as often, and a reader that is certain. What is the score? And of one 7, again and again?
#
# <details><summary>Hint 1</summary>The mean row has one number for each class: an average over the pictures.</details>
# <details><summary>Hint 2</summary>0 · ln 0 is nan. <code>np.log(np.maximum(said, 1e-300))</code> is finite, and times 0 it is 0.</details>
# <details><summary>Hint 3</summary>Sum over the classes, mean over the pictures, exp at the end: <code>np.exp(np.mean(np.sum(said * (…), axis=1)))</code>.</details>
# <details><summary>What you should see, once the check passes</summary>10 and 1: it counts, so to speak, how many classes are drawn clearly.</details>

# %% tags=["answer"]
def inception_score(said):
    """Return the score, from 1 to the number of classes: said has a row for each picture, the reader's softmax."""
    # BEGIN SOLUTION
    logarithm = lambda shares: np.log(np.maximum(shares, 1e-300))
    return np.exp(np.mean(np.sum(said * (logarithm(said) - logarithm(said.mean(axis=0))), axis=1)))
    # END SOLUTION

# %% tags=["check"]
with check("5.2", points=1) as score_ready:
    score = inception_score(np.eye(10)[np.arange(40) % 10])
    assert np.ndim(score) == 0, f"one number is wanted; yours has the shape {np.shape(score)}"
    assert np.isfinite(score), "0 · ln 0 is nan in NumPy: keep the logarithm from zero"
    assert abs(score - np.log(10)) > 1e-6, "2.303 is ln 10: raise e to the average"
    assert abs(score - 10) < 1e-6, f"ten digits, each as often, all certain: 10, not {score:.3f}"
    score = inception_score(np.eye(10)[np.full(40, 7)])
    assert abs(score - 1) < 1e-6, f"one 7 again and again says nothing new: 1, not {score:.3f}. From the mean row, not from 1/10"
    assert abs(inception_score(np.full((40, 10), 0.1)) - 1) < 1e-6, "a reader that has no idea: 1"
    said = np.random.default_rng(0).dirichlet(np.full(5, 0.3), 30)
    mean = [sum(row[c] for row in said) / 30 for c in range(5)]
    oracle = np.exp(sum(row[c] * np.log(row[c] / mean[c]) for row in said for c in range(5)) / 30)
    score = inception_score(said)
    assert abs(score - oracle) < 1e-6, f"thirty pictures, five classes: {oracle:.4f}, added up one by one, yours is {score:.4f}"

# %% tags=["hidden"]
with check("5.2"):
    draw = np.random.default_rng(8)
    for classes, count in [(2, 7), (10, 200)]:
        said = draw.dirichlet(np.full(classes, 0.2), count)
        said[0] = np.eye(classes)[0]
        before = said.copy()
        assert abs(inception_score(said) - metrics.inception_score(said)) < 1e-6, "other pictures, another number of classes, a row with zeros"
        assert np.array_equal(said, before), "the shares that are given stay as they are"

# %% [markdown]
# *Figure 7. Five rows of pictures with their figures. Test digits: sure of nearly all, score above 9. DCGAN: rough digits. GAN: a few speckled shapes, again
# and again. Ghosts, averages of two test digits. One digit, 2,000 times.*
#
# **Confidence alone is fooled.** One digit copied has 100 %; ghosts, which look like nothing, have nearly as much as the DCGAN. The score sees through the
# copies, and puts the DCGAN above the ghosts, but barely: the reader has never met a picture of no digit. Look at pictures, too, and quote no score without
# such a comparison.

# %% tags=["show"]
if figures_ready and score_ready:
    one, other = np.random.default_rng(SEED).integers(0, len(unseen), (2, 2000))
    rows = {"test digits": unseen[:2000], "DCGAN": forged(dcgan, 2000), "GAN": gan.sample(2000, seed=SEED),
            "ghosts": (unseen[one] + unseen[other]) / 2, "one digit": np.repeat(unseen[:1], 2000, axis=0)}
    worth = {name: (*sure_and_rarest(said), inception_score(said)) for name, said in ((name, read(x)) for name, x in rows.items())}
    grid = plots.images(np.concatenate([x[:12] for x in rows.values()]), columns=12, title="Confidence alone is fooled; the score, a little less")
    for row, (name, (sure, rarest, score)) in zip(grid, worth.items()):
        row[0].text(-4, 14, f"{name}: sure of {sure:.0%},\nrarest {rarest:.1%}, score {score:.1f}", ha="right", va="center", fontsize=9)
    sure, rarest, score = worth["DCGAN"]
    assert sure > 0.42 and rarest > 0.02 and score > worth["ghosts"][2] + 0.1 and worth["one digit"][2] < 1.01
    assert worth["ghosts"][0] > 0.4 and worth["GAN"][1] < 0.01 and worth["GAN"][2] < score - 1
    # seeds 0-4: sure of 50 to 55 %, rarest 5 to 6 %, score 6.1 to 6.4, which is 0.28 to 0.52 above; ghosts 50 to 53 %; GAN 0 %, 1.8 below and more
else:
    print("Figure 7 uses your two measures: it appears when 5.1 and 5.2 hold.")

# %% [markdown]
# ## 6 Growing
#
# The lecture's **progressive GAN** makes faces 1024 pixels wide, and begins with 4 × 4. Once both players are settled, each gets a layer for twice the
# side, blended in: suddenly, it would undo what has been learned.
#
# ### 6.1 Fade in · 1 point · 7 min
#
# `old` are pictures of n × n pixels, `new` the new layer's of 2n × 2n. Double `old`: each pixel becomes four. Then blend: a `share` of 0 shows the
# doubled old picture, 1 the new one.
#
# *Predict* first: right after growing the share is 0. What has changed for the judge?
#
# <details><summary>Hint 1</summary>Doubling: every row twice, and every column twice.</details>
# <details><summary>Hint 2</summary><code>np.repeat(old, 2, axis=1)</code> does it along one axis; axis 0 counts the pictures.</details>
# <details><summary>Hint 3</summary><code>(1 - share) * doubled + share * new</code>.</details>
# <details><summary>What you should see, once the check passes</summary>Nothing: it is shown the same pictures, with larger pixels. The new layer gets its say little by little.</details>

# %% tags=["answer"]
def fade(old, new, share):
    """Return pictures of the size of new, (pictures, 2n, 2n): old ones, (pictures, n, n), doubled, and a share of new."""
    # BEGIN SOLUTION
    doubled = np.repeat(np.repeat(old, 2, axis=1), 2, axis=2)
    return (1 - share) * doubled + share * new
    # END SOLUTION

# %% tags=["check"]
with check("6.1", points=1, without=["keras", "tensorflow", "scipy"]) as fade_ready:
    old, new = np.array([[[1.0, 2], [3, 4]]]), np.zeros((1, 4, 4))
    said = np.asarray(fade(old, new, 0.0))
    assert said.shape == (1, 4, 4), f"2 × 2 pixels become 4 × 4; yours has the shape {said.shape}"
    assert said[0].tolist() != np.tile(old[0], (2, 2)).tolist(), "you laid four small pictures side by side: repeat each pixel, do not tile"
    assert said[0].tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]], \
        "share 0: each pixel of the old picture becomes four alike, in two rows and two columns"
    draw = np.random.default_rng(0)
    old, new = draw.normal(size=(3, 4, 4)), draw.normal(size=(3, 8, 8))
    assert np.allclose(fade(old, new, 1.0), new), "share 1: the new picture alone"
    doubled = np.asarray(keras.layers.UpSampling2D()(old[..., None]))[..., 0]
    assert np.allclose(fade(old, new, 0.25), 0.75 * doubled + 0.25 * new, atol=1e-5), "share 0.25: three quarters of the old, one quarter of the new"

# %% tags=["hidden"]
with check("6.1", without=["keras", "tensorflow", "scipy"]):
    draw = np.random.default_rng(1)
    old, new = draw.normal(size=(5, 3, 3)), draw.normal(size=(5, 6, 6))
    said = np.asarray(fade(old, new, 0.4))
    for k, i, j in [(0, 0, 0), (4, 5, 5), (2, 3, 0), (1, 2, 5)]:
        assert abs(said[k, i, j] - 0.6 * old[k, i // 2, j // 2] - 0.4 * new[k, i, j]) < 1e-9, "other pictures: pixel by pixel the blend is another one"

# %% [markdown]
# *Figure 8. Four rows of coarse pictures. Real digits of 4 × 4 pixels. What a forger makes of this size after 300 steps: blots of the same kind. What it
# makes right after growing to 8 × 8: the same blots, not a pixel differs. Real digits of 8 × 8, which it must make next.*
#
# A small progressive GAN of 16 maps. Both of its rows come from the same random numbers, and your `fade` says what the grown one makes.

# %% tags=["show"]
training.seed(SEED)
framed = 2 * np.pad(pictures[:19200], ((0, 0), (2, 2), (2, 2)))[..., None] - 1      # 32 × 32 halves well
coarse = {side: framed.reshape(-1, side, 32 // side, side, 32 // side).mean(axis=(2, 4)) for side in (4, 8)}
small = models.ProgressiveGAN(resolution=4, channels=1, filters=16, latent=16)
small.compile(keras.optimizers.Adam(0.002, beta_1=0, beta_2=0.99), jit_compile=False)
small.fit(coarse[4][..., None], batch_size=64, verbose=0, callbacks=[training.Progress()])
large = small.grown(steps=300)
made, grown = (model.sample(12, seed=SEED)[..., 0] for model in (small, large))
rows = {"real, 4 × 4": coarse[4][:12], "made, 4 × 4": made, "made, grown to 8 × 8": grown, "real, 8 × 8": coarse[8][:12]}
shown = [np.kron(x, np.ones((1, 8 // x.shape[1], 8 // x.shape[1]))) for x in rows.values()]
grid = plots.images(np.clip(np.concatenate(shown), -1, 1), columns=12, title="It grows, and loses nothing")
for row, name in zip(grid, rows):
    row[0].text(-1, 4, name, ha="right", va="center", fontsize=9)
if fade_ready:
    assert np.allclose(grown, fade(made, np.zeros_like(grown), 0.0), atol=1e-5) and made.std(axis=0).mean() > 0.05

# %% [markdown]
# ## 7 Break it on purpose
#
# Back to the line. Now real numbers lie on **two** hills, at -3 and at 3. A forger that makes one of them only suffers from **mode collapse**. What would
# the curves say?
#
# ### 7.1 The losses of a collapse · 1 point · 9 min
#
# Real pictures fall on `hills` hills that do not overlap, equally often. The forger makes `kept` of them, perfectly and equally often. What do the best
# judge and the forger pay?
#
# *Predict* first: of two hills it makes one. Does the judge pay more or less than 1.386?
#
# <details><summary>Hint 1</summary>On a hill that is kept, p = 1/hills and q = 1/kept. On one that is lost, q = 0, and the best judge is sure. So there is one verdict to compute.</details>
# <details><summary>Hint 2</summary>On kept hills D = (1/hills) / (1/hills + 1/kept) = kept / (kept + hills). Everything that is forged falls there; of what is real, the share kept / hills.</details>
# <details><summary>Hint 3</summary>The forger pays -ln D. The judge pays -(kept / hills) ln D for the real ones, and -ln(1 - D) for the forged.</details>
# <details><summary>What you should see, once the check passes</summary>Less: 0.955, for on the lost hill it is always right. The forger pays ln 3 = 1.099.</details>

# %% tags=["answer"]
def collapsed(kept, hills):
    """Return two numbers: the best judge's loss and the forger's, if the forger makes so many of the hills."""
    # BEGIN SOLUTION
    D = kept / (kept + hills)
    return -kept / hills * np.log(D) - np.log(1 - D), -np.log(D)
    # END SOLUTION

# %% tags=["check"]
with check("7.1", points=1) as collapse_ready:
    of_judge, of_forger = collapsed(2, 2)
    assert np.ndim(of_judge) == 0 and np.ndim(of_forger) == 0, "two plain numbers: the judge's loss, then the forger's"
    assert abs(of_judge - 1.3863) < 1e-3 and abs(of_forger - 0.6931) < 1e-3, \
        f"no hill is lost: the fair game's 1.386 and 0.693, not {of_judge:.3f} and {of_forger:.3f}"
    for kept, hills in [(1, 2), (1, 4), (3, 8)]:
        p, q = np.repeat([1 / hills], hills), np.repeat([1 / kept, 0], [kept, hills - kept])      # one place for each hill
        pays = [0.0, 0.0]
        for a, b in zip(p, q):
            D = a / (a + b)
            pays[0] += -a * np.log(D) - (b * np.log(1 - D) if b else 0)
            pays[1] += -b * np.log(D)
        of_judge, of_forger = collapsed(kept, hills)
        assert abs(of_forger - pays[1]) < 1e-6, f"{kept} of {hills}: the forger pays {pays[1]:.3f}, hill by hill, not {of_forger:.3f}: what is D on a kept hill?"
        assert abs(of_judge - pays[0]) < 1e-6, \
            f"{kept} of {hills}: the judge pays {pays[0]:.3f}, not {of_judge:.3f}: for real ones only on kept hills, for forged ones always"

# %% tags=["hidden"]
with check("7.1"):
    for kept, hills in [(2, 3), (5, 10), (9, 10), (1, 100)]:
        p, q = np.full(hills, 1 / hills), np.array([1 / kept] * kept + [0] * (hills - kept))
        D, made = p / (p + q), q > 0
        of_judge, of_forger = collapsed(kept, hills)
        assert abs(of_judge + np.sum(p * np.log(D)) + np.sum(q[made] * np.log(1 - D[made]))) < 1e-6, "other hills: the judge's sum is another one"
        assert abs(of_forger + np.sum(q * np.log(D))) < 1e-6, "other hills: the forger's sum is another one"

# %% [markdown]
# *Figure 9. Four games: above the losses, below forged numbers over real hills. Fair: both hills, losses near the lines at 1.386 and 0.693, the forger's a
# little above. Mode collapse: one hill, losses on the lines at 0.955 and 1.099. Judge too strong: the hill is missed, the losses are 0 and, rising, 8.
# Forger too strong: losses on the fair lines, numbers that fit nothing.*
#
# Only start and rates differ. Losses tell who is winning, and your formula counts lost hills. But the fourth judge is **blind**: its 1.386 only looks like
# success.

# %% tags=["show"]
two = lambda rng: rng.choice([-3, 3], (256, 1)) + 0.4 * rng.normal(size=(256, 1))
single = lambda rng: rng.normal(3, 0.7, (256, 1))
GAMES = {"fair": (two, (0.3, 0.1), 1.0, 0.0), "mode collapse": (two, (0.3, 0.1), 0.1, -3.0),
         "judge too strong": (single, (0.3, 0.003), 0.5, -3.0), "forger too strong": (two, (0.003, 0.3), 1.0, 0.0)}
if losses_ready and step_ready and collapse_ready:
    grid, ends = plots.panels(2, 4, size=(3.2, 2.7), title="Who wins? The curves tell, except in the last game"), {}
    for (above, below), (name, (data, rates, scale, start)) in zip(grid.T, GAMES.items()):
        losses, kept = play(data, rates, 800, [800], scale=scale, start=start)
        plots.lines(np.arange(801), dict(zip(["judge", "forger"], losses.T)), "step", "loss", name.capitalize(), above)
        above.set(ylim=(0, 10 if name == "judge too strong" else 2.5))
        above.hlines(collapsed(1 if name == "mode collapse" else 2, 2), 0, 800, color="black", linewidth=0.8)
        sets = {"real": np.concatenate([data(np.random.default_rng(k)) for k in range(16)]).ravel(), "forged": kept[0][0]}
        for (label, numbers), look in zip(sets.items(), [{"color": "#56B4E9"}, {"histtype": "step", "color": "#D55E00"}]):
            below.hist(numbers, np.arange(-8, 8.1, 0.4), density=True, linewidth=2, label=label, **look)
        below.set(xlabel="x", yticks=[])
        grid[1, 0].legend(fontsize=8, frameon=False)
        shares = [np.histogram(numbers, np.arange(-20, 20.1, 0.4))[0] / len(numbers) for numbers in sets.values()]
        ends[name] = np.array([*losses[-100:].mean(axis=0), np.mean(kept[0][0] > 0), np.minimum(*shares).sum()])
else:
    print("Figure 9 plays four games with your step: it appears when 1.1, 3.1 and 7.1 hold.")

# %% [markdown]
# The same in numbers, the losses averaged over the last 100 steps; `shared` is the area that both histograms cover. Below them the two games on pictures. The GAN's judge pays much less than 1.386, its
# forger much more than 0.693: it is found out, again and again. The DCGAN's game is nearly fair.

# %% tags=["show"]
if losses_ready and step_ready and collapse_ready:
    for name, (of_judge, of_forger, right, shared) in ends.items():
        print(f"{name:<18} judge {of_judge:.2f}   forger {of_forger:.2f}   right of 0: {right:.0%}   shared with the real hills: {shared:.0%}")
    for name, model in {"GAN, pictures": gan, "DCGAN, pictures": dcgan}.items():
        of_judge, of_forger = (model.history.history[f"{player}_loss"][-1] for player in ("discriminator", "generator"))
        print(f"{name:<18} judge {of_judge:.2f}   forger {of_forger:.2f}")
        assert (of_judge < 1 and of_forger > 2) if model is gan else (of_judge > 1.1 and of_forger < 1.2)
        # seeds 0-4: 0.67 to 0.73 and 2.8 to 3.4; 1.22 to 1.27 and 0.90 to 0.94
    assert abs(ends["fair"][0] - 1.386) < 0.1 and ends["fair"][3] > 0.6      # seeds 0-4: 1.33 to 1.34; 0.77 to 0.80
    assert np.abs(ends["mode collapse"][:2] - [0.955, 1.099]).max() < 0.06 and ends["mode collapse"][2] == 0      # 0.02 at most
    assert ends["judge too strong"][0] < 0.1 and ends["judge too strong"][1] > 5      # 0.00 to 0.03; 8.0 to 8.8
    assert abs(ends["forger too strong"][0] - 1.386) < 0.05 and ends["forger too strong"][3] < 0.5      # 0.01 at most; 0.16 to 0.25

# %% [markdown]
# ### 7.2 Somebody's curves · 2 points · 5 min
#
# A friend trains a DCGAN on faces. After an hour the judge's loss is 0.01, the forger's is 9 and rising, and all samples are noise. What has happened,
# why does waiting not help, and what would you change first? At most 60 words; a person reads this answer.
#
# <details><summary>Hint 1</summary>Which of the four games is it?</details>
# <details><summary>Hint 2</summary>Look at Figure 3, on the left: what is there to follow, far from the hill?</details>
# <details><summary>Hint 3</summary>The two rates are yours to set. What else keeps a judge from being certain?</details>

# %% [markdown] tags=["written"]
# The judge overpowers the forger: it knows every sample with certainty. Neighbouring samples get the same verdict, so there is hardly a slope to follow,
# and training longer makes the judge surer still. Lower the judge's rate or raise the forger's, smooth the judge's labels, or add dropout to it; then
# start again.
#
# *Marking key.* 1 point: the judge (discriminator) is too strong, and its certainty leaves the forger no useful slope. 1 point: a remedy that weakens
# the judge or strengthens the forger. "Train longer", or "mode collapse": 0.

# %% [markdown]
# ## 8 Go further on a GPU
#
# The same DCGAN, on capital letters. On Colab choose *Runtime → Change runtime type → GPU*, set `EXAMPLES` to 7,800, `EPOCHS` to 60 and `FILTERS` to
# (64, 128). Then train a reader of letters, and score it.
#
# *Figure 10. Twelve pictures of a forger of letters that has hardly begun: blots.*
#
# The last cell is **your score**. Run all cells from the top (*Run → Restart Kernel and Run All Cells*), read the table, and hand in this
# notebook as it is.

# %% tags=["show"]
EXAMPLES, EPOCHS, FILTERS = 1_280, 3, (16, 32)
(letters, _), _ = datasets.glyphs.load_data("letters")
training.seed(SEED)
scribe = models.DCGAN(input_shape=(28, 28, 1), latent=32, filters=FILTERS)
scribe.compile(keras.optimizers.Adam(0.001, beta_1=0.5), generator_optimizer=keras.optimizers.Adam(0.002, beta_1=0.5), smoothing=0.1)
scribe.fit(letters[:EXAMPLES, ..., None] / 127.5 - 1, batch_size=64, epochs=EPOCHS, verbose=0, callbacks=[training.Progress()])
plots.images(forged(scribe, 12), columns=12, title=f"Letters after {EPOCHS} epochs: blots so far");

# %% tags=["show"]
check.score(written={"7.2": 2})
