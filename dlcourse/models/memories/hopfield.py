"""Hopfield's network: each pattern that it stores is a valley, and any state rolls down into one."""

import numpy as np

from dlcourse.models._published import published
from dlcourse.models._rows import rows


@published(
    paper="Hopfield 1982, Neural networks and physical systems with emergent collective computational abilities, PNAS 79",
    url="https://doi.org/10.1073/pnas.79.8.2554",
    says="about 0.15 N states can be remembered at once before error in recall is severe",
    parameters=4_950,
    note="N (N - 1) / 2 weights, each used both ways; the theory of Amit, Gutfreund & Sompolinsky 1985 puts the limit at 0.138 N. "
         "benchmarks/memories.py, 500 units, five seeds: overlap after recall .997 at 0.10 N, .96 at 0.138 N, .52 at 0.20 N",
    small={"input_shape": (30,)},
)
class Hopfield:
    """A memory that is asked with part of what it holds. A number above 0 is read as +1, any other as -1.

    Storing is Hebb's rule: units that agree in a pattern pull each other the same way, w = Σ x xᵀ / N, and no unit pulls itself.
    Recall asks one unit after another to side with the pull of all others. Each change lowers the energy, so it ends.

    >>> memory = Hopfield(input_shape=(6,)).fit([[1, 1, 1, -1, -1, -1], [1, -1, 1, -1, 1, -1]])
    >>> memory.predict([1, 1, 1, -1, -1, 1])          # the first, with its last unit wrong
    array([ 1.,  1.,  1., -1., -1., -1.])
    """

    def __init__(self, input_shape=(100,), seed=0):
        if np.shape(input_shape) != (1,) or input_shape[0] < 2:
            raise ValueError(f"input_shape={input_shape}: a memory has at least two units in a row, such as (100,)")
        self.input_shape = tuple(input_shape)
        self.order = np.random.default_rng(seed).permutation(input_shape[0])          # in which the units are asked
        self.weights = np.zeros((*input_shape, *input_shape))

    @property
    def capacity(self):
        """How many random patterns it can hold: 0.138 for each unit.

        >>> Hopfield(input_shape=(400,)).capacity
        55
        """
        return int(0.138 * self.input_shape[0])

    def fit(self, x):
        """Forget everything, and store these patterns. Returns the model.

        >>> Hopfield(input_shape=(2,)).fit([[1, 1], [-1, -1]]).weights.tolist()
        [[0.0, 1.0], [1.0, 0.0]]
        """
        self.weights = np.zeros_like(self.weights)
        return self.store(x)

    def store(self, x):
        """Store one more pattern, or several, beside those that are there. Returns the model.

        >>> float(Hopfield(input_shape=(2,)).store([1, 1]).store([-1, -1]).weights[0, 1])
        1.0
        """
        x = np.atleast_2d(self._states(x))
        self.weights = self.weights + x.T @ x / x.shape[1] * (1 - np.eye(x.shape[1]))
        return self

    def recall(self, x, sweeps=100):
        """The way down from one state or many: the states at the start and after each sweep over all units, until none changes.

        >>> Hopfield(input_shape=(6,)).fit([[1, 1, 1, 1, 1, 1]]).recall([1, 1, 1, 1, -1, -1]).shape      # start, one sweep, no change
        (3, 6)
        """
        path = [self._states(x)]
        for _ in range(sweeps):
            state = path[-1].copy()
            for unit in self.order:
                pull = state @ self.weights[unit]
                state[..., unit] = np.where(pull == 0, state[..., unit], np.sign(pull))
            path.append(state)
            if np.array_equal(*path[-2:]):
                break
        return np.array(path)

    def predict(self, x):
        """What it remembers when it sees one state or many: where the way down ends.

        >>> Hopfield(input_shape=(4,)).fit([[1, 1, -1, -1]]).predict([[1, 1, -1, 1], [-1, -1, 1, -1]])       # the opposite is a valley, too
        array([[ 1.,  1., -1., -1.],
               [-1., -1.,  1.,  1.]])
        """
        return self.recall(x)[-1]

    def energy(self, x):
        """How high one state or many lie: -½ Σ w x x, lower where pairs of units agree with their weights.

        >>> Hopfield(input_shape=(2,)).fit([[1, 1]]).energy([[1, 1], [1, -1]])
        array([-0.5,  0.5])
        """
        x = self._states(x)
        return -0.5 * np.sum((x @ self.weights) * x, axis=-1)

    def count_params(self):
        """One weight for each pair of units.

        >>> Hopfield(input_shape=(6,)).count_params()
        15
        """
        return self.input_shape[0] * (self.input_shape[0] - 1) // 2

    def _states(self, x):
        return np.where(rows(x, self.input_shape) > 0, 1.0, -1.0)
