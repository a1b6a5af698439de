"""How much of `fit` goes by after its last batch: as Keras reads arrays, and as `import dlcourse.training` has it read them.

    python benchmarks/endings.py
"""

import time

from dlcourse import models, training
import keras
import numpy as np
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

LENGTHS = (1, 2, 3, 4, 5, 6)      # how many times the data are gone through, a second or so each
READERS = {"as Keras reads": ArrayDataAdapter.get_tf_dataset.__wrapped__, "as dlcourse has it read": ArrayDataAdapter.get_tf_dataset}


class Clock(keras.callbacks.Callback):
    """Looks at the time at every batch."""

    def on_train_batch_end(self, batch, logs=None):
        """Keep the time of the last."""
        self.last = time.perf_counter()


def main():
    """Fits of all lengths with either reader in turn; seconds in all, and those after the last batches."""
    training.wake()
    draw = np.random.default_rng(0)
    x, y = draw.random((12_800, 28, 28), dtype="float32"), draw.integers(0, 10, 12_800)
    model = models.MLP(input_shape=(28, 28), hidden=(1000, 1000))
    model.compile(optimizer=keras.optimizers.SGD(0.01), loss="sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=64, verbose=0)
    spent, after = ({name: 0.0 for name in READERS} for _ in range(2))
    for length in LENGTHS:
        rows = np.tile(np.arange(len(x)), length)
        for name, reader in READERS.items():
            ArrayDataAdapter.get_tf_dataset, clock, began = reader, Clock(), time.perf_counter()
            model.fit(x[rows], y[rows], batch_size=64, verbose=0, callbacks=[clock])
            spent[name] += time.perf_counter() - began
            after[name] += time.perf_counter() - clock.last
    for name in READERS:
        print(f"{name:<26}{spent[name]:8.1f} s   {after[name] / spent[name]:4.0%} after the last batch")


if __name__ == "__main__":
    main()
