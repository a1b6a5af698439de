"""Small detectors and segmenters on the scenes: do they find the shapes, and what do U-Net's skips bring?

    python benchmarks/detection.py                          # five seeds
    python benchmarks/detection.py --seeds 1 --only SSD

Detectors: mean average precision at IoU 0.5 on the test set; U-Nets: mean IoU of the masks. Seconds are those of `fit`.
"""

import argparse
import time

from dlcourse import models, training
from dlcourse.datasets import scenes
from dlcourse.metrics import mean_average_precision, mean_iou

CLASSES, BATCH = len(scenes.CLASSES), 32
SHAPE = {"input_shape": (64, 64, 3), "classes": CLASSES}
UNET = {"filters": 8, "depth": 3, "padding": "same", "normalised": True, "dropout": 0}
NETS = {      # the network, its learning rate and its epochs
    "SSD": (lambda: models.SSD300(**SHAPE, backbone=(16, 32, 64, 96), sizes=(11, 20, 28)), 2e-3, 12),
    "Faster R-CNN": (lambda: models.FasterRCNN(**SHAPE, backbone=(16, 32, 64, 96), units=128, scales=(0.7, 1.4), proposals=16), 2e-3, 8),
    "U-Net": (lambda: models.UNet(**SHAPE, **UNET), 3e-3, 4),
    "U-Net without skips": (lambda: models.UNet(**SHAPE, **UNET, skips=False), 3e-3, 4),
}


def learn(name, seed, train, test):
    """Train this net with this seed: its figure on the test set, its parameters and the seconds of `fit`."""
    import keras

    training.seed(seed)
    build, rate, epochs = NETS[name]
    model = build()
    steps = epochs * -(-len(train[0]) // BATCH)
    detects = hasattr(model, "detect")
    model.compile(keras.optimizers.AdamW(training.OneCycle(rate, steps, warmup=0.1)),
                  loss=None if detects else "sparse_categorical_crossentropy", jit_compile=False)
    began = time.perf_counter()
    model.fit(train[0], {part: train[1][part] for part in ("boxes", "classes")} if detects else train[1]["masks"],
              batch_size=BATCH, epochs=epochs, verbose=0)
    seconds = time.perf_counter() - began
    if detects:
        figure = mean_average_precision(test[1], model.detect(test[0]))
    else:
        figure = mean_iou(test[1]["masks"], model.predict(test[0], batch_size=100, verbose=0).argmax(axis=-1), CLASSES)
    keras.backend.clear_session()
    return figure, model.count_params(), seconds


def main(arguments=None):
    """Train the nets on every seed; print each result as it comes."""
    parser = argparse.ArgumentParser(description="Small detectors and segmenters on the scenes.")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds (default: 5)")
    parser.add_argument("--only", default="", help="only nets whose name contains this")
    chosen = parser.parse_args(arguments)
    names = [name for name in NETS if chosen.only in name]
    if not names or chosen.seeds < 1:
        parser.error(f"--seeds must be 1 or more, and --only part of one of: {', '.join(NETS)}")
    train, test = (((x / 127.5 - 1).astype("float32"), y) for x, y in scenes.load_data())
    for seed in range(chosen.seeds):
        for name in names:
            figure, size, seconds = learn(name, seed, train, test)
            print(f"seed {seed}  {name:<22}{size:>9,} parameters  {figure:.3f}  {seconds:6.1f} s", flush=True)


if __name__ == "__main__":
    main()
