"""ALVINN: three published sizes, and steering by a hill of activity."""

import numpy as np
import pytest

from dlcourse.models import ALVINN, decode_direction, encode_direction


@pytest.mark.parametrize(("variant", "published", "count"), [
    ("lecture", "960-4-30", 3_994), ("1991", "960-5-30", 4_985), ("1988", "1217-29-46", 36_702),
])
def test_published_sizes(facts, variant, published, count):
    model, row = ALVINN(variant=variant), facts("ALVINN", published)
    assert model.count_params() == row["params_trainable"] == count
    assert model.input_shape == (None, *row["input_shape"])
    assert model.output_shape == (None, row["classes"])


def test_arguments_win_over_the_variant():
    assert ALVINN(hidden=5).count_params() == 4_985
    assert ALVINN(variant="1988", hidden=9, classes=45).get_layer("steering").count_params() == 45 * 10
    assert ALVINN(input_shape=(15, 16)).get_layer("hidden").count_params() == 4 * 241


def test_all_units_are_sigmoid():
    assert [layer.activation.__name__ for layer in ALVINN().layers[2:]] == ["sigmoid", "sigmoid"]


def test_the_retina_is_read_row_by_row():
    model = ALVINN(hidden=1)
    weights = [weight * 0 for weight in model.get_weights()]
    weights[0][1 * 32 + 2] = 1        # row 1, column 2
    weights[2][:] = 1
    model.set_weights(weights)
    image = np.zeros((2, 30, 32))
    image[1, 1, 2] = 5
    dark, lit = model.predict(image, verbose=0)
    assert (lit > dark + 0.05).all()


def test_bad_variant_is_refused_in_words():
    with pytest.raises(ValueError, match="'1990' is unknown: choose from 'lecture', '1991', '1988'"):
        ALVINN(variant="1990")
    with pytest.raises(ValueError, match="positive integer"):
        ALVINN(hidden=0)


def test_it_learns_to_steer_towards_a_bright_column():
    import keras
    keras.utils.set_random_seed(0)
    directions = np.random.default_rng(0).uniform(-1, 1, 400)
    columns = np.arange(32) - (directions[:, None] + 1) / 2 * 31
    roads = np.repeat(np.exp(-columns**2 / 8)[:, None], 30, axis=1)
    model = ALVINN()
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
    model.fit(roads[:300], encode_direction(directions[:300]), epochs=40, verbose=0)
    steered = decode_direction(model.predict(roads[300:], verbose=0))
    assert np.abs(steered - directions[300:]).mean() < 0.2           # always straight ahead is off by 0.5


@pytest.mark.parametrize("units", [5, 30, 45])
def test_every_direction_comes_back(units):
    directions = np.random.default_rng(1).uniform(-1, 1, 500)
    directions[:3] = -1, 0, 1
    assert np.abs(decode_direction(encode_direction(directions, units)) - directions).max() < 0.01


def test_the_hill_is_the_papers():
    hill = encode_direction(-1, units=30)
    np.testing.assert_allclose(hill, np.exp(-np.arange(30) ** 2 / 10))
    assert encode_direction(1).argmax() == 29
    np.testing.assert_allclose(encode_direction(0.4), encode_direction(-0.4)[::-1])


def test_scalars_and_batches():
    assert encode_direction(0.5).shape == (30,)
    assert encode_direction([0.5, 0.1]).shape == (2, 30)
    assert isinstance(decode_direction(encode_direction(0.5)), float)
    assert decode_direction(encode_direction([0.5])).shape == (1,)


def test_the_hill_decides_not_its_highest_unit():
    outputs = encode_direction(0.5)
    outputs[2] = 1.2                    # one loud unit far to the left
    assert outputs.argmax() == 2
    assert decode_direction(outputs) == pytest.approx(0.5, abs=0.02)


def test_a_shy_network_still_steers():
    np.testing.assert_allclose(decode_direction(0.1 * encode_direction([-0.7, 0, 0.2])), [-0.7, 0, 0.2], atol=0.01)


@pytest.mark.parametrize("direction", [1.1, [-2, 0], np.nan])
def test_a_direction_beyond_the_wheel_is_refused(direction):
    with pytest.raises(ValueError, match="scale the steering angles"):
        encode_direction(direction)


@pytest.mark.parametrize("shape", [(), (1,), (2, 3, 30)])
def test_outputs_of_no_known_shape_are_refused(shape):
    with pytest.raises(ValueError, match="batch of rows"):
        decode_direction(np.zeros(shape))


def test_a_network_gone_wrong_does_not_steer():
    with pytest.raises(ValueError, match="lower its learning rate"):
        decode_direction(np.full(30, np.nan))
