"""Clothes in the format of MNIST, and harder."""

from dlcourse.datasets import online

CLASSES = ("T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


def _file(name, size, digest):
    return online.File(f"fashion-mnist/{name}-ubyte.gz", f"{online.KERAS_FILES}/{name}-ubyte.gz", size, digest)


SOURCE = online.Online(
    name="fashion_mnist", tfds="fashion_mnist", instead="glyphs", from_tfds=online.from_pictures, from_files=online.from_idx,
    files=(_file("train-labels-idx1", 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
           _file("train-images-idx3", 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
           _file("t10k-labels-idx1", 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
           _file("t10k-images-idx3", 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073")))


def load_data():
    """Photographs of clothes, shoes and bags from a shop, 28x28 grey pixels: a drop-in for MNIST that is harder.

    Shape:   x_train (60000, 28, 28), x_test (10000, 28, 28), uint8 from 0 (background) to 255; y uint8 from 0 to 9, places in
             `CLASSES`, 6000 and 1000 of each.
    Origin:  H. Xiao, K. Rasul and R. Vollgraf 2017, Fashion-MNIST, https://arxiv.org/abs/1708.07747: Zalando's pictures of its articles.
    Licence: MIT, Zalando SE.

    From Keras' cache the pictures come in the published order, from that of tensorflow-datasets in another one.

    >>> (x_train, y_train), (x_test, y_test) = load_data()    # doctest: +SKIP
    >>> x_train.shape, CLASSES[9]                             # doctest: +SKIP
    ((60000, 28, 28), 'ankle boot')
    """
    return online.load(SOURCE)
