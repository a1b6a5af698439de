"""The marks of a class in one SQLite file: whenever the machine stops, no mark is lost and none is there twice.

A submission is one transaction. What a person says lies in a table of its own, beside what the checks found, so that no new run
can overwrite it. Who is no longer among the submissions stays in the book until `forget`. Only the process that supervises the
marking may open the book, and only after it has forked whatever runs students' code: a child would inherit the open file.
"""

import contextlib
import datetime
import json
import os
import sqlite3
from pathlib import Path

from dlcourse.errors import CourseError
from dlcourse.grading.legible import legible
from dlcourse.grading.marks import Mark, Result

OURS, VERSION = 0x444C4342, 1     # "DLCB" in the file's header, and the number of the tables below
PRINTED, MESSAGE = 20_000, 2_000  # characters that are kept of what an answer prints, and of what a check says
FIGURES, PICTURE = 8, 1 << 20     # pictures that are kept of one answer, and the bytes that one may have

TABLES = """
CREATE TABLE run    (id INTEGER PRIMARY KEY, lab, student, digest, level, seconds, notes, at);
CREATE TABLE mark   (lab, student, question, hash, points, "of", message, answers, printed, run REFERENCES run,
                     PRIMARY KEY (lab, student, question));
CREATE TABLE figure (lab, student, question, number, png BLOB, PRIMARY KEY (lab, student, question, number));
CREATE TABLE manual (lab, student, question, points, comment, PRIMARY KEY (lab, student, question));
CREATE TABLE sheet  (id INTEGER PRIMARY KEY, lab, student, question, points, comment);
CREATE INDEX runs   ON run (lab, student);
"""


