"""Models cross as configuration and weights: what is honest arrives the same, what is not does not arrive."""

import json

import keras
import numpy as np
import pytest

from dlcourse.grading import crossing


def picture_net():
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(4, 3, padding="same", activation="relu", kernel_regularizer="l2")(inputs)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.Add()([x, keras.layers.Conv2D(4, 1)(inputs)])
    x = keras.layers.Dropout(0.5)(keras.layers.Flatten()(x))
    return keras.Model(inputs, keras.layers.Dense(3, activation=keras.activations.gelu)(x))


def text_net():
    return keras.Sequential([keras.Input((6,), dtype="int32"), keras.layers.Embedding(5, 4), keras.layers.Bidirectional(keras.layers.LSTM(3)),
                             keras.layers.Dense(1, activation="sigmoid", kernel_initializer=keras.initializers.Constant(0.5))])


@pytest.mark.parametrize("make", [picture_net, text_net])
def test_an_honest_model_arrives_the_same(make):
    model = make()
    model.compile(optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(1e-3, 10)), loss="mse", metrics=["mae"])
    again = crossing.rebuild(crossing.describe(model))
    x = np.random.default_rng(0).integers(0, 5, (4, *model.input_shape[1:]))
    np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-6)
    assert again.count_params() == model.count_params() and again.loss == "mse" and type(again.optimizer) is keras.optimizers.Adam


def tampered(change):
    described = crossing.describe(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="out")]))
    config = json.loads(described["config"])
    change(config["config"]["layers"][-1], config)
    return described | {"config": json.dumps(config)}


def layer(class_name, module="keras.layers", **config):
    return lambda last, _: last.update({"class_name": class_name, "module": module, "config": config, "registered_name": None})


ATTACKS = {
    "a huge layer": lambda last, _: last["config"].update(units=10**9),
    "a layer that computes what it is told": layer("Lambda", function={"class_name": "__lambda__", "config": {"code": "…"}}),
    "a file": layer("TFSMLayer", filepath="/etc"),
    "a vocabulary file": layer("TextVectorization", vocabulary="/etc/passwd"),
    "a module to import": layer("system", module="os"),
    "a function to call": lambda last, _: last["config"].update(activation={"class_name": "function", "module": "os", "config": "system",
                                                                            "registered_name": "system"}),
    "an initializer from elsewhere": lambda last, _: last["config"]["kernel_initializer"].update(module="subprocess", class_name="Popen"),
    "a name registered by nobody": lambda last, _: last.update(registered_name="dlcourse>Trap", module="builtins"),
    "a lambda": lambda last, _: last["config"].update(activation={"class_name": "__lambda__", "config": {"code": "…"}}),
    "nonsense": lambda last, _: last["config"].update(units="many"),
    "nested too deeply": lambda last, _: last["config"].update(deep=json.loads("[" * 200 + "]" * 200)),
    "more than there is": lambda last, config: config.update(extra=1),
}


@pytest.mark.parametrize("change", ATTACKS.values(), ids=ATTACKS)
def test_a_tampered_configuration_is_refused(change):
    with pytest.raises(ValueError):
        crossing.rebuild(tampered(change))


def test_untampered_is_what_the_attacks_begin_with():
    assert crossing.rebuild(tampered(lambda last, config: None)).count_params() == 8


def test_weights_of_other_shapes_are_refused():
    described = crossing.describe(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]))
    with pytest.raises(ValueError, match="its weights are not those"):
        crossing.rebuild(described | {"weights": described["weights"][:1]})


def test_an_old_format_does_not_pass_under_the_name_of_one_of_ours():
    """Without a module Keras reads a part as its old versions did, whatever it is registered as."""
    import dlcourse.training  # noqa: F401

    for part in ({"class_name": "Lambda", "config": {}, "registered_name": "dlcourse>OneCycle"},
                 {"module": "os", "class_name": "system", "config": {}, "registered_name": "dlcourse>OneCycle"}):
        with pytest.raises(ValueError, match="is not among the parts"):
            crossing.inspect({"layers": [part]})
    rate = keras.saving.serialize_keras_object(dlcourse.training.OneCycle(peak=0.1, steps=10))
    crossing.inspect(rate)


def test_weights_that_were_only_counted_are_never_made():
    described = crossing.describe(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]))
    crossing.sizes(described["config"].replace('"units": 2', '"units": 1000000000'))
    layer = keras.layers.TimeDistributed(keras.layers.Dense(2))      # its shape is asked for in a scope of Keras' own
    assert layer(keras.Input((4, 3))).shape == (None, 4, 2)
    assert not [weight for weight in layer.weights if weight.shape[-1] > 2]
    from keras.src.backend.common import global_state
    assert not global_state.get_global_attribute("uninitialized_variables", [])
