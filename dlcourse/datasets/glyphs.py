"""A drop-in for MNIST that needs no network: digits, or capital letters, drawn from many fonts."""

import io
from statistics import NormalDist

import numpy as np

from dlcourse.datasets.embedded import read

KINDS = ("digits", "letters")
NOISE = 10.2  # the grain's standard deviation, in grey levels: 0.04 of the range


def load_data(kind="digits"):
    """Printed characters, each drawn differently: turned, slanted, shifted, bent, thick or thin, sharp or soft, with grain.

    Shape:   x (20000, 28, 28) to train on and (4000, 28, 28) to test on, uint8 from 0 (black paper) to 255 (white ink); y uint8
             from 0 to 9, 2000 and 400 of each. With kind="letters": (7800, 28, 28) and (1560, 28, 28), y from 0 (A) to
             25 (Z), 300 and 60 of each capital. The same shapes and types as MNIST, with fewer pictures, shuffled.
    Origin:  nobody wrote them. `data/draw_glyphs.py` draws them from 21 faces of matplotlib's fonts DejaVu, STIX and Computer
             Modern: a box of 20 pixels, turned up to 12°, slanted up to 0.2, scaled by 0.85 to 1.1, shifted up to 2.5 pixels
             each way, bent elastically (standard deviation 0.7 pixels each way, smooth over 5), strokes 0.5 thinner to 1 pixel
             thicker, edges blurred by 0.3 to 0.9. Reading adds grain of standard deviation 0.04, the same every time.
    Licence: made here, MIT like the course; the fonts' licences allow pictures of their characters.

    The test pictures come from five faces that no training picture uses: one each of DejaVu Sans Mono, DejaVu Serif and STIX,
    which have relatives among the other 16, and Computer Modern's sans serif and typewriter.

    How well can one do on the test digits? Accuracy, three seeds: chance 10 %; logistic regression on pixels 86 %; LeNet-5,
    simplified, after five epochs 99.6 to 99.8 %. `benchmarks/glyphs.py` measures it again. Print is more regular than
    handwriting, so LeNet-5's figure says nothing about MNIST.

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, x_test.shape, y_train.dtype
    ((20000, 28, 28), (4000, 28, 28), dtype('uint8'))
    """
    if kind not in KINDS:
        raise ValueError(f"kind={kind!r} is unknown: choose from {', '.join(map(repr, KINDS))}")
    with np.load(io.BytesIO(read(f"glyphs-{kind}.npz")), allow_pickle=False) as file:
        return (_grainy(file["x_train"], 0), file["y_train"]), (_grainy(file["x_test"], 1), file["y_test"])


def _grainy(images, seed):
    """The pictures with grain, the same every time. Added here and not in the file, which it would make twice as large."""
    grain = np.array([NormalDist(0, NOISE).inv_cdf((step + 0.5) / 256) for step in range(256)]).round().astype("int16")
    bytes_of_chance = np.random.PCG64(seed).random_raw(images.size // 8).astype("<u8").view("uint8")
    return (images + grain[bytes_of_chance].reshape(images.shape)).clip(0, 255).astype("uint8")
