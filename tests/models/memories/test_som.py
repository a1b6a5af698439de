"""SOM: neighbours look alike, a line is found in a plane, and one step is as by hand."""

import numpy as np
import pytest

from dlcourse.metrics import topographic_error
from dlcourse.models import SOM


@pytest.mark.parametrize("darker, part", [(1, 1), (2, 0.8)])          # a sheet as built suits colours of all kinds nearly as well
@pytest.mark.parametrize("seed", range(5))
def test_neighbours_are_kept(seed, darker, part):
    colours = np.random.default_rng(seed).random((400, 3)) ** darker
    sheet = SOM(map_shape=(8, 8), seed=seed)
    before = topographic_error(sheet.distances(colours)), np.sqrt(sheet.distances(colours).min(axis=(1, 2))).mean()
    sheet.fit(colours)
    after = topographic_error(sheet.distances(colours)), np.sqrt(sheet.distances(colours).min(axis=(1, 2))).mean()
    assert before[0] > 0.5 and after[0] < 0.12          # .04 to .08
    assert after[1] < part * before[1]                  # .93 to .997, dark ones .58 to .69


def test_a_row_of_units_lies_down_along_a_line():
    along = np.random.default_rng(0).random(300)
    x = np.stack([along, 1 - along, 0.5 + 0 * along], axis=1)
    sheet = SOM(map_shape=(1, 12)).fit(x)
    steps = np.diff(sheet.weights[0, :, 0])
    assert (steps > 0).all() or (steps < 0).all()
    np.testing.assert_allclose(sheet.weights[0, :, 0] + sheet.weights[0, :, 1], 1, atol=0.02)


def test_one_step_by_hand():
    sheet = SOM(input_shape=(1,), map_shape=(1, 3), learning_rate=0.5)
    sheet.weights = np.array([[[0.0], [1.0], [2.0]]])
    sheet.fit([[0.2]], epochs=1)          # half the sheet is 1.5 units wide; unit 0 is nearest
    hill = np.exp(-np.array([0, 1, 4]) / (2 * 1.5**2))
    np.testing.assert_allclose(sheet.weights[0, :, 0], [0, 1, 2] + 0.5 * hill * (0.2 - np.array([0, 1, 2])))


def test_answers_are_places():
    sheet = SOM(input_shape=(2,), map_shape=(3, 4))
    place = sheet.predict([0.3, 0.4])
    assert sheet.distances([0.3, 0.4])[tuple(place)] == sheet.distances([0.3, 0.4]).min()
    assert sheet.count_params() == 24


@pytest.mark.parametrize("wrong", [{"map_shape": (3,)}, {"map_shape": (0, 3)}, {"input_shape": (2, 2)}])
def test_impossible_maps_are_refused(wrong):
    with pytest.raises(ValueError, match="give the rows|one row of numbers"):
        SOM(**wrong)
