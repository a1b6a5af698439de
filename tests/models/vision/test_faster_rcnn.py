"""Faster R-CNN: the paper's size and anchors, what is proposed, and that both nets learn to find squares together."""

import keras
import numpy as np
import pytest

from dlcourse.models import FasterRCNN
from dlcourse.models.vision import faster_rcnn
from dlcourse.models.vision.boxes import encode, grid, iou

TINY = {"input_shape": (32, 32, 3), "classes": 3, "backbone": (8, 8, 16), "units": 32, "scales": (0.7,), "proposals": 12}


def trainable(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def size_by_hand(classes=21, anchors=9, channels=3, width=1, units=4096):
    count, below = 0, channels
    for filters, depth in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
        for _ in range(depth):
            count += (9 * below + 1) * int(filters * width)
            below = int(filters * width)
    units = int(units * width)
    count += (9 * below + 1) * below + (below + 1) * 6 * anchors
    return count + (49 * below + 1) * units + (units + 1) * units + (units + 1) * 5 * classes


def test_published_size_and_shapes(facts, blueprint):
    row, model = facts("Faster R-CNN", "VGG16"), blueprint(FasterRCNN)
    assert (model.count_params(), trainable(model)) == (row["params_total"], row["params_trainable"])
    assert size_by_hand() == row["params_total"]
    shapes = {"block5_conv3": (38, 63, 512), "rpn_conv": (38, 63, 512), "rpn_cls_score": (38, 63, 18), "rpn_bbox_pred": (38, 63, 36),
              "proposals": (300, 4), "roi_pool5": (300, 7, 7, 512), "fc6": (300, 4096), "cls_score": (300, 21), "bbox_pred": (300, 84)}
    assert {name: model.get_layer(name).output.shape[1:] for name in shapes} == shapes


@pytest.mark.parametrize(("classes", "scales", "channels", "width"), [(81, (4, 8, 16, 32), 3, 1), (2, (8,), 1, 0.25)])
def test_any_size_counts_as_by_hand(blueprint, classes, scales, channels, width):
    model = blueprint(FasterRCNN, input_shape=(200, 300, channels), classes=classes, scales=scales, width=width, frozen=0)
    assert model.count_params() == trainable(model) == size_by_hand(classes, 3 * len(scales), channels, width)
    assert (classes, model.count_params()) in [(81, 138_316_573), (2, model.count_params())]          # py-faster-rcnn's for COCO


def test_anchors_are_the_authors():
    # generate_anchors.py counts the last pixel into the box, so its right and lower edges are 1 less.
    theirs = [[-84, -40, 99, 55], [-176, -88, 191, 103], [-360, -184, 375, 199], [-56, -56, 71, 71], [-120, -120, 135, 135],
              [-248, -248, 263, 263], [-36, -80, 51, 95], [-80, -168, 95, 183], [-168, -344, 183, 359]]
    np.testing.assert_array_equal(grid(faster_rcnn.anchor_sizes(), 1, 1, 16), np.array(theirs) + [0, 0, 1, 1])


def test_proposals_are_the_surest_that_do_not_overlap():
    layer = faster_rcnn.Proposals((64, 64), [[16, 16]], most=3, overlap=0.2)
    scores, shifts = np.zeros((1, 4, 4, 2), "float32"), np.zeros((1, 4, 4, 4), "float32")
    scores[0, [0, 0, 2, 3], [0, 1, 2, 3], 1] = [4, 3, 2, 1]
    shifts[0, 0, 1, 0] = -0.5                  # half a box to the left: over its neighbour
    boxes = layer([scores, shifts]).numpy()[0]
    np.testing.assert_allclose(boxes, [[0, 0, 16, 16], [32, 32, 48, 48], [48, 48, 64, 64]])
    assert (iou(boxes, boxes).numpy() - np.eye(3)).max() == 0


def test_the_second_net_is_asked_about_true_boxes_too():
    """Where nothing was proposed, its loss is that of the true boxes alone: their classes' logarithms, and a code of zeros."""
    model = FasterRCNN(**TINY)
    x, y = np.random.default_rng(0).random((1, 32, 32, 3), "float32"), {
        "boxes": np.array([[[2, 3, 14, 12], [9, 9, 30, 31], [0, 0, 0, 0]]], "float32"), "classes": np.array([[1, 2, 0]])}
    said = model(x)
    nothing = said | {"proposals": keras.ops.zeros_like(said["proposals"])}
    odds, shifts = (part.numpy()[0] for part in model.look(said["map"], y["boxes"]))
    assert odds.shape == (3, 3) and shifts.shape == (3, 3, 4)
    off = np.abs([shifts[0, 1], shifts[1, 2]])
    by_hand = (-np.log([odds[0, 1], odds[1, 2]]).sum() + np.where(off < 1, off**2 / 2, off - 0.5).sum()) / 2
    np.testing.assert_allclose(float(model.compute_loss(y=y, y_pred=nothing)), by_hand + first_loss(model, said, y), rtol=1e-4)


def first_loss(model, said, y):
    """The proposing net's loss, anchor by anchor."""
    anchors, true = model.get_layer("proposals").anchors, y["boxes"][0, :2]
    overlaps = iou(anchors, true).numpy()
    positive = (overlaps >= 0.7).any(axis=1) | ((overlaps == overlaps.max(axis=0)) & (overlaps > 0)).any(axis=1)
    negative = ~positive & (overlaps < 0.3).all(axis=1)
    odds, places = said["objects"].numpy()[0], said["places"].numpy()[0]
    cost = -np.log(odds[:, 1])[positive].sum() + np.sort(-np.log(odds[:, 0])[negative])[::-1][:3 * positive.sum()].sum()
    for number in np.flatnonzero(positive):
        mine = (overlaps[number] + (overlaps[number] == overlaps.max(axis=0))).argmax()
        off = np.abs(places[number] - encode(true[mine], anchors[number], (1, 1, 1, 1)).numpy())
        cost += np.where(off < 1, off**2 / 2, off - 0.5).sum()
    return cost / positive.sum()


def test_both_nets_learn_to_find_squares(finds_squares):
    finds_squares(FasterRCNN(**TINY))
