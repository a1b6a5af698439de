"""The warden: a process between the supervisor and the jail, which student code cannot see.

The supervisor forks the warden, the warden leaves the host's namespaces and forks the prisoner, who enters the jail and works.
The warden lets none outlive the job: it ends all when the prisoner ends, when the supervisor says so, and when the supervisor dies.
"""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from dlcourse.grading.jail import landlock, limits, namespaces, needs, seccomp
from dlcourse.grading.jail.syscalls import call

OUT_OF_MEMORY = 137             # the exit status of work that raised MemoryError
SIGNALS = {signal.SIGTERM, signal.SIGINT, *([signal.SIGCHLD] if os.name == "posix" else [])}
KNOWN = ("PATH", "LANG", "LC_", "TZ", "PYTHON", "LD_LIBRARY_PATH", "NO_COLOR", "MPLBACKEND", "KERAS_", "TFDS_", "CUDA_", "XLA_", "OMP_",
         "OPENBLAS_", "MKL_", "NUMEXPR_", "TF_CPP_", "TF_ENABLE_", "TF_DETERMINISTIC_", "TF_NUM_", "TF_USE_", "TF_XLA_")   # TF_VAR_ is Terraform's
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_TICK = 0.25                    # seconds between two looks at the memory of all processes together


@dataclasses.dataclass(frozen=True)
class Sentence:
    """What the prisoner is to do, at which level, with how much, and what it may keep open and read.

    >>> Sentence(work=print, level="none", bounds=limits.Bounds()).keep
    ()
    """

    work: object
    level: str
    bounds: limits.Bounds
    keep: tuple = ()
    readable: tuple = ()
    output: int | None = None


