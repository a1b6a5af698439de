"""VGG: four depths by one rule, the same answers as keras.applications, and the lecture's shallow net."""

import keras
import numpy as np
import pytest

from dlcourse import models
from dlcourse.models import ShallowVGGNet

DEPTHS = {"VGG11": [1, 1, 2, 2, 2], "VGG13": [2, 2, 2, 2, 2], "VGG16": [2, 2, 3, 3, 3], "VGG19": [2, 2, 4, 4, 4]}
COUNTS = {"VGG11": 132_863_336, "VGG13": 133_047_848, "VGG16": 138_357_544, "VGG19": 143_667_240}


def by_hand(blocks, input_shape, classes, width=1):
    """Kernels, biases and what five halvings leave for fc1."""
    count, below = 0, input_shape[2]
    for depth, above in zip(blocks, [int(size * width) for size in (64, 128, 256, 512, 512)]):
        for _ in range(depth):
            count += (9 * below + 1) * above
            below = above
    below *= (input_shape[0] // 32) * (input_shape[1] // 32)
    for above in (int(4096 * width), int(4096 * width), classes):
        count += (below + 1) * above
        below = above
    return count


@pytest.mark.parametrize("name", DEPTHS)
def test_sizes_are_the_papers(blueprint, name):
    model = blueprint(getattr(models, name))
    assert model.count_params() == by_hand(DEPTHS[name], (224, 224, 3), 1000) == COUNTS[name]
    layers = [layer for layer in model.layers if isinstance(layer, (keras.layers.Conv2D, keras.layers.Dense))]
    assert len(layers) == int(name[3:])
    for block, side in enumerate([112, 56, 28, 14, 7], start=1):
        assert model.get_layer(f"block{block}_pool").output.shape[1:3] == (side, side)


@pytest.mark.parametrize(("name", "variant"), [("VGG11", "VGG-11(A)"), ("VGG16", "VGG-16(D)")])
def test_every_stage_is_the_papers(facts, stages, blueprint, name, variant):
    row = facts("VGG", variant)
    assert stages(blueprint(getattr(models, name)), row) == row["stages"]


@pytest.mark.parametrize("name", DEPTHS)
@pytest.mark.parametrize(("input_shape", "classes", "width"), [((32, 32, 3), 10, 1), ((63, 100, 1), 5, 0.25), ((96, 64, 4), 2, 2)])
def test_any_size_counts_as_by_hand(blueprint, name, input_shape, classes, width):
    model = blueprint(getattr(models, name), input_shape=input_shape, classes=classes, width=width)
    assert model.count_params() == by_hand(DEPTHS[name], input_shape, classes, width)


@pytest.fixture(scope="module", params=["VGG16", "VGG19"])
def twins(request):
    """Keras' own net with random weights, ours with the same weights, and pictures."""
    keras.utils.set_random_seed(1)
    theirs = getattr(keras.applications, request.param)(weights=None, input_shape=(32, 48, 3), classes=5)
    ours = getattr(models, request.param)(input_shape=(32, 48, 3), classes=5)
    rng = np.random.default_rng(0)
    # Loud weights, and biases that are not zero: else five blocks on, all pictures look alike and any net would do.
    weights = [rng.normal(scale=(2 / np.prod(weight.shape[:-1])) ** 0.5 if weight.ndim > 1 else 0.1, size=weight.shape)
               for weight in theirs.get_weights()]
    theirs.set_weights(weights)
    ours.set_weights(weights)
    blotches = rng.normal(size=(3, 4, 6, 3)).repeat(8, axis=1).repeat(8, axis=2).astype("float32")
    yield theirs, ours, blotches
    keras.backend.clear_session()


def test_answers_are_those_of_keras_applications(twins):
    theirs, ours, x = twins
    answers = theirs(x).numpy()
    assert answers.std(axis=0).max() > 0.01, "the pictures should be told apart, or the comparison is blind"
    np.testing.assert_allclose(ours(x).numpy(), answers, rtol=1e-5)


@pytest.mark.parametrize("wrong", [{"block3_pool": keras.layers.AveragePooling2D(2)},
                                   {"block2_conv1": keras.layers.Activation("relu")}, {"fc2": keras.layers.Activation("relu")}])
def test_another_pool_or_a_missing_relu_would_be_noticed(twins, wrong):
    theirs, ours, x = twins
    (name, layer), = wrong.items()
    answers = x
    for mine in ours.layers[1:]:
        if mine.name == name and isinstance(layer, keras.layers.AveragePooling2D):
            answers = layer(answers)
        elif mine.name == name:
            relu, mine.activation = mine.activation, keras.activations.linear
            answers = mine(answers)
            mine.activation = relu
        else:
            answers = mine(answers)
    assert np.abs(answers.numpy() - theirs(x).numpy()).max() > 0.01


@pytest.mark.parametrize(("input_shape", "variant"), [((32, 32, 3), "(32, 32, 3)"), ((28, 28, 1), "(28, 28, 1)")])
def test_the_lectures_shallow_net(facts, stages, blueprint, input_shape, variant):
    model, row = blueprint(ShallowVGGNet, input_shape=input_shape), facts("ShallowVGGNet", variant)
    assert stages(model, row) == row["stages"]
    assert [layer.name for layer in model.layers[1:]] == [name for name, _ in row["stages"]]
    assert model.count_params() == row["params_total"]
    assert sum(int(np.prod(weight.shape)) for weight in model.trainable_weights) == row["params_trainable"]


@pytest.mark.parametrize(("input_shape", "classes", "count"), [((28, 28, 3), 10, 1_679_658), ((32, 32, 1), 10, 2_170_602),
                                                               ((28, 28, 1), 36, 1_679_082 + 26 * 513), ((30, 41, 1), 2, None)])
def test_any_shallow_net_counts_as_by_hand(blueprint, input_shape, classes, count):
    rows, columns, channels = input_shape
    normalised = 2 * 32 + 2 * 64 + 512
    by_hand = (9 * channels + 1) * 32 + (9 * 32 + 1) * 32 + (9 * 32 + 1) * 64 + (9 * 64 + 1) * 64 \
        + ((rows // 4) * (columns // 4) * 64 + 1) * 512 + 513 * classes + 4 * normalised
    assert blueprint(ShallowVGGNet, input_shape=input_shape, classes=classes).count_params() == by_hand
    assert count in (None, by_hand)


@pytest.mark.parametrize("name", DEPTHS)
def test_bad_arguments_are_refused_in_words(name):
    with pytest.raises(ValueError, match="at least 32 pixels"):
        getattr(models, name)(input_shape=(31, 32, 3))
    with pytest.raises(ValueError, match="at least 2 classes"):
        getattr(models, name)(classes=1)
    with pytest.raises(ValueError, match="at least 4 pixels"):
        ShallowVGGNet(input_shape=(3, 4, 1))
