"""The marks as a table of text, for the terminal."""

import shutil
import unicodedata

from dlcourse.grading.legible import brief
from dlcourse.grading.reports.page import number

NAME = 30      # columns that a student's name may take


def table(results, width=None):
    """The marks as lines of text: a row a student, a column a question; what is too wide for the terminal is left out, and told.

    >>> from dlcourse.grading.marks import Mark, Result
    >>> print(table({"ada": Result("ada", (Mark("1.1", 2, 2), Mark("1.2", 0, 1, "no")))}))
    student  1.1  1.2  points
    ada        2    0   2 / 3
    """
    width = width or shutil.get_terminal_size((10_000, 0)).columns
    questions = list(dict.fromkeys(mark.question for result in results.values() for mark in result.marks))
    rows = {student: {mark.question: number(mark.points) for mark in result.marks} for student, result in results.items()}
    columns = {question: [question, *(row.get(question, "") for row in rows.values())] for question in questions}
    students = ["student", *(_cut(student) for student in results)]
    points = ["points", *(" / ".join(map(number, result.total)) for result in results.values())]
    wide = max(map(_columns, students))
    left, room = [], width - wide - 2 - max(map(len, points))
    for question, column in list(columns.items()):
        room -= 2 + max(map(len, column))
        if room < 0:
            left.append(question)
            del columns[question]
    lines = [[name + " " * (wide - _columns(name)) for name in students]]
    lines += [[f"{cell:>{max(map(len, column))}}" for cell in column] for column in [*columns.values(), points]]
    more = [f"{len(left)} more question{'s' * (len(left) > 1)}: see grades.csv"] if left else []
    return "\n".join(["  ".join(cells).rstrip() for cells in zip(*lines)] + more)


def _cut(name):
    """A name that fits, letter by letter: some take two columns of a terminal."""
    name = brief(name, NAME)
    while _columns(name) > NAME:
        name = name[:-2] + "…"
    return name


def _columns(line):
    return sum((unicodedata.east_asian_width(letter) in "WF") + (unicodedata.combining(letter) == 0) for letter in line)
