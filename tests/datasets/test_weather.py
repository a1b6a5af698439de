"""The weather's card tells the truth: what guessing, yesterday and one neuron achieve."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dlcourse.datasets import weather


def test_temperature_figures_of_the_card():
    (x_train, y_train), (x_test, y_test) = weather.load_data()
    mean = np.mean((y_test - y_train.mean()) ** 2)
    as_today = np.mean((y_test - x_test[:, 0]) ** 2)
    neuron = np.mean((y_test - LinearRegression().fit(x_train, y_train).predict(x_test)) ** 2)
    assert f'mean {mean:.1f}; "as today" {as_today:.1f}; one linear neuron {neuron:.1f}' in " ".join(weather.load_data.__doc__.split())
    assert neuron < as_today < mean


def test_hot_or_cold_figures_of_the_card():
    (_, temperatures), _ = weather.load_data()
    (x_train, y_train), (x_test, y_test) = weather.load_data("hot")
    always = np.mean(y_test == 1)
    as_today = np.mean((x_test[:, 0] > np.median(temperatures)) == y_test)
    neuron = make_pipeline(StandardScaler(), LogisticRegression(C=1e6)).fit(x_train, y_train).score(x_test, y_test)
    says = f'always "hot" {always:.0%}; "as today" {as_today:.0%}; one logistic neuron {neuron:.0%}'.replace("%", " %")
    assert says in " ".join(weather.load_data.__doc__.split())
    assert 0.5 <= always < as_today < neuron


def test_tomorrows_answer_is_the_next_days_temperature():
    (x_train, y_train), (x_test, y_test) = weather.load_data()
    assert np.array_equal(x_train[1:, 0], y_train[:-1]) and x_test[0, 0] == y_train[-1]


def test_earlier_days_come_after_today():
    (one, _), _ = weather.load_data()
    (three, y), (test, _) = weather.load_data(days=3)
    assert three.shape == (1823, 15) and test.shape == (366, 15) and len(y) == 1823
    assert np.array_equal(three[:, :5], one[2:]) and np.array_equal(three[:, 10:], one[:-2])


@pytest.mark.parametrize("arguments, says", [({"target": "rain"}, "choose"), ({"days": 0}, "1 to 365"), ({"days": 1.5}, "1 to 365")])
def test_it_says_what_is_wrong(arguments, says):
    with pytest.raises(ValueError, match=says):
        weather.load_data(**arguments)
