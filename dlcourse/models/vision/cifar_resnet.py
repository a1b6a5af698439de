"""The small residual networks of section 4.2: 20 to 1202 layers, whose shortcuts have no parameters at all."""

import sys

import keras
from keras import layers, ops

from dlcourse.models._published import published
from dlcourse.models._sizes import check_task


@keras.saving.register_keras_serializable(package="dlcourse")
class Subsample(layers.Layer):
    """The paper's option A: every `strides`-th pixel of every such row, and channels of zeros up to `filters`.

    >>> Subsample(filters=32, strides=2)(ops.ones((1, 16, 16, 16))).shape
    TensorShape([1, 8, 8, 32])
    """

    def __init__(self, filters, strides, **options):
        super().__init__(**options)
        self.filters, self.strides = filters, strides

    def call(self, x):
        """Drop pixels, append zeros."""
        x = x[:, ::self.strides, ::self.strides]
        return ops.pad(x, [[0, 0], [0, 0], [0, 0], [0, self.filters - x.shape[-1]]])

    def get_config(self):
        """The arguments that make this layer again."""
        return super().get_config() | {"filters": self.filters, "strides": self.strides}


def _convolution(x, filters, strides=1, name=None):
    if strides > 1:
        x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
    x = layers.Conv2D(filters, 3, strides, padding="same" if strides == 1 else "valid", use_bias=False,
                      kernel_initializer="he_normal", name=f"{name}_conv")(x)
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)


def _block(x, filters, strides, residual, name):
    shortcut = x
    x = _convolution(x, filters, strides, name=f"{name}_1")
    x = layers.ReLU(name=f"{name}_1_relu")(x)
    x = _convolution(x, filters, name=f"{name}_2")
    if not residual:
        return x
    if strides > 1:
        shortcut = Subsample(filters, strides, name=f"{name}_shortcut")(shortcut)
    return layers.Add(name=f"{name}_add")([shortcut, x])


@published(
    paper="He, Zhang, Ren & Sun 2016, Deep residual learning for image recognition, CVPR",
    url="https://arxiv.org/abs/1512.03385",
    says="0.27 million parameters; CIFAR-10 error 8.75 % with 20 layers, 6.43 % with 110, 7.93 % with 1202; plain nets get worse",
    parameters=269_722,
    note="benchmarks/vision.py, 5000 glyphs, 3 epochs, five seeds: plain 98.7 % (20 layers), 65.5 % (44: 42 to 89); residual "
         "99.3 %, 99.5 %; so few epochs show that a deep plain net learns more slowly, not that it never would",
    small={"input_shape": (12, 12, 1), "classes": 3, "depth": 8, "filters": 4},
)
def CifarResNet(input_shape=(32, 32, 3), classes=10, depth=20, filters=16, strides=1, residual=True, name="cifar_resnet"):
    """3x3 convolutions in three stages of `filters`, twice and four times `filters` filters, (depth - 2) / 6 blocks each.

    `residual=False` leaves the shortcuts out: the plain net, with exactly as many parameters. `strides=2` in the first
    convolution makes it four times as fast.

    >>> [CifarResNet(depth=depth).count_params() for depth in (20, 56)]            # with batch norm's statistics
    [271098, 857082]
    """
    n, rest = divmod(depth - 2, 6)
    if n < 1 or rest:
        raise ValueError(f"depth={depth} is not 6 n + 2: choose 8, 14, 20, 32, 44, 56, 110 … 1202")

    check_task(input_shape, classes)
    inputs = keras.Input(input_shape, name="input")
    x = _convolution(inputs, filters, strides, name="conv1")
    x = layers.ReLU(name="conv1")(x)
    for stage in (1, 2, 3):
        for number in range(1, n + 1):
            block = f"stage{stage}_{number}"
            halve = 2 if stage > 1 and number == 1 else 1
            x = _block(x, filters * 2 ** (stage - 1), halve, residual, block)
            x = layers.ReLU(name=f"stage{stage}" if number == n else f"{block}_relu")(x)
    x = layers.GlobalAveragePooling2D(name="avgpool")(x)
    outputs = layers.Dense(classes, "softmax", name="fc")(x)
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 10 * depth))      # Keras walks from layer to layer by recursion
    return keras.Model(inputs, outputs, name=name)
