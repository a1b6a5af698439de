"""DBN: published sizes, walks up and down by hand, what pretraining does to each layer, and that it helps where labels are few."""

import keras
import numpy as np
import pytest

from dlcourse.datasets import digits
from dlcourse.models import DBN


@pytest.mark.parametrize(("arguments", "text"), [({}, "784-500-500-2000-10 as"), ({"input_shape": (28, 28)}, "784-500-500-2000-10 as")])
def test_published_sizes(facts, blueprint, arguments, text):
    model = blueprint(DBN, **arguments)
    assert sum(int(np.prod(weight.shape)) for weight in model.trainable_weights) == facts("DBN", text)["params_trainable"]


@pytest.mark.parametrize("widths", [(7,), (7, 5), (7, 5, 11, 3)])
def test_any_sizes(widths):
    """A weight for each pair of units of neighbouring layers, a bias for each way that a layer is walked."""
    model = DBN(input_shape=(2, 3), hidden=widths, classes=4)
    sizes = [6, *widths, 4]
    up = sum(below * above + above for below, above in zip(sizes, sizes[1:]))
    assert sum(int(np.prod(weight.shape)) for weight in model.trainable_weights) == up
    assert model.count_params() == up + sum(sizes[:-2])
    assert [layer.units for layer in model.ladder] == list(widths) and model.output_shape == (None, 4)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lively(**arguments):
    keras.utils.set_random_seed(0)
    model, rng = DBN(**arguments), np.random.default_rng(0)
    model.set_weights([rng.normal(0, 1, weight.shape) for weight in model.get_weights()])
    return model


def test_up_and_down_by_hand():
    model, x = lively(input_shape=(2, 2), hidden=(3, 5), classes=3), np.random.default_rng(1).random((6, 2, 2))
    one, two = ([np.array(weight) for weight in (layer.kernel, layer.hidden_bias, layer.visible_bias)] for layer in model.ladder)
    low = sigmoid(x.reshape(6, 4) @ one[0] + one[1])
    high = sigmoid(low @ two[0] + two[1])
    np.testing.assert_allclose(model.encode(x), high, atol=1e-5)
    drawn = sigmoid(sigmoid(high @ two[0].T + two[2]) @ one[0].T + one[2])
    np.testing.assert_allclose(model.decode(high), drawn.reshape(6, 2, 2), atol=1e-5)
    kernel, bias = (np.array(weight) for weight in model.layers[-1].weights)
    said = np.exp(high @ kernel + bias)
    np.testing.assert_allclose(model.predict(x, verbose=0), said / said.sum(axis=1, keepdims=True), atol=1e-5)


def test_each_layer_learns_from_the_one_below(monkeypatch):
    """As machines of one's own would that see `x`, and then what the first of them makes of it."""
    seen = []
    fit = keras.Model.fit
    monkeypatch.setattr(keras.Model, "fit", lambda self, x, **options: [seen.append((self, x)), fit(self, x, **options)][1])
    x = np.random.default_rng(2).integers(0, 2, (40, 6)).astype("float32")
    model = lively(input_shape=(6,), hidden=(5, 4), classes=2)
    before = model.get_weights()
    model.pretrain(x, epochs=2, batch_size=8, verbose=0)
    (first, rows), (second, inner) = seen
    np.testing.assert_array_equal(rows, x)
    np.testing.assert_allclose(inner, sigmoid(x @ np.array(first.kernel) + np.array(first.hidden_bias)), atol=1e-5)
    for machine, layer in zip((first, second), model.ladder):
        for name in ("kernel", "hidden_bias", "visible_bias"):
            np.testing.assert_array_equal(getattr(machine, name), getattr(layer, name))
    moved = [not np.array_equal(old, new) for old, new in zip(before, model.get_weights())]
    assert moved == [True] * 6 + [False, False], "all but the softmax"
    asked = np.array(second.dream(np.zeros((9, 5), "float32"), steps=3))
    assert set(asked.ravel()) <= {0, 1}


def pretrained(seed):
    """A small DBN, its first weights, and the digits, which it was pretrained with."""
    (x, y), (unseen, truth) = digits.load_data()
    keras.utils.set_random_seed(seed)
    model = DBN(input_shape=(8, 8), hidden=(64, 32))
    start = model.get_weights()
    model.pretrain(x / 16, epochs=6, learning_rate=0.2, batch_size=20, verbose=0)
    return model, start, (x / 16, y), (unseen / 16, truth)


def share_lost(model, x, unseen):
    """Squared error of unseen digits that are drawn again, as a share of the mean picture's."""
    return np.mean((model.decode(model.encode(unseen)) - unseen) ** 2) / np.mean((x.mean(axis=0) - unseen) ** 2)


def accuracy(model, weights, x, y, unseen, truth, seed):
    """On unseen digits, after 50 labelled ones have been learnt by heart from these weights."""
    shown = np.random.default_rng(seed).permutation(len(x))[:50]
    model.set_weights(weights)
    model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    model.fit(x[shown], y[shown], epochs=60, batch_size=10, verbose=0)
    return model.evaluate(unseen, truth, batch_size=450, verbose=0, return_dict=True)["accuracy"]


def test_it_draws_and_dreams_digits_and_learns_more_of_few_labels(tmp_path):
    """Seeds 0-4: 0.63 to 0.67 of the mean picture's error. Accuracy on unseen digits after 50 labelled ones: 0.73, 0.69, 0.75, 0.77, 0.64
    from the first weights, 0.74, 0.77, 0.84, 0.82, 0.67 from the pretrained ones."""
    model, start, (x, y), (unseen, truth) = pretrained(seed=1)
    drawn, ready = model.decode(model.encode(unseen)), model.get_weights()
    assert share_lost(model, x, unseen) < 0.8
    new = model.sample(20, steps=200, seed=1)
    assert new.shape == (20, 8, 8) and new.std(axis=0).max() > 0.1 and np.array_equal(new, model.sample(20, steps=200, seed=1))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.decode(again.encode(unseen)), drawn, atol=1e-6)
    plain, better = (accuracy(model, weights, x, y, unseen, truth, seed=1) for weights in (start, ready))
    assert better > plain + 0.03


@pytest.mark.parametrize(("arguments", "words"), [
    ({"hidden": 500}, r"hidden=500.*such as hidden=\(500, 500\)"), ({"hidden": ()}, "width of each hidden layer"),
    ({"hidden": (5, 0)}, "width of each hidden layer"), ({"classes": 1}, "2 classes or more"),
])
def test_what_cannot_be_is_refused_in_words(arguments, words):
    with pytest.raises(ValueError, match=words):
        DBN(**arguments)


def test_other_pictures_are_refused_in_words():
    with pytest.raises(ValueError, match="from 0 to 255: scale them to 0 … 1"):
        DBN(input_shape=(2,), hidden=(3,)).pretrain([[0, 255], [3, 4]])
    with pytest.raises(ValueError, match=r"x has shape \(4, 3\): give many of shape"):
        DBN(input_shape=(2,), hidden=(3,)).encode(np.ones((4, 3)))
