"""What Keras lacks: one figure for how well masks are found, how well boxes, how well text is foretold, how well a map keeps
neighbours, and how good made pictures are."""

import numpy as np


def mean_iou(truth, found, classes):
    """Intersection over union of each class's pixels, in all pictures together; the mean over the classes that occur at all.

    Both are arrays of whole numbers below `classes` and of the same shape; the background is a class like any other.

    >>> mean_iou([[0, 0, 1, 1]], [[0, 1, 1, 1]], classes=3)      # 1 of 2, 2 of 3; the third is nowhere
    0.5833333333333333
    """
    truth, found = np.asarray(truth), np.asarray(found)
    if truth.shape != found.shape:
        raise ValueError(f"truth has shape {truth.shape}, found {found.shape}: give one class for each pixel, such as the argmax of a softmax")
    if not truth.size or min(truth.min(), found.min()) < 0 or max(truth.max(), found.max()) >= classes:
        raise ValueError(f"with classes={classes}, every pixel is a whole number from 0 to {classes - 1}, and there is at least one")
    pairs = np.bincount(truth.ravel().astype("int64") * classes + found.ravel().astype("int64"), minlength=classes**2)
    pairs = pairs.reshape(classes, classes)
    union = pairs.sum(axis=0) + pairs.sum(axis=1) - pairs.diagonal()
    return float(np.mean(pairs.diagonal()[union > 0] / union[union > 0]))


def mean_average_precision(truth, found, iou=0.5):
    """How well boxes are found, from 0 to 1: the area under the curve of precision over recall, the mean over the classes.

    `truth` holds "boxes" (pictures, most, 4) and "classes" (pictures, most); `found` those two, with a `most` of its own, and
    "scores". Boxes are x_min, y_min, x_max, y_max; class 0 marks a place with nothing in it. Only classes in the truth count.

    As in the Pascal VOC challenge since 2010: surest first, each find is compared with the true box of its class that it overlaps
    most. It is right if they overlap by `iou` or more and no surer find has that box; else it is wrong. Then every recall counts
    with the best precision at this recall or a higher one.

    >>> truth = {"boxes": [[[0, 0, 4, 4], [5, 5, 9, 9]]], "classes": [[1, 1]]}
    >>> found = {"boxes": [[[0, 0, 4, 4], [6, 0, 8, 3]]], "classes": [[1, 1]], "scores": [[0.9, 0.8]]}
    >>> mean_average_precision(truth, found)                     # half of the boxes, with precision 1
    0.5
    """
    truth = {name: np.asarray(truth[name]) for name in ("boxes", "classes")}
    found = {name: np.asarray(found[name]) for name in ("boxes", "classes", "scores")}
    if len(truth["boxes"]) != len(found["boxes"]):
        raise ValueError(f"{len(truth['boxes'])} pictures have truth, {len(found['boxes'])} have finds: give the same pictures")
    classes = np.unique(truth["classes"][truth["classes"] > 0])
    if not len(classes):
        raise ValueError("the truth holds no box at all: give pictures with at least one thing to find")
    overlaps = _overlaps(found["boxes"], truth["boxes"])
    return float(np.mean([_average_precision(truth["classes"] == one, found["classes"] == one, found["scores"], overlaps, iou)
                          for one in classes]))


def _overlaps(found, truth):
    """IoU of every found box with every true one of the same picture."""
    one, two = found[:, :, None].astype("float64"), truth[:, None].astype("float64")
    sides = np.minimum(one[..., 2:], two[..., 2:]) - np.maximum(one[..., :2], two[..., :2])
    both = sides.clip(0).prod(axis=-1)
    either = sum((box[..., 2:] - box[..., :2]).clip(0).prod(axis=-1) for box in (one, two)) - both
    return np.divide(both, either, out=np.zeros_like(both), where=either > 0)


def _average_precision(true, mine, scores, overlaps, iou):
    """Of one class: which places of the truth and of the finds belong to it is given as booleans."""
    overlaps = np.where(true[:, None], overlaps, -1)[mine]
    order = np.argsort(-scores[mine], kind="stable")
    best = overlaps.argmax(axis=1)
    claimed = np.nonzero(mine)[0] * true.shape[1] + best          # a number for each true box
    enough = overlaps[np.arange(len(best)), best] >= iou
    right = np.zeros(len(order), bool)
    hits = np.flatnonzero(enough[order])
    _, first = np.unique(claimed[order][hits], return_index=True)      # nobody surer has it
    right[hits[first]] = True
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return precision[right].sum() / true.sum()


