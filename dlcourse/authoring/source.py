"""Read a lab source: percent-format Python into cells, questions and a title."""

import ast
import dataclasses
import functools
import itertools
import re
from pathlib import Path

from dlcourse import names
from dlcourse.errors import CourseError

TAGS = ("setup", "context", "show", "answer", "check", "hidden", "written")
QUESTION = re.compile(r"^### (\d+)\.(\d+) (.+?) · (\d+) points? · (\d+) min$", re.MULTILINE)
HEADING = re.compile(r"^(#{1,3}) (.+)$", re.MULTILINE)
LECTURE = re.compile(r"^\*(Lecture: .+?) · (\d+) minutes\*$", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Cell:
    """One cell: its kind, its one tag (None for prose), its text, where it stands in the file, and its question.

    >>> sorted(names.loaded(Cell("code", "check", "assert f(x) == 1", line=7).tree))
    ['f', 'x']
    """

    kind: str
    tag: str | None
    source: str
    line: int
    section: str = "0"
    question: str | None = None

    @functools.cached_property
    def tree(self):
        """The syntax tree of a code cell."""
        return names.parse(self.source)


def check_calls(cell):
    """The `check(…)` calls that open the with blocks of a cell.

    >>> len(check_calls(Cell("code", "check", "with check('1.1', points=1):\\n    assert f() == 1, 'no'", 1)))
    1
    """
    return [item.context_expr for node in cell.tree.body if isinstance(node, ast.With) for item in node.items
            if isinstance(item.context_expr, ast.Call) and ast.unparse(item.context_expr.func) == "check"]


def arguments(call):
    """What a call is given, by position and by name; None stands for what is not written out as a literal.

    >>> arguments(ast.parse("check('1.1', points=2)").body[0].value)
    (['1.1'], {'points': 2})
    """
    return [_literal(arg) for arg in call.args], {word.arg: _literal(word.value) for word in call.keywords}


def _literal(node):
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


@dataclasses.dataclass(frozen=True)
class Question:
    """One question as its heading states it.

    >>> Question("1.1", "Fire or not", points=2, minutes=5, line=10).written
    False
    """

    id: str
    title: str
    points: int
    minutes: int
    line: int
    written: bool = False


@dataclasses.dataclass(frozen=True)
class Lab:
    """A lab as its author wrote it.

    >>> lab = Lab("lab01_neuron", Path("lab01_neuron.py"), ())
    >>> lab.code
    'lab01'
    """

    name: str
    path: Path
    cells: tuple

    @property
    def code(self):
        """The short name: `lab01`."""
        return self.name.split("_")[0]

    @property
    def title(self):
        """The text of the first heading."""
        found = HEADING.search(self.cells[0].source) if self.cells else None
        return found[2] if found else self.name

    @property
    def minutes(self):
        """The minutes that the title cell promises; None where it does not."""
        found = LECTURE.search(self.cells[0].source) if self.cells else None
        return int(found[2]) if found else None

    @functools.cached_property
    def questions(self):
        """The questions in order, by id."""
        found = {}
        for cell in self.cells:
            match = QUESTION.search(cell.source) if cell.kind == "markdown" else None
            if match:
                number = f"{match[1]}.{match[2]}"
                written = any(other.tag == "written" for other in self.of(number))
                found[number] = Question(number, match[3], int(match[4]), int(match[5]), cell.line, written)
        return found

    @functools.cached_property
    def imports(self):
        """What the names that setup imports stand for: {'np': 'numpy'}."""
        return {name: full for cell in self.cells if cell.tag == "setup" for name, full in names.aliases(cell.tree).items()}

    def misused(self, question, answer):
        """What an answer uses although the course or its question forbids it.

        >>> Lab("lab01", Path("lab01.py"), ()).misused("1.1", names.parse("import dlcourse"))
        ['dlcourse']
        """
        return names.misused(answer, self.banned(question), self.imports)

    def banned(self, question):
        """The names that no answer to a question may use: the course's own, and those that its checks forbid.

        >>> Lab("lab01", Path("lab01.py"), ()).banned("1.1")
        ['dlcourse']
        """
        return ["dlcourse", *(name for cell in self.of(question, "check", "hidden") for call in check_calls(cell)
                              for name in arguments(call)[1].get("without") or ())]

    def of(self, question, *tags):
        """The cells of one question, all or only those with one of the tags.

        >>> Lab("lab01", Path("lab01.py"), (Cell("code", "answer", "x = 1", 3, "1", "1.1"),)).of("1.1", "answer")[0].source
        'x = 1'
        """
        return [cell for cell in self.cells if cell.question == question and (not tags or cell.tag in tags)]

    def needs(self, question, answer=""):
        """The cells to run for one question, in order: setup, what the question builds on, itself and its checks.

        `answer` is a student's text that takes the place of the solution's; what it reads is needed too. Shows, and the
        checks of other questions, never are.

        >>> cells = (Cell("code", "setup", "import math", 1), Cell("code", "answer", "a = 1", 2, "1", "1.1"),
        ...          Cell("code", "answer", "b = 2", 3, "1", "1.2"), Cell("code", "answer", "c = a + 1", 4, "1", "1.3"))
        >>> [cell.source for cell in Lab("lab01", Path("lab01.py"), cells).needs("1.3")]
        ['import math', 'a = 1', 'c = a + 1']
        """
        own = self.of(question, "answer", "check", "hidden")
        wanted = names.loaded(names.parse(answer)).union(*(names.loaded(cell.tree) for cell in own))
        needed = []
        for cell in reversed(self.cells[:1 + max(i for i, cell in enumerate(self.cells) if cell in own)]):
            builds = cell.tag in ("context", "answer") and names.changed(cell.tree) & wanted
            if cell in own or cell.tag == "setup" or builds:
                needed.insert(0, cell)
                wanted |= names.loaded(cell.tree)
        return needed


def read(path):
    """Read one lab source; the cells know their line in the file.

    >>> read("nowhere/lab99_none.py")
    Traceback (most recent call last):
    dlcourse.errors.CourseError: nowhere/lab99_none.py does not exist: a lab's source is solutions/labNN_name.py
    """
    import jupytext

    path = Path(path)
    if not path.is_file():
        raise CourseError(f"{path} does not exist: a lab's source is solutions/labNN_name.py")
    try:
        text = path.read_text(encoding="utf-8")
        cells = jupytext.reads(text, fmt="py:percent").cells
    except UnicodeDecodeError:
        raise CourseError(f"{path} is not UTF-8 text: save it in that encoding") from None
    except ImportError:
        raise
    except Exception as error:      # jupytext passes on what nbformat has against a cell's metadata
        raise CourseError(f"{path} does not read as a notebook: {' '.join(str(error).split())[:120]}") from None
    starts = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"# %%(\s|$)", line)]
    if len(cells) != len(starts):
        raise CourseError(f"{path} does not read as cells: begin the file with a line '# %% [markdown]', and each cell with '# %%'")
    section, question, read_cells = "0", None, []
    for cell, start in zip(cells, starts):
        if cell.cell_type == "markdown":
            section, question = _place(cell.source, section, question)
        tags = cell.metadata.get("tags", [])
        if len(tags) > 1 or not all(isinstance(tag, str) for tag in tags):
            raise CourseError(f"{path}:{start}: a cell has one tag, a word in quotes, not {tags}")
        read_cells.append(Cell(cell.cell_type, tags[0] if tags else None, cell.source, start, section, question))
    return Lab(path.stem, path, tuple(read_cells))


def _place(prose, section, question):
    """The section and question that a cell of prose opens, or those that go on."""
    for hashes, text in HEADING.findall(prose):
        if hashes == "##":
            section, question = (re.match(r"\d+", text) or [section])[0], None
        elif hashes == "###":
            match = QUESTION.search(prose)
            question = f"{match[1]}.{match[2]}" if match else None
    return section, question


def read_all(folder):
    """Every lab source of a folder, in order of their numbers.

    >>> from dlcourse import places
    >>> [lab.code for lab in read_all(places.solutions())][:1]
    ['lab01']
    """
    labs = [read(path) for path in sorted(Path(folder).glob("lab*.py"))]
    for lab in labs:
        if not re.fullmatch(r"lab\d\d_\w+", lab.name):
            raise CourseError(f"{lab.path} is no name for a lab: call it labNN_name.py, with two digits")
    for one, other in itertools.pairwise(labs):
        if one.code == other.code:
            raise CourseError(f"{one.path.name} and {other.path.name} have the same number: each lab has its own")
    return labs
