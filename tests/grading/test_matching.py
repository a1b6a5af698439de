"""Who answers what: cells that were split, merged, copied, tampered with, or written anew."""

import pytest

from dlcourse import places
from dlcourse.authoring import source
from dlcourse.grading import matching
from dlcourse.grading.cells import HandedIn

DOUBLE, VALUE, CHECK = "def double(x):\n    return 2 * x", "answer = double(base) + 2", 'with check("1.1", points=1):\n    assert double(3) == 6'


@pytest.fixture(scope="module")
def conformance():
    return source.read(places.checkout() / "tests" / "labs" / "lab00_conformance.py")


def mark(question, text):
    return f"# Your answer to {question}\n{text}"


def code(text, *ids, tags=()):
    return HandedIn("code", text, frozenset(ids), frozenset(tags))


def heading(question):
    return HandedIn("markdown", f"### {question} A title that was edited")


def matched(lab, *cells):
    """The answers that were found, and the notes but for what is missing."""
    found, notes = matching.answers(lab, cells)
    return found, [note for note in notes if not note.endswith("no answer cell was found")]


def test_an_answer_split_into_cells_is_found_whole(conformance):
    found, notes = matched(conformance, heading("1.1"), code("import math"), code(mark("1.1", "two = 2"), "lab00-1-1-answer"),
                           code("def double(x):\n    return two * x"), code(CHECK), code("1 / 0"), heading("1.2"))
    assert found == {"1.1": ["import math", mark("1.1", "two = 2"), "def double(x):\n    return two * x"]}
    assert notes == ["1.1: a cell that says no question stands among its cells and was taken along",
                     "1.1: 3 cells claim to answer it; all ran in notebook order"]


def test_what_follows_an_edited_check_is_no_part_of_the_answer(conformance):
    found, _ = matched(conformance, heading("1.1"), code(mark("1.1", DOUBLE)), code("double(3)", "lab00-1-1-check"), code("1 / 0"))
    assert found == {"1.1": [mark("1.1", DOUBLE)]}


def test_a_split_answer_is_found_without_headings_and_across_an_added_note(conformance):
    found, _ = matched(conformance, code(mark("1.1", "two = 2")), HandedIn("markdown", "# My notes\nwell"), code("two + 1"), code(CHECK), code("3"))
    assert found["1.1"] == [mark("1.1", "two = 2"), "two + 1"]


def test_a_check_merged_into_its_answer_is_cut_out_and_only_checks_are(conformance):
    merged = mark("1.1", f"{DOUBLE}\n\n{CHECK}\n\n    double(2)\ndouble(4)")
    found, notes = matched(conformance, code(merged))
    assert found["1.1"] == [mark("1.1", f"{DOUBLE}\n\n\ndouble(4)")]
    assert notes == ["1.1: a check stood in the same cell and was left out"]


@pytest.mark.parametrize("ids", [[], ["lab00-1-1-answer"], ["lab00-1-2-answer"], ["lab00-1-1-check"]])
def test_two_answers_merged_in_one_cell_are_parted_at_their_first_lines(conformance, ids):
    found, notes = matched(conformance, code(f"{mark('1.1', DOUBLE)}\n{mark('1.2', VALUE)}", *ids))
    assert found == {"1.1": [mark("1.1", DOUBLE)], "1.2": [mark("1.2", VALUE)]} and notes == []


def test_two_answers_merged_without_first_lines_count_for_both(conformance):
    merged = f"{DOUBLE}\n{VALUE}"
    found, _ = matched(conformance, code(merged))
    assert found == {"1.1": [merged], "1.2": [merged]}
    found, notes = matched(conformance, code(mark("1.1", merged), "lab00-1-1-answer"))
    assert found == {"1.1": [mark("1.1", merged)], "1.2": [mark("1.1", merged)]}
    assert notes == ["1.2: its answer was found in a cell of question 1.1"]


def test_what_is_written_outweighs_a_tampered_id(conformance):
    found, notes = matched(conformance, code(mark("1.1", DOUBLE), "lab00-1-2-answer"), code(VALUE, "lab00-1-1-answer"))
    assert found == {"1.1": [mark("1.1", DOUBLE)], "1.2": [VALUE]}
    assert notes == ["1.1: a cell counts as its answer, although its first line says 1.1 and id says 1.2",
                     "1.2: a cell counts as its answer, although its id says 1.1"]


def test_what_is_defined_outweighs_a_copied_first_line(conformance):
    found, notes = matched(conformance, code(mark("1.1", DOUBLE), "lab00-1-1-answer"), code(mark("1.1", VALUE), "new"))
    assert found == {"1.1": [mark("1.1", DOUBLE)], "1.2": [mark("1.1", VALUE)]}
    assert notes == ["1.2: a cell counts as its answer, although its first line says 1.1"]


