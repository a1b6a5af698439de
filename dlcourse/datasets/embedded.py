"""Files that travel with the course, read only if every byte is as it was published."""

import hashlib

from dlcourse import places
from dlcourse.errors import CourseError


def read(name):
    """The bytes of `data/<name>`, checked against `data/SHA256SUMS`.

    >>> read("weather.csv")[:16]
    b'date,temperature'
    """
    folder = places.folder("data")
    expected = _checksums(folder).get(name)
    path = folder / name
    if expected is None or not path.is_file():
        raise CourseError(f"the data file '{name}' is missing: install dlcourse again, "
                          "or run `python data/prepare.py` in a checkout")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != expected:
        raise CourseError(f"the data file '{name}' is damaged (its SHA-256 differs): install dlcourse again, "
                          "or run `python data/prepare.py` in a checkout")
    return content


def _checksums(folder):
    """{file: SHA-256}, from the format that `sha256sum` writes."""
    path = folder / "SHA256SUMS"
    lines = path.read_text().splitlines() if path.is_file() else []
    return {name: digest for digest, name in map(str.split, lines)}
