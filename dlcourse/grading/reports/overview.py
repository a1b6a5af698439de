"""The page of the class: how the totals are spread, what was hard, what went wrong most, who waits for a person, every mark."""

import collections
import statistics
from urllib.parse import quote

from dlcourse.grading.legible import brief
from dlcourse.grading.reports.charts import histogram, share
from dlcourse.grading.reports.page import anchor, number, page, state, text, write

MESSAGES = 3      # what is shown of all that the checks said of a question


def write_overview(results, title, pages, path, marked_at=None):
    """Write the page of the class; `pages` says where each student's own page lies. Returns its path.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from dlcourse.grading.marks import Mark, Result
    >>> ada = Result("ada", (Mark("1.1", 0, 2, "exactly zero must not fire"),))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_overview({"ada": ada}, "Lab 1", {"ada": Path(folder) / "ada.html"}, Path(folder) / "report.html")
    ...     "exactly zero must not fire" in path.read_text(encoding="utf-8")
    True
    """
    links = {student: quote(where.relative_to(path.parent).as_posix()) for student, where in pages.items()}
    questions = list(dict.fromkeys(mark.question for result in results.values() for mark in result.marks))
    marks = {question: {student: mark for student, result in results.items() for mark in result.marks if mark.question == question}
             for question in questions}
    parts = [("spread", "How the totals are spread", _spread(results)),
             ("hardest", "Hardest questions", _hardest(marks)),
             ("marks", "Every mark", _table(results, questions, links)),
             ("waiting", "Waiting for a person", _waiting(marks, links)),
             ("messages", "Most frequent messages", _messages(marks, links))]
    sections = "\n".join(f"<section id='{name}'><h2>{heading}</h2>\n{content}</section>" for name, heading, content in parts if content)
    jumps = "".join(f"<a href='#{name}'>{heading}</a>" for name, heading, content in parts if content)
    body = (f"<header><p class='over'>Marks of the class</p><h1>{text(title)}</h1>"
            f"<p class='about'>{_about(results, marked_at)}</p></header>\n{_figures(results)}<nav>{jumps}</nav>\n"
            f"<main class='class'>{sections}</main>")
    return write(path, page(f"{title} · marks", body))


def _about(results, marked_at):
    """When the class was marked, and how students' code was shut in."""
    levels = collections.Counter(result.level or "not recorded" for result in results.values())
    said = ", ".join(level if len(levels) == 1 else f"{level} ({count})" for level, count in levels.most_common())
    here = marked_at and marked_at.astimezone()
    when = f"Marked on {here.day} {here:%B %Y, %H:%M}. " if here else ""
    return f"{when}Isolation: {text(said, 200)}." if levels else f"{when}Nobody was marked yet."


def _figures(results):
    """The class in a few figures."""
    if not results:
        return ""
    totals = [result.total for result in results.values()]
    shares = [won / of for won, of in totals if of]
    same = len({of for _, of in totals}) == 1
    scale, unit = (totals[0][1], f" of {number(totals[0][1])}") if same else (100, " %")
    waiting = sum(mark.points is None for result in results.values() for mark in result.marks)
    tiles = [(len(results), "", "student" if len(results) == 1 else "students")]
    if shares:
        tiles += [(number(round(scale * statistics.fmean(shares), 1)), unit, "mean"),
                  (number(round(scale * statistics.median(shares), 1)), unit, "median"),
                  (sum(part >= 1 for part in shares), "", "with all points")]
    tiles.append((waiting, "", "answer waits for a person" if waiting == 1 else "answers wait for a person"))
    return "<dl class='figures'>" + "".join(f"<div><dt>{what}</dt><dd>{figure}<small>{of}</small></dd></div>"
                                            for figure, of, what in tiles) + "</dl>\n"


def _spread(results):
    totals = [result.total for result in results.values()]
    return histogram(totals) if any(of for _, of in totals) else ""