def test_first_line_and_id_together_are_believed_whatever_is_defined(conformance):
    helper = code(mark("1.2", f"{DOUBLE}\nbase = 3"), "lab00-1-2-answer")
    assert matched(conformance, helper)[0]["1.2"] == [mark("1.2", f"{DOUBLE}\nbase = 3")]


def test_a_question_that_does_not_exist_says_nothing(conformance):
    assert matched(conformance, code(mark("9.9", DOUBLE)))[0] == {"1.1": [mark("9.9", DOUBLE)]}


@pytest.mark.parametrize("text", ["def double(x):\n    return (", "double = 3 +", "class double(:"])
def test_what_is_no_python_is_found_by_what_it_begins_to_define(conformance, text):
    assert matched(conformance, code(text))[0] == {"1.1": [text]}


def test_the_labs_own_cells_are_no_answers_edited_or_not(conformance):
    own = [code("double = 3", "lab00-1-1-check"), code("double = 3", tags=["show"]), code("base = 20"), code(CHECK), code("# only words"),
           code(f"{CHECK}\n### BEGIN HIDDEN TESTS\n{CHECK}\n### END HIDDEN TESTS"), code("base = 99"),
           HandedIn("raw", DOUBLE), HandedIn("markdown", mark("1.1", DOUBLE)), HandedIn("", DOUBLE)]
    assert matched(conformance, heading("1.2"), *own, heading("1.2"), code("base = 99")) == ({}, [])


def test_an_answer_whose_cell_has_the_id_of_a_check_is_found_by_its_first_line(conformance):
    found, _ = matched(conformance, code(mark("1.1", DOUBLE), "lab00-1-1-check", tags=["check"]), code(CHECK, "lab00-1-1-answer"))
    assert found == {"1.1": [mark("1.1", DOUBLE)]}
    assert matched(conformance, code(DOUBLE, "lab00-1-1-answer", "lab00-1-1-check", tags=["show"]))[0] == {"1.1": [DOUBLE]}


def test_an_untouched_stub_does_not_undo_an_answer_and_a_lone_one_stays(conformance):
    stub = mark("1.2", "answer = ...   # your answer")
    assert matched(conformance, code(mark("1.2", VALUE)), code(stub))[0] == {"1.2": [mark("1.2", VALUE)]}
    assert matched(conformance, code(stub, "lab00-1-2-answer"), code(CHECK), code(VALUE))[0] == {"1.2": [VALUE]}
    assert matched(conformance, code(stub))[0] == {"1.2": [stub]}


def test_two_cells_that_claim_a_question_both_run_in_notebook_order(conformance):
    found, notes = matched(conformance, code("double = 1", "lab00-1-1-answer"), code("double = 2", "lab00-1-1-answer"))
    assert found == {"1.1": ["double = 1", "double = 2"]}
    assert notes == ["1.1: 2 cells claim to answer it; all ran in notebook order"]


def test_a_later_helper_of_the_same_name_is_not_taken_for_an_answer(conformance):
    found, _ = matched(conformance, code(mark("1.1", DOUBLE)), code(CHECK), code("double = None"))
    assert found == {"1.1": [mark("1.1", DOUBLE)]}


def test_answers_beyond_all_measure_are_left_out_and_told(conformance):
    cells = [code(mark("1.1", "x" * 100_000)), *[code(mark("1.2", f"answer = {n}")) for n in range(51)]]
    found, notes = matched(conformance, *cells)
    assert found == {} and [note.partition(",")[0] for note in notes] == ["1.1: its answer was left out", "1.2: its answer was left out"]


def test_every_missing_answer_is_told(conformance):
    notes = matching.answers(conformance, [code(mark("1.1", DOUBLE))])[1]
    assert notes == [f"{question}: no answer cell was found" for question in ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "2.1", "2.2"]]


def test_words_are_found_by_id_or_under_their_heading_less_what_the_lab_wrote(conformance):
    ask = "*Your answer, in at most 60 words:*"
    for cells in [[HandedIn("markdown", f"{ask}\n\nBecause.", frozenset({"lab00-2-3-written"}))],
                  [heading("2.3"), HandedIn("markdown", ask), HandedIn("markdown", "Because.")],
                  [heading("2.3"), HandedIn("markdown", "Because."), heading("2.2"), HandedIn("markdown", "A note.")]]:
        assert matching.written(conformance, cells) == ({"2.3": "Because."}, [])
    assert matching.written(conformance, [heading("2.3"), HandedIn("markdown", ask)]) == ({}, ["2.3: nothing was written"])
