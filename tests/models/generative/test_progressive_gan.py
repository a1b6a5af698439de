"""Progressive GAN: published sizes and shapes, its layers and its loss by hand, and that growing keeps what was learnt."""

import keras
import numpy as np
import pytest

from dlcourse.models import ProgressiveGAN
from dlcourse.models._growing import EqualisedConv2D, Fade, MinibatchSpread, PixelNorm
from dlcourse.models.generative.progressive_gan import GrowingGame

TINY = {"filters": 8, "latent": 4}


def size_by_hand(resolution, channels, filters, budget, latent):
    def conv(kernel, below, above):
        return (kernel * kernel * below + 1) * above
    sides = [4 * 2**level for level in range(20) if 4 * 2**level <= resolution]
    wide = [min(filters, budget // side) for side in sides]
    generator = conv(4, latent, wide[0]) + conv(3, wide[0], wide[0]) + conv(1, wide[-1], channels)
    generator += sum(conv(3, below, above) + conv(3, above, above) for below, above in zip(wide, wide[1:]))
    discriminator = conv(1, channels, wide[-1]) + conv(3, wide[0] + 1, wide[0]) + conv(4, wide[0], wide[0]) + conv(1, wide[0], 1)
    discriminator += sum(conv(3, above, above) + conv(3, above, below) for below, above in zip(wide, wide[1:]))
    return generator, discriminator


@pytest.mark.parametrize("resolution", [32, 128, 1024])
def test_published_sizes_and_shapes(facts, stages, blueprint, resolution):
    model = blueprint(ProgressiveGAN, resolution=resolution)
    rows = [facts("ProgressiveGAN", f"{resolution}x{resolution} {player}_final") for player in "GD"]
    counts = [player.count_params() for player in (model.generator, model.discriminator)]
    assert counts == [row["params_total"] for row in rows] == list(size_by_hand(resolution, 3, 512, 16_384, 512))
    assert stages(model.generator, rows[0]) == rows[0]["stages"]
    there = [[f"rgb{resolution}" if side == f"{resolution}x{resolution}" else side, shape] for side, shape in rows[1]["stages"]]
    assert stages(model.discriminator, {"stages": there}) == there


def test_other_widths_and_what_a_growing_net_has_more(blueprint):
    arguments = {"resolution": 32, "channels": 2, "filters": 12, "budget": 96, "latent": 5}
    model, growing = blueprint(ProgressiveGAN, **arguments), blueprint(ProgressiveGAN, **arguments, steps=10)
    assert (model.generator.count_params(), model.discriminator.count_params()) == size_by_hand(*arguments.values())
    # One more layer for colours at 16 · 16, where there are 6 maps; and how far it has faded.
    assert growing.generator.count_params() - model.generator.count_params() == (6 + 1) * 2 + 1
    assert growing.discriminator.count_params() - model.discriminator.count_params() == (2 + 1) * 6 + 1


class TestLayers:
    x = np.random.default_rng(0).normal(2, 3, (6, 5, 4, 3)).astype("float32")

    def test_equalised_weights_have_deviation_1_and_their_maps_keep_the_size(self):
        keras.utils.set_random_seed(0)
        layer, plain = (kind(64, 3, padding="same") for kind in (lambda *a, **k: EqualisedConv2D(*a, gain=1, **k), keras.layers.Conv2D))
        noise = np.random.default_rng(1).normal(size=(8, 12, 12, 50)).astype("float32")
        assert np.std(np.array(layer(noise))[:, 2:-2, 2:-2]) == pytest.approx(1, rel=0.05)
        assert np.std(layer.kernel) == pytest.approx(1, rel=0.02)
        plain(noise)
        plain.set_weights([layer.get_weights()[0] / np.sqrt(3 * 3 * 50), layer.get_weights()[1]])
        np.testing.assert_allclose(layer(noise), plain(noise), atol=1e-4)

    def test_pixel_norm_looks_at_the_maps_of_one_place(self):
        by_hand = self.x / np.sqrt((self.x**2).mean(axis=-1, keepdims=True) + 1e-8)
        np.testing.assert_allclose(PixelNorm()(self.x), by_hand, rtol=1e-5)
        assert np.array(PixelNorm()(np.full((1, 4), 300, "float16"))).tolist() == [[1, 1, 1, 1]]

    def test_the_batch_s_spread_is_one_more_map(self):
        answer = np.array(MinibatchSpread()(self.x))
        assert answer.shape == (6, 5, 4, 4) and np.array_equal(answer[..., :3], self.x)
        np.testing.assert_allclose(answer[..., 3], self.x.std(axis=0).mean(), rtol=1e-5)
        assert np.array(MinibatchSpread()(np.repeat(self.x[:1], 6, axis=0)))[..., 3].max() < 1e-3, "all alike: no spread"

    def test_fading_ends(self):
        fade = Fade(3)
        shares = []
        for _ in range(5):
            shares.append(float(fade([np.array(0.0), np.array(1.0)])))
            fade.advance()
        np.testing.assert_allclose(shares, [0, 1 / 3, 2 / 3, 1, 1], atol=1e-6)


def test_the_loss_by_hand():
    """With a discriminator that only adds pixels up, slopes are known: its weight, at each of 48 pixels."""
    adds = keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Flatten(),
                             keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(0.5))])
    model = GrowingGame(ProgressiveGAN(resolution=4, **TINY).generator, adds, plan={})
    rng = np.random.default_rng(0)
    real, fake = rng.normal(1, 1, (5, 4, 4, 3)).astype("float32"), rng.normal(-1, 1, (5, 4, 4, 3)).astype("float32")
    of_real, of_fake = (0.5 * x.sum(axis=(1, 2, 3)) for x in (real, fake))
    by_hand = of_fake.mean() - of_real.mean() + 10 * (0.5 * np.sqrt(48) - 1) ** 2 + 0.001 * (of_real**2).mean()
    assert float(model.discriminator_loss(real, fake)) == pytest.approx(by_hand, rel=1e-4)
    assert float(model.generator_loss(fake)) == pytest.approx(-of_fake.mean(), rel=1e-4)
    large = real.repeat(2, axis=1).repeat(2, axis=2)
    assert float(model.discriminator_loss(large, fake)) == pytest.approx(by_hand, rel=1e-4)       # larger pictures are averaged down


