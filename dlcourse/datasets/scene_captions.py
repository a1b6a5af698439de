"""What people might say of a scene, and whether it is true: a grammar of a few dozen words that says nothing but what can be seen.

A pair is told by what covers what; if nothing does, by where the middles of the boxes lie, in the direction in which they are
farther apart. The two shapes of which most is seen come first.
"""

from itertools import permutations

import numpy as np

from dlcourse.datasets.scene_drawing import COLOURS, KINDS, MOST, SIDE, large

COVERED = 0.05      # the part of a shape that another must hide to be in front of it
RELATIONS = {       # a relation's number is its place here, from 1 on
    "left": ("left of", "to the left of"), "right": ("right of", "to the right of"), "above": ("above",), "below": ("below",),
    "front": ("in front of", "partly covering"), "behind": ("behind", "partly hidden by"),
}
WORDINGS = ((), *RELATIONS.values())
NUMBERS = ("no", "a single", "two", "three", "four")


def relations(layers, seen, boxes):
    """How each shape of a scene lies to each, (n, 4, 4) uint8: 1 to 6, places in `RELATIONS`; 0 to itself, and where there is none.

    >>> from dlcourse.datasets import scene_drawing
    >>> _, shapes, layers = scene_drawing.draw(np.array([2]), scene_drawing.Chance(0))
    >>> seen = scene_drawing.instances(layers)
    >>> relations(layers, seen, scene_drawing.boxes(seen))[0, :2, :2].tolist()      # 1 is left, 2 is right
    [[0, 2], [1, 0]]
    """
    left, right, above, below, front, behind = range(1, 7)
    hides = _hidden(layers, seen)
    hidden = hides.swapaxes(1, 2)
    middles = _middles(boxes)
    across, down = np.moveaxis(middles[:, :, None] - middles[:, None], -1, 0)
    aside = np.where(np.abs(across) > np.abs(down), np.where(across > 0, right, left), np.where(down > 0, below, above))
    lies = np.where(np.maximum(hides, hidden) >= COVERED, np.where(hides > hidden, front, behind), aside)
    there = layers.any(axis=(2, 3))
    return np.where(there[:, :, None] & there[:, None] & ~np.eye(MOST, dtype=bool), lies, 0).astype("uint8")


def references(shapes, lies, seen, boxes, chance):
    """Three captions for every scene, an array of strings (n, 3); what to say of which shapes is settled, the wording drawn.

    >>> from dlcourse.datasets import scene_drawing
    >>> chance = scene_drawing.Chance(0)
    >>> _, shapes, layers = scene_drawing.draw(np.array([2]), chance)
    >>> seen = scene_drawing.instances(layers)
    >>> boxes = scene_drawing.boxes(seen)
    >>> references(shapes, relations(layers, seen, boxes), seen, boxes, chance)[0, :2].tolist()
    ['a small purple ring right of a small green star', 'a small green star left of a small purple ring']
    """
    visible = np.stack([(seen == number + 1).sum(axis=(1, 2)) for number in range(MOST)], axis=1)
    names = _names(shapes["kind"], shapes["colour"], large(shapes))
    wordings = chance.below(2, (len(shapes), 3))
    return np.array([_describe(*scene) for scene in zip(names, lies, visible, _middles(boxes), wordings.tolist())])


def truths(y):
    """Of each scene of `y`, all captions that are true: a list of sets of strings.

    They have the form of the references, but tell of any two shapes. Where there are two or more, one alone is not enough.

    >>> from dlcourse.datasets import scenes
    >>> (_, y), _ = scenes.load_data(samples=5)
    >>> for caption in sorted(truths(y)[1]):
    ...     print(caption)
    a large red cross right of a small orange cross
    a large red cross to the right of a small orange cross
    a small orange cross left of a large red cross
    a small orange cross to the left of a large red cross
    two shapes, a large red cross and a small orange cross
    two shapes, a small orange cross and a large red cross
    """
    return [_all(*scene) for scene in zip(_names(y["classes"], y["colours"], y["large"]), y["relations"], _middles(y["boxes"]))]


