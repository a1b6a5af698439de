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
    last = theirs(trace, frame)
    if isinstance(error, AssertionError) and last is None:
        return _one_line(_text(error) or f"this does not hold: {_line_of(frame, trace.tb_lineno)}")
    what = "the answer called exit()" if isinstance(error, SystemExit) else _text(error)
    said = f"{type(error).__name__}: {what}" if what else type(error).__name__
    if last is not None:
        return _one_line(f"{said} (your line {last.tb_lineno}: {_line_of(last.tb_frame, last.tb_lineno)})")
    return _one_line(f"{said}: your answer gave None, is there a return in it?" if "NoneType" in what else said)


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


def what_comes_first(trace, frame, asked):
    """'to do', naming the earlier function that is still to be written if it is one that this check does not ask for.

    >>> import sys
    >>> what_comes_first(None, sys._getframe(), asked={"f"})
    'to do'
    """
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


def _one_line(text):
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[:LONGEST - 1] + "…"
