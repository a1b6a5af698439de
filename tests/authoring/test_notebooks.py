"""The generated notebooks: stubs, ids, nbgrader's metadata, and bytes that do not change."""

import io
import contextlib
import re

import nbformat
import pytest

from dlcourse.authoring import build, notebooks, regions, source
from dlcourse.authoring.course import Course
from dlcourse.authoring.release import release
from dlcourse.errors import CourseError
from test_rules import ANSWER, CHECK, GOOD, HIDDEN, QUESTION, SCORE, SETUP, TITLE

COURSE = Course("https://github.com/someone/course", "1.2.3")


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "solutions"
    folder.mkdir()
    (folder / "lab01_x.py").write_text(GOOD, encoding="utf-8")
    return folder


def both(folder):
    lab = source.read(folder / "lab01_x.py")
    return notebooks.student(lab, COURSE), notebooks.solution(lab, COURSE)


def test_students_get_the_stub_and_no_hidden_check(sources):
    student, solution = both(sources)
    text = "\n".join(cell.source for cell in student.cells)
    assert "raise NotImplementedError   # your answer" in text
    assert "2 * x" not in text and "f(2) == 4" not in text and "SOLUTION" not in text
    assert "*One more check runs at grading.*" in text
    assert "### BEGIN HIDDEN TESTS" in solution.cells[4].source and "f(2) == 4" in solution.cells[4].source


def test_a_hidden_check_joins_its_check_even_with_prose_between(sources):
    (sources / "lab01_x.py").write_text(GOOD.replace(HIDDEN, "# %% [markdown]\n# Well done.\n\n" + HIDDEN), encoding="utf-8")
    solution = both(sources)[1]
    assert "BEGIN HIDDEN" in next(cell.source for cell in solution.cells if cell.id == "lab01-1-1-check")
    assert all("HIDDEN" not in cell.source for cell in solution.cells if cell.cell_type == "markdown")


def test_ids_come_from_questions_so_that_an_inserted_cell_orphans_nothing(sources):
    before = [cell.id for cell in both(sources)[0].cells]
    assert before == ["lab01-0-text", "lab01-0-setup", "lab01-1-1-text", "lab01-1-1-answer", "lab01-1-1-check", "lab01-1-1-show"]
    (sources / "lab01_x.py").write_text(GOOD.replace(SETUP, SETUP + '# %% tags=["show"]\nprint(1)\n\n'), encoding="utf-8")
    assert set(before) < {cell.id for cell in both(sources)[0].cells}


def test_nbgrader_metadata(sources):
    for notebook in both(sources):
        grading = {cell.id: cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata}
        assert set(grading) == {"lab01-0-setup", "lab01-1-1-answer", "lab01-1-1-check"}
        assert grading["lab01-1-1-answer"] == {"schema_version": 3, "grade_id": "lab01-1-1-answer", "task": False,
                                               "grade": False, "solution": True, "locked": False}
        check = grading["lab01-1-1-check"]
        assert check["grade"] and check["locked"] and not check["solution"] and check["points"] == 10


def test_both_are_valid_for_nbformat_and_for_nbgrader(sources):
    from nbgrader.nbgraderformat import reads

    for notebook in both(sources):
        text = notebooks.text(notebook)
        nbformat.validate(nbformat.reads(text, as_version=4))
        reads(text, as_version=4)


def test_title_tells_points_and_seconds_and_has_a_badge(sources):
    title = notebooks.student(source.read(sources / "lab01_x.py"), COURSE, seconds=8).cells[0].source
    assert "*Lecture: none · 60 minutes · 10 points · 8 seconds of computing on two CPU cores*" in title
    assert "https://colab.research.google.com/github/someone/course/blob/main/labs/lab01_x.ipynb" in title


def test_setup_installs_only_where_the_course_is_missing(sources):
    setup = both(sources)[0].cells[1].source
    assert 'find_spec("dlcourse") is None' in setup and "--no-deps" in setup
    assert "someone/course/releases/download/v1.2.3/dlcourse-1.2.3-py3-none-any.whl" in setup


def test_written_answers_are_left_to_the_student(sources):
    written = "# %% [markdown]\n# ### 1.2 Why? · 2 points · 5 min\n\n" '# %% [markdown] tags=["written"]\n# Because. *Marking key.*\n\n'
    text = TITLE + SETUP + QUESTION + ANSWER + CHECK + written + SCORE.replace("()", "(written={'1.2': 2})")
    (sources / "lab01_x.py").write_text(text, encoding="utf-8")
    student, solution = both(sources)
    cells = {cell.id: cell for cell in student.cells}
    assert cells["lab01-1-2-written"].source == notebooks.WRITTEN_STUB
    assert cells["lab01-1-2-written"].metadata.nbgrader["points"] == 2
    assert "Marking key" in next(cell.source for cell in solution.cells if cell.id == "lab01-1-2-written")
    build.products(sources, sources.parent / "labs", COURSE)     # and is not refused


