"""Faster R-CNN: one small net proposes where something is, a second looks there and says what; both read the same maps."""

import keras
import numpy as np
from keras import layers, ops

from dlcourse.models._detectors import RoIAlign, detect, mistakes, tasks, true_boxes, two_maps
from dlcourse.models._published import published
from dlcourse.models._sizes import check_task, scaled
from dlcourse.models.vision.boxes import decode, grid, nms
from dlcourse.models.vision.vgg import CONVOLUTIONS, convolutions

SPREAD = (1, 1, 1, 1)          # of the proposals' code; the second net's is divided by 0.1 and 0.2


def anchor_sizes(base=16, ratios=(0.5, 1, 2), scales=(8, 16, 32)):
    """The paper's anchors, (ratios · scales, 2) widths and heights: all scales of a ratio (height by width), then the next.

    >>> anchor_sizes(scales=(8,)).tolist()
    [[184, 96], [128, 128], [88, 176]]
    """
    widths = [round((base**2 / ratio) ** 0.5) for ratio in ratios]
    return np.array([[width * scale, round(width * ratio) * scale] for width, ratio in zip(widths, ratios) for scale in scales])


@keras.saving.register_keras_serializable(package="dlcourse")
class Proposals(layers.Layer):
    """The surest boxes of the first net, thinned out, in the order of their anchors: (n, most, 4). No gradient runs through them.

    >>> Proposals((64, 64), [[16, 16]], most=5)([ops.zeros((1, 8, 8, 2)), ops.zeros((1, 8, 8, 4))]).shape
    TensorShape([1, 5, 4])
    """

    def __init__(self, picture, sizes, most=300, overlap=0.7, candidates=2000, **options):
        super().__init__(**options)
        self.picture, self.sizes, self.most, self.overlap, self.candidates = picture, sizes, most, overlap, candidates

    def build(self, shapes):
        """Anchors around the middle of each cell."""
        rows, columns = shapes[0][1:3]
        self.stride = 2 ** round(np.log2(self.picture[0] / rows))
        self.anchors = grid(np.array(self.sizes), rows, columns, self.stride)

    def call(self, inputs):
        """Scores hold two numbers for each anchor, nothing and something; those that overlap a surer one go to the end of the queue."""
        scores, shifts = (ops.stop_gradient(ops.reshape(each, (-1, len(self.anchors), size))) for each, size in zip(inputs, (2, 4)))
        boxes = ops.clip(decode(shifts, self.anchors, SPREAD), 0.0, ops.array(self.picture[::-1] * 2, "float32"))
        sure, order = ops.top_k(scores[..., 1] - scores[..., 0], min(self.candidates, len(self.anchors)))
        sure = ops.sigmoid(sure)
        if self.overlap < 1:
            thinned = nms(ops.take_along_axis(boxes, order[..., None], axis=1), sure, self.overlap)
            sure = ops.where(thinned, sure, sure - 1)
        _, best = ops.top_k(sure, min(self.most, len(self.anchors), self.candidates))
        order = ops.sort(ops.take_along_axis(order, best, axis=1), axis=1)
        return ops.take_along_axis(boxes, order[..., None], axis=1)

    def get_config(self):
        return super().get_config() | {"picture": self.picture, "sizes": self.sizes, "most": self.most, "overlap": self.overlap,
                                       "candidates": self.candidates}


@keras.saving.register_keras_serializable(package="dlcourse")
class TwoStage(keras.Model):
    """Brings its own loss: `compile(optimizer)`, then `fit(pictures, {"boxes": …, "classes": …})`; both nets learn together.

    >>> model = FasterRCNN(input_shape=(32, 32, 3), classes=3, backbone=(4, 4, 4, 4), units=8, scales=(1,), proposals=4)
    >>> model.compile("adam")
    >>> truth = {"boxes": np.array([[[2, 2, 20, 20]]], "float32"), "classes": np.array([[1]])}
    >>> history = model.fit(np.ones((1, 32, 32, 3)), truth, verbose=0)
    """

    def look(self, seen, boxes):
        """What the second net says of any boxes (n, m, 4) on the map `seen`: a softmax and a code for each class."""
        x = self.get_layer("roi_pool5")([seen, boxes])
        for name in ("flatten", "fc6", "fc7"):
            x = self.get_layer(name)(x)
        return self.get_layer("cls_prob")(self.get_layer("cls_score")(x)), self.get_layer("bbox_list")(self.get_layer("bbox_pred")(x))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """The first net: is there something, and where? The second, asked about proposals and true boxes: what is it, and where exactly?"""
        true, kinds = true_boxes(y)
        code, kind, label = tasks(self.get_layer("proposals").anchors, true, kinds, SPREAD, positive=0.7, negative=0.3)
        first = mistakes(y_pred["objects"], y_pred["places"], code, ops.minimum(kind, 1), label)
        boxes = ops.concatenate([y_pred["proposals"], true], axis=1)
        odds, shifts = (ops.concatenate([y_pred[part], more], axis=1)
                        for part, more in zip(("classes", "shifts"), self.look(y_pred["map"], true)))
        code, kind, label = tasks(boxes, true, kinds, always=False)
        label = ops.where(ops.all(boxes[..., 2:] > boxes[..., :2], axis=-1), label, -1)          # lists are filled up with empty boxes
        mine = ops.take_along_axis(shifts, kind[..., None, None], axis=2)[..., 0, :]          # the true class's
        second = mistakes(odds, mine, code, kind, label)
        weights = 1 if sample_weight is None else sample_weight
        return sum(ops.sum(total * weights) / ops.cast(ops.maximum(ops.sum(count), 1), "float32") for total, count in (first, second))

    def detect(self, pictures, most=20, overlap=0.5):
        """What is where: "boxes" (n, most, 4), "scores" and "classes" (n, most), the surest first; class 0 is nothing."""
        return detect(self, pictures, lambda answer: answer["proposals"][:, :, None], most, overlap)


