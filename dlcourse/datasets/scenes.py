"""Scenes of one to four coloured shapes, drawn on first use: where is what, and what would one say of it?"""

import sys

import numpy as np

from dlcourse.datasets import scene_drawing
from dlcourse.datasets.kept import keep
from dlcourse.datasets.scene_captions import errors, references, relations, truths
from dlcourse.datasets.scene_variation import varied
from dlcourse.screen import can_move

__all__ = ["CLASSES", "COLOURS", "PARTS", "errors", "kept_as", "load_data", "truths", "varied"]

CLASSES = ("background", *scene_drawing.KINDS)      # a class's number is its place here
COLOURS = tuple(scene_drawing.COLOURS)
PARTS = ("boxes", "classes", "masks", "instances", "colours", "large", "relations", "captions")
AT_ONCE = 50      # scenes drawn in one go: few enough to stay in the processor's cache


def load_data(samples=5000, seed=0):
    """Pictures of one to four coloured shapes that may overlap: boxes around them, a class for every pixel, and captions.

    Shape:   x_train (samples, 64, 64, 3), x_test (samples / 5, 64, 64, 3), uint8. y is a dictionary of arrays with as many rows.
             Four places stand for a picture's shapes, from back to front; what is left over is 0:
             boxes      (4, 4) float32, x_min, y_min, x_max, y_max in pixels, close around what is seen of each shape. Edges lie
                        between pixels, so x_max - x_min is the width, and the whole picture would be 0, 0, 64, 64.
             classes    (4,) uint8, 1 to 6, places in `CLASSES`: disc, ring, square, triangle, cross, star. 0 is none.
             masks      (64, 64) uint8, the class of every pixel, 0 for the background.
             instances  (64, 64) uint8, which shape a pixel belongs to: 1 to 4, so boxes[i] and classes[i] belong to i + 1.
             colours    (4,) uint8, places in `COLOURS`: red, orange, yellow, green, blue, purple.
             large      (4,) bool; what is not large is small.
             relations  (4, 4) uint8, how the first lies to the second: 1 to 6, left, right, above, below, in front, behind;
                        0 to itself, and where there is none.
             captions   (3,) strings: the two shapes of which most is seen, the other way round, and how many shapes there are.
    Origin:  drawn here, from `seed`, on first use (5 seconds), then kept in the folder `dlcourse.places.cache()` (100 MB). At
             least 0.6 of each shape is seen, and colour and kind together name one. The same bytes on every machine.
    Licence: made here, MIT like the course.

    The ground has clouds, stripes, grain and crumbs in the shapes' colours, the light changes, and some shapes are paler:
    colour alone does not find them. Captions go by what can be seen: a shape "in front of" another hides 0.05 of it or more;
    else the middles of the boxes decide, in the direction in which they are farther apart.

    How well can one do? How many shapes there are: guessing gets 0.25 of the test pictures right, logistic regression on the
    mean colour 0.29. Masks, mean IoU over the seven classes: background everywhere 0.129; the class most frequent for a
    pixel's colour 0.185; a small U-Net at half the resolution, six epochs, at seeds 0, 1, 2: 0.76, 0.74, 0.74
    (`benchmarks/scenes.py` measures these again).

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, y_train["boxes"].shape, y_train["masks"].shape
    ((5000, 64, 64, 3), (5000, 4, 4), (5000, 64, 64))
    >>> CLASSES[y_train["classes"][0, 0]], y_train["boxes"][0, 0].tolist()
    ('disc', [8.0, 15.0, 20.0, 26.0])
    >>> print(y_train["captions"][0, 0])
    a large blue triangle left of a large yellow square
    """
    for name, value, least, such in (("samples", samples, 5, 5000), ("seed", seed, 0, 0)):
        if not isinstance(value, (int, np.integer)) or value < least:
            raise ValueError(f"{name}={value!r} draws nothing to learn and test on: choose a whole number from {least} up, such as {such}")
    kept = keep(kept_as(samples, seed), lambda: _draw(samples + samples // 5, seed))
    kept |= {"masks": kept["pixels"] & 7, "instances": kept["pixels"] >> 3}
    return tuple((kept["x"][part], {name: kept[name][part] for name in PARTS}) for part in (slice(samples), slice(samples, None)))


def kept_as(samples=5000, seed=0):
    """What the drawn scenes are called in the cache folder.

    >>> kept_as().startswith("scenes-")
    True
    """
    return f"scenes-{scene_drawing.VERSION}-{samples}-{seed}"


def _draw(count, seed):
    """What is kept of all scenes, behind a progress bar."""
    from tqdm import tqdm

    chance = scene_drawing.Chance(seed)
    numbers = chance.below(scene_drawing.MOST, (count,)) + 1
    parts = []
    with tqdm(total=count, desc="drawing the scenes, once", unit="scene", leave=False, file=sys.stdout, disable=not can_move()) as bar:
        for start in range(0, count, AT_ONCE):
            parts.append(_draw_some(numbers[start:start + AT_ONCE], chance))
            bar.update(len(parts[-1]["x"]))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _draw_some(numbers, chance):
    """The same of the next few."""
    x, shapes, layers = scene_drawing.draw(numbers, chance)
    seen = scene_drawing.instances(layers)
    boxes = scene_drawing.boxes(seen)
    lies = relations(layers, seen, boxes)
    classes = np.pad(shapes["kind"], ((0, 0), (1, 0)))[np.arange(len(seen))[:, None, None], seen]
    return {"x": x, "pixels": seen << 3 | classes,      # two small numbers share a byte
            "boxes": boxes, "classes": shapes["kind"], "colours": shapes["colour"], "large": scene_drawing.large(shapes),
            "relations": lies, "captions": references(shapes, lies, seen, boxes, chance)}
