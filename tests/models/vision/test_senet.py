"""Gates: what they compute, where they stand, how large they make a network."""

import inspect
import math

import keras
import numpy as np
import pytest

from dlcourse import models
from dlcourse.models.vision.senet import squeeze_and_excite

GATED = {"SEResNet18": 1, "SEResNet34": 1, "SEResNet50": 4, "SEResNet101": 4, "SEResNet152": 4}     # channels of a block per filter


def blocks_of(name):
    return inspect.signature(getattr(models, name)).parameters["blocks"].default


def gates_by_hand(blocks, expansion, ratio=16, filters=64):
    """The parameters of all gates, biases included."""
    channels = [filters * expansion * 2**stage for stage, count in enumerate(blocks) for _ in range(count)]
    waists = [max(1, size // ratio) for size in channels]
    return sum(2 * size * waist + size + waist for size, waist in zip(channels, waists))


def senet154_by_hand(channels=3, classes=1000, filters=64, groups=64, blocks=(3, 8, 36, 3), ratio=16):
    """Parameters, trainable and all."""
    convolutions = [(3, channels, filters, 1), (3, filters, filters, 1), (3, filters, 2 * filters, 1)]
    before = 2 * filters
    for stage, count in enumerate(blocks):
        wide = filters * 2**stage
        for number in range(count):
            if number == 0:
                convolutions.append((3 if stage else 1, before, 4 * wide, 1))
            convolutions += [(1, before, 2 * wide, 1), (3, 2 * wide, 4 * wide, groups), (1, 4 * wide, 4 * wide, 1)]
            before = 4 * wide
    trainable = sum(k * k * a // g * b + 2 * b for k, a, b, g in convolutions) + before * classes + classes
    trainable += gates_by_hand(blocks, 4, ratio, filters)
    return trainable, trainable + sum(2 * b for _, _, b, _ in convolutions)


def sizes(model):
    return sum(math.prod(weight.shape) for weight in model.trainable_weights), model.count_params()


@pytest.mark.parametrize(("name", "row"), [
    ("SEResNet18", ("SENet family", "SE-ResNet-18")), ("SEResNet34", ("SENet family", "SE-ResNet-34")),
    ("SEResNet50", ("SE-ResNet-50", "SE bias=True")), ("SEResNet101", None), ("SEResNet152", ("SENet family", "SE-ResNet-152"))])
def test_a_gated_network_is_its_plain_twin_and_the_gates(facts, name, row):
    card, plain = getattr(models, name).published, getattr(models, name.removeprefix("SE")).published
    assert blocks_of(name) == blocks_of(plain.name)
    assert card.parameters == plain.parameters + gates_by_hand(blocks_of(name), GATED[name])
    if row:
        assert card.parameters == facts(*row)["params_trainable"]


@pytest.mark.parametrize(("name", "arguments"), [("SEResNet18", {"filters": 8}), ("SEResNet34", {"filters": 4, "ratio": 2}),
                                                 ("SEResNet50", {"filters": 4, "blocks": (2, 1), "ratio": 5, "variant": "keras"})])
def test_any_size_is_right_by_construction(name, arguments):
    common = arguments | {"input_shape": (40, 33, 2), "classes": 7}
    ratio = common.pop("ratio", 16)
    gated, plain = getattr(models, name)(ratio=ratio, **common), getattr(models, name.removeprefix("SE"))(**common)
    extra = gates_by_hand(arguments.get("blocks", blocks_of(name)), GATED[name], ratio, arguments["filters"])
    assert sizes(gated) == tuple(size + extra for size in sizes(plain))


@pytest.mark.parametrize("name", ["SEResNet50", pytest.param("SEResNet101", marks=pytest.mark.heavy),
                                  pytest.param("SEResNet152", marks=pytest.mark.heavy)])
def test_full_size(facts, stages, blueprint, name):
    model, row = blueprint(getattr(models, name)), facts("SE-ResNet-50", "SE bias=True")
    assert sizes(model)[0] == getattr(models, name).published.parameters
    assert stages(model, row) == row["stages"]


def test_senet154_is_right_by_construction(facts):
    row = facts("SENet-154")
    assert senet154_by_hand() == (row["params_trainable"], row["params_total"])
    small = {"classes": 5, "filters": 8, "groups": 4, "blocks": (2, 1, 1), "ratio": 4}
    assert sizes(models.SENet154(input_shape=(40, 33, 1), **small)) == senet154_by_hand(channels=1, **small)


def test_senet154_full_size(facts, blueprint):
    row, model = facts("SENet-154"), blueprint(models.SENet154)
    assert sizes(model) == (row["params_trainable"], row["params_total"])
    names = {"layer1": "conv2_x", "layer2": "conv3_x", "layer3": "conv4_x", "layer4": "conv5_x"}
    assert [[name, list(model.get_layer(names.get(name, name)).output.shape[1:])] for name, _ in row["stages"]] == row["stages"]
    grouped = [layer for layer in model.layers if getattr(layer, "groups", 1) > 1]
    assert len(grouped) == 3 + 8 + 36 + 3
    assert {layer.groups for layer in grouped} == {64}


def test_a_gate_by_hand():
    inputs = keras.Input((3, 5, 8))
    gate = keras.Model(inputs, squeeze_and_excite(inputs, ratio=4))
    rng = np.random.default_rng(0)
    reduce, bias, excite, bias2 = weights = [rng.normal(size=weight.shape) for weight in gate.weights]
    gate.set_weights(weights)
    x = rng.normal(size=(2, 3, 5, 8))
    scale = 1 / (1 + np.exp(-(np.maximum(x.mean(axis=(1, 2)) @ reduce + bias, 0) @ excite + bias2)))
    np.testing.assert_allclose(gate(x), x * scale[:, None, None], rtol=1e-5)
    assert reduce.shape == (8, 2)


def features(model, x):
    return keras.Model(model.input, model.get_layer("avgpool").output)(x).numpy()


def open_or_shut(model, bias):
    for layer in model.layers:
        if layer.name.endswith("_gate_excite"):
            layer.set_weights([np.zeros_like(layer.kernel), np.full(layer.bias.shape, bias)])


def test_gates_stand_before_the_sum(lively):
    arguments = {"input_shape": (32, 32, 1), "classes": 3, "filters": 4, "blocks": (2, 1)}
    plain, gated = lively(models.ResNet50(**arguments)), models.SEResNet50(**arguments)
    for layer in plain.layers:
        gated.get_layer(layer.name).set_weights(layer.get_weights())
    x = np.random.default_rng(0).random((2, 32, 32, 1))
    open_or_shut(gated, 100)          # all gates wide open: the plain network
    np.testing.assert_allclose(features(gated, x), features(plain, x), rtol=1e-5)
    open_or_shut(gated, -100)         # all shut: only the shortcuts are left
    branches = [layer for layer in plain.layers if layer.name.endswith("_3_bn")]
    for layer in branches:
        layer.gamma.assign(np.zeros(layer.gamma.shape))
        layer.beta.assign(np.zeros(layer.beta.shape))
    assert len(branches) == 3
    np.testing.assert_allclose(features(gated, x), features(plain, x), rtol=1e-5)


def test_bad_arguments_are_refused_in_words():
    with pytest.raises(ValueError, match="ratio=0: choose a whole number, 1 or more; the paper's is 16"):
        models.SEResNet18(ratio=0)
    with pytest.raises(ValueError, match="groups=3 do not divide the 16 channels"):
        models.SENet154(filters=8, groups=3)
    with pytest.raises(ValueError, match="give the number of blocks of each stage"):
        models.SENet154(blocks=3)
