"""Attention: who writes looks back, at every step anew, at all that was read; where it looks can be seen."""

import keras
from keras import layers, ops

from dlcourse.layers import Look
from dlcourse.models._published import published
from dlcourse.models._writing import Writer, shifted
from dlcourse.models.sequences.gru import GRUCell

SCORES = ("bahdanau", "dot", "general", "concat")          # the last three are Luong, Pham & Manning 2015


class _Cell(layers.Layer):
    """A GRU, one of whose inputs is what its last state looks at. What it may look at comes along as states that stay."""

    def __init__(self, units, align, **options):
        super().__init__(**options)
        self.gru, self.attention = GRUCell(units, reset_after=False, dtype=self.dtype_policy), Look("bahdanau", align, dtype=self.dtype_policy)
        self.output_size, self.state_size = units, [units] * 4

    def call(self, x, states, training=False):
        state, *there = states
        context, _ = self.attention.look(state[:, None], *there)
        state, _ = self.gru(ops.concatenate([x, context[:, 0]], axis=-1), [state])
        return state, [state, *there]


@keras.saving.register_keras_serializable(package="dlcourse")
class LookingWriter(layers.Layer):
    """A GRU that looks before each step: its states before the steps, what each of them saw, and how much it looked at what.

    >>> writer = LookingWriter(units=4, align=5)
    >>> [part.shape for part in writer(ops.ones((1, 3, 2)), ops.ones((1, 6, 8)), ops.zeros((1, 4)), ops.zeros((1, 6)))]
    [TensorShape([1, 3, 4]), TensorShape([1, 3, 8]), TensorShape([1, 3, 6])]
    """

    def __init__(self, units, align, **options):
        super().__init__(**options)
        self.units, self.align = units, align
        self.cell = _Cell(units, align, dtype=self.dtype_policy)
        self.steps = layers.RNN(self.cell, return_sequences=True, dtype=self.dtype_policy)

    def build(self, words_shape, annotations_shape, start_shape, blocked_shape):
        self.cell.attention.build((None, None, self.units), annotations_shape)
        self.cell.gru.build((None, words_shape[-1] + annotations_shape[-1]))
        self.cell.built = True
        self.steps.build(words_shape)

    def call(self, words, annotations, start, blocked):
        attention = self.cell.attention
        keys = attention.keys(annotations)
        states = self.steps(words, initial_state=[start, annotations, keys, blocked])
        before = ops.concatenate([start[:, None], states[:, :-1]], axis=1)
        return before, *attention.look(before, annotations, keys, blocked)

    def get_config(self):
        return super().get_config() | {"units": self.units, "align": self.align}


@keras.saving.register_keras_serializable(package="dlcourse")
class Attentive(Writer):
    """A Writer of which can be seen where it looks.

    >>> AttentionSeq2Seq(9, 9, words=4, units=4, align=4, readout=2).attention([[3, 4]], [[5, 6]]).sum(axis=-1).round(3).tolist()
    [[1.0, 1.0]]
    """

    def attention(self, x, y):
        """How much each token of `y`, as it is written, looks at each of `x`: (texts, written, read), which sums to 1.

        >>> AttentionSeq2Seq(9, 9, words=4, units=4, align=4, readout=2).attention([[3, 4]], [[5, 6, 7]]).shape
        (1, 3, 2)
        """
        looks = keras.Model(self.inputs, self.get_layer("attention").output[-1])
        return looks.predict([ops.convert_to_numpy(x), shifted(y)], verbose=0)


@published(
    paper="Bahdanau, Cho & Bengio 2015, Neural machine translation by jointly learning to align and translate, ICLR",
    url="https://arxiv.org/abs/1409.0473",
    says="1000 hidden units each way, 30,000 words; 26.75 BLEU from English to French, 34.16 on sentences without unknown words",
    parameters=80_442_000,
    note="80,401,000 weights by the paper's appendix A, which leaves out biases. benchmarks/sequences.py, five seeds, new dates without an error: "
         "1.00 after 10,000 pairs; after 1000 .97 to 1.00, .85 to .94 with the score dot, .01 to .06 from the last state alone, and on one seed "
         ".47 where that is given at every step",
    small={"source": 7, "target": 9, "words": 5, "units": 6, "align": 4, "readout": 3},
)
def AttentionSeq2Seq(source=30_000, target=30_000, words=620, units=1000, align=1000, readout=500, score="bahdanau", name="attention_seq2seq"):
    """Reads `[source, written]`, rows of tokens; 0 fills up. `fit([x, shifted(y)], y)`, `write(x, length)`, `attention(x, y)`.

    A `score` of Luong's, "dot", "general" or "concat", reads one way and looks after each step instead of before it.

    >>> AttentionSeq2Seq(source=20, target=12, words=8, units=8, score="dot").output_shape
    (None, None, 12)
    """
    if score not in SCORES:
        raise ValueError(f"score={score!r} is unknown: choose from {', '.join(SCORES)}")
    if min(source, target) < 2 or min(words, units, align, readout) < 1:
        raise ValueError("give at least 2 words to read and to write, and at least 1 of words, units, align and readout")
    read, written = (keras.Input((None,), dtype="int32", name=what) for what in ("source", "written"))
    spread = keras.initializers.RandomNormal(stddev=words**-0.5)
    x, y = layers.Embedding(source, words, spread, name="source_words")(read), layers.Embedding(target, words, spread, name="target_words")(written)
    real = ops.not_equal(read, 0)
    blocked = ops.where(real, 0.0, -3e4)

    def steps(who, **how):
        return layers.RNN(GRUCell(units, reset_after=score != "bahdanau"), return_sequences=True, name=who, **how)

    if score == "bahdanau":
        forward, backward = steps("forward")(x, mask=real), steps("backward", go_backwards=True)(x, mask=real)
        annotations = layers.Concatenate(name="annotations")([forward, ops.flip(backward, axis=1)])
        start = layers.Dense(units, "tanh", name="start")(backward[:, -1])
        states, context, _ = LookingWriter(units, align, name="attention")(y, annotations, start, blocked)
        x = layers.Dense(2 * readout, name="readout")(layers.Concatenate(name="all")([states, y, context]))
        x = ops.max(layers.Reshape((-1, readout, 2), name="pairs")(x), axis=-1)           # maxout
    else:
        annotations = steps("reader")(x, mask=real)
        states = steps("writer")(y, initial_state=annotations[:, -1])
        context, _ = Look(score, align, name="attention")(states, annotations, blocked)
        x = layers.Dense(units, "tanh", use_bias=False, name="readout")(layers.Concatenate(name="all")([context, states]))
    return Attentive([read, written], layers.Dense(target, "softmax", dtype="float32", name="out")(x), name=name)
