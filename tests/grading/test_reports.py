"""What people see of the marks: nothing of it runs, nothing is lost, and what an instructor writes into the sheet comes back."""

import csv
import dataclasses
import html.parser
import io
import re
import struct

import pytest

from dlcourse.errors import CourseError
from dlcourse.grading.gradebook import Gradebook
from dlcourse.grading.legible import brief, file_names, legible
from dlcourse.grading.marks import Mark, Result
from dlcourse.grading.reports import feedback, sheet
from dlcourse.grading.reports.charts import histogram
from dlcourse.grading.reports.overview import write_overview
from dlcourse.grading.reports.publishing import publish
from dlcourse.grading.reports.terminal import table

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>' onclick='alert(1)\" onclick=\"alert(1)"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 30, 20) + bytes(30)
CLASS = {"Ada Lovelace": (2, 0.5, None, "exactly zero must not fire"), "bob": (0, 1, None, "=1+1 @ 'home'; \"then\", more\nlines"),
         "007": (2, 1, None, ""), "Zoë → ∞": (0, 0, None, "-1 is not 1"), "=cmd|'/C'!A0": (1, 0, None, "+")}


@pytest.fixture
def book(tmp_path):
    with Gradebook(tmp_path / "grades.db", "lab01") as opened:
        for student, (first, second, third, message) in CLASS.items():
            marks = Mark("1.1", first, 2, message), Mark("1.10", second, 1), Mark("2.1", third, 4, "waits for a person")
            opened.keep(Result(student, marks, {"1.1": ["x = 1"]}, {"1.1": "printed"}, {"1.1": [PNG]}), "d", {})
        opened.manual("bob", "2.1", 2.5, "- well\nargued → good")
        yield opened


