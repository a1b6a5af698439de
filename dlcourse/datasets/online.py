"""Real data sets, which are too large or not ours to ship: found in the caches of this machine, or fetched.

tensorflow-datasets' cache is looked at first (TFDS_DATA_DIR, else ~/tensorflow_datasets), then that of keras.datasets (KERAS_HOME, else
~/.keras). Both are only read: what is damaged there is named, never deleted, and no library is asked that would start to download. What is
fetched goes to the second, as the files that Keras itself would keep there; see fetching.py. Pictures come in the order of their cache:
Keras keeps the published one, tensorflow-datasets its own.
"""

import gzip
import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dlcourse.datasets import fetching
from dlcourse.errors import CourseError

NOT_HERE = ("no", "in part", "damaged")     # what state() says of a set that no cache has
KERAS_FILES = "https://storage.googleapis.com/tensorflow/tf-keras-datasets"


@dataclass(frozen=True)
class File:
    """A file of a data set, as it is published: its path in Keras' cache, its address, its size in bytes, its SHA-256 or MD5.

    >>> File("empty", "https://example.org/empty", 0, "d41d8cd98f00b204e9800998ecf8427e").fits(os.devnull)
    True
    """
    name: str
    url: str
    size: int
    digest: str
    also: tuple = ()        # where the same bytes lie if something else than this course fetched them
    unpacked: tuple = ()    # folders that hold what an archive held

    def fits(self, path):
        """Whether the bytes at `path` are those that were published."""
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "md5" if len(self.digest) == 32 else "sha256").hexdigest() == self.digest


@dataclass(frozen=True)
class Online:
    """A data set that is not embedded: where its caches are, how each is read, and what to use without it.

    >>> from dlcourse import datasets
    >>> datasets.mnist.SOURCE.instead, datasets.mnist.SOURCE.size
    ('glyphs', 11490434)
    """
    name: str
    tfds: str               # its folder in tensorflow-datasets' cache
    files: tuple            # what Keras keeps of it
    instead: str            # the embedded set that comes nearest
    from_tfds: Callable     # {"train": {feature: array}, …} -> what load_data returns
    from_files: Callable    # paths, in the order of `files` -> the same
    undecoded: tuple = ()   # features that come as the bytes of their files

    @property
    def size(self):
        """How many bytes fetching it takes."""
        return sum(file.size for file in self.files)


def load(source):
    """What the `load_data()` of a card returns: from the first cache that has it, else fetched, else an error of one sentence.

    >>> load(Online("faces", "no-such-set", (File("no-such-file", "http://localhost:1/", 1, ""),), "photos", None, None))
    Traceback (most recent call last):
    dlcourse.errors.CourseError: faces is not on this machine and cannot be downloaded now (tried ...
    """
    loaded = cached(source)
    if loaded is None:
        fetch(source)
        loaded = cached(source)
    return loaded


def cached(source):
    """The same from the caches alone: None where neither has it, an error where one has it and it cannot be read.

    >>> cached(Online("faces", "no-such-set", (File("no-such-file", "", 1, ""),), "photos", None, None)) is None
    True
    """
    troubles = []
    for read in (_read_tfds, _read_keras):
        try:
            loaded = read(source)
        except (CourseError, OSError) as trouble:
            troubles.append(str(trouble))
        else:
            if loaded is not None:
                return loaded
    if troubles:
        raise CourseError("; ".join(troubles))


def fetch(source):
    """Download what Keras' cache lacks of a set, going on where an earlier download broke off; gives the cache's folder.

    >>> fetch(Online("nothing", "nothing", (), "photos", None, None)).name
    'datasets'
    """
    missing = [file for file in source.files if not whole(file, source.name)]
    if missing and not fetching.reachable(missing[0].url):
        raise CourseError(_absence(source))
    if missing:
        print(f"downloading {source.name}, {megabytes(sum(file.size for file in missing))}, to {keras_home()}", flush=True)
    for file in missing:
        fetching.download(file, keras_home() / file.name, source.name)
    return keras_home()


def state(source):
    """How much of a set is here: the name of a cache that has it, "in part", "damaged" or "no". Quick: no sum is taken.

    >>> from dlcourse import datasets
    >>> state(datasets.mnist.SOURCE) in ("tensorflow-datasets", "keras.datasets", "in part", "damaged", "no")
    True
    """
    found = []
    for name, look in (("tensorflow-datasets", tfds_folder), ("keras.datasets", _sized)):
        try:
            if look(source):
                return name
        except (CourseError, OSError):
            found.append("damaged")
    return (found or ["in part" if _begun(source) else "no"])[0]


def keras_home():
    """The folder of keras.datasets' cache, by what KERAS_HOME says now.

    >>> keras_home().name
    'datasets'
    """
    return Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser() / "datasets"


