"""Ten thousand notebooks, each broken in another way: none is worth an exception, and what was left alone is still found."""

import copy
import json
import random
import time

import pytest

from dlcourse import places
from dlcourse.authoring import course, notebooks, source
from dlcourse.grading import submissions

ROUNDS, FILES = 20, 500
STALLED = 5     # seconds of computing that no file may take; what is usual is thousandths
JUNK = [None, True, 0, -1, 10**30, 1.5, float("nan"), float("-inf"), "", "x", "\ud800", "\0", "\r\n", "code", "answer", "lab00-1-1-answer",
        "# Your answer to 1.1\n", "# Your answer to 9.9", "### 1.2 ", "%%time\n", "!ls", "def double(x", "(" * 300, "-" * 9000 + "1", "a" + ".b" * 5000,
        " " * 9000 + "(", "with check(\"1.1\"):\n" * 50, "#" * 5000, "lambda:" * 2000, "\u2028", [], {}, [[]], ["x", 3, None], {"tags": "answer"},
        {"nbgrader": {"grade_id": ["x"]}}, {"source": {}}]


@pytest.fixture(scope="module")
def conformance():
    return source.read(places.checkout() / "tests" / "labs" / "lab00_conformance.py")


@pytest.fixture(scope="module")
def text(conformance):
    solved = notebooks.solution(conformance, course.Course("https://github.com/someone/dlcourse", "0.1.0"))
    return notebooks.text(solved)


def branches(tree):
    """Every container of a JSON tree."""
    yield tree
    for child in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(child, (dict, list)):
            yield from branches(child)


def mutate(book, chance):
    """Change the tree at one random place: drop, double, swap, replace or move what is there."""
    branch = chance.choice([one for one in branches(book) if one] or [book])
    keys = list(branch) if isinstance(branch, dict) else range(len(branch))
    if not keys:
        return
    one, other, kind = chance.choice(keys), chance.choice(keys), chance.randrange(6)
    if kind == 0:
        del branch[one]
    elif kind == 1:
        branch[one], branch[other] = branch[other], branch[one]
    elif kind == 2:
        branch[one] = copy.deepcopy(chance.choice(JUNK))
    elif kind == 3 and isinstance(branch, list):
        branch.insert(other, copy.deepcopy(chance.choice([branch[one], chance.choice(JUNK)])))
    elif kind == 4:
        branch[one] = copy.deepcopy(chance.choice(list(branches(book))))
    elif isinstance(branch, dict):
        branch[chance.choice(["id", "source", "metadata", "cells", "worksheets", "input", "tags", "x"])] = copy.deepcopy(chance.choice(JUNK))


def spoil(data, chance):
    """Change the bytes at one random place."""
    at, until = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    until = min(until, at + chance.choice([1, 8, 200]))
    return chance.choice([lambda: data[:at], lambda: data[at:], lambda: data[:at] + data[until:], lambda: data[:at] + data[at:until] * 2 + data[until:],
                          lambda: data[:at] + chance.randbytes(until - at) + data[until:], lambda: data[:at] + b"[" * 2000 + data[at:],
                          lambda: data[:at] + chance.choice([b'"', b"\\", b"{", b"}", b"\xed\xa0\x80", b"\0", b",", b"NaN"]) + data[at:]])()


def check_what_was_read(path, lab):
    """A submission of strings, in bounded time; gives it."""
    began = time.process_time()
    found = submissions.read(path, lab)
    assert time.process_time() - began < STALLED
    assert isinstance(found, submissions.Submission) and "could not be understood" not in found.problem
    assert found.answers.keys() <= lab.questions.keys() and not (found.problem and found.answers)
    assert all(sources and all(isinstance(one, str) for one in sources) for sources in found.answers.values())
    "".join([*found.notes, found.problem, *found.written.values(), *sum(found.answers.values(), [])]).encode()
    assert len(found.digest) == 64
    return found


def safe_answers(book, lab):
    """The answers that nobody touched: right id, tag and text, in a cell that stands for itself."""
    cells = [cell for cell in book["cells"] if isinstance(cell, dict)] if isinstance(book, dict) and isinstance(book.get("cells"), list) else []
    for question, sources in submissions.of_solution(lab).answers.items():
        name = f"lab00-{question.replace('.', '-')}-answer"
        if sources and any(cell.get("id") == name and cell.get("cell_type") == "code" and text_of(cell) == sources[0].rstrip() for cell in cells):
            yield question, sources[0].rstrip()


def text_of(cell):
    kept = cell.get("source")
    return "".join(kept).rstrip() if isinstance(kept, list) and all(isinstance(line, str) for line in kept) else None


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_no_mutated_notebook_raises_and_untouched_answers_are_found(conformance, text, tmp_path, seed):
    chance, path, kept, alive = random.Random(seed), tmp_path / "ada.ipynb", 0, 0
    for number in range(FILES):
        book = json.loads(text)
        for _ in range(chance.choice([0, 1, 1, 2, 5, 20])):
            mutate(book, chance)
        data, spoiled = json.dumps(book).encode(), number % 3 == 0
        for _ in range(chance.choice([1, 1, 3]) if spoiled else 0):
            data = spoil(data, chance) or b"{"
        path.write_bytes(data)
        found = check_what_was_read(path, conformance)
        alive += not found.problem
        for question, wanted in () if spoiled else safe_answers(book, conformance):
            kept += 1
            assert any(wanted in one for one in found.answers[question]), (seed, number, question, found.notes)
    assert alive > FILES / 3 and kept > FILES, "most mutants live: this is no test of broken JSON alone"


HOSTILE = {
    "brackets": "double = " + "(" * 90_000, "closed": "double = " + "[" * 150 + "]" * 150, "minus": "double = " + "-" * 90_000 + "1",
    "dots": "double = a" + ".b" * 45_000, "sums": "double = 1" + "+1" * 45_000, "calls": "double = f" + "()" * 45_000,
    "spaces": "double = (\n" + " " * 99_000, "lambdas": "double = " + "lambda:" * 12_000 + "1", "elif": "if 1:\n    double = 1\n" + "elif 1:\n    pass\n" * 5000,
    "blocks": "".join(" " * level + "if 1:\n" for level in range(99)) + " " * 99 + "double = 1", "targets": "double = " * 10_000 + "1",
    "tuple": "double = " + "1," * 45_000, "digits": "double = " + "9" * 90_000, "nul": "double = 1\0", "surrogate": "double = '\ud800'", "magic": "%" * 90_000,
    "await": "double = " + "await " * 15_000 + "1", "huge": "double = 1\n" + "#" * 10**6, "marks": "# Your answer to 1.1\n" * 4_000,
    "checks": 'with check("1.1"):\n' * 4_000, "f-string": "double = f'" + "{" * 90_000, "escapes": "double = '" + "\\" * 90_000,
}


@pytest.mark.parametrize("marked", ["", "# Your answer to 1.1\n"])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_hostile_answer_stops_the_reading_or_costs_another(conformance, tmp_path, name, marked):
    cells = [{"cell_type": "code", "source": marked + HOSTILE[name], "metadata": {}, "id": "new"},
             {"cell_type": "code", "source": "# Your answer to 1.2\nanswer = 42", "metadata": {}}]
    (tmp_path / "ada.ipynb").write_text(json.dumps({"cells": cells}))
    found = check_what_was_read(tmp_path / "ada.ipynb", conformance)
    assert found.problem == "" and found.answers["1.2"] == ["# Your answer to 1.2\nanswer = 42"]
