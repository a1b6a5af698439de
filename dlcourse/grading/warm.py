"""A process that has imported all that labs import and then does nothing but fork: each job begins where imports have ended.

TensorFlow survives a fork only before its first operation, so this process runs none; and since a student's code can read what
the process it was forked from held in memory, it never learns of a lab, a check or a student.
"""

import gc
import importlib
import json
import os
import pkgutil
import socket
import subprocess
import sys
import tempfile
import threading

from dlcourse import places
from dlcourse.errors import CourseError
from dlcourse.grading import jail

THREADS = 3     # TensorFlow's import starts two; after an operation there are more, and a fork would hang
ROLES = {"answers": ("dlcourse.grading.answers", "serve"), "verdict": ("dlcourse.grading.verdict", "judge")}
PRELOADED = ("numpy", "keras", "matplotlib.pyplot", "IPython.core.inputtransformer2", "dlcourse.checking", "dlcourse.training",
             "dlcourse.plots", "dlcourse.grading.answers", "dlcourse.grading.verdict")
ROOMS = ("dlcourse.datasets", "dlcourse.models")        # all that is in them
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT")     # of the environment; the rest is nobody's business
SETTINGS = {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "Agg", "NO_COLOR": "1", "TQDM_DISABLE": "1"}


class Warm:
    """The supervisor's handle on a warm process. `level` is how jobs are shut in; by default the strongest there is.

    >>> Warm(level="a promise")
    Traceback (most recent call last):
    ValueError: level='a promise' is unknown: choose from namespaces, landlock, none
    """

    def __init__(self, level=None):
        if level not in (None, *jail.LEVELS):
            raise ValueError(f"level={level!r} is unknown: choose from {', '.join(jail.LEVELS)}")
        self.lock, self.said = threading.Lock(), tempfile.TemporaryFile()
        self.line, other = socket.socketpair()
        with other:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "dlcourse.grading.warm", str(other.fileno()), level or ""], pass_fds=[other.fileno()],
                env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.said, start_new_session=True, cwd=os.sep)
        self.level = self._answer()["level"]

    def fork(self, role, *ends):
        """Start a job of a role, shut in; it gets these sockets, which are closed here. Returns its number."""
        number = self._ask({"fork": role}, ends)["job"]
        for end in ends:
            end.close()
        return number

    def end(self, number):
        """End a job and all that it started; returns how it ended."""
        return self._ask({"end": number})["ended"]

    def close(self):
        """End all jobs and the process itself."""
        self.line.close()
        self.process.wait()
        self.said.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _ask(self, request, ends=()):
        with self.lock:
            try:
                socket.send_fds(self.line, [json.dumps(request).encode()], [end.fileno() for end in ends])
            except OSError:
                raise self._dead() from None
            return self._answer()

    def _answer(self):
        answer = self.line.recv(1 << 16)
        if not answer:
            raise self._dead()
        answer = json.loads(answer)
        if "error" in answer:
            raise CourseError(f"a job could not be started: {answer['error']}")
        return answer

    def _dead(self):
        self.process.wait()
        self.said.seek(0)
        lines = self.said.read().decode("utf-8", "replace").strip().splitlines()
        return CourseError(f"the process that starts the jobs has ended: {lines[-1] if lines else 'it said nothing'}; run `dlcourse doctor`")


def _environment():
    """Python finds this package and nothing where the instructor happens to stand: a student's numpy.py may lie there."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    paths = [str(places.PACKAGE.parent), *filter(os.path.isabs, kept.get("PYTHONPATH", "").split(os.pathsep))]
    return kept | SETTINGS | {"PYTHONPATH": os.pathsep.join(paths)}


def main(handle, level):
    """Import everything, then fork whenever the supervisor asks, until it goes.

    >>> main(0, "")
    Traceback (most recent call last):
    OSError: [Errno 88] Socket operation on non-socket
    """
    line = socket.socket(fileno=handle)
    line.getpeername()
    _preload()
    level = level or jail.probe()
    jobs = {}
    line.sendall(json.dumps({"level": level}).encode())
    try:
        while True:
            text, handles, _, _ = socket.recv_fds(line, 1 << 16, 8)
            if not text:
                return
            try:
                answer = _serve(json.loads(text), handles, jobs, level)
            except (OSError, RuntimeError) as error:
                answer = {"error": str(error)}
            line.sendall(json.dumps(answer).encode())
    finally:
        for prisoner in jobs.values():
            prisoner.kill()
            prisoner.reap()


def _serve(request, handles, jobs, level):
    if "end" in request:
        prisoner = jobs.pop(request["end"])
        prisoner.kill()
        return {"ended": str(prisoner.reap())}
    module, function = ROLES[request["fork"]]

    def work():
        sockets = [socket.socket(fileno=handle) for handle in handles]
        getattr(sys.modules[module], function)(*sockets)

    if (threads := len(os.listdir("/proc/self/task"))) > THREADS:
        raise RuntimeError(f"the warm process has {threads} threads and must not fork")
    try:
        number = max(jobs, default=0) + 1
        jobs[number] = jail.spawn(work, level, keep=tuple(handles), readable=[places.folder("data")])
    finally:
        for handle in handles:
            os.close(handle)
    return {"job": number}


def _preload():
    gc.disable()        # imports make many objects and little garbage: to look for it again and again takes a tenth of the time
    for name in PRELOADED:
        importlib.import_module(name)
    for room in map(importlib.import_module, ROOMS):
        for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
            importlib.import_module(module.name)
    places.folder("data")
    gc.collect()
    gc.freeze()         # pages that nobody touches stay shared
    gc.enable()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
