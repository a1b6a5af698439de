"""What Bob likes stands exactly as far back as was asked, and nothing else in the sentence gives it away."""

import numpy as np
import pytest

from dlcourse.datasets import sentences

ANY = np.arange(1, 7)      # tokens of the things to like


def test_the_vocabulary():
    assert len(set(sentences.WORDS)) == len(sentences.WORDS) and sentences.WORDS[1:7] == sentences.LIKED
    with pytest.raises(IndexError):
        sentences.text([len(sentences.WORDS)])


@pytest.mark.parametrize("distance", [*range(6, 25), 40, 100])
def test_the_answer_stands_at_the_distance_after_bob_likes(distance):
    (x, y), (x_test, y_test) = sentences.load_data(distance, samples=300)
    assert x.shape == (300, distance + 2) and x_test.shape == (60, distance + 2) and x.min() > 0
    assert np.array_equal(x[:, -distance], y + 1) and np.array_equal(x_test[:, -distance], y_test + 1)
    assert all(sentences.text(row).startswith(f"Bob likes {sentences.LIKED[answer]} ") for row, answer in zip(x, y))
    assert all(sentences.text(row).endswith(" so now he is eating") for row in x)


def test_every_sentence_follows_the_grammar():
    import re

    names, verbs, liked = map("|".join, (sentences.NAMES, sentences.VERBS, sentences.LIKED))
    grammar = re.compile(rf"Bob likes ({liked})( today| very much| most of all)?"
                         rf"( and ({names})( often)? ({verbs}) ({liked}))* so now he is eating")
    (x, _), _ = sentences.load_data(list(range(6, 60)), samples=1000)
    assert all(grammar.fullmatch(sentences.text(row)) for row in x)


def test_distances_are_mixed_evenly_and_filled_up_in_front():
    (x, y), _ = sentences.load_data([6, 10, 20], samples=300)
    lengths = (x > 0).sum(axis=1)
    assert x.shape == (300, 22) and np.array_equal(np.unique(lengths, return_counts=True), [[8, 12, 22], [100, 100, 100]])
    assert all(row[-length] == sentences.WORDS.index("Bob") and not row[:-length].any() for row, length in zip(x, lengths))
    assert all(row[-length + 2] == answer + 1 for row, length, answer in zip(x, lengths, y))


def test_answers_are_balanced_and_the_words_in_between_do_not_tell():
    (x, y), _ = sentences.load_data(distance=40, samples=6000)
    assert np.bincount(y).tolist() == [1000] * 6
    between = x[:, 3:]
    last = np.array([row[np.isin(row, ANY)][-1] for row in between])
    counts = (between[:, :, None] == ANY).sum(axis=1)
    assert abs(np.mean(last == y + 1) - 1 / 6) < 0.02
    assert abs(np.mean(counts.argmax(axis=1) == y) - 1 / 6) < 0.02 and abs(np.mean(counts.argmin(axis=1) == y) - 1 / 6) < 0.02


@pytest.mark.heavy
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_an_lstm_remembers_and_a_simple_rnn_does_not_as_the_card_says(seed):
    import keras

    (x_train, y_train), test = sentences.load_data(list(range(6, 41)))
    found = {}
    for kind in (keras.layers.LSTM, keras.layers.SimpleRNN):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([keras.layers.Embedding(len(sentences.WORDS), 16), kind(32), keras.layers.Dense(6, "softmax")])
        model.compile(keras.optimizers.Adam(0.01, clipnorm=1), "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(x_train, y_train, batch_size=64, epochs=10, verbose=0)
        found[kind.__name__] = model.evaluate(*test, verbose=0)[1]
    assert found["LSTM"] > 0.75 and found["SimpleRNN"] < 0.5


@pytest.mark.parametrize("arguments, says", [
    ({"distance": 5}, "choose 6 or more"), ({"distance": []}, "choose 6 or more"), ({"distance": [10, 2.5]}, "choose 6 or more"),
    ({"samples": 10}, "choose 30 or more"),
])
def test_it_says_what_is_wrong(arguments, says):
    with pytest.raises(ValueError, match=says):
        sentences.load_data(**arguments)