def _hardest(marks):
    """The questions by the mean share of their points, the hardest first."""
    shares = {question: [mark.points / mark.of for mark in of.values() if mark.points is not None and mark.of]
              for question, of in marks.items()}
    means = {question: statistics.fmean(parts) for question, parts in shares.items() if parts}
    rows = ""
    for question in sorted(means, key=means.get):
        full, of, percent = sum(part >= 1 for part in shares[question]), len(shares[question]), f"{100 * means[question]:.0f} %"
        rows += (f"<tr><th scope='row'>{text(question)}</th><td class='wide'>{share(means[question], percent)}</td>"
                 f"<td>{percent}</td><td class='quiet'>{full} of {of} in full</td></tr>\n")
    return f"<table class='bars'><tbody>{rows}</tbody></table>" if rows else ""


def _waiting(marks, links):
    """Whose answers wait, question by question."""
    return "".join(_names(f"<b>{text(question)}</b> {len(waiting)} answer{'s' * (len(waiting) > 1)}", waiting, links, question)
                   for question, of in marks.items() if (waiting := [student for student, mark in of.items() if mark.points is None]))


def _messages(marks, links):
    """What the checks said most, question by question, and to whom."""
    shown = ""
    for question, of in marks.items():
        said = collections.defaultdict(list)
        for student, mark in of.items():
            if mark.message and state(mark) in ("none", "part"):
                said[brief(mark.message, 200)].append(student)
        most = sorted(said.items(), key=lambda item: -len(item[1]))
        items = "".join(_names(f"<b>{len(students)}</b> {text(message)}", students, links, question)
                        for message, students in most[:MESSAGES])
        rest = len(most) - MESSAGES
        items += f"<p class='quiet'>and {rest} other message{'s' * (rest > 1)}</p>" if rest > 0 else ""
        shown += f"<div class='said'><h3>Question {text(question)}</h3>\n{items}</div>\n" if items else ""
    return f"<div class='columns'>{shown}</div>" if shown else ""


def _names(what, students, links, question):
    """A line that unfolds to a list of students, each a link to where the question stands on the student's page."""
    chips = " ".join(f"<a class='chip' href='{links[student]}#{anchor(question)}'>{_shown(student)}</a>" for student in students)
    return f"<details><summary><span dir='auto'>{what}</span></summary><p class='chips'>{chips}</p></details>\n"


def _table(results, questions, links):
    """A row a student, a column a question."""
    if not results:
        return ""
    head = "".join(f"<th scope='col'>{text(question)}</th>" for question in questions)
    rows = "\n".join(_row(student, result, questions, links[student]) for student, result in results.items())
    return (f"<p class='key'><span class='full'>all points</span> <span class='part'>some</span> <span class='none'>none</span> "
            f"<span class='waits'>… waits</span> <span>✎ given by a person</span></p>\n"
            f"<div class='scroll' tabindex='0' role='region' aria-label='Every mark'><table class='marks'><thead><tr>"
            f"<th scope='col'>student</th><th scope='col'>points</th><th class='bar'></th>{head}</tr></thead>\n"
            f"<tbody>{rows}</tbody></table></div>")


def _row(student, result, questions, link):
    (won, of), marks = result.total, {mark.question: mark for mark in result.marks}
    cells = "".join(_cell(marks.get(question), link) for question in questions)
    part = won / of if of else 0
    return (f"<tr><th scope='row'><a href='{link}'>{_shown(student)}</a></th><td><b>{number(won)}</b><small>/{number(of)}</small></td>"
            f"<td class='bar'>{share(part, f'{100 * part:.0f} %')}</td>{cells}</tr>")


def _cell(mark, link):
    if mark is None:
        return "<td></td>"
    hint = f" title='{text(brief(mark.message, 200))}'" if mark.message else ""
    return (f"<td class='{state(mark)}'><a href='{link}#{anchor(mark.question)}'{hint}>{number(mark.points)}"
            f"{'<sup>✎</sup>' if mark.by == 'person' else ''}</a></td>")


def _shown(student):
    return f"<bdi>{text(brief(student, 60))}</bdi>"
