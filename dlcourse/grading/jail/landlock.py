"""Landlock: where namespaces are refused, the kernel itself checks each path that is opened; the rest of the disk stays shut."""

import os
import struct

from dlcourse.grading.jail.syscalls import call

_EXECUTE, _WRITE, _READ_FILE, _READ_FOLDER, _TRUNCATE, _IOCTL = (1 << bit for bit in (0, 1, 2, 3, 14, 15))
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}       # how many rights to files each version knows
_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
_OF_FILES = _EXECUTE | _WRITE | _READ_FILE | _TRUNCATE | _IOCTL
_TCP, _SIGNALS_AND_SOCKETS = 3, 3


def version():
    """Landlock's version in this kernel, 0 where there is none.

    >>> version() >= 0
    True
    """
    try:
        return call("landlock_create_ruleset", None, 0, 1)
    except OSError:
        return 0


def restrict(readable, writable, devices):
    """Leave to this process only these paths, no connection, and (from version 6 on) no signal to those outside.

    >>> restrict.__name__           # for a child: there is no way back
    'restrict'
    """
    known = version()
    every = (1 << _RIGHTS.get(known, 16)) - 1
    rules = struct.pack("QQQ", every, _TCP, _SIGNALS_AND_SOCKETS)[:24 if known >= 6 else 16 if known >= 4 else 8]
    ruleset = call("landlock_create_ruleset", rules, len(rules), 0)
    allowed = [*((path, _READ) for path in readable), *((path, every) for path in writable),
               *((path, _READ_FILE | _WRITE) for path in devices)]
    for path, rights in allowed:
        opened = os.open(path, os.O_PATH)
        if not os.path.isdir(path):
            rights &= _OF_FILES
        call("landlock_add_rule", ruleset, 1, struct.pack("=Qi", rights & every, opened), 0)
        os.close(opened)
    call("landlock_restrict_self", ruleset, 0)
    os.close(ruleset)
