"""grades.csv, which an instructor may edit: what changed in `points` and `comment` is read back as a person's word.

A spreadsheet saves it with other separators, another encoding, decimal commas: all are understood. Questions are written as
Q1.1, for 1.10 would come back as 1.1, or as a date. A sheet that cannot be read back is never overwritten.
"""

import csv
import io
import re

from dlcourse.errors import CourseError
from dlcourse.grading.legible import brief, legible
from dlcourse.grading.reports.page import number, write

COLUMNS = ["student", "question", "points", "of", "message", "comment", "by"]
READ = {"student", "question", "points", "comment"}
FORMULA = re.compile(r"'*[=+\-@\t\r\n]")      # what a spreadsheet would run; an apostrophe before it makes it text


def update(path, book, questions=None):
    """Read back what a person changed in grades.csv, then write it anew; returns what `read_back` returns.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from dlcourse.grading.gradebook import Gradebook
    >>> from dlcourse.grading.marks import Mark, Result
    >>> with tempfile.TemporaryDirectory() as folder, Gradebook(Path(folder) / "grades.db", "lab01") as book:
    ...     book.keep(Result("ada", (Mark("1.1", 0, 2, "=1+1 is no answer"),)), "digest", {})
    ...     changed = update(Path(folder) / "grades.csv", book)
    ...     print((Path(folder) / "grades.csv").read_text(encoding="utf-8-sig"))
    student,question,points,of,message,comment,by
    ada,Q1.1,0,2,'=1+1 is no answer,,check
    """
    changed = read_back(path, book)
    results = book.results(questions=questions)
    marks, names = [(student, mark) for student, result in results.items() for mark in result.marks], _names(results)
    rows = [[names[student], f"Q{mark.question}", "" if mark.points is None else number(mark.points), number(mark.of),
             as_text(brief(mark.message, 500)), as_text(mark.comment), mark.by] for student, mark in marks]
    with book.writing_sheet([(student, mark.question, _points(row[2]), mark.comment) for (student, mark), row in zip(marks, rows)]):
        write(path, _lines([COLUMNS, *rows]))
    return changed


def write_points(results, path):
    """Write points.csv, a row a student with the total, for a learning platform; returns its path.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from dlcourse.grading.marks import Mark, Result
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(write_points({"ada": Result("ada", (Mark("1.1", 2, 2), Mark("1.2", None, 1)))},
    ...                        Path(folder) / "points.csv").read_text(encoding="utf-8-sig"))
    student,points,of,waiting
    ada,2,2,1
    """
    names = _names(results)
    return write(path, _lines([["student", "points", "of", "waiting"], *(
        [names[student], *map(number, result.total), sum(mark.points is None for mark in result.marks)]
        for student, result in results.items())]))


def read_back(path, book):
    """Take what a person changed in the sheet into the gradebook; returns the questions changed, as (student, question) pairs.

    >>> from pathlib import Path
    >>> read_back(Path("nowhere.csv"), None)
    []
    """
    if not path.exists():
        return []
    said = book.sheet()
    marks = {(student, mark.question): mark for student, result in book.results().items() for mark in result.marks}
    known = _known({student for student, _ in said})
    seen, changed = set(), {}
    for place, row in _rows(path):
        where = f"{path}, row {place}"
        student, question = row["student"], row["question"].strip().lstrip("Qq")
        key = known.get(student, known.get(student.strip())), question
        if key not in said:
            raise CourseError(f"{where}: the gradebook wrote no row for '{brief(student, 40)}' and question '{brief(question, 20)}': "
                              "put these names right, or move the file away")
        if key in seen:
            raise CourseError(f"{where}: '{brief(student, 40)}' has question {question} twice: keep one of the two rows")
        seen.add(key)
        if key in marks and (edit := _edit(where, row, marks[key], said[key])):
            changed[key] = edit
    book.correct([(*key, *edit) for key, edit in changed.items()])
    return list(changed)


def as_text(text):
    """Text that no spreadsheet takes for a formula.

    >>> as_text("=1+1"), as_text("'=1"), as_text("x = 1")
    ("'=1+1", "''=1", 'x = 1')
    """
    text = legible(text)
    return f"'{text}" if FORMULA.match(text) else text


def _edit(where, row, mark, said):
    """What a person now says of a question, as (points, comment), or None if the row says what was written."""
    points, comment = _points(row["points"]), _comment(row["comment"])
    old_points = points in {old for old, _ in said}
    old_comment = comment in {_comment(shape) for _, old in said for shape in (old, as_text(old), _ansi(old))}
    if old_points and old_comment:
        return None
    if not old_points and points is not None and not (isinstance(points, (int, float)) and 0 <= points <= mark.of):
        raise CourseError(f"{where}: '{brief(row['points'], 20)}' points for '{brief(row['student'], 40)}' in question {mark.question}: "
                          f"write a number from 0 to {number(mark.of)}, or leave it empty")
    given = points if not old_points else mark.points if mark.by == "person" else None
    return given, mark.comment if old_comment else comment


def _names(students):
    """What stands in the sheet for each student: as text, and unlike what stands there for any other."""
    names = {}
    for student in sorted(students):
        name = as_text(student)
        while name in names.values():
            name += "'"
        names[student] = name
    return names


def _known(students):
    """Who is meant by a cell: as it was written, or as a spreadsheet may leave it where only one student can be meant."""
    meant = {}
    for student in students:
        for shape in {student, student.strip(), _ansi(student), student.lstrip("0") or "0" if student.isdigit() else student}:
            meant.setdefault(shape, []).append(student)
    return {shape: who[0] for shape, who in meant.items() if len(who) == 1} | {name: student for student, name in _names(students).items()}


def _rows(path):
    """The sheet's rows as (row's number, {column: text}), whatever a spreadsheet made of the file."""
    try:
        text = _decoded(path.read_bytes())
        for separator in ",;\t":
            head, *rows = csv.reader(io.StringIO(text.removeprefix(f"sep={separator}\r\n"), newline=""), delimiter=separator)
            columns = [name.strip().lower() for name in head]
            if READ <= set(columns):
                return [(place, dict.fromkeys(READ, "") | dict(zip(columns, row))) for place, row in enumerate(rows, 2) if any(row)]
        why = f"its first row must be {','.join(COLUMNS)}"
    except (OSError, ValueError, csv.Error) as error:
        why = getattr(error, "strerror", None) or str(error)
    raise CourseError(f"{path} cannot be read back ({why}): put that right, or move the file away")


def _decoded(raw):
    """The text of a file in UTF-8, UTF-16 or what Excel calls CSV."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _comment(text):
    """A comment as it was before a spreadsheet's apostrophe and line ends."""
    text = text.replace("\r\n", "\n").strip()
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def _ansi(text):
    """Text as Excel's own CSV leaves it: with question marks for letters that this does not know."""
    return text.encode("cp1252", "replace").decode("cp1252")


def _points(cell):
    """The number in a cell, None if it is empty, the text itself if it is no number."""
    cell = cell.strip()
    try:
        value = float(cell.replace(",", ".")) if cell else None
    except ValueError:
        return cell
    return int(value) if value is not None and value.is_integer() else value


def _lines(rows):
    """CSV with the mark by which Excel knows UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return "\ufeff" + text.getvalue()
