"""The paper that every figure is drawn on: white, so that it reads in dark mode and in print; colours anyone can tell apart."""

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends import BackendFilter, backend_registry

# Okabe and Ito's colours, told apart with every kind of colour vision; yellow, too pale on white, is left out.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
# Colour never stands alone: each class has its own marker too, each curve its own dashes.
MARKERS = ("o", "^", "s", "D", "v", "P", "X")
DASHES = ("solid", "dashed", "dashdot", "dotted")
INK, PALE = "#222222", "#BBBBBB"

STYLE = {
    "axes.facecolor": "white",
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK, "xtick.color": INK, "ytick.color": INK,
    "font.size": 10, "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False,
}


def panels(rows=1, columns=1, size=(4.8, 3.6), title=None):
    """A figure of `rows` x `columns` empty Axes, each `size` inches, as an array.

    >>> panels(2, 3).shape
    (2, 3)
    """
    if rows < 1 or columns < 1:
        raise ValueError(f"a figure has at least one row and one column, not {rows} and {columns}")
    # Outside the style's context: the first figure wakes the notebook's backend, whose settings must outlive this call.
    figure = plt.figure(figsize=(size[0] * columns, size[1] * rows), layout="constrained", facecolor="white")
    with matplotlib.rc_context(STYLE):
        grid = figure.subplots(rows, columns, squeeze=False)
        figure.get_layout_engine().set(w_pad=0.08, h_pad=0.08)
        for ax in grid.flat:
            ax.tick_params(colors=INK, labelsize=9)
        if title:
            figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold", color=INK)
    if _draws_to_files_only():
        plt.close(figure)  # nothing will ever show it: leave none open, it still saves
    return grid


def single(ax=None, title=None, xlabel=None, ylabel=None, size=(4.8, 3.6)):
    """`ax`, or else a new figure of one, with its words set; a word that is None stays as it is.

    >>> ax = single(title="A claim", xlabel="epoch")
    >>> single(ax, ylabel="loss").get_xlabel()
    'epoch'
    """
    if ax is None:
        ax = panels(size=size)[0, 0]
    if title is not None:
        ax.set_title(title, loc="left", fontsize=11, fontweight="bold", color=INK)
    if xlabel is not None:
        ax.set_xlabel(xlabel, color=INK)
    if ylabel is not None:
        ax.set_ylabel(ylabel, color=INK)
    return ax


def colour(index):
    """The colour of class or curve number `index`: seven, then again from the first.

    >>> colour(0) == colour(7), colour(0) == colour(1)
    (True, False)
    """
    return PALETTE[index % len(PALETTE)]


def marker(index):
    """The marker of class number `index`.

    >>> marker(0), marker(1)
    ('o', '^')
    """
    return MARKERS[index % len(MARKERS)]


def legend(ax, beside=False):
    """Name what has a label, inside the Axes or `beside` them; nothing where nothing has one.

    >>> legend(single()) is None
    True
    """
    if not ax.get_legend_handles_labels()[1]:
        return None
    place = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0)} if beside else {"loc": "best"}
    return ax.legend(**place, fontsize=9, labelcolor=INK, facecolor="white", edgecolor="none", framealpha=0.8)


def array(values, name, dimensions):
    """`values` as a NumPy array with that many dimensions, or an error that says what came instead.

    >>> array([1, 2], "x", 2)
    Traceback (most recent call last):
    ValueError: x should have 2 dimensions, but its shape is (2,)
    """
    values = np.asarray(values)
    if values.ndim != dimensions:
        raise ValueError(f"{name} should have {dimensions} dimension{'s' * (dimensions != 1)}, but its shape is {values.shape}")
    return values


def _draws_to_files_only():
    return plt.get_backend().lower() in backend_registry.list_builtin(BackendFilter.NON_INTERACTIVE)
