"""Layers that two or more papers share and Keras lacks, or hides what is to be seen."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="dlcourse")
class LocalResponseNormalization(keras.layers.Layer):
    """Each unit is damped by what its neighbours in the `size` nearest maps say at the same place (Krizhevsky et al. 2012).

    y = x / (bias + alpha · Σ x²)^beta, the sum over the unit's own map and size // 2 to each side of it.

    >>> import numpy as np
    >>> LocalResponseNormalization(size=3, alpha=1, beta=1, bias=1)(np.array([[[[1.0, 2.0, 3.0]]]])).numpy().round(3)
    array([[[[0.167, 0.133, 0.214]]]], dtype=float32)
    """

    def __init__(self, size=5, alpha=1e-4, beta=0.75, bias=2.0, **kwargs):
        super().__init__(**kwargs)
        if size < 1 or size % 2 == 0:
            raise ValueError(f"size={size}: choose an odd number, the unit's own map and as many on each side")
        self.size, self.alpha, self.beta, self.bias = size, alpha, beta, bias

    def call(self, x):
        maps, reach = x.shape[-1], self.size // 2
        exact = ops.cast(x, "float32")      # half precision would overflow where x² > 65,504
        squares = ops.pad(ops.square(exact), [[0, 0]] * (len(x.shape) - 1) + [[reach, reach]])
        around = sum(squares[..., shift:shift + maps] for shift in range(self.size))
        return ops.cast(exact / (self.bias + self.alpha * around) ** self.beta, x.dtype)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return super().get_config() | {"size": self.size, "alpha": self.alpha, "beta": self.beta, "bias": self.bias}


def attend(query, key, value, visible=None, drop=None):
    """softmax(Q Kᵀ / √d) V: for each query a mean of the values, weighted by how well their keys fit. Returns it and the weights.

    Where `visible` (queries, keys) is False, nothing is looked at. `drop` is a layer that the weights go through first.

    >>> import numpy as np
    >>> attend(*[np.eye(2, dtype="float32")] * 3)[1].numpy().round(3)
    array([[0.67, 0.33],
           [0.33, 0.67]], dtype=float32)
    """
    scores = ops.matmul(query / query.shape[-1] ** 0.5, ops.swapaxes(key, -1, -2))
    if visible is not None:
        scores = ops.where(visible, scores, ops.cast(-3e4, scores.dtype))      # e to the power of it is 0, in half precision too
    weights = ops.softmax(scores, axis=-1)
    return ops.matmul(drop(weights) if drop else weights, value), weights


@keras.saving.register_keras_serializable(package="dlcourse")
class MultiHeadAttention(keras.layers.Layer):
    """Looks in `heads` ways at once, each in a room of hidden / heads numbers (Vaswani et al. 2017).

    Called with one sequence, it looks at itself; with two, the first looks at the second. `visible` says who may see whom, as
    an array that fits (sequences, queries, keys); with `causal=True` nobody sees what comes later.

    >>> MultiHeadAttention(hidden=8, heads=2)(ops.ones((1, 5, 8))).shape
    TensorShape([1, 5, 8])
    """

    def __init__(self, hidden, heads, dropout=0.0, causal=False, **options):
        super().__init__(**options)
        if heads < 1 or hidden % heads:
            raise ValueError(f"hidden={hidden} cannot be shared out among heads={heads}: choose a multiple, such as hidden={64 * max(heads, 1)}")
        self.hidden, self.heads, self.dropout, self.causal = hidden, heads, dropout, causal
        self.query, self.key, self.value, self.out = (
            keras.layers.Dense(hidden, dtype=self.dtype_policy, name=name) for name in ("query", "key", "value", "out"))
        self.drop = keras.layers.Dropout(dropout, dtype=self.dtype_policy)

    def build(self, x_shape, memory_shape=None, visible_shape=None):
        for layer, shape in ((self.query, x_shape), (self.key, memory_shape or x_shape), (self.value, memory_shape or x_shape),
                             (self.out, (*x_shape[:-1], self.hidden))):
            layer.build(shape)

    def call(self, x, memory=None, visible=None, training=False):
        seen, _ = self._look(x, memory, visible, lambda weights: self.drop(weights, training=training))
        return self.out(ops.reshape(ops.swapaxes(seen, 1, 2), (-1, ops.shape(seen)[2], self.hidden)))

    def weights_of(self, x, memory=None, visible=None):
        """How much each query looks at each key, for every head: (sequences, heads, queries, keys).

        >>> MultiHeadAttention(hidden=8, heads=2).weights_of(ops.ones((1, 2, 8)))[0, 0].numpy().tolist()
        [[0.5, 0.5], [0.5, 0.5]]
        """
        if not self.built:
            self(x, memory)
        return self._look(x, memory, visible)[1]

    def _look(self, x, memory, visible, drop=None):
        memory = x if memory is None else memory
        if self.causal:
            earlier = ops.arange(ops.shape(x)[1])[:, None] >= ops.arange(ops.shape(memory)[1])
            visible = earlier if visible is None else ops.logical_and(visible, earlier)
        visible = None if visible is None else ops.expand_dims(visible, -3)         # the same for every head
        return attend(self._heads(self.query(x)), self._heads(self.key(memory)), self._heads(self.value(memory)), visible, drop)

    def _heads(self, x):
        """(sequences, steps, hidden) as (sequences, heads, steps, hidden / heads)."""
        return ops.swapaxes(ops.reshape(x, (-1, ops.shape(x)[1], self.heads, self.hidden // self.heads)), 1, 2)

    def compute_output_shape(self, x_shape, memory_shape=None, visible_shape=None):
        return (*x_shape[:-1], self.hidden)

    def get_config(self):
        return super().get_config() | {"hidden": self.hidden, "heads": self.heads, "dropout": self.dropout, "causal": self.causal}


@keras.saving.register_keras_serializable(package="dlcourse")
class Look(keras.layers.Layer):
    """How well each state s fits each annotation h, as a softmax over the annotations, and the mean of them so weighted.

    The score is s·h ("dot"), s·W h ("general"), or v·tanh(W s + U h) ("concat", "bahdanau"). What is `blocked`, as a number far
    below 0, is not looked at.

    >>> context, weights = Look("dot", units=2)(ops.ones((1, 1, 2)), ops.eye(2)[None])
    >>> weights.numpy().tolist()
    [[[0.5, 0.5]]]
    """

    def __init__(self, score, units, **options):
        super().__init__(**options)
        self.score, self.units = score, units

    def build(self, states_shape, annotations_shape, blocked_shape=None):
        def weight(name, *shape):
            return self.add_weight(shape=shape, initializer="glorot_uniform", name=name)
        states, annotations = states_shape[-1], annotations_shape[-1]
        if self.score != "dot":
            self.key_kernel = weight("key_kernel", annotations, states if self.score == "general" else self.units)
        if self.score in ("bahdanau", "concat"):
            self.query_kernel, self.sum_kernel = weight("query_kernel", states, self.units), weight("sum_kernel", self.units, 1)

    def keys(self, annotations):
        """What of the annotations is compared: it is the same at every step.

        >>> Look("dot", units=2).keys(ops.eye(2)[None]).shape
        TensorShape([1, 2, 2])
        """
        return annotations if self.score == "dot" else ops.matmul(annotations, self.key_kernel)

    def call(self, states, annotations, blocked=None):
        return self.look(states, annotations, self.keys(annotations), blocked)

    def look(self, states, annotations, keys, blocked):
        """The contexts and the weights, when the keys are known already."""
        if self.score in ("dot", "general"):
            scores = ops.matmul(states, ops.swapaxes(keys, 1, 2))
        else:
            pairs = ops.expand_dims(ops.matmul(states, self.query_kernel), 2) + ops.expand_dims(keys, 1)
            scores = ops.squeeze(ops.matmul(ops.tanh(pairs), self.sum_kernel), -1)
        weights = ops.softmax(scores if blocked is None else scores + ops.expand_dims(ops.cast(blocked, scores.dtype), 1), axis=-1)
        return ops.matmul(weights, annotations), weights

    def get_config(self):
        return super().get_config() | {"score": self.score, "units": self.units}


@keras.saving.register_keras_serializable(package="dlcourse")
class Maxout(keras.layers.Layer):
    """Each neuron has several weighted sums and says the largest: it learns its own bend, of as many pieces (Goodfellow et al. 2013).

    >>> absolute = Maxout(1, pieces=2)
    >>> absolute.build((None, 1)); _ = absolute.dense.kernel.assign([[1.0, -1.0]])
    >>> absolute(ops.array([[-3.0], [2.0]])).numpy().tolist()           # max(x, -x)
    [[3.0], [2.0]]
    """

    def __init__(self, units, pieces=5, **kwargs):
        super().__init__(**kwargs)
        if units < 1 or pieces < 2:
            raise ValueError(f"units={units}, pieces={pieces}: give at least one neuron, and two sums for it to choose from")
        self.units, self.pieces = units, pieces
        self.dense = keras.layers.Dense(units * pieces, dtype=self.dtype_policy, name="sums")

    def build(self, input_shape):
        self.dense.build(input_shape)

    def call(self, x):
        sums = self.dense(x)
        return ops.max(ops.reshape(sums, (*ops.shape(sums)[:-1], self.units, self.pieces)), axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        return super().get_config() | {"units": self.units, "pieces": self.pieces}
