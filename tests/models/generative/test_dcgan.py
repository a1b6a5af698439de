"""DCGAN: published sizes and shapes, other sides, and that a small one learns to draw."""

import keras
import numpy as np
import pytest

from dlcourse.models import DCGAN


def size_by_hand(sides, channels, latent, filters, kernel):
    """Trainable weights of both players: convolutions without bias, two numbers for each normalised map."""
    rows, columns = (side // 2 ** len(filters) for side in sides)
    between = sum(below * above for below, above in zip(filters, filters[1:])) * kernel**2
    generator = latent * rows * columns * filters[-1] + between + kernel**2 * filters[0] * channels + 2 * sum(filters)
    discriminator = kernel**2 * channels * filters[0] + between + rows * columns * filters[-1] + 2 * sum(filters[1:])
    return generator, discriminator


def trainable(network):
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_published_sizes_and_shapes(facts, stages, blueprint, player):
    row, network = facts("DCGAN", {"generator": "generator ngf=64", "discriminator": "discriminator ndf=64"}[player]), getattr(blueprint(DCGAN), player)
    assert trainable(network) == row["params_trainable"] and network.count_params() == row["params_total"]
    assert stages(network, row) == row["stages"]


def test_the_authors_discriminator(facts, blueprint):
    model = blueprint(DCGAN, filters=(128, 256, 512, 1024), kernel_size=5)
    assert trainable(model.discriminator) == facts("DCGAN", "Newmu faces discriminator")["params_trainable"]
    # Theirs normalises each of 16,384 projected numbers for itself, ours its 1024 maps.
    assert trainable(model.generator) == facts("DCGAN", "paper generator")["params_trainable"] - 2 * (16_384 - 1024)


def test_other_sides_and_widths(blueprint):
    model = blueprint(DCGAN, input_shape=(12, 20, 2), latent=5, filters=(3, 7), kernel_size=5)
    assert (trainable(model.generator), trainable(model.discriminator)) == size_by_hand((12, 20), 2, 5, (3, 7), 5)
    assert model.generator.output_shape == model.discriminator.input_shape == (None, 12, 20, 2)
    assert [trainable(player) for player in (lambda net: (net.generator, net.discriminator))(blueprint(DCGAN))] \
        == list(size_by_hand((64, 64), 3, 100, (64, 128, 256, 512), 4))


def test_the_first_step_up_is_a_projection():
    """A transposed convolution over one point is a matrix product, laid out as a small picture."""
    model = DCGAN(input_shape=(12, 20, 1), latent=5, filters=(3, 7))
    z, first = np.random.default_rng(0).normal(size=(2, 5)).astype("float32"), model.generator.get_layer("up1")
    kernel = np.array(first.kernel)                                                                # rows, columns, maps, numbers
    np.testing.assert_allclose(first(z[:, None, None]), np.einsum("bz,ijmz->bijm", z, kernel), atol=1e-6)


def test_pixels_are_minus_1_to_1_and_dropout_is_only_where_asked():
    model = DCGAN(input_shape=(8, 8, 1), latent=4, filters=(4, 8), dropout=0.2)
    for weight in model.generator.weights:
        if weight.path.endswith("kernel"):
            weight.assign(weight * 50)
    made = model.sample(50, seed=0)
    assert -1 <= made.min() < -0.9 and 0.9 < made.max() <= 1
    assert sum(isinstance(layer, keras.layers.Dropout) for layer in model.discriminator.layers) == 2
    assert not any(isinstance(layer, keras.layers.Dropout) for layer in DCGAN(input_shape=(8, 8, 1), filters=(4, 8)).discriminator.layers)


@pytest.mark.parametrize("arguments", [{"input_shape": (28, 28, 1)}, {"input_shape": (64, 64)}, {"filters": ()}, {"latent": 0}])
def test_sides_that_cannot_be_halved_are_refused(arguments):
    with pytest.raises(ValueError, match="sides that can be halved once for each number of filters"):
        DCGAN(**arguments)
