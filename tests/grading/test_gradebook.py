"""The gradebook: no mark lost and none twice, whenever the machine stops; what a person said stays; what is wrong is a sentence."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys

import pytest

from dlcourse import places
from dlcourse.errors import CourseError
from dlcourse.grading import gradebook
from dlcourse.grading.gradebook import Gradebook
from dlcourse.grading.marks import Mark, Result

CHECKS = {"1.1": "h1", "1.2": "h2", "2.1": "h3"}


def result(student="ada", first=1, **more):
    return Result(student, (Mark("1.1", first, 2, "" if first == 2 else "too low"), Mark("1.2", 0, 1, "no"), Mark("2.1", None, 4)), **more)


@pytest.fixture
def book(tmp_path):
    with Gradebook(tmp_path / "grades.db", "lab01") as opened:
        yield opened


def test_wanted_is_what_is_new_or_has_changed_and_says_why(book):
    assert set(book.wanted("ada", "d1", CHECKS)) == set(CHECKS)
    book.keep(result(), "d1", CHECKS)
    assert book.wanted("ada", "d1", CHECKS) == {}
    assert book.wanted("ada", "d1", CHECKS | {"1.2": "corrected"}) == {"1.2": "its check has changed"}
    assert book.wanted("ada", "d1", CHECKS | {"3.1": "new"}) == {"3.1": "it was never marked"}
    assert book.wanted("ada", "d2", CHECKS) == dict.fromkeys(CHECKS, "the submission has changed")
    assert set(book.wanted("bob", "d1", CHECKS)) == set(CHECKS)


def test_a_corrected_check_replaces_its_own_marks_only(book):
    book.keep(result(level="namespaces"), "d1", CHECKS)
    new = CHECKS | {"1.2": "corrected"}
    book.keep(Result("ada", (Mark("1.2", 1, 1),), level="landlock"), "d1", new)
    kept = book.results()["ada"]
    assert [mark.points for mark in kept.marks] == [1, 1, None] and book.wanted("ada", "d1", new) == {}
    assert kept.level == "namespaces, landlock", "a level for each mark that counts"


def test_what_a_person_says_survives_every_run_and_none_clears_it(book):
    book.keep(result(), "d1", CHECKS)
    book.manual("ada", "2.1", 3.5, "well argued")
    book.manual("ada", "1.1", comment="see page 3")
    book.keep(result(first=2), "d2", CHECKS)
    first, _, written = book.results()["ada"].marks
    assert first == Mark("1.1", 2, 2, "", "see page 3") and written == Mark("2.1", 3.5, 4, "", "well argued", by="person")
    assert book.results()["ada"].total == (5.5, 7), "a written answer that has points no longer waits"
    book.manual("ada", "2.1")
    assert book.results()["ada"].marks[-1] == Mark("2.1", None, 4)


@pytest.mark.parametrize("words, said", [(("adda", "1.1", 1), "no mark of 'adda' in question 1.1"), (("ada", "9.9", 1), "question 9.9"),
                                         (("ada", "1.1", 2.5), "it gives 0 to 2"), (("ada", "1.1", -1), "it gives 0 to 2")])
def test_a_person_cannot_say_nonsense(words, said, book):
    book.keep(result(), "d1", CHECKS)
    with pytest.raises(CourseError, match=said):
        book.manual(*words)
    with pytest.raises(CourseError, match=said):
        book.correct([("ada", "1.2", 1, "kept with the others or not at all"), (*words, None)])
    assert book.results()["ada"] == Result("ada", result().marks)


def test_questions_come_in_the_order_asked_for_and_labs_do_not_mix(book, tmp_path):
    book.keep(Result("ada", (Mark("1.10", 1, 1), Mark("1.9", 0, 1))), "d", {})
    book.keep(Result("Bob", ()), "d", {})
    book._db.execute("UPDATE run SET lab = 'lab02' WHERE student = 'Bob'")
    assert list(book.results()) == ["ada"] and [mark.question for mark in book.results()["ada"].marks] == ["1.9", "1.10"]
    assert [mark.question for mark in book.results(questions=["1.10", "1.9", "7"])["ada"].marks] == ["1.10", "1.9"]
    assert [mark.question for mark in book.result("ada", ["1.10"]).marks] == ["1.10"] and book.results(["nobody"]) == {}
    book.forget("ada")
    assert book.results() == {} and book.wanted("ada", "d", {"1.9": None})
    with pytest.raises(CourseError, match="knows no 'ada'"):
        book.result("ada")


def test_all_that_a_student_writes_is_kept_bounded_and_legible(book):
    name, png = "a\ud800b\x00", b"\x89PNG and so on"
    book.keep(Result(name, (Mark("1.1", 0, 1, "\x1b[31mred\x00" + "m" * 10**6),), {"1.1": ["x = '\ud800'\x00"]}, {"1.1": "p" * 10**6},
                     {"1.1": [png] * 50 + [bytes(2 << 20)]}, ("note",), "none", 1.5), "d", {})
    kept = book.result(name)
    assert kept.answers == {"1.1": ["x = '\ud800'\x00"]} and kept.notes == ("note",) and kept.seconds == 1.5
    assert kept.marks[0].message.startswith("red�mmm") and len(kept.marks[0].message) <= gradebook.MESSAGE
    assert len(kept.printed["1.1"]) <= gradebook.PRINTED and kept.figures == {"1.1": [png] * gradebook.FIGURES}
    assert list(book.results([name])) == list(book.results()) and not book.wanted(name, "d", {"1.1": None})


def test_ctrl_c_in_the_middle_of_a_submission_leaves_the_book_as_it_was(book):
    class Interrupted(dict):
        def get(self, question, default=None):
            if question == "1.2":
                raise KeyboardInterrupt
            return default

    book.keep(result(), "d1", CHECKS)
    with pytest.raises(KeyboardInterrupt):
        book.keep(result(first=2, printed=Interrupted()), "d2", CHECKS)
    assert book.results()["ada"].marks == result().marks and book.wanted("ada", "d1", CHECKS) == {}
    book.keep(result(first=2), "d2", CHECKS)
    assert book.results()["ada"].marks[0].points == 2


WRITER = """
import sys
from dlcourse.grading.gradebook import Gradebook
from dlcourse.grading.marks import Mark, Result
CHECKS = {f"1.{n}": "h" for n in range(1, 9)}
with Gradebook(sys.argv[1], "lab01") as book:
    print("open", flush=True)
    for number in range(int(sys.argv[2])):
        student = f"student{number}"
        if book.wanted(student, "d", CHECKS):
            book.keep(Result(student, tuple(Mark(q, number % 3, 2) for q in CHECKS), printed={"1.1": "p" * 5000},
                             figures={"1.1": [bytes(number % 50_000)]}), "d", CHECKS)
            print(student, flush=True)
