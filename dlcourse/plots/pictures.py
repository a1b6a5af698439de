"""Pictures in a grid, and what was found in them: boxes around things, the class of every pixel."""

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch, Rectangle

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


def boxes(x, boxes, y=None, names=None, columns=4, title=None):
    """Pictures with the boxes (x_min, y_min, x_max, y_max) around what was found, in pixels; `y` says what, for each box of each.

    A box without area is none: that is how rows are filled up. `names` turns class numbers into words.

    >>> grid = boxes(np.zeros((1, 8, 8)), [[[1, 2, 6, 7], [0, 0, 0, 0]]], y=[[1, 0]], names=["", "cat"], title="Found")
    >>> [text.get_text() for text in grid[0, 0].texts]
    ['cat']
    """
    grid = images(x, columns=columns, title=title)
    grid[0, 0].figure.set_size_inches(1.7 * grid[0, 0].figure.get_size_inches())      # room for words
    shown = [ax for ax in grid.flat if ax.images]
    for name, rows in {"boxes": boxes, "y": boxes if y is None else y}.items():
        if len(rows) != len(shown):
            raise ValueError(f"{len(shown)} pictures need as many rows in {name}, but there are {len(rows)}")
    for place, ax in enumerate(shown):
        for number, (left, top, right, bottom) in enumerate(np.reshape(boxes[place], (-1, 4))):
            if right <= left or bottom <= top:
                continue
            found = number if y is None else y[place][number]
            _box(ax, left, top, right, bottom, canvas.colour(int(found) - (y is not None)))
            if y is not None:
                ax.text(left - 0.5, top - 1, found if names is None else names[int(found)], fontsize=7, color=canvas.INK, va="bottom",
                        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6})
    return grid


def _box(ax, left, top, right, bottom, colour):
    """Coloured on white, so that it is seen on any ground. A pixel's middle has whole coordinates, its edges lie half beside."""
    for edge, width in (("white", 2.4), (colour, 1.2)):
        ax.add_patch(Rectangle((left - 0.5, top - 0.5), right - left, bottom - top, fill=False, edgecolor=edge, linewidth=width))


def masks(x, masks, names=None, columns=4, title=None):
    """Pictures, paled, with every pixel in the colour of its class; class 0 is the background and stays as it is.

    >>> grid = masks(np.zeros((2, 8, 8)), np.eye(8, dtype=int)[None].repeat(2, axis=0), names=["", "cat"], title="Where")
    >>> [text.get_text() for text in grid[0, 0].figure.legends[0].get_texts()]
    ['cat']
    """
    masks = np.asarray(masks).astype("int64")
    masks = masks[None] if masks.ndim == 2 else masks
    grid = images(x, columns=columns, title=title)
    shown = [ax for ax in grid.flat if ax.images]
    expected = (len(shown), *shown[0].images[0].get_array().shape[:2])
    if masks.shape != expected:
        raise ValueError(f"these pictures need masks of the shape {expected}, but it is {masks.shape}")
    palette = np.array([(1, 1, 1, 0.45), *(to_rgba(canvas.colour(number), 0.85) for number in range(max(masks.max(), 1)))])
    for ax, mask in zip(shown, masks):
        ax.imshow(palette[mask])
    found = [number for number in np.unique(masks) if number]
    handles = [Patch(color=canvas.colour(number - 1), label=str(number if names is None else names[number])) for number in found]
    grid[0, 0].figure.legend(handles=handles, loc="outside lower left", ncols=max(len(handles), 1), fontsize=9, frameon=False,
                             labelcolor=canvas.INK)
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
