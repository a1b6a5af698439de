"""Law of the house: every model learns. Each published builder is shrunk by its card's `small` and put to the test."""

import importlib.util
import inspect
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from dlcourse import models

CARDS = models.catalogue()
ROOT = Path(models.__file__).parents[2]


def small(name):
    return getattr(models, name)(**CARDS[name].small)


def is_keras(name):
    """By the law, a file of NumPy classes does not import Keras."""
    source = Path(inspect.getfile(getattr(models, name))).read_text(encoding="utf-8")
    return re.search(r"^(import|from) keras\b", source, re.MULTILINE) is not None


KERAS = [name for name in CARDS if is_keras(name)]
NUMPY = [name for name in CARDS if name not in KERAS]


# ---- networks ----

def trains_itself(model):
    """Whether it brings its own loss or its own step (GAN, VAE …): then it is compiled without a loss."""
    return any(getattr(type(model), name) is not getattr(keras.Model, name) for name in ("train_step", "compute_loss"))


# The targets of those among them that need some, by the class of the network; the others learn from x alone.
TARGETS = {
    "Capsules": lambda model, rng, samples: rng.integers(0, model.output["lengths"].shape[-1], samples),
    **dict.fromkeys(("SingleShot", "TwoStage"), lambda model, rng, samples: {
        "boxes": np.array([[[3, 4, 20, 24], [16, 16, 24, 24], [0, 0, 0, 0]]] * samples, "float32"),
        "classes": np.array([[1, 2, 0], [2, 1, 0]] * (samples // 2))}),
}


def some_inputs(model, samples=16):
    """Random inputs of the model's own shapes: numbers from 0 to 1, or small whole numbers where it reads tokens."""
    rng = np.random.default_rng(1)

    def draw(tensor):
        shape = (samples, *(size or 8 for size in tensor.shape[1:]))      # 8 steps where the length is free
        return rng.integers(0, 5, shape) if "int" in str(tensor.dtype) else rng.random(shape, dtype="float32")
    return keras.tree.map_structure(draw, model.input)


def some_task(model, x):
    """Random targets that suit the output, and the loss that suits the targets: a tiny thing to learn by heart."""
    rng = np.random.default_rng(2)

    def targets(output):
        if output.shape[-1] > 1 and np.allclose(output.sum(axis=-1), 1, atol=1e-4) and output.min() >= 0:
            # A picture's pixels are of one class: some nets answer coarsely.
            places = output.shape[:-1] if output.ndim < 4 else (len(output), 1, 1)
            return np.broadcast_to(rng.integers(0, output.shape[-1], places), output.shape[:-1]), "sparse_categorical_crossentropy"
        if output.min() > 0 and output.max() < 1:
            return rng.random(output.shape) > 0.5, "binary_crossentropy"
        return rng.normal(size=output.shape), "mse"
    outputs = model.predict(x, verbose=0)
    pairs = [targets(output) for output in keras.tree.flatten(outputs)]
    y, losses = ([pair[i] for pair in pairs] for i in range(2))
    return keras.tree.pack_sequence_as(outputs, y), keras.tree.pack_sequence_as(outputs, losses)


def compiled(model, x, optimizer, **how):
    """The model ready to fit, and the arguments that its fit takes. Few steps follow: XLA would compile longer than it saves."""
    how = {"jit_compile": False} | how
    if trains_itself(model):
        model.compile(optimizer=optimizer, **how)
        targets = TARGETS.get(type(model).__name__)
        return {"x": x, "y": targets(model, np.random.default_rng(2), len(x))} if targets else {"x": x}
    y, loss = some_task(model, x)
    model.compile(optimizer=optimizer, loss=loss, **how)
    return {"x": x, "y": y}


def still(model):
    """Of two players one holds still: while both learn, neither's loss need fall. The generator's own turn is in test_game.py."""
    return {"generator_optimizer": keras.optimizers.SGD(0.0)} if hasattr(model, "generator") else {}


TOSSED = {"RBM", "DBM"}      # their units are 0 or 1: of greys around a half there is nothing for them to learn


# These differ from a neighbour in a few numbers only, by the same code: they are put to the test with `--heavy`.
TWINS = {"ResNet34", "ResNet101", "ResNet152", "SEResNet34", "SEResNet50", "SEResNet101", "SEResNet152", "NASNetLarge"}


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.heavy if name in TWINS else ()) for name in KERAS])
def network(request):
    keras.utils.set_random_seed(0)
    yield small(request.param)
    keras.backend.clear_session()


class TestNetwork:
    """A Keras builder's small version."""

    def test_answers_with_numbers(self, network):
        for output in keras.tree.flatten(network.predict(some_inputs(network), verbose=0)):
            assert np.isfinite(output).all()

    def test_one_fit_lowers_the_loss(self, network):
        x, start, best = some_inputs(network), network.get_weights(), []
        x = x.round() if type(network).__name__ in TOSSED else x
        for rate in (0.01, 0.001):       # the second for nets that a large step throws off
            network.set_weights(start)
            task = compiled(network, x, keras.optimizers.Adam(rate), **still(network))
            history = network.fit(**task, epochs=30, batch_size=16, verbose=0).history
            losses = history.get("loss") or history["discriminator_loss"]
            assert np.isfinite(losses).all()
            best.append(min(losses[-5:]) / losses[0])
            if best[-1] < 0.98:
                return
        raise AssertionError(f"after 30 steps it still has {best} of its first loss")

    def test_every_trainable_weight_receives_a_gradient(self, network):
        # One plain step moves a weight exactly by its gradient: this holds for every backend and every own train_step.
        task = compiled(network, some_inputs(network), keras.optimizers.SGD(1.0), run_eagerly=True)
        before = [weight.numpy().copy() for weight in network.trainable_weights]
        network.fit(**task, epochs=1, batch_size=16, verbose=0)
        assert before
        still = [weight.path for weight, old in zip(network.trainable_weights, before)
                 if np.array_equal(weight.numpy(), old)]
        assert not still, f"no gradient reaches {still}"

    def test_a_saved_model_answers_the_same(self, network, tmp_path):
        x = some_inputs(network)
        network.save(tmp_path / "model.keras")
        again = keras.models.load_model(tmp_path / "model.keras")
        answers = [keras.tree.flatten(model.predict(x, verbose=0)) for model in (network, again)]
        for output, same in zip(*answers, strict=True):
            np.testing.assert_allclose(same, output, rtol=1e-6, atol=1e-6)

    def test_it_computes_in_mixed_precision_too(self, request, network):
        name = request.node.callspec.params["network"]
        policy = keras.config.dtype_policy()
        keras.config.set_dtype_policy("mixed_float16")
        try:
            mixed = small(name)
        finally:
            keras.config.set_dtype_policy(policy)
        mixed.set_weights(network.get_weights())
        x = some_inputs(network)
        answers = [keras.tree.flatten(model.predict(x, verbose=0)) for model in (network, mixed)]
        for output, same in zip(*answers, strict=True):
            np.testing.assert_allclose(same.astype("float32"), output, atol=0.02 * max(1, np.abs(output).max()))
        task = compiled(network, x, "sgd")      # targets that suit the exact answers
        mixed.compile(optimizer="adam", loss=network.loss, run_eagerly=True)      # one step: a graph would take longer to make
        assert np.isfinite(list(mixed.fit(**task, batch_size=16, verbose=0).history.values())).all()

    def test_leaves_seeding_to_the_user(self, network, request):
        name = request.node.callspec.params["network"]

        def weights():
            return np.concatenate([weight.numpy().ravel() for weight in small(name).trainable_weights])
        keras.utils.set_random_seed(3)
        first, second = weights(), weights()
        keras.utils.set_random_seed(3)
        assert np.array_equal(weights(), first), "the same seed should give the same weights"
        assert not np.array_equal(first, second), "two builds in a row are alike: the builder seeds by itself"


@pytest.mark.heavy
@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="jax is not installed: the second backend is not tried")
def test_jax_answers_as_tensorflow_does(tmp_path):
    for name in KERAS:
        model = small(name)
        x = some_inputs(model)
        np.savez(tmp_path / f"{name}.npz", *keras.tree.flatten(x))
        np.savez(tmp_path / f"{name}-here.npz", *keras.tree.flatten(model.predict(x, verbose=0)))
        model.save_weights(tmp_path / f"{name}.weights.h5")
    there = """
import sys, keras, numpy as np
from dlcourse import models
assert keras.backend.backend() == "jax"
for name, card in models.catalogue().items():
    if name not in sys.argv[2:]:
        continue
    model = getattr(models, name)(**card.small)
    model.load_weights(f"{sys.argv[1]}/{name}.weights.h5")
    x = keras.tree.pack_sequence_as(model.input, list(np.load(f"{sys.argv[1]}/{name}.npz").values()))
    np.savez(f"{sys.argv[1]}/{name}-there.npz", *keras.tree.flatten(model.predict(x, verbose=0)))
"""
    environment = os.environ | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu",
                                "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    run = subprocess.run([sys.executable, "-c", there, tmp_path, *KERAS], env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    for name in KERAS:
        here, there = (np.load(tmp_path / f"{name}-{side}.npz") for side in ("here", "there"))
        for key in here:
            np.testing.assert_allclose(there[key], here[key], atol=1e-5, err_msg=f"{name} answers differently on jax")


