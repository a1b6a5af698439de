"""The recurrent networks: sizes, single numbers, and the answers of Keras' own layers."""

import keras
import numpy as np
import pytest
from keras import layers

from dlcourse import models
from dlcourse.models.sequences.elman import ElmanCell
from dlcourse.models.sequences.gru import GRUCell
from dlcourse.models.sequences.lstm import LSTMCell

TWINS = {
    "elman": (ElmanCell, layers.SimpleRNN, {}),
    "lstm": (LSTMCell, layers.LSTM, {}),
    "gru": (GRUCell, layers.GRU, {"reset_after": True}),
    "gru of the paper": (GRUCell, layers.GRU, {"reset_after": False}),
}
SIZES = {"elman": "SimpleRNN", "lstm": "LSTM", "gru": "GRU reset_after=True", "gru of the paper": "GRU reset_after=False"}


def pair(name, units, length=7, inputs=3):
    """Our cell and Keras' layer with the same weights, both giving all steps, and something to read."""
    cell, twin, options = TWINS[name]
    ours, theirs = layers.RNN(cell(units, **options), return_sequences=True), twin(units, return_sequences=True, **options)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, length, inputs)).astype("float32")
    ours(x), theirs(x)
    theirs.set_weights([rng.normal(0, 0.5, weight.shape) for weight in theirs.get_weights()])
    ours.set_weights(theirs.get_weights())
    return ours, theirs, x


@pytest.mark.parametrize("name", TWINS)
def test_answers_as_keras_own_layer(name):
    ours, theirs, x = pair(name, units=5)
    np.testing.assert_allclose(ours(x), theirs(x), atol=1e-6)


@pytest.mark.parametrize("name", TWINS)
def test_begins_as_keras_own_layer(name):
    """Not the same random numbers, but biases where theirs are, and as wide a spread."""
    cell, twin, options = TWINS[name]
    ours, theirs = layers.RNN(cell(64, **options)), twin(64, **options)
    ours.build((None, 5, 32)), theirs.build((None, 5, 32))
    for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        assert mine.shape == other.shape
        np.testing.assert_allclose(mine.std(), other.std(), rtol=0.1)
        if mine.ndim == 1 or len(mine) == 2:
            np.testing.assert_array_equal(mine, other)


def test_another_order_of_the_gates_would_be_seen():
    ours, theirs, x = pair("lstm", units=5)
    kernel, *others = theirs.get_weights()
    ours.set_weights([np.roll(kernel, 5, axis=1), *others])
    assert np.abs(np.subtract(ours(x), theirs(x))).max() > 0.05


@pytest.mark.parametrize(("inputs", "units"), [(10, 32), (1000, 1000), (1, 1)])
@pytest.mark.parametrize("name", SIZES)
def test_a_cell_has_the_published_size(facts_of, name, inputs, units):
    cell, _, options = TWINS[name]
    with keras.StatelessScope(initialize_variables=False):
        cell = cell(units, **options)
        cell.build((None, inputs))
        published = {row["variant"]: row["params_total"] for row in facts_of("Recurrent")}
        assert cell.count_params() == published[f"{SIZES[name]} input_dim={inputs} units={units}"]


