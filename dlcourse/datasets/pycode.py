"""Text by people, of a kind that any Python brings along: the source of its standard library."""

import hashlib
import sys
import sysconfig
from pathlib import Path

from dlcourse.errors import CourseError


def load_data(characters=1_000_000):
    """The source code of Python's own standard library, as one long text to train on and one to test on.

    Shape:   no (x, y) here but (train, test), two strings: of every ten characters nine to train on and one to test on. In a text
             the answer to every character is the next one.
    Origin:  the modules of the Python that is running, read where it is installed: top-level files in ASCII, in an order fixed by
             their names. No file is in both texts. The same for everyone with the same release of Python.
    Licence: Python Software Foundation License 2.0, https://docs.python.org/3/license.html.

    >>> train, test = load_data(characters=1000)
    >>> len(train), len(test)
    (900, 100)
    """
    if characters < 10:
        raise ValueError(f"characters={characters} cannot be split into training and test text: choose 10 or more")
    texts = _texts(Path(sysconfig.get_paths()["stdlib"]))
    test = _take(texts, characters // 10)
    train = _take(texts, characters - characters // 10)
    there = len(train) + len(test)
    if not there:
        raise CourseError("this Python came without the source of its standard library: use a Python from python.org, conda or uv")
    if there < characters:     # a little of what is there goes to waste between the texts
        raise ValueError(f"characters={characters:,} is more than this Python's library has: choose {there * 9 // 10:,} or less")
    return train, test


def _texts(folder):
    """The texts of the standard modules in `folder`, by the hashes of their names: as good as shuffled, and stable."""
    files = [path for path in folder.glob("*.py") if path.stem in sys.stdlib_module_names]
    for path in sorted(files, key=lambda path: hashlib.sha256(path.name.encode()).digest()):
        content = path.read_bytes()
        if content.isascii():
            yield content.decode("ascii").replace("\r\n", "\n")


def _take(texts, count):
    """The next `count` characters, or all there are. What is left over of the last text is nobody's."""
    taken = ""
    while len(taken) < count and (text := next(texts, None)) is not None:
        taken += text
    return taken[:count]
