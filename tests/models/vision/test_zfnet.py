"""ZFNet: figure 3's sizes, which need pools that round up."""

import keras
import numpy as np
import pytest

from dlcourse.models import ZFNet
from dlcourse.models.vision.zfnet import pool


def by_hand(input_shape, classes, width=1):
    """Kernels, biases and what reaches fc6; a pool of 3 by 2 rounds up."""
    count, below = 0, input_shape[2]
    filters = [int(size * width) for size in (96, 256, 384, 384, 256)]
    for kernel, above in zip([7, 5, 3, 3, 3], filters):
        count += (kernel**2 * below + 1) * above
        below = above
    for side in input_shape[:2]:
        side = -(((side + 2 - 7) // 2 + 1 - 3) // -2) + 1
        side = -(((side - 5) // 2 + 1 - 3) // -2) + 1
        below *= -((side - 3) // -2) + 1
    for above in (int(4096 * width), int(4096 * width), classes):
        count += (below + 1) * above
        below = above
    return count


def test_published_size(facts, stages, blueprint):
    model, row = blueprint(ZFNet), facts("ZFNet")
    assert model.count_params() == row["params_trainable"] == by_hand((224, 224, 3), 1000) == 62_357_608
    assert stages(model, row) == row["stages"]


@pytest.mark.parametrize(("layer", "count"), [("conv1", 14_208), ("conv2", 614_656), ("conv3", 885_120), ("conv4", 1_327_488),
                                              ("conv5", 884_992)])
def test_every_convolution_counts_as_by_hand(blueprint, layer, count):
    assert blueprint(ZFNet).get_layer(layer).count_params() == count


@pytest.mark.parametrize(("input_shape", "classes", "width"), [
    ((47, 47, 3), 2, 1), ((64, 64, 1), 10, 0.25), ((101, 87, 3), 5, 0.5), ((225, 227, 4), 1000, 0.125),
])
def test_any_size_counts_as_by_hand(blueprint, input_shape, classes, width):
    model = blueprint(ZFNet, input_shape=input_shape, classes=classes, width=width)
    assert model.count_params() == by_hand(input_shape, classes, width)


def test_it_normalises_after_the_pool(blueprint):
    names = [layer.name for layer in blueprint(ZFNet).layers if not layer.name.endswith("margin")]
    assert names[:7] == ["input", "conv1", "pool1", "norm1", "conv2", "pool2", "norm2"]


@pytest.mark.parametrize(("rows", "columns"), [(13, 13), (110, 110), (7, 8), (8, 7), (4, 4)])
def test_a_pool_misses_no_pixel(rows, columns):
    x = np.random.default_rng(0).random((1, rows, columns, 1)).astype("float32")
    inputs = keras.Input(x.shape[1:])
    pooled = keras.Model(inputs, pool(inputs, "pool"))(x).numpy()[0, ..., 0]
    windows = [[x[0, i:i + 3, j:j + 3].max() for j in range(0, columns - 1, 2)] for i in range(0, rows - 1, 2)]
    np.testing.assert_allclose(pooled, windows)


@pytest.mark.parametrize(("arguments", "advice"), [({"input_shape": (46, 47, 3)}, "at least 47 pixels"), ({"classes": 0}, "at least 2")])
def test_bad_arguments_are_refused_in_words(arguments, advice):
    with pytest.raises(ValueError, match=advice):
        ZFNet(**arguments)
