"""Metrics: every case here was counted by hand."""

import numpy as np
import pytest

from dlcourse.metrics import bits_per_character, inception_score, mean_average_precision, mean_iou, ngram_chances, topographic_error

ONE, TWO, THREE = [0, 0, 10, 10], [20, 20, 30, 30], [40, 0, 50, 10]
NOTHING = [0, 0, 0, 0]


def scene(*pictures):
    """Pictures of (box, class) or (box, class, score), filled up with nothing to the same length."""
    most = max(map(len, pictures))
    rows = [[*picture, *[(NOTHING, 0, 0.0)] * (most - len(picture))] for picture in pictures]
    return {"boxes": np.array([[row[0] for row in some] for some in rows], "float32"),
            "classes": np.array([[row[1] for row in some] for some in rows]),
            "scores": np.array([[row[-1] for row in some] for some in rows])}


class TestMeanIou:
    def test_by_hand(self):
        truth, found = np.array([[[0, 0], [1, 2]], [[2, 2], [2, 0]]]), np.array([[[0, 1], [1, 2]], [[2, 0], [2, 0]]])
        # 0: 2 of 4; 1: 1 of 2; 2: 3 of 4
        assert mean_iou(truth, found, classes=3) == pytest.approx((2 / 4 + 1 / 2 + 3 / 4) / 3)

    def test_perfect_is_one_and_disjoint_is_zero(self):
        truth = np.array([[0, 1, 2, 2]])
        assert mean_iou(truth, truth, classes=7) == 1          # classes that are nowhere do not count
        assert mean_iou(truth, (truth + 1) % 3, classes=3) == 0

    def test_a_class_found_but_not_there_counts(self):
        assert mean_iou(np.array([0, 0]), np.array([0, 1]), classes=2) == pytest.approx((1 / 2 + 0) / 2)

    def test_small_bytes_do_not_overflow(self):
        truth = np.full((2, 300), 200, "uint8")
        assert mean_iou(truth, truth, classes=201) == 1

    def test_wrong_shapes_and_classes_are_refused_in_words(self):
        with pytest.raises(ValueError, match="one class for each pixel"):
            mean_iou(np.zeros((2, 4, 4)), np.zeros((2, 4, 4, 3)), classes=3)
        with pytest.raises(ValueError, match="from 0 to 1"):
            mean_iou([0, 2], [0, 0], classes=2)


class TestMeanAveragePrecision:
    def test_all_found_is_one_in_any_order_of_scores(self):
        truth = scene([(ONE, 1), (TWO, 2)], [(THREE, 1)])
        assert mean_average_precision(truth, scene([(TWO, 2, 0.1), (ONE, 1, 0.9)], [(THREE, 1, 0.2)])) == 1

    def test_nothing_found_is_zero(self):
        assert mean_average_precision(scene([(ONE, 1)]), scene([(NOTHING, 0, 0.0)])) == 0
        assert mean_average_precision(scene([(ONE, 1)]), scene([(TWO, 1, 0.9)])) == 0

    def test_the_curve_by_hand(self):
        # Surest first: right, wrong, right, wrong, right. Precisions at the hits: 1, 2/3, 3/5; one of four boxes is never found.
        truth = scene([(ONE, 1), (TWO, 1)], [(THREE, 1), (ONE, 1)])
        found = scene([(ONE, 1, 0.9), ([60, 60, 70, 70], 1, 0.8), (TWO, 1, 0.7)], [(TWO, 1, 0.6), (THREE, 1, 0.5)])
        assert mean_average_precision(truth, found) == pytest.approx((1 + 2 / 3 + 3 / 5) / 4)

    def test_every_recall_takes_the_best_precision_from_there_on(self):
        # wrong, right, right: precisions 0, 1/2, 2/3; at recall 1/2 the best to come is 2/3.
        found = scene([(THREE, 1, 0.9), (ONE, 1, 0.8), (TWO, 1, 0.7)])
        assert mean_average_precision(scene([(ONE, 1), (TWO, 1)]), found) == pytest.approx((2 / 3 + 2 / 3) / 2)

    def test_a_box_found_twice_is_wrong_once_and_the_surer_is_right(self):
        truth = scene([(ONE, 1), (TWO, 1)])
        found = scene([([0, 0, 10, 9], 1, 0.7), (ONE, 1, 0.9), (TWO, 1, 0.5)])
        assert mean_average_precision(truth, found) == pytest.approx((1 + 2 / 3) / 2)

    def test_a_find_goes_to_the_box_it_overlaps_most_even_if_that_is_taken(self):
        truth = scene([([0, 0, 10, 10], 1), ([0, 3, 10, 13], 1)])
        found = scene([([0, 0, 10, 10], 1, 0.9), ([0, 1, 10, 11], 1, 0.8)])      # the second: 9/11 with the first box, 8/12 with the other
        assert mean_average_precision(truth, found) == pytest.approx(1 / 2)

    def test_overlap_decides(self):
        truth, found = scene([([0, 0, 10, 10], 1)]), scene([([0, 0, 10, 6], 1, 0.9)])      # IoU 0.6
        assert mean_average_precision(truth, found, iou=0.6) == 1
        assert mean_average_precision(truth, found, iou=0.61) == 0

    def test_the_right_box_of_another_class_or_picture_is_wrong(self):
        assert mean_average_precision(scene([(ONE, 1), (TWO, 2)]), scene([(ONE, 2, 0.9), (TWO, 2, 0.8)])) == pytest.approx((0 + 1 / 2) / 2)
        assert mean_average_precision(scene([(ONE, 1)], [(TWO, 1)]), scene([(TWO, 1, 0.9)], [(ONE, 1, 0.8)])) == 0

    def test_classes_that_are_not_in_the_truth_do_not_count(self):
        assert mean_average_precision(scene([(ONE, 1)]), scene([(ONE, 1, 0.9), (TWO, 5, 0.99)])) == 1

    def test_what_cannot_be_measured_is_refused_in_words(self):
        with pytest.raises(ValueError, match="give the same pictures"):
            mean_average_precision(scene([(ONE, 1)]), scene([(ONE, 1, 0.9)], [(ONE, 1, 0.9)]))
        with pytest.raises(ValueError, match="no box at all"):
            mean_average_precision(scene([(NOTHING, 0)]), scene([(ONE, 1, 0.9)]))


