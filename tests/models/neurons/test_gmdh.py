"""The network of 1971: it grows while it gets better, and generalises."""

import numpy as np
import pytest

from dlcourse.models import GMDH


def sample(polynomial, seed, count=1000, inputs=3, noise=0.0):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (count, inputs))
    return x, polynomial(x) + noise * rng.normal(size=count)


def mixed(x):
    return x[:, 0] * x[:, 1] + x[:, 2] ** 2


def fit(polynomial=mixed, seed=0, **arguments):
    x, y = sample(polynomial, seed)
    model = GMDH(input_shape=(3,), **arguments)
    model.fit(x, y)
    return model


@pytest.mark.parametrize("seed", range(3))
def test_it_recovers_a_polynomial_of_three_variables_and_generalises(seed):
    x, y = sample(mixed, seed + 100)
    assert np.mean((fit(seed=seed).predict(x) - y) ** 2) < 0.01 * y.var()


def test_a_quadratic_of_two_variables_is_exact_in_one_unit():
    x, y = sample(lambda x: 3 - 2 * x[:, 0] + x[:, 0] * x[:, 2] - 5 * x[:, 2] ** 2, seed=1)
    model = GMDH(input_shape=(3,), layers=1)
    model.fit(x, y)
    np.testing.assert_allclose(model.predict(x), y, atol=1e-10)
    assert model.count_params() == 6


def test_errors_fall_from_layer_to_layer_and_one_layer_is_not_enough():
    model = fit()
    assert len(model.errors) > 1
    assert (np.diff(model.errors) < 0).all()
    assert model.errors[-1] < model.errors[0] / 10
    assert len(model.errors) == len(model.layers)


def test_it_stops_by_itself_on_noise():
    rng = np.random.default_rng(0)
    model = GMDH(input_shape=(4,), layers=50)
    model.fit(rng.normal(size=(60, 4)), rng.normal(size=60))
    assert len(model.errors) < 10


def test_it_reads_past_irrelevant_inputs():
    x, y = sample(lambda x: x[:, 1] * x[:, 4], seed=2, inputs=6)
    model = GMDH(input_shape=(6,))
    model.fit(x, y)
    moved = x.copy()
    moved[:, [0, 2, 3, 5]] = 9
    np.testing.assert_allclose(model.predict(moved), model.predict(x), atol=1e-6)


def test_layers_and_units_are_limits():
    assert len(fit(layers=2).layers) <= 2
    assert all(len(units) <= 2 for units in fit(units=2).layers)


def test_only_what_the_output_reads_is_counted():
    model = fit(units=8)
    assert len(model.layers[-1]) == 1
    for below, above in zip(model.layers, model.layers[1:]):
        assert {i for unit in above for i in (unit.left, unit.right)} == set(range(len(below)))
    assert model.count_params() == 6 * sum(len(units) for units in model.layers)


def test_units_of_measurement_do_not_matter():
    x, y = sample(mixed, seed=3)
    plain, scaled = GMDH(input_shape=(3,)), GMDH(input_shape=(3,))
    plain.fit(x, y)
    scaled.fit(x * [1e6, 1e-6, 1] + [0, 5, 1e3], y * 1e4 - 7)
    np.testing.assert_allclose(scaled.predict(x * [1e6, 1e-6, 1] + [0, 5, 1e3]), plain.predict(x) * 1e4 - 7, atol=0.1)


def test_data_in_turns_do_not_fool_the_split():
    model = GMDH()
    model.fit([[0, 0], [0, 1], [1, 0], [1, 1]] * 4, [0, 1, 1, 0] * 4)       # every second row alone is not XOR
    np.testing.assert_allclose(model.predict([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 0], atol=1e-10)


def test_constant_columns_and_targets_do_no_harm():
    x, _ = sample(mixed, seed=4)
    x[:, 1] = 7
    model = GMDH(input_shape=(3,))
    model.fit(x, np.full(len(x), 2.5))
    np.testing.assert_allclose(model.predict(x), 2.5)


def test_it_agrees_with_itself():
    x, _ = sample(mixed, seed=5)
    assert np.array_equal(fit().predict(x), fit().predict(x))


def test_verbose_tells_each_layer(capsys):
    x, y = sample(mixed, seed=0)
    errors = GMDH(input_shape=(3,)).fit(x, y, verbose=1)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(errors)
    assert lines[0].startswith("layer 1: 3 units, error 0.")


@pytest.mark.parametrize(("x", "y", "advice"), [
    (np.zeros((20, 3)), np.zeros(20), "rows of 2 numbers"), (np.zeros((20, 2)), np.zeros(19), "one number for each"),
    (np.zeros((20, 2)), np.zeros((20, 1)), "one number for each"), (np.zeros((11, 2)), np.zeros(11), "at least 12"),
    (np.full((20, 2), np.nan), np.zeros(20), "x holds NaN"), (np.zeros((20, 2)), np.full(20, np.nan), "y holds NaN"),
])
def test_bad_data_is_refused_in_words(x, y, advice):
    with pytest.raises(ValueError, match=advice):
        GMDH().fit(x, y)


@pytest.mark.parametrize("arguments", [
    {"input_shape": (1,)}, {"input_shape": (3, 3)}, {"input_shape": 3}, {"layers": 0}, {"units": 0},
])
def test_bad_arguments_are_refused_in_words(arguments):
    with pytest.raises(ValueError, match=next(iter(arguments))):
        GMDH(**arguments)


def test_it_must_grow_before_it_answers():
    with pytest.raises(ValueError, match="call fit first"):
        GMDH().predict([[1, 2]])
    assert GMDH().count_params() == 0
