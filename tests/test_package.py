"""The wheel and the sdist: what they carry, what they must not, and that an installed wheel finds its data and labs."""

import os
import subprocess
import sys
import tarfile
import zipfile

import pytest

from dlcourse import __version__, places

ROOT = places.checkout()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Both packages, built from this checkout by hatchling alone, without a network."""
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder


def test_wheel_carries_data_and_labs_and_no_solution(built):
    names = zipfile.ZipFile(built / f"dlcourse-{__version__}-py3-none-any.whl").namelist()
    assert {"dlcourse/data/weather.csv", "dlcourse/data/SHA256SUMS", "dlcourse/labs/lab01_neuron.ipynb",
            "dlcourse/grading/reports/style.css"} <= set(names)
    assert not [name for name in names if "solution" in name or name.startswith("tests")]
    assert all(name.startswith(("dlcourse/", f"dlcourse-{__version__}.dist-info/")) for name in names)


def test_sdist_carries_no_solution(built):
    names = tarfile.open(built / f"dlcourse-{__version__}.tar.gz").getnames()
    assert any(name.endswith("data/weather.csv") for name in names)
    assert not [name for name in names if "solution" in name]


def test_an_installed_wheel_finds_its_data_and_labs(built, tmp_path):
    zipfile.ZipFile(built / f"dlcourse-{__version__}-py3-none-any.whl").extractall(tmp_path / "site")
    code = """
import dlcourse
from dlcourse import datasets, places
assert "site" in dlcourse.__file__ and places.checkout() is None
print(datasets.weather.load_data()[0][0].shape, datasets.digits.load_data()[0][0].shape)
from dlcourse.cli import main
main(["start", "lab01", "--copy-only"], standalone_mode=False)
main(["labs"], standalone_mode=False)
main(["build"])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
                          capture_output=True, text=True, timeout=120)
    assert "(1825, 5) (1437, 8, 8)" in done.stdout, done.stderr
    assert (tmp_path / "my-labs" / "lab01_neuron.ipynb").is_file()
    assert done.returncode == 1 and "run this in a checkout" in done.stderr
