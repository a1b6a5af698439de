"""What a hidden check asks stays hidden, although the student's code is asked: it gets no chance to tell."""

import pytest

from dlcourse.authoring import source
from dlcourse.grading import marking
from dlcourse.grading.submissions import Submission
from dlcourse.grading.waiting import may_wait

LAB = '''# %% [markdown]
# # Lab 96 · Two questions
#
# *Lecture: none · 10 minutes*
# %% tags=["setup"]
from dlcourse import check
import numpy as np
# %% [markdown]
# ## 1 One
# ### 1.1 Double · 5 points · 1 min
# %% tags=["answer"]
def double(x):
    """Return twice x."""
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION
# %% tags=["check"]
with check("1.1", points=5):
    asked = 2
    assert double(asked) == 4, "twice 2 is 4"
# %% tags=["hidden"]
with check("1.1"):
    assert double(4711) == 9422 and asked == 2, "large numbers have doubles, too"
# %% [markdown]
# ### 1.2 Half · 5 points · 1 min
# %% tags=["answer"]
def half(x):
    """Return half of x."""
    # BEGIN SOLUTION
    return x / 2
    # END SOLUTION
# %% tags=["check"]
with check("1.2", points=5):
    asked = 3
    said = half(asked)
    assert said == 1.5, f"half of 3 is 1.5, and yours is {said}"
'''
KEEPING = "KEPT = []\ndef tell(): print('kept', KEPT)\ndef double(x):\n    KEPT.append(x)\n    return 2 * x"


@pytest.fixture
def two(tmp_path):
    (tmp_path / "lab96_two.py").write_text(LAB)
    return source.read(tmp_path / "lab96_two.py")


def test_a_question_with_a_hidden_check_earns_its_points_in_the_end(two, warm):
    result = marking.mark(two, Submission("ada", {"1.1": ["def double(x): return 2 * x"], "1.2": ["def half(x): return x / 2"]}), warm)
    assert result.total == (10, 10)


def test_a_hidden_check_sees_the_names_that_its_visible_check_left_even_in_a_new_process(two, warm):
    deadly = "def half(x):\n    import os; os._exit(1)"
    result = marking.mark(two, Submission("ada", {"1.1": ["def double(x): return 2 * x"], "1.2": [deadly]}), warm)
    assert [mark.points for mark in result.marks] == [5, 0]


@pytest.mark.parametrize("rebinding", ["", "double = double\n", "(lambda f: None)(double)\n"])
@pytest.mark.parametrize("telling", ["tell()\ndef half(x): return x / 2", "print('kept', KEPT)\ndef half(x): return x / 2", "def half(x): return f'kept {KEPT}'", "raise ValueError(f'kept {KEPT}')",
                                     "def half(x): raise ValueError(f'kept {KEPT}')", "globals()[f'kept_{KEPT[-1]}'] = 1\ndef half(x): raise NotImplementedError",
                                     "import matplotlib.pyplot as plt\nplt.plot(KEPT[1:2] and [1, 2])\nif not KEPT[1:]: plt.close()\ndef half(x): return x / 2"])
def test_a_later_answer_cannot_tell_what_a_hidden_check_asked(telling, rebinding, two, warm):
    result = marking.mark(two, Submission("spy", {"1.1": [KEEPING], "1.2": [rebinding + telling]}), warm)
    told = str(result.printed) + str([mark.message for mark in result.marks])
    assert "4711" not in told and not result.figures.get("1.2")
    assert result.marks[0].points == 5
    if not rebinding and telling.startswith("tell"):
        assert result.printed["1.2"] == "kept [2]\n", "what visible checks ask may be told"


def test_only_what_later_cells_may_change_keeps_a_check_from_waiting():
    def cells(later):
        return [{"tag": tag, "question": question, "source": text} for tag, question, text in (
            ("answer", "1.1", "import math\nw = 2\ndef f(x): return g(x) * w\ndef g(x): return x"), ("hidden", "1.1", "assert f(2) == 4"), ("answer", "1.2", later))]
    assert all(may_wait(cells(later), 1) for later in ("y = f(3)", "def h(x): return f(x) + w", "x = (", "print('w')"))
    assert not any(may_wait(cells(later), 1) for later in ("w = 3", "w.append(1)", "def g(x): pass", "x = [w]", "change(f)", "for g in []: pass"))


def test_a_name_that_a_function_calls_its_own_is_not_a_later_cells():
    def cell(tag, source):
        return {"tag": tag, "source": source, "question": "1.1"}
    answer = "def f(x):\n    error = x - w\n    return error"
    cells = [cell("answer", answer), cell("hidden", "assert f(2) == 4"), cell("context", "def error(w): return w")]
    assert may_wait(cells, 1)
    assert not may_wait([cell("answer", answer.replace("error = x - w", "x = error(x)"))] + cells[1:], 1)
    assert not may_wait([cell("answer", "return error"), cells[1] | {"source": "assert f(error)"}, cells[2]], 1), "no Python, and no harm"
