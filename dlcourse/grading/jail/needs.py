"""Which folders and files Python needs to run and to import what it has not imported yet, and no others."""

import os
import sys
from pathlib import Path

SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store",
          "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/timezone", "/etc/fonts",
          "/etc/alternatives", "/etc/mime.types", "/etc/nsswitch.conf", "/sys/devices/system/cpu"]
DEVICES = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]
_OF_PREFIX = ["bin", "lib", "lib64", "share", "etc", "ssl", "pyvenv.cfg"]      # a prefix may be a home folder
_OF_PATH = {"site-packages", "dist-packages"}       # and the search path names the checkout, where the solutions lie
_PACKAGE = Path(__file__).parents[2]


def readable(more=()):
    """What may be read in the jail: existing paths, links beside what they lead to, none inside another one.

    >>> str(_PACKAGE) in readable() or any(str(_PACKAGE).startswith(path + "/") for path in readable())
    True
    """
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    wanted = [*SYSTEM, *(os.path.join(prefix, part) for prefix in prefixes for part in _OF_PREFIX),
              *(entry for entry in sys.path if os.path.basename(entry) in _OF_PATH), _PACKAGE, *more]
    literal = {os.path.abspath(path) for path in wanted if os.path.exists(path)}
    return outermost(literal | {os.path.realpath(path) for path in literal})


def outermost(paths):
    """Paths that lie in no other of them.

    >>> outermost({"/usr", "/usr/lib", "/usrlocal"})
    ['/usr', '/usrlocal']
    """
    kept = []
    for path in sorted(paths, key=lambda path: (len(path), path)):
        if not any(path == other or path.startswith(other.rstrip("/") + "/") for other in kept):
            kept.append(path)
    return kept
