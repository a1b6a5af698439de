"""Capsules: the paper's sizes, routing by hand, a loss by hand, and that `fit` needs labels only."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from dlcourse.models import CapsNet
from dlcourse.models.vision import capsnet

TINY = {"input_shape": (18, 20, 1), "classes": 3, "filters": 8, "capsules": 2, "hidden": (8,)}


def size_by_hand(side=28, channels=1, classes=10, filters=256, capsules=32, hidden=(512, 1024), reconstruction=True):
    convolutions = 81 * channels * filters + filters + 81 * filters * capsules * 8 + capsules * 8
    below = ((side - 8 - 9) // 2 + 1) ** 2 * capsules
    layers = [16 * classes, *hidden, side * side * channels]
    decoder = sum(before * after + after for before, after in zip(layers, layers[1:]))
    return convolutions + below * classes * 8 * 16 + reconstruction * decoder


@pytest.mark.parametrize("reconstruction", [True, False])
def test_published_size_and_shapes(facts, reconstruction):
    row = facts("CapsNet", f"recon={reconstruction} digitcaps_bias=False")
    model = CapsNet(reconstruction=reconstruction)
    assert model.count_params() == row["params_trainable"] == size_by_hand(reconstruction=reconstruction)
    assert not model.non_trainable_weights
    addresses = {"Conv1": "conv1", "PrimaryCaps_conv": "primary_conv", "PrimaryCaps": "primary_capsules", "DigitCaps": "digit_capsules",
                 "masked160": "masked"}
    for name, shape in row["stages"]:
        inside = model.get_layer("decoder") if name.startswith("fc") else model
        assert list(inside.get_layer(addresses.get(name, name)).output.shape[1:]) == shape, name
    assert {name: output.shape[1:] for name, output in model.output.items()} == (
        {"lengths": (10,), "capsules": (10, 16)} | ({"reconstruction": (28, 28, 1)} if reconstruction else {}))


@pytest.mark.parametrize("arguments", [
    {"classes": 26, "filters": 16, "capsules": 4, "hidden": (32,)},
    {"side": 32, "channels": 3, "filters": 8, "capsules": 1, "hidden": ()},
    {"side": 17, "filters": 4, "capsules": 2, "reconstruction": False},
])
def test_any_size_is_right_by_construction(arguments):
    expected = size_by_hand(**arguments)
    side, channels = arguments.pop("side", 28), arguments.pop("channels", 1)
    assert CapsNet(input_shape=(side, side, channels), **arguments).count_params() == expected


def squash(s):
    square = (s**2).sum(axis=-1, keepdims=True)
    return square / (1 + square) * s / np.sqrt(square)


def route(below, matrices, routings):
    """Procedure 1 of the paper in loops, and the last couplings."""
    agreement = np.zeros((len(below), *matrices.shape[:2]))
    votes = np.array([[[matrices[i, j] @ u[i] for j in range(matrices.shape[1])] for i in range(len(matrices))] for u in below])
    for _ in range(routings):
        couplings = np.exp(agreement) / np.exp(agreement).sum(axis=2, keepdims=True)      # over the capsules above
        above = squash(sum(couplings[:, i, :, None] * votes[:, i] for i in range(len(matrices))))
        agreement = agreement + np.array([[[v @ a for v, a in zip(vs, aa)] for vs in vv] for vv, aa in zip(votes, above)])
    return above, couplings


@pytest.mark.parametrize("routings", [1, 2, 3, 5])
def test_routing_by_hand(routings):
    rng = np.random.default_rng(0)
    below, matrices = rng.normal(size=(2, 6, 4)), rng.normal(size=(6, 3, 5, 4))
    layer = capsnet.RoutedCapsules(3, size=5, routings=routings)
    layer.build(below.shape)
    layer.set_weights([matrices])
    np.testing.assert_allclose(layer(below), route(below, matrices, routings)[0], rtol=1e-4)


def test_more_routing_is_not_the_same():
    below = np.random.default_rng(0).normal(size=(1, 6, 4))
    layers = [capsnet.RoutedCapsules(3, size=5, routings=routings) for routings in (1, 3)]
    for layer in layers:
        layer.build(below.shape)
        layer.set_weights([np.random.default_rng(1).normal(size=(6, 3, 5, 4))])
    assert np.abs(layers[0](below) - layers[1](below)).max() > 0.01


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="takes gradients with TensorFlow")
def test_no_gradient_runs_through_the_routing():
    rng = np.random.default_rng(0)
    below, matrices = rng.normal(size=(1, 6, 4)).astype("float32"), rng.normal(size=(6, 3, 5, 4)).astype("float32")
    layer = capsnet.RoutedCapsules(3, size=5, routings=3)
    layer.build(below.shape)
    layer.set_weights([matrices])
    _, couplings = route(below, matrices, 3)
    frozen = tf.Variable(matrices)
    with tf.GradientTape(persistent=True) as tape:
        routed = tf.reduce_sum(layer(below)[..., 0])
        votes = tf.einsum("bid,ijsd->bijs", below, frozen)
        coupled = tf.reduce_sum(capsnet.squash(tf.einsum("bij,bijs->bjs", couplings.astype("float32"), votes))[..., 0])
    np.testing.assert_allclose(tape.gradient(routed, layer.trainable_weights[0]), tape.gradient(coupled, frozen), atol=1e-4)


def test_squash_keeps_directions_and_knows_nothing():
    np.testing.assert_allclose(capsnet.squash(ops.array([[3.0, 4.0], [0.0, 0.0], [300.0, 400.0]])),
                               [[0.576923, 0.769231], [0, 0], [0.6, 0.8]], atol=1e-5)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="takes gradients with TensorFlow")
def test_length_has_a_slope_at_zero():
    with tf.GradientTape() as tape:
        x = tf.Variable([[0.0, 0.0]])
        y = capsnet.Length()(capsnet.squash(x))
    assert np.isfinite(tape.gradient(y, x)).all()


def test_the_loss_by_hand():
    keras.utils.set_random_seed(0)
    model = CapsNet(**TINY)
    x, y = np.random.default_rng(0).random((2, 18, 20, 1)).astype("float32"), np.array([2, 0])
    capsules = np.random.default_rng(1).normal(0, 0.2, (2, 3, 16)).astype("float32")
    lengths = np.array([[0.95, 0.2, 0.5], [0.3, 0.05, 0.9]], "float32")         # the longest is not the true one
    margin = [0.5 * (0.85**2 + 0.1**2) + 0.4**2, 0.6**2 + 0.5 * 0.8**2]
    masked = np.zeros((2, 48), "float32")
    masked[0, 32:], masked[1, :16] = capsules[0, 2], capsules[1, 0]             # yet the true one is drawn
    error = 0.0005 * ((model.get_layer("decoder")(masked) - x) ** 2).numpy().sum(axis=(1, 2, 3))
    answers = {"lengths": ops.array(lengths), "capsules": ops.array(capsules), "reconstruction": ops.array(x)}
    assert float(model.compute_loss(x, ops.array(y), answers)) == pytest.approx(np.mean(margin + error), rel=1e-5)
    weights = ops.array([1.0, 3.0])
    assert float(model.compute_loss(x, ops.array(y[:, None]), answers, weights)) == pytest.approx(
        np.mean((margin + error) * [1, 3]), rel=1e-5)
    del answers["reconstruction"]
    assert float(model.compute_loss(x, ops.array(y), answers)) == pytest.approx(np.mean(margin), rel=1e-5)


def test_it_draws_the_longest_capsule():
    keras.utils.set_random_seed(0)
    model = CapsNet(**TINY)
    answer = model.predict(np.random.default_rng(0).random((4, 18, 20, 1)), verbose=0)
    np.testing.assert_allclose(answer["lengths"], np.linalg.norm(answer["capsules"], axis=-1), atol=1e-3)
    masked = answer["capsules"] * (answer["lengths"] == answer["lengths"].max(axis=1, keepdims=True))[..., None]
    np.testing.assert_allclose(model.get_layer("decoder")(masked.reshape(4, 48)), answer["reconstruction"], atol=1e-5)


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
@pytest.mark.parametrize("reconstruction", [True, False])
def test_fit_needs_pictures_and_labels_only(policy, reconstruction):
    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy(policy)
    try:
        model = CapsNet(**TINY, reconstruction=reconstruction)
    finally:
        keras.config.set_dtype_policy("float32")
    y = np.arange(48) % 3
    x = np.random.default_rng(0).random((48, 18, 20, 1)) * 0.2
    for number, label in enumerate(y):
        x[number, 4 * label:4 * label + 6] += 0.8             # a bright bar: at the top, in the middle, below
    model.compile(keras.optimizers.Adam(0.01), metrics=["accuracy"], jit_compile=False)
    history = model.fit(x, y, epochs=12, batch_size=16, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert {output.dtype for name, output in model.output.items() if name != "reconstruction"} == {"float32"}
    assert history["loss"][-1] < 0.7 * history["loss"][0]
    assert model.evaluate(x, y, verbose=0, return_dict=True)["accuracy"] > 0.9


def test_bad_arguments_are_refused_in_words():
    with pytest.raises(ValueError, match="routings=0: choose at least 1"):
        CapsNet(routings=0)
    with pytest.raises(ValueError, match="with at least 17 pixels a side"):
        CapsNet(input_shape=(16, 28, 1))
