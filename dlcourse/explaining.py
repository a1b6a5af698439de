"""What went wrong in an answer, in one line that a student can use instead of a traceback."""

import linecache

LONGEST = 300   # characters of a line


def explain(error, trace, frame):
    """A failed assert's own message, or the student's exception with the line of theirs that raised it.

    `frame` is the check's own, where `trace` begins.

    >>> import sys
    >>> try:
    ...     assert 1 + 1 == 3, "did you count twice?"
    ... except AssertionError as error:
    ...     explain(error, error.__traceback__, sys._getframe())
    'did you count twice?'
    """
    place = place_of(error, trace, frame)
    if isinstance(error, AssertionError) and place is None:
        return one_line(_text(error) or f"this does not hold: {_line_of(frame, trace.tb_lineno)}")
    if place is None and "NoneType" in _text(error):
        return one_line(f"{said(error)}: your answer gave None, is there a return in it?")
    return said(error, place)


def said(error, place=None):
    """An exception in one line, with the student's line that raised it, (number, text), if there is one.

    >>> said(ZeroDivisionError("division by zero"), (2, "return 1 / 0"))
    'ZeroDivisionError: division by zero (your line 2: return 1 / 0)'
    """
    what = "the answer called exit()" if isinstance(error, SystemExit) else _text(error)
    return one_line(": ".join(filter(None, [type(error).__name__, what])) + (f" (your line {place[0]}: {place[1]})" if place else ""))


def place_of(error, trace, frame):
    """The student's line that raised an error: (number, text), or None. An error from another process has it as `student_line`.

    >>> error = ValueError("from afar")
    >>> error.student_line = (2, "return 1 / 0")
    >>> place_of(error, None, None)
    (2, 'return 1 / 0')
    """
    if hasattr(error, "student_line"):
        return error.student_line
    last = theirs(trace, frame)
    return last and (last.tb_lineno, _line_of(last.tb_frame, last.tb_lineno))


def theirs(trace, frame):
    """The last step of a traceback that is the student's: in the notebook, but neither in the check nor in a lambda of its own.

    >>> import sys
    >>> def answer():
    ...     return 1 / 0
    >>> try:
    ...     answer()
    ... except ZeroDivisionError as error:
    ...     theirs(error.__traceback__, sys._getframe()).tb_frame.f_code.co_name
    'answer'
    """
    own, open_ends = set(), [frame.f_code]
    while open_ends:
        own.add(code := open_ends.pop())
        open_ends += [inner for inner in code.co_consts if hasattr(inner, "co_consts") and inner.co_name.startswith("<")]
    last = None
    while trace:
        if trace.tb_frame.f_globals is frame.f_globals and trace.tb_frame.f_code not in own:
            last = trace
        trace = trace.tb_next
    return last


def what_comes_first(error, trace, frame, asked):
    """'to do', naming the earlier function that is still to be written if it is one that this check does not ask for.

    >>> import sys
    >>> what_comes_first(None, None, sys._getframe(), asked={"f"})
    'to do'
    """
    if afar := getattr(error, "student_function", None):
        return "to do" if afar in asked else f"to do: {afar} comes first"
    stub = None
    while trace:
        stub, trace = trace.tb_frame, trace.tb_next
    missing = stub and stub is not frame and stub.f_code.co_name
    return f"to do: {missing} comes first" if missing in frame.f_globals and missing not in asked else "to do"


def _text(error):
    """What an exception says; a student's own exception may not even be able to say it."""
    try:
        return str(error)
    except Exception:
        return ""


def _line_of(frame, number):
    return linecache.getline(frame.f_code.co_filename, number).strip()


def one_line(text):
    """A text as one line of bearable length.

    >>> one_line("too\\n  many lines")
    'too many lines'
    """
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[:LONGEST - 1] + "…"
