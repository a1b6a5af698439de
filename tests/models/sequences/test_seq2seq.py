"""From sequence to sequence, through a few numbers or with attention: sizes, scores by hand, who knows what, and that they learn."""

import keras
import numpy as np
import pytest

from dlcourse.layers import Look
from dlcourse.models import AttentionSeq2Seq, Seq2Seq
from dlcourse.models._writing import shifted
from dlcourse.models.sequences.attention import SCORES


def lstm(inputs, units):
    return 4 * ((inputs + units) * units + units)


def gru(inputs, units, biases=1):
    return 3 * ((inputs + units) * units + biases * units)


def test_published_size(facts, blueprint):
    """The paper's millions are weights; 2 · 4 · 4000 biases of the cells and 80,000 of the softmax come on top."""
    model = blueprint(Seq2Seq)
    biases = sum(np.prod(weight.shape) for weight in model.weights if weight.path.endswith("bias"))
    assert biases == 112_000
    assert model.count_params() - biases == facts("Seq2seq (Sutskever)")["params_total"]
    recurrent = sum(np.prod(weight.shape) for weight in model.weights if "er" in weight.path.split("/")[0] and "kernel" in weight.path)
    assert recurrent == 64_000_000


@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize(("cell", "size"), [("lstm", lstm), ("gru", lambda *sizes: gru(*sizes, biases=2))])
def test_any_size_is_right_by_construction(cell, size, depth):
    for context, more in (("start", 0), ("every step", 5)):
        model = Seq2Seq(source=7, target=9, units=5, depth=depth, cell=cell, context=context)
        cells = (2 * depth - 1) * size(5, 5) + size(5 + more, 5)
        assert model.count_params() == (7 + 9) * 5 + cells + 5 * 9 + 9


def test_the_size_of_bahdanaus(facts, blueprint):
    model = blueprint(AttentionSeq2Seq)
    biases = sum(np.prod(weight.shape) for weight in model.weights if weight.path.endswith("bias"))
    assert model.count_params() - biases == facts("Bahdanau RNNsearch")["params_total"]
    assert biases == 2 * 3000 + 3000 + 1000 + 1000 + 30_000


@pytest.mark.parametrize(("score", "looks"), [("dot", 0), ("general", 6 * 6), ("concat", 2 * 6 * 4 + 4)])
def test_the_sizes_of_luongs(score, looks):
    model = AttentionSeq2Seq(source=7, target=9, words=5, units=6, align=4, score=score)
    assert model.count_params() == (7 + 9) * 5 + 2 * gru(5, 6, biases=2) + looks + 12 * 6 + 6 * 9 + 9


@pytest.mark.parametrize("score", SCORES)
def test_scores_by_hand(score):
    rng = np.random.default_rng(0)
    states, annotations = rng.normal(size=(2, 3, 4)).astype("float32"), rng.normal(size=(2, 5, 4)).astype("float32")
    blocked = np.array([[0, 0, 0, 0, 0], [0, 0, -3e4, 0, -3e4]], "float32")
    look = Look(score, 6)
    context, weights = look(states, annotations, blocked)
    if score == "dot":
        scores = states @ annotations.swapaxes(1, 2)
    elif score == "general":
        scores = np.einsum("bti,ji,bsj->bts", states, look.key_kernel, annotations)
    else:
        pairs = (states @ np.array(look.query_kernel))[:, :, None] + (annotations @ np.array(look.key_kernel))[:, None]
        scores = (np.tanh(pairs) @ np.array(look.sum_kernel))[..., 0]
    expected = np.exp(scores + blocked[:, None])
    expected /= expected.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(weights, expected, atol=1e-5)
    np.testing.assert_allclose(context, expected @ annotations, atol=1e-5)
    assert (np.array(weights)[1][:, [2, 4]] == 0).all()


def small(score):
    sizes = {"source": 9, "target": 8}
    if score in ("start", "every step"):
        return Seq2Seq(**sizes, units=6, depth=2, cell="lstm" if score == "start" else "gru", context=score)
    return AttentionSeq2Seq(**sizes, words=5, units=6, align=4, readout=3, score=score)


