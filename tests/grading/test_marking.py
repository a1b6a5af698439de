"""Marking by two processes: the same marks as in a notebook, and whatever an answer does costs its own question alone."""

import os

import nbformat
import pytest

from dlcourse import places
from dlcourse.authoring import source
from dlcourse.checking import answer_mark
from dlcourse.errors import CourseError
from dlcourse.grading import cold, marking, submissions
from dlcourse.grading.jobs import Limits
from dlcourse.grading.marks import Mark
from dlcourse.grading.submissions import Submission
from dlcourse.grading.warm import Warm

ALL = {"1.1": 1, "1.2": 1, "1.3": 2, "1.4": 1, "1.5": 1, "1.6": 1, "1.7": 1, "2.1": 1, "2.2": 1, "2.3": None}


@pytest.fixture(scope="module")
def conformance():
    return source.read(places.checkout() / "tests" / "labs" / "lab00_conformance.py")


def solved(lab, **answers):
    """The solution as a submission, with some answers in other words: q1_1="…"."""
    submission = submissions.of_solution(lab)
    for question, text in answers.items():
        submission.answers[question[1:].replace("_", ".")] = [text]
    return submission


def points(result):
    return {mark.question: mark.points for mark in result.marks}


def messages(result):
    return {mark.question: mark.message for mark in result.marks}


def test_every_kind_of_question_earns_its_points_in_two_processes_and_in_a_cold_kernel(conformance, warm):
    result = marking.mark(conformance, solved(conformance), warm)
    assert points(result) == ALL and result.total == (10, 10), messages(result)
    assert result.level == warm.level and result.seconds > 0
    assert points(cold.mark(conformance, solved(conformance))) == ALL


def test_nothing_earns_nothing(conformance, warm):
    result = marking.mark(conformance, Submission("nobody", {}), warm)
    assert result.total == (0, 10) and set(messages(result).values()) == {"to do", "waits for a person"}


@pytest.mark.parametrize("deed, told", [
    ("import os; os._exit(0)", "the answer ended the Python process"),
    ("import ctypes; ctypes.string_at(0)", "the answer ended the Python process"),
    ("while True: pass", "stopped after 2 seconds"),
    ("import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: time.sleep(1)", "stopped after 2 seconds")])
@pytest.mark.parametrize("where", ["in its cell", "when called"])
def test_what_ends_or_never_ends_costs_its_own_question_alone(deed, told, where, conformance, warm):
    lines = deed.replace("\n", "\n    ")
    answer = f"{deed}\ndef positive(x): return x" if where == "in its cell" else f"def positive(x):\n    {lines}"
    result = marking.mark(conformance, solved(conformance, q1_5=answer), warm, Limits(cell=2, call=2))
    assert points(result) == ALL | {"1.5": 0}
    assert messages(result)["1.5"] == told


def test_a_process_that_dies_again_and_again_costs_what_never_ran(conformance, warm, monkeypatch):
    monkeypatch.setattr(marking, "RENEWALS", 3)
    deadly = "def positive(x):\n    import os; os._exit(1)"
    everywhere = {question: [deadly.replace("positive", name)] for question, name in
                  [("1.1", "double"), ("1.4", "countdown"), ("1.5", "positive"), ("1.6", "keep_even"), ("1.7", "census")]}
    submission = solved(conformance)
    submission.answers.update(everywhere)
    result = marking.mark(conformance, submission, warm)
    assert points(result)["1.1"] == 0 and points(result)["1.3"] == 2
    assert messages(result)["2.2"] == "not reached: the answers ended too many processes"


def test_only_the_wanted_questions_are_marked_and_the_cells_above_them_run(conformance, warm):
    result = marking.mark(conformance, solved(conformance), warm, wanted=["1.2"])
    assert points(result) == {"1.2": 1, "2.3": None}


