"""What stands around `fit`: reproducible, serializable, and one line long."""

import random
import re
import subprocess
import sys

import keras
import numpy as np
import pytest

from dlcourse import training

LINE = re.compile(r"epoch (\d)/(\d) ▕([█ ]{20})▏ loss [\d.e-]+ .*\d+\.\d s")


def a_fit(epochs=2, **arguments):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    x = np.linspace(-1, 1, 16)[:, None]
    callbacks = [training.Progress(), *arguments.pop("callbacks", [])]
    return model.fit(x, 2 * x, epochs=epochs, batch_size=4, verbose=0, callbacks=callbacks, **arguments)


def test_seed_starts_everything_anew():
    def draw():
        training.seed(3)
        return random.random(), np.random.rand(), float(keras.random.uniform(()))
    assert draw() == draw()


def test_one_cycle_climbs_then_falls():
    rate = training.OneCycle(peak=1.0, steps=100, warmup=0.3)
    rates = [float(rate(step)) for step in range(101)]
    assert rates[0] == pytest.approx(0.04) and max(rates) == pytest.approx(1) == rates[30] and rates[-1] == pytest.approx(0.001)
    assert (np.diff(rates[:31]) > 0).all() and (np.diff(rates[30:]) < 0).all()
    assert float(rate(1000)) == pytest.approx(0.001)
    assert float(training.OneCycle(1.0, 10, warmup=0)(0)) == pytest.approx(1)


def test_one_cycle_trains_saves_and_loads(tmp_path):
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(training.OneCycle(0.5, steps=8)), "mse")
    model.fit(np.ones((8, 1)), np.ones(8), batch_size=2, epochs=2, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.optimizer._learning_rate.get_config() == training.OneCycle(0.5, steps=8).get_config()
    assert float(loaded.optimizer.learning_rate) == pytest.approx(0.0005)


@pytest.mark.parametrize("arguments", [{"peak": 0, "steps": 1}, {"peak": 1, "steps": 0}, {"peak": 1, "steps": 1, "warmup": 1}])
def test_one_cycle_says_what_is_wrong(arguments):
    with pytest.raises(ValueError, match="a cycle needs"):
        training.OneCycle(**arguments)


def test_progress_leaves_one_line_on_stdout(capsys):
    a_fit(validation_split=0.25)
    out, err = capsys.readouterr()
    assert out.count("\n") == 1 and "\r" not in out and err == ""
    epoch, epochs, bar = LINE.fullmatch(out.strip()).groups()
    assert (epoch, epochs, bar) == ("2", "2", "█" * 20)
    assert "mae" in out and "val_loss" in out


def test_progress_on_a_terminal_moves_and_clears_before_the_line(capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    a_fit(epochs=3)
    out, err = capsys.readouterr()
    assert "epoch 1/3" in out and out.count("\n") == 1 and err == ""
    assert LINE.fullmatch(out.strip().split("\r")[-1]) and out.split("\r")[-2].strip() == ""


def test_progress_of_a_training_that_stops_early(capsys):
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = True

    a_fit(epochs=4, callbacks=[Stop()])
    assert LINE.match(capsys.readouterr().out).groups() == ("1", "4", "█" * 5 + " " * 15)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Keras on generators
def test_progress_serves_two_fits_and_a_generator_of_unknown_length(capsys):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    progress = training.Progress()
    for _ in range(2):
        model.fit(((np.ones((2, 1)), np.ones(2)) for _ in range(3)), verbose=0, callbacks=[progress])
    assert capsys.readouterr().out.count("epoch 1/1") == 2


def test_report_is_one_line_and_takes_tensorflows_greetings():
    code = "from dlcourse import training; training.report(); import keras; keras.ops.ones(2) + 1"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"dlcourse \S+ · Keras \S+ on \w+ \S+ · NumPy \S+ · .+ · embedded data, no network needed\n", done.stdout)
    assert done.stderr == ""