def errors(captions, y):
    """How many words of each caption are wrong, its scene being that in the same place of `y`: 0 if it is true.

    It counts the words to replace, to put in or to leave out until the caption is one of the scene's `truths`.

    >>> from dlcourse.datasets import scenes
    >>> (_, y), _ = scenes.load_data(samples=5)
    >>> errors(y["captions"][:, 0], y).tolist()
    [0, 0, 0, 0, 0]
    >>> errors([caption.replace("large", "small") for caption in y["captions"][:, 0]], y).tolist()
    [2, 1, 0, 1, 2]
    """
    if len(captions) != len(y["classes"]):
        raise ValueError(f"{len(captions)} captions for {len(y['classes'])} scenes: give one of each scene, in their order")
    return np.array([0 if caption in true else min(_apart(caption.split(), other.split()) for other in true)
                     for caption, true in zip(map(str, captions), truths(y))])


def _apart(words, wanted):
    """How many words to replace, to put in or to leave out (Levenshtein)."""
    row = range(len(wanted) + 1)
    for place, word in enumerate(words, start=1):
        above, row = row, [place]
        for number, other in enumerate(wanted):
            row.append(min(above[number] + (word != other), above[number + 1] + 1, row[-1] + 1))
    return row[-1]


def _hidden(layers, seen):
    """hidden[scene, i, j]: which part of shape j's outline shape i is seen to cover."""
    whole = np.maximum(layers.sum(axis=(2, 3)), 1)
    hidden = np.zeros((len(seen), MOST, MOST))
    for front in range(MOST):
        here = seen == front + 1
        for back in range(front):
            hidden[:, front, back] = (here & layers[:, back]).sum(axis=(1, 2)) / whole[:, back]
    return hidden


def _middles(boxes):
    return boxes.reshape(-1, MOST, 2, 2).mean(axis=2)


def _names(kinds, colours, large):
    """What the shapes of each scene are called, from back to front."""
    return [[f"{'large' if big else 'small'} {tuple(COLOURS)[colour]} {KINDS[kind - 1]}" for kind, colour, big in zip(*scene) if kind]
            for scene in zip(kinds, colours, large)]


def _describe(names, lies, visible, middles, wordings):
    """The largest two as they lie, the same the other way round, and how many there are."""
    order = sorted(range(len(names)), key=lambda number: -visible[number])

    def pair(one, other, wording):
        words = WORDINGS[lies[one, other]]
        return f"a {names[one]} {words[wording % len(words)]} a {names[other]}"

    if len(names) == 1:
        return _alone(names[0], middles[0])
    first, second = order[:2]
    count = f"{NUMBERS[len(names)]} shapes"
    if len(names) == 2:
        last = " and ".join(f"a {names[number]}" for number in (order if wordings[2] else order[::-1]))
        return pair(first, second, 0), pair(second, first, wordings[1]), f"{count}, {last}"
    last = pair(order[-1], order[-2], wordings[2])
    return pair(first, second, 0), pair(second, first, wordings[1]), f"{count}, among them {last}"


def _all(names, lies, middles):
    """The same of any two, in either order, in every wording."""
    if len(names) == 1:
        return set(_alone(names[0], middles[0]))
    count, orders = f"{NUMBERS[len(names)]} shapes", tuple(permutations(range(len(names)), 2))
    pairs = {f"a {names[one]} {words} a {names[other]}" for one, other in orders for words in WORDINGS[lies[one, other]]}
    if len(names) == 2:
        return pairs | {f"{count}, a {names[one]} and a {names[other]}" for one, other in orders}
    return pairs | {f"{count}, among them {pair}" for pair in pairs}


def _alone(name, middle):
    """All three of a scene with one shape."""
    return f"a {name}", f"one {name} {_place(*middle)}", f"{NUMBERS[1]} shape, a {name}"


def _place(right, down):
    """In which third of the picture, sideways and in height."""
    across = ("left", "", "right")[int(right * 3 // SIDE)]
    along = ("top", "", "bottom")[int(down * 3 // SIDE)]
    if across and along:
        return f"at the {along} {across}"
    return f"at the {along}" if along else f"on the {across}" if across else "in the middle"
