"""Film reviews, for or against."""

import hashlib
import json
import re

import numpy as np

from dlcourse.datasets import online

CLASSES = ("negative", "positive")
BETWEEN_WORDS = re.compile(r"""[!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~\t\n ]+""")     # what Keras took for no part of a word


def _from_tfds(splits):
    """Whole texts as words; a word that no training review has is left out of the test reviews, as in Keras' file."""
    words = {name: [BETWEEN_WORDS.sub(" ", text.decode().lower()).split() for text in splits[name]["text"]]
             for name in ("train", "test")}
    known = {word for review in words["train"] for word in review}
    words["test"] = [[word for word in review if word in known] for review in words["test"]]
    return tuple(_arrays(words[name], splits[name]["label"]) for name in ("train", "test"))


def _from_files(paths):
    """Keras' file has numbers, and a second one the word of each."""
    word = {number: word for word, number in json.loads(paths[1].read_text(encoding="utf-8")).items()}
    with np.load(paths[0], allow_pickle=True) as file:      # lists of different lengths; its sum has just been verified
        return tuple(_arrays([[word[number] for number in review] for review in file[f"x_{name}"]], file[f"y_{name}"])
                     for name in ("train", "test"))


def _arrays(reviews, labels):
    """By the sums of their bytes: as good as shuffled, where some caches have all of one class first, and the same from every cache."""
    pairs = [(" ".join(words), label) for words, label in zip(reviews, labels)]
    pairs.sort(key=lambda pair: (hashlib.sha256(pair[0].encode()).digest(), pair[1]))
    texts, labels = zip(*pairs)
    return np.array(texts, dtype=object), np.array(labels, "uint8")


SOURCE = online.Online(
    name="imdb", tfds="imdb_reviews/plain_text", instead="sentences", from_tfds=_from_tfds, from_files=_from_files,
    files=(online.File("imdb.npz", f"{online.KERAS_FILES}/imdb.npz", 17_464_789,
                       "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"),
           online.File("imdb_word_index.json", f"{online.KERAS_FILES}/imdb_word_index.json", 1_641_221,
                       "bfafd718b763782e994055a2d397834f")))


def load_data():
    """Film reviews from the web, and whether each is for or against the film.

    Shape:   x_train (25000,), x_test (25000,): strings of lower-case words with a blank between them, in arrays of dtype object,
             because some are very long; y uint8, 0 against or 1 for, places in `CLASSES`, half of each, shuffled.
             `keras.layers.TextVectorization(standardize=None)` makes numbers of them.
    Origin:  A. Maas and others 2011, Learning Word Vectors for Sentiment Analysis, https://ai.stanford.edu/~amaas/data/sentiment/: at
             most 30 reviews of a film, and no film both in training and test.
    Licence: none is stated; the authors ask to cite the paper.

    Punctuation and capitals are gone, and so are words of the test reviews that no training review has, because Keras' cache is like
    that, and all caches shall give the same. "br" is what is left of a line break in the web page.

    >>> (x_train, y_train), (x_test, y_test) = load_data()    # doctest: +SKIP
    >>> x_train.shape, CLASSES[1]                             # doctest: +SKIP
    ((25000,), 'positive')
    """
    return online.load(SOURCE)
