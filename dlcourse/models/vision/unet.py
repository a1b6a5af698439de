"""U-Net: down to see what it is, up to see where it is; what was seen on the way down is handed across."""

import keras
from keras import layers

from dlcourse.models._published import published
from dlcourse.models._sizes import check_task


def convolutions(x, filters, padding, normalised, name):
    """Two 3×3 convolutions with a ReLU; `normalised` puts a batch norm before each ReLU and leaves out the biases.

    >>> convolutions(keras.Input((572, 572, 1)), 64, "valid", False, "down1").shape
    (None, 568, 568, 64)
    """
    for number in (1, 2):
        x = layers.Conv2D(filters, 3, padding=padding, use_bias=not normalised, kernel_initializer="he_normal",
                          name=f"{name}_conv{number}")(x)
        if normalised:
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn{number}")(x)
        x = layers.ReLU(name=f"{name}_relu{number}")(x)
    return x


def _middle(x, size, name):
    """The middle of a map, as large as `size`: borders that the way up has lost."""
    spare = [side - wanted for side, wanted in zip(x.shape[1:3], size)]
    return layers.Cropping2D([(each // 2, each - each // 2) for each in spare], name=name)(x) if any(spare) else x


def _check(input_shape, depth, padding):
    if padding not in ("valid", "same"):
        raise ValueError(f"padding={padding!r}: choose 'valid', whose mask is smaller than the picture, or 'same'")
    step = 2**depth
    lost, least = (4 * (step - 1), 8) if padding == "valid" else (0, 1)      # on the way down; what the bottom needs to have a way up
    for side in input_shape[:2]:
        fits = lost + step * max(least, round((side - lost) / step))
        if side != fits:
            raise ValueError(f"input_shape={input_shape}: with padding={padding!r} and depth={depth}, a side of {side} pixels cannot be "
                             f"halved evenly: the nearest that can has {fits}")


@published(
    paper="Ronneberger, Fischer & Brox 2015, U-Net: convolutional networks for biomedical image segmentation, MICCAI",
    url="https://arxiv.org/abs/1505.04597",
    says="23 convolutional layers; 572 x 572 pixels in, 388 x 388 out; warping error 0.000353 on ISBI's 2012 stacks from an electron microscope",
    parameters=31_030_658,
    note="31,031,685, often quoted, is a well-known Keras version with one more convolution. benchmarks/detection.py, scenes at half the "
         "size, five seeds: mean IoU .70 (.68 to .72), the same way up without skips .43 (.38 to .45)",
    small={"input_shape": (16, 16, 1), "classes": 3, "filters": 4, "depth": 2, "padding": "same"},
)
def UNet(input_shape=(572, 572, 1), classes=2, filters=64, depth=4, padding="valid", normalised=False, skips=True, dropout=0.5,
         name="unet"):
    """Filters double with each of `depth` pools and halve on the way up. Each pixel gets a softmax; with one class, a sigmoid.

    `padding="same"` keeps the picture's size; `skips=False` is the same way up with nothing handed across: what do skips do?

    >>> UNet().output_shape, UNet(input_shape=(64, 64, 3), filters=8, padding="same").output_shape
    ((None, 388, 388, 2), (None, 64, 64, 2))
    """
    check_task(input_shape, max(classes, 2))
    _check(input_shape, depth, padding)
    inputs = x = keras.Input(input_shape, name="input")
    seen = []
    for level in range(1, depth + 1):
        x = convolutions(x, filters * 2 ** (level - 1), padding, normalised, f"down{level}")
        if level == depth:
            x = layers.Dropout(dropout, name=f"down{level}_drop")(x)
        seen.append(x)
        x = layers.MaxPooling2D(2, name=f"pool{level}")(x)
    x = convolutions(x, filters * 2**depth, padding, normalised, "bottom")
    x = layers.Dropout(dropout, name="bottom_drop")(x)
    for level in range(depth, 0, -1):
        few = filters * 2 ** (level - 1)
        x = layers.Conv2DTranspose(few, 2, strides=2, kernel_initializer="he_normal", name=f"up{level}")(x)
        if skips:
            skip = _middle(seen[level - 1], x.shape[1:3], f"crop{level}")
            x = layers.Concatenate(name=f"cat{level}")([skip, x])
        x = convolutions(x, few, padding, normalised, f"dec{level}")
    outputs = layers.Conv2D(classes, 1, name="out")(x)
    outputs = layers.Activation("softmax" if classes > 1 else "sigmoid", dtype="float32", name="probabilities")(outputs)
    return keras.Model(inputs, outputs, name=name)
