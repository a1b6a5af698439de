"""Find a student's answers among the cells that were handed in, whatever programs and people did to them.

Who a code cell answers is decided by evidence, in this order. A cell that has both the id and the first line ("# Your answer to
1.1") of one question answers that. Where it has one of them, or two that differ, the names that it defines decide, then the
first line, then the id. A cell without either answers the question whose names it defines and nobody else defined; or it is part
of the question under whose heading, or after whose answer, it stands before the check. The lab's own cells are never answers.
"""

import dataclasses
import functools
import itertools
import re

from dlcourse import names
from dlcourse.authoring import notebooks, regions
from dlcourse.grading.jobs import UNREADABLE

LONGEST = 100_000       # characters of one question's answers
MOST_PARTS = 50
_OWN = {"setup", "context", "show", "check"}     # tags of code that is the lab's
_MARK = re.compile(r"^#+ ?your answer to (\d+\.\d+)\b", re.MULTILINE | re.IGNORECASE)
_HEADING = re.compile(r"^#{1,6} ?(\d+(?:\.\d+)?)\b", re.MULTILINE)
_CHECK = re.compile(r"^with check\([\"']\d+\.\d+[\"'].*(?:\n(?:[ \t].*|[ \t]*(?=\n|\Z)))*", re.MULTILINE)
_COMMENTS = re.compile(r"^#.*$", re.MULTILINE)
_DEFINES = re.compile(r"^(?:async )?(?:def|class) (\w+)|^(\w+) *=(?!=)", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Key:
    """What a lab's answers are known by.

    >>> Key({}, {}, {}, {}, frozenset(), frozenset()).names
    {}
    """

    ids: dict           # {id: question} of the cells that students write in
    own: dict           # {id: tag} of all others
    names: dict         # {question: names that its stubs define}
    stubs: dict         # {text of an untouched stub: names that it defines}
    texts: frozenset    # what is the lab's own, word for word
    given: frozenset    # names that setup and context define


@functools.lru_cache(maxsize=64)
def key(lab):
    """The key of a lab.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Cell, Lab
    >>> key(Lab("lab01_x", Path("x.py"), (Cell("code", "answer", "# BEGIN SOLUTION\\na = 1\\n# END SOLUTION", 1, "1", "1.1"),))).names
    {'1.1': {'a'}}
    """
    named = notebooks.ids(lab)
    by_question, stubs = {}, {}
    for cell in lab.cells:
        if cell.tag == "answer":
            text = regions.stub(cell.source)
            stubs[_plain(text)] = defined = names.bound(names.parse(text))
            by_question[cell.question] = by_question.get(cell.question, set()) | defined
    return Key(ids={name: cell.question for cell, name in named.items() if cell.tag in ("answer", "written")},
               own={name: cell.tag for cell, name in named.items() if cell.tag not in ("answer", "written")},
               names=by_question, stubs=stubs,
               texts=frozenset(_plain(cell.source) for cell in lab.cells if cell.tag not in ("answer", "written")),
               given=frozenset().union(*(names.bound(cell.tree) for cell in lab.cells if cell.tag in ("setup", "context"))))


@dataclasses.dataclass
class _Part:
    """A student's code cell, or what of it answers one question; `place` is the question among whose cells it stands."""

    text: str
    place: str | None
    question: str | None = None

    @functools.cached_property
    def bound(self):
        """The names that it defines, as far as one can read it."""
        if len(self.text) > LONGEST:
            return set()
        try:
            return names.bound(names.parse(self.text))
        except UNREADABLE:
            return {one or other for one, other in _DEFINES.findall(self.text)}


def answers(lab, cells):
    """The answers by question, each a list of cell sources in order, and a sentence for whatever was not as expected.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Cell, Lab
    >>> from dlcourse.grading.cells import HandedIn
    >>> answer = Cell("code", "answer", "# BEGIN SOLUTION\\na = 1\\n# END SOLUTION", 1, "1", "1.1")
    >>> answers(Lab("lab01_x", Path("x.py"), (answer,)), [HandedIn("code", "a = 2")])
    ({'1.1': ['a = 2']}, ['1.1: a cell without id and first line was found by the names that it defines'])
    """
    known, found, notes = key(lab), {}, []
    parts = _adopted(known, _parts(lab, known, cells, notes), notes)
    for question, defined in known.names.items():
        mine = [part for part in parts if part.question == question]
        if not mine:
            mine = [part for part in parts if part.bound & defined]
            notes += [f"{question}: its answer was found in a cell of question {part.question}" for part in mine]
        texts = [part.text for part in _without_stubs(known, mine)]
        if not texts:
            notes.append(f"{question}: no answer cell was found")
        elif sum(map(len, texts)) > LONGEST or len(texts) > MOST_PARTS:
            notes.append(f"{question}: its answer was left out, it has more than {LONGEST:,} characters or {MOST_PARTS} cells")
        else:
            found[question] = texts
            if len(texts) > len(lab.of(question, "answer")):
                notes.append(f"{question}: {len(texts)} cells claim to answer it; all ran in notebook order")
    return found, list(dict.fromkeys(notes))


def _parts(lab, known, cells, notes):
    """The student's own code in notebook order, with its question where an id or a first line tells it."""
    parts, place = [], None
    for cell in cells:
        if cell.kind == "markdown":
            place = _opened(lab, cell, place)
        elif cell.kind == "code" and _is_own(known, cell):
            ends = _CHECK.search(cell.source) or "check" in {*cell.tags, *map(known.own.get, cell.ids)}
            place = None if ends else place
        elif cell.kind == "code":
            by_id = next((known.ids[name] for name in sorted(cell.ids) if known.ids.get(name) in known.names), None)
            pieces = _pieces(cell.source)
            for mark, whole in pieces:
                part, mark = _Part(_CHECK.sub("", whole).rstrip(), place), mark if mark in known.names else None
                part.question = _decided(known, part, mark, by_id if len(pieces) == 1 else mark, notes)
                parts.append(part)
                place = part.question or place
                if _CHECK.search(whole):
                    notes.append(f"{place or 'a cell without question'}: a check stood in the same cell and was left out")
                    place = None
    return parts


def _is_own(known, cell):
    """Whether code is the lab's, or no code: word for word, but for checks and comments, by its ids, or by its tags."""
    if _MARK.search(cell.source):
        return False
    if _plain(cell.source) in known.texts or not _COMMENTS.sub("", _CHECK.sub("", cell.source)).strip():
        return True
    return not cell.ids & known.ids.keys() and bool(cell.ids & known.own.keys() or cell.tags & _OWN)


def _opened(lab, cell, place):
    """The question that a cell of prose opens, or the one that goes on; the heading of a section opens none."""
    headings = _HEADING.findall(cell.source)
    return place if not headings else headings[-1] if headings[-1] in lab.questions else None


def _pieces(source):
    """(question in its first line, text) for each answer in a cell: several where cells were merged."""
    marks = list(_MARK.finditer(source))
    starts = [0] + [mark.start() for mark in marks[1:]] + [len(source)]
    return list(zip([mark[1] for mark in marks] or [None], (source[start:end] for start, end in itertools.pairwise(starts))))


def _decided(known, part, mark, by_id, notes):
    """The question of a cell by its first line and its id; where these leave a doubt, what it defines settles it."""
    if mark == by_id:
        return mark
    said = [question for question in (mark, by_id) if question]
    fits = [question for question, defined in known.names.items() if part.bound & defined]
    question = ([one for one in said if one in fits] or fits or said)[0]
    if any(other != question for other in said):
        notes.append(f"{question}: a cell counts as its answer, although its {_told(mark, by_id)}")
    return question


def _told(mark, by_id):
    return " and ".join([f"first line says {mark}"] * bool(mark) + [f"id says {by_id}"] * bool(by_id))


def _adopted(known, parts, notes):
    """All parts, with a question for those that say none of themselves but define its names or stand among its cells."""
    answered = {part.question for part in parts if _plain(part.text) not in known.stubs}
    adopted = []
    for part in parts:
        fits = [] if part.question else [one for one, defined in known.names.items() if one not in answered and part.bound & defined]
        notes += [f"{one}: a cell without id and first line was found by the names that it defines" for one in fits]
        if not part.question and not fits and part.place in known.names and not (part.bound and part.bound <= known.given):
            notes.append(f"{part.place}: a cell that says no question stands among its cells and was taken along")
            fits = [part.place]
        adopted += [dataclasses.replace(part, question=one) for one in fits] or [part]
    return adopted


def _without_stubs(known, parts):
    """The parts less the untouched stubs whose names another part defines: a copy below an answer does not undo it."""
    idle = [known.stubs.get(_plain(part.text)) for part in parts]
    return [part for part, defined in zip(parts, idle)
            if not defined or not any(defined & other.bound for other, other_idle in zip(parts, idle) if not other_idle)]


def written(lab, cells):
    """The written answers by question, and a sentence for each that is missing.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Cell, Lab
    >>> from dlcourse.grading.cells import HandedIn
    >>> heading = Cell("markdown", None, "### 2.3 In words · 1 point · 1 min", 1, "2", "2.3")
    >>> lab = Lab("lab01_x", Path("x.py"), (heading, Cell("markdown", "written", "A key.", 2, "2", "2.3")))
    >>> written(lab, [HandedIn("markdown", heading.source), HandedIn("markdown", "Because.")])
    ({'2.3': 'Because.'}, [])
    """
    known, texts, place = key(lab), {question.id: [] for question in lab.questions.values() if question.written}, None
    for cell in (cell for cell in cells if cell.kind == "markdown"):
        by_id = next((known.ids[name] for name in sorted(cell.ids) if known.ids.get(name) in texts), None)
        if by_id:
            texts[by_id].append(cell.source)
        elif _HEADING.search(cell.source):
            place = _opened(lab, cell, place)
        elif place in texts and not cell.ids & known.own.keys() and _plain(cell.source) not in known.texts:
            texts[place].append(cell.source)
    found = {question: "\n\n".join(said).replace(notebooks.WRITTEN_STUB, "").strip() for question, said in texts.items()}
    return {question: text for question, text in found.items() if text}, \
        [f"{question}: nothing was written" for question, text in found.items() if not text]


def _plain(text):
    """A cell's text without its first line and the spaces that editors trim."""
    return "\n".join(line.rstrip() for line in _MARK.sub("", text).splitlines()).strip()
