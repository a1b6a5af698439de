"""The game of two players: the generator makes pictures of noise, the discriminator tells them from real ones; each learns from the other."""

import keras
from keras import layers, ops

NOISES = {
    "normal": keras.random.normal,
    "uniform": lambda shape, seed=None: keras.random.uniform(shape, -(3**0.5), 3**0.5, seed=seed),      # of deviation 1, too
}


def crossentropy(logits, truth):
    """How wrong the discriminator is, in nats, if it should say `truth` (1: real, 0: made); the mean over all pictures.

    >>> round(float(crossentropy(ops.array([[0.0]]), 1)), 4)         # undecided: ln 2
    0.6931
    """
    return ops.mean(truth * ops.softplus(-logits) + (1 - truth) * ops.softplus(logits))


@keras.saving.register_keras_serializable(package="dlcourse")
class Game(keras.Model):
    """Two networks that train each other: `compile(optimizer)`, then `fit(pictures)`, whose history has the loss of each.

    Called with pictures it answers with the discriminator's logits: above 0 where it takes a picture for real.

    >>> generator = keras.Sequential([keras.Input((2,)), layers.Dense(4)])
    >>> model = Game(generator, keras.Sequential([keras.Input((4,)), layers.Dense(1)]))
    >>> model.compile("adam")
    >>> sorted(model.fit(ops.ones((8, 4)), verbose=0).history)
    ['discriminator_loss', 'generator_loss']
    """

    def __init__(self, generator, discriminator, noise="normal", name=None, **options):
        super().__init__(name=name, **options)
        self.generator, self.discriminator, self.noise_kind = generator, discriminator, noise
        self.chance = keras.random.SeedGenerator()
        self.meters = [keras.metrics.Mean(name=f"{player}_loss") for player in ("discriminator", "generator")]
        self(keras.Input(discriminator.input_shape[1:], name="picture"))        # now it knows its input and its size

    def call(self, pictures, training=False):
        """The discriminator's logits."""
        return self.discriminator(pictures, training=training)

    def compile(self, optimizer="rmsprop", generator_optimizer=None, smoothing=0.0, **options):
        """`optimizer` is the discriminator's; the generator's is one like it unless it has its own.

        With `smoothing=0.1` the discriminator shall be only 90 % sure of real pictures, so that it never stops listening (Salimans et
        al. 2016).

        >>> model = Game(*(keras.Sequential([keras.Input((4,)), layers.Dense(units)]) for units in (4, 1)))
        >>> model.compile(keras.optimizers.Adam(1e-3), generator_optimizer=keras.optimizers.Adam(2e-3))
        >>> round(float(model.generator_optimizer.learning_rate), 4)
        0.002
        """
        if keras.backend.backend() != "tensorflow":
            raise RuntimeError("two players learn on TensorFlow only: set KERAS_BACKEND=tensorflow")
        if not 0 <= smoothing < 0.5:
            raise ValueError(f"smoothing={smoothing}: choose from 0 up to, but not, 0.5, where real and made would be the same")
        mine = keras.optimizers.get(optimizer)
        other = type(mine).from_config(mine.get_config()) if generator_optimizer is None else keras.optimizers.get(generator_optimizer)
        super().compile(mine, **options)
        if isinstance(self.optimizer, keras.optimizers.LossScaleOptimizer) and not isinstance(other, keras.optimizers.LossScaleOptimizer):
            other = keras.optimizers.LossScaleOptimizer(other)       # half precision: as Keras does with the one it knows
        self.generator_optimizer, self.smoothing = other, smoothing
        for one, player in ((self.optimizer, self.discriminator), (other, self.generator)):
            if not one.built:
                one.build(player.trainable_variables)

    def discriminator_loss(self, real, fake):
        """Low where it is sure of real pictures and of made ones.

        >>> model = Game(*(keras.Sequential([keras.Input((4,)), layers.Dense(units)]) for units in (4, 1)))
        >>> model.compile()
        >>> round(float(model.discriminator_loss(ops.zeros((3, 4)), ops.zeros((3, 4)))), 4)       # undecided about both: 2 ln 2
        1.3863
        """
        return (crossentropy(self.discriminator(real, training=True), 1 - self.smoothing)
                + crossentropy(self.discriminator(fake, training=True), 0))

    def generator_loss(self, fake):
        """Low where the discriminator takes its pictures for real. (log(1 - D), the other way to say so, has no slope to begin with.)

        >>> model = Game(*(keras.Sequential([keras.Input((4,)), layers.Dense(units)]) for units in (4, 1)))
        >>> round(float(model.generator_loss(ops.zeros((3, 4)))), 4)
        0.6931
        """
        return crossentropy(self.discriminator(fake, training=True), 1)

    def train_step(self, data):
        """First the discriminator learns, then the generator, from what the discriminator now says of the same pictures."""
        import tensorflow as tf

        real, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as making:
            fake = self.generator(self.noise(ops.shape(real)[0]), training=True)
            with tf.GradientTape() as judging:
                discriminator_loss = self.discriminator_loss(real, fake)
                scaled = self.optimizer.scale_loss(discriminator_loss)
            variables = self.discriminator.trainable_variables
            self.optimizer.apply(judging.gradient(scaled, variables), variables)
            generator_loss = self.generator_loss(fake)
            scaled = self.generator_optimizer.scale_loss(generator_loss)
        variables = self.generator.trainable_variables
        self.generator_optimizer.apply(making.gradient(scaled, variables), variables)
        for meter, loss in zip(self.meters, (discriminator_loss, generator_loss)):
            meter.update_state(loss)
        return {meter.name: meter.result() for meter in self.meters}

    def noise(self, count, seed=None):
        """What the generator makes pictures of.

        >>> Game(*(keras.Sequential([keras.Input((4,)), layers.Dense(units)]) for units in (4, 1))).noise(3).shape
        TensorShape([3, 4])
        """
        return NOISES[self.noise_kind]((count, self.generator.input_shape[-1]), seed=self.chance if seed is None else seed)

    def sample(self, count, seed=None):
        """New pictures; with a seed, the same ones every time.

        >>> Game(*(keras.Sequential([keras.Input((4,)), layers.Dense(units)]) for units in (4, 1))).sample(3).shape
        (3, 4)
        """
        return self.generator.predict(self.noise(count, seed), verbose=0)

    def get_config(self):
        """Both players, and how to make noise."""
        players = {name: keras.saving.serialize_keras_object(getattr(self, name)) for name in ("generator", "discriminator")}
        return players | {"noise": self.noise_kind, "name": self.name}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """The model that `get_config` describes."""
        return cls(**keras.saving.deserialize_keras_object(config, custom_objects=custom_objects))

    def get_compile_config(self):
        """What a saved model needs to go on learning."""
        known = super().get_compile_config()          # nothing before it is compiled
        return known and known | {"generator_optimizer": keras.optimizers.serialize(self.generator_optimizer), "smoothing": self.smoothing}

    def compile_from_config(self, config):
        """Compile as it was when saved."""
        self.compile(**keras.saving.deserialize_keras_object(config))
