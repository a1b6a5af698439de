"""GoogLeNet: nine modules from one table, each counted as in the reference; its two helpers in training."""

import keras
import numpy as np
import pytest

from dlcourse.models import GoogLeNet
from dlcourse.models.vision.googlenet import inception

MODULES = {"3a": (192, 64, 96, 128, 16, 32, 32), "3b": (256, 128, 128, 192, 32, 96, 64), "4a": (480, 192, 96, 208, 16, 48, 64),
           "4b": (512, 160, 112, 224, 24, 64, 64), "4c": (512, 128, 128, 256, 24, 64, 64), "4d": (512, 112, 144, 288, 32, 64, 64),
           "4e": (528, 256, 160, 320, 32, 128, 128), "5a": (832, 256, 160, 320, 32, 128, 128),
           "5b": (832, 384, 192, 384, 48, 128, 128)}          # what comes in, then as in the paper's table 1


def conv(kernel, below, above):
    return (kernel**2 * below + 1) * above


def by_hand(channels, classes, width=1, auxiliary_side=None):
    """Counted from the table; `auxiliary_side` is the side of the maps that the auxiliary classifiers pool."""
    def narrow(*sizes):
        return [int(size * width) for size in sizes]
    a, b = narrow(64, 192)
    count = conv(7, channels, a) + conv(1, a, a) + conv(3, a, b)
    for row in MODULES.values():
        below, one, reduce_three, three, reduce_five, five, pool = narrow(*row)
        count += conv(1, below, one) + conv(1, below, reduce_three) + conv(3, reduce_three, three)
        count += conv(1, below, reduce_five) + conv(5, reduce_five, five) + conv(1, below, pool)
    head, = narrow(1024)
    count += (head + 1) * classes
    if auxiliary_side:
        left = ((auxiliary_side - 5) // 3 + 1) ** 2
        for below in narrow(512, 528):
            maps, = narrow(128)
            count += conv(1, below, maps) + (left * maps + 1) * head + (head + 1) * classes
    return count


def test_published_size(facts, stages, blueprint):
    model, row = blueprint(GoogLeNet), facts("GoogLeNet", "paper/BVLC")
    assert model.count_params() == row["params_trainable"] == by_hand(3, 1000) == 6_998_552
    assert stages(model, row) == row["stages"]


def test_published_size_with_auxiliary_classifiers(facts, stages, blueprint):
    model = blueprint(GoogLeNet, auxiliary=True)
    assert model.count_params() == by_hand(3, 1000, auxiliary_side=14) == 13_378_280
    assert model.output_shape == [(None, 1000)] * 3
    row = facts("GoogLeNet", "k=5; aux=True")
    assert stages(model, row) == row["stages"]
    assert sum(model.get_layer(f"aux1_{name}").count_params() for name in ("conv", "fc1", "fc2")) == 3_188_840
    assert sum(model.get_layer(f"aux2_{name}").count_params() for name in ("conv", "fc1", "fc2")) == 3_190_888


@pytest.mark.parametrize(("module", "count"), [("3a", 163_696), ("3b", 388_736), ("4a", 376_176), ("4b", 449_160), ("4c", 510_104),
                                               ("4d", 605_376), ("4e", 868_352), ("5a", 1_043_456), ("5b", 1_444_080)])
def test_every_module_counts_as_in_the_reference(blueprint, module, count):
    model = blueprint(GoogLeNet)
    assert sum(layer.count_params() for layer in model.layers if layer.name.startswith(f"inception_{module}")) == count


@pytest.mark.parametrize(("input_shape", "classes", "width", "auxiliary_side"), [
    ((32, 32, 3), 10, 1, None), ((28, 28, 1), 36, 0.25, None), ((100, 64, 4), 2, 0.5, None),
    ((80, 80, 3), 10, 0.25, 5), ((300, 300, 1), 7, 0.5, 19),
])
def test_any_size_counts_as_by_hand(blueprint, input_shape, classes, width, auxiliary_side):
    model = blueprint(GoogLeNet, input_shape=input_shape, classes=classes, width=width, auxiliary=bool(auxiliary_side))
    assert model.count_params() == by_hand(input_shape[2], classes, width, auxiliary_side)


def test_a_module_is_four_ways_side_by_side():
    keras.utils.set_random_seed(0)
    inputs = keras.Input((9, 9, 3))
    model = keras.Model(inputs, inception(inputs, 10, 20, 11, 20, 12, 13, name="m"))
    pictures = np.zeros((2, 9, 9, 3), dtype="float32")
    pictures[1, 4, 4] = 7, 11, 13
    dark, lit = model(pictures).numpy()
    reach = [_side((dark != lit)[..., maps]) for maps in np.split(np.arange(46), [10, 21, 33])]
    assert reach == [1, 3, 5, 3]


def _side(changed):
    """The side of the square in which a spark in the middle changes anything."""
    rows = np.flatnonzero(changed.any(axis=(1, 2)))
    return int(rows.max() - rows.min() + 1)


def test_the_auxiliary_classifiers_train_and_can_be_left_out_afterwards():
    keras.utils.set_random_seed(0)
    model = GoogLeNet(input_shape=(65, 65, 1), classes=3, auxiliary=True, width=0.25)
    model.compile(optimizer="adam", loss=["sparse_categorical_crossentropy"] * 3, loss_weights=[1, 0.3, 0.3],
                  run_eagerly=True)       # one step: compiling it would take longer
    x, y = np.random.default_rng(0).random((4, 65, 65, 1)), np.array([0, 1, 2, 0])
    before = [weight.numpy() for weight in model.trainable_weights]
    model.train_on_batch(x, [y, y, y])
    still = [weight.path for weight, old in zip(model.trainable_weights, before) if np.array_equal(weight.numpy(), old)]
    assert not still
    alone = keras.Model(model.input, model.outputs[0])
    np.testing.assert_allclose(alone.predict(x, verbose=0), model.predict(x, verbose=0)[0], rtol=1e-5)
    assert alone.count_params() == by_hand(1, 3, 0.25)


def test_bad_arguments_are_refused_in_words():
    with pytest.raises(ValueError, match="at least 65 pixels"):
        GoogLeNet(input_shape=(64, 65, 3), auxiliary=True)
    with pytest.raises(ValueError, match="at least 2 classes"):
        GoogLeNet(classes=1)
