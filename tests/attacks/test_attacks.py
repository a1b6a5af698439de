"""What students may try: nothing of it earns a point, costs another student one, or leaves anything behind."""

import copy
import hashlib
import json
import os
import re
import shutil
import socket
import time
from pathlib import Path

import nbformat
import pytest

from dlcourse import places
from dlcourse.authoring import build, regions, source
from dlcourse.authoring.course import Course
from dlcourse.grading import marking, submissions
from dlcourse.grading.jail import prison
from dlcourse.grading.jobs import Limits
from dlcourse.grading.submissions import Submission
from dlcourse.grading.warm import Warm

BOOKS = Path(__file__).parent / "books"
ENTRY = re.compile(r"^# %% (wrong|right|spy|late): (.+)\n", re.MULTILINE)
# Which question is answered by attackers: its function, and words of its hidden check.
LABS = {"lab01_neuron": ("2.3", "separable", "three corners can be split in every way"),
        "lab98_digits": ("1.2", "one_hot", "each row has its 1")}
GENEROUS = Limits(cell=120, call=60)        # on a busy machine an honest student needs time


def read(name):
    for folder in (places.solutions(), places.checkout() / "tests" / "labs"):
        if (folder / f"{name}.py").exists():
            return source.read(folder / f"{name}.py")


def entries(book):
    """The attacks of a book: (kind, what it does, its text)."""
    _, *parts = ENTRY.split((BOOKS / f"{book}.py").read_text(encoding="utf-8"))
    return list(zip(*[iter(parts)] * 3))


@pytest.fixture
def planted(tmp_path_factory, monkeypatch):
    """What an attacker would like to find: everything outside that could be read and written if nothing stood between."""
    folder = tmp_path_factory.mktemp("planted")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o777)
    for name in ("gradebook.db", "solution.py"):
        (folder / name).write_text("SECRET")
        (folder / name).chmod(0o666)
    server = socket.create_server(("127.0.0.1", 0))
    local = socket.socket(socket.AF_UNIX)
    os.chdir(folder)
    local.bind("socket")
    local.listen()
    monkeypatch.setenv("COURSE_SECRET_TOKEN", "SECRET")
    yield folder, server.getsockname()[1]
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "socket"} == {
        "gradebook.db": b"SECRET", "solution.py": b"SECRET"}
    for end in (server, local):
        end.settimeout(0)
        with pytest.raises(OSError):
            end.accept()
        end.close()


def left_in_the_house():
    """Processes, mounts and files that a job could leave: all of this machine that look like ours."""
    found = {line for line in Path("/proc/self/mountinfo").read_text().splitlines() if "dlcourse" in line or "/cell" in line}
    for folder in ("/tmp", "/dev/shm", "/var/tmp"):
        found |= {f"{folder}/{name}" for name in os.listdir(folder) if re.fullmatch(r"dlcourse-\w{8}|dlcourse-left-behind|full-\d+", name)}
    return found


@pytest.mark.parametrize(("name", "level"), [*((name, None) for name in LABS), pytest.param("lab98_digits", "landlock", marks=pytest.mark.heavy)])
def test_attacks_by_an_answer(name, level, planted):
    if level and not prison.works(level):
        pytest.skip(f"this machine has no {level}: {prison.why('none')}")
    lab, (question, function, words) = read(name), LABS[name]
    folder, port = planted
    right = "\n".join(line for line in lab.of(question, "answer")[0].source.splitlines() if "SOLUTION" not in line)
    meant = {"ANSWER": function, "RIGHT": right, "PLANTED": str(folder), "PORT": str(port), "NEEDLE": words[:10][::-1],
             "DIGEST": hashlib.sha256(words[10:22].encode()).hexdigest()}
    assert any(words in cell.source for cell in lab.of(question, "hidden")) and not regions.stub(right).count(words)
    book, handed_in = entries("on_any_function"), []
    for number, (kind, _, text) in enumerate(book):
        text = re.sub("|".join(meant), lambda word: meant[word[0]], text)
        answers = submissions.of_solution(lab).answers if kind in ("right", "spy") else {}
        handed_in.append(Submission(str(number), answers | {question: [text]}))
    handed_in[5:5] = [Submission(f"honest {k}", submissions.of_solution(lab).answers) for k in range(3)]
    results = marked(lab, handed_in, level=level)
    for k in range(3):
        assert results[f"honest {k}"].total == (10, 10), results[f"honest {k}"].marks
    for number, (kind, deed, _) in enumerate(book):
        result = results[str(number)]
        messages = [mark.message for mark in result.marks]
        assert not result.problem, deed
        assert legible(result), deed
        if kind == "wrong":
            assert result.total[0] == 0, f"{deed}: {messages}"
        if kind == "right":
            assert result.total == (10, 10), f"{deed}: {messages}"
        if kind == "spy":
            assert "SEARCHED" in result.printed[question], f"{deed}: {messages}"
            assert "FOUND" not in str(result.printed) + str(messages), f"{deed}: {result.printed[question]}"


