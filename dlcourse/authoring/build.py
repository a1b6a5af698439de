"""`dlcourse build`: write the notebooks of all labs, or say which are not as their sources want them."""

import json
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
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError:
        raise CourseError(f"{path} is damaged: delete it, then measure the labs again with `dlcourse run LAB --record`") from None


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
    >>> from dlcourse.authoring.course import Course
    >>> made = products(places.solutions(), places.folder("labs"), Course("https://github.com/me/course", "1.0"))
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

    >>> [path.name for path in stale({Path("nowhere.ipynb"): "{}"})]
    ['nowhere.ipynb']
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


def orphans(made):
    """Notebooks that lie where the labs' notebooks go, but have no source.

    >>> orphans({})
    []
    """
    folders = {path.parent for path in made}
    return sorted(path for folder in folders for path in folder.glob("lab*.ipynb") if path not in made)


def cards(made):
    """What the students' notebooks say of themselves: lab, title, minutes, points, seconds.

    >>> cards({Path("solutions/lab01_x.ipynb"): '{"metadata": {"dlcourse": {"lab": "lab01_x"}}}'})
    [{'lab': 'lab01_x'}]
    """
    found = {card["lab"]: card for text in made.values() if (card := json.loads(text)["metadata"].get("dlcourse"))}
    return [found[name] for name in sorted(found)]


def renewed(readme, tables):
    """A README in which each table stands anew between its marks: {(begin, end): table}.

    >>> renewed("# Course\\n<!-- labs -->\\nold\\n<!-- /labs -->\\n", {("<!-- labs -->\\n", "\\n<!-- /labs -->"): "new"})
    '# Course\\n<!-- labs -->\\nnew\\n<!-- /labs -->\\n'
    """
    for (begin, end), table in tables.items():
        before, found, rest = readme.partition(begin)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise CourseError(f"README.md has lost its {begin.strip()}: put it back, and what ends it: {end.strip()}")
        readme = f"{before}{begin}{table}{end}{after}"
    return readme
