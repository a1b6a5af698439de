"""The conformance lab: one question of every kind, through everything that runs or marks labs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dlcourse import places
from dlcourse.authoring import build, running
from dlcourse.authoring.course import Course

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
    for student in ("full", "half", "none"):
        found = book.find_submission("course", student)
        print(student, found.score - found.written_score, found.max_score - found.max_written_score)
"""


@pytest.mark.parametrize("name", SOURCES)
def test_nbgrader_autograde_gives_the_same_marks(name, made, tmp_path):
    """Real nbgrader, from generate to autograde: the solution earns 10, its first half about half, the pristine lab nothing."""
    folder = made if name == "lab00_conformance" else None
    solution = (folder / "solutions" if folder else places.solutions()) / f"{name}.ipynb"
    pristine = (folder / "labs" if folder else places.folder("labs")) / f"{name}.ipynb"
    (tmp_path / "source" / "course").mkdir(parents=True)
    shutil.copy(solution, tmp_path / "source" / "course")
    expected = {"full": 10.0, "none": 0.0}
    for student, path in [("full", solution), ("none", pristine)]:
        place = tmp_path / "submitted" / student / "course"
        place.mkdir(parents=True)
        shutil.copy(path, place)
    expected["half"] = _half(solution, pristine, tmp_path / "submitted" / "half" / "course" / f"{name}.ipynb")
    for command in [["generate_assignment", "course"], ["autograde", "course"]]:
        done = subprocess.run([sys.executable, "-m", "nbgrader", *command], cwd=tmp_path, env=WITH_SCRIPTS, capture_output=True,
                              text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-3000:]
    done = subprocess.run([sys.executable, "-c", GRADEBOOK, str(tmp_path)], env=WITH_SCRIPTS, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert told == {student: [str(points), "10.0"] for student, points in expected.items()}


def _half(solution, pristine, path):
    """A submission that answers section 1 or, in a longer lab, up to section 3; returns the points it should earn."""
    solved = {cell.id: cell.source for cell in nbformat.read(solution, as_version=4).cells}
    book, points = nbformat.read(pristine, as_version=4), 0
    for cell in book.cells:
        if cell.id.split("-")[1] in "123" and cell.metadata.get("tags") in (["answer"], ["check"]) and "-2-2-" not in cell.id:
            if cell.metadata.tags == ["answer"]:
                cell.source = solved[cell.id]
            else:
                points += cell.metadata.nbgrader.points
    path.parent.mkdir(parents=True)
    nbformat.write(book, path)
    return float(points)


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
