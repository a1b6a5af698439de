"""Tables of numbers as shades: any matrix, who looks at whom, and boards with the stones on them."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from dlcourse.plots import canvas

SHADES = LinearSegmentedColormap.from_list("shades", ["white", "#56B4E9", "#0B3C5D"])      # pale to dark, with every kind of vision
SPOKEN = 120        # a table of no more numbers than this says them, too
WHITE_ON = 0.62     # from this share of the darkest shade on, ink is hard to read
STONES = {1: ("X", canvas.PALETTE[0]), -1: ("O", canvas.PALETTE[1])}


def matrix(values, rows=None, columns=None, xlabel=None, ylabel=None, title=None, ax=None, low=None, high=None):
    """A table as shades, with the names of its rows and columns; a small one says its numbers.

    >>> ax = matrix([[9, 1], [2, 8]], rows=["cat", "dog"], columns=["cat", "dog"], xlabel="said", ylabel="is", title="Taken for")
    >>> [text.get_text() for text in ax.texts]
    ['9', '1', '2', '8']
    """
    values = canvas.array(values, "values", 2)
    height, width = values.shape
    side = min(0.5, 6 / max(height, width))
    ax = canvas.single(ax, title, xlabel, ylabel, size=(max(side * width, 1.6) + 1.6, max(side * height, 1) + 0.9))
    low, high = np.nanmin(values) if low is None else low, np.nanmax(values) if high is None else high
    shown = ax.imshow(values, cmap=SHADES, vmin=low, vmax=max(high, low + 1e-9), aspect="equal")
    for axis, count, names, what in ((ax.yaxis, height, rows, "rows"), (ax.xaxis, width, columns, "columns")):
        if names is not None:
            if len(names) != count:
                raise ValueError(f"a table of {height} rows and {width} columns needs {count} names of {what}, but there are {len(names)}")
            axis.set_ticks(range(count), [str(name) for name in names])
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    if values.size <= SPOKEN:
        for (row, column), value in np.ndenumerate(values):
            ax.text(column, row, f"{value:.2g}" if values.dtype.kind == "f" else value, ha="center", va="center", fontsize=8,
                    color="white" if value - low > WHITE_ON * (high - low) else canvas.INK)
    else:
        ax.figure.colorbar(shown, ax=ax, shrink=0.8)
    return ax


def attention(weights, read, written, title=None):
    """How much each token that is `written` looks at each that was `read`: (written, read), or a panel for each of several heads.

    >>> grid = attention(np.eye(3)[::-1], read="abc", written="cba", title="Read backwards")
    >>> [tick.get_text() for tick in grid[0, 0].get_yticklabels()]
    ['c', 'b', 'a']
    """
    weights = np.asarray(weights)
    heads = weights[None] if weights.ndim == 2 else weights
    if heads.ndim != 3 or heads.shape[1:] != (len(written), len(read)):
        raise ValueError(f"{len(written)} written tokens that look at {len(read)} need weights of the shape ({len(written)}, {len(read)}), or "
                         f"that for each head, but the shape is {weights.shape}")
    wide, high = (max(2.2, 0.24 * len(tokens) + 0.8) for tokens in (read, written))
    grid = canvas.panels(1, len(heads), size=(wide, high), title=title)
    for number, (ax, looks) in enumerate(zip(grid[0], heads)):
        ax.imshow(looks, cmap=SHADES, vmin=0, vmax=1, aspect="auto")
        canvas.single(ax, f"head {number + 1}" if len(heads) > 1 else None, "read", None if number else "written")
        ax.set_xticks(range(len(read)), list(read))
        ax.set_yticks(range(len(written)), list(written))
        ax.tick_params(length=0)
        if max(map(len, map(str, read))) > 1:
            ax.tick_params(axis="x", rotation=60)
    return grid


def boards(boards, shares=None, names=None, columns=4, title=None):
    """Boards in a grid. Numbers are stones, 1 an X and -1 an O; letters stand as they are, `#` is a wall and `.` is free.

    `shares` shade the places, such as how often a search went there; `names` stand above the boards.

    >>> grid = boards([[[1, 0, -1], [0, 1, 0], [0, -1, 0]]], names=["X to move"], title="Where to?")
    >>> [text.get_text() for text in grid[0, 0].texts]
    ['X', 'O', 'X', 'O']
    """
    boards = [np.array([list(line) if isinstance(line, str) else line for line in board]) for board in boards]
    if not boards or any(board.ndim != 2 for board in boards):
        raise ValueError("boards come as (n, rows, columns): put a single board in a list, [board]")
    if columns < 1:
        raise ValueError(f"columns={columns} leaves no room for a board: choose 1 or more")
    for what, given in (("shares", shares), ("names", names)):
        if given is not None and len(given) != len(boards):
            raise ValueError(f"{len(boards)} boards need as many {what}, but there are {len(given)}")
    columns = min(columns, len(boards))
    high, wide = boards[0].shape
    grid = canvas.panels(-(-len(boards) // columns), columns, size=(max(1.5, 0.36 * wide), max(1.5, 0.36 * high) + 0.3 * (names is not None)), title=title)
    most = max(np.max(shares), 1e-9) if shares is not None else 1
    for ax in grid.flat[len(boards):]:
        ax.axis("off")
    for number, (ax, board) in enumerate(zip(grid.flat, boards)):
        shade = np.zeros(board.shape) if shares is None else np.reshape(shares[number], board.shape) / most
        _board(ax, board, shade)
        if names is not None:
            ax.set_title(names[number], loc="center", fontsize=9, fontweight="normal", pad=3)
    return grid


def _board(ax, board, shade):
    high, wide = board.shape
    ax.imshow(np.where(board == "#", 1, 0.55 * shade), cmap=SHADES, vmin=0, vmax=1)
    ax.set_xticks(np.arange(wide + 1) - 0.5, [])
    ax.set_yticks(np.arange(high + 1) - 0.5, [])
    ax.grid(color=canvas.PALE, linewidth=0.8)
    ax.tick_params(length=0)
    ax.spines[:].set(visible=True, color=canvas.PALE)
    for (row, column), place in np.ndenumerate(board):
        word, colour = STONES.get(place, ("", None)) if board.dtype.kind != "U" else (str(place).strip(".#"), canvas.INK)
        if word:
            ax.text(column, row, word, ha="center", va="center", fontsize=13, fontweight="bold", color=colour)
