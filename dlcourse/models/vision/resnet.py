"""Residual networks: each block learns only the difference to its own input, so that depth stops hurting."""

import keras
from keras import layers

from dlcourse.models._published import published
from dlcourse.models._sizes import check_task

BASIC = ((3, 1, 1), (3, 1, 1))                   # of each convolution: kernel, filters as a multiple of the stage's, groups
BOTTLENECK = ((1, 1, 1), (3, 1, 1), (1, 4, 1))

# Biases in convolutions, batch norm's epsilon, the kernel of the convolution that halves a bottleneck's size, first weights.
VARIANTS = {
    "paper": (False, 1e-5, 1, "he_normal"),
    "keras": (True, 1.001e-5, 1, "glorot_uniform"),     # keras.applications
    "v1.5": (False, 1e-5, 3, "he_normal"),       # torchvision, keras-hub: a strided 1x1 skips three pixels of four, a 3x3 none
}


def convolution(x, filters, kernel, strides=1, groups=1, variant="paper", name="conv"):
    """Convolution and batch norm. Where it strides, all sides are padded alike, which padding="same" would not do.

    >>> convolution(keras.Input((224, 224, 3)), 64, kernel=7, strides=2).shape
    (None, 112, 112, 64)
    """
    bias, epsilon, _, initializer = VARIANTS[variant]
    if kernel > 1 and strides > 1:
        x = layers.ZeroPadding2D(kernel // 2, name=f"{name}_pad")(x)
    x = layers.Conv2D(filters, kernel, strides, padding="same" if strides == 1 else "valid", groups=groups, use_bias=bias,
                      kernel_initializer=initializer, name=f"{name}_conv")(x)
    return layers.BatchNormalization(momentum=0.9, epsilon=epsilon, name=f"{name}_bn")(x)


def residual(x, filters, table, strides=1, variant="paper", gate=None, projection=1, name="block"):
    """x + F(x), before its ReLU. F is the table's convolutions; where shapes differ, a convolution and batch norm project x.

    `gate` may scale F(x) before the sum; `projection` is the kernel of a projection that strides.

    >>> residual(keras.Input((56, 56, 64)), 64, BOTTLENECK).shape
    (None, 56, 56, 256)
    """
    channels = filters * table[-1][1]
    shortcut = x
    if strides > 1 or x.shape[-1] != channels:
        shortcut = convolution(x, channels, projection if strides > 1 else 1, strides, 1, variant, f"{name}_0")
    strided = next(number for number, (kernel, _, _) in enumerate(table, start=1) if kernel >= VARIANTS[variant][2])
    for number, (kernel, multiple, groups) in enumerate(table, start=1):
        x = convolution(x, filters * multiple, kernel, strides if number == strided else 1, groups, variant, f"{name}_{number}")
        if number < len(table):
            x = layers.ReLU(name=f"{name}_{number}_relu")(x)
    if gate:
        x = gate(x, name=f"{name}_gate")
    return layers.Add(name=f"{name}_add")([shortcut, x])


def stages(x, blocks, table, filters=64, **forms):
    """conv2_x, conv3_x …, `blocks` blocks each: every stage is half as large and twice as wide as the one before.

    >>> stages(keras.Input((56, 56, 64)), (3, 4), BOTTLENECK).shape
    (None, 28, 28, 512)
    """
    if isinstance(blocks, int) or min(blocks, default=0) < 1:
        raise ValueError(f"blocks={blocks}: give the number of blocks of each stage, at least 1, such as (2, 2, 2, 2)")
    for stage, count in enumerate(blocks):
        for number in range(1, count + 1):
            name = f"conv{stage + 2}_{number}"
            x = residual(x, filters * 2**stage, table, 2 if stage and number == 1 else 1, name=name, **forms)
            x = layers.ReLU(name=f"conv{stage + 2}_x" if number == count else f"{name}_relu")(x)
    return x


def network(input_shape, classes, variant, filters, blocks, table, name, gate=None):
    """The frame of the paper's table 1: 7x7 convolution, pooling, stages, the average over the picture, one dense layer.

    >>> network((32, 32, 3), 10, "paper", 8, (1, 1), BASIC, "tiny").get_layer("conv3_x").output.shape
    (None, 4, 4, 16)
    """
    if variant not in VARIANTS:
        raise ValueError(f"variant={variant!r} is unknown: choose from {', '.join(map(repr, VARIANTS))}")
    check_task(input_shape, classes)
    inputs = keras.Input(input_shape, name="input")
    x = convolution(inputs, filters, 7, strides=2, variant=variant, name="conv1")
    x = layers.ReLU(name="conv1")(x)
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)             # nothing is below 0 here: the zeros never win
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
    x = stages(x, blocks, table, filters, variant=variant, gate=gate)
    x = layers.GlobalAveragePooling2D(name="avgpool")(x)
    outputs = layers.Dense(classes, "softmax", name="fc")(x)
    return keras.Model(inputs, outputs, name=name)


