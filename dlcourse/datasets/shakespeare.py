"""Forty thousand lines of Shakespeare: the text on which one-character-at-a-time networks learn to write."""

from dlcourse.datasets import online


def _from_tfds(splits):
    train, *rest = (splits[name]["text"][0].decode() for name in ("train", "validation", "test"))
    return train, "".join(rest)


def _from_files(paths):
    text = paths[0].read_text(encoding="utf-8")
    return text[:len(text) * 9 // 10], text[len(text) * 9 // 10:]


SOURCE = online.Online(
    name="shakespeare", tfds="tiny_shakespeare", instead="pycode", from_tfds=_from_tfds, from_files=_from_files,
    files=(online.File("shakespeare.txt", "https://storage.googleapis.com/download.tensorflow.org/data/shakespeare.txt", 1_115_394,
                       "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"),))


def load_data():
    """Plays of Shakespeare in one long text, to learn to write from, one character after the other.

    Shape:   no (x, y) here but (train, test), two strings: the first 1,003,854 characters, and the 111,540 after them. In a text the
             answer to every character is the next one. There are 65 different ones.
    Origin:  A. Karpathy 2015, The Unreasonable Effectiveness of Recurrent Neural Networks: "tiny Shakespeare", 40,000 lines from
             several plays.
    Licence: the text is in the public domain.

    >>> train, test = load_data()    # doctest: +SKIP
    >>> train[:14]                   # doctest: +SKIP
    'First Citizen:'
    """
    return online.load(SOURCE)
