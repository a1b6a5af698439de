"""GAN: a forger and a judge. Neither is told how a picture should look, yet the forger's become likenesses, because the judge learns."""

import math

import keras
from keras import layers

from dlcourse.layers import Maxout
from dlcourse.models._game import Game
from dlcourse.models._published import published


@published(
    paper="Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville & Bengio 2014, Generative adversarial nets, NIPS",
    url="https://arxiv.org/abs/1406.2661",
    says="a generator of rectifiers and a discriminator of maxout neurons with dropout",
    parameters=3_735_425,
    note="2,503,984 of the generator and 1,231,441 of the discriminator, in the authors' code for MNIST",
    small={"input_shape": (6, 6), "latent": 3, "hidden": 16, "judges": 8, "pieces": 2},
)
def GAN(input_shape=(784,), latent=100, hidden=1200, judges=240, pieces=5, name="gan"):
    """Pictures, or rows, of numbers from 0 to 1. `model.generator` makes them of `latent` random numbers with two layers of `hidden`
    neurons; `model.discriminator` looks with two layers of `judges` maxout neurons, each the largest of `pieces` sums.

    The paper trains with SGD and momentum; Adam with β1 = 0.5 gets there sooner.

    >>> model = GAN(input_shape=(28, 28))
    >>> model.generator.count_params(), model.discriminator.count_params(), model.sample(2).shape
    (2503984, 1231441, (2, 28, 28))
    """
    if min(*input_shape, latent, hidden, judges) < 1:
        raise ValueError(f"input_shape={input_shape}, latent={latent}, hidden={hidden}, judges={judges}: give at least one of each")
    generator = keras.Sequential([
        keras.Input((latent,), name="noise"),
        layers.Dense(hidden, "relu", name="h0"),
        layers.Dense(hidden, "relu", name="h1"),
        layers.Dense(math.prod(input_shape), "sigmoid", dtype="float32", name="y"),
        layers.Reshape(tuple(input_shape), dtype="float32", name="picture"),
    ], name="generator")
    discriminator = keras.Sequential([
        keras.Input(input_shape, name="picture"),
        layers.Flatten(name="row"),
        layers.Dropout(0.2, name="drop_in"),
        Maxout(judges, pieces, name="h0"),
        layers.Dropout(0.5, name="drop0"),
        Maxout(judges, pieces, name="h1"),
        layers.Dropout(0.5, name="drop1"),
        layers.Dense(1, dtype="float32", name="y"),
    ], name="discriminator")
    return Game(generator, discriminator, noise="uniform", name=name)
