"""Architecture search in NASNet's space: draw cells, change the best of those that live a little, let the oldest die."""

import collections

import keras
import numpy as np
from keras import layers

from dlcourse.models._published import published
from dlcourse.models._sizes import check_task
from dlcourse.models.vision.nasnet import NORMAL, REDUCTION, cell

OPERATIONS = ("sep3", "sep5", "sep7", "avg3", "max3", "same")
KINDS = ("normal", "reduction")


def sources(number):
    """What a term of sum `number` may read: this cell's input h, that of the cell before p, and earlier sums.

    >>> sources(3)
    ['h', 'p', '1', '2']
    """
    return ["h", "p", *map(str, range(1, number))]


def operations(kind, reads):
    """What may be done to that: a cell that halves h and p cannot leave them the same.

    >>> "same" in operations("normal", "h"), "same" in operations("reduction", "h"), "same" in operations("reduction", "1")
    (True, False, True)
    """
    return [does for does in OPERATIONS if does != "same" or kind == "normal" or reads not in "hp"]


def draw(choose, sums=5):
    """Two cells, the one that keeps the size and the one that halves it: each a tuple of sums of two terms, as nasnet.py reads them.

    `choose(name, options)` makes each choice, the same options under the same name: by chance, or keras-tuner's with `draw(hp.Choice)`.

    >>> normal, reduction = draw(lambda name, options: options[-1], sums=2)
    >>> normal, reduction
    ((('same p', 'same p'), ('same 1', 'same 1')), (('max3 p', 'max3 p'), ('same 1', 'same 1')))
    """
    def term(kind, number, side):
        reads = choose(f"{kind} {number}{side} reads", sources(number))
        return f"{choose(f'{kind} {number}{side} does to {reads}', operations(kind, reads))} {reads}"
    return tuple(tuple((term(kind, number, "a"), term(kind, number, "b")) for number in range(1, sums + 1)) for kind in KINDS)


def mutate(cells, rng):
    """The same cells with one term changed: either what it does or what it reads.

    >>> mutate(draw(lambda name, options: options[0], sums=1), np.random.default_rng(0))
    ((('sep3 h', 'sep3 h'),), (('sep3 h', 'sep7 h'),))
    """
    kind, number, side = (int(rng.integers(size)) for size in (2, len(cells[0]), 2))
    does, reads = cells[kind][number][side].split()
    if rng.random() < 0.5:
        does = rng.choice([other for other in operations(KINDS[kind], reads) if other != does])
    else:
        reads = rng.choice([other for other in sources(number + 1) if other != reads])
        does = does if does in operations(KINDS[kind], reads) else rng.choice(operations(KINDS[kind], reads))
    changed = [[list(terms) for terms in sums] for sums in cells]
    changed[kind][number][side] = f"{does} {reads}"
    return tuple(tuple(map(tuple, sums)) for sums in changed)


class ArchitectureSearch:
    """Looks for the cells with the highest `score(cells)`, such as the accuracy of a CellNetwork after a short training.

    `history` holds all that were tried, (score, cells) each.

    >>> search = ArchitectureSearch(lambda cells: str(cells).count("sep5"), sums=2)
    >>> len(search.evolve(trials=60).history), search.best[0] >= max(score for score, _ in search.history)
    (60, True)
    """

    def __init__(self, score, sums=5, seed=0):
        self.score, self.sums, self.rng, self.history = score, sums, np.random.default_rng(seed), []
        self._choose = lambda name, options: str(self.rng.choice(options))

    @property
    def best(self):
        """The highest score so far and its cells."""
        return max(self.history, key=lambda trial: trial[0])

    def random(self, trials=100):
        """Try so many cells drawn by chance. Returns the search."""
        for _ in range(trials):
            self._try(draw(self._choose, self.sums))
        return self

    def evolve(self, trials=100, population=20, sample=5):
        """Try as many, `population` of them drawn by chance; then the best of any `sample` that live has a child, and the oldest dies."""
        if not 1 <= sample <= population:
            raise ValueError(f"population={population}, sample={sample}: draw at least one parent, and no more than there are")
        living = collections.deque(maxlen=population)
        for _ in range(trials):
            rivals = [living[rival] for rival in self.rng.choice(population, sample, replace=False) if len(living) == population]
            cells = mutate(max(rivals, key=lambda trial: trial[0])[1], self.rng) if rivals else draw(self._choose, self.sums)
            living.append(self._try(cells))
        return self

    def _try(self, cells):
        self.history.append((self.score(cells), cells))
        return self.history[-1]


def unread(sums):
    """The sums that no later sum reads: a cell's output is all of these side by side.

    >>> unread((("sep3 h", "same p"), ("avg3 1", "same h"), ("sep5 h", "same h")))
    '23'
    """
    read = {term.split()[1] for terms in sums for term in terms}
    return "".join(str(number) for number in range(1, len(sums) + 1) if str(number) not in read)


@published(
    paper="Real, Aggarwal, Huang & Le 2019, Regularized evolution for image classifier architecture search, AAAI 33",
    url="https://arxiv.org/abs/1802.01548",
    says="evolution finds cells as good as reinforcement learning does, sooner; both better than random search",
    parameters=3_051_562,
    note="no figure of the paper: NASNet-A's sums, all unread ones joined. Ten tried, five seeds: evolved .944-.981, drawn .919-.967, within noise",
    small={"input_shape": (8, 8, 1), "classes": 3, "width": 4, "depth": 1, "stages": 2},
)
def CellNetwork(input_shape=(32, 32, 3), classes=10, cells=(NORMAL["sums"], REDUCTION["sums"]), width=32, depth=6, stages=3, name="cell_network"):
    """`depth` normal cells in each stage, between the stages one that halves; every sum has `width` channels, twice as many in the next.

    >>> cells = draw(lambda name, options: options[0])
    >>> CellNetwork(input_shape=(28, 28, 1), cells=cells, width=8, depth=1, stages=2).output_shape
    (None, 10)
    """
    if min(width, depth, stages) < 1 or width % 2:
        raise ValueError(f"width={width}, depth={depth}, stages={stages}: give at least one of each, and an even width")
    check_task(input_shape, classes, smallest=2**stages)
    normal, reduction = ({"sums": sums, "joined": unread(sums)} for sums in cells)
    inputs = keras.Input(input_shape, name="input")
    x = layers.Conv2D(width, 3, padding="same", use_bias=False, kernel_initializer="he_normal", name="stem_conv")(inputs)
    x, p = layers.BatchNormalization(momentum=0.9, name="stem_bn")(x), None
    for stage in range(stages):
        if stage:
            x, p = cell(x, p, width * 2**stage, strides=2, **reduction, name=f"reduction_{stage}")
        for number in range(1, depth + 1):
            x, p = cell(x, p, width * 2**stage, strides=1, **normal, name=f"normal_{stage + 1}_{number}")
    x = layers.GlobalAveragePooling2D(name="avgpool")(layers.ReLU(name="relu")(x))
    model = keras.Model(inputs, layers.Dense(classes, "softmax", name="fc")(x), name=name)
    for norm in (layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)):
        norm.momentum = 0.9          # NASNet's 0.9997 has seen too little after the short training of a search
    return model
