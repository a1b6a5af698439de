"""What a prisoner may use at most, and what it may be: a fresh user without rights that no file or process belongs to."""

import dataclasses
import os
import platform
from pathlib import Path

from dlcourse.grading.jail.syscalls import call, mallopt

_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_ARENA_MAX = -8


@dataclasses.dataclass(frozen=True)
class Bounds:
    """How much one job may use. Sizes are in bytes; `processes` counts threads too, of which TensorFlow wants some for each core.

    `memory` is meant beyond what the parent had when it forked: for each process as addresses, for all together as pages in use.
    `scratch` bounds all files together, at the level "namespaces".

    >>> Bounds(memory=2 << 30).memory
    2147483648
    """

    memory: int = 6 << 30
    processes: int = 256 + 16 * (os.cpu_count() or 1)
    files: int = 256
    file_size: int = 64 << 20
    scratch: int = 256 << 20


def limit(bounds, processes=None):
    """Set the kernel's own limits for this process; `processes` says how many threads its user may have, where that is bounded.

    >>> limit.__name__          # for a child: limits do not go up again
    'limit'
    """
    import resource

    mallopt(_ARENA_MAX, 8)      # else many cores reserve an arena of addresses each and run into the limit of memory
    limits = {"CORE": 0, "FSIZE": bounds.file_size, "NOFILE": bounds.files, "AS": _addresses() + bounds.memory}
    if processes is not None:
        limits["NPROC"] = processes
    for name, value in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        if platform.system() == "Linux" or name != "AS":       # macOS does not take this one
            resource.setrlimit(kind, (value, value))


def fresh_uid():
    """A user id for this process alone: made from its pid, which no other process has at the same time. None for who cannot choose.

    >>> fresh_uid() is None or fresh_uid() > 0
    True
    """
    if os.geteuid() != 0:
        return None
    try:
        blocks = [tuple(map(int, line.split())) for line in Path("/proc/self/uid_map").read_text().splitlines()]
        start, _, count = max(blocks, key=lambda block: block[2])
    except (OSError, ValueError):
        start, count = 0, 1 << 32
    if count > 1 << 31:
        return (1 << 30) + os.getpid()
    return start + count - 1 - os.getpid() % (count // 2) if count > 1000 else None      # a container has few ids: the upper half


def drop(uid):
    """Give up all rights for good, and become `uid` where that is not None.

    >>> drop.__name__           # for a child: there is no way back
    'drop'
    """
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header, nothing = (0x20080522).to_bytes(8, "little"), bytes(24)
    call("capset", header, nothing)
    call("prctl", _PR_SET_DUMPABLE, 1, 0, 0, 0)         # else its own /proc/self belongs to root
    call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def tasks_of(uid):
    """How many threads a user has already: the kernel counts them all against the limit. A fresh user has none.

    >>> tasks_of(None)
    0
    """
    tasks = 0
    for process in filter(str.isdigit, os.listdir("/proc") if uid is not None else []):
        try:
            if os.stat(f"/proc/{process}").st_uid == uid:
                tasks += int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[17])
        except OSError:
            pass        # it has ended meanwhile
    return tasks


def _addresses():
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
