"""The self-check of a notebook: `with check("2.1", points=2): assert …` says ✓, ✗ or ○ in one line.

✓ the answer holds, ✗ it does not (and why), ○ nothing is answered yet. A student's notebook never shows a
traceback; in strict mode (`DLCOURSE_STRICT=1`, or under nbgrader) an answer that does not hold raises.
"""

import ast
import dataclasses
import linecache
import os
import re
import sys

from dlcourse import explaining, names

MARKS = {"passed": "✓", "failed": "✗", "to do": "○"}
COLOURS = {"passed": "32", "failed": "31"}      # "to do" has none: grey vanishes in a dark theme
ANSWER_MARK = re.compile(r"^# Your answer to (\d+\.\d+)\b", re.MULTILINE)


def answer_mark(question):
    """The first line of an answer cell, by which a lost cell is found again.

    >>> ANSWER_MARK.search(answer_mark("1.1"))[1]
    '1.1'
    """
    return f"# Your answer to {question}\n"


def forbid(used):
    """What a student reads who used what the question forbids.

    >>> forbid(["keras", "scipy"])
    'write it without keras and scipy: that is what this question asks you to build'
    """
    return f"write it without {' and '.join(used)}: that is what this question asks you to build"


class CheckFailed(AssertionError):
    """What strict mode raises: one line, the same that a student reads.

    >>> raise CheckFailed("1.1  AND(1, 1) should fire")
    Traceback (most recent call last):
    dlcourse.checking.CheckFailed: 1.1  AND(1, 1) should fire
    """


@dataclasses.dataclass
class Outcome:
    """How one question stands: 'passed', 'failed' or 'to do', with its message and points.

    >>> Outcome("passed", points=2).won
    2
    """

    state: str
    message: str = ""
    points: int | None = None

    @property
    def won(self):
        """The points earned: all or none.

        >>> Outcome("failed", points=2).won
        0
        """
        return (self.points or 0) if self.state == "passed" else 0


class Check:
    """The object that notebooks import as `check`: makes attempts and keeps the score.

    >>> check = Check()
    >>> with check("1.1", points=2) as passed:
    ...     assert 1 + 1 == 2
    ✓ 1.1  2 points
    >>> bool(passed)
    True
    """

    def __init__(self):
        self.outcomes = {}
        self.hidden = False     # whether checks that students do not see have run here

    def __call__(self, question, points=None, without=()):
        """One check of one question, used as a context manager; `without` names what the answer may not use.

        >>> with Check()("1.2", points=1):
        ...     assert 1 + 1 == 3, "did you count twice?"
        ✗ 1.2  did you count twice?
        """
        if isinstance(without, str):
            raise TypeError(f"without is a list of names: without=[{without!r}]")
        return Attempt(self, question, points, without)

    @property
    def strict(self):
        """Whether a failing check raises: when a grader runs the notebook.

        >>> Check().strict
        False
        """
        return bool(os.environ.get("DLCOURSE_STRICT") or os.environ.get("NBGRADER_EXECUTION"))

    def record(self, question, outcome):
        """Keep an outcome: a check with points starts its question afresh, one without can only take points away.

        >>> check = Check()
        >>> check.record("1.1", Outcome("passed", points=2))
        >>> check.record("1.1", Outcome("failed", "exactly zero must not fire"))
        >>> check.outcomes["1.1"].won
        0
        """
        if outcome.points is not None:
            self.outcomes[question] = outcome
            return
        self.hidden = True
        if question in self.outcomes and self.outcomes[question].state == "passed":
            self.outcomes[question] = dataclasses.replace(outcome, points=self.outcomes[question].points)

    def score(self, total=10, written=None):
        """Print the score of all questions checked so far; `written` maps the questions that a person marks to their points.

        >>> check = Check()
        >>> check.record("1.1", Outcome("passed", points=2))
        >>> check.record("1.2", Outcome("to do", points=1))
        >>> check.score(total=3, written={"2.1": 2})
        ✓ 1.1   2 / 2
        ○ 1.2   0 / 1
        ──────────────
                2 / 3   still to win: 1 point
        … 2.1   waits for a person: 2 points
        """
        for question, outcome in sorted(self.outcomes.items(), key=lambda item: _order(item[0])):
            said = f"   {outcome.message}" if outcome.state == "failed" else ""
            print(f"{_paint(outcome.state)} {question:<5} {outcome.won} / {outcome.points}{said}")
        won = sum(outcome.won for outcome in self.outcomes.values())
        left = total - won
        print("─" * 14)
        all_won = "all points won" if self.hidden else "all points won, if the further checks at grading hold too"
        print(f"{won:>9} / {total}   " + (f"still to win: {_points(left)}" if left else all_won))
        for question, points in (written or {}).items():
            print(f"… {question:<5} waits for a person: {_points(points)}")


