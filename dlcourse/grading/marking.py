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
from dlcourse.grading.legible import brief, legible
from dlcourse.grading.marks import result_of

RENEWALS = 25       # answer processes that one submission may wear out; after these, only what has waited is still checked
SLACK, SETUP = 30, 600      # seconds that a verdict process may be silent beyond what it waits for, and while it sets up
PRINTED, SAID = 20_000, 500     # characters that are kept of what a question's answers print, and of a message
FIGURES, PIXELS = 4, 400_000    # pictures of a question, bytes of each


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
        self.until = time.monotonic() + 2 * limits.all      # half of it is for what has waited

    def run(self):
        """Sit until every wanted question has its outcome. Each sitting settles one, or finds one whose check must not run again."""
        while left := [question for question in self.job["wanted"] if question not in self.wrong]:
            with self._sitting(left) as sitting:
                why = sitting.run()
            still = [question for question in left if question not in self.wrong]
            if self.renewals > 2 * RENEWALS or time.monotonic() > self.until:
                self.wrong |= dict.fromkeys(still, "not reached: the answers ended too many processes or took too long in all")
            elif still:
                self._blame(sitting.at, still, why)

    def _blame(self, at, still, why):
        """The check that a sitting ended in does not run again: it would end the next one as well, and cost another question."""
        if at in still or at is None or at in self.job["deadly"]:
            self.wrong[at if at in still else still[0]] = why
        if at is not None:
            self.job["deadly"] = [*self.job["deadly"], at]

    def _sitting(self, left):
        seconds = self.until - self.limits.all - time.monotonic()
        return _Sitting(self, self.job | {"wanted": left, "seconds": seconds, "renewals": RENEWALS - self.renewals})


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
                message, arrays = self.control.receive(min(time.monotonic() + silence, self.case.until))
                silence = 2 * max(self.case.limits.cell, self.case.limits.call) + SLACK
                if "end" in message:
                    return self._end(brief(str(message["end"])[:SAID], SAID) or "the check did not run")
                self._heed(message, arrays)
                if self.case.renewals > 2 * RENEWALS:
                    return ""
        except wire.Late:
            return f"stopped after {silence:g} seconds"
        except (wire.Gone, wire.Broken, ValueError, TypeError):
            return "the check of this answer ended the process"

    def _end(self, why):
        """The verdict process is through: a question that it said nothing of did not come to its check."""
        self.case.wrong |= {question: why for question in self.job["wanted"] if question not in self.case.wrong}
        return why

    def _heed(self, message, arrays):
        """One message of the verdict process, which may itself be in a student's hands: nothing but wanted questions counts."""
        if "broken" in message:
            raise CourseError(f"the lab's own setup fails on this machine: {str(message['broken'])[:300]}; mend it and grade again")
        if "need" in message:
            self.case.renewals += 1
            with self._answers() as end:
                socket.send_fds(self.control.end, [b"!"], [end.fileno()])
        elif "at" in message:
            self.at = str(message["at"])
        elif "shown" in message and message["shown"] in self.job["wanted"]:
            self._show(message["shown"], wire.load(message.get("result"), arrays))
        elif "question" in message and message["question"] in self.job["wanted"]:
            self.case.wrong[message["question"]] = brief(str(message.get("wrong", "the check did not run"))[:4 * SAID], SAID)

    def _show(self, question, result):
        """Keep what an answer printed and drew, as far as it is what it should be."""
        case, (printed, figures) = self.case, result
        if isinstance(printed, str):
            case.printed[question] = (case.printed.get(question, "") + legible(printed[:4 * PRINTED]))[:PRINTED]
        pictures = [one for one in figures if isinstance(one, bytes) and one.startswith(b"\x89PNG") and len(one) <= PIXELS]
        case.figures[question] = (case.figures.get(question, []) + pictures)[:FIGURES]
