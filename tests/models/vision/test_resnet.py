"""Residual networks: the paper's sizes, any other size by arithmetic, and the answers of two other libraries' networks."""

import inspect
import math

import keras
import numpy as np
import pytest

from dlcourse import models
from dlcourse.models.vision import resnet

ALL = {name: getattr(models, name) for name in ("ResNet18", "ResNet34", "ResNet50", "ResNet101", "ResNet152")}
STRIDE, EPSILON = 3, 1e-3        # of the networks that must not pass for Keras'


def size_by_hand(name, channels=3, classes=1000, bias=False, filters=64, blocks=None):
    """Parameters, trainable and all, counted convolution by convolution; no Keras."""
    blocks = blocks or inspect.signature(ALL[name]).parameters["blocks"].default
    trainable = statistics = 0

    def convolution(kernel, before, after):
        nonlocal trainable, statistics
        trainable += kernel * kernel * before * after + bias * after + 2 * after
        statistics += 2 * after
    convolution(7, channels, filters)
    before = filters
    for stage, count in enumerate(blocks):
        wide = filters * 2**stage
        after = wide if name in ("ResNet18", "ResNet34") else 4 * wide
        for number in range(count):
            if before != after or (stage and not number):
                convolution(1, before, after)
            if after == wide:
                convolution(3, before, wide)
                convolution(3, wide, wide)
            else:
                convolution(1, before, wide)
                convolution(3, wide, wide)
                convolution(1, wide, after)
            before = after
    trainable += before * classes + classes
    return trainable, trainable + statistics


def sizes(model):
    return sum(math.prod(weight.shape) for weight in model.trainable_weights), model.count_params()


@pytest.mark.parametrize(("name", "bias"), [(name, bias) for name in ("ResNet18", "ResNet50", "ResNet152") for bias in (False, True)])
def test_arithmetic_agrees_with_the_published_sizes(facts, name, bias):
    row = facts("ResNet", f"ResNet-{name.removeprefix('ResNet')} v1 projection-shortcut(B), conv bias={bias}")
    assert size_by_hand(name, bias=bias) == (row["params_trainable"], row["params_total"])


@pytest.mark.parametrize("name", ALL)
def test_card_says_what_arithmetic_says(name):
    assert ALL[name].published.parameters == size_by_hand(name)[0]


@pytest.mark.parametrize(("name", "variant", "arguments"), [
    ("ResNet18", "paper", {"filters": 8}),
    ("ResNet34", "v1.5", {"filters": 4, "channels": 1, "classes": 7}),
    ("ResNet50", "keras", {"filters": 4, "channels": 4}),
    ("ResNet50", "v1.5", {"filters": 6, "blocks": (1, 2)}),
    ("ResNet101", "keras", {"filters": 2, "blocks": (2, 1, 1, 1, 1)}),
    ("ResNet152", "paper", {"filters": 4, "blocks": (1, 1, 3), "classes": 2}),
])
def test_any_size_is_right_by_construction(name, variant, arguments):
    expected = size_by_hand(name, bias=variant == "keras", **arguments)
    arguments["input_shape"] = (33, 40, arguments.pop("channels", 3))
    assert sizes(ALL[name](variant=variant, **arguments)) == expected


@pytest.mark.parametrize(("name", "variant"), [
    pytest.param(name, variant, marks=() if variant == "paper" else pytest.mark.heavy) for name in ALL for variant in resnet.VARIANTS])
def test_full_size(facts, stages, blueprint, name, variant):
    model = blueprint(ALL[name], variant=variant)
    assert sizes(model) == size_by_hand(name, bias=variant == "keras")
    row = facts("ResNet", f"ResNet-{18 if name in ('ResNet18', 'ResNet34') else 50} v1 projection-shortcut(B), conv bias=False")
    assert stages(model, row) == row["stages"]
    assert (model.input_shape, model.output_shape) == ((None, 224, 224, 3), (None, 1000))


def test_stages_halve_and_double_whatever_their_number():
    model = models.ResNet50(input_shape=(64, 96, 1), filters=4, blocks=(1, 2, 1), variant="v1.5")
    shapes = [model.get_layer(name).output.shape[1:] for name in ("conv1", "pool1", "conv2_x", "conv3_x", "conv4_x")]
    assert shapes == [(32, 48, 4), (16, 24, 4), (16, 24, 16), (8, 12, 32), (4, 6, 64)]


# ---- the same answers as other libraries ----

def features(model, x):
    """What the last layer reads, by which networks are told apart more sharply than by their probabilities."""
    last = model.layers[-2] if isinstance(model.layers[-1], keras.layers.Dense) else model.layers[-1]
    y = keras.ops.convert_to_numpy(keras.Model(model.input, last.output)(x, training=False))
    return y.mean(axis=(1, 2)) if y.ndim == 4 else y


def apart(ours, theirs, size):
    """The largest difference, in parts of the largest feature."""
    x = np.random.default_rng(1).random((2, size, size, 3), dtype="float32")
    ours, theirs = features(ours, x), features(theirs, x)
    assert theirs.std() > 0.01 * np.abs(theirs).max() > 0, "this peer answers the same everywhere: it cannot tell anything"
    return np.abs(ours - theirs).max() / np.abs(theirs).max()


