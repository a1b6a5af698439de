"""The layers of the progressive GAN: weights that learn alike, maps that keep their size, a look at the whole batch, a soft change."""

import math

import keras
from keras import layers, ops

TINY = 1e-8


@keras.saving.register_keras_serializable(package="dlcourse")
class EqualisedConv2D(layers.Conv2D):
    """All weights have deviation 1 to begin with; He's factor is applied where they are used, so that Adam moves all of them alike.

    >>> EqualisedConv2D(2, 3, gain=3, kernel_initializer="ones", padding="same")(ops.ones((1, 1, 1, 1))).numpy().tolist()
    [[[[1.0, 1.0]]]]
    """

    def __init__(self, filters, kernel_size, gain=2**0.5, **options):
        super().__init__(filters, kernel_size, **({"kernel_initializer": keras.initializers.RandomNormal(stddev=1.0)} | options))
        self.gain = gain

    def convolution_op(self, inputs, kernel):
        """As any convolution, with smaller numbers."""
        return super().convolution_op(inputs, kernel * (self.gain / math.prod(kernel.shape[:-1]) ** 0.5))

    def get_config(self):
        return super().get_config() | {"gain": self.gain}


@keras.saving.register_keras_serializable(package="dlcourse")
class PixelNorm(layers.Layer):
    """At each place, all maps together are scaled to a mean square of 1.

    >>> PixelNorm()(ops.array([[3.0, 4.0]])).numpy().round(4)
    array([[0.8485, 1.1314]], dtype=float32)
    """

    def call(self, x):
        exact = ops.cast(x, "float32")
        return ops.cast(exact * ops.rsqrt(ops.mean(ops.square(exact), axis=-1, keepdims=True) + TINY), x.dtype)


@keras.saving.register_keras_serializable(package="dlcourse")
class MinibatchSpread(layers.Layer):
    """One more map, with one number everywhere: how much the pictures of this batch differ. Made ones shall not be all alike.

    >>> MinibatchSpread()(ops.array([[[[1.0]]], [[[5.0]]]])).numpy().tolist()
    [[[[1.0, 2.0]]], [[[5.0, 2.0]]]]
    """

    def call(self, x):
        spread = ops.mean(ops.sqrt(ops.var(ops.cast(x, "float32"), axis=0) + TINY))
        return ops.concatenate([x, ops.ones_like(x[..., :1]) * ops.cast(spread, x.dtype)], axis=-1)


@keras.saving.register_keras_serializable(package="dlcourse")
class Fade(layers.Layer):
    """From the old picture to the new one, a little more after each of `steps` minibatches.

    >>> fade, old, new = Fade(steps=4), ops.array(0.0), ops.array(8.0)
    >>> _ = fade([old, new]); fade.advance()
    >>> float(fade([old, new]))
    2.0
    """

    def __init__(self, steps, **options):
        super().__init__(**options)
        self.steps = steps

    def build(self, input_shape):
        self.share = self.add_weight(shape=(), initializer="zeros", trainable=False, dtype="float32", name="share")

    def call(self, inputs):
        old, new = inputs
        return old + ops.cast(self.share, self.compute_dtype) * (new - old)

    def advance(self):
        """One minibatch has passed."""
        self.share.assign(ops.minimum(self.share + 1 / self.steps, 1.0))

    def get_config(self):
        return super().get_config() | {"steps": self.steps}
