"""Squeeze and excitation: a small network beside each residual block says how much every one of its feature maps counts now."""

from functools import partial

import keras
from keras import layers

from dlcourse.models._published import published
from dlcourse.models._sizes import check_task
from dlcourse.models.vision.resnet import BASIC, BOTTLENECK, convolution, network, stages


def squeeze_and_excite(x, ratio=16, name="se"):
    """Scale each channel by a number from 0 to 1, which two dense layers read off the averages of all channels.

    >>> squeeze_and_excite(keras.Input((14, 14, 256))).shape
    (None, 14, 14, 256)
    """
    channels = x.shape[-1]
    scale = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_squeeze")(x)
    scale = layers.Dense(max(1, channels // ratio), "relu", name=f"{name}_reduce")(scale)
    scale = layers.Dense(channels, "sigmoid", name=f"{name}_excite")(scale)
    return layers.Multiply(name=f"{name}_scale")([x, scale])


def _gate(ratio):
    if not (isinstance(ratio, int) and ratio > 0):
        raise ValueError(f"ratio={ratio}: choose a whole number, 1 or more; the paper's is 16")
    return partial(squeeze_and_excite, ratio=ratio)


@published(paper="Hu, Shen & Sun 2018, Squeeze-and-excitation networks, CVPR", url="https://arxiv.org/abs/1709.01507",
           says="a gate for each block of the network it is put into", parameters=11_778_592,
           note="benchmarks/vision.py, 5000 glyphs, five seeds: 98.4 % with gates, 98.2 % (97.3 to 98.8) without: within noise",
           small={"input_shape": (16, 16, 1), "classes": 3, "filters": 4, "blocks": (1, 1), "ratio": 2})
def SEResNet18(input_shape=(224, 224, 3), classes=1000, variant="paper", filters=64, blocks=(2, 2, 2, 2), ratio=16, name="seresnet18"):
    """ResNet18 with a gate before each sum; `ratio` is how many times narrower than the block the gate's waist is.

    >>> SEResNet18(input_shape=(28, 28, 1), classes=10, filters=8).count_params()
    179410
    """
    return network(input_shape, classes, variant, filters, blocks, BASIC, name, _gate(ratio))


@published(paper="Hu, Shen & Sun 2018, Squeeze-and-excitation networks, CVPR", url="https://arxiv.org/abs/1709.01507",
           says="a gate for each block of the network it is put into", parameters=21_958_868,
           small={"input_shape": (16, 16, 1), "classes": 3, "filters": 4, "blocks": (2, 1), "ratio": 2})
def SEResNet34(input_shape=(224, 224, 3), classes=1000, variant="paper", filters=64, blocks=(3, 4, 6, 3), ratio=16, name="seresnet34"):
    """ResNet34 with gates.

    >>> SEResNet34(input_shape=(28, 28, 1), classes=10, filters=8, ratio=4).count_params()
    347872
    """
    return network(input_shape, classes, variant, filters, blocks, BASIC, name, _gate(ratio))


@published(paper="Hu, Shen & Sun 2018, Squeeze-and-excitation networks, CVPR", url="https://arxiv.org/abs/1709.01507",
           says="28.1 million parameters; 23.29 % top-1, 6.62 % top-5 error on ImageNet", parameters=28_088_024,
           note="the gates have biases, as in the authors' code: 28,071,976 without",
           small={"input_shape": (16, 16, 1), "classes": 3, "filters": 4, "blocks": (1, 1)})
def SEResNet50(input_shape=(224, 224, 3), classes=1000, variant="paper", filters=64, blocks=(3, 4, 6, 3), ratio=16, name="seresnet50"):
    """ResNet50 with gates: a tenth more parameters, hardly more work.

    >>> SEResNet50(input_shape=(28, 28, 1), classes=10, filters=8).count_params()
    423880
    """
    return network(input_shape, classes, variant, filters, blocks, BOTTLENECK, name, _gate(ratio))


@published(paper="Hu, Shen & Sun 2018, Squeeze-and-excitation networks, CVPR", url="https://arxiv.org/abs/1709.01507",
           says="a gate for each block of the network it is put into", parameters=49_326_872,
           small={"input_shape": (16, 16, 1), "classes": 3, "filters": 4, "blocks": (1, 2)})
def SEResNet101(input_shape=(224, 224, 3), classes=1000, variant="paper", filters=64, blocks=(3, 4, 23, 3), ratio=16, name="seresnet101"):
    """ResNet101 with gates.

    >>> SEResNet101(input_shape=(28, 28, 1), classes=10, filters=8, blocks=(1, 1, 2, 1)).count_params()
    164344
    """
    return network(input_shape, classes, variant, filters, blocks, BOTTLENECK, name, _gate(ratio))


@published(paper="Hu, Shen & Sun 2018, Squeeze-and-excitation networks, CVPR", url="https://arxiv.org/abs/1709.01507",
           says="a gate for each block of the network it is put into", parameters=66_821_848,
           small={"input_shape": (16, 16, 1), "classes": 3, "filters": 4, "blocks": (2, 1)})
def SEResNet152(input_shape=(224, 224, 3), classes=1000, variant="paper", filters=64, blocks=(3, 8, 36, 3), ratio=16, name="seresnet152"):
    """ResNet152 with gates.

    >>> SEResNet152(input_shape=(28, 28, 1), classes=10, filters=8, blocks=(1, 1, 1, 1)).count_params()
    143984
    """
    return network(input_shape, classes, variant, filters, blocks, BOTTLENECK, name, _gate(ratio))


@published(
    paper="Hu, Shen & Sun 2018, Squeeze-and-excitation networks, CVPR",
    url="https://arxiv.org/abs/1709.01507",
    says="won ImageNet 2017 in an ensemble; the lecture: 2.99 % to 2.251 % top-5 error",
    parameters=115_088_984,
    small={"input_shape": (16, 16, 1), "classes": 3, "filters": 4, "groups": 2, "blocks": (1, 1)},
)
def SENet154(input_shape=(224, 224, 3), classes=1000, filters=64, groups=64, blocks=(3, 8, 36, 3), ratio=16, dropout=0.2,
             name="senet154"):
    """The paper's largest: grouped 3x3 convolutions twice as wide, a stem of three, 3x3 projections where a stage halves.

    >>> SENet154(input_shape=(32, 32, 1), classes=10, filters=8, groups=4, blocks=(1, 1)).count_params()
    35768
    """
    if groups < 1 or 2 * filters % groups:
        raise ValueError(f"groups={groups} do not divide the {2 * filters} channels that enter the first grouped convolution")
    table = ((1, 2, 1), (3, 4, groups), (1, 4, 1))
    check_task(input_shape, classes)
    inputs = x = keras.Input(input_shape, name="input")
    for number, (wide, strides) in enumerate(((1, 2), (1, 1), (2, 1)), start=1):
        x = convolution(x, wide * filters, 3, strides, name=f"stem{number}")
        x = layers.ReLU(name=f"stem{number}")(x)
    x = layers.ZeroPadding2D(1, name="pool0_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool0")(x)
    x = stages(x, blocks, table, filters, variant="v1.5", gate=_gate(ratio), projection=3)
    x = layers.GlobalAveragePooling2D(name="avgpool")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    outputs = layers.Dense(classes, "softmax", name="fc")(x)
    return keras.Model(inputs, outputs, name=name)
