"""Ten kinds of things in small colour photographs."""

import io
import pickle
import tarfile

import numpy as np

from dlcourse.datasets import online

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
FOLDER = "cifar-10-batches-py"
BATCHES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")


def _from_tfds(splits):
    return tuple((x, y[:, None]) for x, y in online.from_pictures(splits))


def _from_files(paths):
    batches = [_Arrays(io.BytesIO(content), encoding="bytes").load() for content in _contents(paths[0])]
    pairs = [(np.asarray(batch[b"data"]).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), np.array(batch[b"labels"], "uint8")[:, None])
             for batch in batches]
    return tuple(map(np.concatenate, zip(*pairs[:-1]))), pairs[-1]


def _contents(path):
    """The bytes of the batches, in their order, from the archive or from the folder that it was unpacked to."""
    if path.is_dir():
        return [(path / name).read_bytes() for name in BATCHES]
    with tarfile.open(path) as archive:     # from front to back: jumping about would unpack it again and again
        found = {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}
    return [found[f"{FOLDER}/{name}"] for name in BATCHES]


class _Arrays(pickle.Unpickler):
    """Nothing but arrays: a pickle could otherwise run any program."""

    def find_class(self, module, name):
        if (module.replace("_core", "core"), name) in {("numpy", "ndarray"), ("numpy", "dtype"), ("numpy.core.multiarray", "_reconstruct")}:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"it holds {module}.{name}, which is no array")


SOURCE = online.Online(
    name="cifar10", tfds="cifar10", instead="scenes", from_tfds=_from_tfds, from_files=_from_files,
    files=(online.File(f"{FOLDER}-target_archive", "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz", 170_498_071,
                       "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                       also=(f"{FOLDER}.tar.gz", "cifar-10-python.tar.gz"), unpacked=(f"{FOLDER}-target/{FOLDER}", FOLDER)),))


def load_data():
    """Small colour photographs of animals and vehicles: 32x32 pixels, ten classes.

    Shape:   x_train (50000, 32, 32, 3), x_test (10000, 32, 32, 3): rows, columns, then red, green, blue; uint8 from 0 to 255;
             y (50000, 1) and (10000, 1), as in Keras, uint8 from 0 to 9, places in `CLASSES`, 5000 and 1000 of each.
    Origin:  A. Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images, https://www.cs.toronto.edu/~kriz/cifar.html:
             pictures found on the web by what they show, then checked by people.
    Licence: none is stated; the author asks to cite the report.

    From Keras' cache the pictures come in the published order, from that of tensorflow-datasets in another one.

    >>> (x_train, y_train), (x_test, y_test) = load_data()    # doctest: +SKIP
    >>> x_train.shape, CLASSES[9]                             # doctest: +SKIP
    ((50000, 32, 32, 3), 'truck')
    """
    return online.load(SOURCE)