def test_a_map_keeps_neighbours_or_not():
    steps = np.abs(np.arange(5)[:, None] - np.arange(5))[:, None]          # inputs 0 … 4 on a row of five units
    assert topographic_error(steps) == 0
    order = [0, 3, 1, 4, 2]
    assert topographic_error(steps[:, :, order]) == 1
    corner = np.array([[[0, 9], [9, 1]]])
    assert topographic_error(corner) == 0
    with pytest.raises(ValueError, match="at least one input and two units"):
        topographic_error(np.zeros((3, 1, 1)))


class TestBits:
    """Text, foretold."""

    def test_bits_by_hand(self):
        assert bits_per_character([1, 1]) == 0
        assert bits_per_character([0.5, 0.25, 0.125]) == 2
        assert bits_per_character([0.5, 0]) == np.inf
        for wrong in ([], [1.5], [-0.1]):
            with pytest.raises(ValueError, match="between 0 and 1"):
                bits_per_character(wrong)

    def test_witten_bell_by_hand(self):
        # In "aabac" a came 3 times, b and c once: 3 kinds. After a came a, b and c, once each.
        one = {"a": (3 + 3 / 128) / 8, "b": (1 + 3 / 128) / 8, "d": 3 / 128 / 8}
        np.testing.assert_allclose(ngram_chances("aabac", "abd", order=1), [one["a"], one["b"], one["d"]])
        after_a, after_b = (1 + 3 * one["b"]) / 6, 1 / 2 * one["d"]         # after b came a alone
        np.testing.assert_allclose(ngram_chances("aabac", "abd", order=2), [one["a"], after_a, after_b])
        # Nothing came after c: the shorter context counts.
        assert ngram_chances("aabac", "cb", order=2)[1] == pytest.approx(one["b"])

    @pytest.mark.parametrize("order", [1, 2, 4])
    def test_chances_of_all_characters_sum_to_one(self, order):
        train = "the cat sat on the mat"
        for before in ("at t", "zzzz", " cat"):
            assert sum(ngram_chances(train, before + chr(code), order)[-1] for code in range(128)) == pytest.approx(1)

    def test_a_longer_context_helps_a_text_that_repeats(self):
        train = "one two three four " * 30
        bits = [bits_per_character(ngram_chances(train, train, order)) for order in (1, 2, 4)]
        assert bits[0] > 3 > bits[1] > 2 * bits[2] > 0

    def test_what_cannot_be_counted_is_refused_in_words(self):
        for train, test, order in (("", "a", 2), ("a", "ü", 2), ("a", "a", 0), ("a", "a", 9)):
            with pytest.raises(ValueError, match="an order from 1 up to 8"):
                ngram_chances(train, test, order)


class TestInceptionScore:
    @pytest.mark.parametrize(("said", "score"), [
        (np.eye(10), 10),                                                    # sure, and of everything
        (np.eye(10)[[3] * 5], 1),                                            # sure, but always of the same
        (np.full((4, 10), 0.1), 1),                                          # never sure
        ([[0.75, 0.25], [0.25, 0.75]], 2 * 0.75**0.75 * 0.25**0.25),         # together ½, ½: 2 e^-entropy
        ([[1, 0, 0], [1, 0, 0], [0, 1, 0]], 3 / 4 ** (1 / 3)),               # e^-(2/3 ln 2/3 + 1/3 ln 1/3)
    ])
    def test_by_hand(self, said, score):
        assert inception_score(said) == pytest.approx(score, rel=1e-9)

    @pytest.mark.parametrize("wrong", [[0.5, 0.5], [[0.5, 0.6]], [[1.5, -0.5]], np.zeros((0, 3)), [[2.0, -3.0]]])
    def test_what_is_no_softmax_is_refused_in_words(self, wrong):
        with pytest.raises(ValueError, match="give a row for each picture"):
            inception_score(wrong)
