"""Mark one submission: the instructor's lab with the student's answers in it, run in a fresh kernel, strictly."""

import dataclasses

import nbformat

from dlcourse import names
from dlcourse.authoring import regions, running
from dlcourse.checking import MARKS, forbid
from dlcourse.grading import submissions
from dlcourse.grading.marks import Mark


GRADED = ("setup", "context", "answer", "check", "hidden")     # what runs when grading: shows never do


def mark_all(lab, paths, timeout=60):
    """Mark every submission in turn: yields (student, marks) for each, whatever the submission does.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Lab
    >>> list(mark_all(Lab("lab01_x", Path("x.py"), ()), {"ada": "nowhere.ipynb"}))
    [('ada', [])]
    """
    for student, path in paths.items():
        submission = submissions.read(path, lab, student)
        try:
            yield student, mark(lab, submission, timeout)
        except Exception as error:      # one submission may not cost the others their marks
            problem = f"this submission could not be marked: {type(error).__name__}: {error}"
            yield student, mark(lab, dataclasses.replace(submission, problem=problem), timeout)


def mark(lab, submission, timeout=60):
    """One Mark for every question of the lab; the written ones wait for a person.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Lab
    >>> mark(Lab("lab01_x", Path("x.py"), ()), submissions.Submission("ada", {}, "it is empty"))
    []
    """
    cells = [] if submission.problem else skeleton(lab, submission.answers)
    book = nbformat.v4.new_notebook(cells=[cell for _, cell in cells])
    runs = {run.id: run for run in running.run(book, timeout=timeout)} if cells else {}
    marks = []
    for question in lab.questions.values():
        if question.written:
            marks.append(Mark(question.id, None, question.points, "waits for a person"))
            continue
        wrong = submission.problem or _wrong(lab, question, submission, cells, runs)
        marks.append(Mark(question.id, 0 if wrong else question.points, question.points, wrong))
    return marks


def _wrong(lab, question, submission, cells, runs):
    """Why an answer earns nothing, or ''. Where it did not even run, that says more than what a check missed."""
    own = [(cell.metadata.tags[0], runs.get(cell.id)) for of, cell in cells if of == question.id]
    failures = [_verdict(question.id, run) for tag, run in own if tag in ("check", "hidden")]
    failures += _lint(lab, question.id, submission.answers.get(question.id, []))
    wrong = next(filter(None, failures), "")
    broken = [run.error for tag, run in own if tag == "answer" and run and run.error]
    return broken[0] if wrong and broken else wrong


def skeleton(lab, answers):
    """The cells that grading runs, as (question, cell): the lab's own, with a student's answers in the answer cells' places.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Cell, Lab
    >>> lab = Lab("lab01_x", Path("x.py"), (Cell("code", "answer", "a = 1", 1, "1", "1.1"),))
    >>> [cell.source for _, cell in skeleton(lab, {"1.1": ["a = 2"]})]
    ['a = 2']
    """
    placed, cells = set(), []
    for number, cell in enumerate(lab.cells):
        if cell.tag not in GRADED:
            continue
        sources = [cell.source]
        if cell.tag == "answer" and cell.question in answers:
            sources = [] if cell.question in placed else answers[cell.question]
            placed.add(cell.question)
        elif cell.tag == "answer":
            sources = [regions.stub(cell.source)]
        for part, source in enumerate(sources):
            made = nbformat.v4.new_code_cell(source, id=f"cell-{number}-{part}")
            made.metadata["tags"] = [cell.tag]
            cells.append((cell.question, made))
    return cells


def _verdict(question, run):
    """Why a check did not hold, or ''. That nothing went wrong is not enough: the check has to say that it holds."""
    if run is None:
        return "not reached: an earlier answer ended the run"
    if not run.error:
        return "" if f"{MARKS['passed']} {question}  " in run.printed else "the check did not say how it ended"
    kind, _, said = run.error.partition(": ")
    return said.partition(" ")[2] if kind == "CheckFailed" else run.error


def _lint(lab, question, answers):
    """What the answers use although the question forbids it, in words."""
    for answer in answers:
        try:
            used = lab.misused(question, names.parse(answer))
        except submissions.UNREADABLE:
            used = []       # running it says so
        if used:
            yield forbid(used)
