"""Where what is printed goes."""

import sys


def can_move():
    """Whether a progress bar can draw over its line: in a terminal and a notebook it can, in a file and a pipe it cannot.

    >>> can_move() in (True, False)
    True
    """
    return sys.stdout.isatty() or type(sys.stdout).__module__.startswith("ipykernel")