@pytest.mark.parametrize("cell, expected", [
    ("# BEGIN SOLUTION\na, (b, *c) = 1, (2, 3)\nd: int = 4\n# END SOLUTION", {"a", "b", "c", "d"}),
    ("# BEGIN SOLUTION\nimport math\nf = [k for k in range(3)]\n# END SOLUTION", {"math", "f"}),
    ("# BEGIN SOLUTION\nfor i in range(3):\n    total = i\n# END SOLUTION\nafter = 1", {"i", "total", "after"}),
])
def test_a_stub_at_the_top_level_binds_the_same_names(cell, expected):
    namespace = {}
    exec(regions.stub(cell), namespace)
    assert set(namespace) - {"__builtins__"} == expected
    assert all(namespace[name] is ... for name in expected - {"after"})


def test_a_stub_in_a_method_keeps_the_class():
    cell = "class A:\n    def f(self):\n        y = 1\n        # BEGIN SOLUTION\n        return y\n        # END SOLUTION\n\n    def g(self):\n        return 2"
    namespace = {}
    exec(regions.stub(cell), namespace)
    assert namespace["A"]().g() == 2
    with pytest.raises(NotImplementedError):
        namespace["A"]().f()


def test_build_writes_once_and_then_has_nothing_to_do(sources, tmp_path):
    labs = tmp_path / "labs"
    made = build.products(sources, labs, COURSE)
    assert len(build.write(made)) == 2
    again = build.products(sources, labs, COURSE)
    assert again == made and build.stale(again) == []
    (labs / "lab01_x.ipynb").write_bytes((labs / "lab01_x.ipynb").read_bytes() + b" ")
    assert [path.name for path in build.stale(again)] == ["lab01_x.ipynb"]


def test_a_notebook_without_a_source_is_found(sources, tmp_path):
    labs = tmp_path / "labs"
    made = build.products(sources, labs, COURSE)
    build.write(made)
    (labs / "lab07_old.ipynb").write_text("{}")
    assert [path.name for path in build.orphans(made)] == ["lab07_old.ipynb"]


def test_context_and_setup_are_locked_for_nbgrader(sources):
    (sources / "lab01_x.py").write_text(GOOD.replace(ANSWER, '# %% tags=["context"]\ny = 1\n\n' + ANSWER), encoding="utf-8")
    grading = {cell.id: cell.metadata.nbgrader for cell in both(sources)[0].cells if "nbgrader" in cell.metadata}
    assert grading["lab01-1-1-context"]["locked"] and grading["lab01-0-setup"]["locked"]


def test_build_names_file_and_line_of_every_fault(sources, tmp_path):
    (sources / "lab02_y.py").write_text(GOOD.replace(' tags=["setup"]', "").replace("    # END SOLUTION\n", ""), encoding="utf-8")
    with pytest.raises(CourseError) as error:
        build.products(sources, tmp_path, COURSE)
    assert "lab02_y.py, line 6: " in str(error.value) and "lab02_y.py, line 17: " in str(error.value)


def test_release_holds_no_solution_and_mixes_with_nothing(sources, tmp_path):
    labs = tmp_path / "labs"
    build.write(build.products(sources, labs, COURSE))
    paths = release(labs, tmp_path / "out", COURSE.wheel)
    assert sorted(path.name for path in paths) == ["README.md", "lab01_x.ipynb"]
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    assert "2 * x" not in text and "f(2) == 4" not in text
    with pytest.raises(CourseError, match="is not empty"):
        release(labs, tmp_path / "out", COURSE.wheel)


def test_the_pristine_notebook_runs_in_plain_python_too(sources):
    namespace, told = {}, io.StringIO()
    with contextlib.redirect_stdout(told):
        for cell in both(sources)[0].cells:
            if cell.cell_type == "code":
                exec(cell.source, namespace)
    assert "○ 1.1  to do" in told.getvalue()


def test_the_readmes_tables_stand_between_their_marks_or_it_says_which_mark_is_lost():
    readme = "# x\n<a>\nold\n</a>\nmiddle\n```\n$ list\nolder\n```\n"
    tables = {("<a>\n", "\n</a>"): "new", ("$ list\n", "\n```"): "newer\nlist"}
    assert build.renewed(readme, tables) == readme.replace("older", "newer\nlist").replace("old", "new")
    for lost in ("<a>", "</a>", "$ list"):
        with pytest.raises(CourseError, match=re.escape(lost)):
            build.renewed(readme.replace(lost, ""), tables)
