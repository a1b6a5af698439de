"""ZFNet: AlexNet looked at from inside, and mended where what it saw was coarse: smaller kernels, denser strides."""

import keras
from keras import layers

from dlcourse.layers import LocalResponseNormalization
from dlcourse.models._published import published
from dlcourse.models._sizes import check_task, scaled


@published(
    paper="Zeiler & Fergus 2014, Visualizing and understanding convolutional networks, ECCV",
    url="https://doi.org/10.1007/978-3-319-10590-1_53",
    says="AlexNet with 7x7 kernels of stride 2 first; 14.8% top-5 errors on ImageNet as an ensemble "
         "(the lecture: 8 layers, 15.4% to 11.2%)",
    parameters=62_357_608,
    note="the lecture's 11.2% is the challenge's of 2013, which a later version of this net won",
    small={"input_shape": (47, 47, 3), "classes": 3, "width": 0.0625},
)
def ZFNet(input_shape=(224, 224, 3), classes=1000, width=1, name="zfnet"):
    """Five convolutions and three dense layers, as in the paper's figure 3; `width=0.25` has a quarter of the filters and units.

    >>> model = ZFNet(input_shape=(64, 64, 3), classes=10, width=1 / 8)
    >>> model.get_layer("conv2").output.shape, model.output_shape
    ((None, 6, 6, 32), (None, 10))
    """
    check_task(input_shape, classes, smallest=47)

    def convolution(x, filters, kernel_size, name, **arguments):
        return layers.Conv2D(scaled(filters, width), kernel_size, activation="relu", name=name, **arguments)(x)

    inputs = x = keras.Input(input_shape, name="input")
    x = layers.ZeroPadding2D(1, name="margin")(x)
    x = convolution(x, 96, 7, "conv1", strides=2)
    x = pool(x, "pool1")
    x = LocalResponseNormalization(name="norm1")(x)
    x = convolution(x, 256, 5, "conv2", strides=2)
    x = pool(x, "pool2")
    x = LocalResponseNormalization(name="norm2")(x)
    x = convolution(x, 384, 3, "conv3", padding="same")
    x = convolution(x, 384, 3, "conv4", padding="same")
    x = convolution(x, 256, 3, "conv5", padding="same")
    x = pool(x, "pool5")
    x = layers.Flatten(name="flatten")(x)
    for number in (6, 7):
        x = layers.Dense(scaled(4096, width), "relu", name=f"fc{number}")(x)
        x = layers.Dropout(0.5, name=f"drop{number}")(x)
    outputs = layers.Dense(classes, "softmax", name="fc8")(x)
    return keras.Model(inputs, outputs, name=name)


def pool(x, name):
    """The greatest of 3×3, every second one; an even side gets one more row of zeros, so that its last pixel counts too.

    >>> pool(keras.Input((110, 13, 4)), "pool").shape
    (None, 55, 6, 4)
    """
    missing = [(0, 1 - side % 2) for side in x.shape[1:3]]      # zeros never win: the maps went through a ReLU
    if missing != [(0, 0), (0, 0)]:
        x = layers.ZeroPadding2D(missing, name=f"{name}_margin")(x)
    return layers.MaxPooling2D(3, strides=2, name=name)(x)
