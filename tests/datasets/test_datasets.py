"""Every data set is light to import, shaped as it says, and the same on every call."""

import subprocess
import sys
import time

import numpy as np
import pytest

from dlcourse import datasets
from dlcourse.datasets import digits, points


def test_listing_and_importing_load_nothing_heavy():
    code = ("import sys; from dlcourse import datasets; [getattr(datasets, name) for name in datasets.CONTENTS + datasets.ONLINE];"
            "print([name for name in ('tensorflow', 'keras', 'sklearn', 'matplotlib') if name in sys.modules])")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_contents_are_listed():
    assert set(datasets.CONTENTS + datasets.ONLINE) <= set(dir(datasets))
    with pytest.raises(AttributeError, match="choose from points"):
        datasets.minst


TEXT = ["pycode"]      # (train, test): the answer to a character is the next one
PICTURES = ["photos"]  # nothing to answer, nothing to test on
ANSWERED = [name for name in datasets.CONTENTS if name not in TEXT + PICTURES]
KEPT = ["scenes"]      # drawn on first use, then read


def answers(y):
    """The arrays of the answers: one, or those of a dictionary."""
    return list(y.values()) if isinstance(y, dict) else [y]


@pytest.mark.parametrize("name", datasets.CONTENTS)
def test_every_card_tells_shape_origin_and_licence_and_loading_is_quick(name):
    load = getattr(datasets, name).load_data
    if name in KEPT:
        load()
    assert all(f"    {part} " in load.__doc__ for part in ("Shape:  ", "Origin: ", "Licence:"))
    began = time.process_time()
    load()
    assert time.process_time() - began < 2      # it is a tenth of that, and the machine may be slow


@pytest.mark.parametrize("name", ANSWERED)
def test_contract(name):
    module = getattr(datasets, name)
    (x_train, y_train), (x_test, y_test) = loaded = module.load_data()
    assert {len(x_test)} == {len(y) for y in answers(y_test)} and {len(x_train)} == {len(y) for y in answers(y_train)}
    assert 0 < len(x_test) <= len(x_train)
    assert x_train.shape[1:] == x_test.shape[1:] and x_train.dtype.kind == x_test.dtype.kind
    numbers = [array for array in (x_train, *answers(y_train), x_test, *answers(y_test)) if array.dtype.kind != "U"]
    assert all(np.isfinite(array).all() for array in numbers)
    for (x, y), (x_again, y_again) in zip(loaded, module.load_data()):
        assert all(np.array_equal(*pair) for pair in zip([x, *answers(y)], [x_again, *answers(y_again)], strict=True))


@pytest.mark.parametrize("name", TEXT)
def test_contract_of_text(name):
    module = getattr(datasets, name)
    train, test = loaded = module.load_data()
    assert isinstance(train, str) and isinstance(test, str) and 0 < len(test) < len(train)
    assert module.load_data() == loaded
    assert "(train, test)" in module.load_data.__doc__, "the card says what is unlike the other sets"


@pytest.mark.parametrize("name", PICTURES)
def test_contract_of_pictures(name):
    module = getattr(datasets, name)
    pictures = module.load_data()
    assert pictures.ndim == 4 and pictures.shape[-1] == 3 and pictures.dtype == "uint8"
    assert np.array_equal(pictures, module.load_data())
    assert "no (x, y)" in module.load_data.__doc__, "the card says what is unlike the other sets"


@pytest.mark.parametrize("name", ["roads", "scenes", "sentences", "dates"])
def test_what_is_drawn_follows_its_seed_and_number(name):
    load = getattr(datasets, name).load_data
    first, again, other = (load(samples=60, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first[0][0], again[0][0]) and not np.array_equal(first[0][0], other[0][0])
    assert len(first[0][0]) == 60 and len(first[1][0]) == 12


def test_digits_are_scikit_learns_shuffled():
    from sklearn.datasets import load_digits

    (x_train, y_train), (x_test, y_test) = digits.load_data()
    images, labels = load_digits(return_X_y=True)
    ours = np.column_stack([np.concatenate([x_train, x_test]).reshape(-1, 64), np.concatenate([y_train, y_test])])
    assert sorted(map(tuple, ours)) == sorted(map(tuple, np.column_stack([images, labels]).astype("uint8")))
    assert np.bincount(y_test).min() > 25


def a_line_separates(x, y):
    from sklearn.svm import LinearSVC

    return LinearSVC(C=1e4, max_iter=100_000).fit(x, y).score(x, y) == 1


@pytest.mark.parametrize("kind, separable", [("blobs", True), ("xor", False), ("curves", False), ("spirals", False)])
def test_points_are_as_separable_as_they_say(kind, separable):
    (x_train, y_train), (x_test, y_test) = points.load_data(kind)
    assert x_train.shape == x_test.shape == (200, 2) and y_train.sum() == y_test.sum() == 100
    assert a_line_separates(np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])) == separable
    assert np.abs(x_train).max() < 1.3


@pytest.mark.parametrize("kind", points.SHAPES)
def test_points_of_two_classes_keep_a_gap(kind):
    (x, y), _ = points.load_data(kind, samples=2000)
    between = np.linalg.norm(x[y == 0][:, None] - x[y == 1][None], axis=-1).min()
    assert between > 0.05


def test_points_follow_their_seed():
    first, again, other = (points.load_data(seed=seed)[0][0] for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


@pytest.mark.parametrize("arguments, says", [
    ({"kind": "moons"}, "choose from 'blobs'"), ({"samples": 10}, "multiple of 4"), ({"noise": -1}, "negative"),
])
def test_points_say_what_is_wrong(arguments, says):
    with pytest.raises(ValueError, match=says):
        points.load_data(**arguments)
