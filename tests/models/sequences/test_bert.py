"""BERT: published sizes, the answers of keras-hub's, what is hidden, and that it learns to say which word was."""

import keras
import numpy as np
import pytest

from dlcourse.models import Bert, MaskedLanguageModel
from dlcourse.models.sequences.bert import gelu, hide


def size_by_hand(layers, hidden, vocabulary=30_522, pooler=True, longest=512, segments=2):
    norm, dense = 2 * hidden, hidden**2 + hidden
    layer = 4 * dense + 8 * hidden**2 + 5 * hidden + 2 * norm
    return (vocabulary + longest + segments) * hidden + norm + layers * layer + pooler * dense


@pytest.mark.parametrize(("variant", "sizes"), [
    ("base (L12 H768 A12, vocab 30522) with pooler", {}), ("base without pooler", {"pooler": False}),
    ("tiny (L2 H128 A2) with pooler", {"layers": 2, "hidden": 128, "heads": 2}),
    ("tiny without pooler", {"layers": 2, "hidden": 128, "heads": 2, "pooler": False}),
    ("small", {"layers": 4, "hidden": 512, "heads": 8}), ("medium", {"layers": 8, "hidden": 512, "heads": 8}),
    ("base cased", {"vocabulary": 28_996}),
])
def test_published_sizes(facts, blueprint, variant, sizes):
    published = facts("BERT", variant)["params_total"]
    assert blueprint(Bert, **sizes).count_params() == published
    assert size_by_hand(**{"layers": 12, "hidden": 768} | {name: size for name, size in sizes.items() if name != "heads"}) == published


def small(**arguments):
    return Bert(**{"layers": 2, "hidden": 16, "heads": 4, "vocabulary": 20, "longest": 12, "segments": 3, **arguments})


def test_any_size_is_right_by_construction():
    for pooler in (True, False):
        assert small(pooler=pooler).count_params() == size_by_hand(2, 16, 20, pooler, 12, 3)


def test_the_heads_size():
    """The published one of base, 110,106,428 in all, has two more outputs that say whether one sentence follows another."""
    model = MaskedLanguageModel(small())
    assert model.count_params() == size_by_hand(2, 16, 20, False, 12, 3) + (16 * 16 + 16) + 2 * 16 + 20
    assert size_by_hand(12, 768) + (768**2 + 768) + 2 * 768 + 30_522 + 2 * 769 == 110_106_428


def test_gelu_is_the_approximation():
    x = np.linspace(-4, 4, 41).astype("float32")
    said = np.array(gelu(x))
    np.testing.assert_allclose(said, x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))), atol=1e-6)
    assert 1e-4 < np.abs(said - np.array(keras.activations.gelu(x))).max() < 1e-3


def test_every_token_sees_both_ways_but_not_what_fills_up():
    keras.utils.set_random_seed(0)
    model, x = small(), np.array([[5, 7, 9, 11, 0, 0]])
    segments = np.zeros_like(x)
    before = model([x, segments])
    changed = model([np.array([[5, 7, 9, 12, 0, 0]]), segments])
    assert np.abs(np.subtract(changed["sequence"], before["sequence"]))[0, 0].max() > 1e-4
    assert np.abs(np.subtract(changed["pooled"], before["pooled"])).max() > 1e-5
    short = model([x[:, :4], segments[:, :4]])
    np.testing.assert_allclose(short["sequence"], before["sequence"][:, :4], atol=1e-5)
    other = model([x, segments + 1])
    assert np.abs(np.subtract(other["sequence"], before["sequence"])).max() > 1e-3


def test_where_a_word_stands_counts():
    keras.utils.set_random_seed(0)
    said = np.array(small()([np.array([[5, 5]]), np.zeros((1, 2), int)])["sequence"])
    assert np.abs(said[0, 0] - said[0, 1]).max() > 1e-3


def test_a_head_shares_the_layers_of_its_bert():
    bert = small()
    model = MaskedLanguageModel(bert)
    assert model.get_layer("layer1_think") is bert.get_layer("layer1_think")
    assert len([weight for weight in model.weights if 20 in weight.shape]) == 2             # table and bias


