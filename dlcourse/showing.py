"""What the command line prints: tables, cards and progress, as plain text."""

import contextlib
import inspect
import json
import re
import textwrap

WIDTH = 100


def columns(rows, right=()):
    """Rows of cells as aligned lines; columns whose number is in `right` are set flush right.

    >>> print("\\n".join(columns([["name", "size"], ["MLP", "407,050"]], right={1})))
    name     size
    MLP   407,050
    """
    widths = [max(len(str(row[i])) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(f"{cell:>{width}}" if i in right else f"{cell:<{width}}"
                      for i, (cell, width) in enumerate(zip(map(str, row), widths))).rstrip() for row in rows]


def model_table(cards):
    """The table of contents of all models.

    >>> from dlcourse import models
    >>> model_table(models.catalogue()).splitlines()[1].split()[0]
    'ThresholdNeuron'
    """
    rows = [["model", "family", "parameters", "paper"]]
    for card in cards.values():
        size = "grows with data" if card.parameters is None else f"{card.parameters:,}"
        rows.append([card.name, card.family, size, textwrap.shorten(card.paper, 60, placeholder=" …")])
    return "\n".join([*columns(rows, right={2}), "", "dlcourse models NAME shows one of them, layer by layer."])


def model_card(card):
    """One model: what it is, its paper, its size, its layers, and a small version to try.

    >>> from dlcourse import models
    >>> "Rosenblatt" in model_card(models.catalogue()["Perceptron"])
    True
    """
    from dlcourse import models, training

    training.wake()      # quietly, before a builder loads Keras and says so
    builder = getattr(models, card.name)
    size = "depends on the data" if card.parameters is None else f"{card.parameters:,} trainable parameters"
    small = ", ".join(f"{name}={value!r}" for name, value in card.small.items())
    lines = [f"{card.name}{inspect.signature(builder)}", "", *textwrap.wrap(inspect.getdoc(builder).split("\n\n")[0], WIDTH), "",
             f"paper  {card.paper}", f"       {card.url}", f"says   {card.says}", f"size   {size}"]
    lines += textwrap.wrap(f"note   {card.note}", WIDTH, subsequent_indent=" " * 7) if card.note else []
    lines += [f"small  models.{card.name}({small})"] if small else []
    made = builder()
    return "\n".join([*lines, *(["", *layer_table(made)] if hasattr(made, "layers") and hasattr(made, "inputs") else [])])


def layer_table(model):
    """The layers of a Keras model: name, kind, shape of the output, parameters.

    >>> from dlcourse import models
    >>> print("\\n".join(layer_table(models.MLP())))
    layer    kind        output  parameters
    input    InputLayer     784           0
    hidden1  Dense          512     401,920
    output   Dense           10       5,130
    """
    rows = [["layer", "kind", "output", "parameters"]]
    for layer in model.layers:
        shape = "×".join(str(size) for size in layer.output.shape[1:])
        rows.append([layer.name, type(layer).__name__, shape, f"{layer.count_params():,}"])
    return columns(rows, right={2, 3})


def data_names():
    """The data sets, in the order of the table of contents: the embedded ones, then those that come from a network.

    >>> data_names()[-1] in data_names() and "digits" in data_names()
    True
    """
    from dlcourse import datasets

    return [*datasets.CONTENTS, *datasets.ONLINE]


def data_table():
    """All data sets: what each is, how large, how it comes, whether it is here.

    >>> data_table().splitlines()[0].split("  ")[0]
    'data set'
    """
    from dlcourse import datasets

    rows = [["data set", "what it is", "size", "how it comes", "here"]]
    for name in data_names():
        what = re.split(r"[:.]( |$)", inspect.getdoc(getattr(datasets, name).load_data).splitlines()[0])[0]
        rows.append([name, textwrap.shorten(what, 52, placeholder=" …"), *_whereabouts(name)])
    return "\n".join([*columns(rows, right={2}), "",
                      "dlcourse data NAME shows a card and saves a picture; --fetch brings a set that is online.",
                      "All others need no network."])


def _whereabouts(name):
    """Size, how a set comes, and whether it is here."""
    from dlcourse import datasets, places
    from dlcourse.datasets import online

    if name in datasets.ONLINE:
        source = getattr(datasets, name).SOURCE
        state = online.state(source)
        return online.megabytes(source.size), "online", state if state in online.NOT_HERE else "yes"
    if name == "scenes":
        kept = places.cache() / f"{datasets.scenes.kept_as()}.npz"
        return (online.megabytes(kept.stat().st_size), "drawn once", "yes") if kept.is_file() else ("–", "drawn once", "not yet")
    files = sum(path.stat().st_size for path in places.folder("data").glob(f"{name}[-.]*"))
    return (online.megabytes(files), "embedded", "yes") if files else ("–", "on the spot", "yes")


def data_here(name):
    """What `load_data()` gives, or None where that would take a download.

    >>> data_here("photos").shape
    (2, 240, 320, 3)
    """
    from dlcourse import datasets
    from dlcourse.datasets import online

    module = getattr(datasets, name)
    absent = name in datasets.ONLINE and online.state(module.SOURCE) in ("no", "in part")
    return None if absent else module.load_data()


def data_fetched(name):
    """Bring a data set to this machine if it is not here yet; the sentence that says where it is.

    >>> data_fetched("digits")
    'digits needs no download: datasets.digits.load_data() works without a network'
    """
    from dlcourse import datasets
    from dlcourse.datasets import online
    from dlcourse.errors import CourseError

    if name not in datasets.ONLINE:
        return f"{name} needs no download: datasets.{name}.load_data() works without a network"
    source = getattr(datasets, name).SOURCE
    try:
        there = online.cached(source) is not None
    except CourseError:     # what cannot be mended by fetching, fetching says again
        there = False
    return f"{name} was here already" if there else f"{name} is here now: its files are in {online.fetch(source)}"


def data_card(name, loaded):
    """The card of one data set: what it is, and the shapes that it loads, or how to get it.

    >>> "(x_train, y_train)" in data_card("digits", data_here("digits"))
    True
    """
    from dlcourse import datasets

    module = getattr(datasets, name)
    doc = inspect.getdoc(module.load_data).split("\n>>>")[0].strip()
    if loaded is None:
        size, _, here = _whereabouts(name)
        return (f"{doc}\n\nHere: {here}. `dlcourse data {name} --fetch` downloads it, {size}; without a network, "
                f"datasets.{module.SOURCE.instead} comes nearest.")
    names, values = _parts(loaded)
    rows = [row for label, value in zip(re.findall(r"\w+", names), values) for row in _rows(f"  {label}", value)]
    return "\n".join([doc, "", f"{names} = datasets.{name}.load_data()", *columns(rows)])


def _parts(loaded):
    """What a student writes before the equals sign, and the values that the names in it get."""
    if not isinstance(loaded, tuple):
        return "pictures", [loaded]
    if isinstance(loaded[0], str):
        return "train, test", loaded
    return "(x_train, y_train), (x_test, y_test)", [*loaded[0], *loaded[1]]


def _rows(label, value):
    """One row for an array, one for each of many answers."""
    if isinstance(value, dict):
        return [[f'{label}["{name}"]', *_extent(part)] for name, part in value.items()]
    return [[label, *_extent(value)]]


def _extent(value):
    """A text's or an array's kind and size, and from where to where it goes."""
    if isinstance(value, str):
        return "str", f"{len(value):,} characters"
    if value.dtype.kind in "UO":
        return f"str {value.shape}", f"such as '{textwrap.shorten(value.flat[0], 60, placeholder=' …')}'"
    return f"{value.dtype} {value.shape}", f"{float(value.min()):g} … {float(value.max()):g}"


def lab_cards(folder):
    """The cards in a folder's notebooks; what is no lab of this course is left out.

    >>> from dlcourse import places
    >>> lab_cards(places.folder("labs"))[0]["lab"]
    'lab01_neuron'
    """
    found = [json.loads(path.read_text(encoding="utf-8")).get("metadata", {}) for path in sorted(folder.glob("lab*.ipynb"))]
    return [metadata["dlcourse"] for metadata in found if "dlcourse" in metadata]


def lab_table(cards, markdown=False):
    """The labs as their cards describe them.

    >>> print(lab_table([{"lab": "lab01_x", "title": "Lab 1 · X", "minutes": 60, "points": 10, "seconds": 8}]))
    lab      title      minutes  points  seconds
    lab01_x  Lab 1 · X       60      10        8
    """
    rows = [["lab", "title", "minutes", "points", "seconds"]]
    for card in cards:
        name = f"[{card['lab']}](labs/{card['lab']}.ipynb)" if markdown else card["lab"]
        rows.append([name, card["title"], card["minutes"], card["points"], "–" if card["seconds"] is None else f"{card['seconds']:g}"])
    if markdown:
        rows.insert(1, ["---", "---", "--:", "--:", "--:"])
        return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)
    return "\n".join(columns(rows, right={2, 3, 4}))


