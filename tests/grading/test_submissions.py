"""Reading what students hand in: answers survive every program's round trip, and no file is worth an exception."""

import copy
import json
import os

import jupytext
import nbformat
import pytest

from dlcourse import places
from dlcourse.authoring import course, notebooks, source
from dlcourse.grading import cells, submissions

COURSE = course.Course("https://github.com/someone/dlcourse", "0.1.0")
LABS = {"lab00": places.checkout() / "tests" / "labs" / "lab00_conformance.py", "lab01": places.solutions() / "lab01_neuron.py"}


@pytest.fixture(scope="module", params=LABS)
def taught(request):
    return source.read(LABS[request.param])


def colab(book, metadata=True):
    """What Colab saves: format 4.0, its own ids in the metadata, ids of outputs, keys in an order of its own."""
    made = []
    for number, cell in enumerate(book["cells"]):
        kept = {**cell["metadata"]} if metadata else {}
        kept |= {"id": f"raZVsQ44w{number:03}"}
        if cell["cell_type"] == "code":
            kept |= {"colab": {"base_uri": "https://localhost:8080/", "height": 373}, "outputId": f"28b07730-954d-4958-f35a-{number:012}",
                     "executionInfo": {"status": "ok", "timestamp": 1700000000000, "user_tz": -60}, "cellView": "form"}
        saved = {"cell_type": cell["cell_type"], "source": "".join(cell["source"]).splitlines(keepends=True), "metadata": kept}
        if cell["cell_type"] == "code":
            saved |= {"execution_count": number, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["✓ 1.1\n"]}]}
        made.append(saved)
    badge = {"cell_type": "markdown", "metadata": {"id": "view-in-github", "colab_type": "text"}, "source": ['<a href="https://colab">Open</a>']}
    return {"nbformat": 4, "nbformat_minor": 0, "cells": [badge, *made], "metadata": {
        "colab": {"provenance": [], "authorship_tag": "ABX9TyOF3", "include_colab_link": True},
        "kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}, "accelerator": "GPU"}}


def colab_bare(book):
    return colab(book, metadata=False)


def vscode(book):
    """What older VS Code saves: no ids, no metadata of cells, format 4.2, its interpreter, a cell in another language."""
    made = [{key: value for key, value in cell.items() if key != "id"} | {"metadata": {}} for cell in book["cells"]]
    made.append({"cell_type": "code", "execution_count": None, "metadata": {"vscode": {"languageId": "shellscript"}}, "outputs": [], "source": []})
    return {"cells": made, "nbformat": 4, "nbformat_minor": 2, "metadata": {
        "kernelspec": {"display_name": ".venv", "language": "python", "name": "python3"}, "orig_nbformat": 4,
        "vscode": {"interpreter": {"hash": "b1677b440931f40d89ef8be7bf03acb108ce003de0ac9b18e8d43753ea2e7103"}}}}


def jupyterlab(book):
    """What JupyterLab saves: outputs, folds and times in the metadata."""
    for cell in book["cells"]:
        cell["metadata"] |= {"editable": True, "slideshow": {"slide_type": ""}, "jupyter": {"source_hidden": True}, "collapsed": True,
                             "execution": {"iopub.execute_input": "2026-01-01T00:00:00.000000Z"}, "trusted": True}
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0KGgo=" * 1000}}]
    return book


def renamed(change_id):
    def change(book):
        for number, cell in enumerate(book["cells"]):
            change_id(cell, number)
        return book
    return change


def no_points(cell, _):
    cell["metadata"].get("nbgrader", {}).update(points=100, locked=False, grade=True)


def swapped_ids(book):
    """Every answer has the id and the metadata of the next one."""
    answers = [cell for cell in book["cells"] if cell["metadata"].get("tags") == ["answer"]]
    ids = [(cell["id"], cell["metadata"]) for cell in answers]
    for cell, (cell["id"], cell["metadata"]) in zip(answers, ids[1:] + ids[:1]):
        pass
    return book


def with_answers(change):
    def changed(book):
        for cell in book["cells"]:
            if cell["metadata"].get("tags") == ["answer"]:
                change(cell)
        return book
    return changed


def unmarked(cell):
    cell["source"] = "".join(cell["source"]).split("\n", 1)[1]


def nameless(cell):
    unmarked(cell)
    cell["id"], cell["metadata"] = "new", {}


def others_gone(book):
    book["cells"] = [cell for cell in book["cells"] if cell["metadata"].get("tags") in (["answer"], ["written"])]
    return book


def others_edited(book):
    for cell in book["cells"]:
        if cell["cell_type"] == "code" and cell["metadata"]["tags"] != ["answer"]:
            cell["source"] = "raise SystemExit"
    return book


def reversed_cells(book):
    book["cells"].reverse()
    return book


def bare(book):
    for cell in book["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    return book


CHANGES = [colab, colab_bare, vscode, jupyterlab, swapped_ids, others_gone, others_edited, reversed_cells, bare,
           renamed(no_points), renamed(lambda cell, _: cell.update(id="same")), with_answers(unmarked), with_answers(nameless),
           lambda book: bare(with_answers(unmarked)(book))]
TEXTS = ["py:percent", "py:light", "py:hydrogen", "md", "Rmd", "py:sphinx"]


def wanted(taught):
    return {question: [source.rstrip() for source in sources] for question, sources in
            submissions.of_solution(taught).answers.items() if sources}


def got(path, taught):
    found = submissions.read(path, taught)
    assert found.problem == ""
    return {question: [source.rstrip() for source in sources] for question, sources in found.answers.items()}, found


def plain(answers):
    """Answers without their first lines, for students who deleted those."""
    return {question: [source.removeprefix(f"# Your answer to {question}\n") for source in sources] for question, sources in answers.items()}


@pytest.mark.parametrize("change", CHANGES)
def test_every_answer_survives_what_programs_and_people_do_to_a_notebook(taught, change, tmp_path):
    book = change(json.loads(notebooks.text(notebooks.solution(taught, COURSE))))
    path = tmp_path / "ada.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    answers, found = got(path, taught)
    assert plain(answers) == plain(wanted(taught))
    assert list(found.written) == [question.id for question in taught.questions.values() if question.written]


@pytest.mark.parametrize("change", [others_gone, reversed_cells])
def test_answers_in_code_are_found_without_ids_tags_headings_and_order(taught, change, tmp_path):
    path = tmp_path / "ada.ipynb"
    path.write_text(json.dumps(colab_bare(change(json.loads(notebooks.text(notebooks.solution(taught, COURSE)))))), encoding="utf-8")
    answers, found = got(path, taught)
    assert answers == wanted(taught) and {note.partition(": ")[2] for note in found.notes} == {"nothing was written"}


@pytest.mark.parametrize("fmt", TEXTS)
def test_every_answer_survives_a_text_notebook(taught, fmt, tmp_path):
    book = notebooks.solution(taught, COURSE)
    back = jupytext.reads(jupytext.writes(book, fmt=fmt), fmt=fmt)
    path = tmp_path / "ada.ipynb"
    path.write_text(nbformat.writes(back), encoding="utf-8")
    answers, found = got(path, taught)
    assert answers == wanted(taught)
    assert list(found.written) == [question.id for question in taught.questions.values() if question.written]


def test_a_text_notebook_itself_can_be_handed_in(taught, tmp_path):
    path = tmp_path / "ada.py"
    path.write_text(jupytext.writes(notebooks.solution(taught, COURSE), fmt="py:percent"), encoding="utf-8")
    answers, found = got(path, taught)
    assert answers == wanted(taught) and found.written and found.notes == ()


@pytest.mark.parametrize("version", [(3, 0), (4, 0), (4, 4)])
def test_every_answer_survives_older_formats(taught, version, tmp_path):
    book = notebooks.solution(taught, COURSE)
    if version[0] == 3:
        book = nbformat.convert(copy.deepcopy(book), 3)
    else:
        book.nbformat_minor = version[1]
        for cell in book.cells:
            del cell["id"]
    path = tmp_path / "ada.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    assert got(path, taught)[0] == wanted(taught)


@pytest.mark.parametrize("encode", [lambda text: text.replace("\n", "\r\n").encode(), lambda text: b"\xef\xbb\xbf" + text.encode(),
                                    lambda text: text.encode("utf-16"), lambda text: text.replace("\\n", "\\r\\n").encode(),
                                    lambda text: text.replace('"metadata"', '"metadata": {}, "huge": ' + "9" * 6000 + ', "nan": NaN, "metadata"').encode(),
                                    lambda text: text.replace('"metadata"', '"raw": "a\tb\n", "metadata"').encode(),
                                    lambda text: text.encode().replace("·".encode(), b"\xb7")])
def test_every_answer_survives_how_a_file_is_written(taught, encode, tmp_path):
    path = tmp_path / "ada.ipynb"
    path.write_bytes(encode(notebooks.text(notebooks.solution(taught, COURSE))))
    found = {question: [text.replace("\ufffd", "·") for text in texts] for question, texts in got(path, taught)[0].items()}
    assert found == wanted(taught)


def test_the_pristine_notebook_has_every_stub_and_one_note_for_what_is_not_written(taught, tmp_path):
    path = tmp_path / "ada.ipynb"
    path.write_text(notebooks.text(notebooks.student(taught, COURSE)), encoding="utf-8")
    answers, found = got(path, taught)
    assert answers.keys() == wanted(taught).keys() and found.written == {}
    assert [note.partition(": ")[2] for note in found.notes] == ["nothing was written"]


NO_NOTEBOOKS = {
    "empty": (b"", "it is empty"), "blank": (b" \n", "it is empty"), "binary": (b"\x00\xff", ""), "cut": (b"{", ""), "list": (b"[]", "no list of cells"),
    "number": (b'{"cells": 3}', "no list of cells"), "later": (b'{"nbformat": 99}', "no list of cells"), "deep": (b"[" * 5000, ""),
    "deeper": (b'{"cells":' * 200_000, "nested too deep"), "many": (b'{"cells": [' + b"[]," * 2_600_000 + b"[]]}", "more than"),
    "cells": (json.dumps({"cells": [{"cell_type": "code", "source": "1"}] * 10_001}).encode(), "more than 10,000 cells"),
    "code": (json.dumps({"cells": [{"cell_type": "code", "source": "1" * 2_000_001}]}).encode(), "2,000,000 characters"),
}


@pytest.mark.parametrize("name", NO_NOTEBOOKS)
def test_what_is_no_notebook_is_a_submission_without_answers(taught, name, tmp_path):
    content, why = NO_NOTEBOOKS[name]
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content)
    found = submissions.read(path, taught)
    assert found.answers == {} and f"{path} cannot be read as a notebook: " in found.problem and why in found.problem
    assert len(found.problem) < 400


def test_what_is_no_file_is_a_submission_without_answers_and_nothing_waits(taught, tmp_path, monkeypatch):
    for make, name in [(os.mkdir, "folder"), (os.mkfifo, "pipe"), (lambda path: os.symlink(path, path), "circle"),
                       (lambda path: os.symlink("/dev/zero", path), "device"), (lambda path: None, "gone"), (lambda path: None, "nul\0")]:
        make(tmp_path / name)
        assert "cannot be read as a notebook: " in submissions.read(tmp_path / name, taught).problem, name
    monkeypatch.setattr(cells, "LARGEST", 100)
    (tmp_path / "large").write_bytes(b" " * 101)
    assert "clear its outputs" in submissions.read(tmp_path / "large", taught).problem
    monkeypatch.setattr(cells, "open", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")), raising=False)
    assert submissions.read(tmp_path / "large", taught).problem.endswith("Permission denied")


@pytest.mark.parametrize("wrong", [{"cells": [3, None, "x", [], {}]}, {"cells": [{"cell_type": [], "source": 3, "metadata": []}]},
                                   {"cells": [{"cell_type": "code", "source": [3, None, "x = 1"], "id": ["x"], "metadata": {"tags": 3, "nbgrader": []}}]},
                                   {"worksheets": [3, {"cells": 4}, {"cells": [{"cell_type": "code", "input": {}}]}]}])
def test_wrong_types_at_every_level_cost_only_what_they_hit(taught, wrong, tmp_path):
    path = tmp_path / "ada.ipynb"
    path.write_text(json.dumps(wrong))
    found = submissions.read(path, taught)
    assert found.problem == "" and found.answers == {}
    assert [note for note in found.notes if note.endswith("no answer cell was found")]


def test_a_cell_is_known_by_the_ids_of_jupyter_colab_and_nbgrader(tmp_path):
    (tmp_path / "ada.ipynb").write_text(json.dumps({"cells": [
        {"cell_type": "code", "source": "x = '\ud800'", "id": "a", "metadata": {"id": "b", "nbgrader": {"grade_id": "c"}, "tags": ["answer", 3]}}]}))
    assert cells.read(tmp_path / "ada.ipynb") == [cells.HandedIn("code", "x = '?'", frozenset("abc"), frozenset(["answer"]))]


def test_what_was_overlooked_in_reading_is_told_and_not_raised(taught, tmp_path, monkeypatch):
    (tmp_path / "ada.ipynb").write_text('{"cells": []}')
    monkeypatch.setattr(cells, "read", lambda path: 1 / 0)
    assert "could not be understood: ZeroDivisionError" in submissions.read(tmp_path / "ada.ipynb", taught).problem


def test_a_digest_changes_with_the_answers_and_with_nothing_else():
    one = submissions.Submission("ada", {"1.1": ["x = 1"], "1.2": ["y"]})
    same = submissions.Submission("bob", {"1.2": ["y\n"], "1.1": ["\nx = 1  "]}, notes=("1.1: something",))
    assert one.digest == same.digest and len(one.digest) == 64
    others = [{"1.1": ["x = 2"], "1.2": ["y"]}, {"1.1": ["x = 1", "y"]}, {"1.1": ["x = 1"]}, {"1.1": ["x", "= 1"], "1.2": ["y"]}]
    digests = {submissions.Submission("ada", answers).digest for answers in others}
    assert len(digests) == len(others) and one.digest not in digests
    assert submissions.Submission("ada", one.answers, written={"2.3": "Because."}).digest != one.digest
    assert submissions.Submission("ada", {}, "broken").digest != submissions.Submission("ada", {}).digest
