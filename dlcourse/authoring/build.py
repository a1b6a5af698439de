"""`dlcourse build` and `dlcourse release`: write the notebooks of all labs, or say which are not as their sources want them."""

import json
import shutil
from pathlib import Path

from dlcourse.authoring import notebooks, rules, source
from dlcourse.errors import CourseError

TIMINGS = "timings.json"     # beside the sources: seconds that `dlcourse run --record` measured


def timings(folder):
    """The measured seconds of each lab, by name.

    >>> timings("nowhere")
    {}
    """
    path = Path(folder) / TIMINGS
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def record(folder, name, seconds):
    """Keep the measured seconds of a lab for the header of its notebooks.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     record(folder, "lab01_neuron", 21.6)
    ...     timings(folder)
    {'lab01_neuron': 22}
    """
    kept = timings(folder) | {name: round(seconds)}
    (Path(folder) / TIMINGS).write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def products(sources, labs, course):
    """The notebooks that should exist: {path: text}; raises with all faults if a source has any.

    >>> from dlcourse import places
    >>> made = products(places.solutions(), places.folder("labs"), notebooks.Course("https://github.com/me/course", "1.0"))
    >>> sorted(path.suffix for path in made)[:1]
    ['.ipynb']
    """
    found = source.read_all(sources)
    if not found:
        raise CourseError(f"there is no lab source in {sources}: a lab is a file labNN_name.py")
    refused = [f"{lab.path.name}, {fault}" for lab in found for fault in rules.faults(lab)]
    if refused:
        raise CourseError("\n".join(refused))
    seconds, made = timings(sources), {}
    for lab in found:
        made[Path(labs) / f"{lab.name}.ipynb"] = notebooks.text(notebooks.student(lab, course, seconds.get(lab.name)))
        made[Path(sources) / f"{lab.name}.ipynb"] = notebooks.text(notebooks.solution(lab, course, seconds.get(lab.name)))
    return made


def stale(made):
    """The notebooks that are missing or not byte for byte as they should be.

    >>> stale({Path("nowhere.ipynb"): "{}"})
    [PosixPath('nowhere.ipynb')]
    """
    return [path for path, text in made.items() if not path.is_file() or path.read_bytes() != text.encode()]


def write(made):
    """Write what is stale; returns the paths written.

    >>> write({})
    []
    """
    changed = stale(made)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made[path].encode())
    return changed


def release(labs, target):
    """Copy what students may see, the labs and how to begin, into a new or empty folder; returns the paths written.

    >>> import tempfile
    >>> from dlcourse import places
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(path.name for path in release(places.folder("labs"), folder))[0]
    'README.md'
    """
    target = Path(target)
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise CourseError(f"{target} is not empty: name a new folder, so that nothing in it is mixed with the release")
    target.mkdir(parents=True, exist_ok=True)
    written = [Path(shutil.copy(path, target)) for path in sorted(Path(labs).glob("lab*.ipynb"))]
    readme = target / "README.md"
    readme.write_text(WELCOME.format(labs="\n".join(f"- `{path.name}`" for path in written)), encoding="utf-8")
    return [*written, readme]


WELCOME = """\
# Deep learning, lab by lab

Open a notebook in JupyterLab, VS Code or Colab, run it from top to bottom, and answer where it says *Your answer*.
The checks tell you at once how you stand; some questions are checked further at grading. Hand in the notebook itself.

{labs}
"""
