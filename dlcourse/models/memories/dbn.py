"""The deep belief network: layer upon layer learns to dream what the one below says. Then labels have little left to teach."""

import math

import keras
import numpy as np
from keras import layers, ops

from dlcourse.models._published import published
from dlcourse.models._rows import chances
from dlcourse.models.memories.rbm import RBM


@keras.saving.register_keras_serializable(package="dlcourse")
class TwoWay(layers.Layer):
    """A logistic layer that can be walked down, too: by the same weights, with biases of its own, which no label changes.

    >>> layer = TwoWay(3)
    >>> layer.down(layer(ops.zeros((1, 4)))).shape
    TensorShape([1, 4])
    """

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="kernel")
        self.hidden_bias = self.add_weight(shape=(self.units,), initializer="zeros", name="hidden_bias")
        self.visible_bias = self.add_weight(shape=(input_shape[-1],), initializer="zeros", trainable=False, name="visible_bias")

    def call(self, visible):
        return ops.sigmoid(ops.matmul(visible, self.kernel) + self.hidden_bias)

    def down(self, hidden):
        """How likely each unit below is 1."""
        return ops.sigmoid(ops.matmul(ops.cast(hidden, "float32"), ops.transpose(self.kernel)) + self.visible_bias)

    def machine(self):
        """The restricted Boltzmann machine that this layer is."""
        machine = RBM(input_shape=(self.kernel.shape[0],), hidden=self.units)
        become(machine, self)
        return machine

    def get_config(self):
        return super().get_config() | {"units": self.units}


def become(one, other):
    """Give a layer a machine's weights, or a machine a layer's.

    >>> layer, machine = TwoWay(3), RBM(input_shape=(4,), hidden=3)
    >>> layer.build((None, 4)); become(layer, machine)
    >>> bool(ops.all(layer.kernel == machine.kernel))
    True
    """
    for name in ("kernel", "hidden_bias", "visible_bias"):
        getattr(one, name).assign(getattr(other, name))


@keras.saving.register_keras_serializable(package="dlcourse")
class DeepBelief(keras.Model):
    """Pretrain it with pictures, which need no labels; then compile and fit it as any classifier.

    >>> model = DBN(input_shape=(8, 8), hidden=(20, 10))
    >>> [sorted(history) for history in model.pretrain(np.ones((30, 8, 8)), epochs=1, verbose=0)]
    [['energy_gap', 'loss'], ['energy_gap', 'loss']]
    """

    @property
    def ladder(self):
        """The layers that can be walked both ways, lowest first."""
        return [layer for layer in self.layers if isinstance(layer, TwoWay)]

    def pretrain(self, x, epochs=10, learning_rate=0.1, **options):
        """Greedily: the lowest layer learns as a restricted Boltzmann machine, then the next one from what that makes of `x`, and so on.
        `options` go to each machine's `fit`. Returns the history of each."""
        rows, histories = chances(x, self.input_shape[1:]), []
        for layer in self.ladder:
            machine = layer.machine()
            machine.compile(keras.optimizers.SGD(learning_rate, momentum=0.5), jit_compile=False)      # XLA would slow such small steps down
            histories.append(machine.fit(rows, epochs=epochs, **options).history)
            become(layer, machine)
            rows = ops.convert_to_numpy(machine.up(rows))
        return histories

    def encode(self, x):
        """How likely each unit of the highest layer is 1.

        >>> DBN(input_shape=(8, 8), hidden=(20, 10)).encode(np.ones((3, 8, 8))).shape
        (3, 10)
        """
        rows = chances(x, self.input_shape[1:])
        for layer in self.ladder:
            rows = layer(rows)
        return ops.convert_to_numpy(rows)

    def decode(self, codes):
        """The pictures that codes of the highest layer stand for.

        >>> DBN(input_shape=(8, 8), hidden=(20, 10)).decode(np.ones((3, 10))).shape
        (3, 8, 8)
        """
        return self._down(codes, self.ladder)

    def sample(self, count, steps=1000, seed=None):
        """New pictures: the two highest layers dream for so many rounds, and those below draw what they dreamt.

        >>> DBN(input_shape=(8, 8), hidden=(20, 10)).sample(3, steps=10).shape
        (3, 8, 8)
        """
        *below, top = self.ladder
        return self._down(top.machine().sample(count, steps, seed), below)

    def _down(self, rows, ladder):
        for layer in reversed(ladder):
            rows = layer.down(rows)
        return np.reshape(ops.convert_to_numpy(rows), (-1, *self.input_shape[1:]))


@published(
    paper="Hinton, Osindero & Teh 2006, A fast learning algorithm for deep belief nets, Neural Computation 18",
    url="https://doi.org/10.1162/neco.2006.18.7.1527",
    says="784-500-500-2000 and 10 labels, about 1.7 million weights; 1.25% errors on MNIST",
    parameters=1_665_010,
    note="as Hinton & Salakhutdinov 2006 refine it, by back-propagation, its labels being a softmax above the highest layer. In this paper "
         "they stand beside the third layer, for the highest to dream of: 1,662,000 weights. benchmarks/memories.py, 784-300-300-500, 500 "
         "labels of glyphs, five seeds: accuracy .864 to .881 pretrained, .780 to .804 not, .826 to .850 not but with ReLU",
    small={"input_shape": (6, 4), "hidden": (16, 12), "classes": 3},
)
def DBN(input_shape=(784,), hidden=(500, 500, 2000), classes=10, name="dbn"):
    """Numbers from 0 to 1, as a row or as a picture. Logistic layers, and a softmax; `encode` and `decode` walk up and down.

    Draw and dream before labels are learnt: these change the weights, and what is up then no longer fits what is down.

    >>> DBN(input_shape=(28, 28), hidden=(100, 50)).count_params()      # 884 of them are biases for the way down
    84944
    """
    if isinstance(hidden, int) or not hidden or min(*input_shape, *hidden) < 1 or classes < 2:
        raise ValueError(f"input_shape={input_shape}, hidden={hidden}, classes={classes}: give the width of each hidden layer, such as "
                         "hidden=(500, 500), and 2 classes or more")
    inputs = keras.Input(input_shape, name="input")
    x = layers.Reshape((math.prod(input_shape),), name="row")(inputs)
    for level, units in enumerate(hidden, start=1):
        x = TwoWay(units, name=f"hidden{level}")(x)
    return DeepBelief(inputs, layers.Dense(classes, "softmax", dtype="float32", name="output")(x), name=name)
