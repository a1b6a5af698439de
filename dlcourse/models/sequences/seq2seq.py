"""Two networks, one of which reads and one writes: all that was read goes from the one to the other in a few numbers."""

import keras
from keras import layers, ops

from dlcourse.models._published import published
from dlcourse.models._writing import Writer
from dlcourse.models.sequences.gru import GRUCell
from dlcourse.models.sequences.lstm import LSTMCell

CELLS = {"lstm": LSTMCell, "gru": GRUCell}
CONTEXTS = ("start", "every step")


@published(
    paper="Sutskever, Vinyals & Le 2014, Sequence to sequence learning with neural networks, NIPS",
    url="https://arxiv.org/abs/1409.3215",
    says="4 layers of 1000 cells, 160,000 words read and 80,000 written: 384 million parameters, 64 million of them recurrent",
    parameters=384_112_000,
    note="384,000,000 are weights, as in the paper; 112,000 biases are not counted there",
    small={"source": 7, "target": 9, "units": 6, "depth": 2},
)
def Seq2Seq(source=160_000, target=80_000, units=1000, depth=4, cell="lstm", context="start", name="seq2seq"):
    """Reads `[source, written]`, rows of tokens; 0 fills up. `fit([x, shifted(y)], y)` teaches it, `write(x, length)` writes.

    What the reader holds at the end is where the writer begins. With `context="every step"`, as in Cho et al. 2014, whose `cell`
    is "gru", it is also an input of the writer at every step. The paper reads sources backwards: `x[:, ::-1]`.

    >>> Seq2Seq(source=20, target=12, units=8, depth=1, cell="gru", context="every step").output_shape
    (None, None, 12)
    """
    if cell not in CELLS or context not in CONTEXTS:
        raise ValueError(f"cell={cell!r}, context={context!r}: choose from {', '.join(CELLS)}, and from {', '.join(CONTEXTS)}")
    if min(units, depth) < 1 or min(source, target) < 2:
        raise ValueError(f"source={source}, target={target}, units={units}, depth={depth}: give 2 words, 1 cell and 1 layer, or more")
    read, written = (keras.Input((None,), dtype="int32", name=what) for what in ("source", "written"))

    x, real, held = layers.Embedding(source, units, name="source_words")(read), ops.not_equal(read, 0), []
    for number in range(1, depth + 1):
        x, *states = layers.RNN(CELLS[cell](units), return_sequences=True, return_state=True, name=f"reader{number}")(x, mask=real)
        held.append(states)

    x = layers.Embedding(target, units, name="target_words")(written)
    if context == "every step":
        everywhere = ops.zeros_like(x) + ops.expand_dims(held[-1][0], 1)
        x = layers.Concatenate(name="context")([x, everywhere])
    for number, states in enumerate(held, start=1):
        x = layers.RNN(CELLS[cell](units), return_sequences=True, name=f"writer{number}")(x, initial_state=states)
    return Writer([read, written], layers.Dense(target, "softmax", dtype="float32", name="out")(x), name=name)
