"""Ivakhnenko's group method of data handling: deep networks of polynomials, grown layer by layer, in 1971."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from dlcourse.models._published import published
from dlcourse.models._rows import rows


class Unit(NamedTuple):
    """One neuron: a quadratic polynomial of two numbers of the layer below.

    >>> Unit(left=0, right=1, coefficients=np.array([0, 0, 0, 1, 0, 0]))(np.array([[2, 3]]))
    array([6.])
    """

    left: int
    right: int
    coefficients: np.ndarray

    def __call__(self, x):
        return _terms(x[:, self.left], x[:, self.right]) @ self.coefficients


def _terms(a, b):
    return np.column_stack([np.ones(len(a)), a, b, a * b, a**2, b**2])


@published(
    paper="Ivakhnenko 1971, Polynomial theory of complex systems, IEEE Transactions on Systems, Man, and Cybernetics 1",
    url="https://doi.org/10.1109/TSMC.1971.4308320",
    says="each unit is a polynomial of two inputs; the best by error on data kept apart survive into the next layer",
    note="the size depends on the data: 6 for each unit that the output uses",
    small={"input_shape": (3,), "layers": 3, "units": 4},
)
class GMDH:
    """Grows a network for regression: no gradient, no chosen architecture, and it stops by itself.

    Half of the samples fit the polynomials, the other half choose among them: a validation set, in 1971.

    >>> x = np.random.default_rng(0).uniform(-1, 1, size=(400, 3))
    >>> model = GMDH(input_shape=(3,))
    >>> errors = model.fit(x, x[:, 0] * x[:, 1] + x[:, 2] ** 2)
    >>> model.predict([[0.5, 0.5, 0.5], [0.8, -0.5, 0]]).round(1)
    array([ 0.5, -0.4])
    """

    def __init__(self, input_shape=(2,), layers=5, units=8):
        if np.shape(input_shape) != (1,) or input_shape[0] < 2:
            raise ValueError(f"input_shape={input_shape}: GMDH pairs the inputs, so give at least two, such as (2,)")
        if min(layers, units) < 1:
            raise ValueError(f"layers={layers}, units={units}: choose at least 1 of each")
        self.input_shape = tuple(input_shape)
        self.max_layers, self.max_units = layers, units
        self.layers = []   # of the Units that the output needs, once fitted
        self.errors = []   # the best unit's mean squared error on the judging half, layer by layer

    def fit(self, x, y, verbose=0):
        """Half of the samples, always the same ones, judge; the others fit. Returns `errors`, falling from layer to layer.

        Two inputs make one pair, so one unit: here it is all that XOR needs.

        >>> GMDH().fit([[0, 0], [0, 1], [1, 0], [1, 1]] * 4, [0, 1, 1, 0] * 4)[0] < 1e-20
        True
        """
        x, y = rows(x, self.input_shape), np.asarray(y, dtype=float)
        if x.ndim != 2 or y.shape != x.shape[:1]:
            raise ValueError(f"x has shape {x.shape} and y {y.shape}: give a table of samples and one number for each")
        if not np.isfinite(y).all():
            raise ValueError("y holds NaN or infinity: fill in or drop those samples first")
        if len(x) < 12:
            raise ValueError(f"{len(x)} samples are too few: GMDH fits 6 coefficients on half of them, so give at least 12")
        # Every second sample judges, after one fixed shuffle: data often come in turns (class 0, class 1, class 0, …).
        order = np.random.default_rng(0).permutation(len(x))
        x, y = x[order], y[order]
        # Squares of squares grow fast: everything is measured in standard deviations.
        self.x_scale, self.y_scale = _scale(x), _scale(y)
        x, y = _standard(x, self.x_scale), _standard(y, self.y_scale)
        grown, self.errors = [], []
        while len(grown) < self.max_layers and x.shape[1] > 1:
            errors, units = self._layer(x, y)
            error = errors[0] * self.y_scale[1] ** 2
            if self.errors and error >= self.errors[-1]:
                break
            grown.append(units)
            self.errors.append(float(error))
            if verbose:
                print(f"layer {len(grown)}: {len(units)} units, error {error:.3g}")
            x = np.column_stack([unit(x) for unit in units])
        self.layers = _needed(grown)
        return self.errors

    def _layer(self, x, y):
        """A unit for each pair, fitted on the even samples; the survivors are the best on the odd ones."""
        candidates = []
        for left, right in combinations(range(x.shape[1]), 2):
            terms = _terms(x[:, left], x[:, right])
            coefficients = np.linalg.lstsq(terms[::2], y[::2])[0]
            error = np.mean((terms[1::2] @ coefficients - y[1::2]) ** 2)
            candidates.append((error, Unit(left, right, coefficients)))
        candidates.sort(key=lambda candidate: candidate[0])
        return zip(*candidates[:self.max_units])

    def predict(self, x):
        """The output unit's value for one row or many; standardised on the way in, and back on the way out."""
        if not self.layers:
            raise ValueError("this GMDH has not grown yet: call fit first")
        x = rows(x, self.input_shape)
        signal = _standard(np.atleast_2d(x), self.x_scale)
        for units in self.layers:
            signal = np.column_stack([unit(signal) for unit in units])
        mean, deviation = self.y_scale
        y = signal[:, 0] * deviation + mean
        return y if x.ndim > 1 else y[0]

    def count_params(self):
        """Six for each unit that the output uses: none before it has grown.

        >>> GMDH().count_params()
        0
        """
        return 6 * sum(map(len, self.layers))


def _needed(layers):
    """Walk down from the best unit of the last layer; keep what is read from above, renumbered."""
    kept = [layers[-1][:1]]
    for units in reversed(layers[:-1]):
        read = sorted({i for unit in kept[0] for i in (unit.left, unit.right)})
        kept[0] = [unit._replace(left=read.index(unit.left), right=read.index(unit.right)) for unit in kept[0]]
        kept.insert(0, [units[i] for i in read])
    return kept


def _scale(values):
    deviation = values.std(axis=0)
    return values.mean(axis=0), np.where(deviation > 0, deviation, 1)


def _standard(values, scale):
    return (values - scale[0]) / scale[1]
