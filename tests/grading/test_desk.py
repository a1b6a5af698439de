"""A class is marked once, and again only where something has changed; what a person says stays; nothing is lost on the way."""

import contextlib
import csv
import shutil
import sqlite3

import nbformat
import pytest
from click.testing import CliRunner

from dlcourse import cli, places
from dlcourse.authoring import build, source
from dlcourse.authoring.course import Course
from dlcourse.errors import CourseError
from dlcourse.grading import desk, jail, marking
from dlcourse.grading import walls as strength

LAB = places.checkout() / "tests" / "labs" / "lab00_conformance.py"


@pytest.fixture(autouse=True)
def warmed(warm, monkeypatch):
    """All commands of this file fork their jobs from one warm process; gives the list of those that were marked."""
    marked, real = [], marking.mark
    monkeypatch.setattr(desk, "Warm", lambda level: contextlib.nullcontext(warm))
    monkeypatch.setattr(marking, "mark", lambda lab, one, *more: (marked.append(one.student), real(lab, one, *more))[1])
    return marked


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The conformance lab's source and notebooks."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(LAB, folder)
    build.write(build.products(folder, folder / "labs", Course("https://github.com/someone/course", "0.1.0")))
    return folder


@pytest.fixture
def course(built, tmp_path):
    """A folder with the lab's source, and three submissions: full, half, none."""
    shutil.copy(LAB, tmp_path)
    (tmp_path / "in").mkdir()
    shutil.copy(built / "lab00_conformance.ipynb", tmp_path / "in" / "full.ipynb")
    shutil.copy(built / "labs" / "lab00_conformance.ipynb", tmp_path / "in" / "none.ipynb")
    half = nbformat.read(built / "lab00_conformance.ipynb", as_version=4)
    half.cells = [cell for cell in half.cells if not cell.id.startswith("lab00-1-6")]
    nbformat.write(half, tmp_path / "in" / "half.ipynb")
    return tmp_path


def grade(course, *words, submissions="in"):
    """Run the command; gives what it printed."""
    paths = [str(course / submissions)] if submissions else []
    result = CliRunner().invoke(cli.main, ["grade", "lab00", *paths, "--solutions", str(course), "--out", str(course / "out"), *words])
    assert not isinstance(result.exception, Exception), result.output
    return result.output


def points(course):
    with (course / "out" / "points.csv").open(encoding="utf-8-sig") as file:
        return {row["student"]: row["points"] for row in csv.DictReader(file)}


def test_a_class_is_marked_once_and_only_what_changed_is_marked_again(course, warmed):
    said = grade(course)
    assert "marked 3 of 3; 0 had not changed" in said and jail.why(jail.probe()) in said
    assert points(course) == {"full": "10", "half": "9", "none": "0"}
    assert {path.name for path in (course / "out" / "feedback").iterdir()} == {"full.html", "half.html", "none.html"}

    warmed.clear()
    assert "marked 0 of 3; 3 had not changed" in grade(course) and warmed == []

    shutil.copy(course / "in" / "full.ipynb", course / "in" / "half.ipynb")
    assert grade(course, "--why") == f"half: {', '.join(source.read(LAB).questions)} (the submission has changed)\n" and warmed == []
    assert "marked 1 of 3; 2 had not changed" in grade(course) and warmed == ["half"]
    assert points(course)["half"] == "10"


def test_a_corrected_check_marks_its_question_again_and_no_other(course, warmed):
    grade(course)
    before = rows(course)
    lab = course / "lab00_conformance.py"
    lab.write_text(lab.read_text().replace('assert list(countdown(0)) == []', 'assert list(countdown(0)) == [0]'))
    assert grade(course, "--why") == "".join(f"{student}: 1.4 (its check has changed)\n" for student in ("full", "half", "none"))
    grade(course)
    after = rows(course)
    changed = {key for key in after if after[key] != before[key]}
    assert {question for _, question in changed} <= {"1.4", "2.3"}
    assert points(course) == {"full": "9", "half": "8", "none": "0"}


def rows(course):
    with contextlib.closing(sqlite3.connect(course / "out" / "grades.db")) as db:
        return {(student, question): (run, won) for student, question, run, won in db.execute("SELECT student, question, run, points FROM mark")}


