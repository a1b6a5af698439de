"""Write all that people see of a lab's marks into a folder: sheets, the class's page, a page for each student."""

from pathlib import Path

from dlcourse.errors import CourseError
from dlcourse.grading.reports import feedback, overview, sheet


def publish(book, title, folder, questions=None, changed=None):
    """Write grades.csv, points.csv, report.html and the students' pages; returns their paths, those three first.

    What a person changed in grades.csv is read back first. Pages are written for the students in `changed` and for those who
    have none yet; without `changed`, for all.

    >>> import tempfile
    >>> from dlcourse.grading.gradebook import Gradebook
    >>> from dlcourse.grading.marks import Mark, Result
    >>> with tempfile.TemporaryDirectory() as folder, Gradebook(Path(folder) / "grades.db", "lab01") as book:
    ...     book.keep(Result("ada", (Mark("1.1", 2, 2),)), "digest", {})
    ...     [path.name for path in publish(book, "Lab 1", folder)]
    ['grades.csv', 'points.csv', 'report.html', 'ada.html']
    """
    folder, edited, refused = Path(folder), set(), None
    try:
        edited = {student for student, _ in sheet.update(folder / "grades.csv", book, questions)}
    except CourseError as error:       # it stays as it is; all else can still be seen
        refused = error
    results = book.results(questions=questions)
    pages = feedback.paths(folder, results)
    points = sheet.write_points(results, folder / "points.csv")
    written = [feedback.write_page(book.result(student, questions), title, path) for student, path in pages.items()
               if changed is None or student in edited or student in changed or not path.exists()]
    report = overview.write_overview(results, title, pages, folder / "report.html", book.marked_at())
    if refused:
        raise refused
    return [folder / "grades.csv", points, report, *written]
