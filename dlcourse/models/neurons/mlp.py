"""The multilayer perceptron: hidden layers, and back-propagation that tells them what to become."""

import keras
from keras import layers

from dlcourse.models._published import published


@published(
    paper="Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors, Nature 323",
    url="https://doi.org/10.1038/323533a0",
    says="the lecture's first network: 784 pixels, 512 hidden units, 10 digits",
    parameters=407_050,
    note="the paper's units are sigmoid and its nets tiny (6-2-1 tells symmetry); size and ReLU are the lecture's",
    small={"input_shape": (4, 3), "hidden": (8, 6), "classes": 3},
)
def MLP(input_shape=(784,), hidden=(512,), classes=10, activation="relu", name="mlp"):
    """Fully connected layers, one after the other; `hidden=()` leaves logistic regression. An image is flattened first.

    The last layer is a softmax over the classes, or one sigmoid unit for `classes=1`.

    >>> MLP(input_shape=(28, 28), hidden=(512, 512)).count_params()
    669706
    >>> MLP(input_shape=(6,), hidden=(2,), classes=1, activation="sigmoid").count_params()   # the paper's symmetry net
    17
    """
    if isinstance(hidden, int):
        raise ValueError(f"hidden={hidden} is one number: write hidden=({hidden},), one number for each hidden layer")

    inputs = x = keras.Input(input_shape, name="input")
    if len(input_shape) > 1:
        x = layers.Flatten(name="flatten")(x)
    for number, units in enumerate(hidden, start=1):
        x = layers.Dense(units, activation, name=f"hidden{number}")(x)
    outputs = layers.Dense(classes, "sigmoid" if classes == 1 else "softmax", name="output")(x)
    return keras.Model(inputs, outputs, name=name)
