"""Shared layers, against TensorFlow's own operations and Keras' own layers."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dlcourse.layers import LocalResponseNormalization, Maxout, MultiHeadAttention, attend


class TestLocalResponseNormalization:
    """AlexNet's."""

    x = np.random.default_rng(0).normal(scale=30, size=(2, 5, 4, 12)).astype("float32")      # loud enough for alpha to matter
    theirs = tf.nn.local_response_normalization(x, depth_radius=2, bias=2.0, alpha=1e-4, beta=0.75).numpy()

    def test_it_is_tensorflows_with_the_papers_numbers(self):
        np.testing.assert_allclose(LocalResponseNormalization()(self.x), self.theirs, rtol=1e-5)

    @pytest.mark.parametrize("wrong", [{"alpha": 1e-4 / 5}, {"bias": 1.0}, {"beta": 0.5}, {"size": 3}, {"size": 7}])
    def test_other_numbers_would_be_noticed(self, wrong):
        assert np.abs(LocalResponseNormalization(**wrong)(self.x) / self.theirs - 1).max() > 0.01

    @pytest.mark.parametrize(("size", "channels"), [(1, 3), (3, 2), (5, 1), (9, 4)])
    def test_any_size_and_fewer_maps_than_that(self, size, channels):
        x = self.x[..., :channels]
        theirs = tf.nn.local_response_normalization(x, depth_radius=size // 2, bias=1.0, alpha=0.1, beta=0.75)
        np.testing.assert_allclose(LocalResponseNormalization(size, alpha=0.1, bias=1.0)(x), theirs, rtol=1e-5)

    def test_half_precision_does_not_overflow(self):
        loud = np.full((1, 1, 1, 6), 300, dtype="float16")        # 300² is beyond float16
        answer = LocalResponseNormalization(dtype="float16")(loud).numpy()
        assert answer.dtype == np.float16
        np.testing.assert_allclose(answer, LocalResponseNormalization()(loud.astype("float32")), rtol=2e-3)

    def test_it_is_saved_with_its_numbers(self):
        layer = LocalResponseNormalization(3, alpha=0.5, beta=1.0, bias=3.0)
        again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
        np.testing.assert_allclose(again(self.x), layer(self.x))

    @pytest.mark.parametrize("size", [0, 4])
    def test_an_even_size_is_refused_in_words(self, size):
        with pytest.raises(ValueError, match=f"size={size}: choose an odd number"):
            LocalResponseNormalization(size)


def test_attention_by_hand():
    eye = np.eye(2, dtype="float32")
    seen, weights = attend(eye, eye, 10 * eye)
    np.testing.assert_allclose(weights, [[0.669762, 0.330238], [0.330238, 0.669762]], atol=1e-6)
    np.testing.assert_allclose(seen, 10 * np.array(weights), atol=1e-5)
    _, weights = attend(eye, eye, eye, np.array([[True, False], [True, True]]))
    np.testing.assert_allclose(weights, [[1, 0], [0.330238, 0.669762]], atol=1e-6)


class TestMultiHeadAttention:
    """The Transformer's."""

    @staticmethod
    def pair(heads, causal=False):
        """Keras' layer and ours with the same weights. Keras keeps each head's numbers apart, ours side by side."""
        rng = np.random.default_rng(heads)
        x, memory = (rng.normal(size=(3, length, 8)).astype("float32") for length in (5, 7))
        theirs, ours = keras.layers.MultiHeadAttention(heads, 8 // heads), MultiHeadAttention(8, heads, causal=causal)
        theirs(x, memory), ours(x, memory)
        theirs.set_weights([rng.normal(0, 0.4, weight.shape) for weight in theirs.get_weights()])
        ours.set_weights([np.reshape(weight, own.shape) for weight, own in zip(theirs.get_weights(), ours.get_weights(), strict=True)])
        visible = rng.random((3, 5, 7)) > 0.4
        visible[..., 0] = True
        return theirs, ours, x, memory, visible

    @pytest.mark.parametrize("causal", [False, True])
    @pytest.mark.parametrize("heads", [1, 2, 4])
    def test_it_answers_as_keras_own(self, heads, causal):
        theirs, ours, x, memory, visible = self.pair(heads, causal)
        seen, weights = theirs(x, memory, attention_mask=visible, use_causal_mask=causal, return_attention_scores=True)
        np.testing.assert_allclose(ours(x, memory, visible), seen, atol=1e-5)
        np.testing.assert_allclose(ours.weights_of(x, memory, visible), weights, atol=1e-5)
        np.testing.assert_allclose(ours(x), theirs(x, x, use_causal_mask=causal), atol=1e-5)

    def test_mistakes_would_be_noticed(self):
        theirs, ours, x, memory, visible = self.pair(2)
        seen = theirs(x, memory, attention_mask=visible)

        def apart(layer):
            return np.abs(np.subtract(layer(x, memory, visible), seen)).max()
        assert apart(ours) < 1e-5
        query, *others = ours.get_weights()
        for wrong in (query[:, ::-1], query * 2**0.5):          # heads mixed up; √hidden for √(hidden / heads)
            ours.set_weights([wrong, *others])
            assert apart(ours) > 1e-3

    def test_some_weights_are_dropped_in_training_only(self):
        keras.utils.set_random_seed(0)
        layer, x = MultiHeadAttention(8, 2, dropout=0.5), np.random.default_rng(0).normal(size=(2, 6, 8)).astype("float32")
        np.testing.assert_array_equal(layer(x), layer(x))
        assert np.abs(np.subtract(layer(x, training=True), layer(x))).max() > 1e-3
        plain = MultiHeadAttention(8, 2)
        plain.build(x.shape)
        plain.set_weights(layer.get_weights())
        np.testing.assert_array_equal(plain(x, training=True), layer(x))

    def test_heads_must_share_the_width(self):
        with pytest.raises(ValueError, match="hidden=8 cannot be shared out among heads=3: choose a multiple"):
            MultiHeadAttention(8, 3)


class TestMaxout:
    """Goodfellow et al. 2013."""

    x = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")

    def test_each_neuron_says_the_largest_of_its_own_sums(self):
        layer = Maxout(4, pieces=3)
        answer = np.array(layer(self.x))
        kernel, bias = layer.get_weights()
        bias = np.random.default_rng(1).normal(size=bias.shape)
        layer.set_weights([kernel, bias])
        by_hand = np.array([[max(row @ kernel[:, 3 * unit + piece] + bias[3 * unit + piece] for piece in range(3)) for unit in range(4)]
                            for row in self.x])
        np.testing.assert_allclose(layer(self.x), by_hand, rtol=1e-5)
        assert np.abs(answer - by_hand).max() > 0.1, "the biases count"

    def test_size_and_any_shape(self):
        layer = Maxout(240, pieces=5)
        assert layer.compute_output_shape((None, 7, 784)) == (None, 7, 240)
        layer.build((None, 784))
        assert layer.count_params() == 5 * 240 * 785
        assert Maxout(2)(np.ones((4, 6, 3))).shape == (4, 6, 2)

    def test_it_is_saved_with_its_numbers(self, tmp_path):
        model = keras.Sequential([keras.Input((3,)), Maxout(4, pieces=2)])
        model.save(tmp_path / "model.keras")
        again = keras.models.load_model(tmp_path / "model.keras")
        np.testing.assert_allclose(again(self.x), model(self.x))
        assert again.layers[0].pieces == 2

    def test_half_precision(self):
        assert Maxout(2, dtype="mixed_float16")(self.x).dtype == "float16"

    @pytest.mark.parametrize(("units", "pieces"), [(0, 5), (3, 1)])
    def test_nothing_to_choose_from_is_refused_in_words(self, units, pieces):
        with pytest.raises(ValueError, match=f"units={units}, pieces={pieces}: give at least one neuron"):
            Maxout(units, pieces)
