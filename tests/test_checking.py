"""What a student sees: one line for each check, never a traceback, and the same verdict wherever the notebook runs."""

import subprocess
import sys

import nbformat
import pytest

from dlcourse import names
from dlcourse.authoring import running
from dlcourse.checking import Check, CheckFailed, Outcome

CELL = '''
# Your answer to 1.1
{answer}
'''
CHECK = '''
with check("1.1", points=2, without=["numpy.dot"]) as passed:
    assert f(2) == 4, "twice 2 is 4: did you square it?"
'''


def said(answer, block=CHECK, capsys=None):
    """Run an answer and a check as two cells of one namespace; gives what was printed."""
    import linecache

    namespace = {"check": Check(), "In": ["import numpy as np"]}
    exec("import numpy as np", namespace)
    for number, text in enumerate([CELL.format(answer=answer), block]):
        name = f"<cell {number} {id(namespace)}>"
        linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
        namespace["In"].append(text)
        exec(compile(text, name, "exec"), namespace)
    return capsys.readouterr().out.rstrip("\n"), namespace


@pytest.mark.parametrize("answer, line", [
    ("def f(x):\n    return 2 * x", "✓ 1.1  2 points"),
    ("def f(x):\n    return x + 1", "✗ 1.1  twice 2 is 4: did you square it?"),
    ("def f(x):\n    raise NotImplementedError", "○ 1.1  to do"),
    ("def f(x):\n    return g(x)\ndef g(x):\n    raise NotImplementedError", "○ 1.1  to do: g comes first"),
    ("f = ...", "○ 1.1  to do"),
    ("", "○ 1.1  to do: run the cell that defines f first"),
    ("def f(x):\n    return [1][x]", "✗ 1.1  IndexError: list index out of range (your line 4: return [1][x])"),
    ("def f(x):\n    return h(x)", "✗ 1.1  NameError: name 'h' is not defined (your line 4: return h(x))"),
    ("def f(x):\n    assert x > 3, 'too small'\n    return x",
     "✗ 1.1  AssertionError: too small (your line 4: assert x > 3, 'too small')"),
    ("def f(x):\n    exit()", "✗ 1.1  SystemExit: the answer called exit() (your line 4: exit())"),
    ("def f(x):\n    return f(x)", "✗ 1.1  RecursionError: maximum recursion depth exceeded (your line 4: return f(x))"),
    ("def f(x):\n    pass\nf.y = 3\ng = f(1)\nf = lambda x: len(None)",
     "✗ 1.1  TypeError: object of type 'NoneType' has no len() (your line 7: f = lambda x: len(None))"),
    ("def f():\n    return 4", "✗ 1.1  TypeError: f() takes 0 positional arguments but 1 was given"),
    ("def f(x):\n    return np.dot(2, x)",
     "✗ 1.1  write it without numpy.dot: that is what this question asks you to build"),
    ("from dlcourse import models\ndef f(x):\n    return 2 * x",
     "✗ 1.1  write it without dlcourse: that is what this question asks you to build"),
])
def test_one_line_for_every_answer(answer, line, capsys):
    assert said(answer, capsys=capsys)[0] == line


def test_an_answer_that_gives_nothing_back_is_asked_for_its_return(capsys):
    line, _ = said("def f(x):\n    2 * x", 'with check("1.1", points=1):\n    assert abs(f(2)) == 4, "no"\n', capsys)
    assert line == "✗ 1.1  TypeError: bad operand type for abs(): 'NoneType': your answer gave None, is there a return in it?"


def test_an_import_that_was_replaced_is_forgotten(capsys):
    namespace = {"check": Check(), "In": []}
    for text in ["# Your answer to 1.1\nfrom numpy import dot as f", "# Your answer to 1.1\ndef f(x):\n    return 2 * x\ntwice = f(1)", CHECK]:
        namespace["In"].append(text)
        exec(text, namespace)
    assert capsys.readouterr().out == "✓ 1.1  2 points\n"


def test_a_replaced_answer_is_not_held_against_the_new_one(capsys):
    namespace = {"check": Check(), "In": []}
    for text in ["# Your answer to 1.1\nimport dlcourse\ndef f(x):\n    return 2 * x", "# Your answer to 1.1\ndef f(x):\n    return 2 * x",
                 CHECK]:
        namespace["In"].append(text)
        exec(text, namespace)
    assert capsys.readouterr().out == "✓ 1.1  2 points\n"


@pytest.mark.parametrize("answer", ["def f(x):\n    return (np.dot(2, x)\n            % 100)", "%%time\ndef f(x):\n    return np.dot(2, x)",
                                    "from numpy import *\ndef f(x):\n    return dot(2, x)"])
def test_no_magic_hides_what_may_not_be_used(answer):
    tree = names.parse(answer)
    assert names.misused(tree, ["numpy.dot"], {"np": "numpy"}) == ["numpy.dot"]


def test_an_exception_that_cannot_say_what_it_is(capsys):
    line, _ = said("class E(Exception):\n    def __str__(self):\n        raise ValueError\ndef f(x):\n    raise E", capsys=capsys)
    assert line == "✗ 1.1  E (your line 7: raise E)"


@pytest.mark.parametrize("block", ["assert all(f(i) == i for i in [1, 2]), 'no'", "assert [f(i) for i in [1]] == [1], 'no'",
                                   "assert (lambda: f(1))() == 1, 'no'"])
