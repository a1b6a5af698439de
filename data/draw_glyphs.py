"""Characters from matplotlib's own fonts, each drawn differently: turned, slanted, bent, thick or thin, sharp or soft.

A face's character is drawn once, large, and kept as the distance of every point from its outline, positive inside. A picture
looks up that field at 28x28 bent places: adding to it makes strokes thicker, a longer ramp from 0 to 1 makes their edges softer.
"""

import io
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import distance_transform_edt, gaussian_filter, map_coordinates

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
TRAINING_FACES = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSans-BoldOblique",
    "DejaVuSansMono", "DejaVuSansMono-Oblique", "DejaVuSansMono-BoldOblique",
    "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-BoldItalic",
    "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic",
    "cmr10", "cmb10", "cmti10",
)
TEST_FACES = ("DejaVuSansMono-Bold", "DejaVuSerif-Italic", "STIXGeneralBolIta", "cmss10", "cmtt10")

# {kind: (the characters, how many of each to train on, how many to test on)}
KINDS = {"digits": ("0123456789", 2000, 400), "letters": ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 300, 60)}

SIDE, GLYPH = 28, 20  # pixels: the picture, and the box that a glyph fills, as in MNIST
FINE = 8              # the large drawing has this many points to a pixel
TURN, SLANT, SCALE, SHIFT = np.radians(12), 0.2, (0.85, 1.1), 2.5
BEND, SMOOTH = 0.7, 5    # pixels: how far places are bent, down and across, and over what distance the bending changes
STROKE = (-0.25, 0.5)    # pixels added to either side of a stroke
BLUR = (0.3, 0.9)        # pixels: the standard deviation of a soft edge


def archive(kind):
    """The bytes of an .npz file with x_train, y_train, x_test, y_test."""
    characters, training, testing = KINDS[kind]
    x_train, y_train = _draw(characters, TRAINING_FACES, training, np.random.default_rng(2026))
    x_test, y_test = _draw(characters, TEST_FACES, testing, np.random.default_rng(2027))
    file = io.BytesIO()
    np.savez_compressed(file, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return file.getvalue()


def _draw(characters, faces, each, rng):
    """`each` pictures of every character, spread evenly over the faces, shuffled."""
    shares = [each // len(faces) + (place < each % len(faces)) for place in range(len(faces))]
    images = [_pictures(_distances(face, character), share, rng)
              for character in characters for face, share in zip(faces, shares)]
    labels = np.repeat(np.arange(len(characters), dtype="uint8"), each)
    order = rng.permutation(len(labels))
    return np.concatenate(images)[order], labels[order]


def _distances(face, character):
    """How many pixels every point of the large drawing lies inside (or, negative, outside) the outline."""
    font = ImageFont.truetype(FONTS / f"{face}.ttf", 2 * GLYPH * FINE, layout_engine=ImageFont.Layout.BASIC)
    page = Image.new("L", (4 * GLYPH * FINE,) * 2)
    ImageDraw.Draw(page).text((GLYPH * FINE, GLYPH * FINE), character, fill=255, font=font)
    glyph = page.crop(page.getbbox())
    shrink = GLYPH * FINE / max(glyph.size)
    glyph = glyph.resize([round(shrink * length) for length in glyph.size], Image.Resampling.BOX)
    large = Image.new("L", (SIDE * FINE,) * 2)
    large.paste(glyph, [(SIDE * FINE - length) // 2 for length in glyph.size])
    ink = np.asarray(large) >= 128
    return (distance_transform_edt(ink) - distance_transform_edt(~ink)) / FINE


def _pictures(distances, count, rng):
    """`count` pictures of one character of one face: uint8, 0 is paper and 255 is ink."""
    turn, slant = rng.uniform(-TURN, TURN, (count, 1, 1)), rng.uniform(-SLANT, SLANT, (count, 1, 1))
    scale, shift = rng.uniform(*SCALE, (count, 1, 1)), rng.uniform(-SHIFT, SHIFT, (2, count, 1, 1))
    stroke, blur = rng.uniform(*STROKE, (count, 1, 1)), rng.uniform(*BLUR, (count, 1, 1))
    middle = (SIDE - 1) / 2
    down, across = np.mgrid[:SIDE, :SIDE][:, None] - middle - shift + _bending(count, rng)
    across, down = (np.cos(turn) * across + np.sin(turn) * down) / scale, (np.cos(turn) * down - np.sin(turn) * across) / scale
    across = across + slant * down
    places = [FINE * (along + middle) + (FINE - 1) / 2 for along in (down, across)]
    inside = map_coordinates(distances, places, order=1, mode="nearest") * scale + stroke
    ramp = np.sqrt(12) * blur  # a ramp of this length has that standard deviation
    return np.rint(255 * np.clip(0.5 + inside / ramp, 0, 1)).astype("uint8")


def _bending(count, rng):
    """Two smooth random fields per picture, each of standard deviation BEND."""
    rough = rng.normal(size=(2, count, SIDE, SIDE))
    return BEND * 2 * np.sqrt(np.pi) * SMOOTH * gaussian_filter(rough, SMOOTH, mode="wrap", axes=(2, 3))
