"""Data sets, each with `load_data()` in the manner of `keras.datasets`. All are here without a network.

    (x_train, y_train), (x_test, y_test) = datasets.digits.load_data()

Text has no answers beside it (`train, test = datasets.pycode.load_data()`), and the two photographs are just pictures.

>>> from dlcourse import datasets
>>> datasets.CONTENTS
('points', 'weather', 'digits', 'glyphs', 'roads', 'photos', 'sentences', 'pycode', 'dates')
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
    "sentences",  # one grammar; the last word hangs on the third
    "pycode",     # Python's own source: text, without labels
    "dates",      # dates in sixteen spellings, and in ISO 8601
)
FUNCTIONS = ("pipeline", "augmentation")     # from arrays to batches


def __getattr__(name):
    if name in CONTENTS:
        return importlib.import_module(f"dlcourse.datasets.{name}")
    if name in FUNCTIONS:
        return getattr(importlib.import_module("dlcourse.datasets.feeding"), name)
    raise AttributeError(f"no data set is called '{name}': choose from {', '.join(CONTENTS)}")


def __dir__():
    return sorted([*globals(), *CONTENTS, *FUNCTIONS])
