"""The pipeline gives every row once an epoch, in an order that a seed repeats and an epoch changes."""

import keras
import numpy as np
import pytest

from dlcourse import datasets

X, Y = np.arange(50.0), np.arange(50) % 2


def epoch(data):
    return np.concatenate([batch.numpy() for batch, _ in data])


def test_every_row_comes_once_with_its_own_label():
    for x, y in datasets.pipeline(X, Y, batch_size=8):
        assert np.array_equal(x.numpy() % 2, y.numpy())
    assert sorted(epoch(datasets.pipeline(X, Y, batch_size=8))) == list(X)


def test_the_order_changes_by_epoch_and_repeats_by_seed():
    data, again, other = (datasets.pipeline(X, Y, seed=seed) for seed in (1, 1, 2))
    first, second = epoch(data), epoch(data)
    assert not np.array_equal(first, second) and not np.array_equal(first, X)
    assert np.array_equal(first, epoch(again)) and np.array_equal(second, epoch(again))
    assert not np.array_equal(first, epoch(other))


def test_without_shuffling_the_order_stays():
    assert np.array_equal(epoch(datasets.pipeline(X, Y, shuffle=False)), X)


def test_rows_without_labels_and_with_a_change():
    batches = list(datasets.pipeline(X, batch_size=50, shuffle=False, augment=lambda x: x + 1))
    assert len(batches) == 1 and np.array_equal(batches[0].numpy(), X + 1)


def test_nothing_waits_for_a_tuner_at_its_end():
    assert datasets.pipeline(X, Y).options().autotune.enabled is False


def test_a_model_learns_from_it():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    x = np.linspace(-1, 1, 64, dtype="float32")[:, None]
    history = model.fit(datasets.pipeline(x, 3 * x, batch_size=16), epochs=20, shuffle=False, verbose=0)
    assert history.history["loss"][-1] < 0.01 * history.history["loss"][0]


def test_augmentation_changes_pictures_in_training_only():
    (x, _), _ = datasets.digits.load_data()
    pictures = x[:4, :, :, None] / 16.0
    move = datasets.augmentation(seed=1)
    assert not np.allclose(move(pictures, training=True), pictures)
    assert np.allclose(move(pictures, training=False), pictures)


@pytest.mark.parametrize("arguments, said", [((X, Y[:3]), "one label for each"), ((X[:0], Y[:0]), "no batches"), ((X, Y, 0), "no batches")])
def test_bad_input_is_one_sentence(arguments, said):
    with pytest.raises(ValueError, match=said):
        datasets.pipeline(*arguments)
