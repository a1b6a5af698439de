"""What building a network costs, beside keras.applications' own where it has the same one, in the same run.

    python benchmarks/building.py
    python benchmarks/building.py --rounds 5 VGG16 ResNet50
"""

import argparse
import gc

from dlcourse import models, training  # training first: it keeps TensorFlow quiet
import keras
from racing import race

# What makes ours the same as theirs. VGG is asked for the smallest picture that both take: its first dense layer is huge at full size.
SAME = {"VGG16": {"input_shape": (32, 32, 3)}, "VGG19": {"input_shape": (32, 32, 3)}, "ResNet50": {"variant": "keras"},
        "ResNet101": {"variant": "keras"}, "ResNet152": {"variant": "keras"}, "NASNetMobile": {}, "NASNetLarge": {}}


def built(builder, **arguments):
    """A way to race: build once, then forget it."""
    def way():
        builder(classes=10, **arguments)
        keras.backend.clear_session()
        gc.collect()
    return way


def main():
    """Print a pair of lines for each network."""
    parser = argparse.ArgumentParser(description="Building time beside keras.applications.")
    parser.add_argument("names", nargs="*", metavar="NETWORK", help="only these (default: all that both have)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is built (default: 5)")
    options = parser.parse_args()
    training.wake()
    for name in options.names or SAME:
        theirs, ours = getattr(keras.applications, name), getattr(models, name)
        alike = {word: value for word, value in SAME[name].items() if word == "input_shape"}
        race({f"keras.applications.{name}": built(theirs, weights=None, **alike), f"models.{name}": built(ours, **SAME[name])}, options.rounds)


if __name__ == "__main__":
    main()
