"""Data sets, each with `load_data()` in the manner of `keras.datasets`. CONTENTS are here without a network, ONLINE may be.

    (x_train, y_train), (x_test, y_test) = datasets.digits.load_data()

Text has no answers beside it (`train, test = datasets.pycode.load_data()`), and the two photographs are just pictures.
Scenes have many answers: `y_train["boxes"]`, `y_train["masks"]`, `y_train["captions"]` …

>>> from dlcourse import datasets
>>> datasets.CONTENTS
('points', 'weather', 'digits', 'glyphs', 'roads', 'photos', 'scenes', 'sentences', 'pycode', 'dates')
"""

import importlib

# In the order in which the course meets them.
CONTENTS = (
    "points",     # two classes on a plane, drawn on the spot
    "weather",    # six synthetic years of daily weather
    "digits",     # 1,797 handwritten digits, 8x8
    "glyphs",     # 24,000 digits or 9,360 capital letters in many fonts, 28x28
    "roads",      # roads through a windscreen, drawn on the spot, and where to steer
    "photos",     # two photographs, without labels
    "scenes",     # one to four coloured shapes, drawn once and kept: boxes, masks, captions
    "sentences",  # one grammar; the last word hangs on the third
    "pycode",     # Python's own source: text, without labels
    "dates",      # dates in sixteen spellings, and in ISO 8601
)
# Real sets that are too large or not ours to ship: from a cache of this machine, or fetched.
ONLINE = ("mnist", "fashion_mnist", "kmnist", "cifar10", "imdb", "shakespeare", "flowers")
FUNCTIONS = ("pipeline", "augmentation")     # from arrays to batches


def __getattr__(name):
    if name in CONTENTS + ONLINE:
        return importlib.import_module(f"dlcourse.datasets.{name}")
    if name in FUNCTIONS:
        return getattr(importlib.import_module("dlcourse.datasets.feeding"), name)
    raise AttributeError(f"no data set is called '{name}': choose from {', '.join(CONTENTS + ONLINE)}")


def __dir__():
    return sorted([*globals(), *CONTENTS, *ONLINE, *FUNCTIONS])
