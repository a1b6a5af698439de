"""Memories: how much a Hopfield network holds, and whether Kohonen's map keeps neighbours. Five seeds, a minute.

    python benchmarks/memories.py

Overlap is the mean product of a stored pattern and what it becomes in recall: 1 where nothing is lost. Theory sees the bend at 0.138.
"""

import numpy as np

from dlcourse.metrics import topographic_error
from dlcourse.models import SOM, Hopfield

UNITS, SEEDS = 500, range(5)


def overlap(load, seed):
    """What is left of `load` patterns for each unit, after recall from the patterns themselves."""
    x = np.random.default_rng(seed).choice([-1.0, 1.0], (round(load * UNITS), UNITS))
    return np.mean(Hopfield(input_shape=(UNITS,), seed=seed).fit(x).predict(x) * x)


def neighbours(dimensions, seed, epochs):
    """The topographic error of a 10 x 10 map of random rows."""
    x = np.random.default_rng(seed).random((500, dimensions))
    sheet = SOM(input_shape=(dimensions,), seed=seed).fit(x, epochs=epochs)
    return topographic_error(sheet.distances(x))


def row(name, figures):
    """One line of the table: mean and range."""
    print(f"{name:<38}{np.mean(figures):.3f}   {min(figures):.3f} – {max(figures):.3f}", flush=True)


if __name__ == "__main__":
    print(f"Hopfield, {UNITS} units, patterns for each unit: overlap")
    for load in (0.05, 0.10, 0.12, 0.138, 0.15, 0.17, 0.20):
        row(f"  {load:.3f}", [overlap(load, seed) for seed in SEEDS])
    print("SOM, 10 × 10 units: topographic error")
    for dimensions, what in ((2, "places in a square"), (3, "colours")):
        row(f"  {what}, before", [neighbours(dimensions, seed, 0) for seed in SEEDS])
        row(f"  {what}, after 20 epochs", [neighbours(dimensions, seed, 20) for seed in SEEDS])
