"""The text is Python's own library, in an order that stays, with no file on both sides."""

import ast
import sysconfig

import pytest

from dlcourse.datasets import pycode
from dlcourse.errors import CourseError

LIBRARY = ("decimal = 1\n" * 50, "import io\n" * 60, "x = 'ä'\n" * 70, "third = 3\r\n" * 80)


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A standard library of three modules in ASCII and one that is not, beside a stranger's."""
    for name, text in zip(("abc", "csv", "this", "random"), LIBRARY):
        (tmp_path / f"{name}.py").write_bytes(text.encode())
    (tmp_path / "strangers_module.py").write_text("secret\n" * 100)
    monkeypatch.setattr(sysconfig, "get_paths", lambda: {"stdlib": str(tmp_path)})
    return tmp_path


def test_it_is_python_of_many_files():
    train, test = pycode.load_data()
    assert len(train) == 900_000 and len(test) == 100_000 and train.isascii() and "\r" not in train
    assert train.count("\nimport ") > 50 and set(test) <= set(train)
    ast.parse(next(pycode._texts(pycode.Path(sysconfig.get_paths()["stdlib"]))))


def test_no_file_is_in_both_texts():
    train, test = pycode.load_data()
    pieces = [test[start:start + 400] for start in range(0, len(test) - 400, 400)]
    assert not [piece for piece in pieces if piece in train]


def test_only_standard_modules_in_ascii_count_and_lines_end_alike(library):
    train, test = pycode.load_data(characters=1000)
    assert set(test.splitlines()[:-1] + train.splitlines()[:-1]) <= {"decimal = 1", "import io", "third = 3"}
    assert "ä" not in train + test and "secret" not in train + test and "\r" not in train + test


def test_the_order_hangs_on_names_alone(library):
    before = pycode.load_data(characters=1000)
    for name in ("abc", "csv", "random"):
        path = library / f"{name}.py"
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
    assert pycode.load_data(characters=1000) == before


def test_more_than_there_is_is_refused(library):
    with pytest.raises(ValueError, match="choose .* or less"):
        pycode.load_data(characters=10_000)
    with pytest.raises(ValueError, match="choose 10 or more"):
        pycode.load_data(characters=9)


def test_a_library_without_sources_is_told(library):
    for path in library.iterdir():
        path.unlink()
    with pytest.raises(CourseError, match="without the source of its standard library: use a Python from"):
        pycode.load_data()
