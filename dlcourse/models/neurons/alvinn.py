"""ALVINN: a handful of hidden units that learned to steer a car along the highway by watching a person drive."""

import keras
import numpy as np
from keras import layers

from dlcourse.models._published import published

VARIANTS = {            # retina, hidden units, output units
    "lecture": ((30, 32), 4, 30),
    "1991": ((30, 32), 5, 30),     # Neural Computation 3(1)
    "1988": ((1217,), 29, 46),     # camera 30x32, range finder 8x32, 1 fed back -> 45 directions, 1 to feed back
}
WIDTH = 10              # of the hill of activity: exp(-d²/10)


@published(
    paper="Pomerleau 1988, ALVINN: an autonomous land vehicle in a neural network, NIPS 1",
    url="https://proceedings.neurips.cc/paper/1988/hash/812b4ba287f5ee0bc9d43bbf5bbe87fb-Abstract.html",
    says="1988: 1217-29-46; 1991: 960-5-30; the lecture: 30x32 pixels, four hidden units, 30 directions",
    parameters=3_994,
    note="three sizes were published; the default is the lecture's",
    small={"input_shape": (6, 8), "hidden": 3, "classes": 9},
)
def ALVINN(input_shape=None, hidden=None, classes=None, variant="lecture", name="alvinn"):
    """Road image -> a hill of activity over steering directions, hard left to hard right.

    What is None is the variant's own. Train it by "mse" on `encode_direction`, and read it with `decode_direction`.

    >>> ALVINN().count_params(), ALVINN(variant="1988").count_params()
    (3994, 36702)
    """
    if variant not in VARIANTS:
        raise ValueError(f"variant={variant!r} is unknown: choose from {', '.join(map(repr, VARIANTS))}")
    given = (input_shape, hidden, classes)
    retina, units, directions = (own if value is None else value for value, own in zip(given, VARIANTS[variant]))

    inputs = x = keras.Input(retina, name="input")
    x = layers.Flatten(name="retina")(x)       # row by row: 30 rows of 32 pixels
    x = layers.Dense(units, "sigmoid", name="hidden")(x)
    outputs = layers.Dense(directions, "sigmoid", name="steering")(x)
    return keras.Model(inputs, outputs, name=name)


def encode_direction(direction, units=30):
    """What the output units should say: a hill around the place of each direction, -1 (hard left) to 1 (hard right).

    >>> encode_direction(0, units=5).round(2)
    array([0.67, 0.9 , 1.  , 0.9 , 0.67])
    >>> encode_direction([-1, 0.5, 1]).shape
    (3, 30)
    """
    direction = np.asarray(direction, dtype=float)
    if not (np.abs(direction) <= 1).all():
        raise ValueError("a direction lies outside -1 (hard left) to 1 (hard right): scale the steering angles first")
    place = (direction + 1) / 2 * (units - 1)
    distance = np.arange(units) - place[..., None]
    return np.exp(-distance**2 / WIDTH)


def decode_direction(outputs):
    """The direction whose hill, whatever its height, fits the outputs best by least squares: not just the highest unit.

    >>> round(decode_direction(encode_direction(0.3)), 2)
    0.3
    """
    outputs = np.asarray(outputs, dtype=float)
    if outputs.ndim not in (1, 2) or outputs.shape[-1] < 2:
        raise ValueError(f"outputs have shape {outputs.shape}: give one row of at least two units, or a batch of rows")
    if not np.isfinite(outputs).all():
        raise ValueError("outputs hold NaN or infinity: the network did not train well, so lower its learning rate")
    directions = np.linspace(-1, 1, 601)
    hills = encode_direction(directions, outputs.shape[-1])
    # The nearest multiple of a hill h leaves |o|² - (o·h)² / |h|²: so the best hill points most nearly in the direction of o.
    best = np.argmax(outputs @ (hills / np.linalg.norm(hills, axis=1, keepdims=True)).T, axis=-1)
    return directions[best] if outputs.ndim == 2 else float(directions[best])
