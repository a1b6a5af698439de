"""The embedded files are what prepare.py makes, and a damaged one is refused."""

import hashlib
import importlib.util
import io
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest

from dlcourse import datasets, places
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


def packed(compress=True, **arrays):
    file = io.BytesIO()
    (np.savez_compressed if compress else np.savez)(file, **arrays)
    return file.getvalue()


@pytest.fixture
def small(tmp_path):
    """A folder whose prepare.py makes one small archive, and that file as it makes it."""
    spec = importlib.util.spec_from_file_location("small_prepare", shutil.copy(DATA / "prepare.py", tmp_path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.RECIPES = {"small.npz": lambda: packed(x=np.arange(9), y=np.zeros(3))}
    assert module.main([]) == 0
    return module, tmp_path / "small.npz"


def test_arrays_are_compared_and_not_how_they_are_packed(small, capsys):
    module, path = small
    assert module.main(["--check"]) == 0
    path.write_bytes(packed(compress=False, x=np.arange(9), y=np.zeros(3)))
    capsys.readouterr()
    assert module.main(["--check"]) == 1 and capsys.readouterr().out == "SHA256SUMS differs from what prepare.py makes\n"
    other = path.read_bytes()
    assert module.main([]) == 0 and path.read_bytes() == other, "a file that holds the same stays as it is"
    assert module.main(["--check"]) == 0
    assert (path.parent / "SHA256SUMS").read_text().split()[0] == hashlib.sha256(other).hexdigest()


@pytest.mark.parametrize("other", [packed(x=np.arange(9)), packed(x=np.arange(9), y=np.zeros(4)), packed(x=np.arange(9), y=np.ones(3)),
                                   packed(x=np.arange(9, dtype="int32"), y=np.zeros(3)), b"PK no archive", None])
def test_other_arrays_are_named_and_made_again(other, small, capsys):
    module, path = small
    before = path.read_bytes()
    path.unlink() if other is None else path.write_bytes(other)
    assert module.main(["--check"]) == 1 and "small.npz differs" in capsys.readouterr().out
    assert module.main([]) == 0 and path.read_bytes() == before and module.main(["--check"]) == 0


def test_every_set_has_a_picture_in_the_readme():
    shown = re.findall(r"!\[(.+?)\]\(pictures/(\w+)\.png\)", (DATA / "README.md").read_text())
    assert [name for _, name in shown] == list(datasets.CONTENTS) and all(len(words) > 20 for words, _ in shown)
    pictures = list((DATA / "pictures").iterdir())
    assert {path.stem for path in pictures} == set(datasets.CONTENTS)
    assert sum(path.stat().st_size for path in pictures) < 1e6


def test_every_file_has_a_checksum_and_a_row_in_the_readme():
    sums = dict(line.split()[::-1] for line in (DATA / "SHA256SUMS").read_text().splitlines())
    made_by_hand = {"SHA256SUMS", "README.md", "prepare.py", "draw_glyphs.py", "draw_pictures.py"}
    files = {path.name for path in DATA.iterdir() if path.is_file()} - made_by_hand
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