@published(paper="He, Zhang, Ren & Sun 2016, Deep residual learning for image recognition, CVPR", url="https://arxiv.org/abs/1512.03385",
           says="1.8 GFLOPs; 27.88 % top-1 error on ImageNet, its plain twin 27.94 %", parameters=11_689_512,
           small={"input_shape": (16, 16, 1), "classes": 3, "filters": 4, "blocks": (1, 1)})
def ResNet18(input_shape=(224, 224, 3), classes=1000, variant="paper", filters=64, blocks=(2, 2, 2, 2), name="resnet18"):
    """Residual blocks of two 3x3 convolutions. `filters` and `blocks` shrink it; fewer stages are fine.

    >>> ResNet18(input_shape=(28, 28, 1), classes=10, filters=8).count_params()
    177778
    """
    return network(input_shape, classes, variant, filters, blocks, BASIC, name)


@published(paper="He, Zhang, Ren & Sun 2016, Deep residual learning for image recognition, CVPR", url="https://arxiv.org/abs/1512.03385",
           says="3.6 GFLOPs; 25.03 % top-1 error on ImageNet, its plain twin 28.54 %", parameters=21_797_672,
           small={"input_shape": (16, 16, 1), "classes": 3, "filters": 4, "blocks": (2, 1)})
def ResNet34(input_shape=(224, 224, 3), classes=1000, variant="paper", filters=64, blocks=(3, 4, 6, 3), name="resnet34"):
    """The same blocks, twice as many.

    >>> ResNet34(input_shape=(28, 28, 1), classes=10, filters=8).count_params()
    337458
    """
    return network(input_shape, classes, variant, filters, blocks, BASIC, name)


@published(paper="He, Zhang, Ren & Sun 2016, Deep residual learning for image recognition, CVPR", url="https://arxiv.org/abs/1512.03385",
           says="3.8 GFLOPs; 22.85 % top-1 error on ImageNet", parameters=25_557_032,
           small={"input_shape": (16, 16, 1), "classes": 3, "filters": 4, "blocks": (1, 1)})
def ResNet50(input_shape=(224, 224, 3), classes=1000, variant="paper", filters=64, blocks=(3, 4, 6, 3), name="resnet50"):
    """Bottlenecks: 1x1 convolutions make each 3x3 a quarter as wide as the shortcut around it.

    >>> ResNet50(input_shape=(28, 28, 1), classes=10, filters=8, variant="v1.5").count_params()
    382578
    """
    return network(input_shape, classes, variant, filters, blocks, BOTTLENECK, name)


@published(paper="He, Zhang, Ren & Sun 2016, Deep residual learning for image recognition, CVPR", url="https://arxiv.org/abs/1512.03385",
           says="7.6 GFLOPs; 21.75 % top-1 error on ImageNet", parameters=44_549_160,
           small={"input_shape": (16, 16, 1), "classes": 3, "filters": 4, "blocks": (1, 2)})
def ResNet101(input_shape=(224, 224, 3), classes=1000, variant="paper", filters=64, blocks=(3, 4, 23, 3), name="resnet101"):
    """ResNet50 with 17 more blocks at 14x14.

    >>> ResNet101(input_shape=(28, 28, 1), classes=10, filters=8, blocks=(1, 1, 2, 1)).count_params()
    150770
    """
    return network(input_shape, classes, variant, filters, blocks, BOTTLENECK, name)


@published(paper="He, Zhang, Ren & Sun 2016, Deep residual learning for image recognition, CVPR", url="https://arxiv.org/abs/1512.03385",
           says="11.3 GFLOPs; 4.49 % top-5 error on ImageNet; the lecture: 60 million synapses", parameters=60_192_808,
           small={"input_shape": (16, 16, 1), "classes": 3, "filters": 4, "blocks": (2, 1)})
def ResNet152(input_shape=(224, 224, 3), classes=1000, variant="paper", filters=64, blocks=(3, 8, 36, 3), name="resnet152"):
    """As deep as a residual network won ImageNet 2015.

    >>> ResNet152(input_shape=(28, 28, 1), classes=10, filters=8, blocks=(1, 1, 1, 1)).count_params()
    132594
    """
    return network(input_shape, classes, variant, filters, blocks, BOTTLENECK, name)
