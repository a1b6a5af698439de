"""Boxes: by hand, or against loops."""

import keras
import numpy as np
import pytest
from keras import ops

from dlcourse.models.vision import boxes


def some_boxes(rng, *shape, side=60.0):
    corners = rng.uniform(0, side, (*shape, 2, 2)).astype("float32")
    return np.concatenate([corners.min(axis=-2), corners.max(axis=-2) + 1], axis=-1)


def test_a_grid_goes_row_by_row_and_size_by_size():
    laid = boxes.grid(np.array([[2, 2], [4, 8]]), rows=2, columns=3, stride=10)
    assert laid.shape == (12, 4)
    np.testing.assert_array_equal(laid[:4], [[4, 4, 6, 6], [3, 1, 7, 9], [14, 4, 16, 6], [13, 1, 17, 9]])
    np.testing.assert_array_equal(laid[-1], [23, 11, 27, 19])


def test_iou_by_hand():
    one = ops.array([[[0.0, 0, 4, 4], [0, 0, 2, 2]]])
    two = ops.array([[[0.0, 0, 4, 4], [2, 2, 6, 6], [4, 0, 8, 4], [3, 3, 3, 3]]])
    np.testing.assert_allclose(boxes.iou(one, two), [[[1, 4 / 28, 0, 0], [4 / 16, 0, 0, 0]]], rtol=1e-6)


def test_coding_by_hand():
    anchor, box = ops.array([[10.0, 20, 30, 60]]), ops.array([[15.0, 30, 55, 50]])      # 20 x 40 round (20, 40); 40 x 20 round (35, 40)
    np.testing.assert_allclose(boxes.encode(box, anchor, (1, 1, 1, 1)), [[0.75, 0, np.log(2), -np.log(2)]], atol=1e-6)
    np.testing.assert_allclose(boxes.encode(box, anchor), [[7.5, 0, 5 * np.log(2), -5 * np.log(2)]], atol=1e-5)


@pytest.mark.parametrize("spread", [(1, 1, 1, 1), (0.1, 0.1, 0.2, 0.2)])
def test_decoding_undoes_coding(spread):
    rng = np.random.default_rng(0)
    true, anchors = some_boxes(rng, 2, 50), some_boxes(rng, 2, 50)
    np.testing.assert_allclose(boxes.decode(boxes.encode(true, anchors, spread), anchors, spread), true, atol=1e-3)


def test_an_empty_box_and_a_wild_code_stay_finite():
    assert np.isfinite(boxes.encode(ops.zeros((1, 4)), ops.array([[0.0, 0, 4, 4]]))).all()
    assert np.isfinite(boxes.decode(ops.full((1, 4), 1e4), ops.array([[0.0, 0, 4, 4]]))).all()


def test_matching_by_hand():
    overlaps = ops.array([[[0.7, 0.1, 0], [0.55, 0.2, 0], [0.4, 0.35, 0], [0.45, 0, 0], [0.1, 0, 0]]])      # the third truth is empty
    place, label = boxes.match(overlaps, positive=0.5, negative=0.4)
    assert label.numpy().tolist() == [[1, 1, 1, -1, 0]]
    assert place.numpy()[0, :3].tolist() == [0, 0, 1]          # the third overlaps the first truth more, but is the second's best
    _, label = boxes.match(overlaps, positive=0.5, negative=0.4, always=False)
    assert label.numpy().tolist() == [[1, 1, -1, -1, 0]]       # 0.4 is not below 0.4


def test_without_any_truth_all_anchors_are_negative():
    _, label = boxes.match(ops.zeros((2, 5, 4)))
    assert not label.numpy().any()


def test_the_hardest_negatives_are_as_many_as_asked_even_among_equals():
    candidates = ops.array([[True, True, True, True, False], [True, False, True, False, False]])
    chosen = boxes.hardest(ops.ones((2, 5)), candidates, ops.array([3, 4])).numpy()
    assert chosen.sum(axis=1).tolist() == [3, 2]
    assert not (chosen & ~candidates.numpy()).any()


