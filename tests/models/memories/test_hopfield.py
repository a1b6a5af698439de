"""Hopfield: what is stored comes back, energy falls, and the memory overflows where theory says."""

import math

import numpy as np
import pytest

from dlcourse.models import Hopfield


def patterns(count, units, seed=0):
    return np.random.default_rng(seed).choice([-1.0, 1.0], (count, units))


def test_weights_by_hand():
    memory = Hopfield(input_shape=(3,)).fit([[1, 1, -1], [1, -1, -1]])
    np.testing.assert_allclose(memory.weights, np.array([[0, 0, -2], [0, 0, 0], [-2, 0, 0]]) / 3)
    assert Hopfield(input_shape=(400,)).count_params() == 79_800


@pytest.mark.parametrize("seed", range(5))
def test_a_damaged_pattern_is_completed(seed):
    x = patterns(5, 100, seed)
    memory = Hopfield(seed=seed).fit(x)
    damaged = x.copy()
    damaged[:, :15] *= -1
    np.testing.assert_array_equal(memory.predict(damaged), x)
    np.testing.assert_array_equal(memory.predict(-x), -x)          # the opposite is as stable


@pytest.mark.parametrize("load", [3, 14, 40])
def test_energy_never_rises(load):
    memory = Hopfield(seed=1).fit(patterns(load, 100))
    path = memory.recall(patterns(20, 100, seed=9))
    energies = memory.energy(path)
    assert len(path) > 2 and (np.diff(energies, axis=0) <= 1e-12).all()
    np.testing.assert_array_equal(path[-1], path[-2])
    pairs = sum(memory.weights[i, j] * path[0, 0, i] * path[0, 0, j] for i in range(100) for j in range(i))
    assert energies[0, 0] == pytest.approx(-pairs)


@pytest.mark.parametrize(("load", "least", "most"), [(0.10, 0.98, 1), (0.20, 0.3, 0.8)])
def test_it_overflows_near_0138(load, least, most):
    """Amit, Gutfreund & Sompolinsky: overlap with the pattern after recall; at N = 400 others measured .999 and .611."""
    x = patterns(int(load * 400), 400)
    overlap = np.mean(Hopfield(input_shape=(400,)).fit(x).predict(x) * x)
    assert least <= overlap <= most


@pytest.mark.parametrize(("load", "wrong"), [(0.138, 0.003552), (0.185, 0.010037)])
def test_one_step_goes_wrong_as_often_as_theory_says(load, wrong):
    assert wrong == pytest.approx(0.5 * math.erfc(1 / math.sqrt(2 * load)), rel=1e-3)
    x = patterns(round(load * 1000), 1000, seed=2)
    pull = x @ Hopfield(input_shape=(1000,)).fit(x).weights
    assert np.mean(pull * x < 0) == pytest.approx(wrong, rel=0.2)


def test_storing_adds_and_fitting_begins_anew():
    x = patterns(4, 50)
    both, anew = Hopfield(input_shape=(50,)).fit(x[:2]).store(x[2:]), Hopfield(input_shape=(50,)).fit(x[:2]).fit(x[2:])
    np.testing.assert_allclose(both.weights, Hopfield(input_shape=(50,)).fit(x).weights)
    np.testing.assert_allclose(anew.weights, Hopfield(input_shape=(50,)).fit(x[2:]).weights)


def test_zeros_and_ones_are_read_as_signs():
    memory = Hopfield(input_shape=(4,)).fit([[1, 1, 0, 0]])
    np.testing.assert_array_equal(memory.predict([1, 1, 0, 1]), [1, 1, -1, -1])


def test_a_memory_of_one_unit_is_refused():
    with pytest.raises(ValueError, match="at least two units"):
        Hopfield(input_shape=(1,))
