"""Capsules: small vectors instead of single numbers, whose length says whether a thing is there and whose direction says how."""

import keras
from keras import layers, ops

from dlcourse.models._published import published
from dlcourse.models._sizes import check_task

PRESENT, ABSENT, DOWN = 0.9, 0.1, 0.5        # the margin loss' m+, m- and λ
FAITHFUL = 0.0005                            # what the reconstruction's squared error counts, summed over the pixels


@keras.saving.register_keras_serializable(package="dlcourse", name="squash_vectors")     # lenet.py has a squash, too
def squash(vectors):
    """Shrink each vector to a length below 1: short ones to nearly 0, long ones to nearly 1; none turns.

    >>> [round(float(number), 6) for number in squash(ops.array([3.0, 4.0]))]
    [0.576923, 0.769231]
    """
    square = ops.sum(ops.square(vectors), axis=-1, keepdims=True)
    return vectors * ops.sqrt(square + keras.config.epsilon()) / (1 + square)


@keras.saving.register_keras_serializable(package="dlcourse")
class Length(layers.Layer):
    """The length of each vector; never quite 0, where a root has no slope.

    >>> round(float(Length()(ops.array([3.0, 4.0]))), 4)
    5.0
    """

    def call(self, vectors):
        """Pythagoras."""
        return ops.sqrt(ops.sum(ops.square(vectors), axis=-1) + keras.config.epsilon())


@keras.saving.register_keras_serializable(package="dlcourse")
class RoutedCapsules(layers.Layer):
    """Every capsule below predicts every capsule above; routing by agreement sends it to those that others predict, too.

    >>> RoutedCapsules(10, size=16)(ops.ones((2, 1152, 8))).shape
    TensorShape([2, 10, 16])
    """

    def __init__(self, capsules, size, routings=3, **options):
        super().__init__(**options)
        self.capsules, self.size, self.routings = capsules, size, routings

    def build(self, shape):
        """One matrix for each pair of capsules below and above."""
        self.matrices = self.add_weight(shape=(shape[1], self.capsules, self.size, shape[2]), name="matrices",
                                        initializer=keras.initializers.TruncatedNormal(stddev=0.1))

    def call(self, below):
        """Coupling is a softmax over the capsules above; it is found by agreement alone, no gradient runs through it."""
        votes = ops.einsum("bid,ijsd->bijs", below, self.matrices)
        fixed = ops.stop_gradient(votes)
        logits = ops.zeros_like(fixed[..., 0])
        for _ in range(self.routings - 1):
            above = squash(ops.einsum("bij,bijs->bjs", ops.softmax(logits, axis=2), fixed))
            logits += ops.einsum("bijs,bjs->bij", fixed, above)
        return squash(ops.einsum("bij,bijs->bjs", ops.softmax(logits, axis=2), votes))

    def get_config(self):
        """The arguments that make this layer again."""
        return super().get_config() | {"capsules": self.capsules, "size": self.size, "routings": self.routings}


@keras.saving.register_keras_serializable(package="dlcourse")
class LongestOnly(layers.Layer):
    """What the decoder sees: the one vector that counts, and zeros in the place of all others.

    >>> LongestOnly()([ops.ones((1, 3, 2)), ops.array([[0.1, 0.8, 0.3]])]).numpy().tolist()
    [[0.0, 0.0, 1.0, 1.0, 0.0, 0.0]]
    """

    def call(self, inputs):
        """Capsules, and for each its length, or 1 for the true one and 0 for the others."""
        capsules, lengths = inputs
        chosen = ops.one_hot(ops.argmax(lengths, axis=-1), capsules.shape[1], dtype=capsules.dtype)
        return ops.reshape(capsules * chosen[..., None], (-1, capsules.shape[1] * capsules.shape[2]))