def environment(folder=None):
    """Of this process's environment what student code may see: how programs run, no passwords or tokens. Start the warm parent with it.

    >>> sorted(set(environment()) - set(os.environ))
    []
    """
    kept = {name: value for name, value in os.environ.items() if name.startswith(KNOWN)}
    if folder:
        kept |= {"USER": "student", "LOGNAME": "student", "HOME": f"{folder}/home", "TMPDIR": f"{folder}/tmp"}
        kept |= {name: f"{folder}/home/.{name.lower()}" for name in ("MPLCONFIGDIR", "IPYTHONDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
    return kept


def serve(sentence, supervisor, report):
    """Be the warden, from the fork to the end. `report` is a pipe to the supervisor: 'inside', then how it ended; never returns.

    >>> serve.__name__          # for a child, which has the signals of SIGNALS blocked
    'serve'
    """
    try:
        outcome = _keep(sentence, supervisor, report)
    except BaseException as error:      # nothing may go on in the copy of a supervisor
        outcome = f"refused {_reason(error)}"
    try:
        os.write(report, f"{outcome}\n".encode(errors="replace"))
    finally:
        os._exit(0)


def _keep(sentence, supervisor, report):
    os.setsid()                         # Ctrl-C in the terminal is the supervisor's affair
    os.chdir("/")                       # so that the new root takes the warden along
    signal.signal(signal.SIGCHLD, lambda *_: None)
    _end_with_parent(signal.SIGTERM)
    if os.getppid() != supervisor:
        raise ProcessLookupError("the supervisor is gone")
    shared, scratch, uid = sentence.level != "namespaces", None, limits.fresh_uid() if sentence.level != "none" else None
    tasks = limits.tasks_of(os.geteuid() if uid is None and sentence.level != "none" else None)
    try:
        if shared:
            scratch = _scratch(uid)
        elif namespaces.leave():
            uid = None                  # in a namespace of users there is one only
        prisoner = os.fork()
        if prisoner == 0:
            _serve_time(sentence, report, scratch, uid, tasks)
        _let_go([report])
        return _watch(prisoner, sentence.bounds.memory, shared)
    finally:
        if scratch:
            _remove(scratch)


def _watch(prisoner, memory, shared):
    """Wait for the prisoner's end, or bring it about; afterwards no process of the jail is left. Returns how it ended."""
    reason = ended = None
    while ended is None:
        heard = signal.sigtimedwait(SIGNALS, _TICK) if hasattr(signal, "sigtimedwait") else signal.sigwait(SIGNALS)
        if getattr(heard, "si_signo", heard) == signal.SIGTERM:
            reason = "killed"
        elif heard is None and not reason and _exceeds(memory, _inmates(shared)):
            reason = "memory"
        if reason:
            os.kill(prisoner, signal.SIGKILL)       # the first process of a namespace takes all others along
        ended = _reap(prisoner)
    if shared:
        _sweep(prisoner)
    code = os.waitstatus_to_exitcode(ended)
    if code < 0:
        return reason or f"signal {signal.Signals(-code).name}"
    return reason or ("memory" if code == OUT_OF_MEMORY else f"exit {code}")


def _reap(prisoner):
    """Collect children that have ended, orphans of the jail among them; returns the prisoner's status if it has."""
    ended = None
    try:
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended = found[1] if found[0] == prisoner else ended
    except ChildProcessError:
        pass
    return ended


def _sweep(prisoner):
    """Without a namespace of processes: kill until there is none. At "landlock" nothing can leave the prisoner's group."""
    while True:
        for kill, target in ((os.killpg, prisoner), *((os.kill, pid) for pid in _inmates(shared=True))):
            try:
                kill(target, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):      # macOS says the latter of processes that have ended
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.002)


def _inmates(shared):
    """The jail's processes: all that are to be seen in a /proc of its own, else the warden's descendants."""
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []                       # macOS has no /proc
    if not shared:
        return pids
    parents = {}
    for pid in pids:
        try:
            parents[pid] = int(Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[1])
        except OSError:
            pass                        # it has ended meanwhile
    family, before = {os.getpid()}, set()
    while family != before:
        before, family = family, family | {pid for pid, parent in parents.items() if parent in family}
    return family - {os.getpid()}


def _exceeds(memory, pids):
    """Whether all together use more. First the cheap sum, which counts shared pages for each; then, if in doubt, the exact one."""
    def total(name, fields):
        found = 0
        for pid in pids:
            try:
                lines = Path(f"/proc/{pid}/{name}").read_text(errors="replace").splitlines()
            except OSError:
                continue
            found += sum(int(line.split()[1]) << 10 for line in lines if line.startswith(fields))
        return found
    return total("status", ("RssAnon:", "RssShmem:")) > memory and total("smaps_rollup", ("Pss:",)) > memory


def _serve_time(sentence, report, scratch, uid, tasks):
    """Be the prisoner: enter the jail, say so, work; never returns. What fails before is told and ends it."""
    code = 1
    try:
        _enter(sentence, report, scratch, uid, tasks)
        os.write(report, b"inside\n")
        os.close(report)
        code = _work(sentence.work)
    except BaseException as error:      # only what failed before the work gets here
        os.write(report, f"refused {_reason(error)}\n".encode(errors="replace"))
    finally:
        os._exit(code)


def _enter(sentence, report, scratch, uid, tasks):
    os.setpgid(0, 0)
    os.umask(0o022)
    _end_with_parent(signal.SIGKILL)
    _let_go([report, *sentence.keep], sentence.output)
    _calm()
    namespaced, walled = sentence.level == "namespaces", sentence.level != "none"
    readable = needs.readable(sentence.readable) if walled else ()
    bounds = sentence.bounds
    if namespaced:
        namespaces.build(readable, bounds.scratch, uid)
    limits.limit(bounds, bounds.processes + tasks if walled else None)
    if walled:
        limits.drop(uid)
        _end_with_parent(signal.SIGKILL)        # becoming someone else has undone it
    folder = namespaces.CELL if namespaced else scratch
    _settle(folder, walled)
    if sentence.level == "landlock":
        own = [f"/proc/{os.getpid()}", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat"]
        landlock.restrict([*readable, *own], [folder], needs.DEVICES)
    if walled:
        seccomp.install(None if namespaced else os.getpid())


def _work(work):
    try:
        work()
        return 0
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except MemoryError:
        return OUT_OF_MEMORY
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:           # the reader may be gone
                pass


def _settle(folder, walled):
    """An empty working folder, and beside it a home and one for temporary files; nothing of the instructor's environment."""
    for name in ("work", "home", "tmp", "shm"):
        os.mkdir(f"{folder}/{name}")
    os.chdir(f"{folder}/work")
    kept = environment(folder) if walled else os.environ | environment(folder)
    os.environ.clear()
    os.environ.update(kept)
    tempfile.tempdir = None


def _calm():
    """Signals and streams as in a fresh Python: the supervisor's handlers and buffers are not the prisoner's."""
    signal.set_wakeup_fd(-1)
    for one in signal.valid_signals():
        if callable(signal.getsignal(one)):
            signal.signal(one, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    sys.stdin = open(0, encoding="utf-8", closefd=False)
    sys.stdout, sys.stderr = (open(fd, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False) for fd in (1, 2))


def _let_go(keep, output=None):
    """Close all files but `keep`; nothing is read, and what is written goes to `output` or nowhere."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd, source in ((0, nothing), (1, nothing if output is None else output), (2, nothing if output is None else output)):
        os.dup2(source, fd)
    closed = 3
    for fd in sorted({fd for fd in keep if fd > 2}):
        os.closerange(closed, fd)
        closed = fd + 1
    os.closerange(closed, max(closed, min(os.sysconf("SC_OPEN_MAX"), 1 << 20)))


def _end_with_parent(how):
    if sys.platform == "linux":
        call("prctl", _PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if how == signal.SIGTERM:       # the warden: orphans of the jail become its children
            call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _scratch(uid):
    folder = tempfile.mkdtemp(prefix="dlcourse-")
    if uid is not None:
        os.chown(folder, uid, uid)
    return folder


def _remove(folder):
    """The programs, since Python's rmtree gives up in a tree of a thousand levels, or one without rights."""
    for command in (["chmod", "-R", "u+rwx", folder], ["rm", "-rf", folder]):
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    shutil.rmtree(folder, ignore_errors=True)


def _reason(error):
    """An error in one line: the parent reads lines."""
    what = getattr(error, "strerror", None) or str(error) or type(error).__name__
    where = getattr(error, "filename", None)
    return " ".join(f"{what}: {where}".split() if where else what.split())
