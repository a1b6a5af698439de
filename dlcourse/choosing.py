"""What people type on the command line, taken for the one thing that they meant."""

import difflib

import click


def unknown(kind, asked, there_are):
    """The sentence for a name that does not exist.

    >>> unknown("model", "Perceptrn", ["MLP", "Perceptron"])
    "no model is called 'Perceptrn': did you mean Perceptron?"
    """
    folded = {name.lower(): name for name in there_are}
    near = difflib.get_close_matches(asked.lower(), folded, n=1, cutoff=0.5)
    hint = f"did you mean {folded[near[0]]}?" if near else f"choose from {', '.join(there_are)}"
    return f"no {kind} is called '{asked}': {hint}"


def choose(kind, asked, there_are):
    """The one name that was asked for, whatever its case; wrong use if there is none.

    >>> choose("model", "mlp", ["MLP", "GMDH"])
    'MLP'
    """
    for name in there_are:
        if name.lower() == asked.lower():
            return name
    raise click.UsageError(unknown(kind, asked, list(there_are)))


def choose_lab(asked, there_are):
    """A lab by name, short name or number.

    >>> choose_lab("1", ["lab01_neuron", "lab02_learning"])
    'lab01_neuron'
    """
    short = {name.split("_")[0]: name for name in there_are}
    number = asked.lower().removeprefix("lab")
    if number.isdecimal() and f"lab{int(number):02}" in short:
        return short[f"lab{int(number):02}"]
    return choose("lab", asked, list(there_are))


def lab_names(folder):
    """The names of the labs in a folder, in order.

    >>> from dlcourse import places
    >>> lab_names(places.folder("labs"))[0]
    'lab01_neuron'
    """
    return sorted(path.stem for path in folder.glob("lab*.ipynb"))