def copy(theirs, ours, address):
    for layer in theirs.layers:
        if layer.weights:
            ours.get_layer(address(layer.name)).set_weights(layer.get_weights())
    return ours


def from_keras(name):
    return "fc" if name == "predictions" else name.replace("_block", "_")


@pytest.mark.parametrize("name", ["ResNet50", pytest.param("ResNet101", marks=pytest.mark.heavy),
                                  pytest.param("ResNet152", marks=pytest.mark.heavy)])
def test_answers_as_keras_applications(lively, monkeypatch, name):
    keras.utils.set_random_seed(0)
    theirs = lively(getattr(keras.applications, name)(weights=None, input_shape=(48, 48, 3), classes=5))

    def difference():
        return apart(copy(theirs, ALL[name](input_shape=(48, 48, 3), classes=5, variant="keras"), from_keras), theirs, 48)
    assert difference() < 1e-5

    bias, epsilon, kernel, first = resnet.VARIANTS["keras"]
    for wrong in ((bias, epsilon, STRIDE, first), (bias, EPSILON, kernel, first)):
        monkeypatch.setitem(resnet.VARIANTS, "keras", wrong)
        assert difference() > 1e-3


def test_weights_come_in_the_order_of_keras_applications(lively):
    theirs = lively(keras.applications.ResNet50(weights=None, input_shape=(32, 32, 3), classes=5))
    ours = models.ResNet50(input_shape=(32, 32, 3), classes=5, variant="keras")
    ours.set_weights(theirs.get_weights())
    assert apart(ours, theirs, 32) < 1e-5


def from_keras_hub(name):
    """stack0_block0_1_conv -> conv2_1_1_conv"""
    if not name.startswith("stack"):
        return name
    stack, block, rest = name.split("_", 2)
    return f"conv{int(stack.removeprefix('stack')) + 2}_{int(block.removeprefix('block')) + 1}_{rest}"


@pytest.mark.heavy
@pytest.mark.parametrize(("name", "block"), [("ResNet18", "basic_block"), ("ResNet50", "bottleneck_block")])
def test_answers_as_keras_hub(lively, monkeypatch, name, block):
    hub = pytest.importorskip("keras_hub", reason="keras-hub is not installed: its ResNet is not asked")
    keras.utils.set_random_seed(0)
    blocks = inspect.signature(ALL[name]).parameters["blocks"].default
    theirs = lively(hub.models.ResNetBackbone(
        input_conv_filters=[64], input_conv_kernel_sizes=[7], stackwise_num_filters=[64, 128, 256, 512], block_type=block,
        stackwise_num_blocks=list(blocks), stackwise_num_strides=[1, 2, 2, 2], image_shape=(64, 64, 3)))

    def difference():
        return apart(copy(theirs, ALL[name](input_shape=(64, 64, 3), variant="v1.5"), from_keras_hub), theirs, 64)
    assert difference() < 1e-5

    bias, epsilon, kernel, first = resnet.VARIANTS["v1.5"]
    monkeypatch.setitem(resnet.VARIANTS, "v1.5", (bias, EPSILON, kernel, first))
    assert difference() > 1e-3
    if name == "ResNet50":
        monkeypatch.setitem(resnet.VARIANTS, "v1.5", (bias, epsilon, 1, first))
        assert difference() > 1e-3


# ---- what makes it residual ----

def test_a_block_that_learned_nothing_passes_its_input_on():
    model = models.ResNet50(input_shape=(32, 32, 1), classes=3, filters=4, blocks=(3,))
    for number in (2, 3):
        model.get_layer(f"conv2_{number}_3_bn").gamma.assign(np.zeros(16))
    x = np.random.default_rng(0).random((2, 32, 32, 1))
    first, last = keras.Model(model.input, [model.get_layer(name).output for name in ("conv2_1_relu", "conv2_x")])(x)
    np.testing.assert_allclose(last, first, atol=1e-6)
    assert np.abs(first).max() > 0


def test_where_a_bottleneck_halves():
    for variant, strided in (("paper", "conv3_1_1_conv"), ("keras", "conv3_1_1_conv"), ("v1.5", "conv3_1_2_conv")):
        model = models.ResNet50(input_shape=(32, 32, 1), filters=4, blocks=(1, 1), variant=variant)
        halving = {layer.name for layer in model.layers if getattr(layer, "strides", 1) == (2, 2) and layer.name.startswith("conv3")}
        assert halving == {strided, "conv3_1_0_conv"}


def test_bad_arguments_are_refused_in_words():
    with pytest.raises(ValueError, match=r"variant='v2' is unknown: choose from 'paper', 'keras', 'v1.5'"):
        models.ResNet50(variant="v2")
    for blocks in (3, (), (2, 0)):
        with pytest.raises(ValueError, match="give the number of blocks of each stage, at least 1, such as"):
            models.ResNet18(blocks=blocks)
    with pytest.raises(ValueError, match=r"input_shape=\(28, 28\): give \(height, width, channels\)"):
        models.ResNet18(input_shape=(28, 28))
