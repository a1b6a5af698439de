"""Keras models cross from one process to another as configuration and weights, and are rebuilt only from parts that are known.

A configuration is a claim by somebody who may lie: before anything is made of it, every class in it must be on the list, and its
weights, counted without making any, must be just those that came along.
"""

import concurrent.futures
import functools
import json

import numpy as np

SHELVES = ("layers", "initializers", "regularizers", "constraints", "losses", "metrics", "optimizers", "optimizers.schedules")
# These read files, call what they are told to call, or run other frameworks' code.
BANNED = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "TextVectorization", "StringLookup", "IntegerLookup",
          "IndexLookup", "Pipeline", "MelSpectrogram"}
OURS = "dlcourse."      # the course's own layers are registered by the course
MARKERS = {"__tuple__", "__keras_tensor__", "__ellipsis__"}     # Keras' names for plain things
PARTS = 10_000          # layers, initializers and so on in one model
KEPT = ("module", "class_name", "config", "registered_name", "build_config", "compile_config", "name", "inbound_nodes")


def describe(model):
    """What another process needs to rebuild a built Keras model: {"config": JSON, "weights": arrays}; None if that cannot be.

    >>> import keras
    >>> sorted(describe(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])))
    ['config', 'weights']
    >>> describe("no model") is None
    True
    """
    import keras

    if not isinstance(model, keras.Model) or not getattr(model, "built", False):
        return None
    try:
        config = json.dumps(keras.saving.serialize_keras_object(model))
        return {"config": config, "weights": weights(model)}
    except Exception:      # a student's own layers need not be able to describe themselves: then the model stays at home
        return None


def weights(model):
    """All of a model's weights as arrays, batch statistics among them.

    >>> import keras
    >>> [array.shape for array in weights(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]))]
    [(3, 2), (2,)]
    """
    return [np.asarray(array) for array in model.get_weights()]


def rebuild(described):
    """The model of a description, made here; ValueError if it holds anything unknown or is not what its weights say.

    >>> import keras
    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    >>> rebuild(describe(model)).count_params()
    8
    """
    import keras

    text, values = described["config"], described["weights"]
    if not isinstance(text, str) or text.count('"class_name"') > PARTS:
        raise ValueError("no configuration, or one of too many parts")
    inspect(json.loads(text))
    if sizes(text) != sorted(tuple(map(int, np.shape(value))) for value in values):
        raise ValueError("its weights are not those of its configuration")
    try:
        model = keras.saving.deserialize_keras_object(json.loads(text), safe_mode=True)
        model.set_weights(values)
    except Exception as error:      # Keras raises whatever a nonsensical configuration leads to
        raise ValueError(f"{type(error).__name__}: {error}") from None
    return model


def sizes(text):
    """The shapes of all weights that a configuration asks for, in order of size, without making one.

    >>> import keras
    >>> text = describe(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]))["config"]
    >>> sizes(text.replace('"units": 2', '"units": 1000000000'))
    [(3, 1000000000), (1000000000,)]
    """
    # Keras remembers variables without values by thread, and would fill them in later: with a thread of its own they are forgotten.
    with concurrent.futures.ThreadPoolExecutor(1) as aside:
        return aside.submit(_sizes, json.loads(text)).result()


def _sizes(config):
    import keras

    config.pop("compile_config", None)
    try:
        with keras.StatelessScope(initialize_variables=False):      # here variables have a shape and no value yet
            model = keras.saving.deserialize_keras_object(config, safe_mode=True)
            return sorted(tuple(weight.shape) for weight in model.weights)
    except Exception as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None


def inspect(config, depth=0):
    """Refuse with ValueError a configuration in which anything is not on the list.

    >>> inspect({"module": "os", "class_name": "system", "config": "ls"})
    Traceback (most recent call last):
    ValueError: os.system is not among the parts that models may cross with
    """
    if depth > 60:
        raise ValueError("a configuration nested too deeply")
    if isinstance(config, dict):
        if "class_name" in config:
            _known(config)
        elif {"module", "registered_name"} & set(config):
            raise ValueError("a part without a class")
        config = list(config.values())
    if isinstance(config, list):
        for part in config:
            inspect(part, depth + 1)


def _known(config):
    name, module, registered = config["class_name"], config.get("module"), config.get("registered_name")
    builtin = isinstance(name, str) and (module, name) in _listed() and registered in (None, name)
    function = (module, name) == ("builtins", "function") and isinstance(config.get("config"), str) and registered == "function"
    ours = isinstance(module, str) and module.startswith(OURS) and _ours(registered)     # without a module Keras reads old formats
    if not (builtin or function or name in MARKERS or ours):
        raise ValueError(f"{module}.{name} is not among the parts that models may cross with")
    if set(config) - set(KEPT):
        raise ValueError(f"{name} comes with {', '.join(sorted(set(config) - set(KEPT)))}")


def _ours(registered):
    """Whether a registered name is one that the course itself has registered in this process."""
    import keras

    found = keras.saving.get_registered_object(registered) if isinstance(registered, str) else None
    return getattr(found, "__module__", "").startswith(OURS)


@functools.cache
def _listed():
    """(module, class) of all public parts of Keras that do nothing but compute."""
    import keras

    known = {("keras", "Sequential"), ("keras", "Functional"), ("keras.models", "Sequential"), ("keras", "DTypePolicy"),
             ("keras.src.models.functional", "Functional"), ("keras.models", "Functional")}
    for shelf in SHELVES:
        place = functools.reduce(getattr, shelf.split("."), keras)
        known |= {(f"keras.{shelf}", name) for name in vars(place) if name[0].isupper() and name not in BANNED}
    return known