def marked(lab, handed_in, limits=GENEROUS, level=None):
    """The results of a class by student, marked two at a time; afterwards nothing of the jobs is left."""
    before = left_in_the_house()
    with Warm(level) as warm:
        results = {result.student: result for result in marking.mark_all(lab, handed_in, warm, limits, workers=2)}
        pid = warm.process.pid
        assert not Path(f"/proc/{pid}/task/{pid}/children").read_text().split(), "a job is left"
    for _ in range(50):
        if not (after := left_in_the_house() - before):
            break
        time.sleep(0.1)         # another test's jobs come and go
    assert not after
    assert len(results) == len(handed_in)
    return results


def legible(result):
    """Whether a result can be written down: no control characters, no surrogates, pictures that are pictures, nothing huge."""
    texts = [*result.printed.values(), *(mark.message for mark in result.marks)]
    assert all(len(text) <= 20_000 and text.encode() is not None for text in texts)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", "".join(texts))
    return all(one.startswith(b"\x89PNG") and len(one) <= marking.PIXELS for ones in result.figures.values() for one in ones)


LATE = {"an endless loop in its cell": "while True: pass",
        "a loop that no signal ends, when called": "import signal\nfor one in (signal.SIGINT, signal.SIGTERM): signal.signal(one, signal.SIG_IGN)\n"
                                                   "def ANSWER(*args, **words):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
        "a fit without end": "net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])\nnet.compile(loss='mse')\n"
                             "net.fit(np.zeros((8, 1)), np.zeros(8), epochs=10**9, verbose=0)",
        "a step of an iteration that never comes": "import time\ndef ANSWER(*args, **words):\n    yield 0\n    time.sleep(10**6)",
        "an iteration whose every step takes a while": "import time\ndef ANSWER(*args, **words):\n    while True:\n        time.sleep(0.5)\n        yield 0"}


@pytest.mark.parametrize("name", LABS)
def test_what_never_ends_is_stopped(name, monkeypatch):
    monkeypatch.setattr(marking, "SLACK", 3)
    lab, (question, function, _) = read(name), LABS[name]
    handed_in = [Submission(deed, {question: [text.replace("ANSWER", function)]}) for deed, text in LATE.items()]
    for result in marked(lab, handed_in, Limits(cell=3, call=3)).values():
        (mark,) = [mark for mark in result.marks if mark.question == question]
        assert result.total[0] == 0 and mark.message, f"{result.student}: {mark.message}"


HOG = "import os\nfor _ in range(100):\n    if os.fork() == 0:\n        os.setsid()\n        while True: pass\nwhile True: pass"


def test_who_takes_all_processors_does_not_make_a_neighbour_late():
    """A hundred processes that each begin a session of their own get no more time together than the neighbour's one."""
    shared = Path("/proc/sys/kernel/sched_autogroup_enabled")
    if not shared.exists() or shared.read_text().strip() != "1":
        pytest.skip("this kernel does not share processors by sessions (sched_autogroup_enabled)")
    lab, (question, *_) = read("lab98_digits"), LABS["lab98_digits"]
    handed_in = [Submission("hog", {question: [HOG]}), Submission("honest", submissions.of_solution(lab).answers)]
    results = marked(lab, handed_in, Limits(cell=15, call=15))
    assert results["honest"].total == (10, 10), results["honest"].marks
    assert results["hog"].total[0] == 0


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    """The solved notebook of each lab, by the lab's name."""
    folder = tmp_path_factory.mktemp("built")
    for name in LABS:
        shutil.copy(read(name).path, folder)
    made = build.products(folder, folder / "labs", Course("https://github.com/someone/course", "0.1.0"))
    build.write(made)
    return {name: nbformat.read(folder / f"{name}.ipynb", as_version=4) for name in LABS}


