"""The neocognitron: the paper's layers and rules, and digits that it tells apart wherever they stand."""

import numpy as np
import pytest

from dlcourse.models import Neocognitron
from dlcourse.models.vision import neocognitron
from dlcourse.models.vision.neocognitron import STAGES

DRAWN = """
.####. ...#.. .####. .####. ....#.
#....# ..##.. #....# #....# ...##.
#....# ...#.. .....# .....# ..#.#.
#....# ...#.. ....#. ..###. .#..#.
#....# ...#.. ...#.. .....# #...#.
#....# ...#.. ..#... .....# ######
#....# ...#.. .#.... #....# ....#.
.####. ..###. ###### .####. ....#.
"""
SHIFTS = [(down, right) for down in range(-3, 4) for right in range(-3, 4)]


def digit(number, down=0, right=0):
    """One of the five digits in the middle of the retina, or moved."""
    picture = np.zeros((16, 16, 1))
    ink = [[mark == "#" for mark in row.split()[number]] for row in DRAWN.strip().splitlines()]
    picture[4 + down:12 + down, 5 + right:11 + right, 0] = ink
    return picture


@pytest.fixture(scope="module")
def digits():
    return np.array([digit(number) for number in range(5)])


@pytest.fixture(scope="module")
def grown(digits):
    return Neocognitron().fit(digits)


def test_layers_are_the_papers(facts, digits):
    layers = Neocognitron().layers(digits[0])
    assert [["U0", [16, 16, 1]], *([name, list(answer.shape)] for name, answer in layers.items())] == facts("Neocognitron")["stages"]


@pytest.mark.parametrize(("input_shape", "planes", "count"), [
    ((16, 16, 1), 24, 24 * 25 + 2 * 24 * 600 + 72), ((28, 20, 1), 5, 5 * 25 + 2 * 5 * 125 + 15), ((16, 16, 3), 2, 2 * 75 + 2 * 2 * 50 + 6),
])
def test_synapses_count_as_by_hand_and_do_not_depend_on_the_retina(input_shape, planes, count):
    model = Neocognitron(input_shape, planes)
    assert model.count_params() == count
    assert model.predict(np.ones((2, *input_shape))).shape == (2, planes)


def test_each_digit_gets_a_cell_of_its_own(grown, digits):
    answers = grown.predict(digits)
    assert len(set(answers.argmax(axis=1))) == 5
    assert (np.count_nonzero(answers, axis=1) == 1).all()


def test_it_knows_them_again_wherever_they_stand(grown, digits):
    names = grown.predict(digits).argmax(axis=1)
    for number in range(5):
        moved = grown.predict(np.array([digit(number, *shift) for shift in SHIFTS])).argmax(axis=1)
        assert np.mean(moved == names[number]) > 0.9


def test_without_having_seen_any_it_does_not(digits):
    assert len(set(Neocognitron().predict(digits).argmax(axis=1))) < 5


def test_the_card_says_how_many_seeds_succeed(digits):
    apart = [len(set(Neocognitron(seed=seed).fit(digits).predict(digits).argmax(axis=1))) for seed in range(6)]
    assert apart.count(5) >= 5 and min(apart) >= 4, "the card's note says: five of six, the sixth four"


def test_an_s_cell_computes_the_papers_formula(digits):
    model, r = Neocognitron().fit(digits, epochs=2), 4
    us1 = model.layers(digits[2])["US1"]
    seen = digits[2][4:9, 6:11, 0]                             # around row 6, column 8
    offsets = np.arange(5) - 2
    c = 0.9 ** np.hypot(offsets[:, None], offsets)
    c /= c.sum()
    v = np.sqrt((c * seen**2).sum())
    for plane in range(24):
        excited = (model.excitation[0][plane, 0] * seen).sum()
        expected = r * max((1 + excited) / (1 + 2 * r / (1 + r) * model.inhibition[0][plane] * v) - 1, 0)
        assert us1[6, 8, plane] == pytest.approx(expected)
    assert us1[6, 8].max() > 0


def test_a_representative_grows_towards_what_it_sees():
    model = Neocognitron(planes=3)
    bar = np.zeros((16, 16, 1))
    bar[5:11, 8] = 1
    before = [weights.copy() for weights in model.excitation]
    model.fit(bar, epochs=1)
    grown = model.excitation[0] - before[0]
    assert (grown >= 0).all()
    assert (model.inhibition[0] >= 0).all()
    best = grown[model.inhibition[0].argmax(), 0]
    np.testing.assert_allclose(best.sum(axis=0) > 0, np.arange(5) == best.sum(axis=0).argmax())     # one column: the bar


def test_a_column_elects_one_and_a_plane_has_one_representative():
    s = np.zeros((16, 16, 4))
    s[3, 3, 0], s[3, 4, 1], s[12, 12, 0], s[12, 3, 2] = 5, 4, 3, 1
    assert neocognitron._representatives(s) == {0: (3, 3), 1: (3, 4), 2: (12, 3)}


def test_selectivity_and_speed_are_the_papers():
    assert [stage.selectivity for stage in STAGES] == [4, 1.5, 1.5]
    assert [stage.speed for stage in STAGES] == [1, 16, 16]


@pytest.mark.parametrize("arguments", [{"input_shape": (14, 16, 1)}, {"input_shape": (16, 16)}, {"planes": 0}, {"input_shape": (16, 16, 0)}])
def test_bad_arguments_are_refused_in_words(arguments):
    with pytest.raises(ValueError, match="at least 15 pixels a side, and at least one plane"):
        Neocognitron(**arguments)


@pytest.mark.parametrize(("x", "advice"), [
    (np.zeros((2, 16, 16)), "give pictures of shape"), (np.zeros((16, 15, 1)), "give pictures of shape"),
    (np.full((16, 16, 1), np.nan), "see light"), (-np.ones((16, 16, 1)), "see light"),
])
def test_bad_pictures_are_refused_in_words(x, advice):
    for method in (Neocognitron().fit, Neocognitron().predict):
        with pytest.raises(ValueError, match=advice):
            method(x)
