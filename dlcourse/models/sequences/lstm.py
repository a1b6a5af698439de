"""LSTM: a cell that keeps what it holds until a gate says otherwise."""

import keras
from keras import layers, ops

from dlcourse.models._published import published
from dlcourse.models._reading import Cell, reader


@keras.saving.register_keras_serializable(package="dlcourse")
class LSTMCell(Cell):
    """Three gates between 0 and 1: what comes in (i), what is kept (f), what is said (o); and what could come in, g.

    c = f c' + i g and h = o tanh(c). Keeping is the default: the bias of f begins at 1.

    >>> layers.RNN(LSTMCell(4))(ops.ones((1, 5, 3))).shape
    TensorShape([1, 4])
    """

    gates = 4

    def __init__(self, units, **options):
        super().__init__(units, **options)
        self.state_size = [units, units]

    def first_bias(self, shape, dtype=None):
        """0, and 1 for the gate that keeps.

        >>> LSTMCell(1).first_bias((4,)).numpy().tolist()
        [0.0, 1.0, 0.0, 0.0]
        """
        return ops.concatenate([ops.zeros(self.units, dtype), ops.ones(self.units, dtype), ops.zeros(2 * self.units, dtype)])

    def call(self, x, states, training=False):
        h, c = states
        i, f, g, o = ops.split(ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias, 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]


@published(
    paper="Hochreiter & Schmidhuber 1997, Long short-term memory, Neural Computation 9",
    url="https://doi.org/10.1162/neco.1997.9.8.1735",
    says="bridges time lags of more than 1000 steps",
    parameters=5_834,
    note="the gate that forgets is Gers, Schmidhuber & Cummins 2000; one bias for each gate, 5,504 weights in the cell. "
         "benchmarks/sequences.py, five seeds: remembers how a sentence began for 40 words on all, for 100 on four",
    small={"input_shape": (6, 4), "units": 5, "classes": 3},
)
def LSTMNetwork(input_shape=(None, 10), units=32, classes=10, return_sequences=False, name="lstm"):
    """Says something at the end, or with `return_sequences=True` at every step.

    >>> LSTMNetwork(return_sequences=True).output_shape
    (None, None, 10)
    """
    return reader(layers.RNN(LSTMCell(units), return_sequences=return_sequences, name="hidden"), input_shape, units, classes, name)
