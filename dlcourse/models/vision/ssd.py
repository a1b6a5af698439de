"""SSD: one look. Every cell of several maps says of a few default boxes what is in them and where it really ends."""

import keras
import numpy as np
from keras import layers, ops

from dlcourse.models._detectors import detect, mistakes, tasks, true_boxes, two_maps
from dlcourse.models._published import published
from dlcourse.models._sizes import check_task, scaled
from dlcourse.models.vision.boxes import grid
from dlcourse.models.vision.vgg import CONVOLUTIONS, convolutions

SIZES = (30, 60, 111, 162, 213, 264, 315)          # of 300 pixels; map k's small and large square are numbers k and k + 1
RATIOS = ((2,), (2, 3), (2, 3), (2, 3), (2,), (2,))
EXTRAS = (("conv6", 256, 512, 2, "same"), ("conv7", 128, 256, 2, "same"), ("conv8", 128, 256, 1, "valid"), ("conv9", 128, 256, 1, "valid"))


def default_sizes(small, large, ratios=(2,)):
    """One map's boxes, widths and heights: a small square, one halfway to the large, and the small one stretched both ways.

    >>> default_sizes(30, 60).round(1).tolist()
    [[30.0, 30.0], [42.4, 42.4], [42.4, 21.2], [21.2, 42.4]]
    """
    roots = np.sqrt([side for ratio in ratios for side in (ratio, 1 / ratio)])
    squares = np.array([[small, small], [(small * large) ** 0.5] * 2])
    return np.concatenate([squares, small * np.stack([roots, 1 / roots], axis=1)])


def paper_maps(x, width=1):
    """conv4_3, then fc7 (a VGG's, as convolutions with holes), then ever smaller maps while there is something left to shrink.

    >>> [tuple(each.shape[1:]) for each in paper_maps(keras.Input((300, 300, 3)))][:2]
    [(38, 38, 512), (19, 19, 1024)]
    """
    for block, count in enumerate(CONVOLUTIONS[16], start=1):
        x = convolutions(x, block, count, width)
        if block == 4:
            even = layers.UnitNormalization(name="conv4_3_unit")(x)          # it is much louder than the maps after it
            maps = [layers.EinsumDense("nhwc,c->nhwc", x.shape[1:], kernel_initializer=keras.initializers.Constant(20),
                                       name="conv4_3_norm")(even)]
        x = layers.MaxPooling2D(3 if block == 5 else 2, strides=1 if block == 5 else 2, padding="same", name=f"pool{block}")(x)
    x = layers.Conv2D(scaled(1024, width), 3, padding="same", dilation_rate=6, activation="relu", name="fc6")(x)
    maps.append(layers.Conv2D(scaled(1024, width), 1, activation="relu", name="fc7")(x))
    for name, few, many, strides, padding in EXTRAS:
        if min(maps[-1].shape[1:3]) < (3 if padding == "valid" else 2):
            break
        x = layers.Conv2D(scaled(few, width), 1, activation="relu", name=f"{name}_1")(maps[-1])
        if strides == 2:
            x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
        maps.append(layers.Conv2D(scaled(many, width), 3, strides, activation="relu", name=f"{name}_2")(x))
    return maps