def tfds_home():
    """The folder of tensorflow-datasets' cache, by what TFDS_DATA_DIR says now.

    >>> tfds_home().is_absolute()
    True
    """
    return Path(os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets").expanduser().absolute()


def tfds_folder(source):
    """The newest complete version of a set in tensorflow-datasets' cache, or None; an error where it is there but half done.

    >>> tfds_folder(Online("faces", "no-such-set", (), "photos", None, None)) is None
    True
    """
    folder = tfds_home() / source.tfds
    there = [path for path in folder.iterdir() if path.name != "downloads"] if folder.is_dir() else []
    complete = [path for path in there if (path / "dataset_info.json").is_file() and "incomplete" not in path.name]
    if there and not complete:
        raise CourseError(f"{source.name} is only half prepared in {folder} (no version there has its dataset_info.json): "
                          f"{_mend(source)}")
    return max(complete, key=lambda path: [int(number) for number in re.findall(r"\d+", path.name)], default=None)


def whole(file, name):
    """Where `file` of the set `name` lies in Keras' cache, or None; an error where its bytes are not as they were published.

    >>> whole(File("no-such-file", "", 1, ""), "faces") is None
    True
    """
    path = _place(file)
    if path and path.is_file() and not file.fits(path):
        _right_size(path, file, name)
        raise CourseError(f"{path} is damaged (its checksum is not the published one): move it away, "
                          f"then run `dlcourse data {name} --fetch`")
    return path


def _place(file):
    """The file, or the folder that it was unpacked to: whichever is there."""
    files = [keras_home() / name for name in (file.name, *file.also)]
    folders = [keras_home() / name for name in file.unpacked]
    return next((path for path in [*filter(Path.is_file, files), *filter(Path.is_dir, folders)]), None)


def _right_size(path, file, name):
    """Refuse a file that is too short."""
    if (size := path.stat().st_size) < file.size:
        raise CourseError(f"{path} is only half downloaded ({size:,} of {file.size:,} bytes): move it away, "
                          f"then run `dlcourse data {name} --fetch`")


def _sized(source):
    """Whether Keras' cache has all files of a set; an error where one is too short."""
    paths = [_place(file) for file in source.files]
    for path, file in zip(paths, source.files):
        if path and path.is_file() and path.stat().st_size != file.size and not file.fits(path):
            _right_size(path, file, source.name)
    return all(paths)


def _begun(source):
    """How many bytes of a set are here already, under their own names or as unfinished downloads."""
    paths = [_place(file) or fetching.part(keras_home() / file.name) for file in source.files]
    return sum(path.stat().st_size for path in paths if path.exists())


def _read_keras(source):
    paths = [whole(file, source.name) for file in source.files]
    if not all(paths):
        return None
    try:
        return source.from_files(paths)
    except Exception as error:      # whatever keeps it from being read is the finding
        raise CourseError(f"{source.name} cannot be read from {paths[0]} ({type(error).__name__}: {error}): move that away, "
                          f"then run `dlcourse data {source.name} --fetch`") from error


def _read_tfds(source):
    """Every split as arrays. The folder alone is read: nothing that could look for a network is asked for the set's name."""
    folder = tfds_folder(source)
    if folder is None:
        return None
    from dlcourse import training

    training.wake()     # TensorFlow's greetings come now, unseen
    import tensorflow_datasets as tfds

    try:
        builder = tfds.builder_from_directory(folder)
        raw = {feature: tfds.decode.SkipDecoding() for feature in source.undecoded}
        splits = {name: tfds.as_numpy(builder.as_dataset(split=name, batch_size=-1, decoders=raw)) for name in builder.info.splits
                  if name != "unsupervised"}
        return source.from_tfds(splits)
    except Exception as error:      # whatever keeps it from being read is the finding
        raise CourseError(f"{source.name} is damaged in {folder} ({type(error).__name__}): {_mend(source)}") from error


def _mend(source):
    return f"move that folder away, then prepare it again or run `dlcourse data {source.name} --fetch`"


def _absence(source):
    begun = _begun(source)
    there = f"is only here in part ({megabytes(begun)} of {megabytes(source.size)})" if begun else "is not on this machine"
    return (f"{source.name} {there} and cannot be downloaded now (tried tensorflow-datasets' cache in {tfds_home()}, that of "
            f"keras.datasets in {keras_home()}, and {fetching.host(source.files[0].url)}): set TFDS_DATA_DIR or KERAS_HOME to where a "
            f"cache is, or use datasets.{source.instead}, which needs no network")


def megabytes(size):
    """A number of bytes as people read it.

    >>> megabytes(11_490_434), megabytes(72_900)
    ('11.5 MB', '73 kB')
    """
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def from_pictures(splits):
    """((x_train, y_train), (x_test, y_test)) of what tensorflow-datasets keeps of labelled pictures.

    >>> splits = {name: {"image": np.zeros((2, 8, 8, 1)), "label": np.array([3, 1])} for name in ("train", "test")}
    >>> from_pictures(splits)[0][0].shape
    (2, 8, 8)
    """
    pairs = [(splits[name]["image"], splits[name]["label"].astype("uint8")) for name in ("train", "test")]
    return tuple((x[..., 0] if x.shape[-1] == 1 else x, y) for x, y in pairs)


def from_idx(paths):
    """The same, of four files in MNIST's own format: labels and pictures to train on, then labels and pictures to test on.

    >>> from_idx([])
    ()
    """
    arrays = [np.frombuffer(gzip.decompress(path.read_bytes()), "uint8") for path in paths]
    pairs = zip(arrays[0::2], arrays[1::2])
    return tuple((pictures[16:].reshape(-1, 28, 28), labels[8:]) for labels, pictures in pairs)
