"""What marking a submission gives: a mark for each question, and what else the student and the instructor want to see."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Mark:
    """What one question earned, and why not more; `points` is None while a written answer waits for a person.

    `comment` is what a person said of it; `by` is who gave the points, a "check" or a "person".

    >>> Mark("1.1", points=0, of=2, message="exactly zero must not fire").points
    0
    """

    question: str
    points: float | None
    of: float
    message: str = ""
    comment: str = ""
    by: str = "check"


@dataclasses.dataclass(frozen=True)
class Result:
    """All that is known of one marked submission.

    `answers`, `printed` and `figures` go by question: a list of the student's own cells, the text these wrote, and a list of the
    PNG pictures they drew, as bytes.
    `notes` tell what of the notebook could not be matched; `level` says how the student's code was shut in; where `problem` says why
    marking itself went wrong, these marks are none to keep.

    >>> Result("ada", (Mark("1.1", 2, 2), Mark("1.2", 0, 1), Mark("1.3", None, 4))).total
    (2, 3)
    """

    student: str
    marks: tuple
    answers: dict = dataclasses.field(default_factory=dict)
    printed: dict = dataclasses.field(default_factory=dict)
    figures: dict = dataclasses.field(default_factory=dict)
    notes: tuple = ()
    level: str = ""
    seconds: float = 0.0
    problem: str = ""

    @property
    def total(self):
        """Points won and points there were; what waits for a person counts in neither."""
        return (sum(mark.points for mark in self.marks if mark.points is not None),
                sum(mark.of for mark in self.marks if mark.points is not None))


def result_of(lab, submission, wrong, wanted=None, **more):
    """The Result of a submission, where `wrong(question)` says why a question earns nothing, '' if it earns its points.

    >>> from pathlib import Path
    >>> from dlcourse.authoring.source import Lab
    >>> from dlcourse.grading.submissions import Submission
    >>> result_of(Lab("lab01_x", Path("x.py"), ()), Submission("ada", {}), wrong=str).marks
    ()
    """
    marks = []
    for question in lab.questions.values():
        if question.written:
            marks.append(Mark(question.id, None, question.points, "waits for a person"))
        elif wanted is None or question.id in wanted:
            why = submission.problem or wrong(question.id)
            marks.append(Mark(question.id, 0 if why else question.points, question.points, why))
    in_words = {question: [text] for question, text in submission.written.items()}
    return Result(submission.student, tuple(marks), submission.answers | in_words, notes=tuple(submission.notes), **more)