class Gradebook:
    """One lab's marks in a gradebook, which may hold other labs' too; opening it makes it, and keeps other runs out.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Gradebook(Path(folder) / "grades.db", "lab01_neuron") as book:
    ...     book.keep(Result("ada", (Mark("1.1", 2, 2), Mark("1.2", None, 1))), "digest", {"1.1": "hash", "1.2": "hash"})
    ...     book.manual("ada", "1.2", 0.5, "well said")
    ...     print(book.wanted("ada", "digest", {"1.1": "hash", "1.2": "corrected"}), book.results()["ada"].total)
    {'1.2': 'its check has changed'} (2.5, 3)
    """

    def __init__(self, path, lab):
        self.path, self.lab = Path(path), lab

    def __enter__(self):
        with _told(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=2, isolation_level=None)
        try:
            with _told(self.path):
                self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
                _write_ahead(self._db)
            with self._transaction() as db:
                self._prepare(db)
        except BaseException:
            self._db.close()
            raise
        return self

    def __exit__(self, *_):
        self._db.close()

    def wanted(self, student, digest, checks):
        """The questions that must be marked, and why: `checks` gives each question's hash, `digest` is the submission's."""
        kept = {question: (old, check) for question, old, check in self._rows(
            "SELECT question, digest, hash FROM mark JOIN run ON run.id = mark.run WHERE mark.lab = ? AND mark.student = ?",
            self.lab, _text(student))}
        reasons = {question: "it was never marked" if question not in kept
                   else "the submission has changed" if kept[question][0] != digest
                   else "its check has changed" if kept[question][1] != check else "" for question, check in checks.items()}
        return {question: why for question, why in reasons.items() if why}

    def keep(self, result, digest, checks):
        """Keep what marking gave, in one transaction, in place of what was kept of the same questions; what a person said stays."""
        student, now = _text(result.student), datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        with self._transaction() as db:
            run = db.execute("INSERT INTO run VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", (
                self.lab, student, digest, result.level, result.seconds, json.dumps(list(result.notes)), now)).lastrowid
            for mark in result.marks:
                key = self.lab, student, mark.question
                db.execute("INSERT OR REPLACE INTO mark VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (
                    *key, checks.get(mark.question), mark.points, mark.of, legible(mark.message, MESSAGE),
                    json.dumps(result.answers.get(mark.question, [])), legible(result.printed.get(mark.question, ""), PRINTED), run))
                db.execute("DELETE FROM figure WHERE lab = ? AND student = ? AND question = ?", key)
                drawn = [png for png in result.figures.get(mark.question, []) if len(png) <= PICTURE][:FIGURES]
                db.executemany("INSERT INTO figure VALUES (?, ?, ?, ?, ?)", [(*key, *one) for one in enumerate(drawn)])

    def manual(self, student, question, points=None, comment=None):
        """Set what a person says of a question, in place of what a person said before; None leaves it to the check."""
        self.correct([(student, question, points, comment)])

    def correct(self, words):
        """Set what a person says of many questions, all or none of it: (student, question, points, comment) for each."""
        marks = {(student, mark.question): mark for student, result in self.results().items() for mark in result.marks}
        for student, question, points, _ in words:
            mark = marks.get((_text(student), question))
            if mark is None:
                raise CourseError(f"the gradebook has no mark of '{legible(student, 80)}' in question {legible(question, 20)}: "
                                  "look into points.csv for the names")
            if points is not None and not 0 <= points <= mark.of:
                raise CourseError(f"{student} cannot have {points:g} points in {question}: it gives 0 to {mark.of:g}")
        with self._transaction() as db:
            for student, question, points, comment in words:
                comment = _text(comment or "").strip() or None
                db.execute("INSERT OR REPLACE INTO manual VALUES (?, ?, ?, ?, ?)", (self.lab, _text(student), question, points, comment))
            db.execute("DELETE FROM manual WHERE points IS NULL AND comment IS NULL")

    def results(self, students=None, questions=None):
        """Every student's Result by name, what persons said applied; of the students and questions asked for, in that order, or of all.

        They come without answers, prints and figures, which would be much for a whole class: `result` has them.
        """
        found = {name: self._result(name, *rows, questions) for name, rows in self._read().items()}
        names = sorted(found, key=lambda name: (name.casefold(), name)) if students is None else map(_text, students)
        return {name: found[name] for name in names if name in found}

    def result(self, student, questions=None):
        """All that is known of one student: a Result with answers, prints and figures."""
        student = _text(student)
        rows = self._read(student)
        if not rows:
            raise CourseError(f"the gradebook knows no '{student}': look into points.csv for the names")
        answers, printed, figures = {}, {}, {}
        for question, cells, text in self._rows("SELECT question, answers, printed FROM mark WHERE lab = ? AND student = ?",
                                                self.lab, student):
            answers[question], printed[question] = json.loads(cells), text
        for question, png in self._rows("SELECT question, png FROM figure WHERE lab = ? AND student = ? ORDER BY number",
                                        self.lab, student):
            figures.setdefault(question, []).append(png)
        light = self._result(student, *rows[student], questions)
        return Result(student, light.marks, answers, printed, figures, light.notes, light.level, light.seconds)

    def marked_at(self):
        """When this lab was last marked, as a datetime, or None."""
        (at,), = self._rows("SELECT max(at) FROM run WHERE lab = ?", self.lab)
        return at and datetime.datetime.fromisoformat(at)

    def forget(self, student):
        """Delete all that is known of a student, for instance one who has left or goes by another name now."""
        with self._transaction() as db:
            for table in ("run", "mark", "figure", "manual"):
                db.execute(f"DELETE FROM {table} WHERE lab = ? AND student = ?", (self.lab, _text(student)))

    def sheet(self):
        """What the sheet said when it was last written: {(student, question): {(points, comment), …}}.

        There are two for a question if the machine stopped while the sheet was being written.
        """
        said = {}
        for student, question, *words in self._rows("SELECT student, question, points, comment FROM sheet WHERE lab = ?", self.lab):
            said.setdefault((student, question), set()).add(tuple(words))
        return said

    @contextlib.contextmanager
    def writing_sheet(self, rows):
        """While the sheet is written, know what it says and what it said; afterwards what it says."""
        with self._transaction() as db:
            (last,), = db.execute("SELECT ifnull(max(id), 0) FROM sheet")
            db.executemany("INSERT INTO sheet VALUES (NULL, ?, ?, ?, ?, ?)", [(self.lab, *row) for row in rows])
        yield
        with self._transaction() as db:
            db.execute("DELETE FROM sheet WHERE lab = ? AND id <= ?", (self.lab, last))

    def _read(self, student=None):
        """The last run and the rows of the marks of every student, or of one."""
        only, asked = ("AND {}.student = ?", [student]) if student is not None else ("", [])
        found = {name: ((notes, seconds), []) for name, notes, seconds in self._rows(
            f"SELECT student, notes, seconds FROM run WHERE lab = ? {only.format('run')} ORDER BY id", self.lab, *asked)}
        for name, *row in self._rows(f"""
                SELECT mark.student, question, level, mark.points, "of", message, manual.points, comment
                FROM mark JOIN run ON run.id = mark.run LEFT JOIN manual USING (lab, student, question)
                WHERE mark.lab = ? {only.format("mark")}""", self.lab, *asked):
            found[name][1].append(row)
        return found

    @staticmethod
    def _result(student, last, rows, questions):
        notes, seconds = last
        order = list(questions) if questions is not None else sorted((row[0] for row in rows), key=_natural)
        rows = sorted((row for row in rows if row[0] in order), key=lambda row: order.index(row[0]))
        levels = dict.fromkeys(level for _, level, *_ in rows if level)
        return Result(student, tuple(_mark(question, *rest) for question, _, *rest in rows), notes=tuple(json.loads(notes)),
                      level=", ".join(levels), seconds=seconds)

    def _prepare(self, db):
        """Make the tables in an empty file; refuse what is no gradebook, or one of a newer dlcourse."""
        (tables,), = db.execute("SELECT count(*) FROM sqlite_master")
        (ours,), (version,) = *db.execute("PRAGMA application_id"), *db.execute("PRAGMA user_version")
        if not tables:
            for statement in TABLES.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {OURS}")
            db.execute(f"PRAGMA user_version = {VERSION}")
        elif ours != OURS:
            raise CourseError(f"{self.path} is a database of something else: choose another folder with --out")
        elif version > VERSION:
            raise CourseError(f"{self.path} was written by a newer dlcourse: update this one, or choose another folder with --out")

    def _rows(self, query, *values):
        with _told(self.path):
            return self._db.execute(query, values).fetchall()

    @contextlib.contextmanager
    def _transaction(self):
        with _told(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:       # Ctrl-C too
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise


def _mark(question, points, of, message, given, comment):
    """What the check found, or what a person gave in its place."""
    if given is None:
        return Mark(question, points, of, message, comment or "")
    return Mark(question, given, of, "" if points is None else message, comment or "", by="person")


def _natural(question):
    """1.10 comes after 1.9."""
    return [(len(part), part) for part in question.split(".")]


def _text(text):
    """Text that a database can hold: a file's name may hold bytes that are no text."""
    return str(text).encode("utf-8", "backslashreplace").decode("utf-8")


def _write_ahead(db):
    """Let SQLite write ahead; where the file system refuses that, its older journal is as safe, only slower."""
    try:
        db.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_READONLY", "SQLITE_CANTOPEN")):
            raise
        db.execute("PRAGMA journal_mode = DELETE")


REMEDIES = {
    "SQLITE_BUSY": "is open in another run: wait until that ends, or choose another folder with --out",
    "SQLITE_LOCKED": "is open in another run: wait until that ends, or choose another folder with --out",
    "SQLITE_FULL": "cannot grow, the disk is full: make room and run the same command again, what was marked so far is kept",
    "SQLITE_READONLY": "cannot be written: choose another folder with --out",
    "SQLITE_CANTOPEN": "cannot be written: choose another folder with --out",
    "SQLITE_PERM": "cannot be written: choose another folder with --out",
    "SQLITE_NOTADB": "is no gradebook: move it away, or choose another folder with --out",
    "SQLITE_CORRUPT": "is damaged: bring back a copy of it, or move it away and mark again",
}


@contextlib.contextmanager
def _told(path):
    """Say in a sentence what SQLite or the file system refuses."""
    try:
        yield
    except sqlite3.Error as error:
        kind = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
        if kind == "SQLITE_IOERR" and not os.access(path.parent, os.W_OK):
            kind = "SQLITE_READONLY"
        raise CourseError(f"{path} {REMEDIES.get(kind, f'cannot be used ({error}): choose another folder with --out')}") from None
    except OSError as error:
        raise CourseError(f"{path} cannot be written ({error.strerror}): choose another folder with --out") from None
