"""Hebb grows without bound; Oja stays at length one and finds the first principal component."""

import numpy as np
import pytest

from dlcourse.models import HebbianNeuron


@pytest.fixture
def cloud():
    """Centred points of three dimensions, clearly longest along one direction."""
    rng = np.random.default_rng(0)
    turned = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    x = rng.normal(size=(500, 3)) * [2.0, 0.7, 0.3] @ turned
    return x - x.mean(axis=0)


def principal_component(x):
    values, vectors = np.linalg.eigh(np.cov(x.T))
    return vectors[:, values.argmax()]


@pytest.mark.parametrize("seed", range(5))
def test_oja_finds_the_first_principal_component(cloud, seed):
    neuron = HebbianNeuron(input_shape=(3,), rule="oja", learning_rate=0.002, seed=seed)
    neuron.fit(cloud, epochs=20)
    assert np.linalg.norm(neuron.weights) == pytest.approx(1, abs=0.02)
    assert abs(neuron.weights @ principal_component(cloud)) == pytest.approx(1, abs=0.02)


def test_oja_shrinks_what_is_too_long(cloud):
    neuron = HebbianNeuron(input_shape=(3,), rule="oja", learning_rate=0.002)
    neuron.weights = np.full(3, 2.0)
    lengths = np.linalg.norm(neuron.fit(cloud, epochs=20), axis=1)
    assert lengths[0] > 3
    assert lengths[-1] == pytest.approx(1, abs=0.02)


def test_hebb_grows_in_every_epoch_and_towards_the_same_direction(cloud):
    path = HebbianNeuron(input_shape=(3,), rule="hebb", learning_rate=0.001).fit(cloud, epochs=10)
    lengths = np.linalg.norm(path, axis=1)
    assert (np.diff(lengths) > 0).all()
    assert lengths[-1] > 1000 * lengths[0]
    assert abs(path[-1] @ principal_component(cloud)) / lengths[-1] == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize(("rule", "after"), [
    ("hebb", [2 + 0.1 * 2 * 1, 0.1 * 2 * 3]),                 # y = 2
    ("oja", [2 + 0.1 * 2 * (1 - 2 * 2), 0.1 * 2 * (3 - 2 * 0)]),
])
def test_one_step_by_hand(rule, after):
    neuron = HebbianNeuron(rule=rule, learning_rate=0.1)
    neuron.weights = np.array([2.0, 0.0])
    path = neuron.fit([[1, 3]], epochs=1)
    assert path.tolist() == [[2, 0], pytest.approx(after)]


def test_the_path_starts_at_the_start_and_ends_at_the_weights(cloud):
    neuron = HebbianNeuron(input_shape=(3,))
    start = neuron.weights
    path = neuron.fit(cloud, epochs=4)
    assert path.shape == (5, 3)
    assert path[0].tolist() == start.tolist()
    assert path[-1].tolist() == neuron.weights.tolist()


def test_predict_is_the_projection(cloud):
    neuron = HebbianNeuron(input_shape=(3,))
    np.testing.assert_allclose(neuron.predict(cloud), cloud @ neuron.weights)


def test_seed_chooses_the_start():
    assert np.array_equal(HebbianNeuron(seed=1).weights, HebbianNeuron(seed=1).weights)
    assert not np.array_equal(HebbianNeuron(seed=1).weights, HebbianNeuron(seed=2).weights)


def test_overflow_is_told_in_words_and_leaves_the_last_good_weights():
    neuron = HebbianNeuron(rule="hebb", learning_rate=1)
    with pytest.raises(ValueError, match="overflowed in epoch .*smaller learning_rate"):
        neuron.fit(np.full((100, 2), 10.0), epochs=50)
    assert np.isfinite(neuron.weights).all()


@pytest.mark.parametrize(("arguments", "advice"), [
    ({"rule": "sanger"}, "choose 'hebb' or 'oja'"),
    ({"input_shape": (2, 2)}, "one row of numbers"),
    ({"input_shape": 3}, "one row of numbers"),
])
def test_bad_arguments_are_refused_in_words(arguments, advice):
    with pytest.raises(ValueError, match=advice):
        HebbianNeuron(**arguments)


@pytest.mark.parametrize(("x", "advice"), [
    ([1, 2], "table of samples"), ([[1, 2, 3]], "rows of 2 numbers"), ([[1, np.inf]], "NaN or infinity"),
])
def test_bad_data_is_refused_in_words(x, advice):
    with pytest.raises(ValueError, match=advice):
        HebbianNeuron().fit(x)