def tagged(book, tag):
    return [cell for cell in book.cells if cell.metadata.get("tags") == [tag]]


def edit(book, tag, text):
    for cell in tagged(book, tag):
        cell.source = text


def delete(book, tag):
    book.cells = [cell for cell in book.cells if cell.metadata.get("tags") != [tag]]


def swap(book):
    """The ids of checks and setup go to other cells."""
    others = [cell for cell in book.cells if cell.metadata.get("tags") != ["answer"]]
    for cell, other in zip(others, [one.id for one in reversed(others)]):
        cell.id = other


def worth(book, points):
    for cell in book.cells:
        cell.metadata.setdefault("nbgrader", {})["points"] = points


TAMPERED = {
    "checks edited": lambda book: edit(book, "check", "print('passed')"),
    "checks deleted": lambda book: delete(book, "check"),
    "hidden checks invented": lambda book: edit(book, "check", "with check('1.1', points=100): pass"),
    "setup edited": lambda book: edit(book, "setup", "raise SystemExit"),
    "setup deleted": lambda book: delete(book, "setup"),
    "context deleted": lambda book: delete(book, "context"),
    "ids swapped": swap,
    "cells doubled": lambda book: book.cells.extend(copy.deepcopy(book.cells)),
    "cells in reverse": lambda book: book.cells.reverse(),
    "metadata stripped": lambda book: [cell.metadata.clear() for cell in book.cells] and book.metadata.clear(),
    "a hundred points": lambda book: worth(book, 100),
    "negative points": lambda book: worth(book, -1),
    "another kernel": lambda book: book.metadata.update(kernelspec={"name": "bash", "language": "bash", "display_name": "rm -rf"}),
}
BROKEN = {
    "empty": b"", "binary": bytes(range(256)) * 40, "cut off": b'{"cells": [{"cell_type": "code", "sour', "a list": b"[]", "null": b"null", "a number": b"1e999",
    "deep": b"[" * 100_000, "deep cells": b'{"cells": ' * 5000 + b"1" + b"}" * 5000, "another version": b'{"cells": [], "nbformat": 99, "nbformat_minor": 0, "metadata": {}}',
    "old": b'{"worksheets": [], "nbformat": 2}', "cells of nonsense": b'{"cells": [1, null, {"cell_type": 7}], "nbformat": 4, "nbformat_minor": 5, "metadata": []}',
    "surrogates": b'{"cells": [{"cell_type": "code", "source": "\\udcff", "metadata": {}, "outputs": []}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    "a pickle": b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x02ls\x94\x85\x94R\x94.",
}


@pytest.mark.parametrize("name", LABS)
def test_attacks_by_the_notebook(name, notebooks, tmp_path):
    """Whatever became of the rest, the right answers keep their marks; what is no notebook earns nothing and stops nobody."""
    lab, files = read(name), {}
    for deed, tamper in TAMPERED.items():
        book = copy.deepcopy(notebooks[name])
        tamper(book)
        files[deed] = json.dumps(book).encode()
    for deed, content in (files | BROKEN).items():
        (tmp_path / f"{deed}.ipynb").write_bytes(content)
    handed_in = [submissions.read(tmp_path / f"{deed}.ipynb", lab, deed) for deed in files | BROKEN]
    unlike = {submission.digest: submission.student for submission in handed_in}       # alike ones are marked once
    results = marked(lab, [submission for submission in handed_in if submission.student in unlike.values() or submission.problem])
    results = {submission.student: results[unlike[submission.digest]] for submission in handed_in}
    assert {deed: results[deed].total for deed in files} == {deed: (10, 10) for deed in files}
    for deed in BROKEN:
        assert results[deed].total == (0, 10) and all(mark.message for mark in results[deed].marks), deed
