"""What a linear classifier and LeNet-5 make of the glyph digits, whose test fonts neither has seen, in the same run.

    python benchmarks/glyphs.py
    python benchmarks/glyphs.py --seed 0 --seed 1 --seed 2
"""

import argparse
import time

import keras
from sklearn.linear_model import LogisticRegression

from dlcourse.datasets import glyphs

EPOCHS, BATCH, RATE = 5, 64, 3e-3


def linear(train, test, seed):
    """Logistic regression on pixels, run to convergence: training and test accuracy."""
    flat = [(x.reshape(len(x), -1), y) for x, y in (train, test)]
    model = LogisticRegression(C=0.1, max_iter=1000, random_state=seed).fit(*flat[0])  # of C = 0.001, 0.01, 0.1, 1, 0.1 is best
    return [model.score(*part) for part in flat]


def lenet(train, test, seed):
    """LeNet-5, simplified: ReLU, dense connections, a softmax at the end: training and test accuracy."""
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    model = keras.Sequential([
        layers.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding="same", activation="relu"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="relu"), layers.AveragePooling2D(2), layers.Flatten(),
        layers.Dense(120, activation="relu"), layers.Dense(84, activation="relu"), layers.Dense(10, activation="softmax"),
    ])
    steps = EPOCHS * -(-len(train[0]) // BATCH)
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps)), "sparse_categorical_crossentropy",
                  metrics=["accuracy"])
    model.fit(*train, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return [model.evaluate(*part, batch_size=500, verbose=0)[1] for part in (train, test)]


def main(arguments=None):
    """Train both for every seed; print accuracies and seconds."""
    parser = argparse.ArgumentParser(description="A linear classifier and LeNet-5 on the glyph digits.")
    parser.add_argument("--seed", type=int, action="append", help="a seed; may be given several times (default: 0)")
    train, test = ((x[..., None].astype("float32") / 255, y) for x, y in glyphs.load_data())
    for seed in parser.parse_args(arguments).seed or [0]:
        for contender in (linear, lenet):
            began = time.perf_counter()
            known, unseen = contender(train, test, seed)
            print(f"seed {seed}   {contender.__name__:<8}training {known:.1%}   test {unseen:.1%}   "
                  f"{time.perf_counter() - began:5.1f} s", flush=True)


if __name__ == "__main__":
    main()
