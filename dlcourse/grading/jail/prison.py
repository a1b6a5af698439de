"""Shut a piece of work in: fork it into the strongest jail that this machine allows, and leave nothing behind."""

import functools
import os
import select
import signal
import sys
import warnings

from dlcourse.errors import CourseError
from dlcourse.grading.jail import warden
from dlcourse.grading.jail.limits import Bounds

LEVELS = ("namespaces", "landlock", "none")        # strongest first
_WHY = {
    "namespaces": "student code sees a file system of its own with Python in it, no other process and no network, as a user without "
                  "rights, and the kernel refuses it the calls that jails are broken with",
    "landlock": "student code may read Python and write one temporary folder only, has no network and cannot signal other processes; it "
                "can still see how files elsewhere are named if it guesses, and its files together are not bounded",
    "none": "student code runs with all your rights, on your files and your network: only memory and file sizes are bounded",
}
_PATIENCE = 60          # seconds until a jail must have been entered, on the busiest machine
_refused = {}


class Prisoner:
    """A piece of work in its jail. Leaving the `with` block ends it and all that it started; `select` tells when it has ended.

    >>> with spawn(lambda: sys.exit(3), "none") as prisoner:
    ...     prisoner.reap()
    'exit 3'
    """

    def __init__(self, pid, reports):
        self.pid, self.outcome = pid, None
        self._reports, self._heard = reports, b""

    def fileno(self):
        """A file to wait for with `select`: it becomes readable when the job has ended and nothing of it is left.

        >>> with spawn(lambda: None, "none") as prisoner:
        ...     len(select.select([prisoner], [], [], 10)[0])
        1
        """
        return self._reports

    def kill(self):
        """End the job and everything that lives in its jail; `reap` tells when that is done.

        >>> with spawn(lambda: signal.pause(), "none") as prisoner:
        ...     prisoner.kill()
        ...     prisoner.reap()
        'killed'
        """
        if self.outcome is None:
            os.kill(self.pid, signal.SIGTERM)

    def reap(self):
        """Wait for the end, and say what it was: 'exit 0', 'exit 3', 'signal SIGSEGV', 'memory' or 'killed'.

        >>> with spawn(lambda: None, "none") as prisoner:
        ...     prisoner.reap()
        'exit 0'
        """
        if self.outcome is None:
            while more := os.read(self._reports, 4096):
                self._heard += more
            os.close(self._reports)
            status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            self.outcome = self._heard.decode(errors="replace").strip().rpartition("\n")[2] or f"signal {-status}"
        return self.outcome

    def wait_inside(self):
        """Wait until the jail is entered; if that fails, end all and say why.

        >>> with spawn(lambda: None, "none") as prisoner:       # has waited already
        ...     prisoner.outcome is None
        True
        """
        while b"\n" not in self._heard:
            ready = select.select([self], [], [], _PATIENCE)[0]
            more = os.read(self._reports, 4096) if ready else b""
            if not more:
                break
            self._heard += more
        first, _, self._heard = self._heard.partition(b"\n")
        if first != b"inside":
            self.kill()
            self.reap()
            reason = first.decode(errors="replace").removeprefix("refused ") or "it took too long"
            raise CourseError(f"the jail cannot be entered ({reason}): take a weaker level, or --trust if you know whose notebooks these are")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        self.reap()


def spawn(work, level, bounds=Bounds(), keep=(), readable=(), output=None):
    """Run `work()` in a fork of this process, jailed; returns once the jail is entered, or says in one sentence why that failed.

    Of the open files the prisoner has those in `keep`; it reads nothing, and what it prints goes to the file `output` or nowhere.
    It works in an empty folder, which is its own, and may read what Python needs and the paths in `readable`.

    >>> end, other = os.pipe()
    >>> with spawn(lambda: os.write(other, os.getcwd()[-4:].encode()), "none", keep=[other]) as prisoner:
    ...     prisoner.reap(), os.read(end, 9)
    ('exit 0', b'work')
    >>> os.close(end), os.close(other)
    (None, None)
    """
    if level not in LEVELS:
        raise ValueError(f"a level is one of {', '.join(LEVELS)}: {level}")
    if not hasattr(os, "fork"):
        raise CourseError("this system cannot fork a process: run notebooks one by one in a fresh kernel, with --trust")
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()              # else the fork would write it once more
    sentence = warden.Sentence(work, level, bounds, tuple(keep), tuple(map(os.fspath, readable)), output)
    supervisor = os.getpid()
    reports, report = os.pipe()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, warden.SIGNALS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)     # threads: of those that the supervisor has, none matters
            pid = os.fork()
        if pid == 0:
            warden.serve(sentence, supervisor, report)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.close(report)
    prisoner = Prisoner(pid, reports)
    try:
        prisoner.wait_inside()
    except BaseException:
        prisoner.__exit__()
        raise
    return prisoner


@functools.cache
def probe():
    """The strongest level that works here: each is tried once, in a child.

    >>> probe() in LEVELS
    True
    """
    return next(level for level in LEVELS if level == "none" or works(level))


def works(level):
    """Whether a prisoner at this level starts, and may still import.

    >>> works("none") == hasattr(os, "fork")
    True
    """
    _refused.pop(level, None)
    try:
        with spawn(_imports, level) as prisoner:
            outcome = prisoner.reap()
    except CourseError as error:
        _refused[level] = str(error).partition(": take a weaker")[0]
    else:
        if outcome != "exit 0":
            _refused[level] = f"a new user cannot read Python in {sys.base_prefix}" if outcome == "exit 1" else f"the trial ended with {outcome}"
    return level not in _refused


def why(level):
    """What a level gives and lacks, in a sentence for the instructor, with the reasons why no stronger one was taken.

    >>> why("none").startswith("no isolation: student code runs with all your rights")
    True
    """
    stronger = [f"{one}: {_refused[one]}" for one in LEVELS[:LEVELS.index(level)] if one in _refused]
    name = "no isolation" if level == "none" else level
    return "; ".join([f"{name}: {_WHY[level]}", *stronger])


def _imports():
    """Read a module as a later import would: the interpreter may lie in a folder that the new user cannot enter."""
    for module in (os, warden):
        with open(module.__file__, "rb") as file:
            file.read(1)
