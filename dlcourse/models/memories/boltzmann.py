"""The Boltzmann machine: a Hopfield network of tossed coins, with hidden units. It learns how likely each pattern is."""

import numpy as np

from dlcourse.models._published import published
from dlcourse.models._rows import rows

MOST = 14       # units: all their 2^14 states are looked at


@published(
    paper="Ackley, Hinton & Sejnowski 1985, A learning algorithm for Boltzmann machines, Cognitive Science 9",
    url="https://doi.org/10.1207/s15516709cog0901_7",
    says="two hidden units between two groups of four learn a code of their own for each of four patterns",
    parameters=39,
    note="29 weights and 10 biases. What the paper measures, by letting the machine settle again and again, is computed here. That lacks "
         "noise, which leads the paper's out of dead ends: of 20 seeds, 7 find four codes, 10 three, 3 two",
    small={"input_shape": (4,), "hidden": 2, "split": None},
)
class BoltzmannMachine:
    """Units are 0 or 1; a number above ½ is read as 1. A state is likely where its energy -½ Σ w s s - Σ b s is low: p = e^-E / Z.

    Learning makes pairs of units agree when dreaming as often as when a pattern is shown. `split` parts the visible units into two groups
    without a link, so that all they know of each other goes through the hidden ones; `split=None` links all. `spread` is how unlike the
    first weights are: hidden units must differ before they can learn to.

    >>> parity = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]            # no pair of units tells anything of the third
    >>> machine = BoltzmannMachine(input_shape=(3,), hidden=1, split=None, spread=2).fit(parity)
    >>> machine.probabilities()[[0, 3, 5, 6]].round(1)
    array([0.2, 0.2, 0.2, 0.2])
    """

    def __init__(self, input_shape=(8,), hidden=2, split=4, spread=0.3, seed=0):
        if np.shape(input_shape) != (1,) or input_shape[0] < 1 or hidden < 0 or input_shape[0] + hidden > MOST:
            raise ValueError(f"input_shape={input_shape}, hidden={hidden}: give at least one visible unit in a row, such as (8,), and at most "
                             f"{MOST} units, for all of their states are looked at")
        if split is not None and not 0 < split < input_shape[0]:
            raise ValueError(f"split={split}: choose how many of the {input_shape[0]} visible units are in the first group, or None")
        self.input_shape, self.hidden = tuple(input_shape), hidden
        units = input_shape[0] + hidden
        self.links = ~np.eye(units, dtype=bool)
        if split is not None:
            one, two = slice(0, split), slice(split, input_shape[0])
            self.links[one, two] = self.links[two, one] = False
        start = np.random.default_rng(seed).normal(0, spread, (units, units))
        self.weights, self.biases = (start + start.T) * self.links, np.zeros(units)
        self.states = np.arange(2**units)[:, None] >> np.arange(units)[::-1] & 1          # each a row, counted in binary

    def energy(self, states):
        """How unlikely states of all units are, visible ones first.

        >>> machine = BoltzmannMachine(input_shape=(2,), hidden=0, split=None)
        >>> machine.weights[:] = [[0, 3], [3, 0]]
        >>> float(machine.energy([1, 1]))
        -3.0
        """
        states = np.asarray(states, dtype=float)
        return -0.5 * np.sum(states @ self.weights * states, axis=-1) - states @ self.biases

    def fit(self, x, epochs=1000, learning_rate=1.0):
        """Climb towards the most likely weights for these patterns, by exact slopes. Returns the model.

        >>> machine = BoltzmannMachine(input_shape=(2,), hidden=0, split=None).fit([[0, 0], [1, 1]])
        >>> float(machine.predict([1, 0])[0]) < 0.1                    # the first goes with the second
        True
        """
        shown = np.bincount(self._number(np.atleast_2d(x)), minlength=2 ** self.input_shape[0])[:, None] / len(np.atleast_2d(x))
        for _ in range(epochs):
            dreamt = self._joint()
            awake = shown * dreamt / dreamt.sum(axis=1, keepdims=True)             # the hidden ones as they are when it is shown
            together = self.states.T @ ((awake - dreamt).reshape(-1, 1) * self.states)
            self.weights += learning_rate * together * self.links
            self.biases += learning_rate * together.diagonal()
        return self

    def predict(self, x):
        """For each visible unit, how likely it is 1 if the other visible ones are as in this row, or in many.

        >>> BoltzmannMachine(input_shape=(2,), hidden=0, split=None).fit([[0, 1], [1, 0]]).predict([[0, 1]]).round(1)
        array([[0., 1.]])
        """
        number, chances = self._number(x)[..., None], self.probabilities()
        bits = 1 << np.arange(self.input_shape[0])[::-1]
        on, off = chances[number | bits], chances[number & ~bits]
        return on / (on + off)

    def probabilities(self):
        """How likely each pattern of the visible units is, counted in binary: 00…0, 00…1, …

        >>> float(BoltzmannMachine().probabilities().sum().round(6))
        1.0
        """
        return self._joint().sum(axis=1)

    def sample(self, count, seed=None):
        """Patterns as it dreams them.

        >>> BoltzmannMachine().sample(5, seed=0).shape
        (5, 8)
        """
        chances = self.probabilities()
        drawn = np.random.default_rng(seed).choice(len(chances), count, p=chances)
        return self.states[drawn << self.hidden, :self.input_shape[0]]

    def count_params(self):
        """One weight for each link, one bias for each unit.

        >>> BoltzmannMachine(input_shape=(3,), hidden=1, split=None).count_params()
        10
        """
        return int(self.links.sum()) // 2 + len(self.biases)

    def _number(self, x):
        """The patterns, read as binary numbers."""
        return (rows(x, self.input_shape) > 0.5) @ (1 << np.arange(self.input_shape[0])[::-1])

    def _joint(self):
        """How likely each state is: a row for each visible pattern, a column for each hidden one."""
        low = -self.energy(self.states)
        likely = np.exp(low - low.max())
        return (likely / likely.sum()).reshape(2 ** self.input_shape[0], 2**self.hidden)
