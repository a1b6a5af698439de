"""Curves: what a training did, any y over x, and the functions a neuron may end with."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from dlcourse.plots import canvas


def history(history, title=None):
    """What `fit` returned, epoch by epoch: losses on the left, other metrics on the right, validation dashed.

    >>> left, right = history({"loss": [0.7, 0.4], "val_loss": [0.8, 0.6], "accuracy": [0.5, 0.9]}, title="Learning")
    >>> left.get_ylabel(), right.get_ylabel()
    ('loss', 'accuracy')
    """
    logs = getattr(history, "history", history)
    names = [name for name in logs if not name.startswith("val_") and name != "learning_rate"]
    if not names:
        raise ValueError("this history holds no metric of the training: pass what model.fit(...) returned")
    losses = [name for name in names if name.endswith("loss")]
    groups = [group for group in (losses, [name for name in names if name not in losses]) if group]
    axes = canvas.panels(1, len(groups), size=(4.4, 3.3), title=title)[0]
    for ax, group in zip(axes, groups):
        for index, name in enumerate(group):
            _by_epoch(ax, logs[name], index, label=name)
            if f"val_{name}" in logs:
                _by_epoch(ax, logs[f"val_{name}"], index, label=f"{name}, validation", linestyle="dashed")
        canvas.single(ax, xlabel="epoch", ylabel=group[0] if len(group) == 1 else "loss" if group is losses else "metric")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        canvas.legend(ax)
    return axes


def _by_epoch(ax, values, index, **look):
    every = 1 + len(values) // 15  # a marker on each of a few epochs, on some of many
    ax.plot(np.arange(1, len(values) + 1), values, color=canvas.colour(index), marker=canvas.marker(index), markevery=every,
            markersize=4.5, **look)


def lines(x, ys, xlabel="x", ylabel="y", title=None, ax=None):
    """Curves over the same x: `ys` is {"label": y}, or one y.

    >>> ax = lines([-1, 0, 1], {"w²": [1, 0, 1], "slope": [-2, 0, 2]}, xlabel="w", title="A bowl")
    >>> len(ax.lines), ax.get_xlabel()
    (2, 'w')
    """
    x = canvas.array(x, "x", 1)
    ax = canvas.single(ax, title, xlabel, ylabel)
    for index, (label, y) in enumerate(ys.items() if isinstance(ys, dict) else [(None, ys)]):
        y = canvas.array(y, "y" if label is None else f"ys[{label!r}]", 1)
        if len(y) != len(x):
            raise ValueError(f"x has {len(x)} values, but {'y' if label is None else label} has {len(y)}: pass as many of each")
        ax.plot(x, y, label=label, color=canvas.colour(index), linestyle=canvas.DASHES[index % 4], linewidth=2)
    canvas.legend(ax)
    return ax


ACTIVATIONS = {
    "step": lambda z: float(z > 0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: max(z, 0.0),
    "leaky_relu": lambda z: max(z, 0.2 * z),
    "softplus": lambda z: np.log1p(np.exp(z)),
}


def activations(functions=("sigmoid", "tanh", "relu"), low=-5, high=5, title=None):
    """Activation functions on the left, their slopes on the right: names, or your own as {"name": function}.

    >>> value, slope = activations({"relu": lambda z: z if z > 0 else 0.0})
    >>> slope.get_ylabel()
    'slope'
    """
    z = np.linspace(low, high, 801)
    # One number at a time, so that a student's `if z > 0` works as well as NumPy's.
    values = {name: np.array([float(function(one)) for one in z]) for name, function in _named(functions).items()}
    slopes = {name: _slope(value, z) for name, value in values.items()}
    axes = canvas.panels(1, 2, size=(4.4, 3.3), title=title)[0]
    lines(z, values, "z", "value", ax=axes[0])
    lines(z, slopes, "z", "slope", ax=axes[1])
    return axes


def _slope(value, z):
    slope = np.gradient(value, z)
    return np.where(np.abs(slope) < 20, slope, np.nan)  # a jump has no slope: leave a gap


def _named(functions):
    if isinstance(functions, dict):
        return functions
    names = [functions] if isinstance(functions, str) else list(functions)
    for name in names:
        if name not in ACTIVATIONS:
            raise ValueError(f"{name!r} is no activation known here: "
                             f"choose from {', '.join(ACTIVATIONS)}, or pass {{'name': function}}")
    return {name: ACTIVATIONS[name] for name in names}
