"""Old Japanese handwriting in the format of MNIST."""

from dlcourse.datasets import online

CLASSES = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")


def _file(name, size, digest):
    return online.File(f"kmnist/{name}-ubyte.gz", f"http://codh.rois.ac.jp/kmnist/dataset/kmnist/{name}-ubyte.gz", size, digest)


SOURCE = online.Online(
    name="kmnist", tfds="kmnist", instead="glyphs", from_tfds=online.from_pictures, from_files=online.from_idx,
    files=(_file("train-labels-idx1", 29_497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
           _file("train-images-idx3", 18_165_135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
           _file("t10k-labels-idx1", 5_120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
           _file("t10k-images-idx3", 3_041_136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5")))


def load_data():
    """Ten characters of old Japanese cursive writing, 28x28 grey pixels: a drop-in for MNIST, each class in several forms.

    Shape:   x_train (60000, 28, 28), x_test (10000, 28, 28), uint8 from 0 (paper) to 255 (ink); y uint8 from 0 to 9, places in
             `CLASSES`, 6000 and 1000 of each.
    Origin:  T. Clanuwat and others 2018, Deep Learning for Classical Japanese Literature, https://arxiv.org/abs/1812.01718: Kuzushiji-MNIST
             of the Center for Open Data in the Humanities, cut from books of the 18th and 19th centuries.
    Licence: CC BY-SA 4.0.

    Keras has no such set. Its four files lie in the folder `kmnist` beside those of Keras.

    From Keras' cache the pictures come in the published order, from that of tensorflow-datasets in another one.

    >>> (x_train, y_train), (x_test, y_test) = load_data()    # doctest: +SKIP
    >>> x_train.shape, CLASSES[0]                             # doctest: +SKIP
    ((60000, 28, 28), 'o')
    """
    return online.load(SOURCE)
