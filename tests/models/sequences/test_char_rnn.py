"""The character model: sizes, what the text is cut into, that states go on, how it samples, and that it learns a text."""

import keras
import numpy as np
import pytest

from dlcourse.models import CharRNN
from dlcourse.models.sequences.char_rnn import SHAKESPEARE, streams


def test_the_sizes_of_karpathys():
    assert len(set(SHAKESPEARE)) == len(SHAKESPEARE) == 65
    lstm = [4 * ((inputs + 128) * 128 + 128) for inputs in (65, 128)]
    assert CharRNN.published.parameters == sum(lstm) + 128 * 65 + 65
    assert CharRNN.published.parameters + 2 * 4 * 128 == 240_321          # as his program prints


@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize(("cell", "size"), [("lstm", lambda inputs: 4 * (inputs * 5 + 5 * 5 + 5)), ("gru", lambda inputs: 3 * (inputs * 5 + 5 * 5 + 10))])
def test_any_size_is_right_by_construction(cell, size, depth):
    assert CharRNN("abcd", units=5, depth=depth, cell=cell).count_params() == size(4) + (depth - 1) * size(5) + 5 * 4 + 4


def test_streams_go_on_from_batch_to_batch():
    text = np.arange(3 * 5 * 4 + 3)
    x, y = streams(text, batch_size=3, steps=4)
    assert x.shape == y.shape == (15, 4)
    np.testing.assert_array_equal(y, x + 1)
    for row in range(3):
        np.testing.assert_array_equal(x[row::3].ravel(), np.arange(20) + 20 * row)
    with pytest.raises(ValueError, match="12 characters are too few for batch_size=3, steps=4: give 13 or more"):
        streams(np.arange(12), batch_size=3, steps=4)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_states_go_on_where_the_batch_before_ended(cell):
    keras.utils.set_random_seed(0)
    plain, stateful = (CharRNN("abcd", units=5, depth=2, cell=cell, batch_size=size) for size in (None, 2))
    stateful.set_weights(plain.get_weights())
    x = np.random.default_rng(0).integers(0, 4, (2, 6))
    said = np.concatenate([stateful.predict(x[:, part], batch_size=2, verbose=0) for part in (slice(3), slice(3, 6))], axis=1)
    np.testing.assert_allclose(said, plain(x), atol=1e-6)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_it_says_step_by_step_what_it_says_of_the_whole(cell):
    keras.utils.set_random_seed(0)
    model, states = CharRNN("abcd", units=5, depth=2, cell=cell), None
    for token, expected in zip([0, 3, 2, 2], np.array(model(np.array([[0, 3, 2, 2]])))[0]):
        chances, states = model.step(token, states)
        np.testing.assert_allclose(chances, expected, atol=1e-6)


def with_chances(chances):
    """A model that gives these chances whatever came before."""
    model = CharRNN("abcd", units=2, depth=1)
    model.get_layer("out").set_weights([np.zeros((2, 4)), np.log(chances)])
    return model


@pytest.mark.parametrize("temperature", [0.5, 1, 2])
def test_temperature_is_a_power(temperature):
    chances = np.array([0.1, 0.2, 0.3, 0.4])
    text = with_chances(chances).sample("a", length=800, temperature=temperature, seed=0)
    expected = chances ** (1 / temperature) / np.sum(chances ** (1 / temperature))
    np.testing.assert_allclose([text.count(character) / 800 for character in "abcd"], expected, atol=0.05)


def test_cold_is_greedy_and_seeds_repeat():
    model = with_chances([0.24, 0.25, 0.26, 0.25])
    assert model.sample("b", length=20, temperature=1e-4) == 20 * "c"
    assert model.sample("b", 20, seed=1) == model.sample("b", 20, seed=1) != model.sample("b", 20, seed=2)


def test_it_learns_a_text_and_goes_on_writing_it(tmp_path):
    """A rhyme again and again: on seeds 0 to 4 it goes on without an error."""
    keras.utils.set_random_seed(0)
    rhyme = "one two buckle my shoe, three four knock at the door. "
    model = CharRNN("".join(sorted(set(rhyme))), units=48, depth=1, batch_size=8)
    x, y = streams(model.encode(rhyme * 40), batch_size=8, steps=20)
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy", jit_compile=False)
    model.fit(x, y, batch_size=8, epochs=20, shuffle=False, verbose=0)
    said = model.sample("one two ", length=46, temperature=0.2, seed=0)
    assert said == rhyme[8:]
    model.save(tmp_path / "model.keras")
    assert keras.models.load_model(tmp_path / "model.keras").sample("one two ", length=46, temperature=0.2, seed=0) == said


def test_what_cannot_be_done_is_refused_in_words():
    with pytest.raises(ValueError, match="characters two or more, each once"):
        CharRNN("aa")
    with pytest.raises(ValueError, match="cell='elman' must be one of lstm, gru"):
        CharRNN("ab", cell="elman")
    with pytest.raises(ValueError, match="depth=0: give at least 1 of each"):
        CharRNN("ab", depth=0)
    model = CharRNN("ab", units=2, depth=1)
    with pytest.raises(ValueError, match="the model knows no 'z'"):
        model.sample("z", 3)
    for wrong in (("", 3, 1.0), ("a", 0, 1.0), ("a", 3, 0.0)):
        with pytest.raises(ValueError, match="give a character to go on from"):
            model.sample(*wrong)
