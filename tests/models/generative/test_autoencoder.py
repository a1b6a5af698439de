"""Autoencoders: published sizes, a waist, what noise does, and that a linear one finds the principal components."""

import keras
import numpy as np
import pytest

from dlcourse.models import Autoencoder


@pytest.mark.parametrize(("widths", "variant"), [
    ((784, 1000, 500, 250, 30), "784-1000-500-250-30-250"), ((784, 400, 200, 100, 50, 25, 6), "Curves"),
    ((784, 32), "784-32-784"), ((784, 128, 64, 32), "deep 784-128"),
])
def test_published_sizes(facts, blueprint, widths, variant):
    assert blueprint(Autoencoder, widths=widths).count_params() == facts("Autoencoder", variant)["params_total"]


def test_the_code_has_no_bend_and_the_way_up_mirrors_the_way_down():
    model = Autoencoder(widths=(12, 8, 5, 2))
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    assert [(layer.units, layer.activation.__name__) for layer in encoder.layers] == [(8, "sigmoid"), (5, "sigmoid"), (2, "linear")]
    assert [(layer.units, layer.activation.__name__) for layer in decoder.layers] == [(5, "sigmoid"), (8, "sigmoid"), (12, "sigmoid")]
    x = np.random.default_rng(0).random((3, 12))
    np.testing.assert_allclose(model(x), decoder(encoder(x)), atol=1e-6)


def test_a_linear_one_reconstructs_as_principal_components_do():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 2)) @ rng.normal(size=(2, 6)) * 0.3 + rng.normal(0, 0.05, (400, 6))
    x -= x.mean(axis=0)
    directions = np.linalg.svd(x, full_matrices=False)[2][:2]
    best = np.mean((x - x @ directions.T @ directions) ** 2)
    keras.utils.set_random_seed(0)
    model = Autoencoder(widths=(6, 2), linear=True)
    model.compile(keras.optimizers.Adam(0.01), loss="mse", jit_compile=False)
    model.fit(x, x, epochs=60, batch_size=40, verbose=0)
    mine = np.mean((x - model.predict(x, verbose=0)) ** 2)
    assert best <= mine < 1.1 * best
    kernel = model.get_layer("encoder").layers[0].kernel.numpy()          # spans what the two directions span
    assert np.linalg.norm(kernel - directions.T @ (directions @ kernel)) < 0.05 * np.linalg.norm(kernel)


def test_noise_blanks_in_training_only():
    model = Autoencoder(widths=(1000, 2), noise=0.3)
    x, blanks = np.full((2, 1000), 2.0), model.get_layer("noise")
    left = np.array(blanks(x, training=True))
    assert set(np.unique(left)) == {0.0, 2.0} and np.mean(left == 0) == pytest.approx(0.3, abs=0.05)
    assert not np.array_equal(left, blanks(x, training=True))
    np.testing.assert_array_equal(blanks(x), x)


@pytest.mark.parametrize("wrong", [{"widths": (784,)}, {"widths": (784, 30), "input_shape": (28, 27)}, {"widths": (4, 0)}, {"noise": 1}])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="give the width of the input|choose a share"):
        Autoencoder(**wrong)
