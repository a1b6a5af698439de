"""One page for each student: points and message by question, beside the answer, what it printed and what it drew."""

import base64
import struct
from pathlib import Path

from dlcourse import names
from dlcourse.grading.legible import brief, file_names
from dlcourse.grading.reports.page import STATES, anchor, number, page, state, text, write

ANSWER, PRINTED = 20_000, 4_000      # characters that are shown of an answer, and of what it prints
PIXELS = 20_000_000                  # more than these in one picture would trouble a browser


def paths(folder, students):
    """Where each student's page lies: {student: path}. Only a whole class gives everyone a name unlike the others'.

    >>> paths("marks", ["Ada Lovelace"])["Ada Lovelace"].as_posix()
    'marks/feedback/Ada-Lovelace.html'
    """
    return {student: Path(folder) / "feedback" / f"{name}.html" for student, name in file_names(students).items()}


def write_page(result, title, path):
    """Write one student's page; returns its path.

    >>> import tempfile
    >>> from dlcourse.grading.marks import Mark, Result
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_page(Result("ada", (Mark("1.1", 2, 2),)), "Lab 1", Path(folder) / "ada.html")
    ...     "<h1><bdi>ada</bdi></h1>" in path.read_text(encoding="utf-8")
    True
    """
    won, of = result.total
    waiting = sum(mark.points is None for mark in result.marks)
    chips = "".join(f"<li><a class='chip {state(mark)}' href='#{anchor(mark.question)}'><b>{text(mark.question)}</b> "
                    f"{number(mark.points)}<small>/{number(mark.of)}</small></a></li>" for mark in result.marks)
    notes = "".join(f"<li>{text(note, 500)}</li>" for note in result.notes)
    body = "\n".join([
        f"<header><p class='over'>{text(title)}</p><h1><bdi>{text(brief(result.student, 80))}</bdi></h1>"
        f"<p class='total'><b>{number(won)}</b> of {number(of)} points"
        f"{f' <small>and {waiting} more to be marked by a person</small>' if waiting else ''}</p></header>",
        f"<ul class='chips'>{chips}</ul>",
        f"<section class='notes'><h2>About your notebook</h2><ul>{notes}</ul></section>" if notes else "",
        "<main>", *(_question(mark, result) for mark in result.marks), "</main>"])
    return write(path, page(f"{brief(result.student, 80)} · {title}", body))


def _question(mark, result):
    kind = state(mark)
    parts = [f"<article id='{anchor(mark.question)}'><h2 class='{kind}'><span class='sign' aria-hidden='true'>{STATES[kind]}</span> "
             f"Question {text(mark.question)} <small>{_earned(mark)}</small></h2>"]
    if mark.message:
        parts.append(f"<p class='message {kind}' dir='auto'>{text(mark.message, 2000)}</p>")
    if mark.comment:
        parts.append(f"<blockquote><p class='over'>A person says</p><p dir='auto'>{text(mark.comment, 20_000)}</p></blockquote>")
    answers = result.answers.get(mark.question, [])
    parts += [f"<h3>Your answer</h3><pre class='code' dir='auto'>{_code(source)}</pre>" for source in answers if source.strip()]
    if not any(source.strip() for source in answers):
        parts.append("<p class='absent'>No answer was found.</p>")
    if printed := result.printed.get(mark.question, "").strip("\n"):
        parts.append(f"<h3>What it printed</h3><pre dir='auto'>{text(printed, PRINTED)}</pre>")
    figures = result.figures.get(mark.question, [])
    parts += [_picture(png, f"Picture {place} of {len(figures)} drawn by the answer to question {mark.question}")
              for place, png in enumerate(figures, 1)]
    return "\n".join([*parts, "</article>"])


def _earned(mark):
    of = f"{number(mark.of)} point{'s' * (mark.of != 1)}"
    return f"up to {of}" if mark.points is None else f"{number(mark.points)} of {of}{', given by a person' * (mark.by == 'person')}"


def _picture(png, alt):
    """A picture inside the page; what does not begin as PNG does, or is too large to show, is left out."""
    width = height = 0
    if png[:8] == b"\x89PNG\r\n\x1a\n" and png[12:16] == b"IHDR" and len(png) > 24:
        width, height = struct.unpack(">II", png[16:24])
    if not 0 < width * height <= PIXELS:
        return "<p class='absent'>A picture is left out: it is no PNG, or too large.</p>"
    data = base64.b64encode(png).decode()
    return f"<figure><img src='data:image/png;base64,{data}' width='{width}' height='{height}' alt='{text(alt)}'></figure>"


def _code(source):
    """Source as HTML, in colours where it is Python; a written answer is shown as it is."""
    source = source.strip("\n")
    shown = text(source, ANSWER)
    try:
        if len(source) > ANSWER or not names.parse(source).body:
            return shown
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import PythonLexer
    except (ImportError, SyntaxError, ValueError, RecursionError, MemoryError):
        return shown
    from dlcourse.grading.legible import legible
    return highlight(legible(source), PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)).rstrip("\n")
