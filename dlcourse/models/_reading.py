"""What all recurrent networks share: they read a sequence with a cell, and a softmax says what the cell makes of it."""

import keras
from keras import layers


def check_sequence(input_shape, units, classes):
    """An error in words unless sequences of `input_shape` can be read by `units` neurons and told into `classes`.

    >>> check_sequence((10,), 32, 2)
    Traceback (most recent call last):
    ValueError: input_shape=(10,): give (steps, numbers at each step), such as (None, 10) for sequences of any length
    """
    if len(input_shape) != 2 or not input_shape[1] or input_shape[0] == 0:
        raise ValueError(f"input_shape={input_shape}: give (steps, numbers at each step), such as (None, 10) for sequences of any length")
    if units < 1 or classes < 2:
        raise ValueError(f"units={units}, classes={classes}: give at least one hidden neuron, and 2 classes for the softmax to choose among")


def reader(hidden, input_shape, units, classes, name):
    """Input, then `hidden(inputs)`, then a softmax over the classes: at every step or at the end, as `hidden` gives it.

    >>> reader(layers.SimpleRNN(4), (None, 3), 4, classes=2, name="tiny").output_shape
    (None, 2)
    """
    check_sequence(input_shape, units, classes)
    inputs = keras.Input(input_shape, name="input")
    outputs = layers.Dense(classes, activation="softmax", dtype="float32", name="out")(hidden(inputs))
    return keras.Model(inputs, outputs, name=name)


class Cell(layers.Layer):
    """One step of a recurrent network: `call(x, states)` gives what it says, and the new states.

    Its weights look at the input (`kernel`), at what the cell said before (`recurrent_kernel`), and at nothing (`bias`), for several
    gates side by side.

    >>> cell = Cell(units=4); cell.gates = 3; cell.build((None, 2))
    >>> [tuple(weight.shape) for weight in cell.weights]
    [(2, 12), (4, 12), (12,)]
    """

    gates = 1

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = self.state_size = self.output_size = units

    def build(self, input_shape):
        width = self.gates * self.units
        self.kernel = self.add_weight(shape=(input_shape[-1], width), initializer="glorot_uniform", name="kernel")
        self.recurrent_kernel = self.add_weight(shape=(self.units, width), initializer="orthogonal", name="recurrent_kernel")
        self.bias = self.add_weight(shape=self.bias_shape(), initializer=self.first_bias, name="bias")

    def bias_shape(self):
        """One bias for each unit of each gate.

        >>> Cell(units=4).bias_shape()
        (4,)
        """
        return (self.gates * self.units,)

    def first_bias(self, shape, dtype=None):
        """Where the biases begin: at 0.

        >>> Cell(units=2).first_bias((2,)).numpy().tolist()
        [0.0, 0.0]
        """
        return keras.ops.zeros(shape, dtype)

    def get_config(self):
        return super().get_config() | {"units": self.units}
