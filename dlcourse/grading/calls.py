"""Two processes that call each other over one line, nested as deep as their calls nest; and exceptions that cross it."""

import builtins
import traceback

from dlcourse.grading import wire

SAID, SHOWN = 500, 200      # characters of an exception's text, and of the line of code that raised it


class Peer:
    """One end: asks the other end, and serves what the other asks meanwhile.

    `serve(what, *args, **words)` does what the other end asks for; `lend` and `find` say what stands for things that stay at home.

    >>> import socket, threading
    >>> one, other = (wire.Line(end) for end in socket.socketpair())
    >>> threading.Thread(target=Peer(other, serve=lambda what, *numbers: sum(numbers)).listen, daemon=True).start()
    >>> Peer(one).ask("sum", 1, 2)
    3
    """

    def __init__(self, line, serve=None, lend=None, find=None, where=None):
        self.line, self.serve, self.lend, self.find = line, serve, lend, find
        self.where = where or (lambda trace: None)

    def ask(self, what, *args, deadline=None, **words):
        """Have something done at the other end, and get what it gives or raises."""
        self.begin(what, *args, deadline=deadline, **words)
        return self.finish(deadline)

    def begin(self, what, *args, deadline=None, **words):
        """Ask and do not wait for the answer: `finish` does."""
        tree, arrays = wire.dump([list(args), words], self.lend)
        self.line.send({"ask": what, "with": tree}, arrays, deadline)

    def finish(self, deadline=None):
        """The answer to what was asked last."""
        try:
            while "ask" in (heard := self.line.receive(deadline))[0]:
                self._answer(*heard, deadline)
            message, arrays = heard
            if "raised" not in message:
                return wire.load(message.get("said", {}), arrays, self.find)
        except wire.Broken:     # who breaks the rules once is not listened to again
            raise wire.Gone from None
        raise arrive(message["raised"])

    def listen(self):
        """Serve until the other end is gone."""
        try:
            while True:
                self._answer(*self.line.receive(), None)
        except wire.Gone:
            pass

    def _answer(self, message, arrays, deadline):
        try:
            args, words = wire.load(message["with"], arrays, self.find)
            tree, arrays = wire.dump(self.serve(message["ask"], *args, **words), self.lend)
            self.line.send({"said": tree}, arrays, deadline)
        except (wire.Gone, wire.Late):
            raise
        except BaseException as error:      # a student's SystemExit and Ctrl-C are answers, too
            self.line.send({"raised": depart(error, self.where)}, (), deadline)


def depart(error, where=lambda trace: None):
    """An exception as plain data; `where(traceback)` gives the student's line that raised it: (number, text, function).

    >>> depart(ValueError("too small"))
    {'kind': 'ValueError', 'name': 'ValueError', 'said': 'too small', 'line': None}
    """
    kinds = [kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind]
    try:
        said = str(error)
    except Exception:       # a student's own exception may not be able to say it
        said = ""
    name = type(error).__name__
    return {"kind": kinds[0], "name": name if name.isidentifier() else kinds[0], "said": said[:SAID].encode("utf-8", "replace").decode(),
            "line": where(error.__traceback__)}


def arrive(told):
    """The exception that another process told of: of the same built-in kind, with the student's line as `student_line`.

    >>> raise arrive({"kind": "ValueError", "name": "TooSmall", "said": "too small", "line": None})
    Traceback (most recent call last):
    dlcourse.grading.calls.TooSmall: too small
    """
    told = told if isinstance(told, dict) else {}
    kind = getattr(builtins, str(told.get("kind")), None)
    known = isinstance(kind, type) and issubclass(kind, (Exception, SystemExit)) and not issubclass(kind, (UnicodeError, BaseExceptionGroup))
    kind = kind if known else RuntimeError
    name, said = str(told.get("name"))[:60], str(told.get("said"))[:SAID]
    error = type(name if name.isidentifier() else kind.__name__, (kind,), {"__str__": lambda self: said})(said)
    line = told.get("line")
    if isinstance(line, (list, tuple)) and len(line) == 3:
        number, text, function = line
        error.student_line = (int(number), str(text)[:SHOWN])
        error.student_function = function if isinstance(function, str) and function.isidentifier() else None
    return error


def last_line(trace, files, namespace):
    """The last step of a traceback in one of `files`: (number, text, function if `namespace` has it).

    >>> try:
    ...     exec(compile("1 / 0", "one cell", "exec"), {})
    ... except ZeroDivisionError as error:
    ...     last_line(error.__traceback__, {"one cell"}, {})
    (1, '', None)
    """
    steps = [step for step in traceback.extract_tb(trace) if step.filename in files]
    if not steps:
        return None
    return steps[-1].lineno, (steps[-1].line or "").strip()[:SHOWN], steps[-1].name if steps[-1].name in namespace else None
