"""DCGAN: the game with convolutions. The generator unfolds noise into a picture, the discriminator folds a picture into a verdict."""

import keras
from keras import layers

from dlcourse.models._game import Game
from dlcourse.models._published import published


@published(
    paper="Radford, Metz & Chintala 2016, Unsupervised representation learning with deep convolutional generative adversarial networks, ICLR",
    url="https://arxiv.org/abs/1511.06434",
    says="strides instead of pooling, batch norm in both players, ReLU in the generator, LeakyReLU in the discriminator",
    parameters=6_342_272,
    note="3,576,704 of the generator and 2,765,568 of the discriminator: PyTorch's well-known form of it, with half of the paper's maps "
         "and kernels of 4 · 4. benchmarks/generative.py, glyph digits, five seeds: a LeNet-5 is more than 90 % sure of 62 to 64 % of "
         "samples, and their inception score is 6.8 to 7.0; averages of two real digits have 59 to 62 % and 6.4 to 6.6, real digits 98 % and 9.7",
    small={"input_shape": (8, 8, 1), "latent": 4, "filters": (8, 16)},
)
def DCGAN(input_shape=(64, 64, 3), latent=100, filters=(64, 128, 256, 512), kernel_size=4, dropout=0.0, name="dcgan"):
    """Pixels are -1 to 1. The discriminator halves the picture once for each number of `filters`, the generator doubles it as often.

    `dropout` follows each of the discriminator's layers; the paper has none. Train both with Adam and β1 = 0.5.

    >>> model = DCGAN(input_shape=(28, 28, 1), latent=32, filters=(24, 48))
    >>> model.generator.get_layer("up1").output.shape, model.sample(2).shape
    ((None, 7, 7, 48), (2, 28, 28, 1))
    """
    step = 2 ** len(filters)
    if len(input_shape) != 3 or not filters or min(*input_shape, *filters, latent) < 1 or any(side % step for side in input_shape[:2]):
        raise ValueError(f"input_shape={input_shape}, filters={filters}: give (height, width, channels), with sides that can be halved once "
                         "for each number of filters, such as (28, 28, 1) and (24, 48)")
    smallest = tuple(side // step for side in input_shape[:2])
    generator = keras.Sequential([keras.Input((latent,), name="noise"), layers.Reshape((1, 1, latent), name="point"),
                                  *_up(1, filters[-1], smallest, strides=1, padding="valid")], name="generator")
    for number, width in enumerate(reversed(filters[:-1]), start=2):
        _extend(generator, _up(number, width, kernel_size))
    _extend(generator, [layers.Conv2DTranspose(input_shape[-1], kernel_size, 2, "same", use_bias=False, kernel_initializer=_small(), name="rgb"),
                        layers.Activation("tanh", dtype="float32", name="picture")])
    discriminator = keras.Sequential([keras.Input(input_shape, name="picture")], name="discriminator")
    for number, width in enumerate(filters, start=1):
        _extend(discriminator, _down(number, width, kernel_size, dropout))
    _extend(discriminator, [layers.Conv2D(1, smallest, use_bias=False, kernel_initializer=_small(), dtype="float32", name="logit"),
                            layers.Flatten(dtype="float32", name="verdict")])
    return Game(generator, discriminator, name=name)


def _small():
    return keras.initializers.RandomNormal(stddev=0.02)


def _extend(network, more):
    for layer in more:
        network.add(layer)


def _norm(name):
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=keras.initializers.RandomNormal(1, 0.02), name=name)


def _up(number, width, kernel_size, strides=2, padding="same"):
    return [layers.Conv2DTranspose(width, kernel_size, strides, padding, use_bias=False, kernel_initializer=_small(), name=f"up{number}"),
            _norm(f"up{number}_norm"), layers.ReLU(name=f"up{number}_relu")]


def _down(number, width, kernel_size, dropout):
    block = [layers.Conv2D(width, kernel_size, 2, "same", use_bias=False, kernel_initializer=_small(), name=f"down{number}")]
    if number > 1:      # the first sees real pictures' own statistics
        block.append(_norm(f"down{number}_norm"))
    block.append(layers.LeakyReLU(0.2, name=f"down{number}_relu"))
    return block + ([layers.Dropout(dropout, name=f"down{number}_drop")] if dropout else [])
