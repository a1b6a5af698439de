"""What Keras lacks around `fit`: one seed, a one-cycle schedule, a progress bar of one line, and what this machine is."""

import contextlib
import logging
import os
import sys
import time

import numpy as np
from tqdm import tqdm

import dlcourse
from dlcourse.endings import end_promptly
from dlcourse.screen import can_move


@contextlib.contextmanager
def _quietly():
    """TensorFlow's C++ greets on file descriptor 2 whatever Python does; a notebook would show that in red."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # only counts before TensorFlow is imported
with _quietly():
    import keras
end_promptly()


def seed(number=0):
    """Start all random numbers anew: Python's, NumPy's and Keras'.

    >>> seed(1); first = keras.random.normal((2,))
    >>> seed(1); bool(keras.ops.all(first == keras.random.normal((2,))))
    True
    """
    keras.utils.set_random_seed(number)


@keras.saving.register_keras_serializable(package="dlcourse")
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that warms up to `peak`, then follows a cosine down to nearly nothing (after Smith 2018).

    `steps` counts all minibatches of the training; `warmup` is the part of them that climbs; the rate starts at
    `start * peak` and ends at `end * peak`.

    >>> rate = OneCycle(peak=0.1, steps=100)
    >>> [round(float(rate(step)), 4) for step in (0, 25, 100)]
    [0.004, 0.1, 0.0001]
    """

    def __init__(self, peak, steps, warmup=0.25, start=0.04, end=0.001):
        if peak <= 0 or steps < 1 or not 0 <= warmup < 1:
            raise ValueError("a cycle needs peak > 0, steps of at least 1 and 0 <= warmup < 1, "
                             f"but it got peak={peak}, steps={steps}, warmup={warmup}")
        self.peak, self.steps, self.warmup, self.start, self.end = peak, steps, warmup, start, end

    def __call__(self, step):
        """The rate at this step."""
        done = keras.ops.clip(keras.ops.cast(step, "float32") / self.steps, 0.0, 1.0)
        climb = self.start + (1 - self.start) * done / max(self.warmup, 1e-9)
        fall = self.end + (1 - self.end) * (1 + keras.ops.cos(np.pi * (done - self.warmup) / (1 - self.warmup))) / 2
        return self.peak * keras.ops.where(done < self.warmup, climb, fall)

    def get_config(self):
        """The arguments that make this schedule again."""
        return {"peak": self.peak, "steps": self.steps, "warmup": self.warmup, "start": self.start, "end": self.end}


class Progress(keras.callbacks.Callback):
    """One bar for the whole of `fit(..., verbose=0, callbacks=[Progress()])`, which leaves one line behind.

    Where nothing can move, as in a file or a pipe, only that line is printed.

    >>> model = keras.Sequential([keras.layers.Dense(1)])
    >>> model.compile(loss="mse")
    >>> _ = model.fit(np.ones((4, 1)), np.ones(4), epochs=2, verbose=0, callbacks=[Progress()])
    epoch 2/2 ▕████████████████████▏ loss ... s
    """

    async_safe = True  # it only counts batches: no need to wait for each batch's metrics

    def on_train_begin(self, logs=None):
        """Show an empty bar."""
        self.epoch, self.metrics, self.started = 0, "", time.perf_counter()
        self.epochs, self.batches = self.params["epochs"], self.params.get("steps")
        self.bar = tqdm(total=self.batches and self.batches * self.epochs, file=sys.stdout, leave=False, disable=not can_move(),
                        bar_format="{desc} ▕{bar:20}▏", desc=f"epoch 1/{self.epochs}")

    def on_epoch_begin(self, epoch, logs=None):
        """Name the epoch."""
        self.bar.set_description_str(f"epoch {epoch + 1}/{self.epochs}", refresh=False)

    def on_train_batch_end(self, batch, logs=None):
        """Move on by one batch."""
        self.bar.update()

    def on_epoch_end(self, epoch, logs=None):
        """Keep the metrics to show."""
        self.epoch = epoch + 1
        self.metrics = " ".join(f"{name} {np.mean(value):.4g}" for name, value in (logs or {}).items() if name != "learning_rate")
        self.bar.bar_format = f"{{desc}} ▕{{bar:20}}▏ {self.metrics}"

    def on_train_end(self, logs=None):
        """Replace the bar by the line that stays."""
        self.bar.close()
        filled = round(20 * self.epoch / self.epochs)  # an early stop leaves the rest empty
        bar = "█" * filled + " " * (20 - filled)
        print(f"epoch {self.epoch}/{self.epochs} ▕{bar}▏ {self.metrics} {time.perf_counter() - self.started:.1f} s")


def wake():
    """Run a first tiny operation, so that TensorFlow's greetings on stderr are over before anything that matters.

    >>> wake()
    """
    logging.getLogger("tensorflow").setLevel(logging.ERROR)     # no advice on retracing, either
    with _quietly():
        keras.ops.convert_to_numpy(keras.ops.matmul(keras.ops.ones((2, 2)), keras.ops.ones((2, 2))))


def report():
    """Wake Keras up and print one line: versions, device and data.

    >>> report()
    dlcourse ... · Keras ... on ... · NumPy ... · ... · embedded data, no network needed
    """
    wake()
    with _quietly():
        device = _device()
    backend = keras.backend.backend()
    version = getattr(sys.modules.get(backend), "__version__", "")
    print(f"dlcourse {dlcourse.__version__} · Keras {keras.__version__} on {backend} {version} · NumPy {np.__version__} · {device}"
          " · embedded data, no network needed")


def _device():
    devices = keras.distribution.list_devices()
    kind = devices[0].split(":")[0].upper()
    if kind == "CPU":
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return f"CPU, {cores} core{'s' * (cores != 1)}"
    return kind if len(devices) == 1 else f"{len(devices)} {kind}s"
