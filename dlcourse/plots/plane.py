"""The plane of two inputs: points of several classes, the line of one neuron, the regions of any classifier."""

import numpy as np

from dlcourse.plots import canvas


def points(x, y=None, names=None, title=None, legend=True, ax=None):
    """Points on a plane, each class with its own colour and marker; `names` are the words for the classes, from 0.

    >>> ax = points([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1], names=["silent", "fires"], title="AND")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['silent', 'fires']
    """
    x, y = _plane(x, y)
    ax = canvas.single(ax, title, "x₁", "x₂")
    classes, size = np.unique(y), 28 if len(x) > 20 else 80
    for index, label in zip(_numbers(classes), classes):
        name = _name(names, index) if names is not None else None if len(classes) == 1 else f"class {label}"
        ax.scatter(*x[y == label].T, c=canvas.colour(index), marker=canvas.marker(index), s=size, edgecolors="white",
                   linewidths=0.5, label=name, zorder=3)
    ax.set_aspect("equal")
    ax.margins(0.1 if len(x) > 20 else 0.3)
    if legend:
        canvas.legend(ax, beside=True)
    return ax


def _numbers(classes):
    """The number of each class, which decides its colour, marker and name: the label itself if it is a small whole number."""
    small = all(label == int(label) and 0 <= label < 100 for label in classes) if classes.dtype.kind in "biuf" else False
    return classes.astype(int) if small else np.arange(len(classes))


def _name(names, number):
    if number >= len(names):
        raise ValueError(f"names has {len(names)} words, but there is a class {number}: give one word for each class, from 0")
    return names[number]


def _plane(x, y):
    x = canvas.array(x, "x", 2)
    if x.shape[1] != 2 or not len(x):
        raise ValueError(f"points on a plane have 2 numbers each, and there is at least one, but x has the shape {x.shape}")
    if not np.isfinite(x).all():
        raise ValueError("x holds NaN or infinity, which lie nowhere on a plane: drop those points first")
    y = np.zeros(len(x), int) if y is None else np.asarray(y).reshape(-1)
    if len(y) != len(x):
        raise ValueError(f"{len(x)} points need as many labels, but y has {len(y)}")
    return x, y


def boundary(predict, x, y, names=None, title=None, ax=None):
    """What `predict` answers everywhere, behind the points: `predict` takes (n, 2) and gives classes, or probabilities.

    A Keras model may be passed as it is. One probability a point means class 1 above 0.5; several mean the largest.

    >>> ax = boundary(lambda x: x.sum(axis=1) > 1.5, [[0, 0], [1, 1]], [0, 1], title="One line is enough")
    >>> ax.get_title(loc="left")
    'One line is enough'
    """
    x, y = _plane(x, y)
    ax = points(x, y, names, title, ax=ax)
    margin = 0.15 * np.ptp(x, axis=0).max() + 1e-6
    (left, bottom), (right, top) = x.min(axis=0) - margin, x.max(axis=0) + margin
    across, up = np.meshgrid(np.linspace(left, right, 200), np.linspace(bottom, top, 200))
    everywhere = np.column_stack([across.ravel(), up.ravel()]).astype("float32")
    classes = np.unique(y)
    answers = _positions(np.asarray(predict(everywhere)), len(everywhere), classes).reshape(across.shape)

    kinds = answers.max() + 1
    numbers = [*_numbers(classes), *(i for i in range(100) if i not in _numbers(classes))]      # classes that y lacks come last
    ax.contourf(across, up, answers, levels=np.arange(kinds + 1) - 0.5, colors=[canvas.colour(i) for i in numbers[:kinds]],
                alpha=0.2, zorder=1)
    if answers.min() < answers.max():
        ax.contour(across, up, answers, levels=np.arange(kinds - 1) + 0.5, colors=canvas.INK, linewidths=1.2, zorder=2)
    ax.set(xlim=(left, right), ylim=(bottom, top))
    return ax


def _positions(answers, count, classes):
    """For each point the position of its class among `classes`, whatever form the answers have."""
    answers = answers.reshape(count, -1) if answers.size % count == 0 and answers.size else answers
    if answers.ndim != 2 or len(answers) != count:
        raise ValueError(f"predict got {count} points and should answer each, but its answer has the shape {answers.shape}")
    if answers.dtype.kind == "f" and not np.isfinite(answers).all():
        raise ValueError("predict answers NaN or infinity for some points: has the model been trained with too large a rate?")
    if answers.shape[1] == len(classes) > 1:
        return answers.argmax(axis=1)
    labels = answers.argmax(axis=1) if answers.shape[1] > 1 else answers[:, 0]
    if labels.dtype.kind == "f" and not np.isin(labels, classes).all():
        return (labels > 0.5).astype(int)
    order = np.concatenate([classes, np.setdiff1d(labels, classes)])  # classes that y lacks come last
    return (labels[:, None] == order).argmax(axis=1)


def line(weights, bias, label=None, colour=canvas.INK, dashes="solid", title=None, ax=None, note=True):
    """The line w·x + b = 0 within what `ax` shows, and an arrow to the side where the neuron fires. Draw it last.

    Where the line lies outside, or there is none because the weights are zero, a `note` says what the neuron does everywhere.

    >>> ax = line([1, 1], -1.5, label="AND", title="Fires above the line")
    >>> len(ax.lines)
    1
    """
    w, b = np.asarray(weights, float).reshape(-1), float(np.asarray(bias).reshape(()))
    if w.shape != (2,):
        raise ValueError(f"a line on a plane has 2 weights, but there are {w.size}")
    if ax is None:
        ax = canvas.single(None, None, "x₁", "x₂")
        ax.set(xlim=(-2, 2), ylim=(-2, 2), aspect="equal")
    canvas.single(ax, title)
    ax.set(xlim=ax.get_xlim(), ylim=ax.get_ylim())  # the line bends to the view, not the view to the line
    ends = _visible(w, b, np.array([ax.get_xlim(), ax.get_ylim()]))
    if ends is None:
        if note:
            fires = w @ [np.mean(ax.get_xlim()), np.mean(ax.get_ylim())] + b > 0
            ax.text(0.5, 0.04, "fires everywhere" if fires else "silent everywhere", transform=ax.transAxes, ha="center", fontsize=9,
                    color=canvas.INK)
        return ax
    ax.plot(*ends.T, color=colour, linestyle=dashes, label=label, linewidth=1.8, zorder=4)
    middle, reach = ends.mean(axis=0), 0.12 * np.ptp(ax.get_xlim())
    ax.annotate("", middle + reach * w / np.linalg.norm(w), middle, zorder=4,
                arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.5, "shrinkA": 0, "shrinkB": 0})
    if label:
        canvas.legend(ax, beside=True)
    return ax


def _visible(w, b, view):
    """The two ends of the line w·x + b = 0 inside `view` ((left, right), (bottom, top)), or None."""
    if not w.any() or not np.isfinite([*w, b]).all():
        return None
    start, along = -b * w / (w @ w), np.array([-w[1], w[0]]) / np.linalg.norm(w)
    enter, leave = -np.inf, np.inf
    for position, step, (low, high) in zip(start, along, view):
        if step == 0 and not low <= position <= high:
            return None
        if step != 0:
            near, far = sorted([(low - position) / step, (high - position) / step])
            enter, leave = max(enter, near), min(leave, far)
    return np.array([start + enter * along, start + leave * along]) if enter < leave else None
