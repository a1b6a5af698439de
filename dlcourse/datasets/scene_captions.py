"""What people might say of a scene: a grammar of a few dozen words that says nothing but what can be seen.

A pair is told by what covers what; if nothing does, by where the middles of the boxes lie, in the direction in which they are
farther apart. The two shapes of which most is seen come first.
"""

import numpy as np

from dlcourse.datasets.scene_drawing import COLOURS, KINDS, MOST, SIDE, large

COVERED = 0.05      # the part of a shape that another must hide to be in front of it
RELATIONS = {
    "left": ("left of", "to the left of"), "right": ("right of", "to the right of"), "above": ("above",), "below": ("below",),
    "front": ("in front of", "partly covering"), "behind": ("behind", "partly hidden by"),
}
NUMBERS = ("no", "a single", "two", "three", "four")


def references(shapes, layers, seen, boxes, chance):
    """Three captions for every scene, an array of strings (n, 3); what to say of which shapes is settled, the wording drawn.

    >>> from dlcourse.datasets import scene_drawing
    >>> chance = scene_drawing.Chance(0)
    >>> _, shapes, layers = scene_drawing.draw(np.array([2]), chance)
    >>> seen = scene_drawing.instances(layers)
    >>> references(shapes, layers, seen, scene_drawing.boxes(seen), chance)[0, :2].tolist()
    ['a small purple ring right of a small green star', 'a small green star left of a small purple ring']
    """
    visible = np.stack([(seen == number + 1).sum(axis=(1, 2)) for number in range(MOST)], axis=1)
    hidden = _hidden(layers, seen)
    middles = boxes.reshape(-1, MOST, 2, 2).mean(axis=2)
    wordings = chance.below(2, (len(shapes), 3))
    return np.array([_describe(*scene) for scene in zip(shapes, visible, hidden, middles, wordings.tolist())])


def relation(one, other, hidden, middles):
    """How shape `one` lies to shape `other`: a key of `RELATIONS`.

    >>> relation(0, 1, np.zeros((2, 2)), np.array([[10, 20], [40, 30]]))
    'left'
    """
    if max(hidden[one, other], hidden[other, one]) >= COVERED:
        return "front" if hidden[one, other] > hidden[other, one] else "behind"
    right, down = middles[one] - middles[other]
    if abs(right) > abs(down):
        return "right" if right > 0 else "left"
    return "below" if down > 0 else "above"


def _hidden(layers, seen):
    """hidden[scene, i, j]: which part of shape j's outline shape i is seen to cover."""
    whole = np.maximum(layers.sum(axis=(2, 3)), 1)
    hidden = np.zeros((len(seen), MOST, MOST))
    for front in range(MOST):
        here = seen == front + 1
        for back in range(front):
            hidden[:, front, back] = (here & layers[:, back]).sum(axis=(1, 2)) / whole[:, back]
    return hidden


def _describe(shapes, visible, hidden, middles, wordings):
    """The largest two as they lie, the same the other way round, and how many there are."""
    names = [_name(shape) for shape in shapes if shape["kind"]]
    order = sorted(range(len(names)), key=lambda number: -visible[number])

    def pair(one, other, wording):
        words = RELATIONS[relation(one, other, hidden, middles)]
        return f"a {names[one]} {words[wording % len(words)]} a {names[other]}"

    if len(names) == 1:
        return f"a {names[0]}", f"one {names[0]} {_place(*middles[0])}", f"{NUMBERS[1]} shape, a {names[0]}"
    first, second = order[:2]
    count = f"{NUMBERS[len(names)]} shapes"
    if len(names) == 2:
        last = " and ".join(f"a {names[number]}" for number in (order if wordings[2] else order[::-1]))
        return pair(first, second, 0), pair(second, first, wordings[1]), f"{count}, {last}"
    last = pair(order[-1], order[-2], wordings[2])
    return pair(first, second, 0), pair(second, first, wordings[1]), f"{count}, among them {last}"


def _name(shape):
    return f"{'large' if large(shape) else 'small'} {tuple(COLOURS)[shape['colour']]} {KINDS[shape['kind'] - 1]}"


def _place(right, down):
    """In which third of the picture, sideways and in height."""
    across = ("left", "", "right")[int(right * 3 // SIDE)]
    along = ("top", "", "bottom")[int(down * 3 // SIDE)]
    if across and along:
        return f"at the {along} {across}"
    return f"at the {along}" if along else f"on the {across}" if across else "in the middle"
