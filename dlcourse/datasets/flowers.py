"""Photographs of flowers, of all sizes: enough to fine-tune a network that has seen other pictures before."""

import hashlib
import io
import tarfile

import numpy as np

from dlcourse.datasets import online

CLASSES = ("dandelion", "daisy", "tulips", "sunflowers", "roses")


def _from_tfds(splits):
    return list(splits["train"]["image"]), splits["train"]["label"]


def _from_files(paths):
    with tarfile.open(paths[0]) as archive:
        found = [(archive.extractfile(member).read(), CLASSES.index(member.name.split("/")[-2]))
                 for member in archive if member.name.endswith(".jpg")]
    return [content for content, _ in found], np.array([label for _, label in found])


SOURCE = online.Online(
    name="flowers", tfds="tf_flowers", instead="photos", from_tfds=_from_tfds, from_files=_from_files, undecoded=("image",),
    files=(online.File("flower_photos.tgz", "https://storage.googleapis.com/download.tensorflow.org/example_images/flower_photos.tgz",
                       228_813_984, "4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c",
                       also=("flower_photos.tar", "flower_photos.tar.gz", "flower_photos_archive", "flower_photos.tgz_archive")),))


def load_data(size=96, seed=0):
    """Photographs of five kinds of flowers, made square and of one size.

    Shape:   x_train (2936, size, size, 3), x_test (734, size, size, 3): rows, columns, then red, green, blue; uint8 from 0 to 255;
             y uint8 from 0 to 4, places in `CLASSES`, 633 to 898 of each.
    Origin:  The TensorFlow Team 2019, Flowers, http://download.tensorflow.org/example_images/flower_photos.tgz: from Flickr. The
             middle of each is cut out and scaled. They come without a test set: `seed` chooses a fifth of them.
    Licence: CC BY, each by its photographer, named in the archive's LICENSE.txt.

    >>> (x_train, y_train), (x_test, y_test) = load_data(size=64)    # doctest: +SKIP
    >>> x_train.shape, CLASSES[0]                                    # doctest: +SKIP
    ((2936, 64, 64, 3), 'dandelion')
    """
    if size < 1:
        raise ValueError(f"size={size} leaves no picture: choose 1 or more, such as 96")
    contents, labels = online.load(SOURCE)
    # By the sums of their bytes: as good as shuffled, and the same from every cache.
    order = sorted(range(len(contents)), key=lambda row: hashlib.sha256(str(seed).encode() + contents[row]).digest())
    x = np.stack([_square(contents[row], size) for row in order])
    y, test = labels[order].astype("uint8"), len(order) // 5
    return (x[test:], y[test:]), (x[:test], y[:test])


def _square(content, size):
    """The middle of a JPEG, `size` by `size` pixels."""
    from PIL import Image

    picture = Image.open(io.BytesIO(content))
    picture.draft("RGB", (size, size))      # JPEG can be read at a half, a quarter or an eighth, and fast
    width, height = picture.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return np.asarray(picture.convert("RGB").resize((size, size), box=(left, top, left + side, top + side)))
