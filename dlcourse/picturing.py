"""One picture of each data set, on a sheet of its own: what `dlcourse data NAME` saves and the README of `data/` shows."""

import io
import textwrap
from pathlib import Path

import matplotlib
import numpy as np

from dlcourse import datasets, plots
from dlcourse.errors import CourseError

COLUMNS = 8     # of pictures
COLOURS = 256   # enough to look at, and half of the bytes
WIDTH = 88      # of text, in characters


def draw(name, loaded):
    """The picture of a data set, as a Matplotlib figure, from what its `load_data()` gave.

    >>> draw("photos", datasets.photos.load_data()).axes[0].get_title()
    'china'
    """
    matplotlib.use("Agg")       # nothing shows it: no window, on no machine
    module = getattr(datasets, name)
    if name in SPECIAL:
        return SPECIAL[name](module, loaded)
    if not isinstance(loaded, tuple):
        return plots.images(loaded, range(len(loaded)), module.NAMES, columns=2)[0, 0].figure
    if isinstance(loaded[0], str):
        return _typeset(loaded[0].splitlines()[:22])
    (x, y), _ = loaded
    if x.ndim == 1:
        return _typeset(line for text, answer in zip(x[:6], y) for line in _review(text, _word(module, answer)))
    labelled = isinstance(y, np.ndarray) and y.size == len(y)
    return _grid(x[:4 * COLUMNS], [_word(module, label) for label in y[:4 * COLUMNS].ravel()] if labelled else None)


def save(name, loaded, path):
    """Write that picture as a PNG to `path`, which is never overwritten by something else; gives the path.

    >>> save("photos", datasets.photos.load_data(), __file__)
    Traceback (most recent call last):
    dlcourse.errors.CourseError: ...picturing.py is there already and is something else: ...
    """
    from PIL import Image

    full, file, path = io.BytesIO(), io.BytesIO(), Path(path)
    draw(name, loaded).savefig(full, dpi=100, bbox_inches="tight", pad_inches=0.12)
    Image.open(full).convert("RGB").quantize(COLOURS).save(file, "PNG", optimize=True)
    try:
        with open(path, "xb") as new:
            new.write(file.getvalue())
    except FileExistsError:
        if path.read_bytes() != file.getvalue():
            raise CourseError(f"{path} is there already and is something else: choose another name with --picture FILE, "
                              "or --no-picture") from None
    return path


def _word(module, label):
    """What a class is called; a direction, or another number with a fraction, as it is."""
    if isinstance(label, np.floating):
        return f"{label:+.2f}".replace("-", "−")
    return str(module.CLASSES[label] if hasattr(module, "CLASSES") else label)


def _grid(x, captions):
    return plots.images(x, captions, columns=COLUMNS)[0, 0].figure


def _typeset(lines):
    """Lines of text as a typewriter sets them."""
    lines = [line if len(line) <= WIDTH else f"{line[:WIDTH - 2]} …" for line in lines]
    ax = plots.panels(size=(7.6, 0.2 * len(lines)))[0, 0]
    ax.axis("off")
    ax.text(0, 1, "\n".join(lines), va="top", family="monospace", fontsize=10, linespacing=1.4, transform=ax.transAxes,
            parse_math=False)
    return ax.figure


def _review(text, answer):
    return [*textwrap.wrap(textwrap.shorten(text, 3 * WIDTH - 20, placeholder=" …"), WIDTH), f"→ {answer}", ""]


def _points(module, _):
    axes = plots.panels(1, 4, size=(2.2, 2.5))[0]
    for ax, kind in zip(axes, module.SHAPES):
        plots.points(*module.load_data(kind)[0], title=kind, legend=False, ax=ax)
        ax.set(xlim=(-1.25, 1.25), ylim=(-1.25, 1.25), xticks=[-1, 0, 1], yticks=[-1, 0, 1], xlabel="", ylabel="")
    return axes[0].figure


def _weather(module, loaded):
    (x, _), _ = loaded
    axes = plots.panels(len(module.FEATURES), 1, size=(8.8, 1.1))[:, 0]
    for ax, feature, unit, values in zip(axes, module.FEATURES, ("°C", "%", "hPa", "km/h", "%"), x[:731].T):
        plots.lines(np.arange(len(values)), values, "", unit, title=feature, ax=ax)
        ax.lines[0].set_linewidth(0.8)
        ax.margins(x=0.01)
        ax.tick_params(labelbottom=ax is axes[-1])
    axes[-1].set_xlabel("days since 1 January 2019")
    return axes[0].figure


def _glyphs(module, loaded):
    (digits, numbers), _ = loaded
    (letters, places), _ = module.load_data(kind="letters")
    return _grid(np.concatenate([digits[:24], letters[:24]]), [*map(str, numbers[:24]), *(chr(ord("A") + place) for place in places[:24])])


def _scenes(module, loaded):
    (x, y), _ = loaded
    axes = plots.boxes(x[:8], y["boxes"][:8], y["classes"][:8], module.CLASSES, columns=4)
    for ax, (caption, *_) in zip(axes.flat, y["captions"]):
        ax.set_xlabel(textwrap.fill(caption, 30), fontsize=8)
        ax.axis("on")
        ax.set(xticks=[], yticks=[], frame_on=False)
    return axes[0, 0].figure


def _sentences(module, _):
    (x, y), _ = module.load_data(distance=[6, 10, 14])
    texts = [module.text(row) for row in x[:16]]
    longest = max(map(len, texts))
    return _typeset(f"{text:>{longest}} … {module.LIKED[answer]}" for text, answer in zip(texts, y))


def _dates(module, loaded):
    (x, y), _ = loaded
    pairs = [f"{text:<30}{iso}" for text, iso in zip(x[:28], y)]
    return _typeset(f"{left}    {right}" for left, right in zip(pairs[:14], pairs[14:]))


SPECIAL = {"points": _points, "weather": _weather, "glyphs": _glyphs, "scenes": _scenes, "sentences": _sentences, "dates": _dates}
