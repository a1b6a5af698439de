"""Every lab: its three invariants, and what the lab style asks that a program can see."""

import re
import subprocess
import sys

import nbformat
import pytest

from dlcourse import __version__, places
from dlcourse.authoring import build, rules, running
from dlcourse.authoring.course import Course
from dlcourse.authoring.source import HEADING
from dlcourse.grading import marking, submissions

BANNED = re.compile(r"\b(simply|just|obviously|of course|trivial\w*|easily)\b", re.IGNORECASE)
FOLDS = re.compile(r"<details>.*?</details>", re.DOTALL)      # what is folded away does not count as words to read
FIGURE = re.compile(r"^\*Figure (\d+)\. .{40,}?\*$", re.MULTILINE | re.DOTALL)


def student(lab):
    return nbformat.read(places.folder("labs") / f"{lab.name}.ipynb", as_version=4)


# --- The three invariants -------------------------------------------------------------------------------------------

def test_notebooks_are_what_their_source_wants(lab):
    course = Course(places.address(), __version__)
    made = build.products(places.solutions(), places.folder("labs"), course)
    stale = [path.name for path in build.stale(made) if path.stem == lab.name]
    assert not stale, f"run `dlcourse build`: {stale}"


def test_pristine_lab_runs_from_top_to_bottom(lab):
    path = places.folder("labs") / f"{lab.name}.ipynb"
    done = subprocess.run([sys.executable, "-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider", "--no-header", str(path)],
                          capture_output=True, text=True, timeout=600, cwd=path.parent)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


def test_pristine_lab_scores_nothing(lab, warm):
    marks = marking.mark(lab, submissions.read(places.folder("labs") / f"{lab.name}.ipynb", lab), warm).marks
    marks = [mark for mark in marks if not lab.questions[mark.question].written]
    assert sum(mark.of for mark in marks) == rules.TOTAL and {mark.points for mark in marks} == {0}
    assert all(mark.message.startswith("to do") for mark in marks), [mark.message for mark in marks]


def test_solution_scores_full_marks_within_its_time(lab):
    notebook = nbformat.read(places.solutions() / f"{lab.name}.ipynb", as_version=4)
    runs = running.run(notebook)
    assert not [run for run in runs if run.error], [f"{run.id}: {run.error}" for run in runs if run.error]
    points = {cell.id: cell.metadata.get("nbgrader", {}).get("points", 0) for cell in notebook.cells if cell.cell_type == "code"}
    assert sum(points[run.id] for run in runs) == rules.TOTAL
    assert "all points won" in runs[-1].printed, runs[-1].printed


def test_the_grader_gives_the_solution_full_marks(lab, warm):
    result = marking.mark(lab, submissions.read(places.solutions() / f"{lab.name}.ipynb", lab), warm)
    assert result.total == (rules.TOTAL, rules.TOTAL), [mark for mark in result.marks if mark.message]


# --- The style ------------------------------------------------------------------------------------------------------

def test_size(lab):
    cells = student(lab).cells
    assert 35 <= len(cells) <= 60, f"{len(cells)} cells"
    for cell in lab.cells:
        lines = [line for line in cell.source.splitlines() if line.strip() and not line.strip().startswith("#")]
        assert cell.kind == "markdown" or len(lines) <= 20, f"line {cell.line}: {len(lines)} lines of code"
        words = re.findall(r"[\w'’]+", FOLDS.sub("", cell.source))
        assert cell.kind == "code" or len(words) <= 100, f"line {cell.line}: {len(words)} words"


def test_questions_fit_the_lab(lab):
    graded = [question for question in lab.questions.values() if not question.written]
    written = [question for question in lab.questions.values() if question.written]
    assert 8 <= len(graded) <= 10 and len(written) <= 2
    assert 60 <= lab.minutes <= 90
    assert sum(question.minutes for question in lab.questions.values()) <= lab.minutes


def test_every_question_has_a_prediction_and_a_ladder_of_three_hints(lab):
    for question in lab.questions.values():
        prose = "\n".join(cell.source for cell in lab.of(question.id) if cell.kind == "markdown")
        hints = re.findall(r"<summary>Hint (\d)</summary>", prose)
        assert hints == ["1", "2", "3"], f"question {question.id} has the hints {hints}"
        assert "What you should see" in prose or question.written, f"question {question.id} does not say what one should see"
        assert "*Predict*" in prose or question.written, f"question {question.id} asks for no prediction"


def test_voice(lab):
    for cell in lab.cells:
        said = BANNED.search(cell.source)
        assert not said, f"line {cell.line}: '{said[0]}' tells a student who does not see it that they should"


def test_headings(lab):
    assert re.match(rf"# Lab {int(lab.code[3:])} · ", lab.cells[0].source)
    sections = [text for cell in lab.cells if cell.kind == "markdown" for hashes, text in HEADING.findall(cell.source) if hashes == "##"]
    assert [int(re.match(r"\d+", text)[0]) for text in sections] == list(range(1, len(sections) + 1))
    assert any("Break it on purpose" in text for text in sections[-3:])
    assert any("Go further on a GPU" in text for text in sections[-2:])
    assert len([line for line in lab.cells[0].source.splitlines() if line.startswith("- ")]) == 3, "three things you will be able to do"


def test_every_figure_has_a_caption_that_stands_for_it(lab):
    """A caption is the figure's alternative text: numbered, before the cell that draws, and says what is to be seen."""
    numbers = []
    for before, cell in zip(lab.cells, lab.cells[1:]):
        draws = cell.tag == "show" and "plots." in cell.source
        if draws:
            captions = FIGURE.findall(before.source) if before.kind == "markdown" else []
            assert captions, f"line {cell.line}: no caption '*Figure N. …*' in the cell above"
            numbers += map(int, captions)
            assert "title=" in cell.source, f"line {cell.line}: a figure is titled with its claim"
    assert numbers == list(range(1, len(numbers) + 1))


def test_nothing_of_a_run_or_a_machine_is_kept(lab):
    for folder in (places.folder("labs"), places.solutions()):
        text = (folder / f"{lab.name}.ipynb").read_text(encoding="utf-8")
        notebook = nbformat.reads(text, as_version=4)
        assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in notebook.cells)
        assert "widgets" not in notebook.metadata
        assert not re.search(r"(/(?:home|Users|root)/|C:\\\\)", text)


def test_header_tells_what_was_measured(lab):
    seconds = build.timings(places.solutions())[lab.name]
    assert f"{seconds} seconds of computing" in student(lab).cells[0].source
    limit = 120 if "⏳" in lab.title else 60
    assert seconds <= limit


def test_no_question_gives_its_answer_away(lab):
    """No hidden check and no solution reaches the student's notebook."""
    text = "\n".join(cell.source for cell in student(lab).cells)
    assert "HIDDEN" not in text and "SOLUTION" not in text
    for cell in lab.cells:
        if cell.tag == "hidden":
            assert cell.source.splitlines()[1] not in text


@pytest.mark.parametrize("bad", ["simply", "obviously"])
def test_the_banned_words_would_be_found(bad):
    assert BANNED.search(f"You {bad} add them up.")
