"""Small detectors and segmenters on the scenes: do they find the shapes, and what do U-Net's skips bring?

    python benchmarks/detection.py                          # five seeds
    python benchmarks/detection.py --seeds 1 --only SSD

Detectors: mean average precision at IoU 0.5 on the test set. Their batches are varied: mirrored, moved, recoloured; of the scenes as
they are, SSD learns 5000 by heart. U-Nets: mean IoU of the masks, at half the size. Seconds are those of `fit`.
"""

import time

import keras
import numpy as np
from contest import contest

from dlcourse import models, training
from dlcourse.datasets import scenes
from dlcourse.metrics import mean_average_precision, mean_iou

CLASSES, BATCH = len(scenes.CLASSES), 32
SHAPE = {"input_shape": (64, 64, 3), "classes": CLASSES, "backbone": (16, 32, 64, 64)}
HALF = {"input_shape": (32, 32, 3), "classes": CLASSES, "filters": 16, "depth": 3, "padding": "same", "normalised": True, "dropout": 0}
NETS = {      # the network and its epochs
    "SSD": (lambda: models.SSD300(**SHAPE, sizes=(11, 20, 28)), 15),
    "Faster R-CNN": (lambda: models.FasterRCNN(**SHAPE, units=128, scales=(0.7, 1.4), proposals=16, candidates=64), 10),
    "U-Net": (lambda: models.UNet(**HALF), 6),
    "U-Net without skips": (lambda: models.UNet(**HALF, skips=False), 6),
}


class Varied(keras.utils.PyDataset):
    """Batches in a new order in every epoch, and no scene twice the same."""

    def __init__(self, x, y, seed):
        super().__init__()
        self.x, self.y, self.rng = x, y, np.random.default_rng(seed)
        self.on_epoch_end()

    def __len__(self):
        return -(-len(self.x) // BATCH)

    def on_epoch_end(self):
        self.order = self.rng.permutation(len(self.x))

    def __getitem__(self, number):
        rows = self.order[number * BATCH:(number + 1) * BATCH]
        x, y = scenes.varied(self.x[rows], {name: self.y[name][rows] for name in ("boxes", "classes")}, self.rng)
        return scaled(x), y


def scaled(x):
    """Pixels from -1 to 1."""
    return x / np.float32(127.5) - 1


def halved(x, y):
    """Pictures and masks at half the size."""
    return scaled(x.reshape(len(x), 32, 2, 32, 2, 3).mean(axis=(2, 4), dtype="float32")), y["masks"][:, ::2, ::2]


def learn(name, seed, train, test):
    """Train this net with this seed: its figure on the test set, its parameters and the seconds of `fit`."""
    training.seed(seed)
    build, epochs = NETS[name]
    model = build()
    detects = hasattr(model, "detect")
    rate = training.OneCycle(3e-3, epochs * -(-len(train[0]) // BATCH), warmup=0.1)
    model.compile(keras.optimizers.AdamW(rate), loss=None if detects else "sparse_categorical_crossentropy", jit_compile=False)
    began = time.perf_counter()
    if detects:
        model.fit(Varied(*train, seed), epochs=epochs, verbose=0)
    else:
        model.fit(*halved(*train), batch_size=BATCH, epochs=epochs, verbose=0)
    seconds = time.perf_counter() - began
    if detects:
        figure = mean_average_precision(test[1], model.detect(scaled(test[0])))
    else:
        x, masks = halved(*test)
        figure = mean_iou(masks, model.predict(x, verbose=0).argmax(axis=-1), CLASSES)
    keras.backend.clear_session()
    return figure, model.count_params(), seconds


if __name__ == "__main__":
    contest("Small detectors and segmenters on the scenes.", NETS, learn, scenes.load_data)
