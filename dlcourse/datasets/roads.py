"""Roads through a windscreen, drawn on the spot: which way to steer?"""

import numpy as np

ROWS, COLUMNS = 30, 32   # ALVINN's retina
AHEAD = 6.0              # metres to the point to drive to
SIDEWAYS = 3.0           # how far to the side that point may lie, in metres: there, steer as hard as one can
HALF_WIDTH = 1.6         # of the road, in metres
FOCUS, HEIGHT = 20.0, 1.8     # of the camera, in pixels and metres


def load_data(samples=1500, seed=0):
    """Roads seen from a car: 30 rows of 32 grey pixels, and the direction that leads back to the road's middle.

    Shape:   x_train (samples, 30, 32), x_test (samples / 5, 30, 32), uint8, 0 black; y float32 from -1 (hard left) to
             1 (hard right), every direction alike often.
    Origin:  drawn here, from `seed`, as ALVINN's first roads were (D. Pomerleau, NIPS 1988): a bending road on rough ground in
             perspective. Where the car stands and looks, light, width, shadows and noise are drawn at random. The direction
             points at the road's middle six metres ahead.
    Licence: made here, MIT like the course.

    How well can one steer? Mean absolute error of the direction on the test set, at seeds 0, 1, 2: always straight ahead 0.51, 0.50,
    0.46; the lecture's ALVINN 0.09, 0.08, 0.09 (60 epochs of Adam at 0.003, grey levels divided by 255, less their mean). Without
    taking the mean off, it reached 0.25, 0.11, 0.11: its four hidden units can get stuck.

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, x_test.shape, bool(abs(y_train).max() <= 1)
    ((1500, 30, 32), (300, 30, 32), True)
    """
    if samples < 5:
        raise ValueError(f"samples={samples} leaves nothing to test on: choose 5 or more, such as 1500")
    rng = np.random.default_rng(seed)
    train, test = (_drive(count, rng) for count in (samples, samples // 5))
    return train, test


def _drive(count, rng):
    """(pictures, directions). Bend and place are drawn; the heading is the one that makes the direction true."""
    direction = rng.uniform(-1, 1, count)
    bend = rng.normal(0, 0.02, count).clip(-0.05, 0.05)
    offset = rng.uniform(-1.2, 1.2, count)          # of the road's middle, where the car stands
    heading = (direction * SIDEWAYS - offset - bend * AHEAD**2) / AHEAD
    return _picture(offset, heading, bend, rng), direction.astype("float32")


def _picture(offset, heading, bend, rng):
    """Shade every pixel by where on the ground it looks: road, kerb, ground or, above the horizon, sky."""
    count = len(offset)
    offset, heading, bend = (array[:, None, None] for array in (offset, heading, bend))
    row, column = np.mgrid[:ROWS, :COLUMNS].astype("float32")
    below = row - _one(rng, count, 3, 6)            # rows under the horizon
    far = FOCUS * HEIGHT / np.maximum(below, 0.5)   # metres ahead
    side = (column - (COLUMNS - 1) / 2) / FOCUS * far
    from_middle = np.abs(side - (offset + heading * far + bend * far**2))
    half_width = HALF_WIDTH * _one(rng, count, 0.8, 1.2)
    blur = 0.03 * far + 0.05                        # a pixel far away covers more ground
    road = 1 / (1 + np.exp(np.clip((from_middle - half_width) / blur, -30, 30)))

    ground = _one(rng, count, 40, 110)
    light = ground + road * _one(rng, count, 40, 110) + (1 - road) * _one(rng, count, 5, 20) * _rough(rng, count)
    light = np.where(below > 0, light * _shadow(row, column, count, rng), _one(rng, count, 120, 230))
    noisy = light * _one(rng, count, 0.6, 1.2) + _one(rng, count, 2, 12) * rng.standard_normal(light.shape, dtype="float32")
    return noisy.clip(0, 255).astype("uint8")


def _rough(rng, count):
    """Patches of lighter and darker ground, two pixels wide."""
    coarse = rng.standard_normal((count, ROWS // 2, COLUMNS // 2), dtype="float32")
    return coarse.repeat(2, axis=1).repeat(2, axis=2)


def _shadow(row, column, count, rng):
    """A dark stripe that falls across half of the pictures, at any angle."""
    angle = _one(rng, count, 0, np.pi)
    place = np.cos(angle) * (column - COLUMNS / 2) + np.sin(angle) * (row - ROWS / 2)
    inside = np.abs(place - _one(rng, count, -12, 12)) < _one(rng, count, 1, 4)
    return 1 - inside * (_one(rng, count, 0, 1) < 0.5) * _one(rng, count, 0.2, 0.5)


def _one(rng, count, low, high):
    """One number for each picture, from low to high, ready to meet its pixels."""
    return rng.uniform(low, high, (count, 1, 1)).astype("float32")
