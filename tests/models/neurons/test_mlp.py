"""The multilayer perceptron: the lecture's sizes, its two kinds of output, and that depth is an argument."""

import numpy as np
import pytest

from dlcourse.models import MLP


def test_the_lectures_network(facts):
    model = MLP()
    assert model.count_params() == facts("MLP", "784-512-10")["params_trainable"] == 407_050
    assert model.get_layer("hidden1").count_params() == facts("MLP", "first layer")["params_trainable"] == 401_920
    assert [layer.name for layer in model.layers[1:]] == ["hidden1", "output"]


def test_two_hidden_layers(facts):
    assert MLP(hidden=(512, 512)).count_params() == facts("MLP", "784-512-512-10")["params_trainable"]


@pytest.mark.parametrize(("input_shape", "hidden", "classes"), [
    ((2,), (3,), 1), ((784,), (300, 100), 10), ((5,), (), 4), ((4, 4, 3), (6,), 2),
])
def test_any_size_counts_as_by_hand(input_shape, hidden, classes):
    sizes = [int(np.prod(input_shape)), *hidden, classes]
    by_hand = sum((below + 1) * above for below, above in zip(sizes, sizes[1:]))
    assert MLP(input_shape, hidden, classes).count_params() == by_hand


def test_without_hidden_layers_it_is_logistic_regression():
    model = MLP(input_shape=(3,), hidden=(), classes=1)
    weights, bias = np.array([[1.0], [-2.0], [0.5]]), np.array([0.25])
    model.set_weights([weights, bias])
    x = np.array([[1, 2, 3], [0, 0, 0]], dtype="float32")
    np.testing.assert_allclose(model.predict(x, verbose=0), 1 / (1 + np.exp(-(x @ weights + bias))), rtol=1e-5)


def test_many_classes_share_one_probability():
    outputs = MLP(input_shape=(4,), hidden=(5,), classes=3).predict(np.random.default_rng(0).normal(size=(6, 4)), verbose=0)
    assert outputs.shape == (6, 3)
    np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-5)


def test_only_images_are_flattened():
    assert [layer.name for layer in MLP(input_shape=(28, 28, 1)).layers[1:]] == ["flatten", "hidden1", "output"]
    assert MLP(input_shape=(28, 28, 1)).count_params() == 407_050


def test_activation_belongs_to_the_hidden_layers():
    model = MLP(input_shape=(4,), hidden=(3, 2), classes=2, activation="tanh")
    assert [layer.activation.__name__ for layer in model.layers[1:]] == ["tanh", "tanh", "softmax"]


def test_bad_arguments_are_refused_in_words():
    with pytest.raises(ValueError, match=r"write hidden=\(512,\)"):
        MLP(hidden=512)
    with pytest.raises(ValueError, match="positive integer"):
        MLP(hidden=(0,))
