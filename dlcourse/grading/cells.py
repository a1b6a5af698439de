"""The cells of a notebook that a student handed in: read from any file, by any program's habits, and never trusted."""

import dataclasses
import json
import os
import re
import stat

from dlcourse.errors import CourseError

LARGEST = 100_000_000       # bytes of a file: pictures and films count, too
MOST_VALUES = 5_000_000     # a JSON file can make many small objects of few bytes
MOST_CELLS = 10_000
MOST_CODE = 2_000_000       # characters in all code cells: parsing hostile code takes seconds a million
_PERCENT = re.compile(r"^# %%(?=\s|$)(.*)$", re.MULTILINE)
_COMMENT = re.compile(r"^# ?", re.MULTILINE)
_MAGIC = re.compile(r"^# (?=%{1,2}\w|!\w)", re.MULTILINE)     # jupytext turns magic lines into comments


@dataclasses.dataclass(frozen=True)
class HandedIn:
    """One cell: its kind, its text, all the ids that it is known by, and its tags.

    >>> HandedIn("code", "x = 1").tags
    frozenset()
    """

    kind: str
    source: str
    ids: frozenset = frozenset()
    tags: frozenset = frozenset()


def read(path):
    """The cells of a handed-in file in order, empty ones left out; a CourseError says why there are none.

    Notebooks of every version are read, and text notebooks whose cells begin with `# %%`. nbformat is not asked: it takes
    its time to find a file wrong that is good enough here.

    >>> read("nowhere.ipynb")
    Traceback (most recent call last):
    dlcourse.errors.CourseError: nowhere.ipynb cannot be read as a notebook: No such file or directory
    """
    try:
        data = _bytes(path)
        text = data.decode(json.detect_encoding(data), "replace")
        found = _percent(text) if str(path).endswith(".py") else [_cell(cell) for cell in _listed(text)]
    except OSError as error:
        raise CourseError(f"{path} cannot be read as a notebook: {error.strerror}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        said = "it is nested too deep" if isinstance(error, RecursionError) else " ".join(str(error).split())[:120]
        raise CourseError(f"{path} cannot be read as a notebook: {said or 'it is too large'}") from None
    found = [cell for cell in found if cell.source.strip()]
    if len(found) > MOST_CELLS or sum(len(cell.source) for cell in found if cell.kind == "code") > MOST_CODE:
        raise CourseError(f"{path} cannot be read as a notebook: it has more than {MOST_CELLS:,} cells or {MOST_CODE:,} characters of code")
    return found


def _bytes(path):
    """The content of a regular file: opening a pipe would wait for ever, and a device might do something."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise ValueError("it is no file")
    with open(path, "rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST // 10**6} MB; clear its outputs")
    if not data.strip():
        raise ValueError("it is empty")
    return data


def _listed(text):
    """The cells of a notebook's JSON, whatever else it holds; before version 4 they lie in worksheets."""
    if sum(map(text.count, "[{,")) > MOST_VALUES:
        raise ValueError(f"it holds more than {MOST_VALUES:,} values; clear its outputs")
    book = json.loads(text, strict=False, parse_int=_number, parse_float=_number, parse_constant=_number)
    if not isinstance(book, dict) or not isinstance(book.get("cells", book.get("worksheets")), list):
        raise ValueError("it has no list of cells")
    sheets = [book] if "cells" in book else [sheet for sheet in book["worksheets"] if isinstance(sheet, dict)]
    lists = [sheet.get("cells") for sheet in sheets]
    return [cell for cells in lists if isinstance(cells, list) for cell in cells if isinstance(cell, dict)]


def _number(text):
    """No number in a notebook says anything about an answer; one of 5,000 digits would stop Python's own reader."""


def _cell(cell):
    metadata = _dict(cell.get("metadata"))
    kind = "markdown" if cell.get("cell_type") in ("markdown", "heading") else cell.get("cell_type")
    source = _text(cell["source"] if "source" in cell else cell.get("input"))
    source = f"### {source}" if cell.get("cell_type") == "heading" else source
    ids = (cell.get("id"), metadata.get("id"), _dict(metadata.get("nbgrader")).get("grade_id"))     # Jupyter's, Colab's, nbgrader's
    tags = metadata.get("tags")
    return HandedIn(kind if isinstance(kind, str) else "", source, frozenset(one for one in ids if isinstance(one, str)),
                    frozenset(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else frozenset())


def _dict(found):
    return found if isinstance(found, dict) else {}


def _text(source):
    """A cell's text from a string or a list of lines; half of a surrogate pair would stop every file and socket later."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    return source.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()


def _percent(text):
    """The cells of a text notebook: `# %%` opens a cell, and says [markdown] where it is prose."""
    opened = list(_PERCENT.finditer(text := _text(text)))
    if not opened:
        raise ValueError("no line begins with # %%")
    ends = [found.start() for found in opened[1:]] + [len(text)]
    cells = []
    for found, end in zip(opened, ends):
        source, prose = text[found.end():end].strip("\n"), "[markdown]" in found[1]
        cells.append(HandedIn("markdown" if prose else "code", (_COMMENT if prose else _MAGIC).sub("", source)))
    return cells
