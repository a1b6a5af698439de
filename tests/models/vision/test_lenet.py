"""LeNet-5: the paper's 60,000 parameters piece by piece, and the net most people mean by the name."""

import keras
import numpy as np
import pytest

from dlcourse.models import LeNet5
from dlcourse.models._codes import codes
from dlcourse.models.vision.lenet import TABLE, PartialConv2D, RadialBasis, Subsampling, squash


def trainable(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def by_hand(height, width, channels, classes, simplified):
    """Counted as the paper counts, from the sizes alone."""
    rows, columns = (((max(side, 32) - 4) // 2 - 4) // 2 - 4 for side in (height, width))
    c1, s2 = 6 * (25 * channels + 1), 6 * 2
    c3, s4 = (16 * (25 * 6 + 1) if simplified else 25 * 60 + 16), 16 * 2
    rest = 120 * (25 * 16 + 1) + 84 * (120 * rows * columns + 1)
    return c1 + c3 + rest + (classes * 85 if simplified else s2 + s4)


def test_the_papers_net(facts, stages):
    model, row = LeNet5(), facts("LeNet-5", "1998")
    assert trainable(model) == row["params_trainable"] == 60_000
    assert model.count_params() == row["params_total"] == 60_840
    assert stages(model, row) == row["stages"]


@pytest.mark.parametrize(("name", "count"), [("C1", 156), ("S2", 12), ("C3", 1_516), ("S4", 32), ("C5", 48_120), ("F6", 10_164)])
def test_every_layer_counts_as_in_the_paper(name, count):
    assert LeNet5().get_layer(name).count_params() == count


@pytest.mark.parametrize(("input_shape", "variant"), [((32, 32, 1), "simplified 32x32"), ((28, 28, 1), "simplified 28x28")])
def test_the_simplified_net(facts, stages, input_shape, variant):
    model, row = LeNet5(input_shape, simplified=True), facts("LeNet-5", variant)
    assert trainable(model) == model.count_params() == row["params_trainable"] == 61_706
    published = [["OUTPUT" if name == "out" else name, shape] for name, shape in row["stages"]]
    assert stages(model, row | {"stages": published}) == published


@pytest.mark.parametrize("simplified", [False, True])
@pytest.mark.parametrize(("input_shape", "classes"), [
    ((32, 32, 1), 10), ((28, 28, 1), 36), ((8, 8, 1), 10), ((32, 32, 3), 2), ((40, 36, 1), 10), ((20, 64, 2), 7),
])
def test_any_picture_and_any_classes_count_as_by_hand(input_shape, classes, simplified):
    model = LeNet5(input_shape, classes, simplified)
    assert trainable(model) == by_hand(*input_shape, classes, simplified)
    assert model.output_shape == (None, classes)


def test_a_small_picture_stands_in_the_middle_of_a_margin():
    model = LeNet5(input_shape=(28, 27, 1))
    picture = keras.Model(model.input, model.get_layer("margin").output)(np.ones((1, 28, 27, 1))).numpy()[0, ..., 0]
    assert picture.shape == (32, 32)
    assert picture[2:30, 2:29].all()
    assert picture.sum() == 28 * 27
    assert "margin" not in [layer.name for layer in LeNet5().layers]


def test_each_map_of_c3_sees_the_maps_of_the_papers_table():
    keras.utils.set_random_seed(0)
    layer = PartialConv2D(TABLE, 5)
    layer.build((None, 14, 14, 6))
    dark = layer(np.zeros((1, 14, 14, 6))).numpy()
    for below in range(6):
        lit = np.zeros((1, 14, 14, 6))
        lit[..., below] = 1
        moved = np.abs(layer(lit).numpy() - dark).max(axis=(0, 1, 2)) > 1e-6
        assert [above for above in range(16) if moved[above]] == [above for above in range(16) if below in TABLE[above]]
    assert sum(map(len, TABLE)) == 60
    assert [len(maps) for maps in TABLE] == [3] * 6 + [4] * 9 + [6]


def test_a_full_table_is_a_plain_convolution():
    x = np.random.default_rng(0).normal(size=(2, 7, 7, 3)).astype("float32")
    partial, plain = PartialConv2D([range(3)] * 4, 3), keras.layers.Conv2D(4, 3, activation=squash)
    partial.build(x.shape)
    plain.build(x.shape)
    kernels = partial.kernels.numpy().reshape(3, 3, 4, 3)        # pair by pair: the map above, then the one below
    plain.kernel.assign(kernels.swapaxes(2, 3))
    np.testing.assert_allclose(partial(x), plain(x), atol=1e-5)
    plain.kernel.assign(kernels[..., ::-1].swapaxes(2, 3))
    assert np.abs(partial(x) - plain(x)).max() > 0.1, "kernels in another order should be noticed"


def test_subsampling_weighs_a_sum_of_four():
    layer = Subsampling(2)
    x = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
    layer.build(x.shape)
    layer.coefficient.assign([0.1])
    layer.bias.assign([-1])
    sums = np.array([[0 + 1 + 4 + 5, 2 + 3 + 6 + 7], [8 + 9 + 12 + 13, 10 + 11 + 14 + 15]])
    np.testing.assert_allclose(layer(x).numpy()[0, ..., 0], 1.7159 * np.tanh(2 / 3 * (0.1 * sums - 1)), rtol=1e-5)


def test_the_output_is_the_softmax_of_minus_the_squared_distance():
    keras.utils.set_random_seed(0)
    model = LeNet5()
    x = np.random.default_rng(0).random((5, 32, 32, 1))
    f6 = keras.Model(model.input, model.get_layer("F6").output).predict(x, verbose=0)
    scores = np.exp(-((f6[:, None] - codes(10)) ** 2).sum(axis=-1))
    np.testing.assert_allclose(model.predict(x, verbose=0), scores / scores.sum(axis=1, keepdims=True), rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("classes", [2, 10, 62])
def test_every_class_has_a_code_of_its_own_that_never_changes(classes):
    table = codes(classes)
    assert table.shape == (classes, 84)
    assert set(np.unique(table)) == {-1, 1}
    distances = (table[:, None] != table).sum(axis=-1)[~np.eye(classes, dtype=bool)]
    assert distances.min() >= 5
    np.testing.assert_array_equal(codes(62)[:classes], table)
    assert not RadialBasis(classes).trainable_weights


def test_the_codes_are_pictures():
    one = codes(10)[1].reshape(12, 7)
    assert (one[1:-1, 3] == 1).all()
    assert (one[:, [0, 6]] == -1).all()
    assert (codes(10).reshape(10, 12, 7)[:, [0, -1]] == -1).all()


def test_it_starts_with_wide_signals_and_no_opinion():
    """With Keras' usual narrow start it stays in squash's linear middle, and reads hardly better than a linear classifier."""
    keras.utils.set_random_seed(0)
    model = LeNet5()
    strokes = np.random.default_rng(0).random((20, 32, 32, 1)) < 0.15
    signals = keras.Model(model.input, [model.get_layer(name).output for name in ("C1", "C3", "C5")])(strokes.astype("float32"))
    assert min(signal.numpy().std() for signal in signals) > 0.4
    assert np.ptp(model.predict(strokes, verbose=0), axis=1).max() < 0.9


@pytest.mark.parametrize(("arguments", "advice"), [
    ({"input_shape": (32, 32)}, "height, width, channels"), ({"input_shape": (None, 32, 1)}, "height, width, channels"),
    ({"classes": 1}, "at least 2 classes"),
])
def test_bad_arguments_are_refused_in_words(arguments, advice):
    with pytest.raises(ValueError, match=advice):
        LeNet5(**arguments)
