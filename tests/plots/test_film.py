"""A film plays inside the notebook: small, complete, without a network."""

import base64
import io
import re
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from dlcourse import plots
from dlcourse.errors import CourseError


def a_turning_line(ax, i):
    plots.points([[0, 0], [1, 1]], [0, 1], ax=ax)
    plots.line([1, i], -0.5, ax=ax)


def test_twelve_frames_are_small_and_offline():
    drawn = []
    player = plots.film(lambda ax, i: (drawn.append(i), a_turning_line(ax, i)), frames=12, title="It <turns>").data
    assert drawn == list(range(12))
    assert player.count("data:image/png;base64") == 12
    assert len(player) < 1_500_000
    assert "http" not in player and 'class="fa' not in player
    assert 'alt="It &lt;turns&gt;"' in player
    assert plt.get_fignums() == []


def test_the_same_film_can_be_saved_as_a_gif():
    player = plots.film(a_turning_line, frames=3, title="It turns", interval=250, gif="a & b.gif").data
    name, data = re.search(r'<a download="([^"]*)" href="data:image/gif;base64,([^"]*)">', player).groups()
    gif = Image.open(io.BytesIO(base64.b64decode(data)))
    assert (name, gif.format, gif.n_frames, gif.info["duration"], gif.info["loop"]) == ("a &amp; b.gif", "GIF", 3, 250, 0)
    pictures = [Image.open(io.BytesIO(base64.b64decode(frame.replace("\\", "")))) for frame in re.findall('image/png;base64,([^"]*)"', player)]
    for number, picture in enumerate(pictures):
        gif.seek(number)
        gap = np.abs(np.asarray(gif.convert("RGB"), int) - np.asarray(picture.convert("RGB"), int))
        assert gap.mean() < 2, "256 colours come close to each frame"
    assert "image/gif" not in plots.film(a_turning_line, frames=3).data


def test_no_frames():
    with pytest.raises(ValueError, match="choose 1 or more"):
        plots.film(a_turning_line, frames=0)


def test_without_ipython(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    with pytest.raises(CourseError, match="pip install ipython"):
        plots.film(a_turning_line, frames=2)
