"""FCN: the papers' shapes for all three strides, counts by hand, and that enlarging interpolates and hits the right pixel."""

import keras
import numpy as np
import pytest

from dlcourse import models
from dlcourse.models.vision import fcn

STRIDES = {"FCN8": 8, "FCN16": 16, "FCN32": 32}
BLOCKS = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]


def size_by_hand(stride, channels=3, classes=21, width=1):
    """Trainable, and what interpolates."""
    count, below = 0, channels
    for filters, depth in BLOCKS:
        above = int(filters * width)
        count += (9 * below + 1) * above + (depth - 1) * (9 * above + 1) * above
        below = above
    units = int(4096 * width)
    count += (49 * below + 1) * units + (units + 1) * units + (units + 1) * classes
    fine = {32: [], 16: [512], 8: [512, 256]}[stride]
    count += sum((int(filters * width) + 1) * classes for filters in fine)
    return count, classes**2 * (16 * len(fine) + (2 * stride) ** 2)


@pytest.mark.parametrize("name", STRIDES)
def test_published_sizes_and_shapes(facts, stages, blueprint, name):
    row, model = facts("FCN", f"FCN-{STRIDES[name]}s VGG16 (caffe"), blueprint(getattr(models, name))
    assert stages(model, row) == row["stages"]
    trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert (model.count_params(), trained) == (row["params_total"], row["params_trainable"])
    assert size_by_hand(STRIDES[name]) == (trained, model.count_params() - trained)
    assert model.output_shape == (None, 500, 500, 21)


@pytest.mark.parametrize("name", STRIDES)
@pytest.mark.parametrize(("shape", "classes", "width"), [((64, 64, 3), 7, 0.25), ((37, 90, 1), 2, 0.5), ((224, 320, 4), 60, 1)])
def test_any_size_counts_as_by_hand_and_answers_for_each_pixel(blueprint, name, shape, classes, width):
    model = blueprint(getattr(models, name), input_shape=shape, classes=classes, width=width)
    trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert (trained, model.count_params() - trained) == size_by_hand(STRIDES[name], shape[2], classes, width)
    assert model.output_shape == (None, *shape[:2], classes)


def test_without_the_frame(facts, stages, blueprint):
    row = facts("FCN", "same-padding")
    model = blueprint(models.FCN8, input_shape=(224, 224, 3), padding="same")
    assert stages(model, row) == row["stages"]
    assert model.count_params() == row["params_total"]
    for name in STRIDES:
        model = blueprint(getattr(models, name), input_shape=(45, 71, 1), classes=5, width=1 / 16, padding="same")
        assert model.output_shape == (None, 45, 71, 5)


@pytest.mark.parametrize("times", [2, 8, 32])
def test_enlarging_is_linear_interpolation(times):
    ramp = np.arange(6.0).reshape(1, 1, 6, 1).repeat(6, axis=1).repeat(2, axis=3)
    ramp[..., 1] = 7
    layer = keras.layers.Conv2DTranspose(2, 2 * times, strides=times, use_bias=False, kernel_initializer=fcn.bilinear)
    inside = slice(3 * times, -3 * times)
    large = layer(ramp).numpy()[0, inside, inside]
    where = (np.arange(7 * times) + 0.5 - times / 2) / times - 0.5          # of each new pixel's middle, among the old ones
    np.testing.assert_allclose(large[..., 0], np.broadcast_to(where[inside], large.shape[:2]), atol=1e-5)
    np.testing.assert_allclose(large[..., 1], 7, atol=1e-5)                 # maps do not mix


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("name", STRIDES)
def test_the_answer_lies_over_its_pixels(name, padding):
    """A blot moves the scores around itself, not elsewhere: padding, crops and offsets fit together."""
    keras.utils.set_random_seed(0)
    model = getattr(models, name)(input_shape=(512, 512, 1), classes=2, width=1 / 64, padding=padding)
    for layer in model.layers:          # every unit says yes to what it sees, so that nothing cancels
        if isinstance(layer, keras.layers.Conv2D) and not isinstance(layer, keras.layers.Conv2DTranspose):
            kernel = layer.get_weights()[0]
            layer.set_weights([np.full_like(kernel, 1 / np.prod(kernel.shape[:3])), np.zeros(kernel.shape[3])])
    score = keras.Model(model.input, model.get_layer("score").output)
    for row, column in ((256, 256), (232, 280)):
        x = np.zeros((1, 512, 512, 1), "float32")
        x[0, row - 8:row + 8, column - 8:column + 8] = 1
        seen = score(x).numpy()[0, ..., 0]
        weights = seen - seen.min()
        middle = [(weights.sum(axis=1 - axis) * np.arange(512)).sum() / weights.sum() for axis in (0, 1)]
        assert np.abs(np.array(middle) - (row, column)).max() < 16, middle          # half of the coarsest cell


def test_bad_arguments_are_refused_in_words():
    with pytest.raises(ValueError, match="at least 2 classes"):
        models.FCN8(classes=1)
    with pytest.raises(ValueError, match="choose 'valid'"):
        models.FCN16(padding="full")
    with pytest.raises(ValueError, match="give \\(height, width, channels\\)"):
        models.FCN32(input_shape=(64, 64))
