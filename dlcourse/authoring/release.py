"""`dlcourse release`: what students may see, in a folder of its own."""

import shutil
from pathlib import Path

from dlcourse.errors import CourseError

WELCOME = """\
# Deep learning, lab by lab

Open a notebook in JupyterLab, VS Code or Colab, run it from top to bottom, and answer where it says *Your answer*. On your own
machine install the course first, with Python 3.11 to 3.13:

    pip install jupyterlab {wheel}

The checks tell you at once how you stand; some questions are checked further at grading. Only the cells that begin with
`# Your answer to …` are marked. Hand in the notebook itself.

{labs}
"""


def release(labs, target, wheel):
    """Copy the labs and how to begin into a new or empty folder; returns the paths written.

    >>> import tempfile
    >>> from dlcourse import places
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(path.name for path in release(places.folder("labs"), folder, "https://example.org/dlcourse.whl"))[0]
    'README.md'
    """
    target = Path(target)
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise CourseError(f"{target} is not empty: name a new folder, so that nothing in it is mixed with the release")
    target.mkdir(parents=True, exist_ok=True)
    written = [Path(shutil.copy(path, target)) for path in sorted(Path(labs).glob("lab*.ipynb"))]
    readme = target / "README.md"
    names = "\n".join(f"- `{path.name}`" for path in written)
    readme.write_text(WELCOME.format(labs=names, wheel=wheel), encoding="utf-8")
    return [*written, readme]
