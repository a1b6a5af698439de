"""What detectors share besides boxes: how they are asked, what their mistakes cost, and a backbone that learns on a laptop."""

import keras
import numpy as np
from keras import layers, ops

from dlcourse.models.vision.boxes import decode, detections, encode, hardest, iou, match, roi_align


def two_maps(x, backbone):
    """A stage that halves the picture for each number of filters; two maps: the last, and the one before with the last added to it.

    >>> [each.shape[1:] for each in two_maps(keras.Input((64, 64, 3)), (16, 32, 64, 96))]
    [(8, 8, 96), (4, 4, 96)]
    """
    seen = []
    for stage, filters in enumerate(backbone, start=1):
        for number in (1, 2):
            x = layers.Conv2D(filters, 3, 3 - number, padding="same", use_bias=False, name=f"stage{stage}_conv{number}")(x)
            x = layers.BatchNormalization(momentum=0.9, name=f"stage{stage}_bn{number}")(x)
            x = layers.ReLU(name=f"stage{stage}_relu{number}")(x)
        seen.append(x)
    fine = layers.Conv2D(backbone[-1], 1, name="lateral")(seen[-2])
    above = layers.UpSampling2D(2, name="above")(x)
    above = layers.Cropping2D([(0, above.shape[axis] - fine.shape[axis]) for axis in (1, 2)], name="crop")(above)
    return [layers.ReLU(name="sum_relu")(layers.Add(name="sum")([fine, above])), x]


@keras.saving.register_keras_serializable(package="dlcourse")
class RoIAlign(layers.Layer):
    """`boxes.roi_align` as a layer, 7 × 7 cells.

    >>> RoIAlign(stride=16)([ops.zeros((1, 4, 4, 8)), ops.zeros((1, 5, 4))]).shape
    TensorShape([1, 5, 7, 7, 8])
    """

    def __init__(self, stride, **options):
        super().__init__(**options)
        self.stride = stride

    def call(self, inputs):
        return roi_align(*inputs, size=7, stride=self.stride)

    def get_config(self):
        return super().get_config() | {"stride": self.stride}


def true_boxes(y):
    """Boxes and classes as numbers to calculate with; where the class is 0, so is the box.

    >>> true_boxes({"boxes": np.array([[[1, 2, 3, 4], [5, 6, 7, 8]]]), "classes": np.array([[2, 0]])})[0].numpy().tolist()
    [[[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0]]]
    """
    kinds = ops.cast(y["classes"], "int32")
    return ops.where(kinds[..., None] > 0, ops.cast(y["boxes"], "float32"), 0.0), kinds


def tasks(boxes, true, kinds, spread=(0.1, 0.1, 0.2, 0.2), **limits):
    """What a net should say of these boxes: a code, a class (0 for none), and a label, as `match` gives it within its limits.

    >>> boxes, true = ops.array([[[0.0, 0, 4, 4], [9, 9, 12, 12]]]), ops.array([[[0.0, 0, 4, 4]]])
    >>> code, kind, label = tasks(boxes, true, kinds=ops.array([[5]]))
    >>> kind.numpy().tolist(), label.numpy().tolist()
    ([[5, 0]], [[1, 0]])
    """
    place, label = match(iou(boxes, true), **limits)
    code = encode(ops.take_along_axis(true, place[..., None], axis=1), boxes, spread)
    return code, ops.where(label == 1, ops.take_along_axis(kinds, place, axis=1), 0), label


def smooth_l1(off):
    """Squared below 1, straight beyond; the sum of the four numbers of a code.

    >>> float(smooth_l1(ops.array([0.5, -2.0, 0.0, 0.0])))
    1.625
    """
    off = ops.abs(off)
    return ops.sum(ops.where(off < 1, off**2 / 2, off - 0.5), axis=-1)


def mistakes(odds, shifts, code, kind, label, least=3):
    """For each picture, what its boxes cost, and how many positives it has: both losses are to be divided by these.

    The softmax counts for positives (label 1) and three times as many hardest negatives (0), `least` at any rate; the code for positives.

    >>> odds, code = ops.array([[[0.5, 0.5], [0.5, 0.5]]]), ops.zeros((1, 2, 4))
    >>> total, count = mistakes(odds, code, code, kind=ops.array([[1, 0]]), label=ops.array([[1, 0]]))
    >>> round(float(total[0]), 3), int(count[0])
    (1.386, 1)
    """
    losses = -ops.log(ops.take_along_axis(odds, kind[..., None], axis=-1)[..., 0] + 1e-7)
    positive = label == 1
    count = ops.sum(ops.cast(positive, "int32"), axis=-1)
    chosen = positive | hardest(ops.stop_gradient(losses), label == 0, ops.maximum(3 * count, least))
    return ops.sum(ops.where(chosen, losses, 0.0) + ops.where(positive, smooth_l1(shifts - code), 0.0), axis=-1), count


def detect(model, pictures, origins, most, overlap, batch_size=32):
    """Ask for the model's "shifts" and "classes", batch by batch; `origins(answer)` says from where it shifts.

    >>> from dlcourse import models
    >>> model = models.SSD300(input_shape=(32, 32, 3), classes=3, backbone=(4, 4, 4, 4))
    >>> model.detect(np.zeros((2, 32, 32, 3)), most=5)["boxes"].shape
    (2, 5, 4)
    """
    found = []
    for start in range(0, len(pictures), batch_size):
        answer = model.predict_on_batch(pictures[start:start + batch_size])
        shifts = answer["shifts"]
        boxes = decode(shifts if shifts.ndim == 3 else shifts[:, :, 1:], origins(answer))      # each class's own, but the background's
        boxes = ops.reshape(boxes, (boxes.shape[0], -1, 4))
        found.append(detections(boxes, ops.convert_to_tensor(answer["classes"][..., 1:]), most, overlap))
    return {name: np.concatenate([ops.convert_to_numpy(part[name]) for part in found]) for name in found[0]}
