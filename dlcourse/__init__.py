"""Deep learning as a course of labs.

    from dlcourse import check, datasets, metrics, models, plots, training

Names load when they are first used: importing `dlcourse` never loads TensorFlow.

>>> import dlcourse
>>> dlcourse.__version__
'0.1.0'
"""

import importlib

__version__ = "0.1.0"

_SUBMODULES = ("datasets", "metrics", "models", "plots", "training")
__all__ = ["check", *_SUBMODULES]


def __getattr__(name):
    if name == "check":
        return importlib.import_module("dlcourse.checking").check
    if name in _SUBMODULES:
        return importlib.import_module(f"dlcourse.{name}")
    raise AttributeError(f"module 'dlcourse' has no attribute '{name}'")


def __dir__():
    return sorted([*globals(), *__all__])
