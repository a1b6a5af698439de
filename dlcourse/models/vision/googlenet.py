"""GoogLeNet: modules that look through windows of several sizes at once, and hardly any dense layer."""

import keras
from keras import layers

from dlcourse.layers import LocalResponseNormalization
from dlcourse.models._published import published
from dlcourse.models._sizes import check_task, scaled

INCEPTION = {           # the paper's table 1
    #     1×1  reduce 3×3  reduce 5×5  pool
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
POOL_BEFORE = {"4a": "pool3", "5a": "pool4"}
AUXILIARY_AFTER = {"4a": 1, "4d": 2}


@published(
    paper="Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke & Rabinovich 2015, Going deeper with convolutions, CVPR",
    url="https://arxiv.org/abs/1409.4842",
    says="22 layers, 12 times fewer parameters than AlexNet; 6.7% top-5 errors in 2014 as an ensemble (the lecture: 5 million)",
    parameters=6_998_552,
    note="counted from the filters in the paper's table 1, with biases: its own column of parameters does not match them; "
         "13,378,280 with auxiliary=True",
    small={"input_shape": (32, 32, 3), "classes": 3, "width": 0.125},
)
def GoogLeNet(input_shape=(224, 224, 3), classes=1000, auxiliary=False, width=1, name="googlenet"):
    """Nine inception modules between a plain start and an average over the picture; `width=0.25` has a quarter of the filters.

    `auxiliary=True` adds the two classifiers that helped training, as second and third output: give each the same labels and
    compile with `loss_weights=[1, 0.3, 0.3]`. Afterwards `keras.Model(model.input, model.outputs[0])` leaves them out.

    >>> model = GoogLeNet(input_shape=(64, 64, 3), classes=10, width=1 / 4)
    >>> model.get_layer("inception_3a").output.shape, model.output_shape
    ((None, 8, 8, 64), (None, 10))
    """
    check_task(input_shape, classes, smallest=65 if auxiliary else 1)

    inputs = x = keras.Input(input_shape, name="input")
    x = _convolution(x, scaled(64, width), 7, "conv1", strides=2)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool1")(x)
    x = LocalResponseNormalization(name="norm1")(x)
    x = _convolution(x, scaled(64, width), 1, "conv2_reduce")
    x = _convolution(x, scaled(192, width), 3, "conv2")
    x = LocalResponseNormalization(name="norm2")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool2")(x)
    extra = []
    for module, filters in INCEPTION.items():
        if module in POOL_BEFORE:
            x = layers.MaxPooling2D(3, strides=2, padding="same", name=POOL_BEFORE[module])(x)
        x = inception(x, *(scaled(number, width) for number in filters), name=f"inception_{module}")
        if auxiliary and module in AUXILIARY_AFTER:
            extra.append(_auxiliary(x, classes, width, f"aux{AUXILIARY_AFTER[module]}"))
    x = layers.GlobalAveragePooling2D(name="avgpool")(x)
    x = layers.Dropout(0.4, name="drop")(x)
    outputs = layers.Dense(classes, "softmax", name="fc")(x)
    return keras.Model(inputs, [outputs, *extra] if auxiliary else outputs, name=name)


def inception(x, one, reduce_three, three, reduce_five, five, pool, name):
    """Four ways side by side, their maps in one row; the 1×1 in front of a large window makes it cheap.

    >>> inception(keras.Input((28, 28, 192)), 64, 96, 128, 16, 32, 32, name="3a").shape
    (None, 28, 28, 256)
    """
    ways = [
        _convolution(x, one, 1, f"{name}_1x1"),
        _convolution(_convolution(x, reduce_three, 1, f"{name}_3x3_reduce"), three, 3, f"{name}_3x3"),
        _convolution(_convolution(x, reduce_five, 1, f"{name}_5x5_reduce"), five, 5, f"{name}_5x5"),
        _convolution(layers.MaxPooling2D(3, strides=1, padding="same", name=f"{name}_pool")(x), pool, 1, f"{name}_pool_1x1"),
    ]
    return layers.Concatenate(name=name)(ways)


def _auxiliary(x, classes, width, name):
    x = layers.AveragePooling2D(5, strides=3, name=f"{name}_pool")(x)
    x = _convolution(x, scaled(128, width), 1, f"{name}_conv")
    x = layers.Flatten(name=f"{name}_flatten")(x)
    x = layers.Dense(scaled(1024, width), "relu", name=f"{name}_fc1")(x)
    x = layers.Dropout(0.7, name=f"{name}_drop")(x)
    return layers.Dense(classes, "softmax", name=f"{name}_fc2")(x)


def _convolution(x, filters, kernel_size, name, strides=1):
    return layers.Conv2D(filters, kernel_size, strides=strides, padding="same", activation="relu", name=name)(x)
