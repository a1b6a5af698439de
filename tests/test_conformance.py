"""The conformance lab: one question of every kind, through everything that runs or marks labs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dlcourse import places
from dlcourse.authoring import build, running, source
from dlcourse.authoring.course import Course
from dlcourse.checking import answer_mark
from dlcourse.grading import marking, submissions

# nbgrader calls alembic by its bare name, so the environment's scripts have to be on the path.
WITH_SCRIPTS = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
COURSE = Course("https://github.com/someone/course", "0.1.0")
SOURCES = {"lab00_conformance": places.checkout() / "tests" / "labs", "lab01_neuron": places.solutions()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Both notebooks of the conformance lab, freshly built."""
    folder = tmp_path_factory.mktemp("conformance")
    sources = folder / "solutions"
    sources.mkdir()
    shutil.copy(SOURCES["lab00_conformance"] / "lab00_conformance.py", sources)
    build.write(build.products(sources, folder / "labs", COURSE))
    return folder


@pytest.mark.parametrize("which", ["labs", "solutions"])
def test_runs_under_nbval(which, made):
    path = made / which / "lab00_conformance.ipynb"
    done = subprocess.run([sys.executable, "-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider", str(path)],
                          capture_output=True, text=True, timeout=300, cwd=path.parent)
    assert done.returncode == 0 and " passed" in done.stdout, done.stdout[-3000:]


def test_strict_mode_passes_the_solution_and_fails_every_check_of_the_pristine_lab(made):
    solved = running.run(nbformat.read(made / "solutions" / "lab00_conformance.ipynb", as_version=4))
    assert not [run.error for run in solved if run.error]
    pristine = nbformat.read(made / "labs" / "lab00_conformance.ipynb", as_version=4)
    checks = [cell.id for cell in pristine.cells if cell.metadata.get("tags") == ["check"]]
    failed = [run.id for run in running.run(pristine) if run.error.startswith("CheckFailed")]
    assert failed == checks and len(checks) == 9


GRADEBOOK = """
import sys
from nbgrader.api import Gradebook
with Gradebook(f"sqlite:///{sys.argv[1]}/gradebook.db") as book:
    for student in sys.argv[2:]:
        found = book.find_submission("course", student)
        print(student, found.score - found.written_score, found.max_score - found.max_written_score)
"""


# Three students with wrong answers; what each of them loses, the questions that build on a wrong answer included.
WRONG = {
    "lab00_conformance": {"slips": {"1.1": "def double(x):\n    return x * x"}, "guesses": {"1.4": "def countdown(n):\n    return range(n)",
                                                                                        "2.1": "model = None"},
                          "breaks": {"1.6": "def keep_even(numbers)\n    pass", "1.7": "def census(words):\n    return words[0] / 0"}},
    "lab01_neuron": {"slips": {"2.1": "def fires(x, w, b):\n    return int(np.dot(w, x) + b >= 0)"},
                     "guesses": {"3.1": "DETECTOR = ([-5, 5], 0)", "6.1": "def sigmoid(z):\n    return keras.ops.sigmoid(z)\nsigmoid_slope = sigmoid"},
                     "breaks": {"5.2": "def descend(x, y, rate=0.05, steps=50):\n    return w", "7.1": "raise SystemExit"}},
}
EARNED = {"lab00_conformance": {"full": 10, "none": 0, "slips": 8, "guesses": 8, "breaks": 8},
          "lab01_neuron": {"full": 10, "none": 0, "slips": 7, "guesses": 8, "breaks": 8}}


@pytest.mark.parametrize("name", SOURCES)
def test_nbgrader_and_the_grader_give_the_same_marks(name, made, tmp_path, warm):
    """Real nbgrader, from generate to autograde, and two processes: the solution, the pristine lab and three with wrong answers."""
    folder = made if name == "lab00_conformance" else None
    solution = (folder / "solutions" if folder else places.solutions()) / f"{name}.ipynb"
    pristine = (folder / "labs" if folder else places.folder("labs")) / f"{name}.ipynb"
    (tmp_path / "source" / "course").mkdir(parents=True)
    shutil.copy(solution, tmp_path / "source" / "course")
    handed_in = {"full": nbformat.read(solution, as_version=4), "none": nbformat.read(pristine, as_version=4)}
    for student, wrong in WRONG[name].items():
        handed_in[student] = _with(nbformat.read(solution, as_version=4), wrong)
    for student, book in handed_in.items():
        place = tmp_path / "submitted" / student / "course"
        place.mkdir(parents=True)
        nbformat.write(book, place / f"{name}.ipynb")
    for command in [["generate_assignment", "course"], ["autograde", "course"]]:
        done = subprocess.run([sys.executable, "-m", "nbgrader", *command], cwd=tmp_path, env=WITH_SCRIPTS, capture_output=True,
                              text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-3000:]
    done = subprocess.run([sys.executable, "-c", GRADEBOOK, str(tmp_path), *handed_in], env=WITH_SCRIPTS, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    theirs = {line.split()[0]: float(line.split()[1]) for line in done.stdout.splitlines()}
    lab = source.read(SOURCES[name] / f"{name}.py")
    ours = {student: marking.mark(lab, submissions.read(tmp_path / "submitted" / student / "course" / f"{name}.ipynb", lab), warm).total[0]
            for student in handed_in}
    assert theirs == ours == EARNED[name]


def _with(book, answers):
    """A notebook with other answers to some questions."""
    for cell in book.cells:
        question = ".".join(cell.id.split("-")[1:3])
        if cell.metadata.get("tags") == ["answer"] and question in answers:
            cell.source = answer_mark(question) + answers[question]
    return book


@pytest.mark.parametrize("name", SOURCES)
def test_nbgrader_validate(name, made):
    """nbgrader finds nothing to say against the solution, and in the pristine lab only that its checks do not pass yet."""
    from nbgrader.validator import Validator

    folder = made if name == "lab00_conformance" else None
    solution = (folder / "solutions" if folder else places.solutions()) / f"{name}.ipynb"
    pristine = (folder / "labs" if folder else places.folder("labs")) / f"{name}.ipynb"
    assert Validator().validate(str(solution)) == {}
    found = Validator().validate(str(pristine))
    assert set(found) == {"failed"}
    assert all("CheckFailed" in one["error"] and "to do" in one["error"] for one in found["failed"])
