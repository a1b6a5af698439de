"""Small detectors and segmenters on the scenes: do they find the shapes, and what do U-Net's skips bring?

    python benchmarks/detection.py                          # five seeds
    python benchmarks/detection.py --seeds 1 --only SSD

Detectors: mean average precision at IoU 0.5 on the test set; U-Nets: mean IoU of the masks. Every batch is varied: mirrored, moved,
recoloured; on the scenes as they are, SSD learns 5000 pictures by heart. Seconds are those of `fit`.
"""

import time

import keras
import numpy as np
from contest import contest

from dlcourse import models, training
from dlcourse.datasets import scenes
from dlcourse.metrics import mean_average_precision, mean_iou

CLASSES, BATCH = len(scenes.CLASSES), 32
SHAPE = {"input_shape": (64, 64, 3), "classes": CLASSES}
UNET = {"filters": 8, "depth": 3, "padding": "same", "normalised": True, "dropout": 0}
NETS = {      # the network and its epochs
    "SSD": (lambda: models.SSD300(**SHAPE, backbone=(16, 32, 64, 64), sizes=(11, 20, 28)), 15),
    "Faster R-CNN": (lambda: models.FasterRCNN(**SHAPE, backbone=(16, 32, 64, 64), units=128, scales=(0.7, 1.4), proposals=16,
                                               candidates=64), 10),
    "U-Net": (lambda: models.UNet(**SHAPE, **UNET), 4),
    "U-Net without skips": (lambda: models.UNet(**SHAPE, **UNET, skips=False), 4),
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
        x, y = scenes.varied(self.x[rows], {name: part[rows] for name, part in self.y.items()}, self.rng)
        return scaled(x), y.get("masks", y)


def scaled(x):
    """Pixels from -1 to 1."""
    return x / np.float32(127.5) - 1


def learn(name, seed, train, test):
    """Train this net with this seed: its figure on the test set, its parameters and the seconds of `fit`."""
    training.seed(seed)
    build, epochs = NETS[name]
    model = build()
    detects = hasattr(model, "detect")
    (x, y), wanted = train, ("boxes", "classes") if detects else ("masks",)
    batches = Varied(x, {part: y[part] for part in wanted}, seed)
    model.compile(keras.optimizers.AdamW(training.OneCycle(3e-3, epochs * len(batches), warmup=0.1)),
                  loss=None if detects else "sparse_categorical_crossentropy", jit_compile=False)
    began = time.perf_counter()
    model.fit(batches, epochs=epochs, verbose=0)
    seconds = time.perf_counter() - began
    x, y = scaled(test[0]), test[1]
    if detects:
        figure = mean_average_precision(y, model.detect(x))
    else:
        figure = mean_iou(y["masks"], model.predict(x, batch_size=100, verbose=0).argmax(axis=-1), CLASSES)
    keras.backend.clear_session()
    return figure, model.count_params(), seconds


if __name__ == "__main__":
    contest("Small detectors and segmenters on the scenes.", NETS, learn, scenes.load_data)
