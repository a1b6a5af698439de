"""Training from `datasets.pipeline` against training from the arrays themselves, an epoch each, in the same run.

    python benchmarks/pipeline.py
"""

from dlcourse import datasets, models, training  # training first: it keeps TensorFlow quiet
import keras
import numpy as np
from racing import race

ROWS, BATCH = 20_000, 64


def network():
    """A fresh network for pictures of 28×28."""
    model = models.MLP(input_shape=(28, 28), hidden=(128,))
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss="sparse_categorical_crossentropy")
    return model


def main():
    """One epoch of each to compile the graphs, then the race."""
    training.wake()
    draw = np.random.default_rng(0)
    x, y = draw.random((ROWS, 28, 28), dtype="float32"), draw.integers(0, 10, ROWS)
    data, one, other = datasets.pipeline(x, y, batch_size=BATCH), network(), network()
    ways = {"model.fit(x, y)": lambda: one.fit(x, y, batch_size=BATCH, verbose=0),
            "model.fit(pipeline)": lambda: other.fit(data, shuffle=False, verbose=0)}
    for way in ways.values():
        way()
    race(ways, rounds=7)


if __name__ == "__main__":
    main()