def _paper_map(x, width):
    for block, count in enumerate(CONVOLUTIONS[16], start=1):
        x = convolutions(x, block, count, width)
        if block < 5:
            x = layers.MaxPooling2D(2, padding="same", name=f"pool{block}")(x)
    return x


@published(
    paper="Ren, He, Girshick & Sun 2015, Faster R-CNN: towards real-time object detection with region proposal networks, NIPS",
    url="https://arxiv.org/abs/1506.01497",
    says="73.2% mAP on Pascal VOC 2007 with 300 proposals, 5 frames a second",
    parameters=136_818_079,
    note="reads between the pixels (RoI align, He et al. 2017), takes the hardest negatives, not random ones. The VGG's blocks 1 and 2, 260,160 "
         "weights, stay as they are: load trained ones. benchmarks/detection.py, small, on scenes, five seeds: mAP .88 (.852 to .905)",
    small={"input_shape": (32, 32, 3), "classes": 3, "backbone": (4, 8, 8, 8), "units": 16, "scales": (0.5, 1), "proposals": 96,
           "overlap": 1},
)
def FasterRCNN(input_shape=(600, 1000, 3), classes=21, width=1, backbone=None, units=4096, scales=(8, 16, 32), proposals=300, overlap=0.7,
               candidates=2000, frozen=2, name="faster_rcnn"):
    """`classes` count the background, which is class 0; anchors have sides of about 16 · `scales` pixels. The surest `candidates`
    anchors are thinned out until they overlap by no more than `overlap`; the surest `proposals` of these are looked at.

    `backbone=(16, 32, 64, 96)` has a small net of so many filters instead of VGG16. `detect(pictures)` says what is where.

    >>> FasterRCNN(input_shape=(64, 64, 3), classes=7, backbone=(16, 32, 64, 96), units=128, scales=(1,)).output["shifts"].shape
    (None, 192, 7, 4)
    """
    check_task(input_shape, classes, smallest=16)
    inputs = keras.Input(input_shape, name="input")
    seen = two_maps(inputs, backbone)[0] if backbone else _paper_map(inputs, width)
    sizes = anchor_sizes(scales=scales).tolist()
    x = layers.Conv2D(seen.shape[-1], 3, padding="same", activation="relu", name="rpn_conv")(seen)
    objects = layers.Conv2D(2 * len(sizes), 1, dtype="float32", name="rpn_cls_score")(x)
    places = layers.Conv2D(4 * len(sizes), 1, dtype="float32", name="rpn_bbox_pred")(x)
    propose = Proposals(list(input_shape[:2]), sizes, proposals, overlap, candidates, dtype="float32", name="proposals")
    boxes = propose([objects, places])
    x = RoIAlign(propose.stride, name="roi_pool5")([seen, boxes])
    x = layers.Reshape((-1, 49 * seen.shape[-1]), name="flatten")(x)
    for number in (6, 7):
        x = layers.Dense(scaled(units, width), "relu", name=f"fc{number}")(x)
    kinds = layers.Dense(classes, dtype="float32", name="cls_score")(x)
    shifts = layers.Dense(4 * classes, dtype="float32", name="bbox_pred")(x)
    answer = {"map": seen, "objects": layers.Softmax(name="rpn_cls_prob", dtype="float32")(layers.Reshape((-1, 2), name="rpn_cls_list")(objects)),
              "places": layers.Reshape((-1, 4), dtype="float32", name="rpn_bbox_list")(places), "proposals": boxes,
              "classes": layers.Softmax(name="cls_prob", dtype="float32")(kinds),
              "shifts": layers.Reshape((-1, classes, 4), dtype="float32", name="bbox_list")(shifts)}
    model = TwoStage(inputs, answer, name=name)
    for block in () if backbone else range(1, frozen + 1):
        for number in range(1, CONVOLUTIONS[16][block - 1] + 1):
            model.get_layer(f"block{block}_conv{number}").trainable = False
    return model
