"""Every data set has a picture: the figures show what is in it."""

import matplotlib
import numpy as np
import pytest

from dlcourse import datasets, picturing


def texts(figure):
    return [text.get_text() for ax in figure.axes for text in [ax.title, ax.texts[0] if ax.texts else ax.title]]


@pytest.mark.parametrize("name", datasets.CONTENTS)
def test_every_embedded_set_has_a_picture_that_is_not_empty(name, tmp_path):
    path = picturing.save(name, getattr(datasets, name).load_data(), tmp_path / "a.png")
    picture = matplotlib.image.imread(path)
    assert 150 < picture.shape[0] < 1000 and 400 < picture.shape[1] < 1000
    assert picture[..., :3].std() > 0.05


def test_pictures_carry_their_answers():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (40, 32, 32, 3), "uint8"), np.arange(40)[:, None] % 10
    figure = picturing.draw("cifar10", ((x, y), (x, y)))
    assert [ax.get_title() for ax in figure.axes] == [datasets.cifar10.CLASSES[label % 10] for label in range(32)]
    (x, y), _ = loaded = datasets.roads.load_data(40)
    shown = [ax.get_title() for ax in picturing.draw("roads", loaded).axes]
    assert shown == [f"{direction:+.2f}".replace("-", "−") for direction in y[:32]]


def test_pictures_whose_answers_are_no_labels_go_without():
    x = np.zeros((5, 16, 16, 3), "uint8")
    figure = picturing.draw("digits", ((x, {"boxes": np.zeros((5, 4, 4))}), (x, {})))
    assert [ax.get_title() for ax in figure.axes] == [""] * 5


def test_texts_are_set_as_they_are():
    train, test = "a $1 and $2\n" + "long " * 40, "rest"
    [line, cut] = texts(picturing.draw("pycode", (train, test)))[1].split("\n")
    assert line == "a $1 and $2" and len(cut) <= picturing.WIDTH and cut.endswith(" …")
    reviews = np.array(["good film " * 60, "bad"], object)
    shown = texts(picturing.draw("imdb", ((reviews, np.array([1, 0])), (reviews, np.array([1, 0])))))[1]
    assert "→ positive" in shown and shown.endswith("bad\n→ negative\n")
