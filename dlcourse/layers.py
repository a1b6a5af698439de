"""Layers that two or more papers share and Keras lacks."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dlcourse")
class LocalResponseNormalization(keras.layers.Layer):
    """Each unit is damped by what its neighbours in the `size` nearest maps say at the same place (Krizhevsky et al. 2012).

    y = x / (bias + alpha · Σ x²)^beta, the sum over the unit's own map and size // 2 to each side of it.

    >>> import numpy as np
    >>> LocalResponseNormalization(size=3, alpha=1, beta=1, bias=1)(np.array([[[[1.0, 2.0, 3.0]]]])).numpy().round(3)
    array([[[[0.167, 0.133, 0.214]]]], dtype=float32)
    """

    def __init__(self, size=5, alpha=1e-4, beta=0.75, bias=2.0, **kwargs):
        super().__init__(**kwargs)
        if size < 1 or size % 2 == 0:
            raise ValueError(f"size={size}: choose an odd number, the unit's own map and as many on each side")
        self.size, self.alpha, self.beta, self.bias = size, alpha, beta, bias

    def call(self, x):
        maps, reach = x.shape[-1], self.size // 2
        exact = ops.cast(x, "float32")      # half precision would overflow where x² > 65,504
        squares = ops.pad(ops.square(exact), [[0, 0]] * (len(x.shape) - 1) + [[reach, reach]])
        around = sum(squares[..., shift:shift + maps] for shift in range(self.size))
        return ops.cast(exact / (self.bias + self.alpha * around) ** self.beta, x.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return super().get_config() | {"size": self.size, "alpha": self.alpha, "beta": self.beta, "bias": self.bias}


@keras.saving.register_keras_serializable(package="dlcourse")
class Maxout(keras.layers.Layer):
    """Each neuron has several weighted sums and says the largest: it learns its own bend, of as many pieces (Goodfellow et al. 2013).

    >>> absolute = Maxout(1, pieces=2)
    >>> absolute.build((None, 1)); _ = absolute.dense.kernel.assign([[1.0, -1.0]])
    >>> absolute(ops.array([[-3.0], [2.0]])).numpy().tolist()           # max(x, -x)
    [[3.0], [2.0]]
    """

    def __init__(self, units, pieces=5, **kwargs):
        super().__init__(**kwargs)
        if units < 1 or pieces < 2:
            raise ValueError(f"units={units}, pieces={pieces}: give at least one neuron, and two sums for it to choose from")
        self.units, self.pieces = units, pieces
        self.dense = keras.layers.Dense(units * pieces, dtype=self.dtype_policy, name="sums")

    def build(self, input_shape):
        self.dense.build(input_shape)

    def call(self, x):
        sums = self.dense(x)
        return ops.max(ops.reshape(sums, (*ops.shape(sums)[:-1], self.units, self.pieces)), axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return super().get_config() | {"units": self.units, "pieces": self.pieces}
