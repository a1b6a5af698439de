"""How a perceptron learns: its line, before and after each correction."""

import numpy as np
from matplotlib.lines import Line2D

from dlcourse.plots import canvas
from dlcourse.plots.plane import line, points

MOST = 20  # panels in one figure


def updates(x, y, updates, columns=5, title=None):
    r"""One panel for each correction: the line before (dashed, grey) and after, and the point that caused it, ringed.

    Each update tells its `.epoch`, `.sample` (which point), `.error` (+1: it should have fired), and the `.weights` and
    `.bias` after it. Of more than 20, the first 20 are shown.

    >>> from types import SimpleNamespace as Update
    >>> corrections = [Update(epoch=1, sample=1, error=1, weights=[1, 1], bias=1)]
    >>> updates([[0, 0], [1, 1]], [0, 1], corrections)[0, 0].get_title(loc="left")
    'update 1: epoch 1, point 1\nshould fire'
    """
    updates = list(updates)
    if not updates:
        raise ValueError("there are no updates to draw: fit the perceptron first, on points it does not know yet")
    if len(updates) > MOST:
        title = f"{title or 'The moving line'} (the first {MOST} of {len(updates)} updates)"
    if columns < 1:
        raise ValueError(f"columns={columns}: a grid has at least one column")
    shown = updates[:MOST]
    columns = min(columns, len(shown))
    grid = canvas.panels(-(-len(shown) // columns), columns, size=(2.6, 2.6), title=title)
    view = _square(np.asarray(x))
    for ax in grid.flat[len(shown):]:
        ax.axis("off")
    for index, (ax, update) in enumerate(zip(grid.flat, shown)):
        ax.set(**view)
        _panel(ax, np.asarray(x), y, shown[index - 1] if index else None, update)
        should = "should fire" if update.error > 0 else "should be silent"
        ax.set_title(f"update {index + 1}: epoch {update.epoch}, point {update.sample}\n{should}", loc="left", fontsize=9,
                     fontweight="normal")
        ax.label_outer()
    _legend(grid[0, 0])
    return grid


def _legend(ax):
    """One for all panels, below them."""
    before = Line2D([], [], color=canvas.PALE, linestyle="dashed", label="line before")
    after = Line2D([], [], color=canvas.INK, label="line after: fires where the arrow points")
    handles, _ = ax.get_legend_handles_labels()
    ax.figure.legend(handles=[*handles, before, after], loc="outside lower left", ncols=9, fontsize=9, frameon=False,
                     labelcolor=canvas.INK)


def _square(x):
    """The same square view for every panel, wide enough to see lines that miss the points."""
    centre, reach = (x.min(axis=0) + x.max(axis=0)) / 2, 0.85 * np.ptp(x, axis=0).max() + 1e-6
    return {name: (middle - reach, middle + reach) for name, middle in zip(("xlim", "ylim"), centre)}


def _panel(ax, x, y, before, update):
    points(x, y, names=("silent", "fires"), legend=False, ax=ax)
    ax.scatter(*x[update.sample], s=150, facecolors="none", edgecolors=canvas.INK, linewidths=1.5, zorder=5)
    if before is not None:
        line(before.weights, before.bias, colour=canvas.PALE, dashes="dashed", note=False, ax=ax)
    line(update.weights, update.bias, ax=ax)
