"""Small sets in the formats of the real ones, laid out as Keras and as tensorflow-datasets lay out their caches; never a network."""

import dataclasses
import gzip
import hashlib
import io
import json
import pickle
import tarfile

import numpy as np
import pytest
from PIL import Image

from dlcourse import datasets
from dlcourse.datasets import fetching

TRAIN, TEST = 6, 4      # how many of each


def grey(seed):
    """((x_train, y_train), (x_test, y_test)) of pictures as MNIST's."""
    rng = np.random.default_rng(seed)
    return tuple((rng.integers(0, 256, (count, 28, 28), "uint8"), rng.integers(0, 10, count, "uint8")) for count in (TRAIN, TEST))


def npz(**arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def tar(contents):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def idx(data):
    """Four files in MNIST's format, in the order of a card's files."""
    return [gzip.compress(b"\0" * header + array.tobytes()) for x, y in data for header, array in ((8, y), (16, x))]


def jpeg(width, height, seed):
    file = io.BytesIO()
    picture = np.random.default_rng(seed).integers(0, 256, (height // 8, width // 8, 3), "uint8").repeat(8, 0).repeat(8, 1)
    Image.fromarray(picture).save(file, "JPEG")
    return file.getvalue()


def cifar():
    """{name: bytes} of the six batches, as they are pickled, and what is in them."""
    rng = np.random.default_rng(3)
    batches = {name: {b"data": rng.integers(0, 256, (4, 3072), "uint8"), b"labels": [0, 3, 9, 1]} for name in datasets.cifar10.BATCHES}
    return {f"cifar-10-batches-py/{name}": pickle.dumps(batch, 3) for name, batch in batches.items()}, batches


REVIEWS = {"train": ["A good film!<br />It's   GOOD.", "Not a good one -- bad", "bad, \"bad\" film", "it's so-so"],
           "test": ["A bad, unheard-of film", "It's good"]}      # "unheard" and "of" are in no training review
WORDS = ["good", "bad", "a", "film", "it's", "so", "br", "not", "one"]


def imdb():
    """The same reviews as Keras' two files have them: rows of numbers, and the number of each word."""
    words = {"train": ["a good film br it's good", "not a good one bad", "bad bad film", "it's so so"], "test": ["a bad film", "it's good"]}
    split = {name: [[WORDS.index(word) + 1 for word in text.split()] for text in texts] for name, texts in words.items()}
    rows = {name: np.empty(len(reviews), object) for name, reviews in split.items()}
    for name, reviews in split.items():
        rows[name][:] = reviews
    return [npz(x_train=rows["train"], y_train=np.array([1, 0, 0, 0]), x_test=rows["test"], y_test=np.array([0, 1])),
            json.dumps({word: place + 1 for place, word in enumerate(WORDS)}).encode()]


FLOWERS = [(jpeg(160 + 8 * number, 120, number), number % 5) for number in range(11)]
TEXT = "First Citizen:\nBefore we proceed any further, hear me speak.\n" * 5


def keras_files(name):
    """The bytes of the files that Keras keeps of a set."""
    if name == "mnist":
        (x_train, y_train), (x_test, y_test) = grey(0)
        return [npz(x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)]
    return {"fashion_mnist": lambda: idx(grey(1)), "kmnist": lambda: idx(grey(2)), "cifar10": lambda: [tar(cifar()[0])], "imdb": imdb,
            "shakespeare": lambda: [TEXT.encode()],
            "flowers": lambda: [tar({"flower_photos/LICENSE.txt": b"CC BY"} | {
                f"flower_photos/{datasets.flowers.CLASSES[label]}/{number}.jpg": content
                for number, (content, label) in enumerate(FLOWERS)})]}[name]()


def tfds_splits(name):
    """{split: rows} as tensorflow-datasets has them: pictures, labels and texts under its names."""
    if name == "shakespeare":
        cuts = [0, len(TEXT) * 9 // 10, len(TEXT) * 19 // 20, len(TEXT)]
        return {split: [{"text": TEXT[a:b]}] for split, a, b in zip(("train", "validation", "test"), cuts, cuts[1:])}
    if name == "imdb":
        labels = {"train": [1, 0, 0, 0], "test": [0, 1]}
        rows = {split: [{"text": text, "label": label} for text, label in zip(REVIEWS[split], labels[split])] for split in labels}
        return rows | {"unsupervised": [{"text": "no word of this counts", "label": -1}]}
    if name == "flowers":
        return {"train": [{"image": content, "label": label} for content, label in FLOWERS]}
    if name == "cifar10":
        batches = list(cifar()[1].values())
        return {split: [{"image": row.reshape(3, 32, 32).transpose(1, 2, 0), "label": label} for batch in part
                        for row, label in zip(batch[b"data"], batch[b"labels"])]
                for split, part in (("train", batches[:-1]), ("test", batches[-1:]))}
    data = grey(["mnist", "fashion_mnist", "kmnist"].index(name))
    return {split: [{"image": x[..., None], "label": int(y)} for x, y in zip(*part)] for split, part in zip(("train", "test"), data)}


@pytest.fixture
def homes(tmp_path, monkeypatch):
    """Empty caches and no network: the folder that the sets' caches go to."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "tfds"))
    monkeypatch.setattr(fetching, "reachable", lambda url, seconds=1: False)
    return tmp_path


@pytest.fixture
def published(homes, monkeypatch):
    """Let small files be the published ones of a set: gives {path in Keras' cache: bytes}, not written yet."""
    def publish(name, url=None):
        module, contents = getattr(datasets, name), keras_files(name)
        files = tuple(dataclasses.replace(file, size=len(content), digest=hashlib.sha256(content).hexdigest(),
                                          url=f"{url}/{file.name}" if url else file.url)
                      for file, content in zip(module.SOURCE.files, contents, strict=True))
        monkeypatch.setattr(module, "SOURCE", dataclasses.replace(module.SOURCE, files=files))
        return {homes / "keras" / "datasets" / file.name: content for file, content in zip(files, contents)}
    return publish


@pytest.fixture
def in_keras(published):
    """Write a small set as Keras keeps it; gives the paths."""
    def write(name):
        files = published(name)
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return list(files)
    return write


@pytest.fixture
def in_tfds(homes, monkeypatch):
    """Prepare a small set as tensorflow-datasets does; gives the folder of its version."""
    monkeypatch.setenv("NO_GCE_CHECK", "true")

    def prepare(name):
        import tensorflow_datasets as tfds

        tfds.disable_progress_bar()
        set_name, _, config = getattr(datasets, name).SOURCE.tfds.partition("/")
        rows = tfds_splits(name)
        shapes = {"mnist": (28, 28, 1), "fashion_mnist": (28, 28, 1), "kmnist": (28, 28, 1), "cifar10": (32, 32, 3)}
        kinds = {"image": tfds.features.Image(shape=shapes.get(name), encoding_format="jpeg" if name == "flowers" else "png"),
                 "label": tfds.features.ClassLabel(num_classes=10), "text": tfds.features.Text()}
        builder = tfds.dataset_builders.store_as_tfds_dataset(
            name=set_name, config=config or None, version="1.0.0", data_dir=homes / "tfds",
            features=tfds.features.FeaturesDict({feature: kinds[feature] for feature in rows["train"][0]}),
            split_datasets={split: list(enumerate(part)) for split, part in rows.items()},
            download_config=tfds.download.DownloadConfig(try_download_gcs=False))
        return builder.data_path
    return prepare
