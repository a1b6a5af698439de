"""Ensembles: any members, one average, and never worse than they are on average."""

import keras
import numpy as np
import pytest

from dlcourse.models import MLP, Ensemble, LeNet5


@pytest.fixture
def members():
    keras.utils.set_random_seed(0)
    return [MLP(input_shape=(8, 8, 1), hidden=(5,)), MLP(input_shape=(8, 8, 1), hidden=()), LeNet5(input_shape=(8, 8, 1))]


x = np.random.default_rng(0).random((20, 8, 8, 1))


def test_it_averages_probabilities(members):
    answers = np.mean([member.predict(x, verbose=0) for member in members], axis=0)
    np.testing.assert_allclose(Ensemble(members).predict(x, verbose=0), answers, rtol=1e-5)


def test_members_keep_name_and_weights_and_are_shared(members):
    model, names = Ensemble(members), [member.name for member in members]
    assert names == ["mlp", "mlp", "lenet5"]
    assert model.count_params() == sum(member.count_params() for member in members)
    before = model.predict(x, verbose=0)
    members[0].set_weights([3 * weight for weight in members[0].get_weights()])
    assert np.abs(model.predict(x, verbose=0) - before).max() > 1e-3
    assert [layer.name for layer in model.layers] == ["input", "member1", "member2", "member3", "average"]


def test_its_loss_is_at_most_its_members_on_average(members):
    """Always, because minus the logarithm is convex: that is why it pays."""
    y = np.random.default_rng(1).integers(0, 10, len(x))

    def loss(model):
        return -np.log(model.predict(x, verbose=0)[np.arange(len(x)), y]).mean()
    assert loss(Ensemble(members)) <= np.mean([loss(member) for member in members])


def test_one_member_answers_alone(members):
    np.testing.assert_allclose(Ensemble(members[:1]).predict(x, verbose=0), members[0].predict(x, verbose=0), rtol=1e-6)


@pytest.mark.parametrize(("members", "input_shape", "classes", "width"), [(6, (32, 32, 3), 10, 1), (2, (9, 5, 1), 4, 0.5), (1, (2, 2, 2), 2, 1)])
def test_a_number_builds_so_many_small_nets(members, input_shape, classes, width):
    model = Ensemble(members, input_shape, classes, width)
    a, b = int(32 * width), int(64 * width)
    assert model.count_params() == members * ((9 * input_shape[2] + 1) * a + (9 * a + 1) * b + (b + 1) * classes)
    assert model.output_shape == (None, classes)


def test_members_of_one_name_are_saved_apart(members, tmp_path):
    model = Ensemble(members)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-5)


@pytest.mark.parametrize(("wrong", "advice"), [
    (lambda: [], "needs a member"), (lambda: 0, "needs a member"), (lambda: ["vgg16"], "'vgg16' cannot be a member"),
    (lambda: [keras.Sequential([keras.layers.Dense(2)])], "cannot be a member: give built Keras models"),
    (lambda: [MLP((4,), classes=3), MLP((4,), classes=4, name="other")], r"other maps \(None, 4\) to \(None, 4\)"),
    (lambda: [MLP((4,))] * 2, "a member twice"), (lambda: [MLP((4,)), MLP((5,))], "give members of the same shapes"),
])
def test_bad_members_are_refused_in_words(wrong, advice):
    with pytest.raises(ValueError, match=advice):
        Ensemble(wrong())
