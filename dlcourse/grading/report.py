"""The marks of a class as a table in the terminal, a CSV file, and one HTML page to look at."""

import csv
import html
from pathlib import Path


def table(marked):
    """The marks as lines of text: a row a student, a column a question.

    >>> from dlcourse.grading.marks import Mark
    >>> print(table({"ada": [Mark("1.1", 2, 2), Mark("1.2", 0, 1, "no")]}))
    student  1.1  1.2  points
    ada        2    0   2 / 3
    """
    questions = [mark.question for marks in marked.values() for mark in marks]
    questions = list(dict.fromkeys(questions))
    width = max(map(len, ["student", *marked]))
    lines = [f"{'student':<{width}}" + "".join(f"{question:>5}" for question in questions) + "  points"]
    for student, marks in marked.items():
        won, of = total(marks)
        lines.append(f"{student:<{width}}" + "".join(f"{_shown(mark):>5}" for mark in marks) + f"{f'{won} / {of}':>8}")
    return "\n".join(lines)


def total(marks):
    """Points won and points there were; what waits for a person counts in neither.

    >>> from dlcourse.grading.marks import Mark
    >>> total([Mark("1.1", 2, 2), Mark("1.2", 0, 1)])
    (2, 3)
    """
    return sum(mark.points for mark in marks if mark.points is not None), sum(mark.of for mark in marks if mark.points is not None)


def write(marked, title, folder):
    """Write grades.csv and report.html into a folder; returns both paths.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write({"ada": []}, "Lab 1", folder)]
    ['grades.csv', 'report.html']
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    sheet, page = folder / "grades.csv", folder / "report.html"
    with sheet.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["student", "question", "points", "of", "message"])
        rows.writerows([_plain(student), mark.question, mark.points, mark.of, _plain(mark.message)]
                       for student, marks in marked.items() for mark in marks)
    page.write_text(_page(marked, title), encoding="utf-8")
    return [sheet, page]


def _plain(text):
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _shown(mark):
    return "…" if mark.points is None else str(mark.points)


def _page(marked, title):
    head = "".join(f"<th scope=col>{html.escape(mark.question)}</th>" for mark in next(iter(marked.values()), []))
    rows = "".join(_row(student, marks) for student, marks in marked.items())
    feedback = "".join(_feedback(student, marks) for student, marks in marked.items())
    return PAGE.format(title=html.escape(title), head=head, rows=rows, feedback=feedback)


def _row(student, marks):
    won, of = total(marks)
    cells = "".join(f"<td class={_state(mark)}>{_shown(mark)}</td>" for mark in marks)
    name = html.escape(student)
    share = round(100 * won / of) if of else 0
    bar = f"<meter min=0 max=100 value={share} title='{share} %'>{share} %</meter>"
    return f"<tr><th scope=row><a href='#{name}'>{name}</a></th>{cells}<td><b>{won}</b> / {of}</td><td>{bar}</td></tr>\n"


def _feedback(student, marks):
    won, of = total(marks)
    name = html.escape(student)
    items = "".join(f"<li class={_state(mark)}><b>{mark.question}</b> <span>{_shown(mark)} / {mark.of}</span> "
                    f"{html.escape(mark.message)}</li>" for mark in marks)
    return f"<section id='{name}'><h2>{name} <small>{won} / {of} points</small></h2><ul>{items}</ul></section>\n"


def _state(mark):
    return "waits" if mark.points is None else "full" if mark.points == mark.of else "none"


PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · marks</title>
<style>
:root {{ color-scheme: light dark; --full: #0072b2; --none: #b34700; --line: #8884; }}
@media (prefers-color-scheme: dark) {{ :root {{ --full: #56b4e9; --none: #e69f00; }} }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
.scroll {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .4rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }}
th[scope=row] {{ text-align: left; }}
a {{ color: inherit; }}
td.full {{ color: var(--full); font-weight: 600; }} td.none {{ color: var(--none); }}
section {{ margin-top: 2.5rem; border-top: 1px solid var(--line); }} h2 small {{ font-weight: normal; opacity: .7; }}
ul {{ list-style: none; padding: 0; }} li {{ padding: .3rem 0; overflow-wrap: anywhere; }}
li span {{ opacity: .7; margin: 0 .6rem; }}
li::before {{ display: inline-block; width: 1.5em; font-weight: 700; }}
li.full::before {{ content: "✓"; color: var(--full); }} li.none::before {{ content: "✗"; color: var(--none); }} li.waits::before {{ content: "…"; }}
</style></head><body>
<h1>{title}</h1>
<div class="scroll"><table><thead><tr><th scope=col>student</th>{head}<th scope=col>points</th><th scope=col>share</th></tr></thead>
<tbody>
{rows}</tbody></table></div>
{feedback}</body></html>
"""
