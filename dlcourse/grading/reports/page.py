"""An HTML page that cannot run or fetch anything: its own style, its own pictures, no script, whatever its text says."""

import base64
import contextlib
import hashlib
import html
import os
from pathlib import Path

from dlcourse.errors import CourseError
from dlcourse.grading.legible import legible

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'sha256-{digest}'; \
base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""
STATES = {"full": "✓", "part": "◐", "none": "✗", "waits": "…"}


def page(title, body):
    """A whole page around HTML that is already escaped; the title is text.

    >>> "<title>a &lt; b</title>" in page("a < b", "<h1>…</h1>")
    True
    """
    style = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return PAGE.format(title=text(title), style=style, digest=digest, body=body)


def text(anything, limit=None):
    """Text as HTML shows it: legible, and nothing in it is taken for a tag.

    >>> text("a < b \\x1b[31mred")
    'a &lt; b red'
    """
    return html.escape(legible(anything, limit))


def number(points):
    """Points as people write them.

    >>> number(2.0), number(1.5), number(None)
    ('2', '1.5', '…')
    """
    return "…" if points is None else f"{points:.4g}"


def state(mark):
    """How a question ended, in a word that the style gives a colour and STATES a sign.

    >>> from dlcourse.grading.marks import Mark
    >>> [state(Mark("1.1", points, 2)) for points in (2, 1, 0, None)]
    ['full', 'part', 'none', 'waits']
    """
    if mark.points is None:
        return "waits"
    return "full" if mark.points >= mark.of else "part" if mark.points > 0 else "none"


def anchor(question):
    """The id of a question's section.

    >>> anchor("1.10")
    'q-1-10'
    """
    return "q-" + "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in question)


def write(path, content):
    """Put a file in its place at once, or not at all: whoever opens it, before or after a stop, finds a whole one.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder) / "new" / "page.html", "…").name
    'page.html'
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(content, encoding="utf-8", newline="")
        os.replace(beside, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise CourseError(f"{path} cannot be written ({error.strerror}): if it is open elsewhere close it, if the disk is full make "
                          "room, then run the same command again: the gradebook holds the marks") from None
    return path
