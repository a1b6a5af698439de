"""Mark submissions: each in an answer process and a verdict process of its own, watched over from here.

This process holds the lab, its checks and the gradebook; it runs no student's code and trusts no word of it. A process that dies or
is late costs the question at hand, never the others.
"""

import concurrent.futures
import socket
import time

from dlcourse.errors import CourseError
from dlcourse.grading import wire
from dlcourse.grading.jobs import Limits, job
from dlcourse.grading.marks import result_of

RENEWALS = 25       # answer processes that one submission may wear out
SLACK, SETUP = 30, 600      # seconds that a verdict process may be silent beyond what it waits for, and while it sets up


def mark_all(lab, submissions, warm, limits=Limits(), workers=1, wanted=None):
    """Mark every submission, several at a time: yields a Result for each as it comes.

    `wanted` maps students to the questions to mark, where not all are.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Lab
    >>> list(mark_all(Lab("lab01_x", Path("x.py"), ()), [], warm=None))
    []
    """
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(_marked, lab, one, warm, limits, (wanted or {}).get(one.student)) for one in submissions]
        try:
            for done in concurrent.futures.as_completed(waiting):
                yield done.result()
        finally:
            for one in waiting:
                one.cancel()


def _marked(lab, submission, *more):
    """One submission's Result, come what may: only what is wrong with the machine or the lab ends the marking of all."""
    try:
        return mark(lab, submission, *more)
    except CourseError:
        raise
    except Exception as error:
        problem = f"this submission could not be marked: {type(error).__name__}: {error}"
        return result_of(lab, submission, lambda question: problem, problem=problem)


def mark(lab, submission, warm, limits=Limits(), wanted=None):
    """The Result of one submission: a Mark for every question of the lab, or for the wanted ones; written ones wait for a person.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Lab
    >>> from dlcourse.grading.submissions import Submission
    >>> mark(Lab("lab01_x", Path("x.py"), ()), Submission("ada", {}, "it is empty"), warm=None).marks
    ()
    """
    began = time.perf_counter()
    automatic = [question.id for question in lab.questions.values() if not question.written and (wanted is None or question.id in wanted)]
    case = Case(job(lab, submission, automatic, limits), warm, limits)
    if not submission.problem:
        case.run()
    return result_of(lab, submission, case.wrong.get, wanted, printed=case.printed, figures=case.figures,
                     level=getattr(warm, "level", ""), seconds=time.perf_counter() - began)


class Case:
    """One submission on its way; `wrong` says of each wanted question why it earns nothing, '' if it earns its points.

    >>> Case({"wanted": []}, warm=None, limits=Limits()).wrong
    {}
    """

    def __init__(self, job, warm, limits):
        self.job, self.warm, self.limits = job, warm, limits
        self.wrong, self.printed, self.figures, self.renewals = {}, {}, {}, 0

    def run(self):
        """Sit until every wanted question has its outcome. Each sitting settles at least one."""
        while left := [question for question in self.job["wanted"] if question not in self.wrong]:
            with self._sitting(left) as sitting:
                why = sitting.run()
            still = [question for question in left if question not in self.wrong]
            if self.renewals > RENEWALS:
                self.wrong |= dict.fromkeys(still, "not reached: the answers ended too many processes")
            elif still:
                self.wrong[sitting.at if sitting.at in still else still[0]] = why

    def _sitting(self, left):
        return _Sitting(self, self.job | {"wanted": left})


class _Sitting:
    """A verdict process and its answer processes, from beginning to end."""

    def __init__(self, case, job):
        self.case, self.warm, self.job, self.at, self.running = case, case.warm, job, None, {}

    def __enter__(self):
        mine, control = socket.socketpair()
        self.control = wire.Line(mine)
        self.running["verdict"] = self.warm.fork("verdict", control, self._answers())
        return self

    def __exit__(self, *_):
        self.control.end.close()
        for number in self.running.values():
            self.warm.end(number)

    def _answers(self):
        """A new answer process in place of the last one; returns the verdict process' end of the line to it."""
        if "answers" in self.running:
            self.warm.end(self.running.pop("answers"))
        one, other = socket.socketpair()
        self.running["answers"] = self.warm.fork("answers", other)
        return one

    def run(self):
        """Follow the verdict process; returns why it ended before its end."""
        silence = SETUP
        try:
            self.control.send(self.job, deadline=time.monotonic() + SLACK)
            while True:
                message, arrays = self.control.receive(time.monotonic() + silence)
                silence = 2 * max(self.case.limits.cell, self.case.limits.call) + SLACK
                if "end" in message:
                    return "the check did not run"
                self._heed(message, arrays)
                if self.case.renewals > RENEWALS:
                    return ""
        except wire.Late:
            return f"stopped after {silence:g} seconds"
        except (wire.Gone, wire.Broken, ValueError, KeyError, TypeError):
            return "the check of this answer ended the process"

    def _heed(self, message, arrays):
        """One message of the verdict process, which may itself be in a student's hands: nothing but wanted questions counts."""
        if "broken" in message:
            raise CourseError(f"the lab's own setup fails on this machine: {str(message['broken'])[:300]}; mend it and grade again")
        if "need" in message:
            self.case.renewals += 1
            with self._answers() as end:
                socket.send_fds(self.control.end, [b"!"], [end.fileno()])
        elif "at" in message and message["at"] in self.job["wanted"]:
            self.at = message["at"]
        elif "shown" in message and message["shown"] in self.job["wanted"]:
            self._show(message["shown"], wire.load(message["result"], arrays))
        elif "question" in message and message["question"] in self.job["wanted"]:
            self.case.wrong[message["question"]] = str(message["wrong"])[:500]

    def _show(self, question, result):
        case = self.case
        case.printed[question] = (case.printed.get(question, "") + str(result["printed"]))[:20_000]
        pictures = [picture for picture in result["figures"] if isinstance(picture, bytes)]
        case.figures[question] = (case.figures.get(question, []) + pictures)[:4]
