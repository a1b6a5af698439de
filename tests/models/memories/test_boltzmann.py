"""The Boltzmann machine: energies and slopes by hand, what hidden units are for, and the 4-2-4 encoder."""

import itertools

import numpy as np
import pytest

from dlcourse.models import BoltzmannMachine

PARITY = np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])
ENCODER = np.hstack([np.eye(4), np.eye(4)])


def chances_by_hand(machine, visible):
    """Summed one state after another."""
    low = {}
    for state in itertools.product([0, 1], repeat=visible + machine.hidden):
        pairs = sum(machine.weights[one, two] * state[one] * state[two] for one, two in itertools.combinations(range(len(state)), 2))
        low[state] = np.exp(pairs + np.dot(machine.biases, state))
    total = sum(low.values())
    return [sum(value for state, value in low.items() if state[:visible] == pattern) / total
            for pattern in itertools.product([0, 1], repeat=visible)]


def test_probabilities_by_hand():
    machine = BoltzmannMachine(input_shape=(3,), hidden=2, split=None, seed=1)
    machine.biases[:] = np.random.default_rng(0).normal(size=5)
    np.testing.assert_allclose(machine.probabilities(), chances_by_hand(machine, 3), rtol=1e-10)


def test_one_visible_and_one_hidden_unit():
    """By hand: Z = 3 + e, and 1 + e of it where the visible unit is 1."""
    machine = BoltzmannMachine(input_shape=(1,), hidden=1, split=None)
    machine.weights[:] = [[0, 1], [1, 0]]
    assert np.exp(-machine.energy(machine.states)).sum() == pytest.approx(5.718281828)
    assert machine.probabilities()[1] == pytest.approx(0.650244591)
    assert machine.predict([0])[0] == pytest.approx(0.650244591)


def test_a_step_follows_the_slope_of_the_likelihood():
    def log_likelihood(machine):
        return np.log(machine.probabilities()[[0, 3, 5, 6]]).mean()
    machine = BoltzmannMachine(input_shape=(3,), hidden=1, split=None)
    weights, biases, tiny = machine.weights.copy(), machine.biases.copy(), 1e-6
    slopes = np.zeros_like(weights)
    for one, two in itertools.combinations(range(4), 2):
        sides = []
        for sign in (1, -1):
            machine.weights = weights.copy()
            machine.weights[[one, two], [two, one]] += sign * tiny
            sides.append(log_likelihood(machine))
        slopes[[one, two], [two, one]] = (sides[0] - sides[1]) / (2 * tiny)
    machine.weights = weights.copy()
    machine.fit(PARITY, epochs=1, learning_rate=0.01)
    np.testing.assert_allclose(machine.weights - weights, 0.01 * slopes, atol=1e-7)
    assert np.abs(slopes).max() > 0.01 and (machine.biases != biases).any()


def test_parity_needs_a_hidden_unit():
    """Each pair of units is as often alike as not. Seeds 0-4: 0.89 to 0.91 of all dreams are right, where half is chance."""
    machine = BoltzmannMachine(input_shape=(3,), hidden=1, split=None, spread=2).fit(PARITY)
    assert machine.probabilities()[[0, 3, 5, 6]].sum() > 0.75
    assert (machine.predict(PARITY).round() == PARITY).all(), "two units tell the third"
    seen = BoltzmannMachine(input_shape=(3,), hidden=0, split=None).fit(PARITY)
    np.testing.assert_allclose(seen.probabilities(), 1 / 8, atol=0.01)


def test_the_encoder_finds_a_code_of_two_units():
    """It climbs without noise, so it may end on a lower hill: of seeds 0-19, seven find four codes, ten three, three two."""
    machine = BoltzmannMachine(seed=0).fit(ENCODER)
    assert machine.count_params() == 10 * 9 // 2 - 16 + 10
    assert not machine.weights[:4, 4:8].any() and not machine.weights[4:8, :4].any(), "the groups have no link"
    number = machine._number(ENCODER)
    assert machine.probabilities()[number].min() > 0.2
    assert sorted(machine._joint()[number].argmax(axis=1)) == [0, 1, 2, 3], "a code for each"


def test_samples_come_as_often_as_they_are_likely():
    machine = BoltzmannMachine(input_shape=(3,), hidden=2, split=None, seed=3)
    drawn = machine.sample(20_000, seed=0)
    often = np.bincount(drawn @ [4, 2, 1], minlength=8) / len(drawn)
    np.testing.assert_allclose(often, machine.probabilities(), atol=0.015)
    assert np.array_equal(drawn, machine.sample(20_000, seed=0))


@pytest.mark.parametrize(("arguments", "words"), [
    ({"input_shape": (12,), "hidden": 3}, "at most 14 units"), ({"input_shape": (0,)}, "at least one visible unit"),
    ({"input_shape": (2, 2)}, "in a row"), ({"split": 8}, "split=8: choose how many of the 8"),
])
def test_what_cannot_be_is_refused_in_words(arguments, words):
    with pytest.raises(ValueError, match=words):
        BoltzmannMachine(**arguments)