def test_what_a_person_says_stays_whatever_is_marked_again(course):
    grade(course)
    said = grade(course, "--manual", "full", "2.3", "1", "well said", "--manual", "none", "1.1", "0,5", "nearly", submissions=None)
    assert "marked 0 of 0" in said and points(course) == {"full": "11", "half": "9", "none": "0.5"}
    lab = course / "lab00_conformance.py"
    lab.write_text(lab.read_text().replace("twice 3 is 6", "two times 3 is 6"))
    grade(course)
    assert points(course) == {"full": "11", "half": "9", "none": "0.5"}
    assert "well said" in (course / "out" / "feedback" / "full.html").read_text()
    grade(course, "--manual", "none", "1.1", "-", "", submissions=None)
    assert points(course)["none"] == "0"


def test_an_answer_in_words_is_there_to_be_read(course):
    book = nbformat.read(course / "in" / "full.ipynb", as_version=4)
    next(cell for cell in book.cells if cell.id == "lab00-2-3-written").source = "Because <b>gradients</b> vanish."
    nbformat.write(book, course / "in" / "full.ipynb")
    grade(course, "--only", "full")
    assert "Because &lt;b&gt;gradients&lt;/b&gt; vanish." in (course / "out" / "feedback" / "full.html").read_text()


def test_one_student_alone(course, warmed):
    assert "marked 1 of 1" in grade(course, "--only", "half") and warmed == ["half"]


def test_ctrl_c_keeps_what_is_marked_and_the_same_command_goes_on(course, monkeypatch, warmed):
    real = marking.mark_all

    def interrupted(*words):
        yield from [next(real(*words))]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(marking, "mark_all", interrupted)
        said = grade(course, "--workers", "1")
    assert "stopped: 2 are still to be marked; the same command goes on from here" in said and "marked 1 of 3" in said
    warmed.clear()
    assert "marked 2 of 3; 1 had not changed" in grade(course) and len(warmed) == 2
    assert points(course) == {"full": "10", "half": "9", "none": "0"}


def test_a_submission_that_could_not_be_marked_is_told_and_tried_again(course, monkeypatch, warmed):
    with monkeypatch.context() as patch:
        real = marking.job
        patch.setattr(marking, "job", lambda lab, one, *more: 1 / 0 if one.student == "half" else real(lab, one, *more))
        said = grade(course)
    assert "Error: half: this submission could not be marked: ZeroDivisionError" in said and points(course) == {"full": "10", "none": "0"}
    assert "marked 1 of 3; 2 had not changed" in grade(course) and points(course)["half"] == "9"


@pytest.mark.parametrize("words, said", [
    (["--manual", "nobody", "1.1", "1", ""], "the gradebook has no mark of 'nobody'"),
    (["--manual", "full", "1.1", "7", ""], "full cannot have 7 points in 1.1"),
    (["--manual", "full", "1.1", "many", ""], "'many' is no number of points"),
    (["--only", "fulll"], "no student is called 'fulll': did you mean full?"),
    (["--duplicates", "some"], "'some' is not one of 'error', 'newest', 'oldest'"),
    (["--roster", "nowhere.csv"], "cannot be read as a roster"),
])
def test_what_cannot_be_done_is_one_sentence(words, said, course):
    grade(course, "--only", "full")
    assert said in grade(course, *words)


def test_weak_walls_need_trust(monkeypatch):
    monkeypatch.setattr(jail, "probe", lambda: "none")
    with pytest.raises(CourseError, match="no isolation: student code runs with all your rights.*: add --trust if you know who wrote these"):
        strength.walls()
    assert strength.walls(trust=True).level == "none"
    with pytest.raises(CourseError, match="the isolation that was required is not to be had"):
        strength.walls(trust=True, require=True)


def test_a_system_that_cannot_fork_takes_one_cold_process(course, monkeypatch):
    monkeypatch.setattr(strength.sys, "platform", "darwin")
    assert "add --trust" in grade(course)
    said = grade(course, "--trust", "--only", "half")
    assert "one slow process of its own" in said and points(course) == {"half": "9"}
