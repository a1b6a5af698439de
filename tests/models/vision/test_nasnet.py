"""NASNet-A: the cells' arithmetic, the published shapes, and Keras' own answers."""

import importlib
import math

import keras
import numpy as np
import pytest

from dlcourse import models
from dlcourse.models.vision import nasnet


def size_by_hand(channels=3, classes=1000, filters=1056, depth=4, stages=3, stem=32, skip=False):
    """Parameters, trainable and all, from the shapes of one tensor after the other; no Keras."""
    trainable, statistics = 9 * channels * stem, 0

    def norm(width):
        nonlocal trainable, statistics
        trainable, statistics = trainable + 2 * width, statistics + 2 * width

    def separable(kernel, before, width):
        nonlocal trainable
        for entering in (before, width):
            trainable += kernel * kernel * entering + entering * width
            norm(width)

    def pointwise(before, width):
        nonlocal trainable
        trainable += before * width
        norm(width)

    def cell(x, p, width, kind):                     # a tensor here is (channels, how often it was halved)
        if p is None:
            p = x
        else:                                        # two halves have as many weights as one whole
            if p[1] != x[1] or p[0] != width:
                pointwise(p[0], width)
            p = (width, x[1])
        pointwise(x[0], width)
        if kind == "normal":
            for kernel, before in ((5, width), (3, p[0]), (5, p[0]), (3, p[0]), (3, width)):
                separable(kernel, before, width)
            return (p[0] + 5 * width, x[1]), x
        for kernel, before in ((5, width), (7, p[0]), (7, p[0]), (5, p[0]), (3, width)):
            separable(kernel, before, width)
        return (4 * width, x[1] + 1), x
    width = filters // 6 // 2 ** (stages - 1)
    norm(stem)
    x, p = cell((stem, 0), None, width // 4, "reduction")
    x, p = cell(x, p, width // 2, "reduction")
    for stage in range(stages):
        if stage:
            x, before = cell(x, p, width * 2**stage, "reduction")
            p = p if skip else before
        for _ in range(depth):
            x, p = cell(x, p, width * 2**stage, "normal")
    assert x[0] == filters
    trainable += filters * classes + classes
    return trainable, trainable + statistics


def sizes(model):
    return sum(math.prod(weight.shape) for weight in model.trainable_weights), model.count_params()


def test_arithmetic_agrees_with_the_published_sizes(facts):
    row = facts("NASNet-A", "mobile")
    assert size_by_hand() == (row["params_trainable"], row["params_total"])
    assert size_by_hand(filters=4032, depth=6, stem=96, skip=True) == (88_753_150, 88_949_818)
    assert models.NASNetMobile.published.parameters == row["params_trainable"]
    assert models.NASNetLarge.published.parameters == 88_753_150


@pytest.mark.parametrize("builder", [models.NASNetMobile, models.NASNetLarge])
@pytest.mark.parametrize("arguments", [{"filters": 192, "depth": 1, "stem": 5}, {"filters": 48, "depth": 2, "stages": 2, "stem": 3}])
def test_any_size_is_right_by_construction(builder, arguments):
    model = builder(input_shape=(40, 33, 1), classes=7, **arguments)
    assert sizes(model) == size_by_hand(channels=1, classes=7, skip=builder is models.NASNetLarge, **arguments)


def test_mobile_has_the_published_shapes(facts, blueprint):
    row, model = facts("NASNet-A", "mobile"), blueprint(models.NASNetMobile)
    assert sizes(model) == (row["params_trainable"], row["params_total"])
    cells = [f"normal_{stage}_{number}" for stage in (1, 2, 3) for number in (1, 2, 3, 4)]
    cells[8:8], cells[4:4] = ["reduction_2"], ["reduction_1"]
    names = ["stem_conv", "stem_bn", "stem_1", "stem_2", *cells, "avgpool", "fc"]
    assert [list(model.get_layer(name).output.shape[1:]) for name in names] == [shape for _, shape in row["stages"]]


@pytest.mark.heavy
def test_large_has_the_published_shapes(blueprint):
    model = blueprint(models.NASNetLarge)
    assert sizes(model) == (88_753_150, 88_949_818)
    shapes = {"stem_conv": (165, 96), "stem_1": (83, 168), "stem_2": (42, 336), "normal_1_1": (42, 1008), "normal_1_6": (42, 1008),
              "reduction_1": (21, 1344), "normal_2_6": (21, 2016), "reduction_2": (11, 2688), "normal_3_6": (11, 4032)}
    assert {name: model.get_layer(name).output.shape[2:] for name in shapes} == shapes


def apart(ours, theirs, side):
    """The largest difference between the features that the last layers read, in parts of the largest."""
    x = np.random.default_rng(1).random((2, side, side, 3), dtype="float32")
    a, b = (keras.Model(model.input, model.layers[-2].output)(x, training=False).numpy() for model in (ours, theirs))
    assert b.std() > 0.01 * b.max() > 0, "this peer answers the same everywhere: it cannot tell anything"
    return np.abs(a - b).max() / b.max()


@pytest.mark.parametrize(("builder", "skip"), [(models.NASNetMobile, False), (models.NASNetLarge, True)])
@pytest.mark.parametrize("side", [32, 47])
def test_answers_as_keras_applications_when_small(lively, builder, skip, side):
    keras.utils.set_random_seed(0)
    inside = importlib.import_module("keras.src.applications.nasnet")       # Keras exports its two sizes only
    theirs = lively(inside.NASNet((side, side, 3), penultimate_filters=96, num_blocks=1, stem_block_filters=4, skip_reduction=skip,
                                  weights=None, classes=3))
    ours = builder(input_shape=(side, side, 3), classes=3, filters=96, depth=1, stem=4)
    ours.set_weights(theirs.get_weights())
    assert apart(ours, theirs, side) < 1e-5

    for layer in ours.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.epsilon = 1e-2
    assert apart(ours, theirs, side) > 1e-3


def test_other_padding_would_not_pass_for_keras(lively, monkeypatch):
    keras.utils.set_random_seed(0)
    arguments = {"input_shape": (32, 32, 3), "classes": 3, "filters": 96, "depth": 1, "stem": 4}
    ours = lively(models.NASNetMobile(**arguments))
    monkeypatch.setattr(nasnet, "_pool", lambda x, kind, kernel, strides, name:
                        nasnet.POOLING[kind](kernel, strides, padding="same", name=name)(x))
    other = models.NASNetMobile(**arguments)
    other.set_weights(ours.get_weights())
    assert ours.output_shape == other.output_shape
    assert apart(other, ours, 32) > 1e-3


@pytest.mark.heavy
def test_mobile_answers_as_keras_applications(lively):
    keras.utils.set_random_seed(0)
    theirs = lively(keras.applications.NASNetMobile(weights=None, input_shape=(64, 64, 3), classes=5))
    ours = models.NASNetMobile(input_shape=(64, 64, 3), classes=5)
    ours.set_weights(theirs.get_weights())
    assert apart(ours, theirs, 64) < 1e-5


@pytest.mark.parametrize("side", [8, 28])
def test_small_pictures_shrink_to_one_pixel_at_most(side):
    model = models.NASNetLarge(input_shape=(side, side, 1), classes=3, filters=96, depth=1, stem=4)
    assert model.get_layer("normal_3_1").output.shape[1:] == (1, 1, 96)
    assert np.isfinite(model(np.ones((1, side, side, 1)))).all()


def test_bad_arguments_are_refused_in_words():
    with pytest.raises(ValueError, match="filters=100 does not divide into the cells' widths: choose a multiple of 96"):
        models.NASNetMobile(filters=100)
    with pytest.raises(ValueError, match="filters=36 does not divide into the cells' widths: choose a multiple of 24"):
        models.NASNetMobile(filters=36, stages=1)
    with pytest.raises(ValueError, match="depth=0, stages=3: choose at least 1 stage of at least 1 normal cell"):
        models.NASNetLarge(depth=0)
    with pytest.raises(ValueError, match="with at least 8 pixels a side"):
        models.NASNetMobile(input_shape=(28, 7, 1))