@pytest.mark.parametrize(("name", "forget", "says"), [
    ("elman", 0, [0.761594, 0.942681, 0.959746]), ("lstm", 0, [0.369606, 0.650535, 0.788766]), ("lstm", 1, [0.369606, 0.667022, 0.805388]),
    ("gru", 0, [0.204824, 0.346753, 0.451697]), ("gru of the paper", 0, [0.204824, 0.346753, 0.451697]),
])
def test_one_neuron_that_sees_three_ones(name, forget, says):
    """All kernels 1, biases 0, but for the bias of the gate that keeps."""
    cell, _, options = TWINS[name]
    layer = layers.RNN(cell(1, **options), return_sequences=True)
    layer.build((1, 3, 1))
    kernel, recurrent, bias = layer.get_weights()
    bias = np.zeros_like(bias)
    bias[..., 1:2] = forget
    layer.set_weights([np.ones_like(kernel), np.ones_like(recurrent), bias])
    np.testing.assert_allclose(layer(np.ones((1, 3, 1)))[0, :, 0], says, atol=1e-6)


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
@pytest.mark.parametrize("steps", [True, False])
def test_both_ways_as_keras_bidirectional(cell, steps):
    model = models.Bidirectional(input_shape=(None, 3), units=4, classes=5, cell=cell, return_sequences=steps)
    twin = {"elman": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}[cell]
    both, out = layers.Bidirectional(twin(4, return_sequences=steps)), layers.Dense(5, activation="softmax")
    x = np.random.default_rng(1).normal(size=(2, 6, 3)).astype("float32")
    out(both(x))
    both.set_weights([weight for way in ("forward", "backward") for weight in model.get_layer(way).get_weights()])
    out.set_weights(model.get_layer("out").get_weights())
    np.testing.assert_allclose(model(x), out(both(x)), atol=1e-6)


def test_the_last_word_is_known_at_the_first_step_in_both_ways_only():
    x = np.random.default_rng(2).normal(size=(1, 6, 3)).astype("float32")
    changed = x.copy()
    changed[0, -1] += 1
    for build, differs in [(models.Bidirectional, True), (models.LSTMNetwork, False)]:
        model = build(input_shape=(None, 3), units=4, classes=2, return_sequences=True)
        assert (np.abs(np.subtract(model(x), model(changed)))[0, 0].max() > 1e-6) == differs


@pytest.mark.parametrize("memory", [0, 0.5])
def test_jordans_network_by_hand(memory):
    model = models.JordanNetwork(input_shape=(None, 2), units=3, classes=4, return_sequences=True, memory=memory)
    kernel, feedback, bias, out_kernel, out_bias = weights = [np.random.default_rng(3).normal(size=weight.shape) for weight in model.get_weights()]
    model.set_weights(weights)
    x, state, said = np.random.default_rng(4).normal(size=(5, 2)), np.zeros(4), []
    for step in x:
        z = np.tanh(step @ kernel + state @ feedback + bias) @ out_kernel + out_bias
        said.append(np.exp(z) / np.exp(z).sum())
        state = memory * state + said[-1]
    np.testing.assert_allclose(model(x[None].astype("float32"))[0], said, atol=1e-5)


@pytest.mark.parametrize("build", [models.ElmanNetwork, models.JordanNetwork, models.LSTMNetwork, models.GRUNetwork, models.Bidirectional])
class TestNetwork:
    """What all five promise."""

    def test_it_reads_sequences_of_any_length(self, build):
        model = build(input_shape=(None, 3), units=4, classes=5, return_sequences=False)
        for steps in (1, 9):
            said = model(np.zeros((2, steps, 3)))
            assert said.shape == (2, 5)
            np.testing.assert_allclose(np.sum(said, axis=1), 1, atol=1e-5)
        every = build(input_shape=(8, 3), units=4, classes=5, return_sequences=True)
        assert every.output_shape == (None, 8, 5)
        every.set_weights(model.get_weights())
        x = np.random.default_rng(0).normal(size=(2, 8, 3))
        if build is not models.Bidirectional:           # whose last step has heard one word from behind
            np.testing.assert_allclose(every(x)[:, -1], model(x), atol=1e-6)

    def test_what_cannot_be_read_is_refused_in_words(self, build):
        for shape in ((10,), (None, 0), (0, 3), (None, None)):
            with pytest.raises(ValueError, match="numbers at each step"):
                build(input_shape=shape)
        for wrong in ({"units": 0}, {"classes": 1}):
            with pytest.raises(ValueError, match="at least one hidden neuron"):
                build(**wrong)


def test_unknown_choices_are_refused():
    with pytest.raises(ValueError, match="choose from elman, lstm, gru"):
        models.Bidirectional(cell="transformer")
    with pytest.raises(ValueError, match="memory=1"):
        models.JordanNetwork(memory=1)
