"""Whose notebook is whose: by file, folder, roster, and as Moodle and Canvas pack them."""

import os

import pytest

from dlcourse.errors import CourseError
from dlcourse.grading import roster


@pytest.fixture
def handed_in(tmp_path):
    """Put notebooks into a folder of submissions, and give it."""
    def put(*names):
        for name in names:
            file = tmp_path / "in" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("{}")
        return tmp_path / "in"
    return put


LAYOUTS = {
    "files": ["ada.ipynb", "bob.ipynb"],
    "files, one a copy": ["ada.ipynb", "lab01_neuron (1).ipynb", "lab01_2_3_x.ipynb"],
    "folders": ["ada/lab.ipynb", "bob/lab.ipynb"],
    "folders and files": ["ada/lab.ipynb", "bob/lab.ipynb", "cyd.ipynb"],
    "folders, files of any name": ["ada/mine.ipynb", "bob/lab01_neuron_final.ipynb"],
    "a folder around folders": ["all/ada/lab01/lab01_neuron.ipynb", "all/bob/lab01/lab01_neuron.ipynb"],
    "groups": ["monday/ada.ipynb", "monday/bob.ipynb", "friday/cyd.ipynb"],
    "a folder alone": ["ada/lab01_neuron.ipynb"],
    "moodle": ["Ada Lovelace_12345_assignsubmission_file_/lab01_neuron.ipynb", "Bob_7_assignsubmission_file/x.ipynb"],
    "moodle, flat": ["Ada Lovelace_12345_assignsubmission_file_lab01.ipynb"],
    "moodle, same name": ["Ada_1_assignsubmission_file_/x.ipynb", "Ada_2_assignsubmission_file_/x.ipynb"],
    "canvas": ["lovelaceada_1234_5678_lab01_neuron.ipynb", "bob_LATE_7_8_lab01_neuron-1.ipynb"],
}
STUDENTS = {
    "files": ["ada", "bob"], "files, one a copy": ["ada", "lab01_2_3_x", "lab01_neuron (1)"], "folders": ["ada", "bob"], "folders and files": ["ada", "bob", "cyd"],
    "folders, files of any name": ["ada", "bob"], "a folder around folders": ["ada", "bob"], "groups": ["ada", "bob", "cyd"],
    "a folder alone": ["ada"], "moodle": ["Ada Lovelace", "Bob"], "moodle, flat": ["Ada Lovelace"], "moodle, same name": ["Ada 1", "Ada 2"],
    "canvas": ["bob", "lovelaceada"],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_students_are_named_by_file_folder_or_package(layout, handed_in):
    folder = handed_in(*LAYOUTS[layout])
    found = roster.find([folder])
    assert sorted(found) == STUDENTS[layout]
    assert sorted(str(path.relative_to(folder)) for path in found.values()) == sorted(LAYOUTS[layout])


def test_files_and_folders_named_one_by_one_are_told_apart(handed_in):
    folder = handed_in("a/ada.ipynb", "b/bob.ipynb", "cyd/lab.ipynb", "dan/lab.ipynb")
    assert set(roster.find([folder / "a" / "ada.ipynb", folder / "b" / "bob.ipynb"])) == {"ada", "bob"}
    assert set(roster.find([folder / "cyd" / "lab.ipynb", folder / "dan" / "lab.ipynb"])) == {"cyd", "dan"}
    assert set(roster.find([folder / "cyd", folder / "dan"])) == {"cyd", "dan"}
    assert set(roster.find([folder / "a" / "ada.ipynb"])) == {"ada"}


def test_copies_hidden_files_and_links_are_no_students_and_a_notebook_named_twice_is_one(handed_in, tmp_path):
    folder = handed_in("ada.ipynb", ".ipynb_checkpoints/ada-checkpoint.ipynb", "__MACOSX/ada.ipynb", "._ada.ipynb", ".git/x.ipynb", "readme.txt")
    (tmp_path / "solution.ipynb").write_text("{}")
    (folder / "eve.ipynb").symlink_to(tmp_path / "solution.ipynb")
    (folder / "circle.ipynb").symlink_to(folder / "circle.ipynb")
    (folder / "round").symlink_to(folder)
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "folder.ipynb").mkdir()
    assert roster.find([folder, folder / "ada.ipynb", os.path.relpath(folder)]) == {"ada": folder / "ada.ipynb"}


def test_nothing_to_mark_is_told(tmp_path):
    with pytest.raises(CourseError, match="there is no notebook in .*: students hand in .ipynb files"):
        roster.find([tmp_path])
    for name in ["nowhere", "nul\0"]:
        with pytest.raises(CourseError, match="does not exist: name submitted notebooks or folders of them"):
            roster.find([tmp_path / name])


def test_two_submissions_of_a_student_are_told_or_one_is_kept_by_rule(handed_in):
    folder = handed_in("ada_1_2_lab01.ipynb", "ada_1_3_lab01-1.ipynb", "bob_4_5_lab01.ipynb")
    first, second, _ = sorted(folder.iterdir())
    os.utime(first, (1000, 1000))
    os.utime(second, (2000, 2000))
    with pytest.raises(CourseError, match="two submissions belong to 'ada', .*ada_1_2_lab01.ipynb and .*-1.ipynb: .* --duplicates newest"):
        roster.find([folder])
    assert roster.find([folder], duplicates="newest")["ada"] == second
    assert roster.find([folder], duplicates="oldest")["ada"] == first
    with pytest.raises(CourseError, match="choose one of error, newest, oldest"):
        roster.find([folder], duplicates="best")


def listed(tmp_path, text, encoding="utf-8"):
    (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
    return tmp_path / "roster.csv"


@pytest.mark.parametrize("text", ["file,student\nx1.ipynb,Ada\nx2/lab.ipynb,Bob\n", "\ufeffStudent;Group;File\r\nAda;1;x1.ipynb\r\n\r\nBob;2;x2\r\n",
                                  'student,file\n"Ada",x1.ipynb\nBob,x2,spare\n'])
def test_a_roster_names_students_by_file_path_or_folder(text, handed_in, tmp_path):
    folder = handed_in("x1.ipynb", "x2/lab.ipynb", "cyd.ipynb")
    assert set(roster.find([folder], listed(tmp_path, text))) == {"Ada", "Bob", "cyd"}


@pytest.mark.parametrize("text, wrong", [
    ("", "has no columns file and student"), ("name,mail\nx,y\n", "has no columns file and student"), ("file,student\nx1.ipynb,\n", "row 2: give it both"),
    ("file,student\nx1.ipynb,Ada\nx3.ipynb,Bob\n", "row 3: no submission is called 'x3.ipynb'"),
    ("file,student\nx1.ipynb,Ada\nx1.ipynb,Bob\n", "rows 2 and 3 give .*x1.ipynb to two students"),
    ("file,student\nx1.ipynb,Ada\nx2,Ada\n", "two submissions belong to 'Ada'"), ("file,student\n\ud800", "cannot be read as a roster")])
def test_a_wrong_roster_is_told_by_row(text, wrong, handed_in, tmp_path):
    folder = handed_in("x1.ipynb", "x2/lab.ipynb")
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(CourseError, match=wrong):
        roster.find([folder], path)


def test_a_roster_that_is_missing_is_told(handed_in, tmp_path):
    with pytest.raises(CourseError, match="none.csv cannot be read as a roster: No such file"):
        roster.find([handed_in("x.ipynb")], tmp_path / "none.csv")