@contextlib.contextmanager
def running_bar(path):
    """A progress bar over the code cells of a notebook, in a terminal: gives the notebook and what to call after each cell.

    >>> with running_bar("nowhere.ipynb"):
    ...     pass
    Traceback (most recent call last):
    dlcourse.errors.CourseError: nowhere.ipynb cannot be read as a notebook: No such file or directory
    """
    from tqdm import tqdm

    from dlcourse.authoring.running import load

    notebook = load(path)
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    with tqdm(total=cells, desc=str(path.stem), unit="cell", leave=False, disable=None) as bar:
        yield notebook, lambda run: bar.update()


def run_report(notebook, runs):
    """What a run shows: every cell that failed, the points, the seconds, the three slowest cells.

    >>> from dlcourse.authoring.running import Run
    >>> import nbformat
    >>> print(run_report(nbformat.v4.new_notebook(), [Run("a", 2.0, "NameError: x")]))
    ✗ a: NameError: x
    0 of 0 points, 2.0 s, slowest: a 2.0 s
    """
    points = {cell.id: cell.metadata.get("nbgrader", {}).get("points", 0) for cell in notebook.cells if cell.cell_type == "code"}
    won = sum(points[run.id] for run in runs if not run.error)
    seconds = sum(run.seconds for run in runs)
    slow = ", ".join(f"{run.id} {run.seconds:.1f} s" for run in sorted(runs, key=lambda run: -run.seconds)[:3])
    failed = [f"✗ {run.id}: {run.error}" for run in runs if run.error]
    return "\n".join([*failed, f"{won} of {sum(points.values())} points, {seconds:.1f} s, slowest: {slow}"])


def marking_bar(results, total):
    """Follow the marking of `total` submissions behind a progress bar, with the mean so far and the time that is left.

    >>> from dlcourse.grading.marks import Mark, Result
    >>> [result.student for result in marking_bar([Result("ada", (Mark("1.1", 2, 2),))], total=1)]
    ['ada']
    """
    from tqdm import tqdm

    won = []
    with tqdm(total=total, desc="marking", unit="submission", leave=False, disable=None) as bar:
        for result in results:
            won.append(result.total[0])
            bar.set_postfix_str(f"mean {sum(won) / len(won):.1f} of {result.total[1]}", refresh=False)
            bar.update()
            yield result
