"""Hebb's neuron: "cells that fire together wire together", and Oja's remedy for what that leads to."""

import numpy as np

from dlcourse.models._published import published
from dlcourse.models._rows import rows


@published(
    paper="Hebb 1949, The Organization of Behavior",
    url="https://doi.org/10.4324/9781410612403",
    says="a synapse grows when both of its cells are active together",
    parameters=2,
    note="Hebb wrote a sentence, not a formula; rule='oja' is Oja 1982, https://doi.org/10.1007/BF00275687",
)
class HebbianNeuron:
    """A linear neuron that learns without labels: y = w·x, and Δw = η y x.

    Alone, that grows without bound (`rule="hebb"`). Oja's rule forgets in proportion to what fires, Δw = η y (x - y w):
    then w settles at length 1 along the first principal component of centred data.

    >>> x = np.array([[2, 1], [-2, -1], [1, 2], [-1, -2]])       # stretched along the diagonal
    >>> path = HebbianNeuron(rule="oja", learning_rate=0.002).fit(x, epochs=500)
    >>> np.abs(path[-1]).round(2)
    array([0.71, 0.71])
    """

    def __init__(self, input_shape=(2,), rule="oja", learning_rate=0.01, seed=0):
        if np.shape(input_shape) != (1,):
            raise ValueError(f"input_shape={input_shape}: this neuron reads one row of numbers, such as (2,)")
        if rule not in ("hebb", "oja"):
            raise ValueError(f"rule={rule!r} is unknown: choose 'hebb' or 'oja'")
        self.input_shape = tuple(input_shape)
        self.rule = rule
        self.learning_rate = learning_rate
        # A silent neuron would stay silent: start small, but not at zero.
        self.weights = np.random.default_rng(seed).normal(scale=0.1, size=input_shape)

    def fit(self, x, epochs=20):
        """Go through the samples in order, `epochs` times. Returns the weights at the start and after each epoch.

        >>> HebbianNeuron(rule="hebb").fit([[1, 1], [1, 2]], epochs=5).shape
        (6, 2)
        """
        x = rows(x, self.input_shape)
        if x.ndim != 2:
            raise ValueError(f"x has shape {x.shape}: give a table of samples, one row each")
        path = [self.weights]
        for epoch in range(1, epochs + 1):
            with np.errstate(over="ignore", invalid="ignore"):
                for sample in x:
                    self.weights = self.weights + self.learning_rate * self._growth(sample)
            if not np.isfinite(self.weights).all():
                self.weights = path[-1]
                raise ValueError(f"the weights overflowed in epoch {epoch}: choose fewer epochs or a smaller learning_rate")
            path.append(self.weights)
        return np.array(path)

    def _growth(self, x):
        y = x @ self.weights
        return y * x if self.rule == "hebb" else y * (x - y * self.weights)

    def predict(self, x):
        """The neuron's activity w·x for one row or many.

        >>> HebbianNeuron().predict([[0, 0]])
        array([0.])
        """
        return rows(x, self.input_shape) @ self.weights

    def count_params(self):
        """One weight for each input; there is no bias.

        >>> HebbianNeuron(input_shape=(5,)).count_params()
        5
        """
        return self.weights.size
