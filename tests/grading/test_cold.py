"""Marking in a cold kernel, where there are no forks: slower, and the answers that end it cost what comes after."""

import json

import nbformat
import pytest

from dlcourse import places
from dlcourse.authoring import source
from dlcourse.authoring.running import Run
from dlcourse.grading import cold, submissions
from dlcourse.grading.jobs import Limits
from dlcourse.grading.marks import Result


@pytest.fixture(scope="module")
def conformance():
    return source.read(places.checkout() / "tests" / "labs" / "lab00_conformance.py")


@pytest.fixture
def handed_in(conformance, tmp_path):
    """Write a notebook of a student's cells: (id, source) pairs."""
    def write(cells, name="ada.ipynb"):
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text, id=cell_id) for cell_id, text in cells])
        nbformat.write(book, tmp_path / name)
        return tmp_path / name
    return write


def total(marks):
    return Result("ada", tuple(marks)).total


def points(marks):
    return {mark.question: mark.points for mark in marks}


def test_all_kinds_of_questions_earn_their_points_and_a_dead_kernel_costs_only_what_comes_after(conformance, monkeypatch):
    monkeypatch.delenv("NO_COLOR")      # as in an instructor's terminal
    full = cold.mark(conformance, submissions.of_solution(conformance)).marks
    assert total(full) == (10, 10), [mark for mark in full if mark.message]
    deadly = submissions.of_solution(conformance)
    deadly.answers["1.6"] = ["import os\ndef keep_even(numbers):\n    os._exit(0)"]
    marks = cold.mark(conformance, deadly).marks
    assert points(marks) == {"1.1": 1, "1.2": 1, "1.3": 2, "1.4": 1, "1.5": 1, "1.6": 0, "1.7": 0, "2.1": 0, "2.2": 0, "2.3": None}
    assert marks[5].message == "the answer ended the Python process"
    assert "not reached" in marks[6].message


def test_only_answers_count_and_what_they_may_not_use_is_told(conformance, handed_in):
    path = handed_in([
        ("lab00-0-setup", "raise SystemExit"),                                              # edited setup: ignored
        ("lab00-1-1-answer", "import numpy\ndef double(x):\n    return numpy.multiply(2, x)"),
        ("lab00-1-1-check", "print('✓ 1.1')"),                                              # edited check: ignored
        ("lost", "# Your answer to 1.4\ndef countdown(n):\n    return range(n, 0, -1)"),     # found by its first line
        ("lost-too", "def positive(x):\n    while x <= 0:\n        pass\n    return x"),     # found by its name, and endless
        ("lab00-1-6-answer", "def keep_even(numbers)\n    pass")])                                  # not Python
    marks = {mark.question: mark for mark in cold.mark(conformance, submissions.read(path, conformance), Limits(cell=5)).marks}
    assert {question: mark.points for question, mark in marks.items() if mark.points} == {"1.4": 1}
    assert "without numpy.multiply" in marks["1.1"].message
    assert marks["1.5"].message == "stopped after 5 seconds"
    assert marks["1.6"].message.startswith("SyntaxError: "), "why the answer did not run says more than that the check found nothing"
    assert marks["1.3"].message == "to do"


def test_a_loop_that_ignores_ctrl_c_ends_the_run_and_what_came_before_counts(conformance):
    stubborn = submissions.of_solution(conformance, ["1.1", "1.2"])
    stubborn.answers["1.3"] = ["import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass"]
    marks = cold.mark(conformance, stubborn, Limits(cell=3)).marks
    assert total(marks)[0] == 2
    assert marks[2].message == "stopped after 3 seconds"
    assert "not reached" in marks[-2].message


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"{", b"[]", b'{"cells": 3}', b'{"nbformat": 99}', b"[" * 5000])
def test_what_is_no_notebook_is_a_submission_without_answers(content, conformance, tmp_path):
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content)
    found = submissions.read(path, conformance)
    assert found.answers == {} and "cannot be read as a notebook" in found.problem
    marks = cold.mark(conformance, found).marks
    assert total(marks)[0] == 0 and marks[0].message == found.problem


def test_a_check_that_says_nothing_has_not_passed():
    assert cold._verdict("1.1", Run("a", 0.1, printed="")) == "the check did not say how it ended"
    assert cold._verdict("1.1", Run("a", 0.1, printed="✓ 1.1  2 points\n")) == ""
