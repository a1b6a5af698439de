"""AlexNet: two halves that meet in conv3, and the paper's sizes from 227 pixels, or from the 224 that it writes."""

import keras
import numpy as np
import pytest

from dlcourse.models import AlexNet

FILTERS, KERNELS = [96, 256, 384, 384, 256], [11, 5, 3, 3, 3]


def by_hand(input_shape, classes, groups, stride=4, width=1):
    """Kernels, biases and what reaches fc6, by Caffe's rules for sizes; kernels of conv2, 4, 5 see a `groups`-th of the maps."""
    filters = [size * width for size in FILTERS]
    count, below = 0, input_shape[2]
    for kernel, above, halves in zip(KERNELS, filters, [1, groups, 1, groups, groups]):
        count += kernel**2 * below // halves * above + above
        below = above
    for side in input_shape[:2]:
        side = -((11 - side) // stride) + 1          # rounded up
        for _ in range(3):
            side = (side - 3) // 2 + 1
        below *= side
    for above in (4096 * width, 4096 * width, classes):
        count += (below + 1) * above
        below = above
    return count


@pytest.mark.parametrize(("groups", "variant", "count"), [(2, "two-tower", 60_965_224), (1, "ungrouped", 62_378_344)])
def test_published_sizes(facts, stages, blueprint, groups, variant, count):
    model, row = blueprint(AlexNet, groups=groups), facts("AlexNet", variant)
    assert model.count_params() == row["params_trainable"] == by_hand((227, 227, 3), 1000, groups) == count
    assert stages(model, row) == row["stages"]


@pytest.mark.parametrize(("layer", "count"), [
    ("conv1", 34_944), ("conv2", 307_456), ("conv3", 885_120), ("conv4", 663_936), ("conv5", 442_624),
    ("fc6", 37_752_832), ("fc7", 16_781_312), ("fc8", 4_097_000),
])
def test_every_layer_counts_as_in_the_reference(blueprint, layer, count):
    assert blueprint(AlexNet).get_layer(layer).count_params() == count


def test_224_pixels_give_the_papers_net_and_not_one_of_54(blueprint, facts):
    model = blueprint(AlexNet, input_shape=(224, 224, 3))
    assert model.get_layer("margin").output.shape == (None, 227, 227, 3)
    assert model.count_params() == 60_965_224
    assert facts("AlexNet", "toy mistake: 224 input, valid")["params_trainable"] != model.count_params(), "the usual mistake"
    assert "margin" not in [layer.name for layer in blueprint(AlexNet).layers]


@pytest.mark.parametrize(("input_shape", "classes", "groups", "stride", "width"), [
    ((64, 64, 3), 10, 2, 4, 1), ((100, 131, 1), 7, 1, 4, 0.5), ((28, 30, 4), 2, 2, 1, 0.25), ((227, 227, 3), 21, 2, 4, 0.125),
])
def test_any_size_counts_as_by_hand(blueprint, input_shape, classes, groups, stride, width):
    model = blueprint(AlexNet, input_shape=input_shape, classes=classes, groups=groups, stride=stride, width=width)
    assert model.count_params() == by_hand(input_shape, classes, groups, stride, width)
    assert model.output_shape == (None, classes)


def test_order_of_the_first_block(blueprint):
    names = [layer.name for layer in blueprint(AlexNet).layers]
    assert names[:7] == ["input", "conv1", "norm1", "pool1", "conv2", "norm2", "pool2"]
    assert names[-5:] == ["fc6", "drop6", "fc7", "drop7", "fc8"]


@pytest.mark.parametrize(("groups", "reached"), [(2, range(8)), (1, range(16))])
def test_half_of_the_maps_see_their_own_half_only(groups, reached):
    keras.utils.set_random_seed(0)
    conv2 = AlexNet(input_shape=(64, 64, 3), classes=2, groups=groups, width=1 / 16).get_layer("conv2")
    conv2.activation = keras.activations.linear
    lit = np.zeros((1, 5, 5, 6), dtype="float32")
    lit[..., 0] = 1                                # a map of the first half
    moved = np.abs(conv2(lit).numpy()).max(axis=(0, 1, 2)) > 1e-6
    assert np.flatnonzero(moved).tolist() == list(reached)


@pytest.mark.parametrize(("arguments", "advice"), [
    ({"groups": 3}, "groups=3: choose 2"), ({"input_shape": (63, 64, 3)}, "at least 64 pixels"),
    ({"input_shape": (24, 24, 3), "stride": 1}, "at least 25 pixels"), ({"classes": 1}, "at least 2"), ({"width": 0}, "width=0"),
])
def test_bad_arguments_are_refused_in_words(arguments, advice):
    with pytest.raises(ValueError, match=advice):
        AlexNet(**arguments)
