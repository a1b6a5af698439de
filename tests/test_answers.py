"""The answers books: wrong answers that students give earn nothing, right ones everything, whatever they look like."""

import re
from pathlib import Path

from dlcourse.checking import answer_mark
from dlcourse.grading import marking, submissions

BOOKS = Path(__file__).parent / "answers"
ENTRY = re.compile(r"^# %% (\d+\.\d+) (wrong|right): (.+)\n", re.MULTILINE)


def entries(name):
    """The entries of one book: (question, wrong or right, what it does, its text)."""
    _, *parts = ENTRY.split((BOOKS / f"{name}.py").read_text(encoding="utf-8"))
    return list(zip(*[iter(parts)] * 4))


def pytest_generate_tests(metafunc):
    if "entry" in metafunc.fixturenames:
        cases = [(lab, entry) for lab in metafunc.config.labs for entry in entries(lab.name)]
        metafunc.parametrize("answered, entry", cases, ids=[f"{lab.code} {' '.join(entry[:3])}" for lab, entry in cases])


def test_each_question_has_three_wrong_answers_and_a_right_one(lab):
    book = entries(lab.name)
    for question in lab.questions.values():
        kinds = [kind for number, kind, _, _ in book if number == question.id]
        if not question.written:
            assert kinds.count("wrong") >= 3 and kinds.count("right") >= 1, f"{question.id} has {kinds}"
    assert {number for number, *_ in book} <= set(lab.questions)


def test_marks(answered, entry, in_notebook):
    question, kind, _, text = entry
    outcome = in_notebook(answered, answered.needs(question, text), {question: text})[question]
    if kind == "right":
        assert outcome.won == answered.questions[question].points, outcome.message
    else:
        assert outcome.state == "failed" and outcome.won == 0, "this wrong answer earns points"
        assert len(outcome.message) > 10, "a wrong answer is told why"


def test_marks_of_the_grader(answered, entry, warm):
    """Two processes that share nothing but a line give the mark that one notebook gives."""
    question, kind, _, text = entry
    submission = submissions.of_solution(answered)
    submission.answers[question] = [answer_mark(question) + text]
    (mark,) = [mark for mark in marking.mark(answered, submission, warm, wanted=[question]).marks if mark.question == question]
    assert mark.points == (mark.of if kind == "right" else 0), mark.message
    assert kind == "right" or len(mark.message) > 10 and not mark.message.startswith("to do")
