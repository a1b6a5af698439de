"""NASNet-A: two cells found by a search, one that keeps the size and one that halves it, stacked by hand."""

import keras
from keras import layers

from dlcourse.models._published import published
from dlcourse.models._sizes import check_task

# A cell is five sums of two terms, then all of `joined` side by side. A term is an operation and what it reads: this cell's
# input h, the input p of the cell before, or an earlier sum. In the cell that halves, what reads h or p has strides of 2.
NORMAL = {
    "strides": 1,
    "sums": (("sep5 h", "sep3 p"), ("sep5 p", "sep3 p"), ("avg3 h", "same p"), ("avg3 p", "avg3 p"), ("sep3 h", "same h")),
    "joined": "p12345",
}
REDUCTION = {
    "strides": 2,
    "sums": (("sep5 h", "sep7 p"), ("max3 h", "sep7 p"), ("avg3 h", "sep5 p"), ("same 2", "avg3 1"), ("sep3 1", "max3 h")),
    "joined": "2345",
}
POOLING = {"avg": layers.AveragePooling2D, "max": layers.MaxPooling2D}


def _normalise(x, name):
    return layers.BatchNormalization(momentum=0.9997, epsilon=1e-3, name=f"{name}_bn")(x)


def _squeeze(x, filters, name):
    """ReLU, 1x1 convolution, batch norm: what makes any input `filters` channels wide."""
    x = layers.ReLU(name=f"{name}_relu")(x)
    x = layers.Conv2D(filters, 1, use_bias=False, kernel_initializer="he_normal", name=f"{name}_conv")(x)
    return _normalise(x, name)


