"""Fukushima's neocognitron: layers of features that look alike everywhere, grown by watching, in 1980."""

from typing import NamedTuple

import numpy as np

from dlcourse.models._published import published

AREA = 5                # side of what a cell sees of the layer below; the last C-cells see all of it
NEARNESS = 0.9          # a fixed synapse is weaker by this for each pixel away from the middle
SATURATION = 0.5        # the drive at which a C-cell gives half of its most
COLUMN = 7              # side of a column of S-cells, which elects one representative


class _Stage(NamedTuple):
    s_shrinks: int          # by so many pixels an S-plane is smaller than the layer below it
    c_shrinks: int | None   # and a C-plane than its S-plane; None: down to one cell
    selectivity: float      # r: how well a pattern must fit before an S-cell answers
    speed: float            # q: how much the synapses of a representative grow


STAGES = [_Stage(0, 6, 4, 1), _Stage(2, 2, 1.5, 16), _Stage(4, None, 1.5, 16)]      # 16 -> 16, 10 -> 8, 6 -> 2, 1


@published(
    paper="Fukushima 1980, Neocognitron: a self-organizing neural network model for a mechanism of pattern recognition unaffected by "
          "shift in position, Biological Cybernetics 36",
    url="https://doi.org/10.1007/BF00344251",
    says="24 planes a layer, 5x5 synapses; shown five digits 20 times each, it answers each by a cell of its own, wherever it stands",
    parameters=29_472,
    note="sizes, selectivity and speed are the paper's; nearness, saturation, columns and first synapses are ours; with them and the "
         "digits of the tests, five of six seeds tell all five apart, the sixth four",
    small={"input_shape": (16, 16, 1), "planes": 4},
)
class Neocognitron:
    """S-cells find a feature, C-cells say that it is somewhere near: three times, until a C-cell sees all of the picture.

    Nobody says what the pictures show. The S-cell that answers best around grows towards what it sees, and with it
    all cells of its plane: so a plane knows its feature everywhere.

    >>> bars = np.zeros((2, 16, 16, 1))
    >>> bars[0, 4:12, 8] = bars[1, 8, 4:12] = 1
    >>> len(set(Neocognitron().fit(bars).predict(bars).argmax(axis=1)))        # another cell for each
    2
    """

    def __init__(self, input_shape=(16, 16, 1), planes=24, seed=0):
        if len(input_shape) != 3 or min(input_shape[:2]) < 15 or min(input_shape[2], planes) < 1:
            raise ValueError(f"input_shape={input_shape}, planes={planes}: give (height, width, channels) with at least 15 pixels "
                             "a side, and at least one plane")
        self.input_shape, self.planes = tuple(input_shape), planes
        rng = np.random.default_rng(seed)
        # Weak, but different: each plane begins with a taste of its own.
        seen = input_shape[2], planes, planes
        self.excitation = [rng.uniform(0, 0.01, (planes, below, AREA, AREA)) * _shares(below) for below in seen]
        self.inhibition = [np.zeros(planes) for _ in STAGES]

    def fit(self, x, epochs=20):
        """Show the pictures in turn, `epochs` times; all layers grow at each. Returns the model."""
        for picture in list(self._pictures(x)) * epochs:
            self._see(picture, grow=True)
        return self

    def predict(self, x):
        """How strongly the last C-cell of each plane answers, for one picture or many: the greatest is its name for it."""
        answers = np.array([self._see(picture)[-1][0, 0] for picture in self._pictures(x)])
        return answers if np.ndim(x) == 4 else answers[0]

    def count_params(self):
        """All synapses that grow: the exciting ones, shared by a plane, and one inhibiting one for each plane.

        >>> Neocognitron(planes=2).count_params() == 2 * 25 + 2 * 2 * 25 + 2 * 2 * 25 + 3 * 2
        True
        """
        return sum(weights.size for weights in [*self.excitation, *self.inhibition])

    def layers(self, picture):
        """What each layer answers to one picture, by the paper's names: US1, UC1, US2, UC2, US3, UC3.

        >>> Neocognitron().layers(np.ones((16, 16, 1)))["UC2"].shape
        (6, 6, 24)
        """
        picture, = self._pictures(picture)
        return dict(zip(["US1", "UC1", "US2", "UC2", "US3", "UC3"], self._see(picture)))

    def _pictures(self, x):
        x = np.asarray(x, dtype=float)
        if x.shape[-3:] != self.input_shape or x.ndim not in (3, 4):
            raise ValueError(f"x has shape {x.shape}: give pictures of shape {self.input_shape}, or set input_shape")
        if not (np.isfinite(x).all() and (x >= 0).all()):
            raise ValueError("x holds NaN, infinity or numbers below 0: these cells see light, from 0 up")
        return x.reshape(-1, *self.input_shape)

    def _see(self, signal, grow=False):
        answers = []
        for number, stage in enumerate(STAGES):
            s, seen, inhibitor = self._s_cells(number, signal)
            for plane, place in (_representatives(s) if grow else {}).items():
                self.excitation[number][plane] += stage.speed * _shares(signal.shape[2]) * seen[place]
                self.inhibition[number][plane] += stage.speed / 2 * inhibitor[place]
            signal = _c_cells(s, stage)
            answers += [s, signal]
        return answers

    def _s_cells(self, number, signal):
        """Their answers, what each sees, and the cell beside it that measures how much there is to see, and inhibits."""
        r = STAGES[number].selectivity
        seen = _areas(signal, (AREA, AREA), (STAGES[number].s_shrinks,) * 2)
        inhibitor = np.sqrt(np.einsum("yxkij,ij->yx", seen**2, _shares(signal.shape[2])))
        excited = np.einsum("yxkij,pkij->yxp", seen, self.excitation[number], optimize=True)
        inhibited = 2 * r / (1 + r) * self.inhibition[number] * inhibitor[..., None]
        return r * np.maximum((1 + excited) / (1 + inhibited) - 1, 0), seen, inhibitor


