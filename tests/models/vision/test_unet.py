"""U-Net: the paper's shapes, counts by hand for any size, and what skips hand across."""

import keras
import numpy as np
import pytest

from dlcourse.models import UNet
from dlcourse.models.vision import unet


def size_by_hand(channels=1, classes=2, filters=64, depth=4, normalised=False, skips=True):
    def twice(below, above):
        return sum(9 * each * above + (2 * above if normalised else above) for each in (below, above))
    widths = [filters * 2**level for level in range(depth + 1)]
    count = sum(twice(below, above) for below, above in zip([channels, *widths], widths))
    for few in widths[:-1]:
        count += 4 * 2 * few * few + few + twice(few * (2 if skips else 1), few)
    return count + (filters + 1) * classes


def trainable(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


@pytest.mark.parametrize(("variant", "arguments"), [
    ("paper", {}), ("valid, 1ch, 1 output", {"classes": 1}),
    ("same padding, 1ch, 1 output", {"input_shape": (256, 256, 1), "classes": 1, "padding": "same"}),
    ("same padding, 1ch, 2 classes", {"input_shape": (256, 256, 1), "padding": "same"}),
    ("milesial", {"input_shape": (256, 256, 3), "padding": "same", "normalised": True}),
])
def test_published_sizes_and_shapes(facts, stages, blueprint, variant, arguments):
    row, model = facts("U-Net", variant), blueprint(UNet, **arguments)
    assert stages(model, row) == row["stages"]
    assert (model.count_params(), trainable(model)) == (row["params_total"], row["params_trainable"])


def test_23_convolutions_and_the_papers_sides(blueprint):
    model = blueprint(UNet)
    kinds = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)
    assert sum(isinstance(layer, kinds) for layer in model.layers) == 23
    sides = [572, 568, 284, 280, 140, 136, 68, 64, 32, 28, 56, 52, 104, 100, 200, 196, 392, 388]
    names = ["input", "down1_conv2", "pool1", "down2_conv2", "pool2", "down3_conv2", "pool3", "down4_conv2", "pool4", "bottom_conv2",
             "up4", "dec4_conv2", "up3", "dec3_conv2", "up2", "dec2_conv2", "up1", "dec1_conv2"]
    assert [model.get_layer(name).output.shape[1] for name in names] == sides


@pytest.mark.parametrize("arguments", [
    {"classes": 7, "filters": 8, "depth": 3}, {"classes": 1, "filters": 5, "depth": 1}, {"filters": 6, "depth": 2, "normalised": True},
    {"filters": 4, "depth": 5, "skips": False}, {"classes": 3, "filters": 8, "skips": False, "normalised": True},
])
@pytest.mark.parametrize("channels", [1, 3])
def test_any_size_counts_as_by_hand(blueprint, channels, arguments):
    model = blueprint(UNet, input_shape=(64, 96, channels), padding="same", **arguments)
    assert trainable(model) == size_by_hand(channels, **arguments)
    assert model.output_shape == (None, 64, 96, arguments.get("classes", 2))


@pytest.mark.parametrize(("shape", "depth", "out"), [((188, 204, 1), 4, (4, 20)), ((44, 60, 2), 2, (4, 20)), ((92, 100, 1), 3, (4, 12))])
def test_valid_convolutions_lose_the_border_alike_on_all_sides(shape, depth, out):
    model = UNet(input_shape=shape, filters=1, depth=depth)
    assert model.output_shape[1:3] == out
    lost = (shape[0] - out[0]) // 2
    assert lost == (shape[1] - out[1]) // 2


def test_what_is_handed_across_comes_first_and_from_the_middle():
    model = UNet(input_shape=(44, 44, 1), filters=2, depth=2)
    seen, up, both = (model.get_layer(name).output for name in ("down1_relu2", "up1", "cat1"))
    x = np.random.default_rng(0).random((1, 44, 44, 1))
    seen, up, both = keras.Model(model.inputs, [seen, up, both]).predict(x, verbose=0)
    border = (seen.shape[1] - up.shape[1]) // 2
    np.testing.assert_allclose(both[..., :2], seen[:, border:-border, border:-border], rtol=1e-5)
    np.testing.assert_allclose(both[..., 2:], up, rtol=1e-5)


def test_without_skips_nothing_goes_round_the_bottom():
    """A pixel's neighbour tells two outputs apart only where something is handed across: silence the bottom and see."""
    x = np.random.default_rng(0).random((1, 32, 32, 1)).astype("float32")
    for skips in (True, False):
        keras.utils.set_random_seed(0)
        model = UNet(input_shape=(32, 32, 1), filters=4, depth=2, padding="same", skips=skips)
        layer = model.get_layer("bottom_conv2")
        layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
        differs = np.abs(model(x) - model(1 - x)).max() > 1e-4
        assert differs == skips


def test_every_pixel_gets_a_softmax_and_one_class_a_sigmoid():
    x = np.random.default_rng(0).random((2, 16, 16, 1))
    many, one = (UNet(input_shape=(16, 16, 1), classes=classes, filters=2, depth=1, padding="same").predict(x, verbose=0)
                 for classes in (3, 1))
    np.testing.assert_allclose(many.sum(axis=-1), 1, rtol=1e-5)
    assert one.shape[-1] == 1
    assert 0 < one.min() < one.max() < 1


def test_bad_arguments_are_refused_in_words():
    with pytest.raises(ValueError, match="the nearest that can has 508"):
        UNet(input_shape=(512, 512, 1))
    with pytest.raises(ValueError, match="the nearest that can has 188"):
        UNet(input_shape=(64, 64, 1))
    with pytest.raises(ValueError, match="the nearest that can has 48"):
        UNet(input_shape=(50, 48, 1), padding="same")
    with pytest.raises(ValueError, match="choose 'valid'"):
        UNet(padding="full")
    assert unet.convolutions(keras.Input((8, 8, 1)), 3, "valid", True, "x").shape == (None, 4, 4, 3)
