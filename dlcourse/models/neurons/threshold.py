"""The neuron of McCulloch and Pitts: logic out of all-or-none cells, fifteen years before one of them learned."""

import numpy as np

from dlcourse.models._published import published


@published(
    paper="McCulloch & Pitts 1943, A logical calculus of the ideas immanent in nervous activity, "
          "Bulletin of Mathematical Biophysics 5",
    url="https://doi.org/10.1007/BF02478259",
    says="a cell fires if enough synapses excite it and not one inhibits it; nothing in it learns",
    parameters=0,
)
class ThresholdNeuron:
    """Fires (1) if at least `threshold` exciting inputs are active and no inhibiting one is.

    A weight of 1 excites; a weight of -1 inhibits absolutely: one such input, when active, vetoes the rest.

    >>> AND = ThresholdNeuron(weights=(1, 1), threshold=2)
    >>> AND.predict([[0, 0], [0, 1], [1, 0], [1, 1]])
    array([0, 0, 0, 1])
    >>> NOT = ThresholdNeuron(weights=(-1,), threshold=0)
    >>> NOT.predict([[0], [1]])
    array([1, 0])
    """

    def __init__(self, weights=(1, 1), threshold=2):
        self.weights = np.asarray(weights)
        self.threshold = threshold
        if self.weights.ndim != 1 or not np.isin(self.weights, (1, -1)).all():
            raise ValueError(f"weights={weights!r}: give one weight per input, 1 if it excites and -1 if it inhibits")
        self.input_shape = self.weights.shape

    def predict(self, x):
        """0 or 1 for each row of binary inputs (one row gives one number).

        >>> int(ThresholdNeuron((1, 1, -1), threshold=2).predict([1, 1, 1]))
        0
        """
        x = np.asarray(x)
        if x.shape[-1:] != self.input_shape:
            raise ValueError(f"x has shape {x.shape}: give rows of {len(self.weights)} inputs, one for each weight")
        if not np.isin(x, (0, 1)).all():
            raise ValueError("x holds something else than 0 and 1: this neuron's inputs are all or none")
        x = x.astype(int)      # a matrix product of booleans would not count, only ask whether there is any
        excited = x @ (self.weights == 1) >= self.threshold
        vetoed = x @ (self.weights == -1) > 0
        return (excited & ~vetoed).astype(int)

    def count_params(self):
        """How many numbers it learns: none, a person chooses them.

        >>> ThresholdNeuron().count_params()
        0
        """
        return 0