@keras.saving.register_keras_serializable(package="dlcourse")
class Capsules(keras.Model):
    """Brings its own loss, so that `compile(optimizer, metrics=["accuracy"])` and `fit(pictures, labels)` are all it needs.

    >>> model = CapsNet(input_shape=(17, 17, 1), classes=2, filters=4, capsules=1, hidden=(4,))
    >>> model.compile("adam")
    >>> history = model.fit(ops.ones((2, 17, 17, 1)), ops.array([0, 1]), verbose=0)
    """

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """The margin loss of all capsules; and of a picture that is drawn from the true one alone, the squared error."""
        lengths = y_pred["lengths"]
        true = ops.one_hot(ops.reshape(y, (-1,)), lengths.shape[-1])
        margins = true * ops.square(ops.relu(PRESENT - lengths)) + DOWN * (1 - true) * ops.square(ops.relu(lengths - ABSENT))
        loss = ops.sum(margins, axis=-1)
        if "reconstruction" in y_pred:
            drawn = self.get_layer("decoder")(self.get_layer("masked")([y_pred["capsules"], true]))
            loss += FAITHFUL * ops.sum(ops.square(ops.cast(drawn, "float32") - x), axis=(1, 2, 3))
        return ops.mean(loss if sample_weight is None else loss * sample_weight)

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """Metrics judge the lengths."""
        return super().compute_metrics(x, y, y_pred["lengths"], sample_weight)


@published(
    paper="Sabour, Frosst & Hinton 2017, Dynamic routing between capsules, NIPS",
    url="https://arxiv.org/abs/1710.09829",
    says="8.2 million parameters, 6.8 million without reconstruction; 0.25 % test error on MNIST",
    parameters=8_215_568,
    note="the authors' code adds 160 biases to the digit capsules, which the paper does not have; benchmarks/vision.py, 5000 glyphs, "
         "five seeds: 98.0 % (97.6 to 98.5) with 3 routings, 98.0 % (97.6 to 98.4) with 1: there, routing makes no difference beyond noise",
    small={"input_shape": (22, 22, 1), "classes": 3, "filters": 16, "capsules": 8, "hidden": (16,)},
)
def CapsNet(input_shape=(28, 28, 1), classes=10, filters=256, capsules=32, hidden=(512, 1024), routings=3, reconstruction=True,
            name="capsnet"):
    """`capsules` kinds of 8-dimensional capsules look at the picture; one 16-dimensional capsule for each class listens.

    Pixels are 0 to 1. It answers with a dictionary: "lengths" (the largest is the class), "capsules", "reconstruction".

    >>> CapsNet(reconstruction=False).count_params()
    6804224
    """
    if routings < 1:
        raise ValueError(f"routings={routings}: choose at least 1, which is no routing yet: all couplings are equal")
    check_task(input_shape, classes, smallest=17)
    inputs = keras.Input(input_shape, name="input")
    x = layers.Conv2D(filters, 9, activation="relu", name="conv1")(inputs)
    x = layers.Conv2D(capsules * 8, 9, strides=2, name="primary_conv")(x)
    x = layers.Reshape((-1, 8), name="primary_reshape")(x)
    x = layers.Activation(squash, dtype="float32", name="primary_capsules")(x)      # half precision would round short vectors off
    vectors = RoutedCapsules(classes, 16, routings, dtype="float32", name="digit_capsules")(x)
    answer = {"lengths": Length(dtype="float32", name="lengths")(vectors), "capsules": vectors}
    if reconstruction:
        masked = LongestOnly(name="masked")([vectors, answer["lengths"]])
        answer["reconstruction"] = _decoder(classes * 16, hidden, input_shape)(masked)
    return Capsules(inputs, answer, name=name)


def _decoder(size, hidden, picture):
    decoder = [layers.Dense(units, "relu", name=f"fc{number}") for number, units in enumerate(hidden, start=1)]
    pixels = layers.Dense(picture[0] * picture[1] * picture[2], "sigmoid", name=f"fc{len(hidden) + 1}")
    return keras.Sequential([keras.Input((size,)), *decoder, pixels, layers.Reshape(picture, name="picture")], name="decoder")
