"""DeepFace: on an aligned face every place has a meaning of its own, so every place learns its own filters."""

import math

import keras
from keras import layers, ops

from dlcourse.models._published import published
from dlcourse.models._sizes import check_task, scaled


@keras.saving.register_keras_serializable(package="dlcourse")
class LocallyConnected2D(layers.Layer):
    """A convolution that does not share: a kernel and a bias for each place of its output, then a ReLU.

    >>> import numpy as np
    >>> layer = LocallyConnected2D(filters=2, kernel_size=3)
    >>> layer(np.ones((1, 5, 5, 1))).shape, layer.count_params() == 3 * 3 * (3 * 3 * 1 * 2 + 2)
    (TensorShape([1, 3, 3, 2]), True)
    """

    def __init__(self, filters, kernel_size, strides=1, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.kernel_size, self.strides = filters, kernel_size, strides

    def build(self, input_shape):
        _, rows, columns, _ = self.compute_output_shape(input_shape)
        fan_in = self.kernel_size**2 * input_shape[-1]
        spread = keras.initializers.RandomNormal(stddev=math.sqrt(2 / fan_in))
        self.kernel = self.add_weight(shape=(rows, columns, fan_in, self.filters), initializer=spread, name="kernel")
        self.bias = self.add_weight(shape=(rows, columns, self.filters), initializer="zeros", name="bias")

    def call(self, x):
        patches = ops.image.extract_patches(x, self.kernel_size, self.strides, padding="valid")
        return ops.relu(ops.einsum("nrcp,rcpf->nrcf", patches, self.kernel) + self.bias)

    def compute_output_shape(self, input_shape):
        places = [(side - self.kernel_size) // self.strides + 1 for side in input_shape[1:3]]
        return (input_shape[0], *places, self.filters)

    def get_config(self):
        return super().get_config() | {"filters": self.filters, "kernel_size": self.kernel_size, "strides": self.strides}


@published(
    paper="Taigman, Yang, Ranzato & Wolf 2014, DeepFace: closing the gap to human-level performance in face verification, CVPR",
    url="https://doi.org/10.1109/CVPR.2014.220",
    says="more than 120 million parameters, 95% of them in local and dense layers; 97.35% on Labeled Faces in the Wild",
    parameters=118_923_774,
    note="the shapes that the paper prints, with a bias for each place, give 118.9 million",
    small={"input_shape": (71, 71, 1), "classes": 3, "width": 0.25},
)
def DeepFace(input_shape=(152, 152, 3), classes=4030, width=1, name="deepface"):
    """Two convolutions with one pool, then three local layers and two dense ones; `width=0.25` has a quarter of the filters.

    >>> model = DeepFace(input_shape=(71, 71, 1), classes=10, width=1 / 4)
    >>> model.get_layer("L4").output.shape, model.get_layer("L4").count_params() == 15 * 15 * (9 * 9 * 4 * 4 + 4)
    ((None, 15, 15, 4), True)
    """
    check_task(input_shape, classes, smallest=71)
    few = scaled(16, width)

    inputs = x = keras.Input(input_shape, name="input")
    x = layers.Conv2D(scaled(32, width), 11, activation="relu", name="C1")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="M2")(x)
    x = layers.Conv2D(few, 9, activation="relu", name="C3")(x)
    x = LocallyConnected2D(few, 9, name="L4")(x)
    x = LocallyConnected2D(few, 7, strides=2, name="L5")(x)
    x = LocallyConnected2D(few, 5, name="L6")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(scaled(4096, width), "relu", name="F7")(x)
    x = layers.Dropout(0.5, name="drop")(x)
    outputs = layers.Dense(classes, "softmax", name="F8")(x)      # the paper knows 4,030 people
    return keras.Model(inputs, outputs, name=name)
