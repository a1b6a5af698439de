"""Reptile: first weights from which a few steps on a few examples of a new task are enough."""

import keras
import numpy as np
from keras import layers, ops

from dlcourse.models._published import published


@keras.saving.register_keras_serializable(package="dlcourse")
class QuickLearner(keras.Model):
    """Learns each new task from its own weights, by plain gradient descent; `learn` moves these towards where that leads.

    >>> Reptile(hidden=(4,)).predict(np.zeros((5, 1)), verbose=0).shape
    (5, 1)
    """

    def learn(self, tasks, rounds=2000, count=8, points=50, batch_size=None, steps=16, learning_rate=0.02, seed=0):
        """`rounds` times: adapt to `count` tasks by `steps` steps each, and go part of the way to their mean, all of it at first, none in the
        end. `tasks(count, points, rng)` draws x (count, points, …) and y; each step sees `batch_size` of the points, or all. Returns the
        loss at the last step of adapting, round by round.

        >>> len(Reptile(hidden=(4,)).learn(sines, rounds=3, steps=2))
        3
        """
        rng, adapt, losses = np.random.default_rng(seed), self._adapting(), []
        for number in range(rounds):
            x, y = tasks(count, points, rng)
            weights, state, loss = adapt(*_minibatches(x, y, steps, batch_size, rng), learning_rate)
            part = 1 - number / rounds
            for variable, found in zip(self.trainable_variables + self.non_trainable_variables, weights + state):
                variable.assign(variable + part * (ops.mean(found, axis=0) - variable))
            losses.append(float(ops.mean(loss)))
        return losses

    def after(self, x, y, new, steps=32, learning_rate=0.02, batch_size=None, seed=0):
        """What it says of `new` once adapted to the examples x and y, for each task by itself; the model stays as it was.

        >>> Reptile(hidden=(4,)).after(*sines(3, 10, np.random.default_rng(0)), np.zeros((3, 10, 1)), steps=2).shape
        (3, 10, 1)
        """
        weights, state, _ = self._adapting()(*_minibatches(x, y, steps, batch_size, np.random.default_rng(seed)), learning_rate)
        kept, answers = self.get_weights(), []
        for one, *found in zip(new, *map(np.array, weights + state)):
            for variable, values in zip(self.trainable_variables + self.non_trainable_variables, found):
                variable.assign(values)
            answers.append(self.predict_on_batch(one))
        self.set_weights(kept)
        return np.array(answers)

    def _adapting(self):
        """A function from minibatches (tasks, steps, examples, …) to the weights, statistics and losses that each task ends with."""
        if keras.backend.backend() != "tensorflow":
            raise ValueError(f"Reptile learns with TensorFlow's gradients, not on {keras.backend.backend()}: set KERAS_BACKEND=tensorflow")
        self._adapt = getattr(self, "_adapt", None) or _in_graph(self)
        return self._adapt


def _in_graph(model):
    import tensorflow as tf

    groups = model.trainable_variables, model.non_trainable_variables
    softmax = keras.activations.serialize(model.get_layer("out").activation) == "softmax"
    error = keras.losses.sparse_categorical_crossentropy if softmax else keras.losses.mean_squared_error

    def adapt(x, y, rate):
        def step(number, weights, state, _):
            with tf.GradientTape() as tape:
                tape.watch(weights)
                said, state = model.stateless_call(weights, state, x[number], training=True)
                loss = tf.reduce_mean(error(y[number], said))
            return number + 1, [old - rate * slope for old, slope in zip(weights, tape.gradient(loss, weights))], state, loss
        start = [[tf.convert_to_tensor(variable.value) for variable in group] for group in groups]
        return tf.while_loop(lambda number, *_: number < len(x), step, (0, *start, 0.0))[1:]

    def all_tasks(x, y, rate):
        kinds = [[tf.TensorSpec(variable.shape, variable.dtype) for variable in group] for group in groups]
        return tf.map_fn(lambda task: adapt(*task, rate), (x, y), fn_output_signature=(*kinds, tf.TensorSpec((), "float32")))
    return tf.function(all_tasks, jit_compile=len(model.input_shape) == 2)          # XLA is slow at convolutions on a CPU