@pytest.mark.parametrize("score", ["start", "every step", *SCORES])
class TestEach:
    """What all of them promise."""

    def test_what_is_written_hangs_on_the_past_and_on_all_that_is_read(self, score):
        keras.utils.set_random_seed(0)
        model, x, y = small(score), np.array([[3, 5, 8, 2]]), np.array([[0, 4, 2, 1]])
        before = np.array(model([x, y]))
        later = np.abs(np.array(model([x, np.array([[0, 4, 3, 1]])])) - before).max(axis=(0, 2))
        assert (later[:2] == 0).all() and (later[2:] > 1e-7).all()
        for place in range(4):
            other = x.copy()
            other[0, place] = 1
            assert np.abs(np.array(model([other, y])) - before)[0, 0].max() > 1e-7, place

    def test_what_fills_up_is_not_read(self, score):
        keras.utils.set_random_seed(0)
        model, y = small(score), np.array([[0, 4, 2]])
        short = model([np.array([[3, 5, 8]]), y])
        np.testing.assert_allclose(model([np.array([[3, 5, 8, 0, 0]]), y]), short, atol=1e-6)
        assert np.abs(np.subtract(model([np.array([[3, 5, 8, 1, 1]]), y]), short)).max() > 1e-6

    def test_writing_feeds_each_token_back(self, score):
        keras.utils.set_random_seed(1)
        model, x = small(score), np.random.default_rng(1).integers(1, 9, (5, 4))
        written = model.write(x, length=6, batch_size=2)
        said = model.predict([x, shifted(written)], verbose=0).argmax(axis=-1)
        for row, answer in zip(written, said):
            end = list(row).index(0) + 1 if 0 in row else len(row)
            np.testing.assert_array_equal(row[:end], answer[:end])


@pytest.mark.parametrize("score", SCORES)
def test_where_it_looks_can_be_read(score):
    keras.utils.set_random_seed(0)
    x, y = np.array([[3, 5, 8, 0], [1, 0, 0, 0]]), np.array([[4, 2, 1], [3, 3, 3]])
    weights = small(score).attention(x, y)
    assert weights.shape == (2, 3, 4)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-5)
    assert (weights[0, :, 3] == 0).all() and (weights[0, :, :3] > 0).all()
    np.testing.assert_allclose(weights[1, :, 0], 1)


def test_bahdanaus_state_hangs_on_what_it_saw():
    """Inside the loop it looks as it is seen to look from outside: step by step by hand."""
    keras.utils.set_random_seed(0)
    model, x, y = small("bahdanau"), np.array([[3, 5, 8]]), np.array([[0, 4, 2]])
    writer = model.get_layer("attention")
    outputs = [model.get_layer(name).output for name in ("annotations", "start", "target_words")]
    annotations, state, words = (np.array(part) for part in keras.Model(model.inputs, outputs)([x, y]))
    before, context, _ = (np.array(part) for part in writer(words, annotations, state, np.zeros((1, 3), "float32")))
    for step in range(3):
        np.testing.assert_allclose(before[:, step], state, atol=1e-5)
        saw = np.array(writer.cell.attention(state[:, None], annotations)[0])[:, 0]
        np.testing.assert_allclose(context[:, step], saw, atol=1e-5)
        state = np.array(writer.cell.gru(np.concatenate([words[:, step], saw], axis=1), [state])[0])


def turned(count, rng):
    x = rng.integers(1, 7, (count, 6))
    return x, x[:, ::-1]


@pytest.mark.parametrize("score", ["bahdanau", "dot"])
def test_it_learns_to_look_at_the_right_place(score):
    """Six letters, backwards: new words without an error on seeds 0 to 4: bahdanau 1 each time, dot .865, .98, 1, .995, 1."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    (x, y), (unseen, truth) = turned(2000, rng), turned(200, rng)
    model = AttentionSeq2Seq(source=7, target=7, words=16, units=32, align=16, readout=16, score=score)
    model.compile(keras.optimizers.Adam(1e-2), "sparse_categorical_crossentropy", jit_compile=False)
    model.fit([x, shifted(y)], y, epochs=6, batch_size=50, verbose=0)
    assert (model.write(unseen, length=6) == truth).all(axis=1).mean() > 0.8
    looks = model.attention(unseen, truth).mean(axis=0)
    assert (np.abs(looks.argmax(axis=-1) - [5, 4, 3, 2, 1, 0]) <= 1).all()


def test_unknown_choices_are_refused():
    with pytest.raises(ValueError, match="choose from lstm, gru, and from start, every step"):
        Seq2Seq(cell="elman")
    with pytest.raises(ValueError, match="depth=0: give 2 words, 1 cell and 1 layer"):
        Seq2Seq(depth=0)
    with pytest.raises(ValueError, match="score='cosine' is unknown: choose from bahdanau, dot, general, concat"):
        AttentionSeq2Seq(score="cosine")
    with pytest.raises(ValueError, match="at least 1 of words, units, align and readout"):
        AttentionSeq2Seq(units=0)
