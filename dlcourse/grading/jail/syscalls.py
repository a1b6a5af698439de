"""System calls that Python's standard library does not offer, by number, on the two architectures that the jail knows."""

import ctypes
import os
import platform
import sys

# Name, number on x86-64, number on aarch64 (- where it has none); from 424 on, all architectures agree.
_TABLE = """
mount 165 40, umount2 166 39, pivot_root 155 41, chroot 161 51, name_to_handle_at 303 264, open_by_handle_at 304 265,
fsopen 430, fsconfig 431, fsmount 432, fspick 433, move_mount 429, open_tree 428, mount_setattr 442,
swapon 167 224, swapoff 168 225, quotactl 179 60, quotactl_fd 443, fanotify_init 300 262, acct 163 89,
ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, process_madvise 440, pidfd_getfd 438, kcmp 312 272,
perf_event_open 298 241, bpf 321 280, userfaultfd 323 282, keyctl 250 219, add_key 248 217, request_key 249 218,
kexec_load 246 104, kexec_file_load 320 294, init_module 175 105, finit_module 313 273, delete_module 176 106, reboot 169 142,
syslog 103 116, iopl 172 -, ioperm 173 -, modify_ldt 154 -, vhangup 153 58, sethostname 170 161, setdomainname 171 162,
settimeofday 164 170, clock_settime 227 112, clock_adjtime 305 266, adjtimex 159 171,
unshare 272 97, setns 308 268, clone 56 220, clone3 435, prctl 157 167, ioctl 16 29, prlimit64 302 261, capset 126 91,
io_uring_setup 425, io_uring_enter 426, io_uring_register 427, socket 41 198, socketpair 53 199,
memfd_create 319 279, memfd_secret 447, shmget 29 194, shmat 30 196, shmctl 31 195, semget 64 190, semop 65 193,
semtimedop 220 192, semctl 66 191, msgget 68 186, msgsnd 69 189, msgrcv 70 188, msgctl 71 187, mq_open 240 180, mq_unlink 241 181,
open 2 -, openat 257 56, openat2 437, truncate 76 45, kill 62 129, tkill 200 130, tgkill 234 131, rt_sigqueueinfo 129 138,
rt_tgsigqueueinfo 297 240, pidfd_open 434, pidfd_send_signal 424, setsid 112 157, setpgid 109 154,
chmod 90 -, fchmod 91 52, fchmodat 268 53, fchmodat2 452, chown 92 -, fchown 93 55, lchown 94 -, fchownat 260 54,
utime 132 -, utimes 235 -, futimesat 261 -, utimensat 280 88, setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7,
removexattr 197 14, lremovexattr 198 15, fremovexattr 199 16,
seccomp 317 277, landlock_create_ruleset 444, landlock_add_rule 445, landlock_restrict_self 446
"""
_COLUMN = {"x86_64": 1, "aarch64": -1}.get(platform.machine()) if sys.platform == "linux" and sys.maxsize > 2**32 else None
_LIBC = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


def number(name):
    """The number of a system call on this machine, or None where it has none.

    >>> number("fsopen") in (430, None)
    True
    """
    return _NUMBERS.get(name)


def call(name, *arguments):
    """Make a system call; what the kernel refuses is an OSError that names the call.

    >>> call("umount", 0, 0)
    Traceback (most recent call last):
    OSError: [Errno 38] umount: Function not implemented
    """
    if _LIBC is None or number(name) is None:
        raise OSError(38, f"{name}: Function not implemented")
    result = _LIBC.syscall(number(name), *(ctypes.c_long(one) if isinstance(one, int) else one for one in arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result


def mallopt(option, value):
    """Tell glibc's malloc how to behave, where there is one.

    >>> mallopt(-8, 8)
    """
    if hasattr(_LIBC, "mallopt"):
        _LIBC.mallopt(option, value)


def _numbers():
    rows = (entry.split() for entry in _TABLE.split(","))
    return {row[0]: int(row[_COLUMN]) for row in rows if _COLUMN and row[_COLUMN] != "-"}


_NUMBERS = _numbers()
