"""The real thing, small: 1,797 handwritten digits of 8x8 pixels."""

import io

import numpy as np

from dlcourse.datasets.embedded import read

TRAINING = 1437  # the other 360 are for testing


def load_data():
    """Handwritten digits, scanned: 8x8 pixels of 17 grey levels.

    Shape:   x_train (1437, 8, 8), x_test (360, 8, 8), uint8 from 0 (paper) to 16 (ink); y uint8 from 0 to 9.
    Origin:  E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository 1998,
             https://doi.org/10.24432/C50P49: its test part, as scikit-learn carries it, shuffled once.
    Licence: CC BY 4.0.

    The same 13 people wrote the training and the test digits, which makes the test easier than strangers' digits would.

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, x_test.shape, int(x_train.max())
    ((1437, 8, 8), (360, 8, 8), 16)
    """
    rows = np.load(io.BytesIO(read("digits.npy")), allow_pickle=False)
    images, labels = rows[:, :64].reshape(-1, 8, 8), rows[:, 64]
    return (images[:TRAINING], labels[:TRAINING]), (images[TRAINING:], labels[TRAINING:])
