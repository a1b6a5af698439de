"""The game of two players: its losses and one round by hand, who learns from whom, and that it goes on after saving."""

import keras
import numpy as np
import pytest

from dlcourse.models._game import NOISES, Game, crossentropy

X = np.random.default_rng(0).normal(2, 1, (12, 3)).astype("float32")


def tiny(noise="normal"):
    keras.utils.set_random_seed(0)
    layers = keras.layers
    return Game(keras.Sequential([keras.Input((2,)), layers.Dense(3)]),
                keras.Sequential([keras.Input((3,)), layers.Dense(4, "tanh"), layers.Dense(1)]), noise=noise)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_losses_by_hand():
    model, fake = tiny(), X - 4
    model.compile("sgd", smoothing=0.1)
    real_says, fake_says = (sigmoid(np.array(model.discriminator(x))) for x in (X, fake))
    by_hand = -(0.9 * np.log(real_says) + 0.1 * np.log(1 - real_says)).mean() - np.log(1 - fake_says).mean()
    assert float(model.discriminator_loss(X, fake)) == pytest.approx(by_hand, rel=1e-5)
    assert float(model.generator_loss(fake)) == pytest.approx(-np.log(fake_says).mean(), rel=1e-5)
    model.compile("sgd")
    assert abs(float(model.discriminator_loss(X, fake)) - by_hand) > 1e-3, "smoothing counts"
    assert np.isfinite(float(crossentropy(np.array([200.0, -200.0], "float32"), 1)))


def test_one_round_by_hand(monkeypatch):
    """The discriminator moves first, and the generator learns from what it says then."""
    tf = pytest.importorskip("tensorflow")
    model, noise = tiny(), np.random.default_rng(1).normal(size=(12, 2)).astype("float32")
    monkeypatch.setattr(model, "noise", lambda count, seed=None: noise)
    model.compile(keras.optimizers.SGD(0.5), generator_optimizer=keras.optimizers.SGD(0.25), run_eagerly=True)
    made, judged = ([np.array(weight) for weight in player.trainable_variables] for player in (model.generator, model.discriminator))

    def slopes(loss, player):
        with tf.GradientTape() as tape:
            value = loss()
        return [np.array(slope) for slope in tape.gradient(value, player.trainable_variables)]
    steps = slopes(lambda: model.discriminator_loss(X, model.generator(noise)), model.discriminator)
    too_early = slopes(lambda: model.generator_loss(model.generator(noise)), model.generator)
    model.fit(X, batch_size=12, verbose=0)
    for now, before, step in zip(model.discriminator.trainable_variables, judged, steps):
        np.testing.assert_allclose(now, before - 0.5 * step, atol=1e-5)
    after = [np.array(weight) for weight in model.generator.trainable_variables]
    for variable, old in zip(model.generator.trainable_variables, made):
        variable.assign(old)
    steps = slopes(lambda: model.generator_loss(model.generator(noise)), model.generator)       # by the discriminator of now
    for now, before, step, early in zip(after, made, steps, too_early):
        np.testing.assert_allclose(now, before - 0.25 * step, atol=1e-5)
        assert np.abs(step - early).max() > 1e-3, "the two would be told apart"


@pytest.mark.parametrize(("still", "learns"), [("generator", "discriminator"), ("discriminator", "generator")])
def test_each_learns_while_the_other_holds_still(still, learns):
    model, rates = tiny(), {"generator": 0.5, "discriminator": 0.1} | {still: 0.0}
    model.compile(keras.optimizers.SGD(rates["discriminator"]), keras.optimizers.SGD(rates["generator"]), jit_compile=False)
    before = {name: [np.array(weight) for weight in getattr(model, name).weights] for name in rates}
    losses = model.fit(X, epochs=40, batch_size=12, verbose=0).history[f"{learns}_loss"]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])
    assert all(np.array_equal(now, old) for now, old in zip(getattr(model, still).weights, before[still]))


def test_noise_has_mean_0_and_deviation_1():
    for kind in NOISES:
        noise = np.array(tiny(kind).noise(4000, seed=0))
        np.testing.assert_allclose([noise.mean(), noise.std()], [0, 1], atol=0.05)
    assert np.abs(np.array(tiny("uniform").noise(4000))).max() <= 3**0.5


def test_samples_come_again_with_their_seed_only():
    model = tiny()
    assert np.array_equal(model.sample(5, seed=1), model.sample(5, seed=1))
    assert not np.array_equal(model.sample(5, seed=1), model.sample(5, seed=2))
    assert not np.array_equal(model.sample(5), model.sample(5))


def test_a_saved_game_goes_on(tmp_path):
    model = tiny("uniform")
    model.compile(keras.optimizers.Adam(0.01, beta_1=0.5), generator_optimizer=keras.optimizers.Adam(0.02), smoothing=0.2, jit_compile=False)
    model.fit(X, epochs=3, batch_size=6, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again(X), model(X), atol=1e-6)
    np.testing.assert_allclose(again.sample(4, seed=1), model.sample(4, seed=1), atol=1e-6)
    assert again.smoothing == 0.2 and again.noise_kind == "uniform"
    for one, other in ((again.optimizer, model.optimizer), (again.generator_optimizer, model.generator_optimizer)):
        assert int(one.iterations) == 6 and one.beta_1 == other.beta_1
        for mine, theirs in zip(one.variables, other.variables, strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-6)
    again.fit(X, batch_size=6, verbose=0)
    assert int(again.generator_optimizer.iterations) == 8


def test_half_precision_scales_both_losses():
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = tiny()
    finally:
        keras.config.set_dtype_policy(policy)
    model.compile("adam")
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert isinstance(model.generator_optimizer, keras.optimizers.LossScaleOptimizer)


def test_what_cannot_be_is_refused_in_words(monkeypatch):
    with pytest.raises(ValueError, match="smoothing=0.5: choose from 0"):
        tiny().compile("adam", smoothing=0.5)
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(RuntimeError, match="set KERAS_BACKEND=tensorflow"):
        tiny().compile("adam")
