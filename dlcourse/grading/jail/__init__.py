"""The jail around student code: three levels of walls, the strongest that works on this machine, for each job anew."""

from dlcourse.grading.jail.limits import Bounds
from dlcourse.grading.jail.prison import LEVELS, Prisoner, probe, spawn, why, works
from dlcourse.grading.jail.warden import environment

__all__ = ["LEVELS", "Bounds", "Prisoner", "environment", "probe", "spawn", "why", "works"]
