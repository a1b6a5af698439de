"""DeepFace: local layers that share nothing, counted place by place."""

import keras
import numpy as np
import pytest

from dlcourse.models import DeepFace
from dlcourse.models.vision.deepface import LocallyConnected2D


def by_hand(input_shape, classes, width=1):
    """Kernels for each place, and a bias for each place."""
    c1, few, many = int(32 * width), int(16 * width), int(4096 * width)
    sides = [-(-(side - 10) // 2) - 8 for side in input_shape[:2]]       # after C1, M2 (rounded up) and C3
    count = (121 * input_shape[2] + 1) * c1 + (81 * c1 + 1) * few
    for kernel, stride in ((9, 1), (7, 2), (5, 1)):
        sides = [(side - kernel) // stride + 1 for side in sides]
        count += sides[0] * sides[1] * (kernel**2 * few + 1) * few
    return count + (sides[0] * sides[1] * few + 1) * many + (many + 1) * classes


def test_published_size(facts, stages, blueprint):
    model, row = blueprint(DeepFace), facts("DeepFace")
    assert model.count_params() == row["params_trainable"] == by_hand((152, 152, 3), 4030) == 118_923_774
    assert stages(model, row) == row["stages"]


@pytest.mark.parametrize(("layer", "count"), [("C1", 11_648), ("C3", 41_488), ("L4", 62_774_800), ("L5", 7_850_000),
                                              ("L6", 2_829_456), ("F7", 28_905_472), ("F8", 16_510_910)])
def test_every_layer_counts_as_by_hand(blueprint, layer, count):
    assert blueprint(DeepFace).get_layer(layer).count_params() == count


def test_most_of_it_is_local_and_dense_as_the_paper_says(blueprint):
    model = blueprint(DeepFace)
    rest = sum(model.get_layer(name).count_params() for name in ("C1", "C3"))
    assert 1 - rest / model.count_params() > 0.95


@pytest.mark.parametrize(("input_shape", "classes", "width"), [((71, 71, 1), 2, 1), ((72, 90, 3), 10, 0.5), ((152, 152, 1), 50, 0.25)])
def test_any_size_counts_as_by_hand(blueprint, input_shape, classes, width):
    model = blueprint(DeepFace, input_shape=input_shape, classes=classes, width=width)
    assert model.count_params() == by_hand(input_shape, classes, width)


class TestLocallyConnected2D:
    """Its own layer: Keras 3 has none."""

    x = np.random.default_rng(0).normal(size=(2, 9, 8, 3)).astype("float32")

    @pytest.mark.parametrize("strides", [1, 2])
    def test_with_one_kernel_everywhere_it_is_a_convolution(self, strides):
        keras.utils.set_random_seed(0)
        local = LocallyConnected2D(4, 3, strides)
        shared = keras.layers.Conv2D(4, 3, strides, activation="relu", bias_initializer="normal")
        expected = shared(self.x).numpy()
        local.build(self.x.shape)
        local.kernel.assign(np.broadcast_to(shared.kernel.numpy().reshape(27, 4), local.kernel.shape))
        local.bias.assign(np.broadcast_to(shared.bias.numpy(), local.bias.shape))
        np.testing.assert_allclose(local(self.x), expected, atol=1e-5)
        local.kernel.assign(np.roll(local.kernel, 1, axis=2))
        assert np.abs(local(self.x) - expected).max() > 0.1, "kernels in another order should be noticed"

    def test_each_place_has_its_own_kernel(self):
        keras.utils.set_random_seed(0)
        layer = LocallyConnected2D(2, 3)
        before = layer(self.x).numpy()
        bias = layer.bias.numpy()
        bias[4, 5] += 10
        layer.bias.assign(bias)
        changed = (layer(self.x).numpy() != before).any(axis=(0, 3))
        assert np.argwhere(changed).tolist() == [[4, 5]]
        assert np.ptp(layer.kernel.numpy(), axis=(0, 1)).min() > 0

    def test_its_shape_is_foretold(self):
        layer = LocallyConnected2D(5, 4, strides=3)
        assert tuple(layer(self.x).shape) == layer.compute_output_shape(self.x.shape) == (2, 2, 2, 5)


def test_bad_arguments_are_refused_in_words():
    with pytest.raises(ValueError, match="at least 71 pixels"):
        DeepFace(input_shape=(70, 71, 3))
    with pytest.raises(ValueError, match="at least 2 classes"):
        DeepFace(classes=1)
