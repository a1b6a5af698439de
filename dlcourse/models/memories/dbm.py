"""The deep Boltzmann machine: layers above layers, each of which listens both to the one below and to the one above."""

import math

import keras
from keras import ops

from dlcourse.models._published import published
from dlcourse.models._rows import chances
from dlcourse.models.memories.rbm import RBM


class _Doubled(RBM):
    """Learns for a layer that will hear two neighbours but has only one yet: in the other's place, that one is there twice."""

    seen = hid = 1        # how often the visible units are there, and the hidden ones

    def up(self, visible):
        return super().up(self.seen * visible)

    def down(self, hidden):
        return super().down(self.hid * hidden)

    def free_energy(self, visible):
        pull = self.seen * ops.matmul(visible, self.kernel) + self.hidden_bias
        return -self.seen * ops.matmul(visible, self.visible_bias) - self.hid * ops.sum(ops.softplus(pull), axis=-1)


@published(
    paper="Salakhutdinov & Hinton 2009, Deep Boltzmann machines, AISTATS",
    url="https://proceedings.mlr.press/v5/salakhutdinov09a.html",
    says="two layers of 500 and 1000 hidden units, over 0.9 million parameters; three of 500, 500 and 1000, 1.15 million",
    parameters=894_284,
    note="892,000 weights and 2284 biases; 1,142,000 and 2784 with three layers. Of a machine of 4, 3 and 2 units the exact likelihood rises sooner "
         "after pretraining, on each of five seeds",
    small={"input_shape": (6,), "hidden": (32, 16), "particles": 20},
)
@keras.saving.register_keras_serializable(package="dlcourse")
class DBM(keras.Model):
    """Numbers from 0 to 1, as a row or as a picture: how likely each visible unit is 1. Called, it draws the picture again.

    Learning lowers the energy of what is shown, and raises that of `particles` dreams that go on from one minibatch to the next, by
    `steps` rounds of tossing units. What the hidden layers make of what is shown is not known exactly: in `rounds` rounds each
    layer takes its neighbours' chances for granted (mean field). "loss" says how badly the picture is drawn again, in nats.

    >>> machine = DBM(input_shape=(8, 8), hidden=(20, 10))
    >>> _ = machine.pretrain(ops.ones((30, 8, 8)), epochs=1, verbose=0)
    >>> machine.compile(keras.optimizers.SGD(0.01), jit_compile=False)
    >>> sorted(machine.fit(ops.ones((30, 8, 8)), verbose=0).history), machine.sample(2, steps=10).shape
    (['energy_gap', 'loss'], (2, 8, 8))
    """

    def __init__(self, input_shape=(784,), hidden=(500, 1000), rounds=10, steps=5, particles=100, name="dbm", **options):
        if isinstance(hidden, int) or len(hidden) < 2 or min(*input_shape, *hidden, rounds, steps, particles) < 1:
            raise ValueError(f"input_shape={input_shape}, hidden={hidden}, rounds={rounds}, steps={steps}, particles={particles}: give at "
                             "least one of each, and two hidden layers or more, such as hidden=(500, 1000)")
        super().__init__(name=name, **options)
        self.shape, self.rounds, self.steps, self.particles = tuple(input_shape), rounds, steps, particles
        self.widths = (math.prod(input_shape), *hidden)
        self.kernels = [self.add_weight(shape=pair, initializer=keras.initializers.RandomNormal(stddev=0.01), name=f"kernel{level}")
                        for level, pair in enumerate(zip(self.widths, hidden), start=1)]
        self.biases = [self.add_weight(shape=(width,), initializer="zeros", name=f"bias{level}") for level, width in enumerate(self.widths)]
        self.dreams = [self.add_weight(shape=(particles, width), initializer="zeros", trainable=False, name=f"dreams{level}")
                       for level, width in enumerate(self.widths)]
        self.chance, self.gap = keras.random.SeedGenerator(), keras.metrics.Mean(name="energy_gap")
        self(keras.Input(self.shape, name="input"))

    def call(self, x):
        """The picture drawn again, from how likely each hidden unit is."""
        return ops.reshape(self.likely(self.settle(ops.reshape(x, (-1, self.widths[0]))), 0), (-1, *self.shape))

    def energy(self, states):
        """How unlikely states of all layers are, rows of visible units first: -Σ b s - Σ s W s'.

        >>> DBM(input_shape=(4,), hidden=(3, 2)).energy([ops.zeros((1, 4)), ops.ones((1, 3)), ops.ones((1, 2))]).shape
        TensorShape([1])
        """
        alone = sum(ops.matmul(state, bias) for state, bias in zip(states, self.biases))
        return -alone - sum(ops.sum(ops.matmul(one, kernel) * other, axis=-1) for one, kernel, other in zip(states, self.kernels, states[1:]))

    def likely(self, states, level):
        """How likely each unit of a layer is 1, as the layers below and above it are."""
        pull = self.biases[level]
        if level > 0:
            pull = pull + ops.matmul(states[level - 1], self.kernels[level - 1])
        if level < len(self.kernels):
            pull = pull + ops.matmul(states[level + 1], ops.transpose(self.kernels[level]))
        return ops.sigmoid(pull)

    def settle(self, visible):
        """Rows of visible units, and how likely each unit of each hidden layer is then 1, by mean field.

        >>> [state.shape[-1] for state in DBM(input_shape=(4,), hidden=(3, 2)).settle(ops.zeros((1, 4)))]
        [4, 3, 2]
        """
        states = [visible]
        for kernel, bias in zip(self.kernels, self.biases[1:]):        # a first guess, in which below counts for above, too
            heard = 1 if kernel is self.kernels[-1] else 2
            states.append(ops.sigmoid(heard * ops.matmul(states[-1], kernel) + bias))
        return ops.fori_loop(0, self.rounds, lambda _, states: self._round(states, lowest=1), tuple(states))

    def dream(self, states, steps):
        """States of all layers after so many rounds of tossing every second layer, then the others."""
        return ops.fori_loop(0, steps, lambda _, states: self._round(states, lowest=0, change=self._toss), tuple(states))

    def _round(self, states, lowest, change=ops.convert_to_tensor):
        states = list(states)
        for level in [level for first in (1, 0) for level in range(first, len(states), 2) if level >= lowest]:
            states[level] = change(self.likely(states, level))
        return tuple(states)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Its value is how badly pictures are drawn again, its slope that of the gap between energies."""
        awake = [ops.stop_gradient(state) for state in self.settle(ops.reshape(ops.cast(x, "float32"), (-1, self.widths[0])))]
        asleep = [ops.stop_gradient(state) for state in self.dream(self.dreams, self.steps)]
        if training:
            for kept, state in zip(self.dreams, asleep):
                kept.assign(state)
        drawn = ops.mean(ops.sum(ops.binary_crossentropy(awake[0], self.likely(awake, 0)), axis=-1))
        gap = ops.mean(self.energy(awake)) - ops.mean(self.energy(asleep))
        self.gap.update_state(gap)
        return ops.stop_gradient(drawn - gap) + gap

    def pretrain(self, x, epochs=10, learning_rate=0.05, **options):
        """Greedily, each layer upon the one below; `options` go to each machine's `fit`. Returns the history of each."""
        rows, histories = chances(x, self.shape), []
        for level, kernel in enumerate(self.kernels):
            machine = _Doubled(input_shape=(kernel.shape[0],), hidden=kernel.shape[1])
            machine.seen, machine.hid = 1 if kernel is self.kernels[-1] else 2, 2 if level else 1
            machine.compile(keras.optimizers.SGD(learning_rate, momentum=0.5), jit_compile=False)      # XLA would slow such small steps down
            histories.append(machine.fit(rows, epochs=epochs, **options).history)
            kernel.assign(machine.kernel)
            self.biases[level].assign((self.biases[level] + machine.visible_bias) / 2 if level else machine.visible_bias)
            self.biases[level + 1].assign(machine.hidden_bias)
            rows = ops.convert_to_numpy(machine.up(rows))
        return histories

    def sample(self, count, steps=1000, seed=None):
        """New pictures: what it dreams after so many rounds that its start, tossed coins, is forgotten."""
        if seed is not None:
            self.chance.state.assign(keras.random.SeedGenerator(seed).state)
        start = [self._toss(ops.full((count, width), 0.5)) for width in self.widths]
        return ops.convert_to_numpy(ops.reshape(self.likely(self.dream(start, steps), 0), (-1, *self.shape)))

    _toss = RBM._toss

    def get_config(self):
        return {"input_shape": self.shape, "hidden": self.widths[1:], "rounds": self.rounds, "steps": self.steps, "particles": self.particles,
                "name": self.name}
