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
