"""Kohonen's map: units on a sheet learn to look alike where they are neighbours."""

import numpy as np

from dlcourse.models._published import published
from dlcourse.models._rows import rows


@published(
    paper="Kohonen 1982, Self-organized formation of topologically correct feature maps, Biological Cybernetics 43",
    url="https://doi.org/10.1007/BF00337288",
    says="signals are mapped onto a sheet of units so that what is alike comes to lie side by side",
    parameters=300,
    note="neighbourhood and learning rate shrink smoothly, as is usual since; the paper's simulations step through a few sizes. "
         "benchmarks/memories.py, five seeds: the two nearest units touch for all places in a square, for .92 to .96 of colours",
    small={"map_shape": (4, 4)},
)
class SOM:
    """A sheet of units, each with a picture of an input. The unit that looks most like an input, and its neighbours, move towards it.

    The neighbourhood is a hill around that unit: at first half the sheet wide, in the end less than half the step to the next unit.

    >>> colours = np.random.default_rng(0).random((200, 3))
    >>> sheet = SOM(map_shape=(6, 6)).fit(colours)
    >>> sheet.predict([1.0, 0.0, 0.0]).shape         # row and column of the unit for red
    (2,)
    """

    def __init__(self, input_shape=(3,), map_shape=(10, 10), learning_rate=0.5, seed=0):
        if np.shape(input_shape) != (1,):
            raise ValueError(f"input_shape={input_shape}: a map reads one row of numbers, such as (3,)")
        if np.shape(map_shape) != (2,) or min(map_shape) < 1:
            raise ValueError(f"map_shape={map_shape}: give the rows and columns of the sheet, such as (10, 10)")
        self.input_shape, self.map_shape, self.learning_rate = tuple(input_shape), tuple(map_shape), learning_rate
        self.rng = np.random.default_rng(seed)
        self.weights = self.rng.random((*map_shape, *input_shape))

    def fit(self, x, epochs=10):
        """Show every row `epochs` times, in a new order each time. Returns the model.

        >>> SOM(map_shape=(2, 2)).fit([[0, 0, 0], [1, 1, 1]]).weights.shape
        (2, 2, 3)
        """
        x = np.atleast_2d(rows(x, self.input_shape))
        places = np.indices(self.map_shape).transpose(1, 2, 0)
        wide, steps = max(self.map_shape) / 2, epochs * len(x)
        shown = np.concatenate([self.rng.permutation(len(x)) for _ in range(epochs)]) if epochs else []
        for step, row in enumerate(shown):
            left = 1 - step / steps
            width = wide * (0.4 / wide) ** (1 - left)
            away = np.sum((places - self.predict(x[row])) ** 2, axis=-1)
            hill = np.exp(-away / (2 * width**2))[..., None]
            self.weights += self.learning_rate * max(left, 0.02) * hill * (x[row] - self.weights)
        return self

    def predict(self, x):
        """Row and column of the unit that looks most like each input.

        >>> SOM(map_shape=(1, 5)).predict([[0, 0, 0]])[:, 0]
        array([0])
        """
        x = rows(x, self.input_shape)
        nearest = self.distances(x).reshape(*x.shape[:-1], -1).argmin(axis=-1)
        return np.stack(np.unravel_index(nearest, self.map_shape), axis=-1)

    def distances(self, x):
        """How unlike each input every unit looks: squared differences, (…, rows, columns).

        >>> SOM(map_shape=(4, 5)).distances([[0, 0, 0]]).shape
        (1, 4, 5)
        """
        return np.sum((rows(x, self.input_shape)[..., None, None, :] - self.weights) ** 2, axis=-1)

    def count_params(self):
        """One weight for each unit and input.

        >>> SOM(map_shape=(4, 5)).count_params()
        60
        """
        return self.weights.size
