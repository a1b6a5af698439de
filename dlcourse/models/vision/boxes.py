"""What detectors do with boxes: lay out anchors, compare, code, match, thin out, and look inside. No paper; two papers' tools.

Boxes are x_min, y_min, x_max, y_max in pixels; edges lie between pixels. All work with any number of leading axes.
"""

import keras
import numpy as np
from keras import ops


def grid(sizes, rows, columns, stride):
    """Boxes of all `sizes` (n, 2) around the middle of each cell of a map, row by row: (rows · columns · n, 4).

    `stride` is how many pixels a cell is wide and high; two numbers if these differ.

    >>> grid(np.array([[4, 2]]), rows=1, columns=2, stride=8).tolist()
    [[2.0, 3.0, 6.0, 5.0], [10.0, 3.0, 14.0, 5.0]]
    """
    y, x = np.meshgrid(np.arange(rows) + 0.5, np.arange(columns) + 0.5, indexing="ij")
    middles = np.stack([x, y], axis=-1)[:, :, None] * stride
    return np.concatenate([middles - sizes / 2, middles + sizes / 2], axis=-1).reshape(-1, 4).astype("float32")


def iou(one, two):
    """Intersection over union of each box of `one` (…, n, 4) with each of `two` (…, m, 4): (…, n, m). Of empty boxes, 0.

    >>> iou(ops.array([[0.0, 0, 4, 4]]), ops.array([[2.0, 0, 6, 4], [9, 9, 9, 9]])).numpy().round(3).tolist()
    [[0.3330000042915344, 0.0]]
    """
    one, two = one[..., :, None, :], two[..., None, :, :]
    both = ops.prod(ops.relu(ops.minimum(one[..., 2:], two[..., 2:]) - ops.maximum(one[..., :2], two[..., :2])), axis=-1)
    areas = [ops.prod(ops.relu(boxes[..., 2:] - boxes[..., :2]), axis=-1) for boxes in (one, two)]
    return both / ops.maximum(areas[0] + areas[1] - both, keras.config.epsilon())


def encode(boxes, anchors, spread=(0.1, 0.1, 0.2, 0.2)):
    """What a net should say of `boxes`, seen from as many `anchors`: shift by the anchor's size, log of the size by the anchor's.

    `spread` is the usual size of the four numbers (the papers: variances, standard deviations); they are divided by it.

    >>> encode(ops.array([[2.0, 0, 6, 4]]), ops.array([[0.0, 0, 4, 4]]), spread=(1, 1, 1, 1)).numpy().tolist()
    [[0.5, 0.0, 0.0, 0.0]]
    """
    sides, bases = (ops.maximum(some[..., 2:] - some[..., :2], 1e-3) for some in (boxes, anchors))
    middles = (boxes[..., :2] + boxes[..., 2:] - anchors[..., :2] - anchors[..., 2:]) / 2
    return ops.concatenate([middles / bases, ops.log(sides / bases)], axis=-1) / ops.array(spread, "float32")


def decode(code, anchors, spread=(0.1, 0.1, 0.2, 0.2)):
    """The boxes that `code` means, seen from `anchors`: `encode` back. None grows more than 60-fold.

    >>> decode(ops.array([[0.5, 0, 0, 0]]), ops.array([[0.0, 0, 4, 4]]), spread=(1, 1, 1, 1)).numpy().tolist()
    [[2.0, 0.0, 6.0, 4.0]]
    """
    code = ops.cast(code, "float32") * ops.array(spread, "float32")
    bases = anchors[..., 2:] - anchors[..., :2]
    middles = (anchors[..., :2] + anchors[..., 2:]) / 2 + code[..., :2] * bases
    halves = ops.exp(ops.minimum(code[..., 2:], 4.1)) * bases / 2
    return ops.concatenate([middles - halves, middles + halves], axis=-1)


def match(overlaps, positive=0.5, negative=0.5, always=True):
    """Whom each anchor is responsible for, by IoUs (…, anchors, truths): the true box's place, and 1, or 0 for none, -1 to be left out.

    An anchor is positive from `positive` on, and 0 below `negative`. With `always`, a true box also has its best anchor, however
    little they overlap; an empty true box, as lists are filled up with, has none.

    >>> place, label = match(ops.array([[0.2, 0.0], [0.6, 0.1], [0.0, 0.3]]))
    >>> place.numpy().tolist(), label.numpy().tolist()
    ([0, 0, 1], [0, 1, 1])
    """
    best = (overlaps > 0) & (overlaps >= ops.max(overlaps, axis=-2, keepdims=True)) & always
    claims = ops.where(best, overlaps + 1, overlaps)          # whose best I am comes before whom I overlap most
    most = ops.max(overlaps, axis=-1)
    label = ops.where((most >= positive) | ops.any(best, axis=-1), 1, ops.where(most < negative, 0, -1))
    return ops.argmax(claims, axis=-1), label


