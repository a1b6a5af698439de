"""Pictures in a grid."""

import numpy as np

from dlcourse.plots import canvas

MOST = 400  # more is surely a forgotten slice, and takes minutes


def images(x, y=None, names=None, columns=8, title=None):
    """Grey or coloured pictures in a grid, with what `y` says above each; `names` turns class numbers into words.

    >>> grid = images(np.zeros((3, 8, 8)), y=[0, 1, 0], names=["cat", "dog"], title="Pets")
    >>> grid.shape, grid[0, 1].get_title()
    ((1, 3), 'dog')
    """
    if columns < 1:
        raise ValueError(f"columns={columns}: a grid has at least one column")
    pictures = _batch(x)
    captions = _captions(y, names, len(pictures))
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    side = max(1.1, 4.8 / columns)      # few pictures are drawn larger
    grid = canvas.panels(rows, columns, size=(side, side + (y is not None) * 0.2), title=title)
    low, high = pictures.min(), pictures.max()
    for ax in grid.flat:
        ax.axis("off")
    for ax, picture, caption in zip(grid.flat, pictures, captions):
        ax.imshow(picture, cmap="gray", vmin=low, vmax=max(high, low + 1e-9))
        ax.set_title(caption, loc="center", fontsize=9, fontweight="normal", pad=3)
    return grid


def _batch(x):
    """(n, height, width) grey levels, or (n, height, width, 3) colours from 0 to 1."""
    x = np.asarray(x)
    if x.ndim == 2 or (x.ndim == 3 and x.shape[-1] in (1, 3)):
        x = x[None]  # a single picture
    if x.ndim == 4 and x.shape[-1] == 1:
        x = x[..., 0]
    if x.ndim != 3 and not (x.ndim == 4 and x.shape[-1] == 3):
        raise ValueError(f"pictures come as (n, height, width) or (n, height, width, 1 or 3), but the shape is {x.shape}")
    if not 0 < len(x) <= MOST:
        raise ValueError(f"{len(x)} pictures cannot be shown at once: pass 1 to {MOST}, such as x[:16]")
    x = x / 255 if x.dtype == "uint8" and x.ndim == 4 else x.astype("float32")
    if x.ndim == 4 and (x.min() < 0 or x.max() > 1):
        x = (x - x.min()) / (x.max() - x.min())  # standardised, or 0 to 255 as floats
    return x


def _captions(y, names, count):
    if y is None:
        return [""] * count
    y = np.asarray(y)
    y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else np.atleast_1d(y)
    if y.shape != (count,):
        raise ValueError(f"{count} pictures need as many labels, but y has the shape {y.shape}")
    return [str(label) if names is None else str(names[int(label)]) for label in y]
