"""Fully convolutional networks: a VGG whose dense layers slide over the picture, and whose rough answer earlier layers refine."""

import keras
import numpy as np
from keras import layers

from dlcourse.models._published import published
from dlcourse.models._sizes import check_task, scaled
from dlcourse.models.vision.vgg import CONVOLUTIONS, convolutions

PAD = 100        # around the picture, so that fc6 fits into it wherever it is asked; the first convolution's own border is one of them


@keras.saving.register_keras_serializable(package="dlcourse")
def bilinear(shape, dtype=None, **_):
    """A transposed convolution's first weights: each map by itself, enlarged with straight lines between its pixels.

    >>> bilinear((4, 4, 1, 1))[1, :, 0, 0].numpy().tolist()
    [0.1875, 0.5625, 0.5625, 0.1875]
    """
    side, maps = shape[0], shape[2]
    tent = 1 - np.abs(np.arange(side) - (side - 1) / 2) / ((side + 1) // 2)
    return keras.ops.convert_to_tensor(np.outer(tent, tent)[:, :, None, None] * np.eye(maps), dtype or "float32")


def _enlarge(x, times, padding, name):
    """Twice as wide a kernel as the stride. It stays what it is: interpolation."""
    return layers.Conv2DTranspose(x.shape[-1], 2 * times, strides=times, padding=padding, use_bias=False, kernel_initializer=bilinear,
                                  trainable=False, name=name)(x)


def _cut(x, like, offset, name):
    rows, columns = (x.shape[axis] - like[axis] - offset for axis in (1, 2))
    return layers.Cropping2D([(offset, rows), (offset, columns)], name=name)(x)


def _fcn(stride, input_shape, classes, width, padding, name):
    check_task(input_shape, classes)
    if padding not in ("valid", "same"):
        raise ValueError(f"padding={padding!r}: choose 'valid', the paper's frame of {PAD} pixels, or 'same', which is quicker")
    inputs = x = keras.Input(input_shape, name="input")
    if padding == "valid":
        x = layers.ZeroPadding2D(PAD - 1, name="pad")(x)
    pools = {}
    for block, count in enumerate(CONVOLUTIONS[16], start=1):
        x = convolutions(x, block, count, width)
        pools[block] = x = layers.MaxPooling2D(2, padding="same", name=f"pool{block}")(x)      # the last row and column count, too
    for number, kernel in ((6, 7), (7, 1)):
        x = layers.Conv2D(scaled(4096, width), kernel, padding=padding, activation="relu", name=f"fc{number}")(x)
        x = layers.Dropout(0.5, name=f"drop{number}")(x)
    x = layers.Conv2D(classes, 1, name="score_fr")(x)
    # What is asked besides, which name its enlarged forerunner has, and how many of its cells lie in the frame on the left.
    for block, enlarged, offset in [(4, "upscore2", 5), (3, "upscore_pool4", 9)][:{32: 0, 16: 1, 8: 2}[stride]]:
        x = _enlarge(x, 2, padding, enlarged)
        score = layers.Conv2D(classes, 1, name=f"score_pool{block}")(pools[block])
        if padding == "valid":
            score = _cut(score, x.shape, offset, f"score_pool{block}c")
        else:
            x = _cut(x, score.shape, 0, f"{enlarged}c")        # where a pool met an odd side
        x = layers.Add(name=f"fuse_pool{block}")([x, score])
    x = _enlarge(x, stride, padding, "upscore" if stride == 32 else f"upscore{stride}")
    x = _cut(x, (None, *input_shape), {32: 19, 16: 27, 8: 31}[stride] if padding == "valid" else 0, "score")
    outputs = layers.Activation("softmax", dtype="float32", name="probabilities")(x)
    return keras.Model(inputs, outputs, name=name)


@published(
    paper="Long, Shelhamer & Darrell 2015, Fully convolutional networks for semantic segmentation, CVPR",
    url="https://arxiv.org/abs/1411.4038",
    says="62.2 mean IU on Pascal VOC 2012",
    parameters=134_362_751,
    note="127,008 more weights interpolate; in the authors' code they are not trained",
    small={"input_shape": (16, 16, 1), "classes": 3, "width": 0.0625, "padding": "same"},
)
def FCN8(input_shape=(500, 500, 3), classes=21, width=1, padding="valid", name="fcn8"):
    """Answers from pool5, pool4 and pool3 together: a softmax for each pixel, true to 8 pixels before it is enlarged.

    `padding="same"` leaves out the paper's frame of 100 pixels: quicker, with other borders.

    >>> FCN8(input_shape=(40, 60, 3), classes=7, width=1 / 16).output_shape
    (None, 40, 60, 7)
    """
    return _fcn(8, input_shape, classes, width, padding, name)


@published(
    paper="Long, Shelhamer & Darrell 2015, Fully convolutional networks for semantic segmentation, CVPR",
    url="https://arxiv.org/abs/1411.4038",
    says="62.4 mean IU on the paper's part of Pascal VOC 2011, FCN-8s 62.7",
    parameters=134_357_354,
    small={"input_shape": (16, 16, 1), "classes": 3, "width": 0.0625, "padding": "same"},
)
def FCN16(input_shape=(500, 500, 3), classes=21, width=1, padding="valid", name="fcn16"):
    """Answers from pool5 and pool4.

    >>> FCN16(input_shape=(40, 60, 3), classes=7, width=1 / 16).output_shape
    (None, 40, 60, 7)
    """
    return _fcn(16, input_shape, classes, width, padding, name)


@published(
    paper="Long, Shelhamer & Darrell 2015, Fully convolutional networks for semantic segmentation, CVPR",
    url="https://arxiv.org/abs/1411.4038",
    says="59.4 mean IU on the paper's part of Pascal VOC 2011",
    parameters=134_346_581,
    small={"input_shape": (16, 16, 1), "classes": 3, "width": 0.0625, "padding": "same"},
)
def FCN32(input_shape=(500, 500, 3), classes=21, width=1, padding="valid", name="fcn32"):
    """Answers from pool5 alone, 32 times enlarged: what it sees is right, where it ends is rough.

    >>> FCN32(input_shape=(40, 60, 3), classes=7, width=1 / 16).output_shape
    (None, 40, 60, 7)
    """
    return _fcn(32, input_shape, classes, width, padding, name)
