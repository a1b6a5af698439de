"""What building a network costs, beside keras.applications' own where it has the same one, in the same run.

    python benchmarks/building.py
"""

import gc

from dlcourse import models, training  # training first: it keeps TensorFlow quiet
import keras
from racing import race

# Name here and there: the smallest picture that both take. Layers are those of full size, the first dense one is smaller.
SAME = {"VGG16": (32, 32, 3), "VGG19": (32, 32, 3)}


def built(builder, **arguments):
    """A way to race: build once, then forget it."""
    def way():
        builder(classes=10, **arguments)
        keras.backend.clear_session()
        gc.collect()
    return way


def main():
    """Print a pair of lines for each network."""
    training.wake()
    for name, shape in SAME.items():
        theirs, ours = getattr(keras.applications, name), getattr(models, name)
        race({f"keras.applications.{name}": built(theirs, input_shape=shape, weights=None),
              f"models.{name}": built(ours, input_shape=shape)}, rounds=7)


if __name__ == "__main__":
    main()