def _c_cells(s, stage):
    """Each asks its own S-plane around a place, and is inhibited by what all planes answer there."""
    whole = stage.c_shrinks is None
    size, shrinks = (s.shape[:2], [side - 1 for side in s.shape[:2]]) if whole else ((AREA, AREA), (stage.c_shrinks,) * 2)
    near = np.einsum("yxkij,ij->yxk", _areas(s, size, shrinks), _near(*size))
    drive = np.maximum((1 + near) / (1 + near.mean(axis=-1, keepdims=True)) - 1, 0)
    return drive / (SATURATION + drive)


def _representatives(s):
    """{plane: place}: the best cell of each column, and for each plane the best of these."""
    size, elected = [min(COLUMN, side) for side in s.shape[:2]], {}
    for corner in np.ndindex(*(side - width + 1 for side, width in zip(s.shape, size))):
        column = s[corner[0]:corner[0] + size[0], corner[1]:corner[1] + size[1]]
        y, x, plane = np.unravel_index(column.argmax(), column.shape)
        place = corner[0] + y, corner[1] + x
        if column.max() > 0 and (plane not in elected or s[*place, plane] > s[*elected[plane], plane]):
            elected[plane] = place
    return elected


def _areas(signal, size, shrinks):
    """What each cell of a layer, `shrinks` smaller than `signal` and in its middle, sees: dark beyond the edge."""
    first = [(less - side + 1) // 2 for less, side in zip(shrinks, size)]
    signal = np.pad(signal, [(max(-start, 0),) * 2 for start in first] + [(0, 0)])
    inner = tuple(slice(max(start, 0), side - max(start, 0)) for start, side in zip(first, signal.shape))
    return np.lib.stride_tricks.sliding_window_view(signal[inner], size, axis=(0, 1))


def _near(rows, columns):
    return NEARNESS ** np.hypot(np.arange(rows)[:, None] - (rows - 1) / 2, np.arange(columns) - (columns - 1) / 2)


def _shares(planes):
    """The fixed weights of all that an S-cell sees, 1 together: c in the paper."""
    return _near(AREA, AREA) / _near(AREA, AREA).sum() / planes
