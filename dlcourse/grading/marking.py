"""Mark one submission: the instructor's lab with the student's answers in it, run in a fresh kernel, strictly."""

import dataclasses

import nbformat

from dlcourse import names
from dlcourse.authoring import regions, running
from dlcourse.checking import MARKS


@dataclasses.dataclass(frozen=True)
class Mark:
    """What one question earned, and why not more.

    >>> Mark("1.1", points=0, of=2, message="exactly zero must not fire").points
    0
    """

    question: str
    points: int
    of: int
    message: str = ""


GRADED = ("setup", "context", "answer", "check", "hidden")     # what runs when grading: shows never do


def mark(lab, submission, timeout=60):
    """One Mark for every autograded question of the lab.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Lab
    >>> from dlcourse.grading.submissions import Submission
    >>> mark(Lab("lab01_x", Path("x.py"), ()), Submission("ada", {}, "it is empty"))
    []
    """
    questions = [question for question in lab.questions.values() if not question.written]
    if submission.problem:
        return [Mark(question.id, 0, question.points, submission.problem) for question in questions]
    cells = skeleton(lab, submission.answers)
    book = nbformat.v4.new_notebook(cells=[cell for _, cell in cells])
    runs = {run.id: run for run in running.run(book, timeout=timeout)} if cells else {}
    marks = []
    for question in questions:
        own = [(cell.metadata.tags[0], runs.get(cell.id)) for of, cell in cells if of == question.id]
        failures = [_verdict(question.id, run) for tag, run in own if tag in ("check", "hidden")]
        failures += _lint(lab, question.id, submission.answers.get(question.id, []))
        wrong = next(filter(None, failures), "")
        broken = [run.error for tag, run in own if tag == "answer" and run and run.error]
        marks.append(Mark(question.id, 0 if wrong else question.points, question.points, wrong and (broken + [wrong])[0]))
    return marks


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
        except SyntaxError:
            used = []       # running it says so
        if used:
            yield f"write it without {' and '.join(used)}: that is what this question asks you to build"
