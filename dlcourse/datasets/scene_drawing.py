"""How a scene is drawn: shapes are laid out, painted from back to front on rough ground, and put in a changing light.

Only + − × ÷ and the square root touch the numbers, which every machine rounds alike, and chance comes as raw bits, whose
order NumPy promises to keep: so every machine draws the same bytes.
"""

from statistics import NormalDist

import numpy as np

VERSION = 2          # what is drawn, or kept of it, changes: it gets a new number, and a kept file of the old one is left alone
SIDE, MOST = 64, 4   # pixels, and shapes in one picture
KINDS = ("disc", "ring", "square", "triangle", "cross", "star")
COLOURS = {"red": (218, 40, 44), "orange": (244, 126, 24), "yellow": (250, 224, 44), "green": (44, 172, 70), "blue": (44, 92, 224),
           "purple": (150, 54, 190)}
SMALL, LARGE = (4.5, 6.2), (8.8, 12.5)      # radius, in pixels
SEEN = 0.6           # the part of every shape that is not covered, at least
APART = 5            # pixels between the middles of two shapes' boxes, sideways or in height, at least
SHAPE = np.dtype([("kind", "u1"), ("colour", "u1"), ("radius", "f4"), ("x", "f4"), ("y", "f4"), ("cos", "f4"), ("sin", "f4")])


