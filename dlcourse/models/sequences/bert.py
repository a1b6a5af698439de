"""BERT: the Transformer's encoder, taught to say which words were hidden. What it learns from much text serves other tasks."""

import keras
import numpy as np
from keras import layers as keras_layers
from keras import ops

from dlcourse.models._published import published
from dlcourse.models.sequences.transformer import encoder_layer

EPSILON = 1e-12          # of its norms


@keras.saving.register_keras_serializable(package="dlcourse")
def gelu(x):
    """A soft ReLU, x · P(normal < x), in the approximation by tanh of the authors' code.

    >>> gelu(ops.array([-1.0, 0.0, 1.0])).numpy().round(4)
    array([-0.1588,  0.    ,  0.8412], dtype=float32)
    """
    return ops.gelu(x, approximate=True)


@keras.saving.register_keras_serializable(package="dlcourse")
class Places(keras_layers.Layer):
    """Adds to each word where it stands, as numbers that are learned, for up to `longest` words.

    >>> Places(longest=10)(ops.zeros((1, 3, 4))).shape
    TensorShape([1, 3, 4])
    """

    def __init__(self, longest, **options):
        super().__init__(**options)
        self.longest = longest

    def build(self, input_shape):
        spread = keras.initializers.TruncatedNormal(stddev=0.02)
        self.table = self.add_weight(shape=(self.longest, input_shape[-1]), initializer=spread, name="table")

    def call(self, words):
        if words.shape[1] and words.shape[1] > self.longest:
            raise ValueError(f"a text has {words.shape[1]} tokens: cut it to {self.longest}, or build with longest={words.shape[1]}")
        return words + ops.cast(self.table, words.dtype)[:ops.shape(words)[1]]

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return super().get_config() | {"longest": self.longest}


@published(
    paper="Devlin, Chang, Lee & Toutanova 2019, BERT: pre-training of deep bidirectional transformers for language understanding, NAACL",
    url="https://arxiv.org/abs/1810.04805",
    says="L=12, H=768, A=12, 110 million parameters in all",
    parameters=109_482_240,
    note="109,482,240 with the pooler, which reads the first token; 108,891,648 without. benchmarks/sequences.py, 50 labels, five "
         "seeds: accuracy .94 to 1.00 after filling in hidden words, .68 to .92 without",
    small={"layers": 1, "hidden": 16, "heads": 2, "vocabulary": 9, "longest": 12, "segments": 5},
)
def Bert(layers=12, hidden=768, heads=12, vocabulary=30_522, pooler=True, longest=512, segments=2, dropout=0.1, name="bert"):
    """Reads `[tokens, segments]`, rows of whole numbers: token 0 fills up, and a segment's number says which text a token is of.

    Answers with {"sequence": what each token means here, "pooled": what the first says of the whole}. Other published sizes:
    tiny 2, 128, 2; mini 4, 256, 4; small 4, 512, 8; medium 8, 512, 8; large 24, 1024, 16 (layers, hidden, heads).

    >>> Bert(layers=2, hidden=128, heads=2).count_params()
    4385920
    """
    if min(layers, vocabulary, longest, segments) < 1:
        raise ValueError(f"layers={layers}, vocabulary={vocabulary}, longest={longest}, segments={segments}: give at least 1 of each")
    tokens, parts = (keras.Input((None,), dtype="int32", name=what) for what in ("tokens", "segments"))
    spread = keras.initializers.TruncatedNormal(stddev=0.02)
    words = keras_layers.ReversibleEmbedding(vocabulary, hidden, embeddings_initializer=spread, name="words")(tokens)
    x = words + keras_layers.Embedding(segments, hidden, spread, name="segment")(parts)
    x = keras_layers.LayerNormalization(epsilon=EPSILON, name="norm")(Places(longest, name="places")(x))
    x = keras_layers.Dropout(dropout, name="dropout")(x)
    visible = ops.expand_dims(ops.not_equal(tokens, 0), 1)
    for number in range(1, layers + 1):
        x = encoder_layer(x, visible, f"layer{number}", heads, gelu, dropout, EPSILON, attention_dropout=dropout)
    answer = {"sequence": x}
    if pooler:
        answer["pooled"] = keras_layers.Dense(hidden, "tanh", kernel_initializer=spread, name="pooler")(x[:, 0])
    return keras.Model([tokens, parts], answer, name=name)


@keras.saving.register_keras_serializable(package="dlcourse")
class Bias(keras_layers.Layer):
    """Adds one learned number to each of the last axis.

    >>> Bias()(ops.ones((1, 3))).numpy().tolist()
    [[1.0, 1.0, 1.0]]
    """

    def build(self, input_shape):
        self.bias = self.add_weight(shape=input_shape[-1:], initializer="zeros", name="bias")

    def call(self, x):
        return x + self.bias


def MaskedLanguageModel(bert, name="masked_language_model"):
    """`bert`, the same layers, with a head that says of every place which word belongs there. The softmax is the table of words.

    >>> model = MaskedLanguageModel(Bert(layers=1, hidden=8, heads=2, vocabulary=50))
    >>> model.output_shape
    (None, None, 50)
    """
    x = bert.output["sequence"]
    x = keras_layers.Dense(x.shape[-1], gelu, name="head")(x)
    x = keras_layers.LayerNormalization(epsilon=EPSILON, name="head_norm")(x)
    scores = Bias(name="head_bias")(bert.get_layer("words")(x, reverse=True))
    return keras.Model(bert.input, keras_layers.Softmax(dtype="float32", name="out")(scores), name=name)


def hide(tokens, mask, vocabulary, share=0.15, kept=(0,), rng=None):
    """Hides a `share` of the tokens: what BERT reads instead, and 1 where it is asked, else 0, as weights of `fit`.

    Of the hidden, 80 % are replaced by the token `mask`, 10 % by a random one, and 10 % stay. Tokens that are `kept` are never asked.

    >>> tokens = np.full((1, 1000), 7)
    >>> seen, asked = hide(tokens, mask=3, vocabulary=20, rng=np.random.default_rng(0))
    >>> int(asked.sum()), int((seen == 3).sum())
    (131, 109)
    """
    tokens, rng = np.asarray(tokens), rng or np.random.default_rng()
    if not 0 < share < 1:
        raise ValueError(f"share={share}: hide a part of the words between 0 and 1, such as 0.15")
    asked = (rng.random(tokens.shape) < share) & ~np.isin(tokens, kept)
    how = rng.random(tokens.shape)
    other = np.where(how < 0.9, rng.integers(0, vocabulary, tokens.shape), tokens)
    return np.where(asked, np.where(how < 0.8, mask, other), tokens), asked.astype("float32")