@pytest.fixture
def grades(book, tmp_path):
    sheet.update(tmp_path / "grades.csv", book)
    return tmp_path / "grades.csv"


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_no_spreadsheet_takes_text_for_a_formula(grades, book, tmp_path):
    points = sheet.write_points(book.results(), tmp_path / "points.csv")
    for path in (grades, points):
        cells = [cell for row in csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")) for cell in row]
        assert not [cell for cell in cells if cell[:1] in "=+-@\t\r\n" and cell]
    assert rows_of(grades)[4] == {"student": "'=cmd|'/C'!A0", "question": "Q1.10", "points": "0", "of": "1", "message": "", "comment": "",
                                  "by": "check"}
    assert {row["student"]: (row["points"], row["of"], row["waiting"]) for row in rows_of(points)}["bob"] == ("3.5", "7", "0")


def saved(path, delimiter=",", encoding="utf-8", end="\r\n", quoting=csv.QUOTE_MINIMAL, comma=False, edit=lambda row: row, head=""):
    """Save the sheet as a spreadsheet does."""
    rows = [edit(row) for row in rows_of(path)]
    if comma:
        rows = [row | {"points": row["points"].replace(".", ",")} for row in rows]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, sheet.COLUMNS, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes((head + text.getvalue()).encode(encoding, "replace"))


def trimmed(row):
    """As a spreadsheet leaves a row: numbers are numbers, whatever stood before them."""
    return row | {"student": row["student"].lstrip("0"), "points": f"{float(row['points']):.1f}" if row["points"] else ""}


SAVES = {"as it was": {}, "German": {"delimiter": ";", "comma": True}, "Unix": {"encoding": "utf-8-sig", "end": "\n"},
         "Unicode text": {"delimiter": "\t", "encoding": "utf-16"}, "Excel": {"encoding": "cp1252"},
         "German Excel": {"delimiter": ";", "comma": True, "encoding": "cp1252"}, "quoted": {"quoting": csv.QUOTE_ALL},
         "numbers": {"edit": trimmed}, "separator told": {"delimiter": ";", "head": "sep=;\r\n"}}


@pytest.mark.parametrize("how", SAVES.values(), ids=SAVES)
def test_a_saved_sheet_says_nothing_new(how, grades, book):
    before = book.results()
    saved(grades, **how)
    assert sheet.read_back(grades, book) == [] and book.results() == before


@pytest.mark.parametrize("how", SAVES.values(), ids=SAVES)
def test_what_a_person_changes_in_the_sheet_comes_back_and_stays(how, grades, book):
    def edit(row):
        row = how.get("edit", lambda same: same)(row)
        key = row["student"], row["question"]
        new = {("bob", "Q1.1"): {"points": "1.5"}, ("bob", "Q2.1"): {"points": ""}, ("Ada Lovelace", "Q2.1"): {"points": "4"},
               (how.get("edit") and "7" or "007", "Q1.10"): {"comment": "how did you find it?"}}
        return row | new.get(key, {})

    saved(grades, **how | {"edit": edit})
    changed = {("bob", "1.1"), ("bob", "2.1"), ("Ada Lovelace", "2.1"), ("007", "1.10")}
    assert set(sheet.update(grades, book)) == changed
    marks = {(name, mark.question): mark for name, result in book.results().items() for mark in result.marks}
    assert (marks["bob", "1.1"].points, marks["bob", "1.1"].by) == (1.5, "person")
    assert (marks["bob", "2.1"].points, marks["bob", "2.1"].comment) == (None, "- well\nargued → good"), "the comment stays"
    assert marks["Ada Lovelace", "2.1"] == Mark("2.1", 4, 4, "", by="person")
    assert marks["007", "1.10"] == Mark("1.10", 1, 1, "", "how did you find it?"), "a comment gives no points"
    assert sum(mark.by == "person" for mark in marks.values()) == 2
    assert sheet.read_back(grades, book) == []
    book.keep(Result("bob", (Mark("1.1", 2, 2),)), "new", {})
    assert book.results()["bob"].marks[0].points == 1.5


def edited(**new):
    row = {"student": "bob", "question": "Q1.1", "points": "0"} | new
    return lambda text: text.replace("bob,Q1.1,0,", ",".join(row.values()) + ",")


NONSENSE = {
    "more than there are": (edited(points="2.5"), r"row 11: '2.5' points for 'bob' in question 1.1: write a number from 0 to 2"),
    "less than nothing": (edited(points="-1"), "row 11: '-1' points"),
    "a word": (edited(points="many"), "row 11: 'many' points"), "a date": (edited(points="01. Mai"), "row 11"),
    "not a number": (edited(points="nan"), "row 11: 'nan' points"), "without end": (edited(points="inf"), "row 11"),
    "nobody": (edited(student="boob"), "row 11: the gradebook wrote no row for 'boob' and question '1.1'"),
    "no question": (edited(question="Q9"), "row 11.*'9'"), "twice": (edited(question="Q1.10"), "row 12: 'bob' has question 1.10 twice"),
    "no head": (lambda text: text[text.index("\n") + 1:], "its first row must be student,question"),
    "empty": (lambda text: "", "cannot be read back"), "binary": (lambda text: "\x00\x01" * 100, "cannot be read back"),
}


@pytest.mark.parametrize("change, said", NONSENSE.values(), ids=NONSENSE)
def test_a_sheet_that_cannot_be_read_back_is_told_and_never_overwritten(change, said, grades, book, tmp_path):
    text = grades.read_bytes().decode("utf-8-sig")
    assert change(text) != text
    wrong = change(text).replace("Ada Lovelace,Q1.1,2", "Ada Lovelace,Q1.1,1").encode()
    grades.write_bytes(wrong)
    before = book.results()
    with pytest.raises(CourseError, match=said):
        publish(book, "Lab 1", tmp_path)
    assert grades.read_bytes() == wrong and book.results() == before, "all of it is taken, or nothing"
    assert (tmp_path / "report.html").exists() and (tmp_path / "points.csv").exists(), "all else can still be seen"


def test_rows_and_columns_may_be_moved_or_left_out(grades, book):
    rows = [row for row in reversed(rows_of(grades)) if row["student"] != "bob"]
    lines = [["comment", "mine", "Question", "POINTS ", "student"], [], *(
        [row["comment"], "x", row["question"], "1" if row["question"] == "Q1.1" else row["points"], row["student"]] for row in rows)]
    grades.write_text("\n".join(",".join(f'"{cell}"' for cell in line) for line in lines), encoding="utf-8")
    assert set(sheet.read_back(grades, book)) == {(name, "1.1") for name in CLASS if name not in ("bob", "=cmd|'/C'!A0")}


def test_a_name_that_a_spreadsheet_changed_is_taken_only_where_one_student_can_be_meant(tmp_path):
    path = tmp_path / "grades.csv"
    with Gradebook(tmp_path / "grades.db", "lab01") as book:
        for student in ("007", "08", "008", " ada", "=1", "'=1"):
            book.keep(Result(student, (Mark("1.1", 0, 2),)), "d", {})
        sheet.update(path, book)
        written = path.read_text(encoding="utf-8")
        for cell, student in {"7": "007", "ada": " ada", "'=1": "=1", "''=1": "'=1"}.items():
            path.write_text(f"student,question,points,comment\n{cell},1.1,1,{student}\n", encoding="utf-8")
            assert sheet.read_back(path, book) == [(student, "1.1")]
        path.write_text("student,question,points,comment\n8,1.1,1,\n", encoding="utf-8")
        with pytest.raises(CourseError, match="no row for '8'"):
            sheet.read_back(path, book)
        assert "''=1,Q1.1" in written and "\n007,Q1.1" in written


def test_letters_that_excel_lost_are_no_change(tmp_path):
    path = tmp_path / "grades.csv"
    with Gradebook(tmp_path / "grades.db", "lab01") as book:
        book.keep(Result("→ ada", (Mark("1.1", 0, 2),)), "d", {})
        book.manual("→ ada", "1.1", 1, "good →")
        sheet.update(path, book)
        saved(path, encoding="cp1252")
        assert b'? ada,Q1.1,1,2,,good ?,person' in path.read_bytes() and sheet.read_back(path, book) == []


def test_names_that_look_alike_stay_apart(tmp_path):
    names, path = ["a\x01", "a\x02", "a�", "a�'"], tmp_path / "grades.csv"
    with Gradebook(tmp_path / "grades.db", "lab01") as book:
        for student in names:
            book.keep(Result(student, (Mark("1.1", 0, 2),)), "d", {})
        sheet.update(path, book)
        assert sheet.read_back(path, book) == [] and len({row["student"] for row in rows_of(path)}) == 4
        saved(path, edit=lambda row: row | {"points": "1"} if rows_of(path).index(row) == 1 else row)
        assert sheet.read_back(path, book) == [("a\x02", "1.1")]


def test_a_stop_while_the_sheet_is_written_makes_no_words_of_persons(grades, book, monkeypatch):
    book.keep(Result("bob", (Mark("1.1", 2, 2),)), "new", {})
    old, results = grades.read_bytes(), book.results()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(sheet, "write", lambda path, content: (_ for _ in ()).throw(KeyboardInterrupt))
        sheet.update(grades, book)
    assert grades.read_bytes() == old and sheet.read_back(grades, book) == []
    new = old.replace(b"bob,Q1.1,0,", b"bob,Q1.1,2,")
    assert new != old
    grades.write_bytes(new)
    assert sheet.read_back(grades, book) == [] and book.results() == results


def test_a_sheet_of_another_gradebook_and_a_student_forgotten(grades, book, tmp_path):
    with Gradebook(tmp_path / "new.db", "lab01") as other, pytest.raises(CourseError, match="row 2: the gradebook wrote no row"):
        sheet.update(grades, other)
    book.forget("bob")
    assert sheet.update(grades, book) == [] and "bob" not in grades.read_text(encoding="utf-8")


def test_pages_are_written_for_whom_something_changed(book, tmp_path):
    folder = tmp_path / "out"
    first = publish(book, "Lab 1", folder)
    assert [path.name for path in first[:3]] == ["grades.csv", "points.csv", "report.html"] and len(first) == 3 + len(CLASS)
    (folder / "feedback" / "007.html").unlink()
    saved(folder / "grades.csv", edit=lambda row: row | {"comment": "fine"} if row["student"] == "Zoë → ∞" else row)
    again = publish(book, "Lab 1", folder, changed=["bob"])
    assert {path.stem for path in again[3:]} == {"007", "bob", "Zoë"}
    assert "fine" in (folder / "feedback" / "Zoë.html").read_text(encoding="utf-8")
    assert not [path for path in folder.rglob("*") if path.name.startswith(".")], "nothing half-written is left"


def test_a_place_that_cannot_be_written_is_one_sentence(book, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "out" / "report.html").mkdir(parents=True)
    for folder in ("file", "out"):
        with pytest.raises(CourseError, match="cannot be written .*the gradebook holds the marks"):
            publish(book, "Lab 1", tmp_path / folder)


class Strict(html.parser.HTMLParser):
    """Collects tags and attributes, and sees to it that what is opened is closed."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.open, self.ids = set(), set(), [], []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in ("meta", "img", "rect", "path"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.attributes |= {name for name, _ in attributes}

    def handle_endtag(self, tag):
        if tag != "path":
            assert self.open.pop() == tag


def hostile(student):
    return Result(student, (Mark("1.1", 0, 2, EVIL + "\x1b[31m\x00\ud800"), Mark(EVIL, 1, 1, comment=EVIL), Mark("1.3", None, 1, EVIL)),
                  {"1.1": [f"# {EVIL}", f"x = '''{EVIL}'''", "def"], "1.3": [EVIL]}, {"1.1": EVIL + "x" * 10**6}, {"1.1": [PNG, b"<svg>"]},
                  (EVIL,), EVIL)


def test_pages_escape_what_students_write_and_hold_every_mark(tmp_path):
    results = {name: hostile(name) for name in (EVIL, "\u202eevil", "مريم", "🎓", "\ud800", "a" * 300)}
    pages = feedback.paths(tmp_path, results)
    texts = [feedback.write_page(result, EVIL, pages[name]).read_text(encoding="utf-8") for name, result in results.items()]
    texts.append(write_overview(results, EVIL, pages, tmp_path / "report.html").read_text(encoding="utf-8"))
    for text in texts:
        strict = Strict(text)
        assert not strict.tags & {"script", "iframe", "object", "embed", "link", "base", "form"}
        assert not [name for name in strict.attributes if name.startswith("on") or name in ("style", "srcset", "xlink:href")]
        assert len(strict.ids) == len(set(strict.ids)) and len(text) < 120_000
        assert "default-src 'none'" in text and "&lt;script&gt;" in text and not re.search("[\x00\x1b\u202e]", text)
    assert all(text.count("<article") == 3 and text.count("data:image/png") == 1 for text in texts[:-1])
    assert texts[-1].count("<td class='none'>") == len(results)


def test_a_students_page_shows_answer_print_figures_comment_and_notes(book, tmp_path):
    shown = feedback.write_page(dataclasses.replace(book.result("bob"), notes=("1.2 was found twice",)), "Lab 1",
                                tmp_path / "bob.html").read_text(encoding="utf-8")
    for part in ["<b>3.5</b> of 7 points", "argued → good", "2.5 of 4 points, given by a person", "printed", "1.2 was found twice",
                 "No answer was found", "alt='Picture 1 of 1 drawn by the answer to question 1.1'", "width='30' height='20'"]:
        assert part in shown, part


@pytest.mark.parametrize("png", [b"", b"GIF89a", PNG[:20], PNG[:16] + b"\xff" * 30, PNG[:16] + bytes(30), b"<svg onload=alert(1)>"])
def test_what_is_no_picture_is_not_shown(png, tmp_path):
    result = Result("ada", (Mark("1.1", 0, 1),), figures={"1.1": [png, PNG]})
    text = feedback.write_page(result, "Lab 1", tmp_path / "ada.html").read_text(encoding="utf-8")
    assert text.count("<img") == 1 and "A picture is left out" in text


@pytest.mark.parametrize("source", ["(" * 19_000, "'" * 19_000, "-" * 19_000 + "1", "\\\n" * 9_000, 'f"{' * 6_000, "a" + ".b" * 9_000,
                                    "x = 1\n" * 10**5, "\r\n\t %timeit x", "a\x0bb", "'''" + "\\" * 18_999])
def test_no_answer_breaks_its_page(source, tmp_path):
    page = feedback.write_page(Result("ada", (Mark("1.1", 0, 1),), {"1.1": [source]}), "Lab 1", tmp_path / "ada.html")
    Strict(page.read_text(encoding="utf-8"))
    assert page.stat().st_size < 10**6


def test_the_page_of_the_class_counts(book, tmp_path):
    results = book.results()
    text = write_overview(results, "Lab 1", feedback.paths(tmp_path, results), tmp_path / "report.html", book.marked_at()).read_text()
    said = re.sub(r"<[^>]*>", " ", text)
    assert re.search(r"4\s+answers\b", said) and "4 answers wait for a person" not in said
    assert re.search(r"1\.10\s+50 %\s+50 %\s+2 of 5 in full", said) and re.search(r"2 of 5 in full\s+2\.1\s+62 %", said)
    assert "Isolation: not recorded" in said and "href='feedback/Ada-Lovelace.html#q-1-10'" in text
    assert text.count("<tr><th scope='row'><a ") == len(CLASS)


def test_the_page_of_no_class_and_of_no_points_is_a_page(tmp_path):
    for results in ({}, {"ada": Result("ada", ())}, {"ada": Result("ada", (Mark("1.1", None, 1), Mark("1.2", 0, 0)))}):
        Strict(write_overview(results, "Lab 1", feedback.paths(tmp_path, results), tmp_path / "report.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("totals, said", [
    ([(0, 2), (2, 2), (2, 2)], "0 points: 1, 1 point: 0, 2 points: 2"),
    ([(0.5, 2), (2, 2)], "20 to 30 %: 1,"), ([(1, 2), (3, 3)], "50 to 60 %: 1,"), ([(30, 100), (100, 100)], "30 to 40 %: 1,"),
    ([(3, 10.5), (0, 0), (10.5, 10.5)], "90 to 100 %: 1")])
def test_the_histogram_says_what_it_shows(totals, said):
    assert said in histogram(totals) and histogram(totals).count("<rect") in (3, 10)


def test_files_of_students_are_safe_and_unlike_each_other():
    names = ["ada", "Ada", "ADA", "a b", "a/b", "a-b", "../../etc/passwd", "..", "", "con", "COM1.x", "\ud800", "\udcff", "é", "e\u0301",
             "x" * 300, "x" * 299, "🎓", "ﬁ", "fi", "مريم"]
    names += list(file_names(names).values())      # and who calls himself like another's file
    made = file_names(names)
    assert len({name.casefold() for name in made.values()}) == len(set(names)) == len(made)
    assert all(re.fullmatch(r"[\w][\w-]*", name) and len(name.encode()) < 230 for name in made.values())
    assert made["مريم"] == "مريم" and made["con"] != "con"


def test_a_table_is_as_wide_as_the_terminal():
    marks = tuple(Mark(f"{n}.1", n % 2 or 0.5, 1) for n in range(1, 31))
    results = {"李小龙" * 20: Result("", marks), "\x1b[31mred\nline": Result("", (Mark("1.1", None, 4),)),
               "e\u0301" * 40: Result("", ())}
    for columns in (40, 80, 120):
        lines = table(results, columns).split("\n")
        shown = [re.sub("[李小龙]", "##", line.replace("\u0301", "")) for line in lines]      # two columns each, and none
        assert len(lines) == 5 and max(map(len, shown)) <= columns and "\x1b" not in "".join(lines)
        assert len({len(line) for line in shown[:4]}) == 1
        assert lines[0].endswith("points") and lines[1].endswith("22.5 / 30") and "more questions: see grades.csv" in lines[-1]
    assert "30.1" in table(results, 400) and "more question" not in table(results, 400)
    assert table({}) == "student  points"


def test_text_is_made_legible():
    assert legible("\x1b]0;title\x07a\x1b[1;31mb\x1b[0m\tc\r\nd\x9b") == "ab\tc\nd�"
    assert legible("1 %\r50 %\r100 %\nnext\r") == "100 %\nnext"
    assert len(legible("x" * 10**6, 500)) <= 500 and brief("a\n\tb  c", 9) == "a b c"
