"""Whose notebook is whose: students go by the file's name, by its folder's, or by a roster."""

import collections
import csv
import os
import re
from pathlib import Path

from dlcourse.errors import CourseError

CHOICES = ("error", "newest", "oldest")
_LAB = re.compile(r"lab\d\d")       # a notebook that still has the lab's name does not say whose it is
_MOODLE = re.compile(r"(.+?)_(\d+)_assignsubmission_")                  # Ada Lovelace_12345_assignsubmission_file_
_CANVAS = re.compile(r"(?!lab\d\d)([^\W_]+)_(?:LATE_)?(\d+)_\d+_.")      # lovelaceada_1234_5678_lab01_neuron-1


def find(paths, roster=None, duplicates="error"):
    """The submitted notebooks by student, {student: path}; folders are searched, links and hidden files in them ignored.

    In a folder of folders each folder is a student; else each file is. What Moodle and Canvas pack is understood. A `roster`
    is a CSV file with the columns file and student; `file` is a notebook's name or path, or a folder's. `duplicates` says what
    to do with two submissions of one student: "error", or keep the "newest" or the "oldest".

    >>> find(["ada.ipynb"])
    Traceback (most recent call last):
    dlcourse.errors.CourseError: ada.ipynb does not exist: name submitted notebooks or folders of them
    """
    if duplicates not in CHOICES:
        raise CourseError(f"duplicates cannot be '{duplicates}': choose one of {', '.join(CHOICES)}")
    found = _files(paths)
    named = _by_place(found)
    if roster:
        named |= _by_roster(found, roster)
    owned = collections.defaultdict(list)
    for file, student in named.items():
        owned[student].append(file)
    return {student: _chosen(student, files, duplicates) for student, files in owned.items()}


def _files(paths):
    """The notebooks, {file: the folder that was searched}, or None for a file that was named itself."""
    found, seen = {}, set()
    for path in map(Path, paths):
        if not os.path.exists(path):
            raise CourseError(f"{path} does not exist: name submitted notebooks or folders of them")
        for file in _inside(path) if path.is_dir() else [path]:
            if os.path.abspath(file) not in seen:
                seen.add(os.path.abspath(file))
                found[file] = path if path.is_dir() else None
    if not found:
        raise CourseError(f"there is no notebook in {', '.join(map(str, paths))}: students hand in .ipynb files")
    return found


def _inside(folder):
    """The notebooks in a folder, in order; a link could lead to the solutions, and a hidden file is some program's copy."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        for file in (Path(place, name) for name in sorted(files) if name.endswith(".ipynb") and not name.startswith(".")):
            if file.is_file() and not file.is_symlink():
                yield file


def _by_place(found):
    """A name for each notebook from its own name, or from the outermost folder that it does not share with all others."""
    whole = {file: Path(os.path.abspath(file)) for file in found}
    parents = [str(path.parent) for path in whole.values()]
    only = next(iter(found.values())) if len(found) == 1 else None
    root = os.path.abspath(only) if only else os.path.commonpath(parents)
    folder = {file: path.relative_to(root).parts[0] for file, path in whole.items() if str(path.parent) != root}
    stems = collections.Counter(file.stem for file in found)
    shared = any(count > 1 for count in collections.Counter(folder.values()).values())
    packed, names = _packed(whole), {}
    for file, searched in found.items():
        tells = stems[file.stem] == 1 and not _LAB.match(file.stem)
        by_file = file not in folder or tells and (shared or searched is None)
        names[file] = packed.get(file) or (file.stem if by_file else folder[file])
    return names


def _packed(whole):
    """The students' names in what Moodle and Canvas pack; their number is added where two have the same name."""
    matches = {file: next(filter(None, map(_MOODLE.match, path.parts)), None) or _CANVAS.match(path.stem) for file, path in whole.items()}
    people = {file: (match[1].strip(), match[2]) for file, match in matches.items() if match}
    same = collections.Counter(name for name, _ in set(people.values()))
    return {file: f"{name} {number}" if same[name] > 1 else name for file, (name, number) in people.items()}


def _by_roster(found, roster):
    """The names that a roster gives, {file: student}; a mistake in it is told with its row."""
    named, rows, called = {}, {}, collections.defaultdict(list)
    for file, folder in found.items():
        for way in _ways(file, folder):
            called[way].append(file)
    for row, name, student in _rows(roster):
        if name not in called:
            raise CourseError(f"{roster}, row {row}: no submission is called '{name}': correct the row or take it out")
        for one in called[name]:
            if named.setdefault(one, student) != student:
                raise CourseError(f"{roster}, rows {rows[one]} and {row} give {one} to two students: take one of them out")
            rows[one] = row
    return named


def _ways(file, folder):
    """How a roster may call a notebook: by its path, its name, or a folder on the way to it."""
    inside = file.relative_to(folder) if folder else file
    above = [*inside.parents][:-1]
    return {str(file), inside.as_posix(), file.name, *(path.as_posix() for path in above), *(path.name for path in above)}


def _rows(roster):
    """(row, file, student) for each row of a roster; spreadsheets may part columns by semicolons."""
    try:
        with open(roster, encoding="utf-8-sig", newline="") as file:
            lines = file.read().splitlines()
        table = list(csv.reader(lines, delimiter=";" if lines and ";" in lines[0] else ","))
    except (OSError, UnicodeError, csv.Error) as error:
        raise CourseError(f"{roster} cannot be read as a roster: {getattr(error, 'strerror', None) or error}") from None
    heads = [head.strip().lower() for head in table[0]] if table else []
    if not {"file", "student"} <= set(heads):
        raise CourseError(f"{roster} has no columns file and student: its first row names them")
    for number, row in enumerate(table[1:], 2):
        cell = collections.defaultdict(str, zip(heads, (text.strip() for text in row)))
        if any(cell.values()):
            if not (cell["file"] and cell["student"]):
                raise CourseError(f"{roster}, row {number}: give it both a file and a student")
            yield number, cell["file"], cell["student"]


def _chosen(student, files, duplicates):
    if len(files) > 1 and duplicates == "error":
        raise CourseError(f"two submissions belong to '{student}', {files[0]} and {files[1]}: "
                          "give files or folders the students' names, or say --duplicates newest")
    in_time = sorted(files, key=lambda file: (file.stat().st_mtime, str(file)))
    return in_time[0 if duplicates == "oldest" else -1]