@pytest.mark.parametrize("reader, runs", [("", False), ("passed", True), ("globals().get('passed')", True)])
def test_an_unwanted_check_runs_only_where_a_cell_below_reads_how_it_ended(reader, runs, tmp_path, warm):
    one = SECRET[:SECRET.index('# %% tags=["hidden"]')].replace("10 points", "5 points").replace("points=10):", "points=5) as passed:")
    two = one[one.index("# ### 1.1"):].replace("1.1", "1.2").replace("order", "again").replace("as passed", "as passed_too")
    (tmp_path / "lab97_secrets.py").write_text(f"{one}# %% [markdown]\n{two}")
    answers = {"1.1": ["calls = []\ndef order(x):\n    calls.append(x)\n    return np.sort(x)"],
               "1.2": [f"{reader}\ndef again(x):\n    return x if calls else np.sort(x)"]}
    marked = [points(marking.mark(source.read(tmp_path / "lab97_secrets.py"), Submission("ada", answers), warm, wanted=wanted))
              for wanted in (None, ["1.2"])]
    assert marked == [{"1.1": 5, "1.2": 0}, {"1.2": 0 if runs else 5}]


def test_a_forbidden_name_a_syntax_error_and_a_magic(conformance, warm):
    result = marking.mark(conformance, solved(conformance, q1_1="import numpy\ndef double(x):\n    return numpy.multiply(2, x)",
                                              q1_6="def keep_even(numbers)\n    pass", q1_7="%time 1 + 1\n" + conformance.of("1.7", "answer")[0].source), warm)
    assert points(result) == ALL | {"1.1": 0, "1.6": 0}
    assert "without numpy.multiply" in messages(result)["1.1"]
    assert messages(result)["1.6"] == "SyntaxError: expected ':' (your answer to 1.6, line 1)"


def test_what_an_answer_prints_and_draws_is_kept_and_bounded(conformance, warm):
    drawing = "\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nprint('drawn ' * 10**7)"
    submission = solved(conformance)
    submission.answers["1.1"][0] += drawing
    result = marking.mark(conformance, submission, warm)
    assert result.total == (10, 10)
    assert result.printed["1.1"].startswith("drawn drawn") and len(result.printed["1.1"]) == 20_000
    (picture,) = result.figures["1.1"]
    assert picture.startswith(b"\x89PNG")


def test_a_message_says_where_in_the_students_code_it_went_wrong(conformance, warm):
    result = marking.mark(conformance, solved(conformance, q1_1="def double(x):\n    return x / 0"), warm)
    assert messages(result)["1.1"] == "ZeroDivisionError: division by zero (your line 2: return x / 0)"


def test_the_messages_are_those_of_the_notebook(conformance, warm, in_notebook):
    wrong = {"1.1": "def double(x): return x", "1.2": "answer = 41", "1.5": "def positive(x): return x", "1.6": "def keep_even(n): return n[1::2]",
             "1.7": "def census(words): raise KeyError('length')", "2.1": "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)])"}
    texts = {f"q{question}": answer_mark(question) + text for question, text in wrong.items()}
    result = messages(marking.mark(conformance, solved(conformance, **texts), warm))
    for question, text in wrong.items():
        cells = [cell for cell in conformance.needs(question, text) if cell.tag != "hidden"]
        assert result[question] == in_notebook(conformance, cells, {question: text})[question].message


SECRET = '''# %% [markdown]
# # Lab 97 · Secrets
#
# *Lecture: none · 10 minutes*
# %% tags=["setup"]
from dlcourse import check
import numpy as np
TRUTH = np.array([3, 1, 2])
# %% [markdown]
# ## 1 One
# ### 1.1 Sort · 10 points · 1 min
# %% tags=["answer"]
def order(x):
    """Return x in order."""
    # BEGIN SOLUTION
    return np.sort(x)
    # END SOLUTION
# %% tags=["check"]
with check("1.1", points=10):
    first = order(np.array([2, 1]))
    expected = [1, 2]
    assert list(first) == [1, 2], "two numbers are in order"
# %% tags=["hidden"]
with check("1.1"):
    said = order(TRUTH)
    assert list(said) == [1, 2, 3], f"yours gave {said}, and asked was {TRUTH}"
    assert int(order("no array")) == 4711, "text has an order, too"
'''


@pytest.fixture
def secret(tmp_path):
    (tmp_path / "lab97_secrets.py").write_text(SECRET)
    return source.read(tmp_path / "lab97_secrets.py")


@pytest.mark.parametrize("answer", ["def order(x): return 4711 if len(x) == 8 else x", "def order(x):\n    if len(x) > 2: raise ValueError(f'asked was {x}')\n    return sorted(x)",
                                    "def order(x):\n    print('asked was', x)\n    return sorted(x) if len(x) == 2 else str(x)",
                                    "class Told(Exception): pass\ndef order(x):\n    if len(x) > 2: raise type('asked_was_' + '_'.join(map(str, x)), (Told,), {})\n    return sorted(x)"])
