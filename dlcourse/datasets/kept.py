"""What takes seconds to draw is drawn once, and kept in the user's cache folder."""

import os
import tempfile
import warnings
import zipfile

import numpy as np

from dlcourse import places


def keep(name, draw):
    """The arrays that `draw()` makes, {name: array}: from the file `<name>.npz` of the cache folder, or drawn and put there.

    A file is whole or not there, however many draw at once; one that was damaged later is drawn again; where none can be
    written, the arrays are drawn each time.

    >>> keep("example", lambda: {"x": np.arange(3)})["x"]
    array([0, 1, 2])
    """
    path = places.cache() / f"{name}.npz"
    try:
        return _read(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except Exception as error:      # there are many ways to be damaged and one remedy
        warnings.warn(f"{path} cannot be read ({type(error).__name__}), so it is drawn again", stacklevel=3)
    arrays = draw()
    try:
        _write(path, arrays)
    except OSError as error:
        warnings.warn(f"what was drawn cannot be kept in {path.parent} ({error.strerror}): set DLCOURSE_CACHE to a folder "
                      "that can be written, or it is drawn each time", stacklevel=3)
    return arrays


def _read(path):
    """All arrays of the file, each read to its end: there its checksum is compared."""
    arrays = {}
    with zipfile.ZipFile(path) as file:
        for name in file.namelist():
            with file.open(name) as member:
                arrays[name.removesuffix(".npy")] = np.lib.format.read_array(member, allow_pickle=False)
                member.read()
    return arrays


def _write(path, arrays):
    """Write beside it first, then give it its name in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f"{path.stem}-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)
        os.replace(beside, path)
    except BaseException:      # an interruption, too, leaves nothing half-written behind
        os.unlink(beside)
        raise
