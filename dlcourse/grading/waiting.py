"""Which hidden checks may wait until all else has run: after those, an answer that kept what it was asked cannot tell it any more.

Hidden checks call the student's code with what nobody should know. Code can keep what it was given, and print it, draw it or raise it
in a later cell. So a hidden check runs last, unless a later cell may change what it looks at; then it runs in its place, and
nothing of what the student's code says afterwards is passed on.
"""

from dlcourse import names
from dlcourse.grading.jobs import UNREADABLE


def may_wait(cells, k, own=()):
    """Whether no cell after cell `k`, a check, may change what it needs; `own` are the checks' own names.

    >>> def cell(tag, source): return {"tag": tag, "source": source, "question": "1.1"}
    >>> cells = [cell("answer", "def f(x): return w * x"), cell("hidden", "assert f(2) == 4"), cell("answer", "v = f(3)")]
    >>> may_wait(cells, 1), may_wait(cells + [cell("context", "w = 3")], 1)
    (True, False)
    """
    needed = _needed(cells, k) - set(own)
    return not any(names.touched(_tree(cell)) & needed for cell in cells[k + 1:] if cell["tag"] in ("context", "answer"))


def _needed(cells, k):
    """The names that a question's checks up to `k` read, and all that what made these reads."""
    needed = set().union(*(names.free(_tree(cell)) for cell in cells[:k + 1]
                           if cell["tag"] in ("check", "hidden") and cell["question"] == cells[k]["question"]))
    makers = [_tree(cell) for cell in cells[:k] if cell["tag"] in ("context", "answer")]
    before = None
    while before != needed:
        before = needed
        needed = needed.union(*(names.free(tree) for tree in makers if names.bound(tree) & needed))
    return needed


def _tree(cell):
    """A cell's syntax; one that has none cannot run and changes nothing."""
    try:
        return names.parse(cell["source"])
    except UNREADABLE:
        return names.parse("")
