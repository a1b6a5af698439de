"""The glyphs look like MNIST, come in equal numbers, and are tested on faces that no training picture uses."""

import importlib
import time

import numpy as np
import pytest

from dlcourse import places
from dlcourse.datasets import glyphs

COUNTS = {"digits": (10, 2000, 400), "letters": (26, 300, 60)}  # classes, and pictures of each to train on and to test on


@pytest.fixture
def drawing(monkeypatch):
    """The module that drew the files, which is no part of the package."""
    monkeypatch.syspath_prepend(places.folder("data"))
    return importlib.import_module("draw_glyphs")


@pytest.mark.parametrize("kind", glyphs.KINDS)
def test_shapes_types_and_equal_numbers(kind):
    classes, *each = COUNTS[kind]
    for (x, y), count in zip(glyphs.load_data(kind), each):
        assert x.shape == (classes * count, 28, 28) and x.dtype == y.dtype == "uint8"
        assert np.array_equal(np.bincount(y), np.full(classes, count))
        assert np.count_nonzero(np.diff(y.astype(int))) > 0.8 * len(y)  # shuffled


@pytest.mark.parametrize("kind", glyphs.KINDS)
def test_every_picture_is_white_ink_amid_black_paper(kind):
    for x, _ in glyphs.load_data(kind):
        assert x[:, 4:-4, 4:-4].max(axis=(1, 2)).min() > 120
        assert 0.025 < (x > 100).mean(axis=(1, 2)).min() and (x > 100).mean(axis=(1, 2)).max() < 0.6
        corners = x[:, [0, 0, -1, -1], [0, -1, 0, -1]]
        assert np.median(x) < 20 and (corners < 60).mean() > 0.999


def test_characters_are_centred_on_average():
    (x, _), _ = glyphs.load_data()
    ink = x.mean(axis=0)
    middles = [(ink.sum(axis=axis) @ np.arange(28)) / ink.sum() for axis in (0, 1)]
    assert np.abs(np.array(middles) - 13.5).max() < 0.5


def test_pictures_of_a_class_differ():
    (x, y), (x_test, _) = glyphs.load_data()
    assert len(np.unique(x.reshape(len(x), -1)[y == 1], axis=0)) == 2000
    assert not {one.tobytes() for one in x} & {one.tobytes() for one in x_test}


def test_reading_is_quick_and_the_same_every_time():
    began = time.perf_counter()
    first = glyphs.load_data()
    seconds = time.perf_counter() - began
    again = glyphs.load_data()
    assert all(np.array_equal(*pair) for one, other in zip(first, again) for pair in zip(one, other))
    assert seconds < 2  # 0.3 on an idle machine


def test_the_grain_is_as_strong_as_it_says():
    grey = np.full((1000, 28, 28), 128, "uint8")
    grain = glyphs._grainy(grey, 0).astype(int) - 128
    assert abs(grain.mean()) < 0.1 and grain.std() == pytest.approx(0.04 * 255, rel=0.03)
    assert not np.array_equal(glyphs._grainy(grey, 0), glyphs._grainy(grey, 1))


def test_test_faces_are_held_out(drawing):
    faces = drawing.TRAINING_FACES + drawing.TEST_FACES
    assert len(set(faces)) == len(faces) == 21
    assert all((drawing.FONTS / f"{face}.ttf").is_file() for face in faces)
    assert {kind: (len(characters), *each) for kind, (characters, *each) in drawing.KINDS.items()} == COUNTS


def test_drawing_follows_its_seed(drawing):
    first, again, other = (drawing._draw("A7", drawing.TEST_FACES[:2], 5, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first[0].shape == (10, 28, 28) and sorted(first[1].tolist()) == [0] * 5 + [1] * 5
    assert np.array_equal(first[0], again[0]) and not np.array_equal(first[0], other[0])


def test_it_says_what_is_wrong():
    with pytest.raises(ValueError, match="kind='kana' is unknown: choose from 'digits', 'letters'"):
        glyphs.load_data("kana")


@pytest.mark.heavy
def test_the_linear_figure_of_the_card():
    from sklearn.linear_model import LogisticRegression

    (x_train, y_train), (x_test, y_test) = ((x.reshape(len(x), -1) / 255, y) for x, y in glyphs.load_data())
    accuracy = LogisticRegression(C=0.1, max_iter=1000).fit(x_train, y_train).score(x_test, y_test)
    assert accuracy <= 0.88 and f"logistic regression on pixels {100 * accuracy:.0f} %" in " ".join(glyphs.load_data.__doc__.split())
