"""The restricted Boltzmann machine: no links inside a layer, so that one look tells all hidden units, and one dream all visible ones."""

import math

import keras
from keras import ops

from dlcourse.models._published import published


@published(
    paper="Smolensky 1986, Information processing in dynamical systems: foundations of harmony theory, in Parallel distributed processing 1",
    url="https://apps.dtic.mil/sti/citations/ADA620727",
    says="one layer of features over one layer of inputs, links between the layers only; 784-500 of Hinton, Osindero & Teh 2006",
    parameters=393_284,
    note="Smolensky's harmonium is trained here as is usual since Hinton 2002, Training products of experts by minimizing contrastive divergence. "
         "benchmarks/memories.py, unseen glyphs drawn again from 64 hidden units, five seeds: from their chances worse than from as many "
         "principal components (error .016, .005), from bits better (.018, .023)",
    small={"input_shape": (6,), "hidden": 64},
)
@keras.saving.register_keras_serializable(package="dlcourse")
class RBM(keras.Model):
    """Numbers from 0 to 1, as a row or as a picture: how likely each visible unit is 1. Called, it draws the picture again.

    Learning lowers the free energy of what is shown and raises that of what the machine makes of it in `steps` rounds of tossing hidden
    and visible units (contrastive divergence). With `particles` it raises that of as many dreams that go on from one minibatch to the
    next instead (persistent contrastive divergence, Tieleman 2008). "loss" says how badly the picture is drawn again, in nats: contrastive
    divergence has no loss of its own that would fall.

    >>> machine = RBM(input_shape=(28, 28))
    >>> machine.compile(keras.optimizers.SGD(0.1))
    >>> sorted(machine.fit(ops.ones((20, 28, 28)), verbose=0).history), machine.sample(2).shape, machine.count_params()
    (['energy_gap', 'loss'], (2, 28, 28), 393284)
    """

    def __init__(self, input_shape=(784,), hidden=500, steps=1, particles=0, name="rbm", **options):
        if min(*input_shape, hidden, steps) < 1 or particles < 0:
            raise ValueError(f"input_shape={input_shape}, hidden={hidden}, steps={steps}, particles={particles}: give at least one of each; "
                             "only particles may be 0")
        super().__init__(name=name, **options)
        self.shape, self.units, self.steps, self.particles = tuple(input_shape), hidden, steps, particles
        pixels = math.prod(input_shape)
        self.kernel = self.add_weight(shape=(pixels, hidden), initializer=keras.initializers.RandomNormal(stddev=0.01), name="kernel")
        self.visible_bias = self.add_weight(shape=(pixels,), initializer="zeros", name="visible_bias")
        self.hidden_bias = self.add_weight(shape=(hidden,), initializer="zeros", name="hidden_bias")
        self.chance = keras.random.SeedGenerator()
        if particles:
            self.dreams = self.add_weight(shape=(particles, pixels), initializer="zeros", trainable=False, name="dreams")
        self.gap = keras.metrics.Mean(name="energy_gap")
        self(keras.Input(self.shape, name="input"))

    def call(self, x):
        """The picture drawn again, from how likely each hidden unit is."""
        return ops.reshape(self.down(self.up(ops.reshape(x, (-1, self.kernel.shape[0])))), (-1, *self.shape))

    def up(self, visible):
        """How likely each hidden unit is 1.

        >>> RBM(input_shape=(4,), hidden=3).up(ops.zeros((2, 4))).numpy().tolist()
        [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]
        """
        return ops.sigmoid(ops.matmul(visible, self.kernel) + self.hidden_bias)

    def down(self, hidden):
        """How likely each visible unit is 1.

        >>> RBM(input_shape=(4,), hidden=3).down(ops.zeros((2, 3))).shape
        TensorShape([2, 4])
        """
        return ops.sigmoid(ops.matmul(hidden, ops.transpose(self.kernel)) + self.visible_bias)

    def free_energy(self, visible):
        """How unlikely rows of visible units are, whatever the hidden ones do: p = e^-F / Z.

        >>> RBM(input_shape=(4,), hidden=1).free_energy(ops.zeros((1, 4))).numpy().round(4)        # -ln 2
        array([-0.6931], dtype=float32)
        """
        return -ops.matmul(visible, self.visible_bias) - ops.sum(ops.softplus(ops.matmul(visible, self.kernel) + self.hidden_bias), axis=-1)

    def dream(self, visible, steps):
        """Rows of visible units after so many rounds: toss the hidden units, then the visible ones.

        >>> RBM(input_shape=(4,), hidden=3).dream(ops.zeros((2, 4)), steps=5).shape
        TensorShape([2, 4])
        """
        return ops.fori_loop(0, steps, lambda _, rows: self._toss(self.down(self._toss(self.up(rows)))), visible)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Its value is how badly pictures are drawn again, its slope that of the gap between free energies."""
        shown = ops.reshape(ops.cast(x, "float32"), (-1, self.kernel.shape[0]))
        drawn = ops.sum(ops.binary_crossentropy(shown, ops.reshape(ops.cast(y_pred, "float32"), ops.shape(shown))), axis=-1)
        dreamt = ops.stop_gradient(self.dream(self.dreams if self.particles else self._toss(shown), self.steps))
        if self.particles and training:
            self.dreams.assign(dreamt)
        gap = ops.mean(self.free_energy(shown)) - ops.mean(self.free_energy(dreamt))
        self.gap.update_state(gap)
        return ops.stop_gradient(ops.mean(drawn) - gap) + gap

    def sample(self, count, steps=1000, seed=None):
        """New pictures: what it dreams after so many rounds that its start, tossed coins, is forgotten.

        >>> RBM(input_shape=(4,), hidden=3).sample(5, steps=10).shape
        (5, 4)
        """
        if seed is not None:
            self.chance.state.assign(keras.random.SeedGenerator(seed).state)
        start = self._toss(ops.full((count, self.kernel.shape[0]), 0.5))
        return ops.convert_to_numpy(ops.reshape(self.down(self.up(self.dream(start, steps))), (-1, *self.shape)))

    def _toss(self, likely):
        return ops.cast(keras.random.uniform(ops.shape(likely), seed=self.chance) < ops.cast(likely, "float32"), "float32")

    def get_config(self):
        return {"input_shape": self.shape, "hidden": self.units, "steps": self.steps, "particles": self.particles, "name": self.name}
