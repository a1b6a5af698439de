"""Mark submissions without forks: each in a fresh kernel, checks and answers in one process. Slow, and students can cheat.

For systems that cannot fork, and for tests that compare. The lab is the instructor's own, with the student's answers in it.
"""

import nbformat

from dlcourse.authoring import running
from dlcourse.checking import MARKS
from dlcourse.grading.jobs import Limits, forbidden_in, job
from dlcourse.grading.marks import result_of


def mark(lab, submission, limits=Limits(), wanted=None):
    """The Result of one submission: a Mark for every question of the lab, or for the wanted ones; written ones wait for a person.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Lab
    >>> from dlcourse.grading.submissions import Submission
    >>> mark(Lab("lab01_x", Path("x.py"), ()), Submission("ada", {}, "it is empty")).marks
    ()
    """
    asked = job(lab, submission, lab.questions if wanted is None else wanted, limits)
    cells = [nbformat.v4.new_code_cell(cell["source"], id=f"cell-{k}", metadata={"tags": [cell["tag"]]})
             for k, cell in enumerate(asked["cells"])]
    runs = {}
    if cells and not submission.problem:
        runs = {run.id: run for run in running.run(nbformat.v4.new_notebook(cells=cells), timeout=limits.cell)}

    def wrong(question):
        own = [(cell["tag"], runs.get(f"cell-{k}")) for k, cell in enumerate(asked["cells"]) if cell["question"] == question]
        return _wrong(question, own, forbidden_in(asked, question))

    return result_of(lab, submission, wrong, wanted, level="a kernel without walls")


def _wrong(question, own, lint):
    """Why an answer earns nothing, or ''. Where it did not even run, that says more than what a check missed."""
    failures = [_verdict(question, run) for tag, run in own if tag in ("check", "hidden")] + [lint]
    broken = [run.error for tag, run in own if tag == "answer" and run and run.error]
    wrong = next(filter(None, failures), "")
    return broken[0] if wrong and broken else wrong


def _verdict(question, run):
    """Why a check did not hold, or ''. That nothing went wrong is not enough: the check has to say that it holds."""
    if run is None:
        return "not reached: an earlier answer ended the run"
    if not run.error:
        return "" if f"{MARKS['passed']} {question}  " in run.printed else "the check did not say how it ended"
    kind, _, said = run.error.partition(": ")
    return said.partition(" ")[2] if kind == "CheckFailed" else run.error
