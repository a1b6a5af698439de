"""Elman's network: what its hidden neurons said a moment ago is an input of now."""

import keras
from keras import layers, ops

from dlcourse.models._published import published
from dlcourse.models._reading import Cell, reader


@keras.saving.register_keras_serializable(package="dlcourse")
class ElmanCell(Cell):
    """h = tanh(W x + U h' + b), with h' from the step before.

    >>> layers.RNN(ElmanCell(4))(ops.ones((1, 5, 3))).shape
    TensorShape([1, 4])
    """

    def call(self, x, states, training=False):
        h = ops.tanh(ops.matmul(x, self.kernel) + ops.matmul(states[0], self.recurrent_kernel) + self.bias)
        return h, [h]


@published(
    paper="Elman 1990, Finding structure in time, Cognitive Science 14",
    url="https://doi.org/10.1207/s15516709cog1402_1",
    says="from sentences of 29 words, 31 inputs, 150 hidden neurons and as many for what they said before, classes of words emerge",
    parameters=31_981,
    note="31,981 are counted with tanh and biases; learning goes back through all steps, where Elman's went back through one. "
         "benchmarks/sequences.py, five seeds: remembers how a sentence began for 40 words on three, for 100 on one",
    small={"input_shape": (6, 4), "units": 5, "classes": 3},
)
def ElmanNetwork(input_shape=(None, 31), units=150, classes=31, return_sequences=True, name="elman"):
    """Says something at every step, as Elman's network of the next word; with `return_sequences=False`, at the end only.

    >>> ElmanNetwork(input_shape=(None, 10), units=32, classes=2, return_sequences=False).count_params()      # 1376 in the cell
    1442
    """
    hidden = layers.RNN(ElmanCell(units), return_sequences=return_sequences, name="hidden")
    return reader(hidden, input_shape, units, classes, name)
