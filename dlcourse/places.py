"""Where the course's files lie: beside the package in a checkout, inside it once installed as a wheel."""

import functools
import os
import sys
import tomllib
from pathlib import Path

from dlcourse.errors import CourseError

PACKAGE = Path(__file__).resolve().parent


def checkout():
    """The folder of the checkout, or None where `dlcourse` was installed as a wheel.

    >>> root = checkout()
    >>> root is None or (root / "pyproject.toml").is_file()
    True
    """
    root = PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "solutions").is_dir() else None


@functools.cache        # a grader's jobs see no checkout around the package any more, and know what they knew before
def folder(name):
    """The folder `data` or `labs`, which travel with the package.

    >>> folder("data").name
    'data'
    """
    place = (checkout() or PACKAGE) / name
    if not place.is_dir():
        raise CourseError(f"the folder '{name}' is missing from this installation: install dlcourse again")
    return place


def cache():
    """The user's folder for what is drawn once and kept; it may not exist yet, and may be emptied at any time.

    It is `DLCOURSE_CACHE` if that is set, else `dlcourse` where the system keeps such things: `XDG_CACHE_HOME` or ~/.cache on
    Linux, ~/Library/Caches on macOS, `LOCALAPPDATA` (in it `dlcourse\\Cache`) on Windows.

    >>> cache().is_absolute()
    True
    """
    if chosen := os.environ.get("DLCOURSE_CACHE"):
        return Path(chosen).expanduser().absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "dlcourse" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "dlcourse"
    standard = Path(os.environ.get("XDG_CACHE_HOME") or "~")     # a relative one is to be ignored, says the standard
    return (standard if standard.is_absolute() else Path.home() / ".cache") / "dlcourse"


def solutions():
    """The folder of lab sources, which only a checkout has.

    >>> solutions().name
    'solutions'
    """
    if checkout() is None:
        raise CourseError("the lab sources are not in the installed package: run this in a checkout of dlcourse")
    return checkout() / "solutions"


def address():
    """The course's one configured address: as pyproject.toml of the checkout states it.

    >>> address().startswith("https://")
    True
    """
    if checkout() is None:
        raise CourseError("the course's address is configured in the checkout's pyproject.toml: run this there")
    settings = tomllib.loads((checkout() / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["tool"]["dlcourse"]["address"]
