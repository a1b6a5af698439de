"""The build refuses what would spoil a lab, naming the line and what to do."""

import pytest

from dlcourse.authoring import rules, source
from dlcourse.errors import CourseError

TITLE = "# %% [markdown]\n# # Lab 1 · X\n#\n# *Lecture: none · 60 minutes*\n\n"
SETUP = '# %% tags=["setup"]\nfrom dlcourse import check\nimport numpy as np\n\n'
QUESTION = "# %% [markdown]\n# ## 1 One\n#\n# ### 1.1 Twice · 10 points · 5 min\n\n"
ANSWER = '# %% tags=["answer"]\ndef f(x):\n    # BEGIN SOLUTION\n    return 2 * x\n    # END SOLUTION\n\n'
CHECK = '# %% tags=["check"]\nwith check("1.1", points=10):\n    assert f(1) == 2, "no"\n\n'
HIDDEN = '# %% tags=["hidden"]\nwith check("1.1"):\n    assert f(2) == 4, "no"\n\n'
SCORE = '# %% tags=["show"]\ncheck.score()\n'
GOOD = TITLE + SETUP + QUESTION + ANSWER + CHECK + HIDDEN + SCORE


def faults(text, tmp_path):
    path = tmp_path / "lab01_x.py"
    path.write_text(text, encoding="utf-8")
    return [str(fault) for fault in rules.faults(source.read(path))]


def test_a_good_lab_has_no_faults(tmp_path):
    assert faults(GOOD, tmp_path) == []


@pytest.mark.parametrize("old, new, line, said", [
    ("# BEGIN SOLUTION\n    return", "# BEGIN SOLUTION\n    # BEGIN SOLUTION\n    return", 18, "begins inside another"),
    ("    # END SOLUTION\n", "", 17, "never ends"),
    ("    # BEGIN SOLUTION\n", "", 18, "without a BEGIN"),
    ('# %% tags=["setup"]', "# %%", 6, "has no tag"),
    ('tags=["setup"]', 'tags=["stup"]', 6, "unknown tag 'stup'"),
    (CHECK + HIDDEN, "", 10, "has no check cell"),
    (ANSWER, "", 10, "has no answer cell"),
    (" · 10 points · 5 min", " · 5 min", 10, "lacks points or minutes"),
    ("10 points", "9 points", 1, "carry 9 points: they sum to 10"),
    ("points=10", "points=9", 21, "says points=10, as its heading"),
    ('check("1.1"):', 'check("1.1", points=10):', 25, "says no points"),
    ('check("1.1", points=10)', 'check("1.2", points=10)', 21, "checks 1.2 but stands under question 1.1"),
    ("return 2 * x", "return 2 *", 18, "not valid Python"),
    ("    # BEGIN SOLUTION\n    return 2 * x\n    # END SOLUTION", "    return 2 * x", 15, "has a solution region"),
    ("return 2 * x", "import dlcourse; return 2 * x", 15, "uses dlcourse, which it may not"),
    ("return 2 * x", "return np.dot(2, x)", 15, "uses numpy.dot, which it may not"),
    (', "no"\n\n# %% tags=["hidden"]', '\n\n# %% tags=["hidden"]', 23, "message that names the likely misconception"),
    ("    assert f(2) == 4", "    f(2)", 25, "asserts nothing"),
    ("check.score()", "print()", 29, "prints the score with check.score()"),
    ("*Lecture: none · 60 minutes*", "", 1, "*Lecture: … · 75 minutes*"),
    (ANSWER, ANSWER.replace("answer", "show"), 15, "stands in an answer cell, not in one tagged 'show'"),
    (CHECK + HIDDEN, HIDDEN + CHECK, 10, "answer, check, hidden, in this order"),
    ("# ## 1 One", "# ## 2 One", 10, "question 1.1 stands in section 2"),
])
def test_refused(old, new, line, said, tmp_path):
    text = GOOD.replace('points=10)', 'points=10, without=["numpy.dot"])') if "np.dot" in new else GOOD
    assert old in text
    found = faults(text.replace(old, new, 1), tmp_path)
    assert any(fault.startswith(f"line {line}: ") and said in fault for fault in found), found


