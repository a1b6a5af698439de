"""A student's own copy of a lab: made once, never overwritten, opened in JupyterLab."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from dlcourse.errors import CourseError


def copy_lab(lab, folder):
    """Copy a lab into a folder unless it is there already; returns its path and whether it is fresh.

    >>> import tempfile
    >>> from dlcourse import places
    >>> lab = places.folder("labs") / "lab01_neuron.ipynb"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     copy_lab(lab, folder)[1], copy_lab(lab, folder)[1]
    (True, False)
    """
    path = Path(folder) / lab.name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            return path, False
        shutil.copyfile(lab, path)
    except OSError as error:
        raise CourseError(f"{path} cannot be written ({error.strerror}): choose another place with --folder") from None
    return path, True


def open_lab(path, browser=True):
    """Open a notebook in JupyterLab and stay until it is closed; without `browser` the address is printed only.

    >>> open_lab(Path("nowhere.ipynb"))
    Traceback (most recent call last):
    dlcourse.errors.CourseError: nowhere.ipynb does not exist: `dlcourse start` makes it
    """
    if not Path(path).is_file():
        raise CourseError(f"{path} does not exist: `dlcourse start` makes it")
    if importlib.util.find_spec("jupyterlab") is None:
        raise CourseError("JupyterLab is not installed: pip install 'dlcourse[lab]', or open the file in VS Code or Colab")
    options = [] if browser else ["--no-browser"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:      # as in a container
        options.append("--allow-root")
    try:
        ended = subprocess.run([sys.executable, "-m", "jupyterlab", *options, str(path)], check=False).returncode
    except KeyboardInterrupt:
        return      # Ctrl-C is how JupyterLab is left
    if ended:
        raise CourseError(f"JupyterLab did not start: what it says stands above; {path} can also be opened in VS Code or Colab")
