"""The verdict process: runs its own copy of the setup and the checks, cell by cell in step with the answer process.

A check runs when exactly the cells above it have run. Nothing of a check ever leaves this process but the arguments of the calls
that it makes. Where the answer process dies or does not answer, the question that needed it fails, and a new one takes over.
"""

import ast
import builtins
import contextlib
import linecache
import os
import re
import socket
import time

from dlcourse import names
from dlcourse.checking import Outcome, check
from dlcourse.explaining import one_line, said
from dlcourse.grading import wire
from dlcourse.grading.calls import arrive
from dlcourse.grading.jobs import forbidden_in
from dlcourse.grading.proxies import Students
from dlcourse.grading.waiting import may_wait

PATIENCE = 300      # seconds for setup, which may load TensorFlow on a cold machine
FURTHER, UNTOLD = "a further check at grading does not hold", "this check does not hold"


def judge(control, answers):
    """Live as a verdict process: a job comes through `control`, a socket; `answers` is the socket of the answer process.

    >>> judge(None, None)
    Traceback (most recent call last):
    AttributeError: 'NoneType' object has no attribute 'settimeout'
    """
    supervisor = wire.Line(control)
    job, _ = supervisor.receive()
    Verdict(job, supervisor, answers).run()


class Verdict:
    """One submission's way through the lab; `job` is made by `jobs.job`.

    >>> Verdict({"cells": [], "wanted": []}, None, None).errors
    {}
    """

    def __init__(self, job, supervisor, end):
        self.job, self.supervisor, self.end = job, supervisor, end
        self.cells = job["cells"]
        self.namespace, self.students, self.outcomes = {"__name__": "__main__"}, None, {}
        self.errors, self.dead, self.binds = {}, set(), []
        self.own, self.begun = set(), False     # the checks' own names; whether any code of the student's has run
        self.renewals, self.until = 0, time.monotonic() + job.get("seconds", PATIENCE)
        self.waiting, self.quiet = [], False    # hidden checks for the end; whether the student's code knows what a hidden check asks
        self.aliases = set()        # the names that checks bind by `as`
        self.files = {f"check {k}" for k in range(len(self.cells))}

    def run(self):
        """Run all cells; tell the supervisor each question's outcome as soon as it is known."""
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            enough = ""
            for k, cell in enumerate(self.cells[:self._last() + 1]):
                if enough := self._enough():
                    break
                if cell["tag"] == "setup":
                    self._setup(k, cell)
                elif cell["tag"] in ("check", "hidden"):
                    self._check(k, cell)
                else:
                    self._cell(k, cell)
                if cell["question"] and not any(other["question"] == cell["question"] for other in self.cells[k + 1:]):
                    self._tell(cell["question"])
            while self.waiting:
                self._at_last(*self.waiting.pop(0))
        self.supervisor.send({"end": enough or "the check did not run"})

    def _enough(self):
        """Why no further cell is begun, if there is a reason."""
        if self.renewals > self.job["renewals"]:
            return "not reached: the answers ended too many processes"
        return "not reached: the answers took too long in all" if time.monotonic() > self.until else ""

    def _last(self):
        """The last cell that any wanted question needs."""
        return max((k for k, cell in enumerate(self.cells) if cell["question"] in self.job["wanted"]), default=-1)

    # ---- cells, one kind each

    def _setup(self, k, cell):
        """Setup runs on both sides at the same time; the names it makes here are the checks' own."""
        if self.students is None:
            self._meet()
        before = set(self.namespace)
        if self.begun:      # on the other side it may fail now: that is the student's doing
            self._execute(cell["source"], f"setup {k}")
            self._cell(k, cell)
        else:
            self._set_up(k, cell)
        self.own |= set(self.namespace) - before | names.bound(names.parse(cell["source"]))
        self.students.know({name: self.namespace[name] for name in self.own if name in self.namespace})

    def _set_up(self, k, cell):
        deadline = time.monotonic() + PATIENCE
        try:
            self.students.peer.begin("run", cell["source"], cell["file"], deadline=deadline)
            self._execute(cell["source"], f"setup {k}")
            error = self.students.peer.finish(deadline)["error"]
        except (wire.Gone, wire.Late):
            error = {"name": "Error", "said": "it ended the process, or took too long"}
        except Exception as failed:
            error = {"name": type(failed).__name__, "said": str(failed)}
        if error:
            self.supervisor.send({"broken": f"{error['name']}: {error['said']}"})
            raise SystemExit

    def _cell(self, k, cell):
        drawn = cell["tag"] == "answer"
        self.begun = self.begun or cell["tag"] != "setup"
        self.supervisor.send({"alive": True})
        try:
            result = self.students.run(cell["source"], cell["file"], drawn, self.job["cell_seconds"])
        except (wire.Gone, wire.Late) as lost:
            self.dead.add(k)
            self._failed(cell, _reason(lost, self.job["cell_seconds"]))
            self._renew(k)
            return
        if result["error"] and drawn:
            self._failed(cell, "this cell ends with an error" if self.quiet else _told(arrive(result["error"])))
        if drawn and not self.quiet and (result["printed"] or result["figures"]) and cell["question"] in self.job["wanted"]:
            tree, arrays = wire.dump([result["printed"], result["figures"]])
            self.supervisor.send({"shown": cell["question"], "result": tree}, arrays)

    def _check(self, k, cell):
        question, tree = cell["question"], names.parse(cell["source"])
        bound = {item.optional_vars.id for node in tree.body if isinstance(node, ast.With) for item in node.items
                 if isinstance(item.optional_vars, ast.Name)}
        self.aliases |= bound
        hidden, lost = cell["tag"] == "hidden", self.outcomes.get(question)
        if (question not in self.job["wanted"] or hidden and lost) and not self._read_below(k, bound):
            return
        if hidden and not bound and may_wait(self.cells[:self._last() + 1], k, self.own):
            self.waiting.append((k, dict(self.namespace), self.students))
            return
        self.quiet = self.quiet or hidden
        wrong = self._outcome(k, tree)
        for name in bound:
            self.binds.append((k, name, not wrong))
            with contextlib.suppress(wire.Gone, wire.Late):
                self.students.bind(name, not wrong)
        self.outcomes[question] = lost or wrong

    def _read_below(self, k, bound):
        """Whether a cell below this one, still to run, has one of these names anywhere in its text."""
        return any(re.search(rf"\b{name}\b", cell["source"]) for name in bound for cell in self.cells[k + 1:self._last() + 1])

    def _at_last(self, k, namespace, students):
        """A hidden check that has waited, with the names that the checks before it left behind."""
        self.namespace, question, self.quiet = namespace, self.cells[k]["question"], True
        if students is not self.students:       # a new answer process knows nothing of what these made
            for j, cell in enumerate(self.cells[:k]):
                if cell["question"] == question and cell["tag"] == "check":
                    self._outcome(j, names.parse(cell["source"]))
        if not self.outcomes.get(question):
            self.outcomes[question] = self._outcome(k, names.parse(self.cells[k]["source"]))
        self._tell(question)

    def _outcome(self, k, tree):
        """Run one check: '' if it holds, else what the student may hear of why not."""
        hidden, question = self.cells[k]["tag"] == "hidden", self.cells[k]["question"]
        if question in self.job["deadly"]:
            return UNTOLD
        self.supervisor.send({"at": question})
        wrong = self._judged(k, hidden, tree, question)
        if wrong and (hidden or self.quiet) and wrong not in _literals(tree):
            return FURTHER if hidden else UNTOLD        # whatever else it would say may tell what a hidden check asks
        return wrong

    def _judged(self, k, hidden, tree, question):
        """Run one check: '' if it holds, else why not."""
        check.outcomes[question] = Outcome("passed", points=0) if hidden else None
        check.hidden = False
        try:
            self._fetch(tree)
            self._execute(self.cells[k]["source"], f"check {k}")
        except (wire.Gone, wire.Late) as lost:
            self._renew(k + 1)
            return _reason(lost, self.job["call_seconds"])
        except BaseException as error:      # the check itself could not cope with what it was given
            return _told(error)
        outcome = check.outcomes[question]
        if outcome is None or hidden and not check.hidden:
            return "the check did not say how it ended"
        return "" if outcome.state == "passed" else outcome.message

    def _fetch(self, tree):
        """Give the check the student's values of the names that it reads, and nothing of theirs in place of its own."""
        theirs = set().union(*(set(cell["binds"]) for cell in self.cells if cell["tag"] in ("context", "answer")))
        for name in sorted(names.loaded(tree) - self.own - self.aliases):
            if name in theirs or name not in self.namespace and not hasattr(builtins, name):
                found = self.students.fetch(name)
                if found:
                    self.namespace[name] = found[0]
                elif name in theirs:
                    self.namespace.pop(name, None)

    # ---- the other processes

    def _meet(self):
        """Speak with the answer process from now on."""
        setup = self.students.setup if self.students else {}
        self.students = Students(wire.Line(self.end), setup, self.job["call_seconds"], self.files, self.job["operators"])

    def _renew(self, upto):
        """A new answer process, brought to where the last one was: all cells before `upto` but those that end processes."""
        while True:
            self.renewals += 1
            self.supervisor.send({"need": "a new answer process"})
            self.end.close()
            _, (handle,), _, _ = socket.recv_fds(self.supervisor.end, 1, 1)
            self.end = socket.socket(fileno=handle)
            self._meet()
            try:
                return self._replay(upto)
            except (wire.Gone, wire.Late):
                pass

    def _replay(self, upto):
        for k, cell in enumerate(self.cells[:upto]):
            self.supervisor.send({"alive": True})
            if cell["tag"] in ("setup", "context", "answer") and k not in self.dead:
                try:
                    self.students.run(cell["source"], cell["file"], False, PATIENCE if cell["tag"] == "setup" else self.job["cell_seconds"])
                except (wire.Gone, wire.Late):
                    self.dead.add(k)        # it did no harm the first time: next time it is left out
                    raise
            for _, name, value in (bind for bind in self.binds if bind[0] == k):
                self.students.bind(name, value)

    # ---- what comes of it

    def _failed(self, cell, why):
        if cell["tag"] == "answer":
            self.errors.setdefault(cell["question"], why)

    def _tell(self, question):
        """Where an answer did not even run, that says more than what a check missed."""
        if question not in self.job["wanted"]:
            return
        if not self.outcomes.get(question) and any(self.cells[k]["question"] == question for k, *_ in self.waiting):
            return
        wrong = self.outcomes.get(question, "the check did not run") or forbidden_in(self.job, question)
        self.supervisor.send({"question": question, "wrong": wrong and self.errors.get(question, wrong)})

    def _execute(self, source, file):
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec"), self.namespace)


def _told(error):
    """An error in one line, with the student's line if it came from there."""
    return said(error, getattr(error, "student_line", None))


def _reason(lost, seconds):
    return f"stopped after {seconds:g} seconds" if isinstance(lost, wire.Late) else "the answer ended the Python process"


def _literals(tree):
    """The messages of a check that are its author's own words, with no value in them."""
    return {one_line(node.msg.value) for node in ast.walk(tree)
            if isinstance(node, ast.Assert) and isinstance(node.msg, ast.Constant) and isinstance(node.msg.value, str)} | {"to do"}
