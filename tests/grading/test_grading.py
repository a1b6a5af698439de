"""The simple path of marking: answers found and spliced, run in a fresh kernel, reported without losing or leaking anything."""

import csv
import html.parser

import nbformat
import pytest

from dlcourse import places
from dlcourse.authoring import source
from dlcourse.grading import marking, report, submissions
from dlcourse.grading.marking import Mark


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


def points(marks):
    return {mark.question: mark.points for mark in marks}


def test_all_kinds_of_questions_earn_their_points_and_a_dead_kernel_costs_only_what_comes_after(conformance, monkeypatch):
    monkeypatch.delenv("NO_COLOR")      # as in an instructor's terminal
    full = marking.mark(conformance, submissions.of_solution(conformance))
    assert sum(mark.points for mark in full) == 10, [mark for mark in full if mark.message]
    deadly = submissions.of_solution(conformance)
    deadly.answers["1.6"] = ["import os\ndef keep_even(numbers):\n    os._exit(0)"]
    marks = marking.mark(conformance, deadly)
    assert points(marks) == {"1.1": 1, "1.2": 1, "1.3": 2, "1.4": 1, "1.5": 1, "1.6": 0, "1.7": 0, "2.1": 0, "2.2": 0}
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
    marks = {mark.question: mark for mark in marking.mark(conformance, submissions.read(path, conformance), timeout=5)}
    assert {question: mark.points for question, mark in marks.items() if mark.points} == {"1.4": 1}
    assert "without numpy.multiply" in marks["1.1"].message
    assert marks["1.5"].message == "stopped after 5 seconds"
    assert marks["1.6"].message.startswith("SyntaxError: "), "why the answer did not run says more than that the check found nothing"
    assert marks["1.3"].message == "to do"


def test_a_loop_that_ignores_ctrl_c_ends_the_run_and_what_came_before_counts(conformance):
    stubborn = submissions.of_solution(conformance, ["1.1", "1.2"])
    stubborn.answers["1.3"] = ["import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass"]
    marks = marking.mark(conformance, stubborn, timeout=3)
    assert sum(mark.points for mark in marks) == 2
    assert marks[2].message == "stopped after 3 seconds"
    assert "not reached" in marks[-1].message


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"{", b"[]", b'{"cells": 3}', b'{"nbformat": 99}', b"[" * 5000])
def test_what_is_no_notebook_is_a_submission_without_answers(content, conformance, tmp_path):
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content)
    found = submissions.read(path, conformance)
    assert found.answers == {} and "cannot be read as a notebook" in found.problem
    marks = marking.mark(conformance, found)
    assert sum(mark.points for mark in marks) == 0 and marks[0].message == found.problem


def test_students_are_named_by_file_or_folder(tmp_path):
    for name in ["ada/lab.ipynb", "bob/lab.ipynb", "cyd.ipynb"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    assert sorted(submissions.find([tmp_path])) == ["ada", "bob", "cyd"]


def test_report_escapes_what_students_write_and_holds_every_mark(tmp_path):
    evil = "<script>alert(1)</script>"
    marked = {evil: [Mark("1.1", 0, 2, evil), Mark("1.2", 1, 1)], "bob": [Mark("1.1", 2, 2), Mark("1.2", 0, 1, "no")]}
    sheet, page = report.write(marked, "Lab 1 & more", tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text and "Lab 1 &amp; more" in text and text.count("<section") == 2

    class Strict(html.parser.HTMLParser):
        tags = []

        def handle_starttag(self, tag, attributes):
            self.tags.append(tag)

    Strict().feed(text)
    assert "script" not in Strict.tags
    rows = list(csv.reader(sheet.open(encoding="utf-8")))
    assert rows[1] == [evil, "1.1", "0", "2", evil] and len(rows) == 5