class TestHide:
    tokens = np.random.default_rng(0).integers(4, 100, (200, 100))

    def test_shares(self):
        seen, asked = hide(self.tokens, mask=3, vocabulary=100, rng=np.random.default_rng(1))
        assert asked.mean() == pytest.approx(0.15, abs=0.01)
        hidden = asked == 1
        np.testing.assert_array_equal(seen[~hidden], self.tokens[~hidden])
        assert (seen[hidden] == 3).mean() == pytest.approx(0.8, abs=0.03)
        assert (seen[hidden] == self.tokens[hidden]).mean() == pytest.approx(0.1, abs=0.02)

    def test_what_is_kept_is_never_asked(self):
        tokens = np.tile([0, 1, 9], (500, 1))
        seen, asked = hide(tokens, mask=3, vocabulary=10, kept=(0, 1), share=0.5, rng=np.random.default_rng(1))
        assert not asked[:, :2].any() and asked[:, 2].any() and (seen[:, :2] == tokens[:, :2]).all()

    def test_a_part_is_more_than_nothing(self):
        with pytest.raises(ValueError, match="share=1: hide a part"):
            hide(self.tokens, mask=3, vocabulary=100, share=1)


def test_it_learns_which_word_was_hidden():
    """Texts count from anywhere, and begin anew after the eighth. Guessing is right in 1 of 8, this in 1.0 on seeds 0 to 4."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    x = 2 + (rng.integers(0, 8, (2000, 1)) + np.arange(8)) % 8
    seen, asked = hide(x, mask=1, vocabulary=10, rng=rng)
    segments = np.zeros_like(x)
    model = MaskedLanguageModel(Bert(layers=1, hidden=32, heads=4, vocabulary=10, longest=8, dropout=0))
    model.compile(keras.optimizers.Adam(5e-3), "sparse_categorical_crossentropy", jit_compile=False)
    model.fit([seen, segments], x, sample_weight=asked, epochs=10, batch_size=50, verbose=0)
    x = 2 + (rng.integers(0, 8, (200, 1)) + np.arange(8)) % 8
    seen = x.copy()
    seen[:, 5] = 1
    assert (model.predict([seen, np.zeros_like(x)], verbose=0)[:, 5].argmax(axis=-1) == x[:, 5]).mean() > 0.8


def test_what_makes_no_bert_is_refused_in_words():
    with pytest.raises(ValueError, match="hidden=30 cannot be shared out among heads=4"):
        small(hidden=30)
    with pytest.raises(ValueError, match="segments=0: give at least 1 of each"):
        small(segments=0)
    with pytest.raises(ValueError, match="a text has 13 tokens: cut it to 12, or build with longest=13"):
        small()(2 * [np.ones((1, 13), int)])


@pytest.mark.heavy
def test_answers_as_keras_hub():
    hub = pytest.importorskip("keras_hub", reason="keras-hub is not installed: its BERT is not asked")
    theirs = hub.models.BertBackbone(vocabulary_size=50, num_layers=2, num_heads=2, hidden_dim=16, intermediate_dim=64, max_sequence_length=12,
                                     num_segments=2)
    rng = np.random.default_rng(0)
    theirs.set_weights([rng.normal(weight.mean(), 0.2, weight.shape) for weight in theirs.get_weights()])
    ours = small(heads=2, vocabulary=50, segments=2)
    tables = {layer: theirs.get_layer(name) for layer, name in (("words", "token_embedding"), ("segment", "segment_embedding"))}
    for name, layer in tables.items():
        ours.get_layer(name).set_weights(layer.get_weights())
    ours.get_layer("places").set_weights(theirs.get_layer("position_embedding").get_weights())
    ours.get_layer("norm").set_weights(theirs.get_layer("embeddings_layer_norm").get_weights())
    ours.get_layer("pooler").set_weights(theirs.get_layer("pooled_dense").get_weights())
    for number in (1, 2):
        weights = theirs.get_layer(f"transformer_layer_{number - 1}").get_weights()
        weights = [*weights[:10], *weights[12:], *weights[10:12]]          # norms last, here each behind its part
        for part, size in (("look", 8), ("look_norm", 2), ("think", 2), ("conclude", 2), ("think_norm", 2)):
            layer = ours.get_layer(f"layer{number}_{part}")
            layer.set_weights([np.reshape(weights.pop(0), own.shape) for own in layer.get_weights()[:size]])
    tokens, segments = rng.integers(1, 50, (3, 9)), rng.integers(0, 2, (3, 9))
    tokens[1, 6:] = 0
    said = theirs({"token_ids": tokens, "segment_ids": segments, "padding_mask": tokens > 0})
    answer = ours([tokens, segments])
    np.testing.assert_allclose(answer["sequence"][0], said["sequence_output"][0], atol=2e-5)
    np.testing.assert_allclose(answer["sequence"][1, :6], said["sequence_output"][1, :6], atol=2e-5)
    np.testing.assert_allclose(answer["pooled"], said["pooled_output"], atol=2e-5)
    assert np.abs(np.subtract(ours([tokens, 1 - segments])["pooled"], said["pooled_output"])).max() > 1e-2
