"""Logic out of threshold neurons: what one cell can say, what it cannot, and that inhibition is absolute."""

from itertools import product

import numpy as np
import pytest

from dlcourse.models import ThresholdNeuron

ROWS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


@pytest.mark.parametrize(("weights", "threshold", "answers"), [
    ((1, 1), 2, [0, 0, 0, 1]),      # AND
    ((1, 1), 1, [0, 1, 1, 1]),      # OR
    ((-1, -1), 0, [1, 0, 0, 0]),    # NOR
    ((1, -1), 1, [0, 0, 1, 0]),     # x1 and not x2
    ((1, 1), 0, [1, 1, 1, 1]),      # always
    ((1, 1), 3, [0, 0, 0, 0]),      # never
])
def test_logic(weights, threshold, answers):
    assert ThresholdNeuron(weights, threshold).predict(ROWS).tolist() == answers


def test_not():
    assert ThresholdNeuron((-1,), threshold=0).predict([[0], [1]]).tolist() == [1, 0]


def test_one_inhibitor_vetoes_any_number_of_exciters():
    neuron = ThresholdNeuron((1, 1, 1, 1, -1), threshold=1)       # a weighted sum would say 4 - 1 >= 1
    assert neuron.predict([1, 1, 1, 1, 1]) == 0
    assert neuron.predict([1, 1, 1, 1, 0]) == 1


@pytest.mark.parametrize("impossible", [[0, 1, 1, 0], [1, 0, 0, 1], [0, 1, 1, 1][::-1]])
def test_no_single_cell_says_xor_xnor_or_nand(impossible):
    cells = [ThresholdNeuron(weights, threshold) for weights in product((1, -1), repeat=2) for threshold in range(-1, 4)]
    assert impossible not in [cell.predict(ROWS).tolist() for cell in cells]


def test_two_layers_say_xor():
    one_alone = [ThresholdNeuron((1, -1), 1), ThresholdNeuron((-1, 1), 1)]
    hidden = np.column_stack([cell.predict(ROWS) for cell in one_alone])
    assert ThresholdNeuron((1, 1), 1).predict(hidden).tolist() == [0, 1, 1, 0]


def test_booleans_count_as_zero_and_one():
    assert ThresholdNeuron().predict(ROWS.astype(bool)).tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize("weights", [(2, 1), (0, 1), (0.5,), [[1, 1]], 1])
def test_a_weight_is_plus_or_minus_one(weights):
    with pytest.raises(ValueError, match="1 if it excites and -1 if it inhibits"):
        ThresholdNeuron(weights)


@pytest.mark.parametrize(("x", "advice"), [
    ([[0, 2]], "all or none"), ([[0.5, 1]], "all or none"), ([[0, np.nan]], "all or none"),
    ([[0, 1, 1]], r"rows of 2 inputs"), (1, r"rows of 2 inputs"),
])
def test_inputs_are_all_or_none_and_one_per_weight(x, advice):
    with pytest.raises(ValueError, match=advice):
        ThresholdNeuron().predict(x)
