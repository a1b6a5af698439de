"""LeNet-5: convolution and subsampling, trained by descent, that read the amounts on bank checks."""

import keras
import numpy as np
from keras import layers, ops

from dlcourse.models._codes import codes
from dlcourse.models._published import published
from dlcourse.models._sizes import check_task

SIDE = 32     # of the picture; smaller ones get a margin
# The maps of S2 that each map of C3 sees: that breaks the symmetry between its maps.
TABLE = [(0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
         (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
         (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5)]


@keras.saving.register_keras_serializable(package="dlcourse")
def squash(x):
    """The paper's sigmoid, scaled so that squash(±1) = ±1: there it bends most, so the codes ±1 do not saturate it.

    >>> squash(np.array([-1.0, 0, 1])).numpy().round(3)
    array([-1.,  0.,  1.])
    """
    return 1.7159 * ops.tanh(2 / 3 * x)


@keras.saving.register_keras_serializable(package="dlcourse")
class Subsampling(layers.AveragePooling2D):
    """squash(coefficient · sum of a square + bias): two trained numbers for each map.

    >>> Subsampling(2)(np.ones((1, 2, 2, 1))).numpy().round(3)        # it begins as an average
    array([[[[1.]]]], dtype=float32)
    """

    def build(self, input_shape):
        self.area = self.pool_size[0] * self.pool_size[1]
        average = keras.initializers.Constant(1 / self.area)
        self.coefficient = self.add_weight(shape=input_shape[-1:], initializer=average, name="coefficient")
        self.bias = self.add_weight(shape=input_shape[-1:], initializer="zeros", name="bias")

    def call(self, x):
        return squash(self.area * super().call(x) * self.coefficient + self.bias)


@keras.saving.register_keras_serializable(package="dlcourse")
class PartialConv2D(layers.Layer):
    """A convolution whose maps each see only the maps below that `table` lists, with one kernel for each such pair.

    >>> PartialConv2D([(0, 1), (1, 2)], 3)(np.ones((1, 5, 5, 3))).shape
    TensorShape([1, 3, 3, 2])
    """

    def __init__(self, table, kernel_size, **kwargs):
        super().__init__(**kwargs)
        self.table, self.kernel_size = table, kernel_size

    def build(self, input_shape):
        pairs = [below * len(self.table) + above for above, maps in enumerate(self.table) for below in maps]
        self.places = np.eye(input_shape[-1] * len(self.table), dtype="float32")[pairs]      # of each pair among all
        fan_in = self.kernel_size**2 * len(pairs) / len(self.table)
        wide = keras.initializers.RandomNormal(stddev=2 * fan_in**-0.5)
        self.kernels = self.add_weight(shape=(self.kernel_size, self.kernel_size, len(pairs)), initializer=wide, name="kernels")
        self.bias = self.add_weight(shape=(len(self.table),), initializer="zeros", name="bias")

    def call(self, x):
        kernel = ops.matmul(self.kernels, ops.cast(self.places, self.kernels.dtype))     # no pair: zero
        kernel = ops.reshape(kernel, (self.kernel_size, self.kernel_size, -1, len(self.table)))
        return squash(ops.conv(x, kernel) + self.bias)

    def get_config(self):
        return super().get_config() | {"table": self.table, "kernel_size": self.kernel_size}


@keras.saving.register_keras_serializable(package="dlcourse")
class RadialBasis(layers.Layer):
    """Minus the squared distance to each class' code, which is fixed: the nearest code wins.

    >>> int(RadialBasis(10)(codes(10)[3:4]).numpy().argmax())
    3
    """

    def __init__(self, classes, **kwargs):
        super().__init__(**kwargs)
        self.classes = classes

    def build(self, input_shape):
        self.codes = self.add_weight(shape=(self.classes, 84), initializer=lambda shape, dtype: ops.cast(codes(shape[0]), dtype),
                                     trainable=False, name="codes")

    def call(self, x):
        return -ops.sum(ops.square(x[:, None] - self.codes), axis=-1)

    def get_config(self):
        return super().get_config() | {"classes": self.classes}


@published(
    paper="LeCun, Bottou, Bengio & Haffner 1998, Gradient-based learning applied to document recognition, Proceedings of the IEEE 86",
    url="https://doi.org/10.1109/5.726791",
    says="60,000 trainable parameters in 340,908 connections; 0.95% errors on MNIST, 0.8% with distorted copies",
    parameters=60_000,
    note="the lecture's seven layers, 2x2 averages and softmax, are simplified=True: 61,706",
    small={"input_shape": (14, 14, 1), "classes": 3},
)
def LeNet5(input_shape=(32, 32, 1), classes=10, simplified=False, name="lenet5"):
    """Convolutions of 5×5, each followed by subsampling; smaller pictures get a margin of zeros, up to the paper's 32.

    `simplified=True` is what most people call LeNet: C3 sees all of S2, plain averages, tanh, softmax.

    >>> LeNet5(simplified=True).count_params(), LeNet5(input_shape=(28, 28, 1), simplified=True).count_params()
    (61706, 61706)
    """
    check_task(input_shape, classes)
    margins = [max(SIDE - side, 0) for side in input_shape[:2]]
    inputs = x = keras.Input(input_shape, name="input")
    if any(margins):
        x = layers.ZeroPadding2D([(margin // 2, margin - margin // 2) for margin in margins], name="margin")(x)
    return keras.Model(inputs, (_simplified if simplified else _original)(x, classes), name=name)


def _original(x, classes):
    # The codes weigh much: small signals would do, squash would never bend and the net stay linear. So it starts with wide ones.
    wide, near_zero = keras.initializers.VarianceScaling(4), keras.initializers.VarianceScaling(0.01)
    x = layers.Conv2D(6, 5, activation=squash, kernel_initializer=wide, name="C1")(x)
    x = Subsampling(2, name="S2")(x)
    x = PartialConv2D(TABLE, 5, name="C3")(x)
    x = Subsampling(2, name="S4")(x)
    x = layers.Conv2D(120, 5, activation=squash, kernel_initializer=wide, name="C5")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dense(84, activation=squash, kernel_initializer=near_zero, name="F6")(x)
    x = RadialBasis(classes, dtype="float32", name="distance")(x)      # a sum of 84 squares is too much for half precision
    return layers.Softmax(dtype="float32", name="OUTPUT")(x)


def _simplified(x, classes):
    x = layers.Conv2D(6, 5, activation="tanh", name="C1")(x)
    x = layers.AveragePooling2D(2, name="S2")(x)
    x = layers.Conv2D(16, 5, activation="tanh", name="C3")(x)
    x = layers.AveragePooling2D(2, name="S4")(x)
    x = layers.Conv2D(120, 5, activation="tanh", name="C5")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dense(84, activation="tanh", name="F6")(x)
    return layers.Dense(classes, activation="softmax", name="OUTPUT")(x)
