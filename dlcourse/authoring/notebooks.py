"""A lab's two notebooks: the one that students open and the one with solutions, the same bytes whenever they are made."""

import collections

import nbformat

from dlcourse.authoring import regions
from dlcourse.authoring.source import LECTURE, QUESTION
from dlcourse.checking import answer_mark

LOCKED = ("setup", "context", "check")     # nbgrader puts the instructor's own text back into these
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
INSTALL = '''\
# Where dlcourse is missing, as on Colab, fetch the course's wheel and leave TensorFlow as it is.
import importlib.util, subprocess, sys
if importlib.util.find_spec("dlcourse") is None:
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "{wheel}"], check=True)

'''
ONLY_ANSWERS = "*Only cells that begin with `# Your answer to …` are marked: put all that an answer needs into its cell.*"
WRITTEN_STUB = "*Your answer, in at most 60 words:*"


def student(lab, course, seconds=None):
    """The notebook that students open: stubs for answers, no hidden check.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.course import Course
    >>> from dlcourse.authoring.source import Cell, Lab
    >>> answer = Cell("code", "answer", "# BEGIN SOLUTION\\na = 1\\n# END SOLUTION", 1, "1", "1.1")
    >>> lab = Lab("lab01_x", Path("x.py"), (Cell("markdown", None, "# Lab 1 · X", 1), answer))
    >>> print(student(lab, Course("https://github.com/someone/dlcourse", "0.1.0")).cells[1].source)
    # Your answer to 1.1
    a = ...   # your answer
    """
    return _notebook(lab, course, seconds, solved=False)


def solution(lab, course, seconds=None):
    """The instructor's notebook: answers in their regions, hidden checks inside the visible ones, as nbgrader wants them.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.course import Course
    >>> from dlcourse.authoring.source import Cell, Lab
    >>> lab = Lab("lab01_x", Path("x.py"), (Cell("markdown", None, "# Lab 1 · X", 1), Cell("code", "answer", "a = 1", 2, "1", "1.1")))
    >>> print(solution(lab, Course("https://github.com/someone/dlcourse", "0.1.0")).cells[1].source)
    # Your answer to 1.1
    a = 1
    """
    return _notebook(lab, course, seconds, solved=True)


def _notebook(lab, course, seconds, solved):
    cells, checks, named = [], {}, ids(lab)
    for cell in lab.cells:
        if cell.tag == "hidden":
            if solved:
                checks[cell.question].source += f"\n\n### BEGIN HIDDEN TESTS\n{cell.source}\n### END HIDDEN TESTS"
            continue
        make = nbformat.v4.new_code_cell if cell.kind == "code" else nbformat.v4.new_markdown_cell
        made = make(_text(lab, cell, course, seconds, solved), id=named[cell])
        if cell.tag:
            made.metadata["tags"] = [cell.tag]
            grading = _nbgrader(lab, cell, made.id)
            if grading:
                made.metadata["nbgrader"] = grading
        if cell.tag == "check":
            checks[cell.question] = made
        cells.append(made)
    card = {"lab": lab.name, "title": lab.title, "minutes": lab.minutes, "points": _autograded(lab), "seconds": seconds}
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}, "dlcourse": card}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def _text(lab, cell, course, seconds, solved):
    if cell is lab.cells[0]:
        return _title(lab, cell.source, course, seconds)
    if cell.tag == "setup" and cell is next(other for other in lab.cells if other.tag == "setup"):
        return INSTALL.format(wheel=course.wheel) + cell.source
    if cell.tag == "answer":
        return answer_mark(cell.question) + (cell.source if solved else regions.stub(cell.source))
    if cell.tag == "written" and not solved:
        return WRITTEN_STUB
    if cell.kind == "markdown" and QUESTION.search(cell.source):
        return _announce(cell.source, len(lab.of(cell.question, "hidden")))
    return cell.source


def _announce(prose, hidden):
    """Say above the hints how much more is checked at grading."""
    if not hidden:
        return prose
    more = "One more check runs" if hidden == 1 else f"{hidden} more checks run"
    question, fold, hints = prose.partition("<details>")
    return f"{question.rstrip()}\n\n*{more} at grading.*\n\n{fold}{hints}".rstrip()


def _title(lab, source, course, seconds):
    """The title cell with what is measured, not written: points, seconds, and the badge."""
    ran = f" · {seconds:.0f} seconds of computing on two CPU cores" if seconds else ""
    line = rf"*\1 · \2 minutes · {_autograded(lab)} points{ran}*\n\n{course.badge(lab.name)}"
    return f"{LECTURE.sub(line, source)}\n\n{ONLY_ANSWERS}"


def _autograded(lab):
    return sum(question.points for question in lab.questions.values() if not question.written)


def ids(lab):
    """The id of each cell in the notebooks, {cell: id}, made of the lab, the question (or section) and the cell's role.

    A cell inserted elsewhere changes none. Hidden checks have no cell of their own.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Cell, Lab
    >>> list(ids(Lab("lab01_x", Path("x.py"), (Cell("code", "answer", "a = 1", 2, "1", "1.1"),))).values())
    ['lab01-1-1-answer']
    """
    found, used = {}, collections.Counter()
    for cell in lab.cells:
        if cell.tag != "hidden":
            stem = "-".join([lab.code, (cell.question or cell.section).replace(".", "-"), cell.tag or "text"])
            used[stem] += 1
            found[cell] = stem if used[stem] == 1 else f"{stem}-{used[stem]}"
    return found


def _nbgrader(lab, cell, grade_id):
    """nbgrader's metadata, schema 3: answers and written answers are open, what grading relies on is locked."""
    common = {"schema_version": 3, "grade_id": grade_id, "task": False}
    if cell.tag == "answer":
        return common | {"grade": False, "solution": True, "locked": False}
    if cell.tag in LOCKED:
        graded = {"grade": True, "points": lab.questions[cell.question].points} if cell.tag == "check" else {"grade": False}
        return common | graded | {"solution": False, "locked": True}
    if cell.tag == "written":
        return common | {"grade": True, "points": lab.questions[cell.question].points, "solution": True, "locked": False}
    return None


def text(notebook):
    """A notebook as the bytes of its file, after nbformat has found it valid.

    >>> text(nbformat.v4.new_notebook()).endswith("\\n")
    True
    """
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=4).rstrip() + "\n"