class Attempt:
    """One `with check(…)` block; true afterwards if it passed.

    >>> with Check()("1.1", points=1) as passed:
    ...     raise NotImplementedError
    ○ 1.1  to do
    >>> bool(passed)
    False
    """

    def __init__(self, check, question, points, without):
        self.check, self.question, self.points, self.without = check, question, points, without
        self.passed = False

    def __bool__(self):
        return self.passed

    def __enter__(self):
        self.frame = sys._getframe(1)
        self.line = self.frame.f_lineno
        return self

    def __exit__(self, kind, error, trace):
        if error is not None and not isinstance(error, (Exception, SystemExit)):
            return False                     # Ctrl-C and the like are not the student's answer
        state, message = self._judge(error, trace)
        self.frame = None
        self.passed = state == "passed"
        self.check.record(self.question, Outcome(state, message, self.points))
        print(f"{_paint(state)} {self.question}  {message or self._praise()}")
        if self.check.strict and not self.passed:
            raise CheckFailed(f"{self.question}  {message}") from None
        return True

    def _praise(self):
        return "holds" if self.points is None else _points(self.points)

    def _judge(self, error, trace):
        """The state and the message: what is unanswered comes first, then what may not be used, then what went wrong."""
        asked = self._asked()
        if any(self._value(name) is ... for name in asked) or isinstance(error, NotImplementedError):
            return "to do", explaining.what_comes_first(error, trace, self.frame, asked)
        if isinstance(error, NameError) and explaining.place_of(error, trace, self.frame) is None and error.name:
            return "to do", f"to do: run the cell that defines {error.name} first"
        used = self._misused()
        if used:
            return "failed", forbid(used)
        if error is None:
            return "passed", ""
        return "failed", explaining.explain(error, trace, self.frame)

    def _value(self, name):
        return self.frame.f_locals.get(name, self.frame.f_globals.get(name))

    def _asked(self):
        """The names that this block reads: the student's, among others."""
        block = next((node for node in ast.walk(_tree(_source_of(self.frame))) if isinstance(node, ast.With)
                      and node.lineno <= self.line <= node.items[-1].context_expr.end_lineno), None)
        return names.loaded(block) if block else set()

    def _misused(self):
        """What the student's newest answer uses although it may not. A reminder, not a wall: the grader looks again."""
        cells = [(cell, _tree(cell)) for cell in self.frame.f_globals.get("In", []) if isinstance(cell, str)]
        known, seen, used = {}, set(), []
        for _, tree in cells:      # a name that a later cell binds afresh no longer stands for what was imported
            bound = names.bound(tree)
            known = {name: full for name, full in known.items() if name not in bound} | names.aliases(tree)
        for cell, tree in reversed(cells):
            mark, bound = ANSWER_MARK.search(cell), names.bound(tree)
            if mark and mark[1] == self.question and not bound & seen:      # else a newer cell has replaced it
                seen |= bound
                used += names.misused(tree, ["dlcourse", *self.without], known)
        return list(dict.fromkeys(used))


def _source_of(frame):
    return "".join(linecache.getlines(frame.f_code.co_filename))


def _tree(source):
    try:
        return names.parse(source)
    except SyntaxError:
        return ast.parse("")


def _order(question):
    return [int(part) if part.isdigit() else 0 for part in question.split(".")]


def _points(number):
    return f"{number} point" + ("" if number == 1 else "s")


def _paint(state):
    """The state's mark, coloured where colours show: in a notebook and in a terminal."""
    in_notebook = type(sys.stdout).__module__.startswith("ipykernel")
    colourful = (in_notebook or sys.stdout.isatty()) and "NO_COLOR" not in os.environ
    return f"\x1b[{COLOURS[state]}m{MARKS[state]}\x1b[0m" if colourful and state in COLOURS else MARKS[state]


check = Check()