def test_growing_keeps_both_players_and_fades(tmp_path):
    small = ProgressiveGAN(resolution=8, **TINY)
    large = small.grown(steps=4)
    x = np.random.default_rng(0).uniform(-1, 1, (12, 16, 16, 3)).astype("float32")
    halved = x.reshape(12, 8, 2, 8, 2, 3).mean(axis=(2, 4))

    def doubled(pictures):
        return pictures.repeat(2, axis=1).repeat(2, axis=2)
    np.testing.assert_allclose(large.sample(3, seed=1), doubled(small.sample(3, seed=1)), atol=1e-5)
    np.testing.assert_allclose(large(x), small(halved), atol=1e-4)
    large.compile(keras.optimizers.SGD(1e-4), jit_compile=False)
    large.fit(x, epochs=1, batch_size=6, verbose=0)         # 2 of 4 steps
    shares = [float(player.get_layer("fade").share) for player in (large.generator, large.discriminator)]
    assert shares == [0.5, 0.5]
    large.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert float(again.generator.get_layer("fade").share) == 0.5 and again.resolution == 16
    again.fit(x, epochs=1, batch_size=6, verbose=0)
    done = again.settled()
    assert "fade" not in [layer.name for layer in done.generator.layers + done.discriminator.layers]
    np.testing.assert_allclose(done.sample(3, seed=1), again.sample(3, seed=1), atol=1e-5)
    np.testing.assert_allclose(done(x), again(x), atol=1e-4)
    assert done.grown(steps=1).resolution == 32, "the plan is kept"


def test_it_learns_and_grows():
    """Squares, light on the left or on the right. Seeds 0-4: 0.077 to 0.117 away from the nearer one, 39 to 53 % on the left."""
    rng = np.random.default_rng(0)
    x = np.full((512, 8, 8, 1), -1, "float32")
    left = rng.random(512) < 0.5
    x[left, 2:6, 0:4] = x[~left, 2:6, 4:8] = 0.8
    keras.utils.set_random_seed(0)
    model = ProgressiveGAN(resolution=4, channels=1, filters=16, latent=4)
    for epochs in (6, 12):
        model.compile(keras.optimizers.Adam(3e-3, beta_1=0, beta_2=0.99), jit_compile=False)
        model.fit(x, epochs=epochs, batch_size=16, verbose=0)
        model = model.grown(steps=100) if model.resolution == 4 else model.settled()
    made = model.sample(200, seed=1)
    away = [np.abs(made - square).mean(axis=(1, 2, 3)) for square in (x[left][0], x[~left][0])]
    assert np.minimum(*away).mean() < 0.2 and 0.2 < np.mean(away[0] < away[1]) < 0.8


@pytest.mark.parametrize("arguments", [{"resolution": 2}, {"resolution": 24}, {"resolution": 4, "steps": 5}])
def test_other_sides_are_refused(arguments):
    with pytest.raises(ValueError, match="choose 4, 8, 16"):
        ProgressiveGAN(**arguments)


@pytest.mark.parametrize("arguments", [{"filters": 0}, {"budget": 512}, {"resolution": 8, "steps": -1}])
def test_a_side_without_maps_is_refused(arguments):
    with pytest.raises(ValueError, match="give at least one map at each side"):
        ProgressiveGAN(**arguments)
