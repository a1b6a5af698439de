"""The handwritten digits that every paper since 1998 has been compared on."""

import numpy as np

from dlcourse.datasets import online


def _arrays(paths):
    with np.load(paths[0], allow_pickle=False) as file:
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])


SOURCE = online.Online(
    name="mnist", tfds="mnist", instead="glyphs", from_tfds=online.from_pictures, from_files=_arrays,
    files=(online.File("mnist.npz", f"{online.KERAS_FILES}/mnist.npz", 11_490_434,
                       "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"),))


def load_data():
    """Handwritten digits of 28x28 pixels, the set that networks have been compared on since LeNet.

    Shape:   x_train (60000, 28, 28), x_test (10000, 28, 28), uint8 from 0 (paper) to 255 (ink); y uint8 from 0 to 9.
    Origin:  Y. LeCun, C. Cortes and C. Burges, from two collections of NIST: digits of office workers and of pupils, each scaled to 20
             pixels and centred by mass. Nobody wrote both training and test digits.
    Licence: CC BY-SA 3.0.

    From Keras' cache the pictures come in the published order, from that of tensorflow-datasets in another one.

    >>> (x_train, y_train), (x_test, y_test) = load_data()    # doctest: +SKIP
    >>> x_train.shape, x_test.shape                           # doctest: +SKIP
    ((60000, 28, 28), (10000, 28, 28))
    """
    return online.load(SOURCE)
