"""VAE: each picture becomes a cloud of codes, and the clouds together fill a ball, from which new pictures can be drawn."""

import keras
from keras import layers, ops

from dlcourse.models._published import published


@keras.saving.register_keras_serializable(package="dlcourse")
class Draw(layers.Layer):
    """A code from each cloud: mean + e^(½ log variance) · noise, so that the slope runs through mean and variance. Asked without
    training, the mean.

    >>> Draw()([ops.ones((1, 2)), ops.zeros((1, 2))]).numpy().tolist()
    [[1.0, 1.0]]
    """

    def __init__(self, **options):
        super().__init__(**options)
        self.chance = keras.random.SeedGenerator()

    def call(self, inputs, training=False):
        mean, log_variance = inputs
        if not training:
            return mean
        return mean + ops.exp(log_variance / 2) * keras.random.normal(ops.shape(mean), dtype=mean.dtype, seed=self.chance)


def divergence(mean, log_variance):
    """How far each cloud is from the ball of radius 1 around 0: KL(N(mean, variance) || N(0, 1)), the sum over the code's numbers.

    >>> [float(divergence(ops.array([[m]]), ops.array([[v]]))[0]) for m, v in [(0.0, 0.0), (1.0, 0.0)]]
    [0.0, 0.5]
    """
    return ops.sum(ops.square(mean) + ops.exp(log_variance) - 1 - log_variance, axis=-1) / 2


@keras.saving.register_keras_serializable(package="dlcourse")
class Variational(keras.Model):
    """Brings its own loss: `compile(optimizer)`, then `fit(pictures)`, whose history has "reconstruction" and "divergence" apart.

    >>> model = VAE(input_shape=(4,), hidden=3, latent=2)
    >>> model.compile("adam")
    >>> sorted(model.fit(ops.ones((8, 4)), verbose=0).history)
    ['divergence', 'loss', 'reconstruction']
    """

    def __init__(self, inputs, outputs, name=None, **options):          # named as Keras wants it, to build it again
        super().__init__(inputs, outputs, name=name, **options)
        self.reconstruction, self.divergence = (keras.metrics.Mean(name=name) for name in ("reconstruction", "divergence"))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Minus the evidence's lower bound, in nats for each picture: how badly it is drawn again, and how far its cloud is from the ball."""
        x = ops.cast(x, "float32")
        axes = tuple(range(1, len(x.shape)))
        drawn = ops.sum(ops.binary_crossentropy(x, y_pred["picture"]), axis=axes)
        apart = divergence(y_pred["mean"], y_pred["log_variance"])
        for meter, values in ((self.reconstruction, drawn), (self.divergence, apart)):
            meter.update_state(values, sample_weight)
        weights = 1 if sample_weight is None else sample_weight
        return ops.mean((drawn + apart) * weights)

    def encode(self, pictures):
        """The cloud of each picture: its mean, and its standard deviation.

        >>> [part.shape for part in VAE(input_shape=(4,), hidden=3, latent=2).encode(ops.ones((5, 4)))]
        [(5, 2), (5, 2)]
        """
        said = self.predict(pictures, verbose=0)
        return said["mean"], ops.convert_to_numpy(ops.exp(said["log_variance"] / 2))

    def decode(self, codes):
        """The pictures that codes stand for.

        >>> VAE(input_shape=(4,), hidden=3, latent=2).decode(ops.zeros((5, 2))).shape
        (5, 4)
        """
        return self.get_layer("decoder").predict(codes, verbose=0)

    def sample(self, count, seed=None):
        """New pictures, of codes drawn from the ball.

        >>> VAE(input_shape=(4,), hidden=3, latent=2).sample(6).shape
        (6, 4)
        """
        return self.decode(keras.random.normal((count, self.get_layer("decoder").input_shape[-1]), seed=seed))


@published(
    paper="Kingma & Welling 2014, Auto-encoding variational Bayes, ICLR",
    url="https://arxiv.org/abs/1312.6114",
    says="500 hidden neurons with tanh; codes of 3, 5, 10, 20 and 200 numbers for MNIST",
    parameters=815_824,
    small={"input_shape": (6,), "hidden": 8, "latent": 2},
)
def VAE(input_shape=(784,), hidden=500, latent=20, name="vae"):
    """Numbers from 0 to 1, as a row or as a picture. One hidden layer down, one up.

    >>> VAE(input_shape=(28, 28), latent=2).count_params()
    788788
    """
    if min(*input_shape, hidden, latent) < 1:
        raise ValueError(f"input_shape={input_shape}, hidden={hidden}, latent={latent}: give at least one of each")
    inputs = keras.Input(input_shape, name="input")
    x = layers.Flatten(name="row")(inputs)
    pixels = x.shape[-1]
    x = layers.Dense(hidden, "tanh", name="down")(x)
    mean, log_variance = (layers.Dense(latent, dtype="float32", name=what)(x) for what in ("mean", "log_variance"))
    decoder = keras.Sequential([keras.Input((latent,)), layers.Dense(hidden, "tanh", name="up"),
                                layers.Dense(pixels, "sigmoid", dtype="float32", name="pixels"),
                                layers.Reshape(tuple(input_shape), dtype="float32", name="picture")], name="decoder")
    code = Draw(dtype="float32", name="code")([mean, log_variance])
    return Variational(inputs, {"picture": decoder(code), "mean": mean, "log_variance": log_variance}, name=name)
