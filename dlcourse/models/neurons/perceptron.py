"""The perceptron of Rosenblatt: the first neuron that learns from its mistakes, and from nothing else."""

from typing import NamedTuple

import numpy as np

from dlcourse.models._published import published
from dlcourse.models._rows import rows


class Update(NamedTuple):
    """One correction: when it came, by which sample and in which direction, and what it left behind.

    >>> Update(epoch=1, sample=3, error=1, weights=[1, 1], bias=1).error
    1
    """

    epoch: int           # counted from 1
    sample: int          # the index of the sample that was answered wrongly
    error: int           # y - ŷ: 1 if it should have fired, -1 if it should not
    weights: np.ndarray  # after this correction
    bias: float


@published(
    paper="Rosenblatt 1958, The perceptron: a probabilistic model for information storage and organization in the brain, "
          "Psychological Review 65",
    url="https://doi.org/10.1037/h0042519",
    says="n inputs, n + 1 numbers; finds a separating line wherever there is one (Novikoff 1962: after at most (R/γ)² updates)",
    parameters=3,
)
class Perceptron:
    """One neuron that fires if w·x + b > 0, and moves its line only when it was wrong.

    >>> x = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> neuron = Perceptron()
    >>> updates = neuron.fit(x, [0, 0, 0, 1])
    >>> neuron.weights, neuron.bias, len(updates), neuron.converged
    (array([2., 1.]), -2.0, 10, True)
    """

    def __init__(self, input_shape=(2,), learning_rate=1.0):
        if np.shape(input_shape) != (1,):
            raise ValueError(f"input_shape={input_shape}: a perceptron reads one row of numbers, such as (2,)")
        if not learning_rate > 0:
            raise ValueError(f"learning_rate={learning_rate}: choose a number above 0")
        self.input_shape = tuple(input_shape)
        self.learning_rate = learning_rate
        self.weights = np.zeros(input_shape)
        self.bias = 0.0
        self.epochs = 0         # how many the last fit ran
        self.converged = False  # whether its last epoch was free of mistakes

    def fit(self, x, y, epochs=100):
        """Go through the samples in order, at most `epochs` times; stop after the first epoch without a mistake.

        Returns the list of all updates. Like Keras' `fit` it goes on from the present weights.

        >>> [update.sample for update in Perceptron().fit([[0, 1], [1, 0]], [1, 0])]
        [0, 1]
        """
        x, y = rows(x, self.input_shape), np.asarray(y)
        if x.ndim != 2 or y.shape != x.shape[:1]:
            raise ValueError(f"x has shape {x.shape} and y {y.shape}: give a table of samples and one label for each")
        if not np.isin(y, (0, 1)).all():
            raise ValueError("y holds other labels than 0 and 1: this neuron fires or it does not, so relabel the classes")
        updates, self.epochs, self.converged = [], 0, False
        while self.epochs < epochs and not self.converged:
            self.epochs += 1
            mistakes = [update for i in range(len(x)) if (update := self._correct(i, x[i], int(y[i])))]
            self.converged = not mistakes
            updates += mistakes
        return updates

    def _correct(self, sample, x, y):
        """Rosenblatt's rule, w += η (y - ŷ) x: it changes nothing where the answer was right."""
        error = y - int(self._fires(x))
        if not error:
            return None
        self.weights = self.weights + self.learning_rate * error * x
        self.bias += self.learning_rate * error
        return Update(self.epochs, sample, error, self.weights.copy(), self.bias)

    def decision(self, x):
        """w·x + b for one row or many: its sign tells the side of the line.

        >>> Perceptron().decision([[0, 1], [1, 1]])
        array([0., 0.])
        """
        return rows(x, self.input_shape) @ self.weights + self.bias

    def predict(self, x):
        """1 where the neuron fires, 0 where not.

        >>> Perceptron().predict([[0, 1], [1, 1]])
        array([0, 0])
        """
        return self._fires(rows(x, self.input_shape)).astype(int)

    def _fires(self, x):
        # The lectures also write >= 0. It matters exactly on the line, where training starts: AND then ends at b = -3.
        return x @ self.weights + self.bias > 0

    def count_params(self):
        """One weight for each input, and the bias.

        >>> Perceptron(input_shape=(784,)).count_params()
        785
        """
        return self.weights.size + 1