# ---- classes that are no gradient-trained nets ----

def learns_from_labels(model):
    return hasattr(model, "fit") and "y" in inspect.signature(model.fit).parameters


def rows(model, samples=64, binary=False):
    rng = np.random.default_rng(1)
    shape = (samples, *model.input_shape)
    darkest = 0 if len(shape) > 2 else -1      # of a picture
    return rng.integers(0, 2, shape) if binary else rng.uniform(darkest, 1, shape)


@pytest.mark.parametrize("name", NUMPY)
class TestPlainClass:
    """A class with `predict`, `count_params` and, where it learns, `fit`."""

    def fitted(self, name):
        model = small(name)
        if hasattr(model, "fit"):
            x = rows(model)
            model.fit(x, *([(x.sum(axis=1) > 0).astype(int)] if learns_from_labels(model) else []))
        return model

    def test_one_row_is_answered_as_among_many(self, name):
        model = self.fitted(name)
        x = rows(model, binary=True)
        answers = model.predict(x)
        assert len(answers) == len(x)
        assert np.isfinite(answers).all()
        np.testing.assert_allclose(model.predict(x[0]), answers[0])

    def test_fit_changes_its_mind_for_the_better(self, name):
        model = small(name)
        if not hasattr(model, "fit"):
            assert model.count_params() == 0, "what has parameters should learn them"
            return
        x = rows(model)
        if learns_from_labels(model):
            y = x.sum(axis=1) > 0
            answers = self.fitted(name).predict(x)
            assert np.mean((answers - y) ** 2) < np.var(y), "it should beat always answering the mean"
        else:
            assert not np.allclose(self.fitted(name).predict(x), model.predict(x))

    def test_two_runs_agree(self, name):
        x = rows(small(name), binary=True)
        np.testing.assert_array_equal(self.fitted(name).predict(x), self.fitted(name).predict(x))

    def test_counts_its_parameters(self, name):
        assert self.fitted(name).count_params() >= 0

    def test_a_row_of_another_length_is_refused_in_words(self, name):
        model = self.fitted(name)
        with pytest.raises(ValueError, match=r"x has shape \(3, 97\)"):
            model.predict(np.zeros((3, 97)))


# ---- all ----

@pytest.mark.parametrize("name", CARDS)
def test_building_is_silent_offline_and_leaves_numpys_generator_alone(name, capfd, monkeypatch):
    def refuse(*_):
        raise AssertionError(f"{name} opened a connection")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    np.random.seed(4)
    before = np.random.get_state()[1].copy()
    small(name)
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")
    assert np.array_equal(np.random.get_state()[1], before)
