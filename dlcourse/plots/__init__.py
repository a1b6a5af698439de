"""Arrays in, Matplotlib Axes out: every figure of the course is one call.

    plots.history(model.fit(...))
    ax = plots.points(x, y, title="Two classes"); plots.line(weights, bias, ax=ax)

>>> from dlcourse import plots
>>> plots.points([[0, 0], [1, 1]], [0, 1], title="AND").get_title(loc="left")
'AND'
"""

from dlcourse.plots.canvas import panels
from dlcourse.plots.curves import activations, history, lines
from dlcourse.plots.moving import film
from dlcourse.plots.perceptron import updates
from dlcourse.plots.pictures import boxes, images, masks
from dlcourse.plots.plane import boundary, line, points
from dlcourse.plots.tables import attention, boards, matrix

__all__ = ["activations", "attention", "boards", "boundary", "boxes", "film", "history", "images", "line", "lines", "masks", "matrix", "panels",
           "points", "updates"]
