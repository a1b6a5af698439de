"""A small backbone that lets detectors learn on a laptop, in the place of a paper's large one."""

import keras
from keras import layers


def two_maps(x, backbone):
    """A stage that halves the picture for each number of filters; two maps: the last, and the one before with the last added to it.

    >>> [each.shape[1:] for each in two_maps(keras.Input((64, 64, 3)), (16, 32, 64, 96))]
    [(8, 8, 96), (4, 4, 96)]
    """
    seen = []
    for stage, filters in enumerate(backbone, start=1):
        for number in (1, 2):
            x = layers.Conv2D(filters, 3, 3 - number, padding="same", use_bias=False, name=f"stage{stage}_conv{number}")(x)
            x = layers.BatchNormalization(momentum=0.9, name=f"stage{stage}_bn{number}")(x)
            x = layers.ReLU(name=f"stage{stage}_relu{number}")(x)
        seen.append(x)
    fine = layers.Conv2D(backbone[-1], 1, name="lateral")(seen[-2])
    above = layers.UpSampling2D(2, name="above")(x)
    above = layers.Cropping2D([(0, above.shape[axis] - fine.shape[axis]) for axis in (1, 2)], name="crop")(above)
    return [layers.ReLU(name="sum_relu")(layers.Add(name="sum")([fine, above])), x]