def hardest(losses, candidates, count):
    """Which `count` (…,) of the candidates (…, n) lose most: hard negatives, if the candidates are the negatives.

    >>> hardest(ops.array([[0.1, 0.9, 0.5, 0.7]]), ops.array([[True, False, True, True]]), ops.array([2])).numpy().tolist()
    [[False, False, True, True]]
    """
    losses = ops.where(candidates, ops.cast(losses, "float32"), -np.inf)
    ranks = ops.argsort(ops.argsort(-losses, axis=-1), axis=-1)
    return candidates & (ranks < ops.cast(count, ranks.dtype)[..., None])


def nms(boxes, scores, overlap=0.5, classes=None):
    """Which boxes (…, n) stay when each that overlaps a surer one (of its class) that stays by more than `overlap` must go.

    What goes depends on what stays, so this repeats until nothing changes: as often as the longest chain of neighbours is long.

    >>> nms(ops.array([[0.0, 0, 4, 4], [0, 0, 4, 5], [9, 9, 12, 12]]), ops.array([0.8, 0.9, 0.1])).numpy().tolist()
    [False, True, True]
    """
    before = ops.arange(boxes.shape[-2])[:, None] > ops.arange(boxes.shape[-2])          # of equals, the first
    mine, others = scores[..., :, None], scores[..., None, :]
    rivals = (iou(boxes, boxes) > overlap) & ((others > mine) | ((others == mine) & before))

    if classes is not None:
        rivals &= classes[..., :, None] == classes[..., None, :]

    def again(stay, _):
        return ~ops.any(rivals & stay[..., None, :], axis=-1), stay
    everybody = ops.ones_like(scores, dtype="bool")
    return ops.while_loop(lambda stay, last: ops.any(stay != last), again, again(everybody, everybody))[0]


def detections(boxes, scores, most=20, overlap=0.5, candidates=400):
    """What to say in the end of scores (n, m, c) of c classes: `most` boxes for each picture, the surest first; class 0 is none.

    Boxes (n, m, 4) are shared by the classes; (n, m · c, 4) are each class's own.

    >>> found = detections(ops.array([[[0.0, 0, 4, 4], [0, 0, 4, 5], [9, 9, 12, 12]]]), ops.array([[[0.8], [0.9], [0.1]]]), most=3)
    >>> found["scores"].numpy().round(1).tolist(), found["classes"].numpy().tolist()
    ([[0.8999999761581421, 0.10000000149011612, 0.0]], [[1, 1, 0]])
    """
    count, classes = scores.shape[1:]
    sure, places = ops.top_k(ops.reshape(scores, (-1, count * classes)), min(candidates, count * classes))
    boxes = ops.take_along_axis(boxes, (places // (count * classes // boxes.shape[1]))[..., None], axis=1)
    kinds = places % classes + 1
    sure, order = ops.top_k(ops.where(nms(boxes, sure, overlap, kinds), sure, 0), min(most, sure.shape[1]))
    there = sure > 0
    return {"boxes": ops.where(there[..., None], ops.take_along_axis(boxes, order[..., None], axis=1), 0), "scores": sure,
            "classes": ops.where(there, ops.take_along_axis(kinds, order, axis=1), 0)}


def roi_align(features, boxes, size=7, stride=16, samples=2):
    """What a map (n, rows, columns, c) shows inside each box (n, r, 4), as size × size cells: (n, r, size, size, c).

    A cell is the mean of samples × samples points, each read between four pixels of the map: a tent over rows times one over columns.

    >>> ramp = ops.reshape(ops.arange(4.0), (1, 1, 4, 1))          # middles at 8, 24, 40 and 56 pixels
    >>> roi_align(ramp, ops.array([[[8.0, 0, 40, 16]]]), size=2).numpy().round(2)[0, 0, :, :, 0].tolist()
    [[0.5, 1.5], [0.5, 1.5]]
    """
    def tents(low, high, length):
        points = (ops.arange(size * samples, dtype="float32") + 0.5) / (size * samples)
        points = (low[..., None] + (high - low)[..., None] * points) / stride - 0.5
        points = ops.clip(points, 0.0, length - 1.0)[..., None]
        heights = ops.relu(1 - ops.abs(points - ops.arange(length, dtype="float32")))
        return ops.mean(ops.reshape(heights, (*ops.shape(heights)[:2], size, samples, length)), axis=3)
    boxes = ops.cast(boxes, "float32")
    down = ops.cast(tents(boxes[..., 1], boxes[..., 3], features.shape[1]), features.dtype)
    across = ops.cast(tents(boxes[..., 0], boxes[..., 2], features.shape[2]), features.dtype)
    weights = ops.einsum("nrth,nrsw->nrtshw", down, across)          # of every pixel of the map for every cell
    return ops.einsum("nrtshw,nhwc->nrtsc", weights, features)
