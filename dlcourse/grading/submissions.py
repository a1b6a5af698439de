"""Read what a student handed in: only the answers count, whatever became of the rest of the notebook."""

import dataclasses
from pathlib import Path

from dlcourse import names
from dlcourse.authoring import regions
from dlcourse.authoring.running import load
from dlcourse.checking import ANSWER_MARK, answer_mark
from dlcourse.errors import CourseError

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)      # what reading hostile Python may raise


@dataclasses.dataclass(frozen=True)
class Submission:
    """One student's answers by question; `problem` says why there are none.

    >>> Submission("ada", {"1.1": ["x = 1"]}).problem
    ''
    """

    student: str
    answers: dict
    problem: str = ""


def find(paths):
    """The submitted notebooks by student: folders are searched; files of the same name go by the folder they lie in.

    >>> find(["ada.ipynb"])
    Traceback (most recent call last):
    dlcourse.errors.CourseError: ada.ipynb does not exist: name submitted notebooks or folders of them
    """
    files = []
    for path in map(Path, paths):
        if not path.exists():
            raise CourseError(f"{path} does not exist: name submitted notebooks or folders of them")
        inside = (file for file in sorted(path.rglob("*.ipynb")) if ".ipynb_checkpoints" not in file.parts and file.is_file())
        files += [file for file in (inside if path.is_dir() else [path]) if file not in files]
    if not files:
        raise CourseError(f"there is no notebook in {', '.join(map(str, paths))}: students hand in .ipynb files")
    stems = [file.stem for file in files]
    named = {file: file.stem if stems.count(file.stem) == 1 else file.resolve().parent.name for file in files}
    for student in named.values():
        if list(named.values()).count(student) > 1:
            raise CourseError(f"two submissions belong to '{student}': give files or folders the students' names")
    return {student: file for file, student in named.items()}


def read(path, lab, student=None):
    """Read a submitted notebook. A file that is no notebook is a submission without answers, never an exception.

    >>> from dlcourse.authoring.source import Lab
    >>> read("nowhere.ipynb", Lab("lab01_x", Path("x.py"), ())).problem
    'nowhere.ipynb cannot be read as a notebook: No such file or directory'
    """
    student = student or Path(path).stem
    try:
        cells = [cell for cell in load(path).cells if cell.cell_type == "code" and cell.source.strip()]
    except CourseError as error:
        return Submission(student, {}, str(error))
    return Submission(student, {question: answers for question in lab.questions
                                if (answers := _answers(lab, question, cells))})


def _answers(lab, question, cells):
    """The cells that answer a question: by id or first line, else, of cells that are new, by the names that the stub defines."""
    wanted = lab.of(question, "answer")
    stem = f"{lab.code}-{question.replace('.', '-')}-answer"
    ids = [stem] + [f"{stem}-{n}" for n in range(2, len(wanted) + 1)]
    found = [cell for cell in cells if cell.get("id") in ids or (mark := ANSWER_MARK.search(cell.source)) and mark[1] == question]
    if not found:
        defined = set().union(*(names.bound(names.parse(regions.stub(cell.source))) for cell in wanted))
        found = [cell for cell in cells if not cell.metadata.get("tags") and defined & _bound(cell.source)][-len(wanted):]
    return [cell.source.encode("utf-8", "replace").decode() for cell in found]     # a lone surrogate stops every file and socket


def _bound(source):
    try:
        return names.bound(names.parse(source))
    except UNREADABLE:
        return set()


def of_solution(lab, questions=None):
    """The instructor's own answers as a submission, all or only those to some questions.

    >>> from dlcourse.authoring.source import Lab
    >>> of_solution(Lab("lab01_x", Path("x.py"), ())).student
    'solution'
    """
    chosen = lab.questions if questions is None else questions
    return Submission("solution", {question: [answer_mark(question) + cell.source for cell in lab.of(question, "answer")]
                                   for question in chosen})
