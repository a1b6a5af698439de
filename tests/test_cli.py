"""The command line: help with an example, the nearest name, exit codes 0, 1 and 2, and never a traceback."""

import shutil
import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from dlcourse import __version__, datasets, places, starting
from dlcourse.cli import main

COMMANDS = sorted(main.commands)


def call(*words):
    result = CliRunner().invoke(main, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_commands():
    assert COMMANDS == ["build", "data", "doctor", "grade", "labs", "models", "release", "run", "start"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command):
    result = call(command, "--help")
    assert result.exit_code == 0 and f"Example: dlcourse {command}" in result.output


def test_version_and_help():
    assert __version__ in call("--version").output
    assert all(command in call("-h").output for command in COMMANDS)


@pytest.mark.parametrize("words, said", [
    (["modles"], "did you mean models?"),
    (["models", "Perceptrn"], "did you mean Perceptron?"),
    (["models", "perceptrom"], "did you mean Perceptron?"),
    (["data", "digit"], "did you mean digits?"),
    (["data", "minst"], "did you mean mnist?"),
    (["data", "--fetch"], "name the data set"),
    (["run", "lab99"], "no lab is called 'lab99'"),
    (["start", "neuron", "--copy-only"], "no lab is called 'neuron'"),
    (["grade", "lab01"], "name the notebooks to mark"),
    (["release"], "Missing argument 'FOLDER'"),
    (["models", "--no-such"], "No such option"),
])
def test_wrong_use_is_one_sentence_and_exit_code_2(words, said):
    result = call(*words)
    assert result.exit_code == 2 and said in result.output


@pytest.mark.parametrize("words, said", [
    (["grade", "lab01", "nowhere.ipynb", "--trust"], "nowhere.ipynb does not exist"),
    (["grade", "lab01", "x.ipynb", "--trust", "--solutions", "nowhere"], "there is no lab source in nowhere"),
    (["build", "--solutions", "nowhere"], "there is no lab source in nowhere"),
    (["start", "lab01", "--copy-only", "--folder", "README.md/x"], "cannot be written"),
])
def test_what_fails_is_one_sentence_and_exit_code_1(words, said, monkeypatch):
    monkeypatch.chdir(places.checkout())
    result = call(*words)
    assert result.exit_code == 1 and said in result.output and "Traceback" not in result.output


@pytest.mark.parametrize("words", [["release", "{file}/x"], ["build", "--labs", "{file}"], ["run", "²"],
                                   ["grade", "lab01", "{folder}", "--out", "{file}", "--trust"],
                                   ["grade", "lab01", "{folder}", "--timeout", "0", "--trust"]])
def test_no_place_and_no_number_gives_a_traceback(words, tmp_path):
    (tmp_path / "a.ipynb").write_text("{}")
    result = call(*[word.format(file=tmp_path / "a.ipynb", folder=tmp_path) for word in words])
    assert result.exit_code in (1, 2) and "Error: " in result.output


@pytest.mark.parametrize("package, words", [("jupytext", ["build"]), ("nbclient", ["run", "lab01"]), ("nbformat", ["build"])])
def test_a_missing_package_is_told_with_its_remedy(package, words, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    for name in [name for name in sys.modules if name.startswith("dlcourse.authoring.")]:
        monkeypatch.delitem(sys.modules, name)
    result = call(*words)
    assert result.exit_code == 1 and f"{package} is not installed: pip install 'dlcourse[author]'" in result.output


def test_models_show_a_table_and_cards():
    assert "407,050" in call("models").output
    card = call("models", "mlp").output
    assert "Rumelhart" in card and "hidden1" in card and "401,920" in card and "https://" in card
    assert "Rosenblatt" in call("models", "Perceptron").output


@pytest.fixture
def no_caches(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_data_lists_what_is_here(no_caches):
    rows = {line.split()[0]: line.split() for line in call("data").output.splitlines()[1:] if line}
    assert set(datasets.CONTENTS + datasets.ONLINE) <= set(rows)
    assert rows["digits"][-4:] == ["117", "kB", "embedded", "yes"] and rows["points"][-4:] == ["on", "the", "spot", "yes"]
    assert rows["mnist"][-4:] == ["11.5", "MB", "online", "no"]
    (no_caches / "datasets").mkdir()
    (no_caches / "datasets" / "mnist.npz.part").write_bytes(b"half")
    assert "online        in part" in call("data").output
    (no_caches / "datasets" / "mnist.npz").write_bytes(b"half")
    assert "online        damaged" in call("data").output
    assert len(max(call("data").output.splitlines(), key=len)) <= 100


@pytest.mark.parametrize("name, said", [
    ("digits", ["uint8 (1437, 8, 8)  0 … 16", "CC BY", "picture: digits.png"]),
    ("pycode", ["train, test = datasets.pycode.load_data()", "train  str  900,000 characters"]),
    ("photos", ["pictures = datasets.photos.load_data()", "uint8 (2, 240, 320, 3)  0 … 255"]),
    ("dates", ["(x_train, y_train), (x_test, y_test) = datasets.dates.load_data()", "str (2000,)", "such as '19"]),
    ("scenes", ['y_train["boxes"]', "float32 (5000, 4, 4)     0 … 63", 'y_test["captions"]', "str (1000, 3)", "such as 'a "]),
    ("roads", ["float32 (300,)", "-0.99"]), ("sentences", ["int32 (600, 12)"]),
])
def test_data_shows_cards_and_saves_pictures(name, said, no_caches):
    output = call("data", name).output
    assert all(part in output for part in said), output
    assert (no_caches / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_overwrites_nothing(no_caches):
    call("data", "digits")
    assert call("data", "digits").exit_code == 0, "the same picture may stay"
    (no_caches / "digits.png").write_text("mine")
    result = call("data", "digits")
    assert result.exit_code == 1 and "8x8" in result.output and "digits.png is there already and is something else" in result.output
    assert (no_caches / "digits.png").read_text() == "mine"
    assert call("data", "digits", "--no-picture").exit_code == 0
    assert "picture: other.png" in call("data", "digits", "--picture", "other.png").output
    assert "No such file or directory" in call("data", "digits", "--picture", "nowhere/x.png").output


@pytest.mark.parametrize("name", datasets.ONLINE)
def test_data_shows_the_card_of_what_is_not_here(name, no_caches):
    result = call("data", name)
    source = getattr(datasets, name).SOURCE
    assert result.exit_code == 0 and "Licence:" in result.output and "SKIP" not in result.output
    assert f"Here: no. `dlcourse data {name} --fetch` downloads it" in result.output and f"datasets.{source.instead} comes" in result.output
    assert not list(no_caches.iterdir())


def test_data_names_what_is_damaged(no_caches):
    (no_caches / "datasets").mkdir()
    (no_caches / "datasets" / "mnist.npz").write_bytes(b"half")
    result = call("data", "mnist")
    assert result.exit_code == 1 and "mnist.npz is only half downloaded (4 of 11,490,434 bytes): move it away" in result.output


def test_labs_lists_what_the_notebooks_say():
    assert "A neuron decides" in call("labs").output


def test_doctor_finds_this_machine_well():
    result = call("doctor")
    assert result.exit_code == 0 and "✗" not in result.output and "Keras computes" in result.output


def test_doctor_knows_the_caches(no_caches):
    assert "✓ online data in a cache: none" in call("doctor").output
    (no_caches / "datasets").mkdir()
    (no_caches / "datasets" / "mnist.npz").write_bytes(b"half")
    result = call("doctor")
    assert result.exit_code == 1 and "✗ damaged: mnist; `dlcourse data mnist` says where" in result.output


def test_doctor_says_what_is_missing(monkeypatch):
    from dlcourse import health

    monkeypatch.setattr(health.importlib.metadata, "version", {"tensorflow": "2.19.1", "keras": "3.20rc1", "numpy": "2.1"}.get)
    result = call("doctor")
    assert result.exit_code == 1 and "✗ tensorflow 2.19.1 is too old: pip install 'tensorflow>=2.20'" in result.output
    assert "✓ keras 3.20rc1" in result.output


def test_start_copies_once_and_never_overwrites(tmp_path):
    assert "a fresh copy" in call("start", "1", "--copy-only", "--folder", str(tmp_path)).output
    mine = tmp_path / "lab01_neuron.ipynb"
    mine.write_text("my answers")
    assert "as you left it" in call("start", "lab01", "--copy-only", "--folder", str(tmp_path)).output
    assert mine.read_text() == "my answers"


@pytest.mark.parametrize("returncode, exit_code", [(0, 0), (1, 1)])
def test_start_opens_the_copy_in_jupyterlab(returncode, exit_code, tmp_path, monkeypatch):
    called = []
    monkeypatch.setattr(starting.subprocess, "run", lambda words, check: called.append(words) or SimpleNamespace(returncode=returncode))
    result = call("start", "lab01", "--no-browser", "--folder", str(tmp_path))
    assert result.exit_code == exit_code and ("did not start" in result.output) == bool(returncode)
    assert called[0][1:4] == ["-m", "jupyterlab", "--no-browser"] and called[0][-1] == str(tmp_path / "lab01_neuron.ipynb")


def test_build_check_writes_nothing(tmp_path):
    shutil.copy(places.solutions() / "lab01_neuron.py", tmp_path)
    result = call("build", "--check", "--solutions", str(tmp_path), "--labs", str(tmp_path / "labs"))
    assert result.exit_code == 1 and "run `dlcourse build`" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["lab01_neuron.py"]
    assert call("build", "--solutions", str(tmp_path), "--labs", str(tmp_path / "labs")).exit_code == 0
    assert call("build", "--check", "--solutions", str(tmp_path), "--labs", str(tmp_path / "labs")).exit_code == 0


def test_release_writes_what_students_may_see(tmp_path):
    result = call("release", str(tmp_path / "out"))
    assert result.exit_code == 0
    text = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    assert "HIDDEN" not in text and "SOLUTION" not in text and "Marking key" not in text
    assert "- `lab01_neuron.ipynb`" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert call("release", str(tmp_path / "out")).exit_code == 1


def test_run_fails_with_the_cells_that_failed(tmp_path, monkeypatch):
    (tmp_path / "lab00_conformance.py").write_text(
        (places.checkout() / "tests" / "labs" / "lab00_conformance.py").read_text(encoding="utf-8").replace("return 2 * x", "return 3 * x"))
    assert call("build", "--solutions", str(tmp_path), "--labs", str(tmp_path / "labs")).exit_code == 0
    monkeypatch.setattr(places, "solutions", lambda: tmp_path)
    result = call("run", "lab00", "--record")
    assert result.exit_code == 1 and "✗ lab00-1-1-check: CheckFailed: 1.1 twice 3 is 6" in result.output
    assert not (tmp_path / "timings.json").exists(), "a failing run is not recorded"


def test_grade_marks_and_reports(tmp_path):
    shutil.copy(places.folder("labs") / "lab01_neuron.ipynb", tmp_path / "ada.ipynb")
    result = call("grade", "lab01", str(tmp_path / "ada.ipynb"), "--out", str(tmp_path / "marks"), "--trust")
    assert result.exit_code == 0 and "0 / 10" in result.output
    written = sorted(path.name for path in (tmp_path / "marks").iterdir())
    assert written == ["feedback", "grades.csv", "grades.db", "points.csv", "report.html"]
    assert [path.name for path in (tmp_path / "marks" / "feedback").iterdir()] == ["ada.html"]
