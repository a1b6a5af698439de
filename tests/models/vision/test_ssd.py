"""SSD: the paper's sizes and default boxes, its loss by hand, and that it finds what it is shown."""

import keras
import numpy as np
import pytest

from dlcourse.models import SSD300
from dlcourse.models.vision import ssd
from dlcourse.models.vision.boxes import encode, iou

TINY = {"input_shape": (32, 32, 3), "classes": 3, "backbone": (8, 8, 16, 16)}
MAPS = [(38, 4), (19, 6), (10, 6), (5, 6), (3, 4), (1, 4)]


def size_by_hand(classes, channels=3, width=1):
    def conv(kernel, below, above):
        return (kernel * kernel * below + 1) * above
    count, below = 0, channels
    for filters, depth in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
        for _ in range(depth):
            count += conv(3, below, int(filters * width))
            below = int(filters * width)
    maps = [int(many * width) for many in (512, 1024, 512, 256, 256, 256)]
    count += maps[0] + conv(3, below, maps[1]) + conv(1, maps[1], maps[1])
    for number, few in enumerate((256, 128, 128, 128), start=2):
        count += conv(1, maps[number - 1], int(few * width)) + conv(3, int(few * width), maps[number])
    return count + sum(conv(3, many, boxes * (classes + 4)) for many, (_, boxes) in zip(maps, MAPS))


def test_published_size_and_shapes(facts, stages, blueprint):
    row, model = facts("SSD300"), blueprint(SSD300)
    addresses = {"conv4_3": "block4_conv3"}
    there = {"stages": [[addresses.get(name, name), shape] for name, shape in row["stages"]]}
    assert stages(model, there) == there["stages"]
    assert model.count_params() == row["params_total"] == size_by_hand(21)


@pytest.mark.parametrize(("classes", "count"), [(81, 34_305_206), (91, 35_641_826)])
def test_more_classes(blueprint, classes, count):
    assert blueprint(SSD300, classes=classes).count_params() == count


@pytest.mark.parametrize(("classes", "channels", "width"), [(2, 1, 0.25), (7, 4, 0.5)])
def test_any_size_counts_as_by_hand(blueprint, classes, channels, width):
    model = blueprint(SSD300, input_shape=(300, 300, channels), classes=classes, width=width)
    assert model.count_params() == size_by_hand(classes, channels, width)


def test_default_boxes_are_the_papers(blueprint):
    boxes = blueprint(SSD300).get_layer("mbox_loc").boxes
    assert boxes.shape == (8732, 4)
    small, large, steps = [30, 60, 111, 162, 213, 264], [60, 111, 162, 213, 264, 315], [8, 16, 32, 64, 100, 300]      # ssd_pascal.py
    start = 0
    for number, (side, each) in enumerate(MAPS):
        mine = boxes[start:start + side * side * each].reshape(side, side, each, 4)
        start += side * side * each
        np.testing.assert_allclose(mine[0, 0, :, :2] + mine[0, 0, :, 2:], np.full((each, 2), steps[number]), atol=1e-3)
        np.testing.assert_allclose((mine[..., 2:] - mine[..., :2])[0, 0, :2, 0], [small[number], (small[number] * large[number])**0.5],
                                   rtol=1e-4)
        if side > 1:
            np.testing.assert_allclose(mine[0, 1, 0] - mine[0, 0, 0], [steps[number], 0, steps[number], 0], atol=1e-3)


def test_default_sizes():
    np.testing.assert_allclose(ssd.default_sizes(60, 111, (2, 3)), [
        [60, 60], [81.608, 81.608], [84.853, 42.426], [42.426, 84.853], [103.923, 34.641], [34.641, 103.923]], atol=1e-3)


@pytest.mark.parametrize("side", [32, 64, 100, 129])
def test_smaller_pictures_have_fewer_maps_but_as_many_boxes_as_answers(side):
    model = SSD300(input_shape=(side, side + 20, 1), classes=4, width=1 / 32)
    shifts, kinds = model.output["shifts"], model.output["classes"]
    boxes = model.get_layer("mbox_loc").boxes
    assert shifts.shape[1] == kinds.shape[1] == len(boxes)
    assert np.all(boxes[:, 2:] > boxes[:, :2])


def test_conv4_3_is_evened_out_to_length_20():
    model = SSD300(input_shape=(64, 64, 3), classes=3, width=1 / 16)
    seen = keras.Model(model.input, model.get_layer("conv4_3_norm").output)(np.random.default_rng(0).random((2, 64, 64, 3)))
    lengths = np.linalg.norm(seen, axis=-1)
    np.testing.assert_allclose(lengths[lengths > 1], 20, rtol=1e-3)
    assert (lengths > 1).any()


def test_the_loss_by_hand():
    model = SSD300(**TINY)
    boxes = model.get_layer("mbox_loc").boxes
    true = boxes[[40]] + [1, 0, 1, 0]
    odds = np.full((1, len(boxes), 3), 0.1)
    odds[..., 0] = 0.8
    odds[0, 40] = [0.2, 0.3, 0.5]
    odds[0, [3, 5]], odds[0, 7] = [0.5, 0.3, 0.2], [0.4, 0.4, 0.2]          # negatives that lose more than all others
    shifts = np.zeros((1, len(boxes), 4), "float32")
    loss = model.compute_loss(y={"boxes": true[None], "classes": np.array([[2]])},
                              y_pred={"shifts": keras.ops.array(shifts), "classes": keras.ops.array(odds, "float32")})
    overlaps = np.array(iou(keras.ops.array(boxes), keras.ops.array(true, "float32")))[:, 0]
    positives = np.flatnonzero((overlaps >= 0.5) | (overlaps == overlaps.max()))
    assert 40 in positives
    assert not {3, 5, 7} & set(positives)
    code = np.abs(encode(keras.ops.array(np.repeat(true, len(positives), axis=0), "float32"), boxes[positives]))
    shift = np.where(code < 1, code**2 / 2, code - 0.5).sum()
    others = [-np.log(0.4), -np.log(0.5), -np.log(0.5)] + [-np.log(0.8)] * (3 * len(positives) - 3)
    by_hand = (-np.log(odds[0, positives, 2]).sum() + sum(others) + shift) / len(positives)
    assert float(loss) == pytest.approx(by_hand, rel=1e-3)


def test_it_finds_squares(finds_squares):
    finds_squares(SSD300(**TINY, sizes=(8, 12, 20)))
