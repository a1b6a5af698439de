"""Training from `datasets.pipeline` against training from the arrays themselves, in the same run.

    python benchmarks/pipeline.py
"""

import statistics
import time

from dlcourse import datasets, models, training  # training first: it keeps TensorFlow quiet
import keras
import numpy as np

ROUNDS, ROWS, BATCH = 7, 20_000, 64


def network():
    """A fresh network that has already been compiled to a graph, so that only epochs are timed."""
    model = models.MLP(input_shape=(28, 28), hidden=(128,))
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss="sparse_categorical_crossentropy")
    return model


def seconds(fit):
    """The wall-clock seconds of one epoch."""
    began = time.perf_counter()
    fit()
    return time.perf_counter() - began


def main():
    """Take turns, so that a busy moment hits both; print medians and their ratio."""
    training.wake()
    draw = np.random.default_rng(0)
    x, y = draw.random((ROWS, 28, 28), dtype="float32"), draw.integers(0, 10, ROWS)
    data, one, other = datasets.pipeline(x, y, batch_size=BATCH), network(), network()
    ways = {"model.fit(x, y)": lambda: one.fit(x, y, batch_size=BATCH, verbose=0), "model.fit(pipeline)": lambda: other.fit(data, shuffle=False, verbose=0)}
    for fit in ways.values():
        fit()
    runs = [{name: seconds(fit) for name, fit in ways.items()} for _ in range(ROUNDS)]
    medians = {name: statistics.median(run[name] for run in runs) for name in ways}
    arrays = medians["model.fit(x, y)"]
    for name, median in medians.items():
        print(f"{name:<22}{median:6.2f} s an epoch   {median / arrays:4.2f} ×")


if __name__ == "__main__":
    main()