def test_a_region_between_a_class_and_its_methods_is_refused(tmp_path):
    wrong = '# %% tags=["answer"]\nclass f:\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n\n'
    assert any("inside a function, or around assignments" in fault for fault in faults(GOOD.replace(ANSWER, wrong), tmp_path))


def test_a_region_inside_an_expression_is_refused_and_one_inside_a_branch_is_not(tmp_path):
    branch = ANSWER.replace("    # BEGIN SOLUTION\n    return 2 * x\n    # END SOLUTION",
                            "    if x:\n        # BEGIN SOLUTION\n        x = 2 * x\n        # END SOLUTION\n    return x")
    assert faults(GOOD.replace(ANSWER, branch), tmp_path) == []
    inside = ANSWER.replace("    # BEGIN SOLUTION\n    return 2 * x\n    # END SOLUTION",
                            "    return [\n    # BEGIN SOLUTION\n    2 * x\n    # END SOLUTION\n    ]")
    assert any("stands inside a function, or around assignments" in fault for fault in faults(GOOD.replace(ANSWER, inside), tmp_path))


@pytest.mark.parametrize("almost", ["#BEGIN SOLUTION", "# BEGIN SOLUTION: do it", "# begin solution", "### END SOLUTION"])
def test_a_marker_that_is_almost_right_is_refused(almost, tmp_path):
    text = GOOD.replace("    # END SOLUTION\n", f"    # END SOLUTION\n    {almost}\n    return 2 * x\n")
    assert any("write exactly '# BEGIN SOLUTION'" in fault for fault in faults(text, tmp_path))


@pytest.mark.parametrize("old, new, said", [
    ("points=10)", 'points=10, without="numpy.dot")', "without is a list of names"),
    ("points=10)", "points=10, without=BANNED)", "without is a list of names"),
    ('assert f(1) == 2, "no"', 'assert f(1) == 2, ""', "message that names the likely misconception"),
    ("# ### 1.1 Twice", "# ### 1.0 Once · 1 point · 1 min\n#\n# ### 1.1 Twice", "opens one question"),
])
def test_evasions_are_refused(old, new, said, tmp_path):
    assert any(said in fault for fault in faults(GOOD.replace(old, new, 1), tmp_path))


def test_two_labs_of_one_number_and_names_that_are_none_are_refused(tmp_path):
    for name in ("lab01_x", "lab01_y"):
        (tmp_path / f"{name}.py").write_text(GOOD, encoding="utf-8")
    with pytest.raises(CourseError, match="the same number"):
        source.read_all(tmp_path)
    (tmp_path / "lab01_y.py").rename(tmp_path / "lab2_y.py")
    with pytest.raises(CourseError, match="call it labNN_name.py"):
        source.read_all(tmp_path)


@pytest.mark.parametrize("tags", ['"setup"', '[1]', '["setup", 1]'])
def test_tags_that_are_no_words_are_refused(tags, tmp_path):
    with pytest.raises(CourseError):
        faults(GOOD.replace('tags=["setup"]', f"tags={tags}"), tmp_path)


def test_a_source_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "lab01_x.py").write_bytes(GOOD.replace("Twice", "Größe").encode("latin-1"))
    with pytest.raises(CourseError, match="not UTF-8"):
        source.read(tmp_path / "lab01_x.py")


def test_two_tags_on_a_cell_are_refused(tmp_path):
    with pytest.raises(CourseError, match=r"lab01_x.py:6: a cell has one tag, a word in quotes"):
        faults(GOOD.replace('tags=["setup"]', 'tags=["setup", "show"]'), tmp_path)


def test_questions_are_numbered_upwards(tmp_path):
    second = (QUESTION.replace("## 1 One\n#\n# ", "") + ANSWER + CHECK).replace("1.1", "1.0")
    assert any("1.0 comes after 1.1" in fault for fault in faults(GOOD.replace(SCORE, second + SCORE), tmp_path))
