"""Two classes of points on a plane: what one line can separate, and what it cannot."""

import numpy as np


def load_data(kind="blobs", samples=400, noise=0.05, seed=0):
    """Points on a plane in two classes, drawn on the spot: half for training, half for testing.

    Shape:   x (samples / 2, 2) float32, about -1 to 1; y (samples / 2,) int32, 0 or 1, as many of each.
    Origin:  drawn here, from `seed`. "blobs": two discs with a gap between them, which a line separates; "xor": four
             squares, alike when opposite; "curves": two arcs, one inside the bend of the other; "spirals": two spiral arms.
    Licence: made here, MIT like the course.

    `noise` is the standard deviation of the jitter. It is cut off at twice that, so that the gaps stay open.

    >>> (x_train, y_train), (x_test, y_test) = load_data("xor", samples=8)
    >>> x_train.shape, sorted(y_train.tolist())
    ((4, 2), [0, 0, 1, 1])
    """
    if kind not in SHAPES:
        raise ValueError(f"kind={kind!r} is unknown: choose from {', '.join(map(repr, SHAPES))}")
    if samples < 4 or samples % 4:
        raise ValueError(f"samples={samples} cannot be halved into equal classes: choose a multiple of 4, such as 400")
    if noise < 0:
        raise ValueError(f"noise={noise} is negative: choose 0 or more")
    rng = np.random.default_rng(seed)
    train, test = (_draw(SHAPES[kind], samples // 2, noise, rng) for _ in range(2))
    return train, test


def _draw(shape, count, noise, rng):
    labels = rng.permutation(np.arange(count) % 2)
    jitter = noise * rng.normal(size=(count, 2)).clip(-2, 2)
    return (shape(labels, rng) + jitter).astype("float32"), labels.astype("int32")


def _blobs(labels, rng):
    """Two discs of radius 0.5, in opposite corners."""
    angle, radius = rng.uniform(0, 2 * np.pi, len(labels)), 0.5 * np.sqrt(rng.uniform(size=len(labels)))
    disc = np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]
    return disc + np.where(labels, 1, -1)[:, None] * [0.6, 0.4]


def _xor(labels, rng):
    """A square in every corner; class 1 where the signs of the coordinates differ."""
    sizes = rng.uniform(0.15, 1, (len(labels), 2))
    side = rng.choice([-1, 1], len(labels))
    return sizes * np.column_stack([side, np.where(labels, -side, side)])


def _curves(labels, rng):
    """Two equal waves, one above the other: the upper one's ends hang lower than the lower one's crest."""
    across = rng.uniform(-1, 1, len(labels))
    return np.column_stack([across, 0.6 * np.cos(np.pi * across) + np.where(labels, 0.35, -0.35)])


def _spirals(labels, rng):
    """Two arms, one and a half turns each, half a turn apart."""
    along = np.sqrt(rng.uniform(0.02, 1, len(labels)))
    angle = 3 * np.pi * along + np.pi * labels
    return np.column_stack([np.cos(angle), np.sin(angle)]) * along[:, None]


SHAPES = {"blobs": _blobs, "xor": _xor, "curves": _curves, "spirals": _spirals}
