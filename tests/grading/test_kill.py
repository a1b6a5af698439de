"""`kill -9` of the grading command at any moment: no mark is lost, none is there twice, and the next run does only what is missing."""

import contextlib
import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import time

import pytest

from dlcourse import places
from dlcourse.authoring import build
from dlcourse.authoring.course import Course

KILLS, CLASS = 50, 24

# A process that has imported everything once; each connection to it becomes a warm process by one more fork.
ZYGOTE = """
import os, signal, socket, sys
from dlcourse.grading import warm
warm._preload()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
listening.listen()
while True:
    connection, _ = listening.accept()
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        listening.close()
        warm.main(connection.detach(), "")
        os._exit(0)
    connection.close()
"""

# The grading command itself; only where its warm process comes from is different.
COMMAND = """
import socket, sys, tempfile, threading
from dlcourse.grading import desk, warm

address = sys.argv.pop(1)

class Connected(warm.Warm):
    def __init__(self, level):
        self.lock, self.said, self.line = threading.Lock(), tempfile.TemporaryFile(), socket.socket(socket.AF_UNIX)
        self.line.connect(address)
        self.level = self._answer()["level"]
    def close(self):
        self.line.close()

desk.Warm = Connected
from dlcourse.cli import main
main()
"""


@pytest.fixture
def zygote(tmp_path):
    """The address of that process."""
    address = str(tmp_path / "zygote")
    environment = os.environ | {"PYTHONPATH": str(places.checkout()), "MPLBACKEND": "Agg", "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    process = subprocess.Popen([sys.executable, "-c", ZYGOTE, address], env=environment, stderr=subprocess.DEVNULL)
    while not os.path.exists(address):
        assert process.poll() is None
        time.sleep(0.1)
    yield address
    process.kill()
    process.wait()


@pytest.fixture
def handed_in(tmp_path):
    """The conformance lab, and a class that all hand in its solution."""
    shutil.copy(places.checkout() / "tests" / "labs" / "lab00_conformance.py", tmp_path)
    build.write(build.products(tmp_path, tmp_path / "labs", Course("https://github.com/someone/course", "0.1.0")))
    (tmp_path / "in").mkdir()
    for number in range(CLASS):
        shutil.copy(tmp_path / "lab00_conformance.ipynb", tmp_path / "in" / f"s{number}.ipynb")
    return tmp_path


def runs(folder):
    """{student: how often they were marked}, and {(student, question): points}."""
    path = folder / "out" / "grades.db"
    if not path.exists():
        return {}, {}
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not db.execute("SELECT name FROM sqlite_master WHERE name = 'run'").fetchall():
            return {}, {}
        marks = {(student, question): points for student, question, points in db.execute("SELECT student, question, points FROM mark")}
        return dict(db.execute("SELECT student, count(*) FROM run GROUP BY student")), marks


def test_fifty_kills_cost_nothing(zygote, handed_in):
    rng, kept = random.Random(0), {}
    words = [sys.executable, "-c", COMMAND, zygote, "grade", "lab00", "in", "--solutions", ".", "--out", "out"]
    environment = os.environ | {"PYTHONPATH": str(places.checkout())}

    def start():
        return subprocess.Popen(words, cwd=handed_in, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    at_work = 0
    for _ in range(KILLS):
        process = start()
        log = handed_in / "out" / "grades.db-wal"       # there as soon as the gradebook is open
        while not log.exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 1.5))
        at_work += process.poll() is None
        process.kill()
        process.communicate()
        times, marks = runs(handed_in)
        assert set(kept.items()) <= set(marks.items()), "a mark is lost"
        assert set(times.values()) <= {1}, "a submission was marked twice"
        kept = marks
        if len(times) == CLASS:         # all is marked: begin another class
            shutil.rmtree(handed_in / "out")
            kept = {}
    assert at_work > KILLS // 2, "most kills came too late to hurt"

    process = start()
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    times, marks = runs(handed_in)
    assert len(times) == CLASS and set(times.values()) == {1}
    assert sum(points or 0 for points in marks.values()) == 10 * CLASS