@keras.saving.register_keras_serializable(package="dlcourse")
class Shifts(layers.Layer):
    """What all maps say, as one list (n, boxes, 4); `boxes` are the default ones, map after map, cell after cell.

    >>> Shifts((64, 64), [[[4, 2], [2, 4]]])([ops.zeros((1, 8, 8, 8))]).shape
    TensorShape([1, 128, 4])
    """

    def __init__(self, picture, sizes, **options):
        super().__init__(**options)
        self.picture, self.sizes = picture, sizes

    def build(self, shapes):
        """Lay out the boxes: the first four maps' cells are each twice as wide as the last one's, the others share out the picture."""
        first = 2 ** round(np.log2(self.picture[0] / shapes[0][1]))
        steps = [first * 2**number if number < 4 else [self.picture[1] / shape[2], self.picture[0] / shape[1]]
                 for number, shape in enumerate(shapes)]
        laid = [grid(np.array(sizes), *shape[1:3], step) for sizes, shape, step in zip(self.sizes, shapes, steps)]
        self.boxes = np.concatenate(laid)

    def call(self, maps):
        return ops.concatenate([ops.reshape(each, (-1, each.shape[1] * each.shape[2] * each.shape[3] // 4, 4)) for each in maps], axis=1)

    def get_config(self):
        return super().get_config() | {"picture": self.picture, "sizes": self.sizes}


@keras.saving.register_keras_serializable(package="dlcourse")
class SingleShot(keras.Model):
    """Brings its own loss: `compile(optimizer)`, then `fit(pictures, {"boxes": …, "classes": …})`, class 0 where a list has an end.

    >>> model = SSD300(input_shape=(32, 32, 3), classes=3, backbone=(4, 4, 4, 4))
    >>> model.compile("adam")
    >>> truth = {"boxes": np.array([[[2, 2, 20, 20]]], "float32"), "classes": np.array([[1]])}
    >>> history = model.fit(np.ones((1, 32, 32, 3)), truth, verbose=0)
    """

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Softmax of positives and of three times as many hardest negatives, and smooth L1 of the positives' code; by positive."""
        total, count = mistakes(y_pred["classes"], y_pred["shifts"], *tasks(self.get_layer("mbox_loc").boxes, *true_boxes(y)))
        weights = 1 if sample_weight is None else sample_weight
        return ops.sum(total * weights) / ops.cast(ops.maximum(ops.sum(count), 1), "float32")

    def detect(self, pictures, most=20, overlap=0.45):
        """What is where: "boxes" (n, most, 4), "scores" and "classes" (n, most), the surest first; class 0 is nothing."""
        return detect(self, pictures, lambda answer: self.get_layer("mbox_loc").boxes, most, overlap)


@published(
    paper="Liu, Anguelov, Erhan, Szegedy, Reed, Fu & Berg 2016, SSD: single shot multibox detector, ECCV",
    url="https://arxiv.org/abs/1512.02325",
    says="8732 default boxes; 74.3% mAP on Pascal VOC 2007 at 59 frames a second",
    parameters=26_285_486,
    note="benchmarks/detection.py, a small net on scenes, varied, five seeds: mAP .88 (.876 to .893)",
    small={"input_shape": (32, 32, 3), "classes": 3, "backbone": (4, 8, 8, 8)},
)
def SSD300(input_shape=(300, 300, 3), classes=21, width=1, backbone=None, sizes=None, name="ssd300"):
    """`classes` count the background, which is class 0. Where maps get too small, there are fewer; `sizes` are squares in pixels.

    `backbone=(16, 32, 64, 96)` has a small net of so many filters instead of VGG16, and two maps. `detect(pictures)` says what is where.

    >>> SSD300(input_shape=(64, 64, 3), classes=7, backbone=(16, 32, 64, 96)).output["shifts"].shape
    (None, 352, 4)
    """
    check_task(input_shape, classes, smallest=16)
    inputs = keras.Input(input_shape, name="input")
    maps = two_maps(inputs, backbone) if backbone else paper_maps(inputs, width)
    sizes = sizes or [side * min(input_shape[:2]) / 300 for side in (SIZES[1:] if backbone else SIZES)]
    laid = [default_sizes(*sizes[number:number + 2], RATIOS[number]).tolist() for number in range(len(maps))]
    shifts, kinds = ([layers.Conv2D(len(laid[number]) * each, 3, padding="same", dtype="float32", name=f"{what}{number + 1}")(x)
                      for number, x in enumerate(maps)] for what, each in (("loc", 4), ("conf", classes)))
    kinds = [layers.Reshape((-1, classes), name=f"conf{number}_list")(x) for number, x in enumerate(kinds, start=1)]
    kinds = layers.Concatenate(axis=1, name="mbox_conf")(kinds) if len(maps) > 1 else kinds[0]
    answer = {"shifts": Shifts(list(input_shape[:2]), laid, dtype="float32", name="mbox_loc")(shifts),
              "classes": layers.Softmax(dtype="float32", name="probabilities")(kinds)}
    return SingleShot(inputs, answer, name=name)