def test_nothing_of_a_hidden_check_is_told(answer, secret, warm):
    result = marking.mark(secret, Submission("spy", {"1.1": [answer]}), warm)
    assert result.total == (0, 10)
    told = str(result.printed) + messages(result)["1.1"]
    assert "asked" not in told and "4711" not in told and "no array" not in told and "3 1 2" not in told and "3, 1, 2" not in told


def test_no_name_of_the_students_takes_the_place_of_the_checks_own(secret, warm):
    trick = "TRUTH = np.array([1]); expected = [9]; said = [1, 2, 3]\ndef int(x): return 4711\ndef list(x): return [1, 2]\ndef order(x): return x\nnp.sort = order"
    assert marking.mark(secret, Submission("thief", {"1.1": [trick]}), warm).total == (0, 10)


def test_a_check_that_its_answer_makes_endless_costs_that_question(tmp_path, warm, monkeypatch):
    monkeypatch.setattr(marking, "SLACK", 1)
    (tmp_path / "lab97_secrets.py").write_text(SECRET.replace("list(first) == [1, 2]", "sum(1 for _ in first) == 2").replace("10 points", "5 points")
                                               .replace("points=10", "points=5") + SECRET[SECRET.index("# ### 1.1"):].replace("1.1", "1.2").replace("order", "sort")
                                               .replace("10 points", "5 points").replace("points=10", "points=5").replace("# ### 1.2", "# %% [markdown]\n# ### 1.2")
                                               .replace('int(sort("no array")) == 4711', "True"))
    lab = source.read(tmp_path / "lab97_secrets.py")
    result = marking.mark(lab, Submission("endless", {"1.1": ["def order(x): return range(10**15)"], "1.2": ["def sort(x): return np.sort(x)"]}),
                          warm, Limits(cell=1, call=1))
    assert points(result) == {"1.1": 0, "1.2": 5}


def test_a_setup_that_fails_is_the_instructors_to_mend(tmp_path, warm):
    (tmp_path / "lab97_secrets.py").write_text(SECRET.replace("import numpy as np", "import numpy as np, no_such_package"))
    with pytest.raises(CourseError, match="the lab's own setup fails on this machine: ModuleNotFoundError: No module named 'no_such_package'"):
        marking.mark(source.read(tmp_path / "lab97_secrets.py"), Submission("ada", {}), warm)


def test_submissions_are_marked_side_by_side_and_none_costs_another_its_marks(conformance, warm, monkeypatch):
    class_of = [solved(conformance), Submission("empty", {}, "it is empty"), solved(conformance, q1_1="import os; os.abort()"),
                Submission("bug", {}), solved(conformance)]
    class_of = [Submission(f"s{k}", one.answers, one.problem) for k, one in enumerate(class_of)]
    real = marking.job
    monkeypatch.setattr(marking, "job", lambda lab, submission, *more: 1 / 0 if submission.student == "s3" else real(lab, submission, *more))
    results = {result.student: result for result in marking.mark_all(conformance, class_of, warm, workers=2)}
    assert {student: result.total[0] for student, result in results.items()} == {"s0": 10, "s1": 0, "s2": 8, "s3": 0, "s4": 10}
    assert "ZeroDivisionError" in results["s3"].problem and results["s1"].marks[0].message == "it is empty"


def test_written_answers_wait(conformance):
    assert marking.mark(conformance, Submission("ada", {}, "empty"), None).marks[-1] == Mark("2.3", None, 1, "waits for a person")


def test_shows_never_run_and_edited_cells_of_the_instructors_do_not_count(conformance, warm, tmp_path):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("raise SystemExit", id="lab00-0-setup"),
                                           nbformat.v4.new_code_cell("# Your answer to 1.1\ndef double(x):\n    return 2 * x", id="lab00-1-1-answer"),
                                           nbformat.v4.new_code_cell("print('✓ 1.1')", id="lab00-1-1-check")])
    nbformat.write(book, tmp_path / "ada.ipynb")
    result = marking.mark(conformance, submissions.read(tmp_path / "ada.ipynb", conformance), warm)
    assert {question: won for question, won in points(result).items() if won} == {"1.1": 1}


