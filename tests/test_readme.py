"""The README tells the truth: its code runs, its console sessions print what they show, its table is the labs'."""

import re
import shlex

import pytest
from click.testing import CliRunner

from dlcourse import places
from dlcourse.cli import main
from dlcourse.showing import lab_cards, lab_table

README = (places.checkout() / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = FENCE.findall(README)
SESSIONS = [part for kind, text in BLOCKS if kind == "console" for part in re.split(r"^(?=\$ )", text, flags=re.MULTILINE) if part]


def test_the_two_commands_come_first():
    assert BLOCKS[0][0] == "sh" and re.findall(r"^make (\w+)", BLOCKS[0][1], re.MULTILINE) == ["demo", "test"]


def test_the_tour_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tour = [text for kind, text in BLOCKS if kind == "python"]
    assert len(tour) >= 3
    namespace = {}
    for text in tour:
        exec(compile(text, "README.md", "exec"), namespace)


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.splitlines()[0])
def test_console_sessions_print_what_they_show(session):
    command, _, shown = session.partition("\n")
    program, *words = shlex.split(command.removeprefix("$ "))
    assert program == "dlcourse"
    assert CliRunner().invoke(main, words).output.strip() == shown.strip()


def test_the_table_of_labs_is_the_labs():
    assert lab_table(lab_cards(places.folder("labs")), markdown=True) in README


def test_every_make_target_and_command_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (places.checkout() / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", README)) <= targets
    assert set(re.findall(r"`dlcourse ([a-z]+)", README)) <= set(main.commands)


def test_files_that_are_named_exist():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (places.checkout() / target).exists(), target
