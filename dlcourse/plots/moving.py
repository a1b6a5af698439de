"""Pictures that move."""

import base64
import html
import io
import re

import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation

from dlcourse.errors import CourseError
from dlcourse.plots import canvas

# The player's buttons, as characters: its own icons would be fetched from the network.
ICONS = {"minus": "−", "fast-backward": "|◀", "step-backward": "◂", "play fa-flip-horizontal": "◀", "pause": "❚❚",
         "play": "▶", "step-forward": "▸", "fast-forward": "▶|", "plus": "+"}


def film(draw, frames, title=None, interval=400, gif=None):
    """A film of `frames` pictures, `interval` milliseconds each; `draw(ax, i)` draws number i on empty Axes.

    The player with its slider is part of the notebook, a few kilobytes a frame; it plays once and needs no network. With
    `gif="line.gif"` a link below it saves the same as an animated GIF of that name.

    >>> film(lambda ax, i: ax.plot([0, i], [0, 1]), frames=3, title="A turning line")
    <IPython.core.display.HTML object>
    """
    if frames < 1:
        raise ValueError(f"a film of {frames} frames shows nothing: choose 1 or more")
    try:
        from IPython.display import HTML
    except ImportError:
        raise CourseError("a film needs a notebook to play in: `pip install ipython`, or draw single frames instead") from None
    ax = canvas.single(size=(5.6, 4.2))
    plt.close(ax.figure)  # the player shows it, not the notebook's own backend
    ax.figure.set_dpi(72)

    def frame(i):
        if i == 1:
            ax.figure.set_layout_engine("none")  # the first frame set the margins: the others should not shake
        ax.clear()
        canvas.single(ax, title)
        draw(ax, i)

    animation = FuncAnimation(ax.figure, frame, frames=frames, init_func=lambda: None, interval=interval)
    player = animation.to_jshtml(default_mode="once")
    return HTML(_offline(player, title or "A film") + (_link(player, gif, interval) if gif else ""))


def _link(player, name, interval):
    """A link that saves the player's frames as one GIF."""
    from PIL import Image

    found = re.findall(r'data:image/png;base64,([^"]*)"', player)
    first, *others = (Image.open(io.BytesIO(base64.b64decode(frame.replace("\\", "")))) for frame in found)
    written = io.BytesIO()
    first.save(written, "GIF", save_all=True, append_images=others, duration=interval, loop=0)
    data = base64.b64encode(written.getvalue()).decode()
    return f'<div><a download="{html.escape(name)}" href="data:image/gif;base64,{data}">Save it as {html.escape(name)}</a></div>'


def _offline(player, description):
    player = re.sub(r'<link rel="stylesheet"\s+href="https:[^>]*>', "", player)
    player = re.sub(r'<i class="fa fa-([^"]*)"></i>', lambda found: ICONS[found[1]], player)
    return player.replace("<img ", f'<img alt="{html.escape(description)}" ', 1)
