"""RBM: published sizes, energies and the slope of contrastive divergence by hand, honest dreams, and that it learns digits."""

import itertools

import keras
import numpy as np
import pytest

from dlcourse.datasets import digits
from dlcourse.models import RBM


@pytest.mark.parametrize("hidden", [500, 128])
def test_published_sizes(facts, blueprint, hidden):
    assert blueprint(RBM, hidden=hidden).count_params() == facts("RBM", f"784-{hidden}")["params_total"] == 784 * hidden + 784 + hidden


def lively(**arguments):
    keras.utils.set_random_seed(0)
    machine, rng = RBM(**arguments), np.random.default_rng(0)
    for weight in machine.trainable_weights:
        weight.assign(rng.normal(0, 1, weight.shape))
    return machine


def chances(machine, visible, hidden):
    """Every visible pattern, and how likely it is, summed state by state."""
    kernel, visible_bias, hidden_bias = (np.array(weight, "float64") for weight in machine.trainable_weights)
    patterns = np.array(list(itertools.product([0, 1], repeat=visible)), "float32")
    low = np.array([sum(np.exp(v @ kernel @ h + v @ visible_bias + h @ hidden_bias) for h in itertools.product([0, 1], repeat=hidden)) for v in patterns])
    return patterns, low / low.sum()


def test_one_visible_and_one_hidden_unit():
    """By hand: Z = 3 + e, and 1 + e of it where the visible unit is 1."""
    machine = RBM(input_shape=(1,), hidden=1)
    machine.kernel.assign([[1.0]])
    likely = np.exp(-np.array(machine.free_energy(np.array([[0.0], [1.0]], "float32"))))
    assert likely.sum() == pytest.approx(5.718281828, rel=1e-5) and likely[1] / likely.sum() == pytest.approx(0.650244591, rel=1e-5)


def test_free_energy_by_hand():
    machine = lively(input_shape=(4,), hidden=3)
    patterns, by_hand = chances(machine, 4, 3)
    likely = np.exp(-np.array(machine.free_energy(patterns), "float64"))
    np.testing.assert_allclose(likely / likely.sum(), by_hand, rtol=1e-4)


def test_dreams_come_as_often_as_they_are_likely():
    machine = lively(input_shape=(3,), hidden=2)
    _, by_hand = chances(machine, 3, 2)
    dreams = np.array(machine.dream(np.zeros((20_000, 3), "float32"), steps=100))
    np.testing.assert_allclose(np.bincount((dreams @ [4, 2, 1]).astype(int), minlength=8) / 20_000, by_hand, atol=0.015)
    assert np.abs(by_hand - 1 / 8).max() > 0.05


@pytest.mark.parametrize("particles", [0, 5])
def test_a_step_is_contrastive_divergence(monkeypatch, particles):
    """Products of what is on together: shown, minus dreamt."""
    machine, rng = lively(input_shape=(4,), hidden=3, particles=particles), np.random.default_rng(1)
    shown, dreamt = rng.integers(0, 2, (6, 4)).astype("float32"), rng.integers(0, 2, (particles or 6, 4)).astype("float32")
    monkeypatch.setattr(machine, "dream", lambda rows, steps: keras.ops.convert_to_tensor(dreamt) + 0 * rows)
    machine.compile(keras.optimizers.SGD(0.1), run_eagerly=True)
    kernel, visible_bias, hidden_bias = (np.array(weight) for weight in machine.trainable_weights)

    def together(rows):
        hidden = 1 / (1 + np.exp(-(rows @ kernel + hidden_bias)))
        return rows.T @ hidden / len(rows), rows.mean(axis=0), hidden.mean(axis=0)
    history = machine.fit(shown, batch_size=6, verbose=0).history
    for weight, before, awake, asleep in zip(machine.trainable_weights, (kernel, visible_bias, hidden_bias), together(shown), together(dreamt)):
        np.testing.assert_allclose(weight, before + 0.1 * (awake - asleep), atol=1e-5)
        assert np.abs(awake - asleep).max() > 0.05
    hidden = 1 / (1 + np.exp(-(shown @ kernel + hidden_bias)))
    drawn = 1 / (1 + np.exp(-(hidden @ kernel.T + visible_bias)))
    by_hand = -(shown * np.log(drawn) + (1 - shown) * np.log(1 - drawn)).sum(axis=1).mean()
    assert history["loss"][0] == pytest.approx(by_hand, rel=1e-4)
    if particles:
        np.testing.assert_array_equal(machine.dreams, dreamt)


@pytest.mark.parametrize("arguments", [{}, {"steps": 3}, {"particles": 50}])
def test_it_draws_unseen_digits_again(tmp_path, arguments):
    """Squared error, as a share of the mean picture's. One round, seeds 0-4: 0.41 to 0.42; three rounds, and particles, seeds 0 and 1: 0.40 to 0.45."""
    keras.utils.set_random_seed(0)
    (x, _), (unseen, _) = digits.load_data()
    x, unseen = x / 16, unseen / 16
    machine = RBM(input_shape=(8, 8), hidden=64, **arguments)
    machine.compile(keras.optimizers.SGD(0.2, momentum=0.5), jit_compile=False)
    machine.fit(x, epochs=15, batch_size=20, verbose=0)
    drawn = machine.predict(unseen, verbose=0)
    share = np.mean((drawn - unseen) ** 2) / np.mean((x.mean(axis=0) - unseen) ** 2)
    assert share < 0.6
    new = machine.sample(20, steps=200, seed=1)
    assert new.shape == (20, 8, 8) and new.std(axis=0).max() > 0.1 and np.array_equal(new, machine.sample(20, steps=200, seed=1))
    machine.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict(unseen, verbose=0), drawn, atol=1e-6)
    assert (again.steps, again.particles) == (machine.steps, machine.particles)


def test_what_cannot_be_is_refused_in_words():
    with pytest.raises(ValueError, match="steps=0.*give at least one of each"):
        RBM(steps=0)
