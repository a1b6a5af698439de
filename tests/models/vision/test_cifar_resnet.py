"""The residual networks for CIFAR: sizes by closed form, shortcuts that learn nothing, and the plain twin."""

import math

import keras
import numpy as np
import pytest

from dlcourse.models import CifarResNet
from dlcourse.models.vision.cifar_resnet import Subsample


def size_by_hand(depth, filters=16, channels=3, classes=10):
    """Parameters, trainable and all: only convolutions, batch norms and the last layer have any."""
    n, w = (depth - 2) // 6, filters
    pairs = [(channels, w)] + [(w, w)] * 2 * n
    pairs += [(w, 2 * w)] + [(2 * w, 2 * w)] * (2 * n - 1) + [(2 * w, 4 * w)] + [(4 * w, 4 * w)] * (2 * n - 1)
    assert len(pairs) == depth - 1
    trainable = sum(9 * before * after + 2 * after for before, after in pairs) + 4 * w * classes + classes
    return trainable, trainable + sum(2 * after for _, after in pairs)


def sizes(model):
    return sum(math.prod(weight.shape) for weight in model.trainable_weights), model.count_params()


@pytest.mark.parametrize(("depth", "trainable"), [(20, 269_722), (32, 464_154), (44, 658_586), (56, 853_018), (110, 1_727_962),
                                                  (1202, 19_421_274)])
def test_arithmetic_agrees_with_the_published_sizes(facts, depth, trainable):
    assert size_by_hand(depth)[0] == trainable
    if depth in (20, 44, 56, 1202):
        row = facts("ResNet-CIFAR", f"ResNet-{depth} option A")
        assert size_by_hand(depth) == (row["params_trainable"], row["params_total"])


@pytest.mark.parametrize("depth", [20, 44, 110, pytest.param(1202, marks=pytest.mark.heavy)])
def test_any_depth_with_and_without_shortcuts(facts, stages, blueprint, depth):
    row = facts("ResNet-CIFAR", "ResNet-20 option A")
    for residual in (True, False):
        model = blueprint(CifarResNet, depth=depth, residual=residual)
        assert sizes(model) == size_by_hand(depth)
        assert stages(model, row) == row["stages"]
        assert len([layer for layer in model.layers if isinstance(layer, (keras.layers.Conv2D, keras.layers.Dense))]) == depth
        assert len([layer for layer in model.layers if isinstance(layer, keras.layers.Add)]) == (depth - 2) // 2 * residual


@pytest.mark.parametrize("arguments", [{"depth": 8, "filters": 5, "classes": 3}, {"depth": 14, "filters": 8, "channels": 1}])
def test_any_size_is_right_by_construction(arguments):
    expected = size_by_hand(**arguments)
    assert sizes(CifarResNet(input_shape=(21, 30, arguments.pop("channels", 3)), **arguments)) == expected


def test_a_stride_in_the_first_convolution_quarters_all_pictures():
    model = CifarResNet(input_shape=(28, 28, 1), strides=2)
    assert [model.get_layer(f"stage{stage}").output.shape[1:3] for stage in (1, 2, 3)] == [(14, 14), (7, 7), (4, 4)]


def test_shortcuts_drop_pixels_and_append_zeros():
    x = np.arange(2 * 5 * 4 * 3.0).reshape(2, 5, 4, 3)
    y = Subsample(filters=7, strides=2)(x).numpy()
    assert y.shape == (2, 3, 2, 7)
    np.testing.assert_array_equal(y[..., :3], x[:, ::2, ::2])
    assert not y[..., 3:].any()
    assert not Subsample(7, 2).weights


def test_blocks_that_learned_nothing_pass_the_picture_on():
    model = CifarResNet(input_shape=(16, 16, 1), depth=14, filters=4)
    for layer in model.layers:
        if layer.name.endswith("_2_bn"):
            layer.gamma.assign(np.zeros(layer.gamma.shape))
    x = np.random.default_rng(0).random((2, 16, 16, 1))
    first, last = (y.numpy() for y in keras.Model(model.input, [model.get_layer(name).output for name in ("conv1", "stage3")])(x))
    np.testing.assert_allclose(last[..., :4], first[:, ::4, ::4], atol=1e-6)
    assert not last[..., 4:].any()
    assert first.max() > 0


def test_the_plain_net_does_not_pass_it_on():
    model = CifarResNet(input_shape=(16, 16, 1), depth=8, filters=4, residual=False)
    model.get_layer("stage1_1_2_bn").gamma.assign(np.zeros(4))
    assert not keras.Model(model.input, model.get_layer("stage1").output)(np.ones((1, 16, 16, 1))).numpy().any()


@pytest.mark.parametrize("depth", [2, 18, 21, -4])
def test_a_depth_that_is_not_6n_plus_2_is_refused(depth):
    with pytest.raises(ValueError, match=rf"depth={depth} is not 6 n \+ 2: choose 8, 14, 20"):
        CifarResNet(depth=depth)
