"""Two networks read the same sequence, one from its end: at every step the future is known, too."""

from keras import layers, ops

from dlcourse.models._published import published
from dlcourse.models._reading import reader
from dlcourse.models.sequences.elman import ElmanCell
from dlcourse.models.sequences.gru import GRUCell
from dlcourse.models.sequences.lstm import LSTMCell

CELLS = {"elman": ElmanCell, "lstm": LSTMCell, "gru": GRUCell}


@published(
    paper="Schuster & Paliwal 1997, Bidirectional recurrent neural networks, IEEE Transactions on Signal Processing 45",
    url="https://doi.org/10.1109/78.650093",
    says="trained in both directions of time at once, without a limit to how far it looks ahead",
    parameters=11_658,
    note="cell='elman' is the paper's; the LSTM in both directions is Graves & Schmidhuber 2005: 11,008 weights in its cells",
    small={"input_shape": (6, 4), "units": 5, "classes": 3},
)
def Bidirectional(input_shape=(None, 10), units=32, classes=10, return_sequences=False, cell="lstm", name="bidirectional"):
    """`cell` is "elman", "lstm" or "gru", `units` of it each way. At the end, each way has read everything.

    >>> Bidirectional(cell="elman", return_sequences=True).output_shape
    (None, None, 10)
    """
    if cell not in CELLS:
        raise ValueError(f"cell={cell!r} is unknown: choose from {', '.join(CELLS)}")

    def both(x):
        ways = [layers.RNN(CELLS[cell](units), return_sequences=return_sequences, go_backwards=way == "backward", name=way)(x)
                for way in ("forward", "backward")]
        if return_sequences:
            ways[1] = ops.flip(ways[1], axis=1)          # what it said of the last step first
        return layers.Concatenate(name="both")(ways)
    return reader(both, input_shape, units, classes, name)