def _minibatches(x, y, steps, batch_size, rng):
    """Of each task, the examples of each step: all, or `batch_size` of them by chance."""
    size = min(batch_size or x.shape[1], x.shape[1])
    rows = rng.random((len(x), steps, x.shape[1])).argsort(axis=-1)[..., :size]
    which = np.arange(len(x))[:, None, None]
    return x[which, rows], y[which, rows]


def sines(count, points, rng):
    """Waves to learn, each of its own height (0.1 to 5) and phase (0 to 2 π): places from -5 to 5, and what the wave is there.

    >>> x, y = sines(8, 50, np.random.default_rng(0))
    >>> x.shape, y.shape
    ((8, 50, 1), (8, 50, 1))
    """
    height, phase = rng.uniform(0.1, 5, (count, 1, 1)), rng.uniform(0, 2 * np.pi, (count, 1, 1))
    x = rng.uniform(-5, 5, (count, points, 1))
    return x.astype("float32"), (height * np.sin(x + phase)).astype("float32")


def pictures_of(x, y, ways=5):
    """Tasks to tell `ways` kinds apart, drawn from pictures x of many kinds y, numbered anew in each task, in turn.

    >>> tasks = pictures_of(np.zeros((60, 28, 28, 1)), np.arange(60) % 6)
    >>> x, y = tasks(2, 10, np.random.default_rng(0))
    >>> x.shape, y.tolist()[0]
    ((2, 10, 28, 28, 1), [0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    """
    kinds = [np.flatnonzero(y == kind) for kind in np.unique(y)]
    fewest = min(map(len, kinds))
    members = np.stack([rows[:fewest] for rows in kinds])

    def tasks(count, points, rng):
        if ways > len(kinds) or points % ways or points > ways * fewest:
            raise ValueError(f"ways={ways}, points={points}: there are {len(kinds)} kinds with {fewest} pictures, and points are a multiple of ways")
        chosen = rng.random((count, len(kinds))).argsort(axis=-1)[:, None, :ways]
        which = rng.random((count, fewest, ways)).argsort(axis=1)[:, :points // ways]
        return x[members[chosen, which].reshape(count, points)], np.tile(np.arange(ways), (count, points // ways))
    return tasks


@published(
    paper="Nichol, Achiam & Schulman 2018, On first-order meta-learning algorithms, arXiv 1803.02999",
    url="https://arxiv.org/abs/1803.02999",
    says="62.74 % of miniImageNet's 5-way 5-shot tasks, without the second derivatives of MAML",
    parameters=4_353,
    note="the network for sines; for Omniglot (28, 28, 1), classes=5: 113,221. Batch norm's statistics are learned. benchmarks/search.py, five seeds: "
         "error .05 to .07 of the untrained net's after ten points of a wave, .12 to .20 after five; five new letters .70 to .75 after five of each",
    small={"hidden": (8,)},
)
def Reptile(input_shape=(1,), classes=None, hidden=(64, 64), filters=(64, 64, 64, 64), name="reptile"):
    """Rows go through dense layers of `hidden` units with tanh, pictures through convolutions of `filters` that halve them. Says one
    number, or with `classes` how likely each is.

    >>> Reptile(input_shape=(28, 28, 1), classes=5).count_params()
    113733
    """
    if len(input_shape) not in (1, 3) or classes is not None and classes < 2:
        raise ValueError(f"input_shape={input_shape}, classes={classes}: give (numbers,) or (height, width, channels), at least 2 classes")
    x = inputs = keras.Input(input_shape, name="input")
    for number, units in enumerate(hidden if len(input_shape) == 1 else (), start=1):
        x = layers.Dense(units, "tanh", name=f"hidden{number}")(x)
    for number, maps in enumerate(filters if len(input_shape) == 3 else (), start=1):
        x = layers.Conv2D(maps, 3, strides=2, padding="same", name=f"conv{number}")(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"bn{number}")(x)
        x = layers.ReLU(name=f"relu{number}")(x)
    x = layers.Flatten(name="feat")(x) if len(input_shape) == 3 else x
    outputs = layers.Dense(classes or 1, "softmax" if classes else None, dtype="float32", name="out")(x)
    return QuickLearner(inputs, outputs, name=name)
