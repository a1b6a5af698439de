"""The Transformer: no recurrence; every word looks at every other, all at once, and a wave tells it where it stands."""

import keras
import numpy as np
from keras import layers as keras_layers
from keras import ops

from dlcourse.layers import MultiHeadAttention
from dlcourse.models._published import published
from dlcourse.models._writing import Writer


def waves(length, width):
    """Where each word stands, as `width` numbers: sines and cosines by turns, of longer and longer waves.

    >>> waves(2, 4).numpy().round(3)
    array([[0.   , 1.   , 0.   , 1.   ],
           [0.841, 0.54 , 0.01 , 1.   ]], dtype=float32)
    """
    number = np.arange(width)
    speed = (1 / 10_000 ** (number // 2 * 2 / width)).astype("float32")
    angle = ops.cast(ops.arange(length), "float32")[:, None] * speed
    return ops.where(number % 2, ops.cos(angle), ops.sin(angle))


@keras.saving.register_keras_serializable(package="dlcourse")
class Waves(keras_layers.Layer):
    """Adds to the words, √width times as loud, where they stand.

    >>> Waves()(ops.zeros((1, 3, 4))).numpy()[0, 2].round(3)
    array([ 0.909, -0.416,  0.02 ,  1.   ], dtype=float32)
    """

    def call(self, words):
        length, width = ops.shape(words)[1], words.shape[-1]
        return words * width**0.5 + ops.cast(waves(length, width), words.dtype)


def added(x, sublayer, name, dropout=0.0, epsilon=1e-5):
    """LayerNorm(x + sublayer(x)): around every part of a layer.

    >>> added(keras.Input((None, 8)), keras.layers.Dense(8), "part").shape
    (None, None, 8)
    """
    y = keras_layers.Dropout(dropout, name=f"{name}_dropout")(sublayer(x))
    return keras_layers.LayerNormalization(epsilon=epsilon, name=f"{name}_norm")(x + y)


def encoder_layer(x, visible, name, heads, activation="relu", dropout=0.0, epsilon=1e-5, attention_dropout=0.0):
    """All words look at each other; then each thinks for itself, in a hidden layer of four times its width.

    >>> encoder_layer(keras.Input((None, 8)), None, "layer1", heads=2).shape
    (None, None, 8)
    """
    width = x.shape[-1]
    around = {"dropout": dropout, "epsilon": epsilon}
    look = MultiHeadAttention(width, heads, attention_dropout, name=f"{name}_look")
    wide, narrow = (keras_layers.Dense(size, use, name=f"{name}_{part}")
                    for part, size, use in (("think", 4 * width, activation), ("conclude", width, None)))
    x = added(x, lambda x: look(x, visible=visible), f"{name}_look", **around)
    return added(x, lambda x: narrow(wide(x)), f"{name}_think", **around)


def decoder_layer(x, memory, visible, name, heads, dropout=0.0):
    """Words look at those before them, then at the encoder's `memory`, where it is `visible`; then each thinks for itself.

    >>> decoder_layer(keras.Input((None, 8)), keras.Input((None, 8)), None, "layer1", heads=2).shape
    (None, None, 8)
    """
    width = x.shape[-1]
    back, across = (MultiHeadAttention(width, heads, causal=way == "back", name=f"{name}_look_{way}") for way in ("back", "across"))
    wide, narrow = keras_layers.Dense(4 * width, "relu", name=f"{name}_think"), keras_layers.Dense(width, name=f"{name}_conclude")
    x = added(x, back, f"{name}_look_back", dropout)
    x = added(x, lambda x: across(x, memory, visible), f"{name}_look_across", dropout)
    return added(x, lambda x: narrow(wide(x)), f"{name}_think", dropout)


@published(
    paper="Vaswani, Shazeer, Parmar, Uszkoreit, Jones, Gomez, Kaiser & Polosukhin 2017, Attention is all you need, NIPS",
    url="https://arxiv.org/abs/1706.03762",
    says="65 million parameters; 27.3 BLEU from English to German, 38.1 to French",
    parameters=63_082_496,
    note="counted with the paper's 37,000 words and one table of them for all three uses; its 65 million are rounded from another count",
    small={"vocabulary": 9, "layers": 1, "hidden": 16, "heads": 2},
)
def Transformer(layers=6, hidden=512, heads=8, vocabulary=37_000, dropout=0.1, name="transformer"):
    """Reads `[source, written]`, rows of tokens; 0 fills up the source. One table of words for source, target and the softmax.

    `fit([x, shifted(y)], y)` teaches it, `write(x, length)` writes.

    >>> Transformer(vocabulary=100, layers=2, hidden=32, heads=4).output_shape
    (None, None, 100)
    """
    if layers < 1 or vocabulary < 2:
        raise ValueError(f"layers={layers}, vocabulary={vocabulary}: give at least 1 layer and 2 words to choose among")
    source, written = (keras.Input((None,), dtype="int32", name=part) for part in ("source", "written"))
    spread = keras.initializers.RandomNormal(stddev=hidden**-0.5)          # so that Waves makes it 1
    words = keras_layers.ReversibleEmbedding(vocabulary, hidden, embeddings_initializer=spread, name="words")
    where = Waves(name="waves")
    visible = ops.expand_dims(ops.not_equal(source, 0), 1)

    x = keras_layers.Dropout(dropout, name="source_dropout")(where(words(source)))
    for number in range(1, layers + 1):
        x = encoder_layer(x, visible, f"encoder{number}", heads, dropout=dropout)
    memory = x

    x = keras_layers.Dropout(dropout, name="written_dropout")(where(words(written)))
    for number in range(1, layers + 1):
        x = decoder_layer(x, memory, visible, f"decoder{number}", heads, dropout)
    return Writer([source, written], keras_layers.Softmax(dtype="float32", name="out")(words(x, reverse=True)), name=name)
