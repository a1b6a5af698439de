"""The filter of system calls: what no answer to a lab needs is refused, however it is asked for.

A filter is a small program for the kernel's packet-filter machine: it looks at the number and the arguments of each call.
Student code gets an ordinary error (EPERM) where it could be surprised, so that libraries which only try go on without.
"""

import ctypes
import errno
import os
import platform
import socket
import struct

from dlcourse.grading.jail.syscalls import call, number

REFUSED = """
mount umount2 pivot_root chroot name_to_handle_at open_by_handle_at fsopen fsconfig fsmount fspick move_mount open_tree mount_setattr
swapon swapoff quotactl quotactl_fd fanotify_init acct ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp
perf_event_open bpf userfaultfd keyctl add_key request_key kexec_load kexec_file_load init_module finit_module delete_module reboot
syslog iopl ioperm modify_ldt vhangup sethostname setdomainname settimeofday clock_settime clock_adjtime adjtimex unshare setns
io_uring_setup io_uring_enter io_uring_register socket memfd_create memfd_secret shmget shmat shmctl semget semop semtimedop semctl
msgget msgsnd msgrcv msgctl mq_open mq_unlink
""".split()                                 # memory in a memfd is counted nowhere: no process owns it
ABSENT = ["clone3", "openat2"]              # their arguments lie in memory, where a filter cannot look; libraries fall back
NEWEST = 462                                # what later kernels add is absent as well; so are the x32 calls of x86-64

_EVERY_BIT = 0xFFFFFFFF
_NEW_NAMESPACES = 0x7E020000
_PR_SET_PDEATHSIG, _TIOCSTI, _TIOCLINUX = 1, 0x5412, 0x541C
# Refused for some arguments: name, which argument, mask, value, and whether to refuse what is equal or all that is not.
CONDITIONS = [
    ("clone", 0, _NEW_NAMESPACES, 0, False),
    ("socketpair", 0, _EVERY_BIT, int(getattr(socket, "AF_UNIX", 1)), False),
    ("prctl", 0, _EVERY_BIT, _PR_SET_PDEATHSIG, True),      # the jail's end when its warden ends
    ("ioctl", 1, _EVERY_BIT, _TIOCSTI, True),               # typing into the instructor's terminal
    ("ioctl", 1, _EVERY_BIT, _TIOCLINUX, True),
    ("prlimit64", 0, _EVERY_BIT, 0, False),                 # other processes' limits
]

SHARING = ["setsid"]     # the kernel shares out its processors by sessions: a student has one, and starting another only seems to succeed
# Without namespaces the kernel shows all processes and, to a plain user, lets files be marked that cannot be written.
SELF_ONLY = ["kill", "tgkill"]
REFUSED_OUTSIDE = ["tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open", "pidfd_send_signal", "truncate"]
PRETENDED = """
setpgid chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat setxattr lsetxattr fsetxattr
removexattr lremovexattr fremovexattr
""".split()                                 # they succeed and do nothing: copying a file must not fail because its date stays

_LOAD, _AND, _EQUAL, _GREATER, _RETURN = 0x20, 0x54, 0x15, 0x25, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SPECULATION_AS_BEFORE = 4      # else older kernels slow the whole process down


def program(own_pid=None):
    """The filter as bytes, eight for each instruction. With a pid: for a process that shares its namespaces with others.

    >>> len(program(own_pid=1)) > len(program())
    True
    """
    refuse, ignore, absent = (_step(_RETURN, _ERRNO | code) for code in (errno.EPERM, 0, errno.ENOSYS))
    load_number = _step(_LOAD, 0)
    code = _step(_LOAD, 4) + _step(_EQUAL, _AUDIT.get(platform.machine(), 0), 1, 0) + _step(_RETURN, _KILL)
    code += load_number + _step(_GREATER, NEWEST, 0, 1) + absent
    for name, answer in [*((name, refuse) for name in REFUSED), *((name, absent) for name in ABSENT)]:
        code += _when(name, answer)
    code += b"".join(_when(name, ignore) for name in SHARING)
    if own_pid:
        code += b"".join(_when(name, refuse) for name in REFUSED_OUTSIDE) + b"".join(_when(name, ignore) for name in PRETENDED)
    for name, argument, mask, value, equal in CONDITIONS + _outside(own_pid):
        wanted = _step(_LOAD, 16 + 8 * argument) + _step(_AND, mask) + _step(_EQUAL, value, *((0, 1) if equal else (1, 0)))
        code += _when(name, wanted + refuse + load_number)
    return code + _step(_RETURN, _ALLOW)


def install(own_pid=None):
    """Put the filter on this process and all that it will start, for good.

    >>> install.__name__        # try it in a child: there is no way back
    'install'
    """
    code = program(own_pid)
    where = ctypes.create_string_buffer(code, len(code))
    call("seccomp", 1, _SPECULATION_AS_BEFORE, struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(where)))


def _outside(own_pid):
    """Signals to itself only; and no reading open that empties a file, which landlock learned to refuse late."""
    if not own_pid:
        return []
    empties = os.O_TRUNC | os.O_ACCMODE
    return ([(name, 0, _EVERY_BIT, own_pid, False) for name in SELF_ONLY]
            + [(name, argument, empties, os.O_TRUNC, True) for name, argument in (("open", 1), ("openat", 2))])


def _when(name, then):
    """Instructions for one system call; those of a call that this machine does not have are left out."""
    return _step(_EQUAL, number(name), 0, len(then) // 8) + then if number(name) is not None else b""


def _step(code, value, if_true=0, if_false=0):
    return struct.pack("HBBI", code, if_true, if_false, value)
