"""At the instructor's desk: what must be marked and why, who marks it behind which walls, and what is kept as it comes."""

import collections
import hashlib
import json
import os
from pathlib import Path

from dlcourse.authoring import regions
from dlcourse.grading import cold, marking
from dlcourse.grading.jobs import Limits
from dlcourse.grading.warm import Warm


def fingerprints(lab):
    """What the outcome of each question hangs on, on the instructor's side, as one hash: a new one marks the question again.

    >>> from dlcourse.authoring.source import Lab
    >>> fingerprints(Lab("lab01_x", Path("x.py"), ()))
    {}
    """
    hashes = {}
    for question in lab.questions.values():
        cells = [] if question.written else lab.needs(question.id)
        texts = [[cell.tag, regions.stub(cell.source) if cell.tag == "answer" else cell.source] for cell in cells]
        said = json.dumps([question.id, question.points, question.written, texts])
        hashes[question.id] = hashlib.sha256(said.encode()).hexdigest()
    return hashes


def plan(lab, submissions, book):
    """What must be marked, and why: {student: {question: reason}}; who needs nothing is left out.

    >>> from dlcourse.authoring.source import Lab
    >>> plan(Lab("lab01_x", Path("x.py"), ()), [], book=None)
    {}
    """
    checks = fingerprints(lab)
    wanted = {one.student: book.wanted(one.student, one.digest, checks) for one in submissions}
    return {student: questions for student, questions in wanted.items() if questions}


def told(planned):
    """A plan as lines of text, one for each student and reason.

    >>> print(told({"ada": {"1.1": "its check has changed", "1.2": "its check has changed"}}))
    ada: 1.1, 1.2 (its check has changed)
    """
    lines = []
    for student, questions in planned.items():
        reasons = collections.defaultdict(list)
        for question, why in questions.items():
            reasons[why].append(question)
        lines += [f"{student}: {', '.join(named)} ({why})" for why, named in reasons.items()]
    return "\n".join(lines) or "nothing: all that was handed in is marked"


def mark(lab, submissions, planned, book, shut_in, limits=Limits(), workers=None):
    """Mark what was planned and keep each submission's marks as they come; yields the Results.

    `shut_in` is this machine's `Walls`, or a function that marks elsewhere: (lab, submissions, limits, planned) -> Results.

    >>> from dlcourse.authoring.source import Lab
    >>> list(mark(Lab("lab01_x", Path("x.py"), ()), [], {}, book=None, shut_in=None))
    []
    """
    due = {one.student: one for one in submissions if one.student in planned}
    if not due:
        return
    checks = fingerprints(lab)
    for result in _results(lab, list(due.values()), planned, shut_in, limits, workers or os.cpu_count() or 1):
        if not result.problem:
            book.keep(result, due[result.student].digest, checks)
        yield result


def _results(lab, due, planned, shut_in, limits, workers):
    if callable(shut_in):
        yield from shut_in(lab, due, limits, planned)
    elif shut_in.level == "cold":
        for one in due:
            yield cold.mark(lab, one, limits, planned[one.student])
    else:
        with Warm(shut_in.level) as warm:
            yield from marking.mark_all(lab, due, warm, limits, min(workers, len(due)), planned)