def greedy(some, scores, overlap):
    """As it is always told: take the surest, drop its neighbours, again."""
    ious = boxes.iou(some, some).numpy()
    stay, left = np.zeros(len(some), bool), list(np.argsort(-scores, kind="stable"))
    while left:
        stay[left[0]] = True
        left = [other for other in left[1:] if ious[left[0], other] <= overlap]
    return stay


@pytest.mark.parametrize("overlap", [0.1, 0.3, 0.7])
def test_nms_is_the_greedy_one(overlap):
    rng = np.random.default_rng(1)
    some = some_boxes(rng, 3, 60)
    scores = rng.integers(0, 20, (3, 60)) / 20          # many are equal
    stay = boxes.nms(ops.array(some), ops.array(scores), overlap).numpy()
    assert 0 < stay.sum() < stay.size
    for mine, each, score in zip(stay, some, scores):
        np.testing.assert_array_equal(mine, greedy(each, score, overlap))


def test_a_chain_of_neighbours_loses_every_second():
    chain = np.array([[x, 0, x + 10, 10] for x in range(0, 40, 4)], "float32")
    assert boxes.nms(chain, ops.arange(10.0, 0, -1), 0.4).numpy().tolist() == [True, False] * 5


@pytest.mark.parametrize("own", [False, True])
def test_each_class_is_thinned_out_by_itself(own):
    some = np.array([[[0, 0, 10, 10], [0, 0, 10, 9], [20, 20, 30, 30]]], "float32")
    scores = np.array([[[0.6, 0.3], [0.5, 0.8], [0.0, 0.2]]], "float32")
    found = boxes.detections(ops.array(some.repeat(2, axis=1) if own else some), ops.array(scores), most=5)
    np.testing.assert_allclose(found["scores"], [[0.8, 0.6, 0.2, 0, 0]])          # 0.5 and 0.3 overlap a surer one of their class
    np.testing.assert_array_equal(found["classes"], [[2, 1, 2, 0, 0]])
    np.testing.assert_array_equal(found["boxes"][0], [*some[0, [1, 0, 2]], [0] * 4, [0] * 4])


def test_a_class_has_boxes_of_its_own():
    own = ops.array([[[0.0, 0, 4, 4], [1, 1, 5, 5], [2, 2, 6, 6], [3, 3, 7, 7]]])
    found = boxes.detections(own, ops.array([[[0.1, 0.0], [0.0, 0.9]]]), most=2)
    np.testing.assert_array_equal(found["boxes"], [[[3, 3, 7, 7], [0, 0, 4, 4]]])
    np.testing.assert_array_equal(found["classes"], [[2, 1]])


def read_between(picture, y, x):
    y, x = np.clip(y, 0, picture.shape[0] - 1), np.clip(x, 0, picture.shape[1] - 1)
    top, left = min(int(y), picture.shape[0] - 2), min(int(x), picture.shape[1] - 2)
    down, right = y - top, x - left
    return (picture[top, left] * (1 - down) * (1 - right) + picture[top, left + 1] * (1 - down) * right
            + picture[top + 1, left] * down * (1 - right) + picture[top + 1, left + 1] * down * right)


def test_roi_align_is_the_loop_over_points():
    rng = np.random.default_rng(2)
    features, where = rng.normal(size=(2, 6, 9, 3)).astype("float32"), some_boxes(rng, 2, 5, side=45.0)
    aligned = boxes.roi_align(features, where, size=3, stride=8, samples=2).numpy()
    assert aligned.shape == (2, 5, 3, 3, 3)
    for picture, number, row, column in np.ndindex(2, 5, 3, 3):
        x_min, y_min, x_max, y_max = where[picture, number]
        points = [read_between(features[picture], (y_min + (y_max - y_min) * (row + down) / 3) / 8 - 0.5,
                               (x_min + (x_max - x_min) * (column + right) / 3) / 8 - 0.5)
                  for down in (0.25, 0.75) for right in (0.25, 0.75)]
        np.testing.assert_allclose(aligned[picture, number, row, column], np.mean(points, axis=0), atol=1e-4)


def test_they_work_symbolically_too():
    found, scores = keras.Input((20, 4)), keras.Input((20,))
    assert boxes.iou(found, found).shape == (None, 20, 20)
    assert boxes.roi_align(keras.Input((8, 8, 5)), found, size=3).shape == (None, 20, 3, 3, 5)
