"""What marking one submission takes: the instructor's own cells with the student's answers in their places, and what may not be used."""

import ast
import dataclasses

from dlcourse import names
from dlcourse.authoring import regions
from dlcourse.checking import ANSWER_MARK, forbid

GRADED = ("setup", "context", "answer", "check", "hidden")     # what runs when grading: shows never do
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)      # what reading hostile Python may raise


@dataclasses.dataclass(frozen=True)
class Limits:
    """Seconds that one cell of a student's may run, one call of their code by a check, and all of a submission.

    >>> Limits().cell
    60
    """

    cell: float = 60
    call: float = 30
    all: float = 1800


def job(lab, submission, wanted, limits=Limits()):
    """A submission as plain data: its cells in order, its answers, the names forbidden in each question, and what imports stand for.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Cell, Lab
    >>> from dlcourse.grading.submissions import Submission
    >>> lab = Lab("lab01_x", Path("x.py"), (Cell("code", "answer", "a = 1", 1, "1", "1.1"),))
    >>> [cell["source"] for cell in job(lab, Submission("ada", {"1.1": ["a = 2"]}), ["1.1"])["cells"]]
    ['a = 2']
    """
    forbidden = {question: lab.banned(question) for question in lab.questions}
    return {"cells": list(_cells(lab, submission.answers)), "answered": submission.answers, "forbidden": forbidden,
            "imports": lab.imports, "wanted": list(wanted), "deadly": [], "operators": _operators(lab), "cell_seconds": limits.cell, "call_seconds": limits.call}


def _operators(lab):
    """The operators that classes of the lab's own define, as `__add__`: a student's object may have no others but what its value has."""
    classes = (node for cell in lab.cells if cell.tag in ("context", "answer") for node in ast.walk(cell.tree) if isinstance(node, ast.ClassDef))
    return sorted({name for node in classes for name in names.bound(ast.Module(node.body, [])) if name.startswith("__")})


def _cells(lab, answers):
    """All the answers of a question stand in the place of its first answer cell; where there are none, the stubs stand."""
    placed = set()
    for number, cell in enumerate(lab.cells):
        if cell.tag not in GRADED:
            continue
        sources, file = [cell.source], f"cell {number}"
        if cell.tag == "answer":
            sources, file = [regions.stub(cell.source)], f"your answer to {cell.question}"
            if cell.question in answers:
                sources = [] if cell.question in placed else answers[cell.question]
            elif cell.question in placed:
                file += f", cell {number}"
            placed.add(cell.question)
        binds = sorted(names.bound(cell.tree)) if cell.tag in ("context", "answer") else []
        for part, source in enumerate(sources, 1):
            yield {"tag": cell.tag, "question": cell.question, "source": source, "binds": binds,
                   "file": file + (f", part {part}" if part > 1 else "")}


def forbidden_in(job, question):
    """What the answers to a question use although it forbids it, in words; '' if nothing.

    >>> forbidden_in({"answered": {"1.1": ["np.dot(a, b)"]}, "forbidden": {"1.1": ["numpy.dot"]}, "imports": {"np": "numpy"}}, "1.1")
    'write it without numpy.dot: that is what this question asks you to build'
    """
    texts = job["answered"].get(question, [])
    marked = [text for text in texts if (mark := ANSWER_MARK.search(text)) and mark[1] == question]
    for text in marked or texts:        # not what a student has tried out beside the answer
        try:
            used = names.misused(names.parse(text), job["forbidden"][question], job["imports"])
        except UNREADABLE:
            continue        # running it says so
        if used:
            return forbid(used)
    return ""
