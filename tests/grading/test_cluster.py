"""Marking on a Dask cluster of two workers on this machine, one of which is killed in the middle."""

import os
import signal
import subprocess
import sys
import time

import pytest

from dlcourse import places
from dlcourse.authoring import source
from dlcourse.errors import CourseError
from dlcourse.grading import cluster, submissions
from dlcourse.grading.jobs import Limits
from dlcourse.grading.submissions import Submission

SCHEDULER = "from distributed.cli.dask_scheduler import main; main()"
WORKER = "from distributed.cli.dask_worker import main; main()"


@pytest.fixture
def running(tmp_path):
    """Start Dask's own commands; whatever runs at the end is ended."""
    started = []

    def start(code, *words):
        environment = os.environ | {"PYTHONPATH": str(places.checkout())}
        with open(tmp_path / f"{len(started)}.log", "w") as log:
            started.append(subprocess.Popen([sys.executable, "-c", code, *words], env=environment, cwd=tmp_path, stdout=log, stderr=log))
        return started[-1]
    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_worker_that_is_killed_costs_nobody_a_mark(running, tmp_path):
    address = tmp_path / "scheduler.json"
    running(SCHEDULER, "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(address))
    workers = [running(WORKER, "--scheduler-file", str(address), "--no-nanny", "--nthreads", "1", "--no-dashboard", "--name", name)
               for name in ("one", "other")]
    while not address.exists():
        time.sleep(0.1)
    lab = source.read(places.checkout() / "tests" / "labs" / "lab00_conformance.py")
    right, names = submissions.of_solution(lab).answers, [f"s{k}" for k in range(8)]
    wrong = right | {"1.1": ["def double(x): return x"]}
    class_of = [Submission(name, wrong if name == "s3" else right) for name in names]
    from distributed import Client

    with Client(scheduler_file=str(address), timeout=30) as client:
        client.wait_for_workers(2, timeout=60)
        uri = client.scheduler.address
    results = []
    for result in cluster.mark_all(lab, class_of, Limits(), dict.fromkeys(names), uri, trust=True):
        results.append(result)
        if len(results) == 2:
            os.kill(workers[0].pid, signal.SIGKILL)
    assert sorted(result.student for result in results) == names
    assert {result.student: result.total[0] for result in results} == {name: 8 if name == "s3" else 10 for name in names}
    assert not [result.problem for result in results if result.problem]


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with pytest.raises(CourseError, match="no Dask scheduler answers at tcp://127.0.0.1:1 "):
        list(cluster.mark_all(None, [Submission("ada", {})], Limits(), {"ada": None}, "tcp://127.0.0.1:1"))


def test_without_dask_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CourseError, match=r"pip install 'dlcourse\[cluster\]'"):
        list(cluster.mark_all(None, [Submission("ada", {})], Limits(), {"ada": None}, "tcp://127.0.0.1:1"))
