"""What three beginners make of the scenes' masks: background everywhere, a threshold, and a small network, in the same run.

    python benchmarks/scenes.py
    python benchmarks/scenes.py --seed 0 --seed 1 --seed 2
"""

import argparse
import time

import keras
import numpy as np

from dlcourse.datasets import scenes
from dlcourse.metrics import mean_iou

EPOCHS, BATCH, RATE = 6, 32, 3e-3
CLASSES = len(scenes.CLASSES)


def background(train, test, seed):
    """Nothing anywhere."""
    return np.zeros_like(test[1])


def threshold(train, test, seed):
    """Each pixel gets the class most frequent among the training pixels of its colour, in steps of 16 grey levels."""
    colours = [(x // 16).astype("int64") @ (256, 16, 1) for x, _ in (train, test)]
    counts = np.bincount(colours[0].ravel() * CLASSES + train[1].ravel(), minlength=4096 * CLASSES).reshape(4096, CLASSES)
    return counts.argmax(axis=1)[colours[1]]


def network(train, test, seed):
    """Down to 4 x 4 and up to 32 x 32 again, with skip connections: a small U-Net at half the resolution."""
    keras.utils.set_random_seed(seed)
    layers = keras.layers

    def conv(x, filters, strides=1):
        x = layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(x)
        return layers.ReLU()(layers.BatchNormalization()(x))

    inputs = layers.Input((64, 64, 3))
    half = conv(layers.Rescaling(1 / 127.5, -1)(inputs), 16, 2)
    quarter = conv(conv(half, 32, 2), 32)
    eighth = conv(conv(quarter, 64, 2), 64)
    x = conv(conv(eighth, 64, 2), 64)
    for skip, filters in ((eighth, 64), (quarter, 32), (half, 24)):
        x = conv(layers.Concatenate()([layers.UpSampling2D()(x), skip]), filters)
    x = layers.UpSampling2D(interpolation="bilinear")(layers.Conv2D(CLASSES, 3, padding="same")(x))
    model = keras.Model(inputs, x)
    steps = EPOCHS * -(-len(train[0]) // BATCH)
    model.compile(keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(RATE, steps)),
                  keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(*train, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return model.predict(test[0], verbose=0).argmax(axis=-1)


def main(arguments=None):
    """Let all three find the masks, for every seed; print the mean IoU on the test set and seconds."""
    parser = argparse.ArgumentParser(description="Three beginners on the scenes' masks.")
    parser.add_argument("--seed", type=int, action="append", help="a seed; may be given several times (default: 0)")
    train, test = ((x, y["masks"]) for x, y in scenes.load_data())
    for seed in parser.parse_args(arguments).seed or [0]:
        for contender in (background, threshold, network):
            began = time.perf_counter()
            found = contender(train, test, seed)
            print(f"seed {seed}   {contender.__name__:<12}mean IoU {mean_iou(test[1], found, CLASSES):.3f}   "
                  f"{time.perf_counter() - began:5.1f} s", flush=True)


if __name__ == "__main__":
    main()
