"""AlexNet: the network that made computer vision turn to deep learning, cut in half to fit on two graphics cards."""

import keras
from keras import layers

from dlcourse.layers import LocalResponseNormalization
from dlcourse.models._published import published
from dlcourse.models._sizes import check_task, scaled


@published(
    paper="Krizhevsky, Sutskever & Hinton 2012, ImageNet classification with deep convolutional neural networks, NIPS 25",
    url="https://proceedings.neurips.cc/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html",
    says="60 million parameters; 15.3% top-5 errors in 2012 with seven nets, 18.2% with one (the lecture: 8 layers, 61 million)",
    parameters=60_965_224,
    note="the paper writes 224 pixels a side, but its 55x55 maps need 227; groups=1, one card instead of two, has 62,378,344",
    small={"input_shape": (25, 25, 3), "classes": 3, "stride": 1, "width": 0.0625},
)
def AlexNet(input_shape=(227, 227, 3), classes=1000, groups=2, stride=4, width=1, name="alexnet"):
    """Five convolutions and three dense layers. In conv2, conv4 and conv5 each half of the maps sees its own half only.

    Pixels that conv1's stride would leave out get a margin: 224 a side become the 227 that the paper meant.
    `stride` is conv1's, 1 for small pictures; `width=0.25` has a quarter of the filters and units.

    >>> model = AlexNet(input_shape=(64, 64, 3), classes=10, width=1 / 8)
    >>> model.get_layer("conv1").output.shape, model.get_layer("fc8").count_params()
    ((None, 15, 15, 12), 5130)
    """
    if groups not in (1, 2):
        raise ValueError(f"groups={groups}: choose 2, the paper's two halves, or 1")
    check_task(input_shape, classes, smallest=12 + 13 * stride)
    margins = [(11 - side) % stride for side in input_shape[:2]]

    def convolution(x, filters, kernel_size, name, **arguments):
        return layers.Conv2D(scaled(filters, width, groups), kernel_size, activation="relu", name=name, **arguments)(x)

    inputs = x = keras.Input(input_shape, name="input")
    if any(margins):
        x = layers.ZeroPadding2D([(margin // 2, margin - margin // 2) for margin in margins], name="margin")(x)
    x = convolution(x, 96, 11, "conv1", strides=stride)
    x = LocalResponseNormalization(name="norm1")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)      # pools overlap
    x = convolution(x, 256, 5, "conv2", groups=groups, padding="same")
    x = LocalResponseNormalization(name="norm2")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool2")(x)
    x = convolution(x, 384, 3, "conv3", padding="same")         # the one convolution that sees both halves
    x = convolution(x, 384, 3, "conv4", groups=groups, padding="same")
    x = convolution(x, 256, 3, "conv5", groups=groups, padding="same")
    x = layers.MaxPooling2D(3, strides=2, name="pool5")(x)
    x = layers.Flatten(name="flatten")(x)
    for number in (6, 7):
        x = layers.Dense(scaled(4096, width), "relu", name=f"fc{number}")(x)
        x = layers.Dropout(0.5, name=f"drop{number}")(x)
    outputs = layers.Dense(classes, "softmax", name="fc8")(x)
    return keras.Model(inputs, outputs, name=name)
