"""The embedded files are what prepare.py makes, and a damaged one is refused."""

import hashlib
import re
import shutil
import subprocess
import sys

import pytest

from dlcourse import places
from dlcourse.datasets import digits, embedded
from dlcourse.errors import CourseError

DATA = places.folder("data")


def prepare(folder, *arguments):
    return subprocess.run([sys.executable, folder / "prepare.py", *arguments], capture_output=True, text=True)


def test_check_agrees_with_the_quick_files():
    result = prepare(DATA, "--check", "digits.npy", "weather.csv")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.heavy
def test_check_agrees_with_all_files():
    result = prepare(DATA, "--check")
    assert result.returncode == 0, result.stdout + result.stderr


def test_an_unknown_name_is_refused():
    result = prepare(DATA, "--check", "mnist.npz")
    assert result.returncode == 2 and "mnist.npz is none of its files: choose from digits.npy" in result.stderr


def test_check_names_a_changed_file_and_writing_restores_it(tmp_path):
    copy = shutil.copytree(DATA, tmp_path / "data")
    (copy / "weather.csv").write_bytes(b"rain\n")
    result = prepare(copy, "--check", "weather.csv")
    assert result.returncode == 1 and "weather.csv differs" in result.stdout
    assert prepare(copy, "weather.csv").returncode == 0
    assert all((copy / name).read_bytes() == (DATA / name).read_bytes() for name in ("weather.csv", "SHA256SUMS"))


def test_every_file_has_a_checksum_and_a_row_in_the_readme():
    sums = dict(line.split()[::-1] for line in (DATA / "SHA256SUMS").read_text().splitlines())
    files = {path.name for path in DATA.iterdir() if path.is_file()} - {"SHA256SUMS", "README.md", "prepare.py", "draw_glyphs.py"}
    assert set(sums) == files == set(re.findall(r"^\| `(.+?)`", (DATA / "README.md").read_text(), re.MULTILINE))
    assert all(hashlib.sha256((DATA / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())
    assert sum((DATA / name).stat().st_size for name in files) < 25e6


@pytest.mark.parametrize("damage, says", [
    (lambda folder: (folder / "digits.npy").write_bytes(b"\0"), "'digits.npy' is damaged"),
    (lambda folder: (folder / "digits.npy").unlink(), "'digits.npy' is missing"),
    (lambda folder: (folder / "SHA256SUMS").unlink(), "'digits.npy' is missing"),
])
def test_damaged_data_is_refused_in_one_sentence(tmp_path, monkeypatch, damage, says):
    copy = shutil.copytree(DATA, tmp_path / "data")
    damage(copy)
    monkeypatch.setattr(places, "folder", lambda name: tmp_path / name)
    with pytest.raises(CourseError, match=says):
        digits.load_data()


def test_an_unknown_file_is_missing():
    with pytest.raises(CourseError, match="missing"):
        embedded.read("no-such-file")