def test_what_goes_wrong_in_the_check_is_not_on_a_line_of_the_students(block, capsys):
    line, _ = said("", f'with check("1.1", points=1):\n    {block}\n', capsys)
    assert line == "○ 1.1  to do: run the cell that defines f first"


def test_a_check_without_message_shows_what_does_not_hold(capsys):
    line, _ = said("def f(x):\n    return 0", 'with check("1.1", points=1):\n    assert f(2) == 4\n', capsys)
    assert line == "✗ 1.1  this does not hold: assert f(2) == 4"


def test_long_messages_are_cut_and_stay_on_one_line(capsys):
    line, _ = said("def f(x):\n    return 0", 'with check("1.1", points=1):\n    assert f(2) == 4, "a\\nb " * 500\n', capsys)
    assert len(line) < 320 and line.startswith("✗ 1.1  a b a b") and line.endswith("…") and "\n" not in line


def test_a_check_that_never_looks_at_the_placeholder_is_not_passed(capsys):
    line, space = said("f = ...", 'with check("1.1", points=1) as passed:\n    assert f is not None, "no"\n', capsys)
    assert line == "○ 1.1  to do" and not space["passed"]


def test_ctrl_c_is_not_an_answer():
    with pytest.raises(KeyboardInterrupt):
        with Check()("1.1", points=1):
            raise KeyboardInterrupt


def test_passed_is_true_only_after_passing(capsys):
    assert said("def f(x):\n    return 2 * x", capsys=capsys)[1]["passed"]
    assert not said("def f(x):\n    return x", capsys=capsys)[1]["passed"]


@pytest.mark.parametrize("variable", ["DLCOURSE_STRICT", "NBGRADER_EXECUTION"])
def test_strict_mode_raises_for_wrong_and_for_nothing(variable, monkeypatch, capsys):
    monkeypatch.setenv(variable, "autograde")
    with pytest.raises(CheckFailed, match="1.1  twice 2 is 4"):
        said("def f(x):\n    return x", capsys=capsys)
    with pytest.raises(CheckFailed, match="1.1  to do"):
        said("f = ...", 'with check("1.1", points=1):\n    pass\n    f\n', capsys)
    assert said("def f(x):\n    return 2 * x", capsys=capsys)[1]["passed"]


def test_a_failing_hidden_check_takes_the_points_and_a_new_try_gives_them_back():
    check = Check()
    check.record("1.1", Outcome("passed", points=2))
    check.record("1.1", Outcome("failed", "hidden"))
    check.record("1.1", Outcome("passed"))
    assert check.outcomes["1.1"].won == 0, "a later hidden check does not make up for an earlier one"
    check.record("1.1", Outcome("passed", points=2))
    assert check.outcomes["1.1"].won == 2


def test_hidden_checks_add_nothing_to_a_wrong_answer():
    check = Check()
    check.record("1.1", Outcome("failed", "no", points=2))
    check.record("1.1", Outcome("passed"))
    assert check.outcomes["1.1"].won == 0


def test_score(capsys):
    check = Check()
    for question, state, points in [("2.10", "passed", 1), ("2.9", "failed", 4), ("1.1", "passed", 3)]:
        check.record(question, Outcome(state, "because" if state == "failed" else "", points))
    check.score(total=10, written={"3.1": 1})
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines[:3]] == ["1.1", "2.9", "2.10"]
    assert lines[1].endswith("because")
    assert lines[4].split() == ["4", "/", "10", "still", "to", "win:", "6", "points"]
    assert lines[5] == "… 3.1   waits for a person: 1 point"


def test_score_when_all_is_won(capsys):
    check = Check()
    check.record("1.1", Outcome("passed", points=10))
    check.score()
    assert "all points won" in capsys.readouterr().out


def test_in_a_real_kernel_a_wrong_answer_is_one_coloured_line(monkeypatch):
    monkeypatch.delenv("NO_COLOR")
    cell = nbformat.v4.new_code_cell
    book = nbformat.v4.new_notebook(cells=[
        cell("from dlcourse import check", id="setup"),
        cell("# Your answer to 1.1\ndef f(x):\n    return x[9]", id="answer"),
        cell("with check('1.1', points=1) as passed:\n    assert f([1]) == 1, 'no'", id="check"),
        cell("# Your answer to 1.1\nf = ...", id="placeholder"),
        cell("with check('1.1', points=1) as passed:\n    assert f([1]) == 1, 'no'", id="again")])
    runs = running.run(book, strict=False, timeout=60)
    assert [run.error for run in runs] == [""] * 5
    assert runs[2].printed == "\x1b[31m✗\x1b[0m 1.1  IndexError: list index out of range (your line 3: return x[9])\n"
    assert runs[4].printed == "○ 1.1  to do\n"


def test_in_plain_python(tmp_path):
    script = tmp_path / "lab.py"
    script.write_text("from dlcourse import check\nx = ...\nwith check('1.1', points=1):\n    assert x == 1, 'no'\n"
                      "y = 2\nwith check('1.2', points=1):\n    assert y == 2, 'no'\n", encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60)
    assert done.stdout == "○ 1.1  to do\n✓ 1.2  1 point\n" and done.returncode == 0, done.stderr
