"""Rosenblatt's rule, followed update by update, and Novikoff's bound on their number."""

from itertools import product

import numpy as np
import pytest

from dlcourse.models import Perceptron

ROWS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


@pytest.mark.parametrize(("labels", "weights", "bias", "updates", "epochs"), [
    pytest.param([0, 0, 0, 1], [2, 1], -2, 10, 6, id="AND"),
    pytest.param([0, 1, 1, 1], [1, 1], 0, 4, 4, id="OR"),
    pytest.param([1, 1, 1, 0], [-2, -1], 3, 11, 6, id="NAND"),
])
def test_published_runs(labels, weights, bias, updates, epochs):
    neuron = Perceptron()
    assert len(neuron.fit(ROWS, labels)) == updates
    assert (neuron.weights.tolist(), neuron.bias, neuron.epochs, neuron.converged) == (weights, bias, epochs, True)
    assert neuron.predict(ROWS).tolist() == labels


def test_xor_is_never_learned():
    neuron = Perceptron()
    updates = neuron.fit(ROWS, [0, 1, 1, 0], epochs=1000)
    assert not neuron.converged
    assert neuron.epochs == updates[-1].epoch == 1000


def test_fourteen_of_the_sixteen_two_input_functions_are_learned():
    learned = [labels for labels in product((0, 1), repeat=4) if _converges(labels)]
    assert sorted(set(product((0, 1), repeat=4)) - set(learned)) == [(0, 1, 1, 0), (1, 0, 0, 1)]


def _converges(labels):
    neuron = Perceptron()
    neuron.fit(ROWS, labels)
    assert not neuron.converged or tuple(neuron.predict(ROWS)) == labels
    return neuron.converged


def test_each_update_follows_the_rule_from_the_one_before():
    weights, bias = np.zeros(2), 0.0
    labels = [0, 0, 0, 1]
    for update in Perceptron(learning_rate=0.5).fit(ROWS, labels):
        x = ROWS[update.sample]
        assert update.error == labels[update.sample] - int(x @ weights + bias > 0) != 0
        weights, bias = weights + 0.5 * update.error * x, bias + 0.5 * update.error
        assert (update.weights.tolist(), update.bias) == (weights.tolist(), bias)


def test_first_epoch_of_and_in_full():
    epoch = [update for update in Perceptron().fit(ROWS, [0, 0, 0, 1]) if update.epoch == 1]
    assert [(u.sample, u.error, u.weights.tolist(), u.bias) for u in epoch] == [(3, 1, [1, 1], 1)]


@pytest.mark.parametrize("seed", range(10))
def test_novikoffs_bound_holds(seed):
    rng = np.random.default_rng(seed)
    teacher = np.append(rng.normal(size=3), 0.3)
    x = rng.normal(size=(300, 3))
    distance = (x @ teacher[:3] + teacher[3]) / np.linalg.norm(teacher)      # the bias is a weight of an input 1
    x, distance = x[abs(distance) > 0.05], distance[abs(distance) > 0.05]
    neuron = Perceptron(input_shape=(3,))
    updates = neuron.fit(x, distance > 0, epochs=10_000)
    assert neuron.converged
    radius = np.linalg.norm(np.column_stack([x, np.ones(len(x))]), axis=1).max()
    assert 0 < len(updates) <= (radius / abs(distance).min()) ** 2


def test_learning_rate_only_scales_the_line():
    one, tenth = Perceptron(), Perceptron(learning_rate=0.25)
    one.fit(ROWS, [1, 1, 1, 0])
    tenth.fit(ROWS, [1, 1, 1, 0])
    assert (0.25 * one.weights).tolist() == tenth.weights.tolist()


def test_exactly_on_the_line_it_stays_silent():
    neuron = Perceptron()
    assert neuron.decision([[0, 0], [3, 4]]).tolist() == [0, 0]
    assert neuron.predict([[0, 0], [3, 4]]).tolist() == [0, 0]


def test_fit_goes_on_from_where_it_stands():
    neuron = Perceptron()
    neuron.fit(ROWS, [0, 0, 0, 1])
    assert neuron.fit(ROWS, [0, 0, 0, 1]) == []
    assert (neuron.epochs, neuron.converged) == (1, True)


def test_the_history_is_not_touched_by_later_updates():
    updates = Perceptron().fit(ROWS, [0, 0, 0, 1])
    assert updates[0].weights.tolist() == [1, 1]
    assert updates[-1].weights.tolist() == [2, 1]


@pytest.mark.parametrize(("x", "y", "advice"), [
    (ROWS, [-1, -1, -1, 1], "other labels than 0 and 1"),
    (ROWS, [0, 1], "one label for each"),
    (ROWS, [[0], [0], [0], [1]], "one label for each"),
    ([1, 1], 1, "give a table of samples"),
    (np.ones((4, 3)), [0, 0, 0, 1], r"rows of 2 numbers"),
    ([[0, np.nan]], [1], "NaN or infinity"),
])
def test_bad_data_is_refused_in_words(x, y, advice):
    with pytest.raises(ValueError, match=advice):
        Perceptron().fit(x, y)


@pytest.mark.parametrize("arguments", [
    {"input_shape": (28, 28)}, {"input_shape": 2}, {"learning_rate": 0}, {"learning_rate": -1},
])
def test_bad_arguments_are_refused_in_words(arguments):
    with pytest.raises(ValueError, match=next(iter(arguments))):
        Perceptron(**arguments)


def test_counts_a_weight_for_each_input_and_the_bias(facts):
    row = facts("Perceptron")
    assert "n+1 params" in row["note"]
    assert Perceptron(input_shape=(7,)).count_params() == 8
