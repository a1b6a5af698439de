"""Show and Tell: its size, that the picture is shown once and first, that beams find the likeliest text, and that it learns to tell."""

import itertools

import keras
import numpy as np
import pytest

from dlcourse.models import ShowAndTell
from dlcourse.models._writing import _search, shifted


def test_published_size(facts, blueprint):
    assert blueprint(ShowAndTell).count_params() == facts("Show and Tell")["params_total"]


@pytest.mark.parametrize("backbone", [(4,), (4, 6)])
def test_any_size_is_right_by_construction(backbone):
    model = ShowAndTell(input_shape=(9, 12, 3), vocabulary=7, units=5, backbone=backbone)
    size, before, height, width = 0, 3, 9, 12
    for filters in backbone:
        size += 9 * (before * filters + filters**2) + 2 * 2 * filters
        before, height, width = filters, -(-height // 2), -(-width // 2)
    size += height * width * before * 5 + 7 * 5 + 4 * (10 * 5 + 5) + 5 * 7 + 7
    assert sum(np.prod(weight.shape) for weight in model.trainable_weights) == size


def small():
    keras.utils.set_random_seed(0)
    return ShowAndTell(input_shape=(3,), vocabulary=5, units=6)


def test_the_picture_is_an_input_of_the_first_step_alone():
    """The same network by hand, one step after another."""
    model, picture, written = small(), np.array([[0.3, -1.0, 2.0]], "float32"), np.array([[0, 3, 1]])
    cell, words, states = model.get_layer("teller").cell, model.get_layer("words"), [np.zeros((1, 6), "float32")] * 2
    _, states = cell(picture @ np.array(model.get_layer("shown").kernel), states)
    for token, said in zip(written[0], np.array(model([picture, written]))[0]):
        h, states = cell(words(np.array([token])), states)
        np.testing.assert_allclose(model.get_layer("out")(h)[0], said, atol=1e-6)


def test_words_hang_on_the_picture_and_on_words_before():
    model, picture, written = small(), np.ones((1, 3)), np.array([[0, 3, 1]])
    before = np.array(model([picture, written]))
    assert np.abs(np.array(model([-picture, written])) - before)[0, 0].max() > 1e-3
    change = np.abs(np.array(model([picture, np.array([[0, 3, 2]])])) - before).max(axis=(0, 2))
    assert (change[:2] == 0).all() and change[2] > 1e-5


class Fixed:
    """A writer of two letters, whose next chances hang on the last letter alone; 0 is the end."""

    chances = np.array([[0.0, 0.6, 0.4], [0.1, 0.45, 0.45], [0.9, 0.05, 0.05]])

    def predict_on_batch(self, inputs):
        return self.chances[inputs[1]]


def test_beams_find_what_greed_misses():
    x = np.zeros((2, 1))
    greedy = _search(Fixed(), x, length=3, beams=1)
    np.testing.assert_array_equal(greedy, [[1, 1, 1]] * 2)
    # 1 1 1: .6 · .45 · .45 = .12; 2 and the end: .4 · .9 = .36
    np.testing.assert_array_equal(_search(Fixed(), x, length=3, beams=2), [[2, 0, 0]] * 2)


@pytest.mark.parametrize("seed", range(3))
def test_enough_beams_find_the_likeliest_text_of_all(seed):
    """Every text of up to three letters out of four is tried."""
    keras.utils.set_random_seed(seed)
    model, picture = ShowAndTell(input_shape=(3,), vocabulary=4, units=6), np.random.default_rng(seed).normal(size=(2, 3)).astype("float32")
    model.get_layer("out").kernel.assign(5 * model.get_layer("out").kernel)
    found = model.write(picture, length=3, beams=64)
    texts = np.array([text for text in itertools.product(range(4), repeat=3) if 0 not in text or not any(text[text.index(0):])])
    for row, best in zip(picture, found):
        said = np.array(model([np.repeat(row[None], len(texts), 0), shifted(texts)]))
        chances = np.take_along_axis(said, texts[..., None], axis=-1)[..., 0]
        ended = np.cumsum(texts == 0, axis=1) - (texts == 0) > 0
        np.testing.assert_array_equal(best, texts[np.where(ended, 1, chances).prod(axis=1).argmax()])


def test_it_learns_to_tell_where_squares_are_and_how_many():
    """One to three bright squares in a row of four places: their places are told in order. All 100 new pictures on seeds 0 to 4."""
    keras.utils.set_random_seed(0)
    x, y = squares(1500, np.random.default_rng(0))
    unseen, truth = squares(100, np.random.default_rng(1))
    model = ShowAndTell(input_shape=(8, 32, 1), vocabulary=5, units=32, backbone=(8, 8))
    model.compile(keras.optimizers.Adam(5e-3), "sparse_categorical_crossentropy", jit_compile=False)
    model.fit([x, shifted(y)], y, epochs=6, batch_size=30, verbose=0)
    for beams in (1, 3):
        assert (model.write(unseen, length=4, beams=beams) == truth).all(axis=1).mean() > 0.9


def squares(count, rng):
    """Pictures (count, 8, 32, 1) and the places, 1 to 4, of what is bright in them, filled up with 0."""
    there = rng.permuted(np.tile([[True, False, False, False], [True, True, False, False], [True, True, True, False]], (count // 3 + 1, 1)), axis=1)[:count]
    x = rng.normal(0, 0.2, (count, 8, 32, 1)).astype("float32")
    y = np.zeros((count, 4), "int32")
    for picture, row, bright in zip(x, y, there):
        places = np.flatnonzero(bright)
        row[:len(places)] = places + 1
        for place in places:
            top, left = rng.integers(0, 4), 8 * place + rng.integers(0, 4)
            picture[top:top + 4, left:left + 4] += 1
    return x, y


def test_what_cannot_be_told_is_refused_in_words():
    for wrong in ({"input_shape": (64, 64, 3)}, {"input_shape": (2048,), "backbone": (4,)}):
        with pytest.raises(ValueError, match=r"give \(features,\), or with a backbone such as"):
            ShowAndTell(**wrong)
    with pytest.raises(ValueError, match="vocabulary=1, units=512: give at least 2 words"):
        ShowAndTell(vocabulary=1)
    for wrong in ({"length": 0}, {"length": 3, "beams": 0}):
        with pytest.raises(ValueError, match="write at least 1 token with 1 beam"):
            small().write(np.ones((1, 3)), **wrong)
