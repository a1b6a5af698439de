"""What one student handed in: the answers alone, whatever became of the rest of the notebook."""

import dataclasses
import hashlib
import json
from pathlib import Path

from dlcourse.checking import answer_mark
from dlcourse.errors import CourseError
from dlcourse.grading import cells, matching


@dataclasses.dataclass(frozen=True)
class Submission:
    """One student's answers by question, each a list of code cells; `problem` says why there are none.

    `notes` tell, question by question, what of the notebook was not as expected; `written` holds the answers in words.

    >>> Submission("ada", {"1.1": ["x = 1"]}).problem
    ''
    """

    student: str
    answers: dict
    problem: str = ""
    notes: tuple = ()
    written: dict = dataclasses.field(default_factory=dict)

    @property
    def digest(self):
        """The SHA-256 of all that marking depends on: an unchanged one earns the same marks.

        >>> Submission("ada", {"1.1": ["x = 1\\n"]}).digest == Submission("bob", {"1.1": ["x = 1"]}).digest
        True
        """
        normal = {question: [source.strip("\n").rstrip() for source in sources] for question, sources in self.answers.items()}
        text = json.dumps([normal, self.written, self.problem], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def read(path, lab, student=None):
    """Read a submitted notebook. A file that is no notebook is a submission without answers, never an exception.

    >>> from dlcourse.authoring.source import Lab
    >>> read("nowhere.ipynb", Lab("lab01_x", Path("x.py"), ())).problem
    'nowhere.ipynb cannot be read as a notebook: No such file or directory'
    """
    student = student or Path(path).stem
    try:
        handed_in = cells.read(path)
        answers, notes = matching.answers(lab, handed_in)
        written, missing = matching.written(lab, handed_in)
    except CourseError as error:
        return Submission(student, {}, str(error))
    except Exception as error:      # one file may not cost the class its marks, whatever was overlooked here
        return Submission(student, {}, f"{path} could not be understood: {type(error).__name__}")
    return Submission(student, answers, "", tuple(notes + missing), written)


def of_solution(lab, questions=None):
    """The instructor's own answers as a submission, all or only those to some questions.

    >>> from dlcourse.authoring.source import Lab
    >>> of_solution(Lab("lab01_x", Path("x.py"), ())).student
    'solution'
    """
    chosen = lab.questions if questions is None else questions
    return Submission("solution", {question: [answer_mark(question) + cell.source for cell in lab.of(question, "answer")]
                                   for question in chosen})
