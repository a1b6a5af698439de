"""The same scenes seen otherwise: few pictures become many, and what is known of them goes along."""

import numpy as np

FARTHEST = 8      # pixels that a scene moves at most
LEFT = 0.5        # the part of a box that has to stay inside


def varied(x, y, rng):
    """A batch of scenes, each mirrored or not, moved by up to 8 pixels, with red, green and blue in any order.

    `y` comes back with `boxes`, `classes`, `masks` and `instances`, as far as it has them. What else it has would no longer be true: a
    shape's colour is another, and what was left is right. A shape that goes half out of the picture has class 0 and no box; what
    is still seen of it stays in the masks. What comes into the picture repeats its edge. `rng` is a generator of NumPy's.

    >>> from dlcourse.datasets import scenes
    >>> (x, y), _ = scenes.load_data(samples=5)
    >>> pictures, truth = varied(x, y, np.random.default_rng(0))
    >>> pictures.shape, sorted(truth)
    ((5, 64, 64, 3), ['boxes', 'classes', 'instances', 'masks'])
    """
    count, side = len(x), x.shape[1]
    mirrored, moved = rng.random(count) < 0.5, rng.integers(-FARTHEST, FARTHEST + 1, (2, count))
    channels = rng.permuted(np.tile(np.arange(3), (count, 1)), axis=1)
    columns, rows = (np.clip(np.arange(side) - by[:, None], 0, side - 1) for by in moved)      # where each pixel comes from
    columns = np.where(mirrored[:, None], side - 1 - columns, columns)
    scene, rows, columns = np.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]
    pixels = {name: y[name][scene, rows, columns] for name in ("masks", "instances") if name in y}
    x = x[scene[..., None], rows[..., None], columns[..., None], channels[:, None, None]]
    return x, pixels | (_boxes(y["boxes"], y["classes"], mirrored, moved, side) if "boxes" in y else {})


def _boxes(boxes, classes, mirrored, moved, side):
    over = np.concatenate([side - boxes[..., [2]], boxes[..., [1]], side - boxes[..., [0]], boxes[..., [3]]], axis=-1)
    boxes = np.where(mirrored[:, None, None], over, boxes) + np.tile(moved, (2, 1)).T[:, None].astype(boxes.dtype)
    inside = boxes.clip(0, side)
    there = (classes > 0) & (_areas(inside) >= LEFT * _areas(boxes))
    return {"boxes": np.where(there[..., None], inside, 0), "classes": np.where(there, classes, 0)}


def _areas(boxes):
    return (boxes[..., 2:] - boxes[..., :2]).prod(axis=-1)
