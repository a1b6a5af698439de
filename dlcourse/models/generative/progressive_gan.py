"""Progressive GAN: the game starts with 4 · 4 pixels. When both players have settled there, they grow, to twice the side each time."""

import math

import keras
from keras import layers, ops

from dlcourse.models._game import Game
from dlcourse.models._growing import TINY, EqualisedConv2D, Fade, MinibatchSpread, PixelNorm
from dlcourse.models._published import published

PENALTY, DRIFT = 10, 0.001        # what the slope's distance from 1 and the size of verdicts on real pictures cost


@keras.saving.register_keras_serializable(package="dlcourse")
class GrowingGame(Game):
    """Wasserstein's game (Arjovsky et al. 2017; Gulrajani et al. 2017): a verdict is any number, high for real pictures.

    >>> small = ProgressiveGAN(resolution=4, filters=8, latent=4)
    >>> large = small.grown(steps=100)
    >>> small.sample(1).shape, large.sample(1).shape, bool(ops.all(large.sample(1, seed=1)[:, ::2, ::2] == small.sample(1, seed=1)))
    ((1, 4, 4, 3), (1, 8, 8, 3), True)
    """

    def __init__(self, generator, discriminator, plan, **options):
        super().__init__(generator, discriminator, **options)
        self.plan, self.resolution = plan, generator.output_shape[1]

    def grown(self, steps):
        """The game at twice the resolution: what both have learnt stays; their new layers fade in during `steps` minibatches."""
        return self._again(resolution=2 * self.resolution, steps=steps)

    def settled(self):
        """The same game without what new layers have replaced."""
        return self._again(resolution=self.resolution)

    def _again(self, **changes):
        other = ProgressiveGAN(**self.plan | changes, name=self.name)
        for mine, theirs in ((self.generator, other.generator), (self.discriminator, other.discriminator)):
            kept = {layer.name: layer for layer in mine.layers if not isinstance(layer, Fade)}
            for layer in theirs.layers:
                if layer.name in kept:
                    layer.set_weights(kept[layer.name].get_weights())
        return other

    def discriminator_loss(self, real, fake):
        """How much higher made pictures are judged; its slope shall be 1 between real and made, its verdicts shall not drift away."""
        import tensorflow as tf

        real = ops.average_pool(real, real.shape[1] // self.resolution)          # larger pictures will do
        for fade in self._fades(self.generator):
            real = fade([layers.UpSampling2D()(ops.average_pool(real, 2)), real])
        between = real + keras.random.uniform((ops.shape(real)[0], 1, 1, 1), seed=self.chance) * (fake - real)
        with tf.GradientTape() as tape:
            tape.watch(between)
            verdicts = self.discriminator(between, training=True)
        slope = ops.sqrt(ops.sum(ops.square(tape.gradient(verdicts, between)), axis=(1, 2, 3)) + TINY)
        of_real, of_fake = self.discriminator(real, training=True), self.discriminator(fake, training=True)
        return ops.mean(of_fake) - ops.mean(of_real) + PENALTY * ops.mean(ops.square(slope - 1)) + DRIFT * ops.mean(ops.square(of_real))

    def generator_loss(self, fake):
        """Low where made pictures are judged high."""
        return -ops.mean(self.discriminator(fake, training=True))

    def train_step(self, data):
        """As in any game; then new layers count a little more."""
        logs = super().train_step(data)
        for fade in self._fades(self.generator) + self._fades(self.discriminator):
            fade.advance()
        return logs

    def _fades(self, player):
        return [layer for layer in player.layers if isinstance(layer, Fade)]

    def get_config(self):
        return super().get_config() | {"plan": self.plan}


@published(
    paper="Karras, Aila, Laine & Lehtinen 2018, Progressive growing of GANs for improved quality, stability, and variation, ICLR",
    url="https://arxiv.org/abs/1710.10196",
    says="1024 · 1024 pixels; 23.1 million parameters in each player",
    parameters=46_148_644,
    note="23,071,507 of the generator and 23,077,137 of the discriminator; the paper measures the spread in groups of four pictures",
    small={"resolution": 8, "filters": 8, "latent": 4},
)
def ProgressiveGAN(resolution=1024, channels=3, filters=512, budget=16_384, latent=512, steps=0, name="progressive_gan"):
    """Pixels are -1 to 1. At each side there are `budget` / side maps, at most `filters`. Begin with `resolution=4`; then `grown(steps)`,
    `fit` and `settled()` until it is large enough. Train with Adam, rate 0.001, β1 = 0, β2 = 0.99.

    >>> ProgressiveGAN(resolution=16, filters=8, latent=4).generator.get_layer("16x16").output.shape
    (None, 16, 16, 8)
    """
    if resolution < 4 or resolution & (resolution - 1) or (steps and resolution == 4):
        raise ValueError(f"resolution={resolution}, steps={steps}: choose 4, 8, 16 …; only from 8 on there is something to fade from")
    if min(channels, filters, latent) < 1 or budget < resolution or steps < 0:
        raise ValueError(f"channels={channels}, filters={filters}, latent={latent}, budget={budget}: give at least one map at each side")
    plan = {"channels": channels, "filters": filters, "budget": budget, "latent": latent}
    sides = [4 * 2**level for level in range(int(math.log2(resolution)) - 1)]
    widths = {side: min(filters, budget // side) for side in sides}
    return GrowingGame(_generator(widths, channels, latent, steps), _discriminator(widths, channels, steps), plan, name=name)


def _conv(x, width, name, kernel_size=3, padding="same"):
    return EqualisedConv2D(width, kernel_size, padding=padding, activation="leaky_relu", name=name)(x)


def _rgb(x, channels, side):
    return EqualisedConv2D(channels, 1, gain=1, dtype="float32", name=f"rgb{side}")(x)


def _generator(widths, channels, latent, steps):
    noise = keras.Input((latent,), name="noise")
    x = layers.Reshape((1, 1, latent), name="point")(PixelNorm(name="ball")(noise))
    for side, width in widths.items():
        below = x
        if side == 4:
            x = _conv(layers.ZeroPadding2D(3, name="room")(x), width, "4x4_conv1", kernel_size=4, padding="valid")
        else:
            x = _conv(layers.UpSampling2D(name=f"{side}x{side}_up")(x), width, f"{side}x{side}_conv1")
        x = _conv(PixelNorm(name=f"{side}x{side}_norm")(x), width, f"{side}x{side}_conv2")
        x = PixelNorm(name=f"{side}x{side}")(x)
    picture = _rgb(x, channels, side)
    if steps:
        picture = Fade(steps, dtype="float32", name="fade")([layers.UpSampling2D(dtype="float32", name="old")(_rgb(below, channels, side // 2)), picture])
    return keras.Model(noise, picture, name="generator")


def _discriminator(widths, channels, steps):
    largest = max(widths)
    picture = keras.Input((largest, largest, channels), name="picture")
    x = _conv(picture, widths[largest], f"rgb{largest}", kernel_size=1)
    for side in sorted(widths, reverse=True)[:-1]:
        half = side // 2
        x = _conv(_conv(x, widths[side], f"{side}x{side}_conv1"), widths[half], f"{side}x{side}_conv2")
        x = layers.AveragePooling2D(2, name=f"{half}x{half}")(x)
        if steps and side == largest:
            old = _conv(layers.AveragePooling2D(2, name="old")(picture), widths[half], f"rgb{half}", kernel_size=1)
            x = Fade(steps, name="fade")([old, x])
    x = _conv(MinibatchSpread(name="spread")(x), widths[4], "4x4_conv1")
    x = _conv(x, widths[4], "4x4_conv2", kernel_size=4, padding="valid")
    verdict = EqualisedConv2D(1, 1, gain=1, dtype="float32", name="verdict")(x)
    return keras.Model(picture, layers.Flatten(dtype="float32", name="logit")(verdict), name="discriminator")
