"""A film plays inside the notebook: small, complete, without a network."""

import sys

import matplotlib.pyplot as plt
import pytest

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


def test_no_frames():
    with pytest.raises(ValueError, match="choose 1 or more"):
        plots.film(a_turning_line, frames=0)


def test_without_ipython(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    with pytest.raises(CourseError, match="pip install ipython"):
        plots.film(a_turning_line, frames=2)
