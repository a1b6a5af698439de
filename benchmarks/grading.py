"""Mark a class with dlcourse and with nbgrader, and say what the walls and the second process cost.

    python benchmarks/grading.py
    python benchmarks/grading.py --class-size 40 --peers 6      nbgrader marks six of them: it takes about a quarter of a minute each

The assignment is `tests/labs/lab98_digits.py`: a network on digits, one epoch, five questions. Everything is measured in one run, from the
start of each command to its end; dlcourse's own start, with TensorFlow's import, is in its figure.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from dlcourse import places
from dlcourse.authoring import build, source
from dlcourse.authoring.course import Course
from dlcourse.grading import jail, marking, submissions, wire
from dlcourse.grading.calls import Peer
from dlcourse.grading.jobs import job
from dlcourse.grading.warm import Warm

ASSIGNMENT = places.checkout() / "tests" / "labs" / "lab98_digits.py"
SCRIPTS = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "TF_CPP_MIN_LOG_LEVEL": "3"}


def class_of(count, folder):
    """A folder of `count` submissions that all solve the assignment, each in its own words."""
    shutil.copy(ASSIGNMENT, folder)
    build.write(build.products(folder, folder / "labs", Course("https://github.com/someone/course", "0.1.0")))
    (folder / "in").mkdir()
    for number in range(count):
        book = nbformat.read(folder / "lab98_digits.ipynb", as_version=4)
        answer = next(cell for cell in book.cells if cell.id == "lab98-1-4-answer")
        answer.source = answer.source.replace("batch_size=32", f"batch_size={24 + number % 16}")
        nbformat.write(book, folder / "in" / f"student{number:02}.ipynb")
    return folder


def ours(folder, workers):
    """Seconds of `dlcourse grade` for the whole class."""
    out = folder / f"out{workers}"
    return timed([sys.executable, "-m", "dlcourse", "grade", "lab98", "in", "--solutions", ".", "--out", str(out), "--workers", str(workers),
                  "--trust"], folder)


def theirs(folder, count):
    """Seconds of `nbgrader autograde` for `count` of the class."""
    (folder / "source" / "digits").mkdir(parents=True)
    shutil.copy(folder / "lab98_digits.ipynb", folder / "source" / "digits" / "lab98_digits.ipynb")
    timed([sys.executable, "-m", "nbgrader", "generate_assignment", "digits"], folder)
    for path in sorted((folder / "in").iterdir())[:count]:
        place = folder / "submitted" / path.stem / "digits"
        place.mkdir(parents=True)
        shutil.copy(path, place / "lab98_digits.ipynb")
    return timed([sys.executable, "-m", "nbgrader", "autograde", "digits"], folder)


def timed(words, folder):
    """Run a command; its seconds."""
    began = time.perf_counter()
    done = subprocess.run(words, cwd=folder, env=SCRIPTS, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(words)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - began


def overhead(lab, warm):
    """(seconds to mark the solution, seconds of the same cells in one process that only runs them)."""
    began = time.perf_counter()
    marking.mark(lab, submissions.of_solution(lab), warm)
    marked = time.perf_counter() - began
    cells = job(lab, submissions.of_solution(lab), lab.questions)["cells"]
    one, other = socket.socketpair()
    number, began = warm.fork("answers", other), time.perf_counter()
    peer = Peer(wire.Line(one))
    for cell in cells:
        peer.ask("run", cell["source"], cell["file"])
    alone = time.perf_counter() - began
    one.close()
    warm.end(number)
    return marked, alone


def memory(warm):
    """Megabytes of the warm process, and of what one marking adds to the machine's use."""
    status = Path(f"/proc/{warm.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def main():
    """Everything in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--class-size", type=int, default=40)
    parser.add_argument("--peers", type=int, help="how many of them nbgrader marks (default: all)")
    options = parser.parse_args()
    count, peers = options.class_size, options.peers or options.class_size
    with tempfile.TemporaryDirectory() as name:
        folder = class_of(count, Path(name))
        each = {f"nbgrader autograde, {peers} of them": theirs(folder, peers) / peers}
        for workers in (1, 2):
            each[f"dlcourse grade, {workers} worker{'s' * (workers > 1)}"] = ours(folder, workers) / count
    first = next(iter(each.values()))
    print(f"{count} submissions of {ASSIGNMENT.stem}, seconds for each, behind {jail.probe()}")
    for way, seconds in each.items():
        print(f"  {way:<34}{seconds:8.2f} s   {first / seconds:5.1f} ×")
    with Warm() as warm:
        print(f"\nthe warm process holds {memory(warm):.0f} MB, whatever the number of workers")
        print(f"\nabove the time of the cells themselves, at {warm.level}:")
        for lab in [source.read(ASSIGNMENT), *source.read_all(places.solutions())]:
            overhead(lab, warm)      # the first one brings files into memory
            pairs = [overhead(lab, warm) for _ in range(5)]
            marked, alone = (sorted(column)[2] for column in zip(*pairs))
            print(f"  {lab.name:<34}{marked:8.2f} s to mark, {alone:.2f} s of cells: {marked - alone:+.2f} s")


if __name__ == "__main__":
    main()