def topographic_error(distances):
    """The share of inputs whose two nearest units do not touch on the sheet, not even by a corner; 0 where all neighbours are kept.

    `distances` (inputs, rows, columns) says how unlike each input every unit is, as `SOM.distances` does.

    >>> topographic_error([[[0, 1, 9]], [[0, 9, 1]]])        # the second one's two nearest are at both ends
    0.5
    """
    distances = np.asarray(distances)
    if distances.ndim != 3 or not len(distances) or distances[0].size < 2:
        raise ValueError(f"distances have shape {distances.shape}: give (inputs, rows, columns), with at least one input and two units")
    nearest = np.argsort(distances.reshape(len(distances), -1), axis=1, kind="stable")[:, :2]
    row, column = np.unravel_index(nearest, distances.shape[1:])
    apart = np.maximum(np.abs(np.diff(row, axis=1)), np.abs(np.diff(column, axis=1)))
    return float(np.mean(apart > 1))


def bits_per_character(chances):
    """How many bits it takes, in the mean, to say what came, to one who gave it these chances before it came.

    >>> bits_per_character([0.5, 0.125])
    2.0
    """
    chances = np.asarray(chances, float)
    if not chances.size or chances.min() < 0 or chances.max() > 1:
        raise ValueError("chances lie between 0 and 1, one for each character that came")
    with np.errstate(divide="ignore"):
        return float(-np.log2(chances).mean())


def ngram_chances(train, test, order=5, alphabet=128):
    """The chance that each character of `test` had, by counting in `train` what came after the `order - 1` before it: an n-gram model.

    Smoothed as by Witten & Bell 1991: where a context came n times, before t different characters, what came c times has the chance
    (c + t · p) / (n + t), with p its chance by a context one shorter; in the end every character of the alphabet has the same.

    >>> ngram_chances("abab", "ab", order=2, alphabet=128).round(2)
    array([0.34, 0.78])
    """
    train, test = (np.array([ord(character) for character in text], "int64") for text in (train, test))
    if order < 1 or alphabet ** order > 2**62 or not len(train) or max(train.max(), test.max(initial=0)) >= alphabet:
        raise ValueError(f"order={order}, alphabet={alphabet}: give some text of characters below {alphabet}, and an order from 1 up to "
                         f"{int(62 / np.log2(alphabet))}")
    chances = np.full(len(test), 1 / alphabet)
    for before in range(min(order, len(train), len(test))):
        seen, asked = (_grams(text, before + 1, alphabet) for text in (train, test))
        grams, counts = np.unique(seen, return_counts=True)
        contexts, first, kinds = np.unique(grams // alphabet, return_index=True, return_counts=True)
        came = _of(contexts, np.add.reduceat(counts, first), asked // alphabet)
        different = _of(contexts, kinds, asked // alphabet)
        better = (_of(grams, counts, asked) + different * chances[before:]) / np.maximum(came + different, 1)
        chances[before:] = np.where(came > 0, better, chances[before:])
    return chances


def _grams(text, size, alphabet):
    """Each `size` neighbours as one number."""
    return sum(text[place:len(text) - size + 1 + place] * alphabet ** (size - 1 - place) for place in range(size))


def _of(names, values, asked):
    """The values of what is asked for, 0 where it is not among the sorted names."""
    place = np.minimum(np.searchsorted(names, asked), len(names) - 1)
    return np.where(names[place] == asked, values[place], 0)


def inception_score(probabilities):
    """How good made pictures are, from 1 to the number of classes: high if a classifier is sure of each and all together are varied.

    `probabilities` (pictures, classes) is what a classifier's softmax says of them. The score is e to the mean over the pictures of
    KL(p(class | picture) || p(class)), the latter being the mean of all rows (Salimans et al. 2016, whose classifier was an Inception).
    It says nothing of a picture that looks like no class: a classifier may be sure of noise, too. So compare with the score of such.

    >>> round(inception_score([[1, 0], [0, 1]]), 6), inception_score([[1, 0], [1, 0]]), inception_score([[0.5, 0.5]] * 3)
    (2.0, 1.0, 1.0)
    """
    said = np.asarray(probabilities, dtype="float64")
    if said.ndim != 2 or not said.size or said.min() < 0 or not np.allclose(said.sum(axis=1), 1, atol=1e-3):
        raise ValueError(f"probabilities have shape {said.shape}: give a row for each picture, numbers of at least 0 with the sum 1")
    surprise = said * (np.log(np.maximum(said, 1e-300)) - np.log(np.maximum(said.mean(axis=0), 1e-300)))      # 0 · log 0 is 0
    return float(np.exp(surprise.sum(axis=1).mean()))
