"""Namespaces: a small file system, a process table and a network of the jail's own. What is not there cannot be attacked."""

import os
import re
from pathlib import Path

from dlcourse.grading.jail.needs import DEVICES
from dlcourse.grading.jail.syscalls import call

CELL = "/cell"                  # the one place to write, where nothing that Python needs will ever lie
_INMATE = 1000                  # the plain user's name inside a user namespace
_PLACE = "/tmp"                 # the new root is mounted here, in the jail's own table of mounts

_NEW_MOUNT, _NEW_UTS, _NEW_IPC, _NEW_USER, _NEW_PID, _NEW_NET = (
    0x00020000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
_NOSUID, _NODEV, _NOEXEC = 2, 4, 8
_RDONLY, _REMOUNT, _BIND, _RECURSIVE, _PRIVATE, _DETACH = 1, 32, 4096, 16384, 1 << 18, 2


def leave():
    """Leave the host's namespaces: this process for new mounts, network and so on, its next child for new processes.

    Root does so at once; who may not, in a namespace of users in which he may. Returns whether the user is a new one too.

    >>> leave.__name__          # for a child: there is no way back
    'leave'
    """
    new = _NEW_MOUNT | _NEW_UTS | _NEW_IPC | _NEW_PID | _NEW_NET
    uid, gid = os.geteuid(), os.getegid()
    try:
        call("unshare", new)
        return False
    except PermissionError:
        call("unshare", new | _NEW_USER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_INMATE} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{_INMATE} {gid} 1")
    return True


def build(readable, scratch, uid):
    """Build the small file system and move into it: `readable` paths as they are, an empty CELL for `uid`, nothing else.

    >>> build.__name__          # for a child that left the host's namespaces
    'build'
    """
    _mount(None, "/", _RECURSIVE | _PRIVATE)        # nothing of what follows is seen outside
    sources = {path: os.open(path, os.O_PATH) for path in [*readable, *DEVICES]}      # the new root may cover some
    _mount("tmpfs", _PLACE, 0, "tmpfs", "size=4m,nr_inodes=4k,mode=755")
    for path, opened in sources.items():
        _show(path, opened)
    for folder, kind, options in (("/proc", "proc", None), (CELL, "tmpfs", f"size={scratch},nr_inodes=64k,mode=700{_owner(uid)}")):
        os.mkdir(_PLACE + folder)
        _mount(kind, _PLACE + folder, _NOSUID | _NODEV | (_NOEXEC if kind == "proc" else 0), kind, options)
    _furnish(_INMATE if uid is None else uid)
    os.chdir(_PLACE)
    call("pivot_root", b".", b".")
    call("umount2", b".", _DETACH)
    os.chdir("/")
    call("sethostname", b"dlcourse", 8)
    _make_read_only()


def _show(path, opened):
    """Show one path of the host in the new root, under the same name; what a link leads to is shown as well."""
    target = _PLACE + path
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.islink(path):
        os.symlink(os.path.realpath(path), target)
    else:
        if os.path.isdir(f"/proc/self/fd/{opened}"):
            os.mkdir(target)
        else:
            Path(target).touch()
        _mount(f"/proc/self/fd/{opened}", target, _BIND | _RECURSIVE)
    os.close(opened)


def _furnish(uid):
    """The few small files and links that programs look for."""
    os.makedirs(f"{_PLACE}/etc", exist_ok=True)
    Path(_PLACE, "etc/passwd").write_text(f"student:x:{uid}:{uid}::{CELL}/home:/bin/sh\n")
    Path(_PLACE, "etc/group").write_text(f"student:x:{uid}:\n")
    for link, target in (("dev/fd", "/proc/self/fd"), ("dev/stdin", "/proc/self/fd/0"), ("dev/stdout", "/proc/self/fd/1"),
                         ("dev/stderr", "/proc/self/fd/2"), ("dev/shm", f"{CELL}/shm"), ("tmp", f"{CELL}/tmp")):
        if not os.path.lexists(f"{_PLACE}/{link}"):      # /tmp is there if Python lies in it
            os.symlink(target, f"{_PLACE}/{link}")


def _make_read_only():
    """All mounts but the cell: each by itself, with the flags that it must keep."""
    for line in Path("/proc/self/mountinfo").read_bytes().splitlines():
        point = re.sub(rb"\\(\d{3})", lambda code: bytes([int(code[1], 8)]), line.split()[4])
        if point != CELL.encode():
            flags = os.statvfs(point).f_flag & (_NOSUID | _NODEV | _NOEXEC)
            _mount(None, point, _REMOUNT | _BIND | _RDONLY | _NOSUID | flags)


def _owner(uid):
    return "" if uid is None else f",uid={uid},gid={uid}"


def _mount(source, target, flags, kind=None, options=None):
    try:
        call("mount", *(None if one is None else os.fsencode(one) for one in (source, target, kind)), flags,
             None if options is None else options.encode())
    except OSError as error:
        raise OSError(error.errno, f"{os.strerror(error.errno)}: mount on {os.fsdecode(target)}") from None
