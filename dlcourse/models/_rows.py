"""Rows of numbers, as the classes that are no Keras models read them, and as machines of tossed units do."""

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


def chances(x, input_shape):
    """Rows or pictures as rows of numbers from 0 to 1, or an error that says what came instead.

    >>> chances([[[0, 255], [3, 4]]], (2, 2))
    Traceback (most recent call last):
    ValueError: x holds numbers from 0 to 255: scale them to 0 … 1, pictures of bytes by x / 255
    """
    x = np.asarray(x, "float32")
    if x.ndim < 2 or not len(x) or x.shape[1:] != tuple(input_shape):
        raise ValueError(f"x has shape {x.shape}: give many of shape {tuple(input_shape)}, or set input_shape")
    if not (x.min() >= 0 and x.max() <= 1):
        raise ValueError(f"x holds numbers from {x.min():g} to {x.max():g}: scale them to 0 … 1, pictures of bytes by x / 255")
    return x.reshape(len(x), -1)