"""


def test_killed_at_fifty_random_moments_no_mark_is_lost_and_none_is_twice(tmp_path):
    path, chance, told = tmp_path / "grades.db", random.Random(4), []
    command = [sys.executable, "-c", WRITER, str(path)]
    for _ in range(50):
        with subprocess.Popen([*command, "1000000"], cwd=places.checkout(), stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout.readline() == "open\n"
            with contextlib.suppress(subprocess.TimeoutExpired):
                writer.wait(chance.uniform(0, 0.03))
            writer.send_signal(signal.SIGKILL)
            told += writer.stdout.read().splitlines()[:-1]      # the last line may be half a line
        with sqlite3.connect(path) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.close()
    most = 1 + max(int(name.removeprefix("student")) for name in told)
    assert len(told) == len(set(told)) > 50, "what was told as kept was never done again"
    subprocess.run([*command, str(most + 50)], cwd=places.checkout(), check=True, stdout=subprocess.DEVNULL)
    with Gradebook(path, "lab01") as book:
        results = book.results()
        assert set(results) == {f"student{number}" for number in range(most + 50)}
        assert all(kept.total == (8 * (int(name[7:]) % 3), 16) and len(kept.marks) == 8 for name, kept in results.items())
        assert book._rows("SELECT student FROM run GROUP BY student HAVING count(*) > 1") == [], "nobody was marked twice"


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own of 256 KiB, or None where this machine does not let one mount."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", place]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True).returncode:
        yield None
        return
    yield place
    subprocess.run(["umount", place], check=True)


def fill(book):
    for number in range(2000):
        book.keep(result(f"student{number}", printed={"1.1": "p" * 5000}), "d", CHECKS)


def test_a_full_disk_is_one_sentence_and_what_was_kept_is_kept(small_disk, tmp_path):
    path = (small_disk or tmp_path) / "grades.db"
    with Gradebook(path, "lab01") as book:
        if not small_disk:
            book._db.execute("PRAGMA max_page_count = 50")
        with pytest.raises(CourseError, match="the disk is full: make room and run the same command again"):
            fill(book)
        kept = len(book.results())
        assert kept > 3 and all(one.marks == result().marks for one in book.results().values())
    with Gradebook(path, "lab01") as book:
        assert len(book.results()) == kept
        assert book._rows("PRAGMA integrity_check") == [("ok",)]


def test_a_folder_that_cannot_be_written_is_one_sentence(small_disk, tmp_path):
    (tmp_path / "file").write_text("")
    for path in [tmp_path / "file" / "grades.db", tmp_path]:
        with pytest.raises(CourseError, match="cannot be written.*--out"):
            Gradebook(path, "lab01").__enter__()
    if not small_disk:
        pytest.skip("no file system can be mounted here, so none can be made read-only")
    for known in (False, True):
        if known:
            Gradebook(small_disk / "grades.db", "lab01").__enter__().__exit__()
        subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
        with pytest.raises(CourseError, match="cannot be written: choose another folder with --out"):
            Gradebook(small_disk / "grades.db", "lab01").__enter__()
        subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)


def test_a_book_that_another_run_has_open_is_one_sentence(book):
    with pytest.raises(CourseError, match="grades.db is open in another run: wait until that ends"):
        Gradebook(book.path, "lab01").__enter__()
    book.keep(result(), "d", CHECKS)


@pytest.mark.parametrize("content, said", [(b"not a database, but long enough " * 99, "is no gradebook"),
                                           ("CREATE TABLE theirs (x)", "a database of something else"),
                                           (f"CREATE TABLE new (x); PRAGMA application_id = {gradebook.OURS}; PRAGMA user_version = 99",
                                            "written by a newer dlcourse: update")])
def test_a_file_that_is_no_gradebook_of_ours_is_left_alone(content, said, tmp_path):
    path = tmp_path / "grades.db"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.executescript(content)
    with pytest.raises(CourseError, match=said):
        Gradebook(path, "lab01").__enter__()
    if isinstance(content, bytes):
        assert path.read_bytes() == content
    else:
        with contextlib.closing(sqlite3.connect(path)) as database:
            assert len(database.execute("SELECT * FROM sqlite_master").fetchall()) == 1


def test_a_damaged_book_is_one_sentence(tmp_path):
    path = tmp_path / "grades.db"
    with Gradebook(path, "lab01") as book:
        for number in range(200):
            book.keep(result(f"student{number}"), "d", CHECKS)
    with path.open("r+b") as file:
        file.seek(5000)
        file.write(os.urandom(path.stat().st_size - 5000))
    with pytest.raises(CourseError, match="is damaged: bring back a copy"), Gradebook(path, "lab01") as book:
        book.results()


def test_where_writing_ahead_is_refused_the_older_journal_serves():
    class Database:
        said = []

        def execute(self, statement):
            self.said.append(statement)
            if "WAL" in statement:
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorname = "SQLITE_IOERR_SHMMAP"
                raise error

    gradebook._write_ahead(Database())
    assert Database.said == ["PRAGMA journal_mode = WAL", "PRAGMA journal_mode = DELETE"]


def test_the_book_writes_ahead_and_leaves_one_file(tmp_path):
    with Gradebook(tmp_path / "grades.db", "lab01") as book:
        assert book._rows("PRAGMA journal_mode") == [("wal",)]
        book.keep(result(), "d", CHECKS)
    assert [path.name for path in tmp_path.iterdir()] == ["grades.db"]