def _pad(x, kernel, name):
    """The zeros that padding="same" would add under strides of 2, but for pooling too, where "same" adds none."""
    around = [(kernel // 2 - 1 + side % 2, kernel // 2) for side in x.shape[1:3]]
    return layers.ZeroPadding2D(around, name=f"{name}_pad")(x)


def _separable(x, filters, kernel, strides, name):
    """ReLU, separable convolution and batch norm, twice; the first one strides."""
    for number, step in ((1, strides), (2, 1)):
        x = layers.ReLU(name=f"{name}_{number}_relu")(x)
        if step > 1:
            x = _pad(x, kernel, f"{name}_{number}")
        x = layers.SeparableConv2D(filters, kernel, step, padding="same" if step == 1 else "valid", use_bias=False,
                                   name=f"{name}_{number}_conv")(x)
        x = _normalise(x, f"{name}_{number}")
    return x


def _pool(x, kind, kernel, strides, name):
    if strides == 1:
        return POOLING[kind](kernel, 1, padding="same", name=name)(x)
    return POOLING[kind](kernel, strides, name=name)(_pad(x, kernel, name))


def _term(term, states, filters, strides, name):
    operation, state = term.split()
    x, strides = states[state], strides if state in "hp" else 1
    if operation == "same":
        return x
    kind, kernel = operation[:3], int(operation[3:])
    return _separable(x, filters, kernel, strides, name) if kind == "sep" else _pool(x, kind, kernel, strides, name)


def _adjust(p, h, filters, name):
    """Bring p to the size and width of its cell: halved by two paths, the second shifted by one pixel, or squeezed."""
    if p.shape[2] != h.shape[2]:
        p = layers.ReLU(name=f"{name}_relu")(p)
        shifted = layers.Cropping2D(((1, 0), (1, 0)), name=f"{name}_crop")(layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"{name}_pad")(p))
        halves = []
        for number, x in enumerate((p, shifted), start=1):
            x = layers.AveragePooling2D(1, 2, name=f"{name}_pool{number}")(x)
            halves.append(layers.Conv2D(filters // 2, 1, use_bias=False, kernel_initializer="he_normal", name=f"{name}_conv{number}")(x))
        return _normalise(layers.Concatenate(name=f"{name}_concat")(halves), name)
    return p if p.shape[-1] == filters else _squeeze(p, filters, name)


def cell(x, p, filters, strides, sums, joined, name="cell"):
    """x is this cell's input, p that of the cell before. Returns the cell's output, and x for the cell after.

    >>> x = keras.Input((28, 28, 88))
    >>> cell(x, x, 44, **NORMAL)[0].shape, cell(x, x, 44, **REDUCTION)[0].shape
    ((None, 28, 28, 264), (None, 14, 14, 176))
    """
    p = x if p is None else _adjust(p, x, filters, f"{name}_p")
    states = {"p": p, "h": _squeeze(x, filters, f"{name}_h")}
    for number, terms in enumerate(sums, start=1):
        both = [_term(term, states, filters, strides, f"{name}_{number}{side}") for term, side in zip(terms, "ab")]
        states[str(number)] = layers.Add(name=f"{name}_{number}")(both)
    return layers.Concatenate(name=name)([states[state] for state in joined]), x


def _network(input_shape, classes, filters, depth, stages, stem, skip, name):
    if min(depth, stages) < 1:
        raise ValueError(f"depth={depth}, stages={stages}: choose at least 1 stage of at least 1 normal cell")
    width, rest = divmod(filters, 6 * 2 ** (stages - 1))         # six parts are joined at the end
    if width < 4 or width % 4 or rest:                           # and the first stem cell is a quarter as wide
        raise ValueError(f"filters={filters} does not divide into the cells' widths: choose a multiple of {24 * 2 ** (stages - 1)}")
    check_task(input_shape, classes, smallest=8)
    inputs = keras.Input(input_shape, name="input")
    x = layers.Conv2D(stem, 3, 2, use_bias=False, kernel_initializer="he_normal", name="stem_conv")(inputs)
    x, p = cell(_normalise(x, "stem"), None, width // 4, **REDUCTION, name="stem_1")
    x, p = cell(x, p, width // 2, **REDUCTION, name="stem_2")
    for stage in range(stages):
        if stage > 0:
            x, larger = cell(x, p, width * 2**stage, **REDUCTION, name=f"reduction_{stage}")
            p = p if skip else larger
        for number in range(1, depth + 1):
            x, p = cell(x, p, width * 2**stage, **NORMAL, name=f"normal_{stage + 1}_{number}")
    x = layers.ReLU(name="relu")(x)
    x = layers.GlobalAveragePooling2D(name="avgpool")(x)
    outputs = layers.Dense(classes, "softmax", name="fc")(x)
    return keras.Model(inputs, outputs, name=name)


@published(
    paper="Zoph, Vasudevan, Shlens & Le 2018, Learning transferable architectures for scalable image recognition, CVPR",
    url="https://arxiv.org/abs/1707.07012",
    says="NASNet-A (4 @ 1056): 5.3 million parameters; 74.0 % top-1, 91.6 % top-5 on ImageNet",
    parameters=5_289_978,
    note="5,326,716 with batch norm's statistics; strided pooling reads zeros beyond the border, as in keras.applications",
    small={"input_shape": (32, 32, 1), "classes": 3, "filters": 24, "depth": 1, "stages": 1, "stem": 4},
)
def NASNetMobile(input_shape=(224, 224, 3), classes=1000, filters=1056, depth=4, stages=3, stem=32, name="nasnet_mobile"):
    """`depth` normal cells in each stage, `filters` channels at the end: the paper's N @ P. No auxiliary head.

    >>> NASNetMobile(input_shape=(32, 32, 1), classes=10, filters=96, depth=1, stem=8).count_params()
    27752
    """
    return _network(input_shape, classes, filters, depth, stages, stem, skip=False, name=name)


@published(
    paper="Zoph, Vasudevan, Shlens & Le 2018, Learning transferable architectures for scalable image recognition, CVPR",
    url="https://arxiv.org/abs/1707.07012",
    says="NASNet-A (6 @ 4032): 88.9 million parameters; 82.7 % top-1, 96.2 % top-5 on ImageNet",
    parameters=88_753_150,
    note="88,949,818 with batch norm's statistics, which the paper counts",
    small={"input_shape": (32, 32, 1), "classes": 3, "filters": 24, "depth": 1, "stages": 1, "stem": 6},
)
def NASNetLarge(input_shape=(331, 331, 3), classes=1000, filters=4032, depth=6, stages=3, stem=96, name="nasnet_large"):
    """More and wider cells; the first cell after a reduction reads the cell before it, too, as large as it is.

    >>> NASNetLarge(input_shape=(32, 32, 1), classes=10, filters=96, depth=1, stem=8).count_params()
    27368
    """
    return _network(input_shape, classes, filters, depth, stages, stem, skip=True, name=name)
