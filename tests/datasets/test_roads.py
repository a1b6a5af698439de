"""The roads lead where their labels say, no single pixel knows it, and ALVINN learns it as well as the card tells."""

import re

import numpy as np
import pytest

from dlcourse.datasets import roads

CARD = " ".join(roads.load_data.__doc__.split())


def test_shapes_and_directions():
    (x_train, y_train), (x_test, y_test) = roads.load_data()
    assert x_train.shape == (1500, 30, 32) and x_test.shape == (300, 30, 32) and x_train.dtype == "uint8"
    assert y_train.dtype == "float32" and np.abs(y_train).max() <= 1 and not len(np.intersect1d(y_train, y_test))
    counts, _ = np.histogram(y_train, bins=5, range=(-1, 1))
    assert counts.min() > 240, "every direction alike often"


def test_the_road_lies_where_the_direction_points():
    (x, y), _ = roads.load_data()
    bright = x[:, 12:16].mean(axis=1) ** 3.0           # a few metres ahead; the road is brighter than the ground
    columns = np.arange(32) - 15.5
    lies = (bright * columns).sum(axis=1) / bright.sum(axis=1)
    assert np.corrcoef(lies, y)[0, 1] > 0.8, "to the left is negative"
    assert lies[y < -0.7].max() < lies[y > 0.7].mean() and lies[y < -0.7].mean() < -2 and lies[y > 0.7].mean() > 2


def test_a_road_straight_ahead_is_its_own_mirror_image():
    ahead = np.zeros(200)
    picture = roads._picture(ahead, ahead, ahead, np.random.default_rng(0)).mean(axis=0)
    assert np.abs(picture - picture[:, ::-1]).max() < 12 and picture[20, 15] > picture[20, 0] + 20


def test_no_single_pixel_knows_the_direction():
    (x_train, y_train), (x_test, y_test) = roads.load_data()
    flat, test = x_train.reshape(1500, -1).astype(float), x_test.reshape(300, -1)
    centred = flat - flat.mean(axis=0)
    slopes = (y_train - y_train.mean()) @ centred / (centred**2).sum(axis=0)
    errors = np.abs(slopes * (test - flat.mean(axis=0)) + y_train.mean() - y_test[:, None]).mean(axis=0)
    assert errors.min() > 0.3


def test_straight_ahead_is_as_wrong_as_the_card_says():
    errors = [np.abs(roads.load_data(seed=seed)[1][1]).mean() for seed in (0, 1, 2)]
    assert f"always straight ahead {', '.join(f'{error:.2f}' for error in errors)};" in CARD


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.heavy), pytest.param(2, marks=pytest.mark.heavy)])
def test_alvinn_steers_as_well_as_the_card_says(seed):
    import keras

    from dlcourse.models import ALVINN, decode_direction, encode_direction

    (x_train, y_train), (x_test, y_test) = roads.load_data(seed=seed)
    mean = x_train.mean() / 255
    keras.utils.set_random_seed(seed)
    model = ALVINN()
    model.compile(keras.optimizers.Adam(0.003), "mse")
    model.fit(x_train / 255 - mean, encode_direction(y_train), epochs=60, verbose=0)
    error = np.abs(decode_direction(model.predict(x_test / 255 - mean, verbose=0)) - y_test).mean()
    figures = re.search(r"ALVINN ([\d., ]+) \(60 epochs of Adam at 0.003", CARD)[1].split(", ")
    assert error == pytest.approx(float(figures[seed]), abs=0.03) and error < np.abs(y_test).mean() / 3


def test_too_few_are_refused_in_one_sentence():
    with pytest.raises(ValueError, match="leaves nothing to test on: choose 5 or more"):
        roads.load_data(samples=4)
