"""`dlcourse doctor`: whether this machine is ready, each finding with its remedy."""

import importlib.metadata
import importlib.util
import os
import platform
import re
import sys


def examine():
    """Look at the machine: yields (well or not, a finding with its remedy).

    >>> next(examine())[0]
    True
    """
    yield _python()
    for package, lowest in [("tensorflow", (2, 20)), ("keras", (3, 13)), ("numpy", (2, 1))]:
        yield _version(package, lowest)
    yield _device()
    yield _data()
    yield _online_data()
    yield _jupyter()


def _python():
    return ((3, 11) <= sys.version_info < (3, 14),
            f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} cores (3.11 to 3.13 are supported)")


def _version(package, lowest):
    wanted = ".".join(map(str, lowest))
    try:
        found = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False, f"{package} is missing: pip install '{package}>={wanted}'"
    well = tuple(map(int, re.findall(r"\d+", found)[:2])) >= lowest
    return well, f"{package} {found}" + ("" if well else f" is too old: pip install '{package}>={wanted}'")


def _device():
    try:
        from dlcourse import training

        training.wake()
        import keras
    except Exception as error:      # whatever keeps Keras from computing is the finding
        return False, f"Keras cannot compute here: {type(error).__name__}: {error}"
    return True, f"Keras computes on the {keras.backend.backend()} backend"


def _data():
    from dlcourse import datasets
    from dlcourse.errors import CourseError

    try:
        for name in datasets.CONTENTS:
            few = {"samples": 5} if name == "scenes" else {}      # drawing all of them would take seconds
            getattr(datasets, name).load_data(**few)
    except CourseError as error:
        return False, str(error)
    return True, f"embedded data: {', '.join(datasets.CONTENTS)}"


def _online_data():
    from dlcourse import datasets
    from dlcourse.datasets import online

    state = {name: online.state(getattr(datasets, name).SOURCE) for name in datasets.ONLINE}
    if damaged := [name for name in state if state[name] == "damaged"]:
        return False, f"damaged: {', '.join(damaged)}; `dlcourse data {damaged[0]}` says where and what to do"
    here = [name for name in state if state[name] not in online.NOT_HERE]
    return True, f"online data in a cache: {', '.join(here) or 'none'} (`dlcourse data NAME --fetch` brings more)"


def _jupyter():
    found = importlib.util.find_spec("jupyterlab") is not None
    return found, "JupyterLab" if found else "JupyterLab is missing: pip install 'dlcourse[lab]'"
