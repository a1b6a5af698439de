"""Rows of numbers, as the classes that are no Keras models read them."""

import numpy as np


def rows(x, input_shape):
    """`x` as an array of floats, one row or many, or an error that says what came instead.

    >>> rows([[1, 2, 3]], (2,))
    Traceback (most recent call last):
    ValueError: x has shape (1, 3): give rows of 2 numbers, or set input_shape
    """
    x = np.asarray(x, dtype=float)
    if x.shape[-1:] != tuple(input_shape):
        raise ValueError(f"x has shape {x.shape}: give rows of {input_shape[0]} numbers, or set input_shape")
    if not np.isfinite(x).all():
        raise ValueError("x holds NaN or infinity: fill in or drop those values first")
    return x
