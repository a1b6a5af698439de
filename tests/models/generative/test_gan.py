"""GAN: published sizes, and that samples come to lie where real ones are."""

import keras
import numpy as np
import pytest

from dlcourse.models import GAN


def size_by_hand(pixels, latent, hidden, judges, pieces):
    generator = (latent + 1) * hidden + (hidden + 1) * hidden + (hidden + 1) * pixels
    return generator, (pixels + 1) * judges * pieces + (judges + 1) * judges * pieces + judges + 1


def test_published_sizes_and_widths(facts, stages, blueprint):
    model = blueprint(GAN)
    for player, variant, count in zip((model.generator, model.discriminator), ("generator", "discriminator"), size_by_hand(784, 100, 1200, 240, 5)):
        row = facts("GAN", variant)
        assert player.count_params() == row["params_total"] == count
        assert stages(player, row) == row["stages"]


def test_other_widths(blueprint):
    model = blueprint(GAN, input_shape=(5, 7), latent=3, hidden=11, judges=4, pieces=2)
    assert (model.generator.count_params(), model.discriminator.count_params()) == size_by_hand(35, 3, 11, 4, 2)
    assert model.generator.output_shape == model.discriminator.input_shape == (None, 5, 7)


def test_it_learns_where_points_lie():
    """Points on a ring of radius 0.35. Seeds 0-4: 0.25 to 0.30 away before, 0.06 to 0.11 after; 12 to 22 % in the emptiest quarter."""
    rng = np.random.default_rng(0)
    angle = rng.uniform(0, 2 * np.pi, 2000)
    x = (0.5 + 0.35 * np.stack([np.cos(angle), np.sin(angle)], axis=1)).astype("float32")
    keras.utils.set_random_seed(0)
    model = GAN(input_shape=(2,), latent=4, hidden=64, judges=32, pieces=3)

    def away():
        points = model.sample(500, seed=1) - 0.5
        quarters = np.bincount(2 * (points[:, 0] > 0) + (points[:, 1] > 0), minlength=4) / 500
        return np.abs(np.linalg.norm(points, axis=1) - 0.35).mean(), quarters.min()
    before, _ = away()
    model.compile(keras.optimizers.Adam(2e-3, beta_1=0.5), jit_compile=False)
    model.fit(x, epochs=25, batch_size=50, verbose=0)
    after, least = away()
    assert after < 0.6 * before and least > 0.05


def test_empty_layers_are_refused():
    with pytest.raises(ValueError, match="latent=0"):
        GAN(latent=0)
