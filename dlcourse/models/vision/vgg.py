"""VGG: nothing but 3×3 convolutions and 2×2 pools, deeper and deeper; and the lecture's shallow one."""

import keras
from keras import layers

from dlcourse.models._published import published
from dlcourse.models._sizes import check_task, scaled

FILTERS = [64, 128, 256, 512, 512]      # in the blocks, which a pool ends each
CONVOLUTIONS = {                        # in each block
    11: [1, 1, 2, 2, 2],                # the paper's table 1, column A
    13: [2, 2, 2, 2, 2],                # B
    16: [2, 2, 3, 3, 3],                # D
    19: [2, 2, 4, 4, 4],                # E
}


def convolutions(x, block, depth, width=1):
    """The convolutions of one block, without its pool: `depth` times 3×3 with a ReLU.

    >>> convolutions(keras.Input((56, 56, 128)), block=3, depth=4).shape
    (None, 56, 56, 256)
    """
    for number in range(1, depth + 1):
        filters = scaled(FILTERS[block - 1], width)
        x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"block{block}_conv{number}")(x)
    return x


def _vgg(depth, input_shape, classes, width, name):
    check_task(input_shape, classes, smallest=32)
    inputs = x = keras.Input(input_shape, name="input")
    for block, count in enumerate(CONVOLUTIONS[depth], start=1):
        x = convolutions(x, block, count, width)
        x = layers.MaxPooling2D(2, name=f"block{block}_pool")(x)
    x = layers.Flatten(name="flatten")(x)
    for number in (1, 2):
        x = layers.Dense(scaled(4096, width), "relu", name=f"fc{number}")(x)
        x = layers.Dropout(0.5, name=f"fc{number}_drop")(x)
    outputs = layers.Dense(classes, "softmax", name="predictions")(x)
    return keras.Model(inputs, outputs, name=name)


@published(
    paper="Simonyan & Zisserman 2015, Very deep convolutional networks for large-scale image recognition, ICLR",
    url="https://arxiv.org/abs/1409.1556",
    says="column A: 133 million parameters",
    parameters=132_863_336,
    small={"input_shape": (32, 32, 3), "classes": 3, "width": 0.0625},
)
def VGG11(input_shape=(224, 224, 3), classes=1000, width=1, name="vgg11"):
    """Eight convolutions and three dense layers; `width=0.25` has a quarter of the filters and units.

    >>> VGG11(input_shape=(32, 32, 3), classes=10, width=1 / 8).output_shape
    (None, 10)
    """
    return _vgg(11, input_shape, classes, width, name)


@published(
    paper="Simonyan & Zisserman 2015, Very deep convolutional networks for large-scale image recognition, ICLR",
    url="https://arxiv.org/abs/1409.1556",
    says="column B: 133 million parameters",
    parameters=133_047_848,
    small={"input_shape": (32, 32, 3), "classes": 3, "width": 0.0625},
)
def VGG13(input_shape=(224, 224, 3), classes=1000, width=1, name="vgg13"):
    """Ten convolutions and three dense layers; `width=0.25` has a quarter of the filters and units.

    >>> VGG13(input_shape=(32, 32, 3), classes=10, width=1 / 8).output_shape
    (None, 10)
    """
    return _vgg(13, input_shape, classes, width, name)


@published(
    paper="Simonyan & Zisserman 2015, Very deep convolutional networks for large-scale image recognition, ICLR",
    url="https://arxiv.org/abs/1409.1556",
    says="column D: 138 million parameters; with E 7.3% top-5 errors in 2014 (the lecture: 16 layers, 3x3, 138 million)",
    parameters=138_357_544,
    small={"input_shape": (32, 32, 3), "classes": 3, "width": 0.0625},
)
def VGG16(input_shape=(224, 224, 3), classes=1000, width=1, name="vgg16"):
    """Thirteen convolutions and three dense layers; `width=0.25` has a quarter of the filters and units.

    >>> VGG16(input_shape=(32, 32, 3), classes=10, width=1 / 8).output_shape
    (None, 10)
    """
    return _vgg(16, input_shape, classes, width, name)


@published(
    paper="Simonyan & Zisserman 2015, Very deep convolutional networks for large-scale image recognition, ICLR",
    url="https://arxiv.org/abs/1409.1556",
    says="column E: 144 million parameters",
    parameters=143_667_240,
    small={"input_shape": (32, 32, 3), "classes": 3, "width": 0.0625},
)
def VGG19(input_shape=(224, 224, 3), classes=1000, width=1, name="vgg19"):
    """Sixteen convolutions and three dense layers; `width=0.25` has a quarter of the filters and units.

    >>> VGG19(input_shape=(32, 32, 3), classes=10, width=1 / 8).output_shape
    (None, 10)
    """
    return _vgg(19, input_shape, classes, width, name)


@published(
    paper="Rosebrock 2017, Deep learning for computer vision with Python, MiniVGGNet",
    url="https://pyimagesearch.com/deep-learning-computer-vision-python-book/",
    says="the lecture's ShallowVGGNet: two blocks of two convolutions, batch normalisation and dropout",
    parameters=2_169_770,
    small={"input_shape": (8, 8, 3), "classes": 3, "width": 0.125},
)
def ShallowVGGNet(input_shape=(32, 32, 3), classes=10, width=1, name="shallow_vggnet"):
    """Twice (convolution, ReLU, normalisation) and a pool; the same with more filters; one dense layer.

    >>> ShallowVGGNet(input_shape=(28, 28, 1)).count_params()
    1679082
    """
    check_task(input_shape, classes, smallest=4)
    inputs = x = keras.Input(input_shape, name="input")
    for block, filters in enumerate([32, 64], start=1):
        for number in (1, 2):
            x = layers.Conv2D(scaled(filters, width), 3, padding="same", activation="relu", name=f"b{block}_conv{number}")(x)
            x = layers.BatchNormalization(name=f"b{block}_bn{number}")(x)
        x = layers.MaxPooling2D(2, name=f"b{block}_pool")(x)
        x = layers.Dropout(0.25, name=f"b{block}_drop")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(scaled(512, width), "relu", name="fc1")(x)
    x = layers.BatchNormalization(name="fc1_bn")(x)
    x = layers.Dropout(0.5, name="fc1_drop")(x)
    outputs = layers.Dense(classes, "softmax", name="predictions")(x)
    return keras.Model(inputs, outputs, name=name)