def test_nothing_is_left_of_a_class(conformance, warm):
    before = set(os.listdir("/tmp"))
    children = open(f"/proc/{warm.process.pid}/task/{warm.process.pid}/children").read()
    list(marking.mark_all(conformance, [solved(conformance)] * 2, warm, workers=2))
    assert open(f"/proc/{warm.process.pid}/task/{warm.process.pid}/children").read() == children == ""
    assert not [name for name in set(os.listdir("/tmp")) - before if "dlcourse" in name or "jail" in name]


def test_a_check_that_never_ends_does_not_run_again_and_costs_no_other_question(tmp_path, warm, monkeypatch):
    """Its name for the outcome is bound in each sitting: the check itself runs in the first alone."""
    monkeypatch.setattr(marking, "SLACK", 1)
    one = SECRET.replace("list(first) == [1, 2]", "sum(1 for _ in first) == 2").replace("10 points", "2 points").replace("points=10):", "points=2) as passed:")
    head, part = one[:one.index("# ### 1.1")], one[one.index("# ### 1.1"):]
    more = "".join("# %% [markdown]\n" + part.replace("1.1", f"1.{k}").replace("order", f"sort{k}").replace("as passed", f"as passed{k}") for k in range(2, 6))
    (tmp_path / "lab97_secrets.py").write_text((head + part + more).replace('int(sort', 'True or int(sort'))
    lab = source.read(tmp_path / "lab97_secrets.py")
    answers = {f"1.{k}": [f"class Two:\n    def __iter__(self): return iter([1, 2])\ndef sort{k}(x): return np.sort(x)"] for k in range(2, 6)}
    result = marking.mark(lab, Submission("endless", answers | {"1.1": ["def order(x): return range(10**15)"]}), warm, Limits(cell=2, call=2))
    assert points(result)["1.1"] == 0 and messages(result)["1.1"].startswith("stopped after")
    assert result.marks[-1].points == 2, messages(result)


def test_all_of_a_submission_together_has_its_time_and_what_ran_before_keeps_its_marks(conformance, warm):
    sleepy = {question: ["import time; time.sleep(3)"] for question in ("1.4", "1.5", "1.6")}
    submission = solved(conformance)
    submission.answers.update(sleepy)
    result = marking.mark(conformance, submission, warm, Limits(all=6))
    assert points(result)["1.1"] == 1 and points(result)["1.3"] == 2 and points(result)["2.2"] == 0
    assert messages(result)["2.2"] == "not reached: the answers took too long in all"


def test_where_the_instructor_stands_no_students_module_is_imported(tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("open('imported', 'w')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", ".", os.environ.get("PYTHONPATH", "")]))
    with Warm() as warm:
        assert warm.level
    assert not (tmp_path / "imported").exists()


def test_a_setup_further_down_that_a_student_has_broken_ends_nobody_elses_marking(tmp_path, warm):
    later = '# %% tags=["setup"]\nimport math\nlimit = math.floor(2.5)\n# %% [markdown]\n# ### 1.2 Floor · 5 points · 1 min\n# %% tags=["answer"]\n' \
            'def floor(x):\n    """Return x rounded down."""\n    # BEGIN SOLUTION\n    return x // 1\n    # END SOLUTION\n' \
            '# %% tags=["check"]\nwith check("1.2", points=5):\n    assert floor(2.5) == limit, "2.5 is above 2"\n'
    (tmp_path / "lab97_secrets.py").write_text(SECRET.replace("10 points", "5 points").replace("points=10", "points=5").replace("int(order(\"no array\")) == 4711", "True") + later)
    lab = source.read(tmp_path / "lab97_secrets.py")
    for deed in ("raise RuntimeError", "import os; os._exit(1)"):
        trap = f"import math\ndef floor(x):\n    {deed}\nmath.floor = floor\ndef order(x): return np.sort(x)"
        result = marking.mark(lab, Submission("trap", {"1.1": [trap], "1.2": ["def floor(x): return x // 1"]}), warm)
        assert points(result) == {"1.1": 5, "1.2": 5}, messages(result)


def test_jobs_read_the_courses_data(warm):
    lab = source.read(places.checkout() / "tests" / "labs" / "lab98_digits.py")
    assert marking.mark(lab, submissions.of_solution(lab), warm).total == (10, 10)
    assert marking.mark(lab, Submission("nobody", {}), warm).total == (0, 10)
