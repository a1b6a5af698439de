"""Options of the test run, and how a lab's cells are run in this process, as a student's notebook runs them."""

import contextlib
import io
import linecache

import click
import pytest

from dlcourse import checking, places
from dlcourse.authoring import source
from dlcourse.cli import choose_lab


def pytest_addoption(parser):
    parser.addoption("--lab", help="test only this lab, for example lab01")
    parser.addoption("--heavy", action="store_true", help="run the tests marked heavy too")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--heavy"):
        heavy = pytest.mark.skip(reason="heavy: full-size networks and grids run with `make test-all`")
        for item in items:
            if item.get_closest_marker("heavy"):
                item.add_marker(heavy)


def pytest_configure(config):
    """`config.labs`: all labs, or the one that is asked for; an error where there is none, not a green run of nothing."""
    config.labs, asked = source.read_all(places.solutions()), config.getoption("--lab")
    if asked:
        try:
            name = choose_lab(asked, [lab.name for lab in config.labs])
        except click.UsageError as error:
            raise pytest.UsageError(error.message) from None
        config.labs = [lab for lab in config.labs if lab.name == name]


def pytest_generate_tests(metafunc):
    """A test that takes `lab` runs once for every lab, under its name."""
    if "lab" in metafunc.fixturenames:
        metafunc.parametrize("lab", metafunc.config.labs, ids=[lab.name for lab in metafunc.config.labs], scope="session")


@pytest.fixture
def in_notebook(monkeypatch):
    """Run a lab's cells like a notebook does, one namespace and a list `In` of what ran; gives the check's outcomes."""
    def run(lab, cells, answers=None):
        check = checking.Check()
        monkeypatch.setattr(checking, "check", check)
        namespace = {"__name__": "__main__", "In": []}
        told = io.StringIO()
        placed = set()
        for cell in cells:
            text = cell.source
            if cell.tag == "answer":
                text = checking.answer_mark(cell.question) + (answers or {}).get(cell.question, text)
                if cell.question in placed and cell.question in (answers or {}):
                    continue
                placed.add(cell.question)
            name = f"<{lab.code} line {cell.line} {len(namespace['In'])} {id(namespace)}>"
            linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
            namespace["In"].append(text)
            with contextlib.redirect_stdout(told):
                exec(compile(text, name, "exec"), namespace)
        return check.outcomes
    return run


@pytest.fixture(scope="session")
def warm():
    """A process to fork graders' jobs from, one for all tests."""
    from dlcourse.grading.warm import Warm

    with Warm() as warm:
        yield warm
