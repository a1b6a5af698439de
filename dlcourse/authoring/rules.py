"""What a lab source must keep to: every fault names its line and says what to do."""

import ast
import dataclasses
import itertools
import re

from dlcourse import names
from dlcourse.authoring import regions
from dlcourse.authoring.source import HEADING, LECTURE, QUESTION, TAGS, arguments, check_calls

TOTAL = 10   # autograded points of every lab


@dataclasses.dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend.

    >>> print(Fault(12, "this code cell has no tag"))
    line 12: this code cell has no tag
    """

    line: int
    message: str

    def __str__(self):
        return f"line {self.line}: {self.message}"


def faults(lab):
    """All faults of a lab, in the order of its lines; none if it may be built. Questions are read once the cells are sound.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Cell, Lab
    >>> [str(fault) for fault in faults(Lab("lab01", Path("lab01.py"), (Cell("code", None, "x = 1", 7),)))][-1]
    'line 7: this code cell has no tag: give it one of setup, context, show, answer, check, hidden'
    """
    found = {*_title(lab), *itertools.chain(*map(_cell, lab.cells)), *_headings(lab)}
    if not found:
        found = {*itertools.chain(*(_question(lab, question) for question in lab.questions.values())), *_points(lab)}
    return sorted(found)


def _title(lab):
    first = lab.cells[0] if lab.cells else None
    if not first or first.kind != "markdown" or not LECTURE.search(first.source):
        yield Fault(1, "the first cell is prose with the title '# Lab N · …' and a line '*Lecture: … · 75 minutes*'")


def _cell(cell):
    if cell.kind == "markdown":
        if cell.tag not in (None, "written"):
            yield Fault(cell.line, f"prose has no tag but 'written', not '{cell.tag}'")
        return
    if cell.tag is None or cell.tag not in TAGS or cell.tag == "written":
        said = "has no tag" if cell.tag is None else f"has the unknown tag '{cell.tag}'"
        yield Fault(cell.line, f"this code cell {said}: give it one of {', '.join(TAGS[:-1])}")
    try:
        compile(cell.tree, "cell", "exec")
    except SyntaxError as error:
        yield Fault(cell.line + (error.lineno or 0), f"this is not valid Python: {error.msg}")
        return
    yield from _regions(cell)


def _regions(cell):
    try:
        count = len(regions.find(cell.source))
        if count and cell.tag != "answer":
            yield Fault(cell.line, f"a solution region stands in an answer cell, not in one tagged '{cell.tag}'")
        elif cell.tag == "answer" and not count:
            yield Fault(cell.line, "an answer cell has a solution region: # BEGIN SOLUTION … # END SOLUTION")
        elif count:
            compile(names.parse(regions.stub(cell.source)), "stub", "exec")
    except regions.RegionError as error:
        yield Fault(cell.line + error.line, str(error))
    except SyntaxError as error:
        yield Fault(cell.line + (error.lineno or 0), f"without its solution this cell is not valid Python: {error.msg}")


def _headings(lab):
    for cell in lab.cells:
        if cell.kind != "markdown":
            continue
        for hashes, text in HEADING.findall(cell.source):
            if hashes == "###" and re.match(r"\d+\.\d+", text) and not QUESTION.match(f"### {text}"):
                yield Fault(cell.line, f"the heading '{text}' lacks points or minutes: write '### 1.1 Title · 2 points · 5 min'")
        if len(re.findall(r"^### ", cell.source, re.MULTILINE)) > 1:
            yield Fault(cell.line, "one cell of prose opens one question: give the second heading '###' a cell of its own")
        if cell.question and QUESTION.search(cell.source) and cell.question.split(".")[0] != cell.section:
            yield Fault(cell.line, f"question {cell.question} stands in section {cell.section}")
    ids = [f"{match[1]}.{match[2]}" for cell in lab.cells for match in [QUESTION.search(cell.source)]
           if cell.kind == "markdown" and match]
    for before, number in itertools.pairwise(ids):
        if [int(part) for part in before.split(".")] >= [int(part) for part in number.split(".")]:
            yield Fault(lab.questions[number].line, f"question {number} comes after {before}: number questions upwards, each once")
    for cell in lab.cells:
        if cell.tag in ("answer", "check", "hidden", "written") and cell.question is None:
            yield Fault(cell.line, f"this cell is tagged '{cell.tag}' but no question heading stands above it")


def _question(lab, question):
    if question.written:
        return
    if not lab.of(question.id, "answer"):
        yield Fault(question.line, f"question {question.id} has no answer cell")
    visible, hidden = lab.of(question.id, "check"), lab.of(question.id, "hidden")
    if len(visible) != 1:
        yield Fault(question.line, f"question {question.id} has {len(visible) or 'no'} check cells: it needs one")
    for cell in visible + hidden:
        yield from _check(cell, question)
    order = [cell.tag for cell in lab.of(question.id, "answer", "check", "hidden")]
    if order != sorted(order):     # which is the alphabet's order too
        yield Fault(question.line, f"question {question.id} goes answer, check, hidden, in this order")
    for cell in lab.of(question.id, "answer"):
        for used in lab.misused(question.id, cell.tree):
            yield Fault(cell.line, f"the answer to {question.id} uses {used}, which it may not")


def _check(cell, question):
    calls = check_calls(cell)
    if len(calls) != 1:
        yield Fault(cell.line, f"a {cell.tag} cell holds one block 'with check(\"{question.id}\"):'")
        return
    positional, given = arguments(calls[0])
    asked = positional[0] if positional else None
    if asked != question.id:
        yield Fault(cell.line, f"this cell checks {asked} but stands under question {question.id}")
    if "without" in given and not isinstance(given["without"], (list, tuple)):
        yield Fault(cell.line, 'without is a list of names, written out: without=["keras.layers.Conv2D"]')
    wanted = question.points if cell.tag == "check" else None
    if given.get("points") != wanted:
        says = f"points={wanted}, as its heading" if wanted is not None else "no points: those stand in the visible check"
        yield Fault(cell.line, f"the {cell.tag} of {question.id} says {says}")
    if not any(isinstance(node, ast.Assert) for node in ast.walk(cell.tree)):
        yield Fault(cell.line, f"the {cell.tag} of {question.id} asserts nothing")
    for node in ast.walk(cell.tree):
        if isinstance(node, ast.Assert) and (node.msg is None or isinstance(node.msg, ast.Constant) and not node.msg.value):
            yield Fault(cell.line + node.lineno, "an assert has a message that names the likely misconception")


def _points(lab):
    total = sum(question.points for question in lab.questions.values() if not question.written)
    if total != TOTAL:
        yield Fault(1, f"the autograded questions carry {total} points: they sum to {TOTAL}")
    written = {question.id: question.points for question in lab.questions.values() if question.written}
    said = [call for cell in lab.cells if cell.kind == "code" for call in _scores(cell)]
    if len(said) != 1 or arguments(said[0])[1].get("written", {}) != written:
        wanted = f"check.score(written={written})" if written else "check.score()"
        yield Fault(lab.cells[-1].line if lab.cells else 1, f"one cell of the lab prints the score with {wanted}")


def _scores(cell):
    try:
        return [node for node in ast.walk(cell.tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "check.score"]
    except SyntaxError:
        return []
