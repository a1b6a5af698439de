"""GRU: one gate decides how much of the old stays, another how much of the old the new gets to see."""

import keras
from keras import layers, ops

from dlcourse.models._published import published
from dlcourse.models._reading import Cell, reader


@keras.saving.register_keras_serializable(package="dlcourse")
class GRUCell(Cell):
    """h = z h' + (1 - z) tanh(W x + U (r h')): what stays (z) and what is asked (r) are gates between 0 and 1.

    `reset_after=True` resets what U makes of the old, r (U h' + b'), instead of the old itself: the same idea, quicker on a GPU,
    with three biases more for each unit.

    >>> layers.RNN(GRUCell(4))(ops.ones((1, 5, 3))).shape
    TensorShape([1, 4])
    """

    gates = 3

    def __init__(self, units, reset_after=True, **options):
        super().__init__(units, **options)
        self.reset_after = reset_after

    def bias_shape(self):
        """One bias for each unit of each gate; two where the old is looked at apart.

        >>> GRUCell(4).bias_shape(), GRUCell(4, reset_after=False).bias_shape()
        ((2, 12), (12,))
        """
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def call(self, x, states, training=False):
        old = states[0]
        seen, remembered = ops.matmul(x, self.kernel), ops.matmul(old, self.recurrent_kernel)
        if self.reset_after:
            seen, remembered = seen + self.bias[0], remembered + self.bias[1]
        else:
            seen += self.bias
        (z, r, new), (z_old, r_old, new_old) = (ops.split(part, 3, axis=-1) for part in (seen, remembered))
        z, r = ops.sigmoid(z + z_old), ops.sigmoid(r + r_old)
        asked = r * new_old if self.reset_after else ops.matmul(r * old, self.recurrent_kernel[:, 2 * self.units:])
        h = z * old + (1 - z) * ops.tanh(new + asked)
        return h, [h]

    def get_config(self):
        return super().get_config() | {"reset_after": self.reset_after}


@published(
    paper="Cho, van Merriënboer, Gulcehre, Bahdanau, Bougares, Schwenk & Bengio 2014, Learning phrase representations using RNN "
          "encoder-decoder for statistical machine translation, EMNLP",
    url="https://arxiv.org/abs/1406.1078",
    says="a hidden unit motivated by the LSTM but much simpler to compute and implement",
    parameters=4_554,
    note="4,224 weights in the cell, 4,128 with the paper's reset_after=False. benchmarks/sequences.py, five seeds: remembers "
         "how a sentence began for 40 words on all",
    small={"input_shape": (6, 4), "units": 5, "classes": 3},
)
def GRUNetwork(input_shape=(None, 10), units=32, classes=10, return_sequences=False, reset_after=True, name="gru"):
    """Says something at the end, or with `return_sequences=True` at every step.

    >>> GRUNetwork(reset_after=False).count_params()
    4458
    """
    hidden = layers.RNN(GRUCell(units, reset_after), return_sequences=return_sequences, name="hidden")
    return reader(hidden, input_shape, units, classes, name)
