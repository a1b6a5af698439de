"""Jordan's network: what it answered a moment ago is an input of now."""

import keras
from keras import layers, ops

from dlcourse.models._published import published
from dlcourse.models._reading import check_sequence


@keras.saving.register_keras_serializable(package="dlcourse")
class JordanCell(layers.Layer):
    """h = tanh(W x + U s + b), y = softmax(V h + c); s, the state, fades by `memory` at each step and has the answer y added to it.

    >>> layers.RNN(JordanCell(4, classes=2))(ops.ones((1, 5, 3))).shape
    TensorShape([1, 2])
    """

    def __init__(self, units, classes, memory=0.5, **options):
        super().__init__(**options)
        self.units, self.classes, self.memory = units, classes, memory
        self.state_size = self.output_size = classes

    def build(self, input_shape):
        def weight(name, *shape):
            return self.add_weight(shape=shape, initializer="zeros" if len(shape) == 1 else "glorot_uniform", name=name)
        self.kernel, self.feedback, self.bias = (weight("kernel", input_shape[-1], self.units), weight("feedback", self.classes, self.units),
                                                 weight("bias", self.units))
        self.out_kernel, self.out_bias = weight("out_kernel", self.units, self.classes), weight("out_bias", self.classes)

    def call(self, x, states, training=False):
        state = states[0]
        h = ops.tanh(ops.matmul(x, self.kernel) + ops.matmul(state, self.feedback) + self.bias)
        y = ops.softmax(ops.matmul(h, self.out_kernel) + self.out_bias)
        return y, [self.memory * state + y]

    def get_config(self):
        return super().get_config() | {"units": self.units, "classes": self.classes, "memory": self.memory}


@published(
    paper="Jordan 1986, Serial order: a parallel distributed processing approach, Institute for Cognitive Science report 8604, San Diego",
    url="https://doi.org/10.1016/S0166-4115(97)80111-2",
    says="state units see what was answered, and themselves: so one plan unfolds into a sequence of actions",
    parameters=1_002,
    note="the address is the report's reprint of 1997; the softmax is ours, Jordan's outputs are features of an action",
    small={"input_shape": (6, 4), "units": 5, "classes": 3},
)
def JordanNetwork(input_shape=(None, 10), units=32, classes=10, return_sequences=False, memory=0.5, name="jordan"):
    """Says something at the end, or with `return_sequences=True` at every step; `memory=0` sees the last answer alone.

    >>> JordanNetwork(return_sequences=True).output_shape
    (None, None, 10)
    """
    check_sequence(input_shape, units, classes)
    if not 0 <= memory < 1:
        raise ValueError(f"memory={memory}: choose a number from 0 up to, but not, 1: the state would grow without end")
    inputs = keras.Input(input_shape, name="input")
    answers = layers.RNN(JordanCell(units, classes, memory), return_sequences=return_sequences, name="hidden")(inputs)
    return keras.Model(inputs, layers.Activation("linear", dtype="float32", name="out")(answers), name=name)
