"""Which walls a machine can put around student code, and whether they are strong enough for what was asked."""

import dataclasses
import os
import sys

from dlcourse.errors import CourseError
from dlcourse.grading import jail


@dataclasses.dataclass(frozen=True)
class Walls:
    """How student code is shut in: a level of the jail, or "cold" where there are no forks; and what that means, in a sentence.

    >>> Walls("none", "student code runs with all your rights").level
    'none'
    """

    level: str
    meaning: str


def walls(trust=False, require=False):
    """The strongest walls of this machine, or an error where they are too weak for what was asked.

    >>> walls(trust=True).level in (*jail.LEVELS, "cold")
    True
    """
    if not hasattr(os, "fork") or sys.platform == "darwin":
        level, meaning = "cold", ("no isolation: this system cannot shut student code in, so each submission runs with all your rights, "
                                  "in one slow process of its own")
    else:
        level = jail.probe()
        meaning = jail.why(level)
    if require and level != jail.LEVELS[0]:
        raise CourseError(f"the isolation that was required is not to be had ({meaning}): use Linux with user namespaces, or leave "
                          "--require-isolation out")
    if level in ("none", "cold") and not trust:
        raise CourseError(f"{meaning}: add --trust if you know who wrote these notebooks")
    return Walls(level, meaning)
