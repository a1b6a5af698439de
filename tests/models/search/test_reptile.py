"""Reptile: published sizes, one round by hand, tasks, and that it learns to learn waves and letters."""

import keras
import numpy as np
import pytest

from dlcourse import models
from dlcourse.models.search.reptile import pictures_of, sines


@pytest.mark.parametrize(("variant", "arguments"), [
    ("Sinusoid 1-64-64-1", {}), ("Omniglot", {"input_shape": (28, 28, 1), "classes": 5}),
])
def test_published_sizes(facts, blueprint, variant, arguments):
    row, network = facts("Reptile", variant), blueprint(models.Reptile, **arguments)
    assert network.count_params() == row["params_total"]
    assert sum(int(np.prod(weight.shape)) for weight in network.trainable_weights) == row["params_trainable"]
    for name, shape in row["stages"]:
        assert list(network.get_layer(name).output.shape[1:]) == shape, name


def test_a_round_by_hand():
    """One linear neuron, two tasks, two steps each: w ← w - rate · slope, then part of the way to the mean of both."""
    model = models.Reptile(hidden=())
    model.set_weights([np.array([[2.0]]), np.array([1.0])])
    x = np.array([[[1.0], [2.0]], [[-1.0], [0.5]]], "float32")
    y = np.array([[[1.0], [0.0]], [[2.0], [1.0]]], "float32")
    ends = []
    for task in range(2):
        w, b = 2.0, 1.0
        for _ in range(2):
            error = w * x[task, :, 0] + b - y[task, :, 0]
            w, b = w - 0.1 * np.mean(2 * error * x[task, :, 0]), b - 0.1 * np.mean(2 * error)
        ends.append((w, b))
    new = np.array([[3.0], [4.0]], "float32")
    np.testing.assert_allclose(model.after(x, y, np.stack([new, new]), steps=2, learning_rate=0.1)[..., 0],
                               [[w * 3 + b, w * 4 + b] for w, b in ends], rtol=1e-5)
    np.testing.assert_allclose(np.concatenate(model.get_weights(), axis=None), [2, 1])         # it stays as it was
    model.learn(lambda count, points, rng: (x, y), rounds=1, count=2, points=2, steps=2, learning_rate=0.1)
    np.testing.assert_allclose(np.concatenate(model.get_weights(), axis=None), np.mean(ends, axis=0), rtol=1e-5)


def test_later_rounds_go_less_far():
    model = models.Reptile(hidden=())
    model.set_weights([np.zeros((1, 1)), np.zeros(1)])
    x, y = np.ones((1, 1, 1), "float32"), np.full((1, 1, 1), 8.0, "float32")
    model.learn(lambda count, points, rng: (x, y), rounds=2, count=1, points=1, steps=1, learning_rate=0.25)
    # The way to adapting's end is 4 in weight and bias at first; from (4, 4), which is right, there is no way at all.
    np.testing.assert_allclose(np.concatenate(model.get_weights(), axis=None), [4, 4], rtol=1e-5)
    model.set_weights([np.zeros((1, 1)), np.zeros(1)])
    model.learn(lambda count, points, rng: (x, y), rounds=2, count=1, points=1, steps=1, learning_rate=0.125)
    np.testing.assert_allclose(np.concatenate(model.get_weights(), axis=None), [2 + 0.5] * 2, rtol=1e-5)      # 2, then half of 1


def test_steps_as_keras_sgd_takes_them_with_statistics_and_all():
    keras.utils.set_random_seed(0)
    model = models.Reptile(input_shape=(8, 8, 1), classes=3, filters=(4, 4))
    twin = keras.models.clone_model(model)
    twin.set_weights(model.get_weights())
    x, y = np.random.default_rng(0).random((1, 6, 8, 8, 1), "float32"), np.array([[0, 1, 2, 0, 1, 2]])
    twin.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", jit_compile=False)
    before = model.predict(x[0], verbose=0)
    for _ in range(3):
        twin.train_on_batch(x[0], y[0])
    adapted = model.after(x, y, x, steps=3, learning_rate=0.1)[0]
    np.testing.assert_allclose(adapted, twin.predict(x[0], verbose=0), atol=1e-4)
    assert np.abs(adapted - before).max() > 0.01


def test_waves():
    x, y = sines(500, 40, np.random.default_rng(0))
    assert x.min() >= -5 and x.max() <= 5 and 4.5 < np.abs(y).max() <= 5
    design = np.concatenate([np.sin(x), np.cos(x)], axis=-1)         # every wave is a sum of these two
    fits = [np.linalg.lstsq(one, other, rcond=None)[1][0] for one, other in zip(design, y)]
    assert max(fits) < 1e-6


def test_pictures_are_of_their_kinds_and_new_ones_are_other_pictures():
    y = np.arange(60) % 6
    x = (y[:, None, None, None] * 100 + np.arange(60)[:, None, None, None]) * np.ones((1, 2, 2, 1))
    seen, numbers = pictures_of(x, y, ways=3)(50, 12, np.random.default_rng(0))
    kinds = seen[:, :, 0, 0, 0] // 100
    for kind, number, pictures in zip(kinds, numbers, seen[:, :, 0, 0, 0]):
        assert len({(one, other) for one, other in zip(kind, number)}) == 3 and len(set(kind)) == 3
        assert len(set(pictures)) == 12, "no picture twice"
    assert len({tuple(kind[:3]) for kind in kinds}) > 20
    with pytest.raises(ValueError, match="ways=7"):
        pictures_of(x, y, ways=7)(1, 7, np.random.default_rng(0))


def test_it_learns_to_learn_waves(tmp_path):
    """Seeds 0-2: 0.35, 0.33, 0.36 of the error before."""
    keras.utils.set_random_seed(0)
    model = models.Reptile()
    x, y = sines(50, 40, np.random.default_rng(1))

    def error():
        return np.mean((model.after(x[:, :10], y[:, :10], x[:, 10:], steps=16, learning_rate=0.01) - y[:, 10:]) ** 2)
    before = error()
    losses = model.learn(sines, rounds=150, learning_rate=0.01)
    assert np.mean(losses[-20:]) < np.mean(losses[:20]) and error() < 0.5 * before
    model.save(tmp_path / "model.keras")
    np.testing.assert_allclose(keras.models.load_model(tmp_path / "model.keras").predict(x[0], verbose=0), model.predict(x[0], verbose=0), atol=1e-6)


def test_what_cannot_be_is_refused():
    for wrong in ({"input_shape": (28, 28)}, {"classes": 1}):
        with pytest.raises(ValueError, match="at least 2 classes"):
            models.Reptile(**wrong)
