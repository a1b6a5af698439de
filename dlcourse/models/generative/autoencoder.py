"""Autoencoders: through a narrow waist and out again; what gets through is what matters."""

import math

import keras
from keras import layers

from dlcourse.models._published import published


@published(
    paper="Hinton & Salakhutdinov 2006, Reducing the dimensionality of data with neural networks, Science 313",
    url="https://doi.org/10.1126/science.1127647",
    says="784-1000-500-250-30; squared error of reconstructed MNIST digits 3.00, of 30 principal components 13.87",
    parameters=2_837_314,
    note="all layers learn together from the start; the paper first trains each pair of layers as a restricted Boltzmann machine",
    small={"widths": (12, 8, 3)},
)
def Autoencoder(widths=(784, 1000, 500, 250, 30), input_shape=None, linear=False, noise=0.0, name="autoencoder"):
    """Rows of numbers from 0 to 1, or pictures if `input_shape` says so, become `widths[-1]` numbers and then themselves again.

    All neurons are logistic, but those of the code. `linear=True` has no bends at all: trained with squared errors it finds the same
    subspace as principal components. `noise` is the share of inputs that are set to 0 in training, for it to put right (Vincent,
    Larochelle, Bengio & Manzagol 2008). `get_layer("encoder")` and `get_layer("decoder")` are networks of their own.

    >>> model = Autoencoder(widths=(64, 32, 2), input_shape=(8, 8))
    >>> model.output_shape, model.get_layer("encoder").output_shape
    ((None, 8, 8), (None, 2))
    """
    shape = (widths[0],) if input_shape is None else tuple(input_shape)
    if len(widths) < 2 or min(widths) < 1 or math.prod(shape) != widths[0]:
        raise ValueError(f"widths={widths}, input_shape={input_shape}: give the width of the input, such as 784 for 28 · 28 pixels, then "
                         "those of the layers down to the code")
    if not 0 <= noise < 1:
        raise ValueError(f"noise={noise}: choose a share from 0 up to, but not, 1")
    bend = "linear" if linear else "sigmoid"
    inputs = keras.Input(shape, name="input")
    x = layers.Reshape((widths[0],), name="row")(inputs)
    if noise:
        x = Blanks(noise, name="noise")(x)
    down, up = list(widths[1:]), list(widths[-2::-1])
    encoder = keras.Sequential([keras.Input((widths[0],))] + [
        layers.Dense(width, bend if level < len(down) else "linear", name=f"down{level}") for level, width in enumerate(down, start=1)], name="encoder")
    decoder = keras.Sequential([keras.Input((widths[-1],))] + [
        layers.Dense(width, bend, name=f"up{level}", dtype="float32" if level == len(up) else None) for level, width in enumerate(up, start=1)],
        name="decoder")
    return keras.Model(inputs, layers.Reshape(shape, dtype="float32", name="reconstruction")(decoder(encoder(x))), name=name)


@keras.saving.register_keras_serializable(package="dlcourse")
class Blanks(layers.Layer):
    """In training, sets a share of the inputs to 0 and leaves the others as they are (`Dropout` would make these larger).

    >>> Blanks(0.5)(keras.ops.ones((1, 4))).numpy().tolist()
    [[1.0, 1.0, 1.0, 1.0]]
    """

    def __init__(self, share, **options):
        super().__init__(**options)
        self.share, self.chance = share, keras.random.SeedGenerator()

    def call(self, x, training=False):
        if not training:
            return x
        left = keras.random.uniform(keras.ops.shape(x), seed=self.chance) >= self.share
        return x * keras.ops.cast(left, x.dtype)

    def get_config(self):
        return super().get_config() | {"share": self.share}
