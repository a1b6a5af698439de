"""VAE: published sizes, its two losses by hand, how codes are drawn, and that it learns to draw."""

import keras
import numpy as np
import pytest

from dlcourse.datasets import digits
from dlcourse.models import VAE
from dlcourse.models.generative.vae import Draw, divergence


@pytest.mark.parametrize(("hidden", "latent", "variant"), [(500, 2, "500 hidden, z=2 "), (500, 3, "500 hidden, z=3"), (500, 20, "500 hidden, z=20"), (400, 20, "400 hidden")])
def test_published_sizes(facts, blueprint, hidden, latent, variant):
    assert blueprint(VAE, hidden=hidden, latent=latent).count_params() == facts("VAE", variant)["params_total"]


@pytest.mark.parametrize(("mean", "log_variance", "nats"), [(1, 0, 0.5), (0, 1, 0.359141)])
def test_divergence_of_one_number(mean, log_variance, nats):
    assert float(divergence(np.array([[mean]], "float32"), np.array([[log_variance]], "float32"))[0]) == pytest.approx(nats, abs=1e-6)


def test_codes_are_drawn_from_their_clouds_in_training():
    mean, log_variance = np.full((4000, 2), [1, -2], "float32"), np.full((4000, 2), np.log([0.25, 4]), "float32")
    codes = np.array(Draw()([mean, log_variance], training=True))
    np.testing.assert_allclose(codes.mean(axis=0), [1, -2], atol=0.1)
    np.testing.assert_allclose(codes.std(axis=0), [0.5, 2], rtol=0.05)


def test_the_loss_by_hand():
    model = VAE(input_shape=(2, 2), hidden=3, latent=2)
    x = np.array([[[0, 1], [1, 0]], [[1, 1], [0, 0]]], "float32")
    said = {name: np.array(part) for name, part in model(x).items()}
    pixels = -(x * np.log(said["picture"]) + (1 - x) * np.log(1 - said["picture"])).sum(axis=(1, 2))
    clouds = 0.5 * (said["mean"] ** 2 + np.exp(said["log_variance"]) - 1 - said["log_variance"]).sum(axis=1)
    assert float(model.compute_loss(x=x, y_pred=said)) == pytest.approx((pixels + clouds).mean(), rel=1e-4)
    assert float(model.reconstruction.result()) == pytest.approx(pixels.mean(), rel=1e-4)
    assert float(model.divergence.result()) == pytest.approx(clouds.mean(), rel=1e-4)


def test_it_learns_to_draw_digits_again(tmp_path):
    keras.utils.set_random_seed(0)
    (x, _), (unseen, _) = digits.load_data()
    x, unseen = x / 16, unseen / 16
    model = VAE(input_shape=(8, 8), hidden=64, latent=8)
    model.compile(keras.optimizers.Adam(3e-3), jit_compile=False)
    history = model.fit(x, epochs=15, batch_size=50, verbose=0).history
    assert history["loss"][-1] == pytest.approx(history["reconstruction"][-1] + history["divergence"][-1], rel=0.02)
    assert history["divergence"][-1] > 2, "codes say something"
    drawn = model.predict(unseen, verbose=0)["picture"]
    assert np.mean((drawn - unseen) ** 2) < 0.6 * np.mean((x.mean(axis=0) - unseen) ** 2)
    mean, spread = model.encode(unseen)
    assert mean.shape == spread.shape == (len(unseen), 8) and (spread > 0).all() and spread.mean() < 1
    new = model.sample(20, seed=1)
    assert new.shape == (20, 8, 8) and new.min() >= 0 and new.max() <= 1 and new.std(axis=0).max() > 0.1
    model.save(tmp_path / "model.keras")
    np.testing.assert_allclose(keras.models.load_model(tmp_path / "model.keras").sample(20, seed=1), new, atol=1e-6)


def test_an_empty_code_is_refused():
    with pytest.raises(ValueError, match="latent=0"):
        VAE(latent=0)
