"""Sizes: narrower nets keep whole numbers, and impossible pictures are refused in words."""

import pytest

from dlcourse.models._sizes import check_task, scaled


@pytest.mark.parametrize(("size", "width", "multiple", "number"), [
    (64, 1, 1, 64), (64, 0.5, 1, 32), (64, 2, 1, 128), (10, 0.001, 1, 1), (96, 0.05, 2, 4), (96, 0.001, 2, 2), (30, 0.25, 1, 8),
])
def test_filters_stay_whole_multiples(size, width, multiple, number):
    assert scaled(size, width, multiple) == number


@pytest.mark.parametrize("width", [0, -1, float("nan")])
def test_no_width_is_no_network(width):
    with pytest.raises(ValueError, match="choose a number above 0"):
        scaled(64, width)


@pytest.mark.parametrize("input_shape", [(32, 32), (31, 32, 3), (32, 31, 3), (32, 32, 0), (None, 32, 3), (32.0, 32, 3), ()])
def test_impossible_pictures(input_shape):
    with pytest.raises(ValueError, match="at least 32 pixels a side"):
        check_task(input_shape, 10, smallest=32)


def test_possible_ones():
    assert check_task((32, 40, 1), 2, smallest=32) is None
    with pytest.raises(ValueError, match="classes=1: a softmax chooses among at least 2"):
        check_task((32, 32, 3), 1)