class Chance:
    """Random numbers from a generator's raw bits: the same with every version of NumPy.

    >>> Chance(0).below(6, (5,)).tolist()
    [5, 1, 2, 5, 3]
    """

    def __init__(self, seed):
        self.source = np.random.PCG64(seed)

    def uniform(self, shape, low=0.0, high=1.0):
        """Numbers from low to high, float32."""
        raw = self.source.random_raw(int(np.prod(shape))) >> np.uint64(40)
        return low + raw.astype("float32").reshape(shape) / np.float32(2**24) * np.float32(high - low)

    def below(self, number, shape):
        """Whole numbers from 0 to number - 1."""
        return (self.source.random_raw(int(np.prod(shape))) % np.uint64(number)).astype("int64").reshape(shape)

    def grain(self, shape):
        """Whole numbers with a normal distribution of standard deviation 32, int8."""
        table = np.array([NormalDist(0, 32).inv_cdf((step + 0.5) / 256) for step in range(256)]).round().astype("int8")
        return table[self.source.random_raw(-(-int(np.prod(shape)) // 8)).astype("<u8").view("uint8")[:int(np.prod(shape))]].reshape(shape)


def draw(numbers, chance):
    """Scenes with `numbers[i]` shapes: pictures, shapes (`SHAPE`, kind 0 where there is none), and layers.

    A layer is a shape's whole outline, (n, 4, 64, 64) booleans from back to front, as if nothing covered it.

    >>> pictures, shapes, layers = draw(np.array([1, 4]), Chance(0))
    >>> pictures.shape, (shapes["kind"] > 0).sum(axis=1).tolist(), layers.shape
    ((2, 64, 64, 3), [1, 4], (2, 4, 64, 64))
    """
    shapes = np.zeros((len(numbers), MOST), SHAPE)
    cover = np.zeros((len(numbers), MOST, SIDE, SIDE), "float32")
    left = np.arange(len(numbers))
    while len(left):        # lay out anew until everything can be seen
        shapes[left] = _lay_out(numbers[left], chance)
        cover[left] = _cover(shapes[left])
        left = left[~_legible(shapes[left], cover[left] > 0.5)]
    return _paint(shapes, cover, chance), shapes, cover > 0.5


def instances(layers):
    """Who is seen where: for every pixel 1 to 4 for the shape in front, 0 for none.

    >>> layers = np.zeros((1, 4, 64, 64), bool); layers[0, 0, 0, :3] = layers[0, 1, 0, 1] = True
    >>> instances(layers)[0, 0, :4].tolist()
    [1, 2, 1, 0]
    """
    seen = np.zeros((len(layers), SIDE, SIDE), "uint8")
    for number in range(MOST):
        np.putmask(seen, layers[:, number], number + 1)
    return seen


def boxes(seen):
    """The boxes (x_min, y_min, x_max, y_max) around what is seen of shapes 1 to 4, float32; zeros where nothing is.

    Edges lie between pixels: a shape that fills the whole picture has the box (0, 0, 64, 64).

    >>> seen = np.zeros((1, 64, 64), "uint8"); seen[0, 10:12, 20:25] = 1
    >>> boxes(seen)[0, 0].tolist()
    [20.0, 10.0, 25.0, 12.0]
    """
    found = np.zeros((len(seen), MOST, 4), "float32")
    for number in range(MOST):
        here = seen == number + 1
        for place, line in enumerate((here.any(axis=1), here.any(axis=2))):      # columns, then rows
            found[:, number, place] = line.argmax(axis=1)
            found[:, number, place + 2] = np.where(line.any(axis=1), SIDE - line[:, ::-1].argmax(axis=1), 0)
    return found


def large(shapes):
    """Which shapes are large; nothing lies between large and small.

    >>> large(np.array([(1, 0, 5.0, 30, 30, 1, 0), (1, 0, 9.0, 30, 30, 1, 0)], SHAPE)).tolist()
    [False, True]
    """
    return shapes["radius"] >= LARGE[0]


def _lay_out(numbers, chance):
    """Shapes at random. No two of a scene share colour and kind, so that colour and kind name one."""
    size = (len(numbers), MOST)
    shapes = np.zeros(size, SHAPE)
    looks = np.zeros(size, "int64")
    for number in range(MOST):      # one of the pairs that are left: step over those that are taken, from the lowest on
        looks[:, number] = chance.below(len(KINDS) * len(COLOURS) - number, size[:1])
        for taken in np.sort(looks[:, :number], axis=1).T:
            looks[:, number] += looks[:, number] >= taken
    shapes["kind"], shapes["colour"] = looks // len(COLOURS) + 1, looks % len(COLOURS)
    shapes["radius"] = np.where(chance.uniform(size) < 0.5, chance.uniform(size, *LARGE), chance.uniform(size, *SMALL))
    margin = 1.25 * shapes["radius"] + 1
    for axis in "xy":
        shapes[axis] = margin + chance.uniform(size) * (SIDE - 2 * margin)
    half = chance.uniform(size, -0.268, 0.268)      # the tangent of half the angle: up to 30° either way
    shapes["cos"], shapes["sin"] = (1 - half**2) / (1 + half**2), 2 * half / (1 + half**2)
    shapes[np.arange(MOST) >= numbers[:, None]] = 0
    return shapes


def _legible(shapes, layers):
    """Which scenes hide no shape: enough of each is seen, none lies on its own colour, no two have the same middle."""
    seen = instances(layers)
    whole = layers.sum(axis=(2, 3))
    left = np.stack([(seen == number + 1).sum(axis=(1, 2)) for number in range(MOST)], axis=1)
    fine = (left >= SEEN * whole).all(axis=1)
    middles = boxes(seen).reshape(-1, MOST, 2, 2).mean(axis=2)
    for one in range(MOST):
        for two in range(one):
            both = shapes["kind"][:, one] > 0
            near = np.abs(middles[:, one] - middles[:, two]).max(axis=1) < APART
            touch = (layers[:, one] & layers[:, two]).any(axis=(1, 2)) & (shapes["colour"][:, one] == shapes["colour"][:, two])
            fine &= ~(both & (near | touch))
    return fine


def _cover(shapes):
    """How much of each pixel each shape covers, from 0 to 1: by the distance to its edge."""
    flat = shapes.reshape(-1)
    cover = np.zeros((len(flat), SIDE, SIDE), "float32")
    for kind, name in enumerate(KINDS, start=1):
        here = np.flatnonzero(flat["kind"] == kind)
        some = flat[here][:, None, None]
        right = np.arange(SIDE, dtype="float32") + 0.5 - some["x"]
        down = (np.arange(SIDE, dtype="float32") + 0.5)[:, None] - some["y"]
        outside = _OUTSIDE[name](right * some["cos"] + down * some["sin"], down * some["cos"] - right * some["sin"], some["radius"])
        cover[here] = (0.5 - outside).clip(0, 1)
    return cover.reshape(*shapes.shape, SIDE, SIDE)


def _star(right, down, radius):
    """Five points: fold the plane into one tenth of it, then measure to one edge."""
    right, up = np.abs(right), -down
    for x, y in ((0.80901699, -0.58778525), (-0.80901699, -0.58778525)):
        beyond = 2 * np.maximum(x * right + y * up, 0)
        right, up = right - beyond * np.float32(x), up - beyond * np.float32(y)
    right, up = np.abs(right), up - 1.25 * radius
    x, y = 0.5 * 0.58778525, 0.5 * 0.80901699 - 1       # from the point along the edge
    along = ((right * x + up * y) / (x * x + y * y)).clip(0, 1.25 * radius)
    side = np.where(up * x - right * y > 0, np.float32(1), np.float32(-1))
    return np.sqrt((right - along * x)**2 + (up - along * y)**2) * side


# How far outside its edge a point lies, in pixels; less than 0 inside.
_OUTSIDE = {
    "disc": lambda right, down, radius: np.sqrt(right**2 + down**2) - radius,
    "ring": lambda right, down, radius: np.abs(np.sqrt(right**2 + down**2) - 0.75 * radius) - 0.25 * radius,
    "square": lambda right, down, radius: np.maximum(np.abs(right), np.abs(down)) - 0.88 * radius,
    "triangle": lambda right, down, radius: np.maximum(0.8660254 * np.abs(right) - 0.5 * down, down) - 0.6 * radius,
    "cross": lambda right, down, radius: np.maximum(np.maximum(np.abs(right), np.abs(down)) - radius,
                                                    np.minimum(np.abs(right), np.abs(down)) - 0.32 * radius),
    "star": _star,
}


def _paint(shapes, cover, chance):
    """Ground, crumbs, then the shapes from back to front, each a little off its colour; at last light and grain."""
    count = len(shapes)
    palette = np.array(list(COLOURS.values()), "float32")
    picture = _ground(count, chance)      # (count, 3, 64, 64): whole planes are quicker to paint
    _crumble(picture, palette, chance)
    for number in range(MOST):
        there = np.flatnonzero(shapes["kind"][:, number])
        paint = palette[shapes["colour"][there, number]] + chance.uniform((len(there), 3), -10, 10)
        paint += (125 - paint) * chance.uniform((len(there), 1), 0, 0.3)      # paler, so that no threshold finds them all
        shaded = paint[:, :, None, None] * (1 + _slope(len(there), chance, 0.15))
        under = picture[there]
        shaded -= under
        shaded *= cover[there, number][:, None]
        picture[there] = under + shaded
    light = chance.uniform((count, 1, 1, 1), 0.8, 1.06) + _slope(count, chance, 0.15)
    picture *= light * chance.uniform((count, 3, 1, 1), 0.96, 1.04)
    picture += chance.grain(picture.shape) * chance.uniform((count, 1, 1, 1), 0.1, 0.38)
    return np.ascontiguousarray(picture.clip(0, 255).astype("uint8").transpose(0, 2, 3, 1))


def _ground(count, chance):
    """Dull clouds with stripes."""
    base = chance.uniform((count, 1, 1, 1), 65, 160) + chance.uniform((count, 3, 1, 1), -16, 16)
    clouds = _clouds(chance.uniform((count, 1, 6, 6), -20, 20) + chance.uniform((count, 3, 6, 6), -36, 36))
    place = _slope(count, chance, 1) * chance.uniform((count, 1, 1, 1), 3, 14)
    stripes = np.abs(place - np.floor(place) - 0.5) * 4 - 1
    return base + clouds + stripes * chance.uniform((count, 3, 1, 1), -20, 20)


def _clouds(coarse):
    """A coarse grid of 6 x 6 spread over the picture, smooth in between."""
    place = (np.arange(SIDE, dtype="float32") + 0.5) * 5 / SIDE
    low = place.astype("int64")
    part = place - low
    part = part * part * (3 - 2 * part)
    across = coarse.take(low, axis=3) * (1 - part) + coarse.take(low + 1, axis=3) * part     # `take` keeps planes in one piece
    return across.take(low, axis=2) * (1 - part[:, None]) + across.take(low + 1, axis=2) * part[:, None]


def _slope(count, chance, most):
    """A plane through each picture's middle, in any direction, up to `most` at a distance of half a picture."""
    place = (np.arange(SIDE, dtype="float32") + 0.5) / SIDE * 2 - 1
    across, along = chance.uniform((2, count, 1, 1, 1), -most, most)
    return across * place + along * place[:, None]


def _crumble(picture, palette, chance, crumbs=24):
    """Strew crumbs in the shapes' colours, 2 x 2 pixels each: colour alone makes no shape."""
    row, column = chance.below(SIDE - 1, (2, len(picture), crumbs))
    paint = palette[chance.below(len(palette), row.shape)]
    strength = chance.uniform((*row.shape, 1), 0.2, 0.9)
    scene = np.arange(len(picture))[:, None]
    for down in (0, 1):
        for right in (0, 1):
            place = scene, slice(None), row + down, column + right
            picture[place] += strength * (paint - picture[place])
