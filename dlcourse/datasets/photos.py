"""Two real photographs, for what needs no labels: filters, colours, style."""

import io

import numpy as np

from dlcourse.datasets.embedded import read

NAMES = ("china", "flower")


def load_data():
    """Two photographs in colour: a Chinese temple (many straight edges) and a dahlia (round and soft).

    Shape:   no (x, y) here but one array of pictures, (2, 240, 320, 3): rows, columns, then red, green, blue; uint8 from 0 to 255,
             in the order of `NAMES`. There is nothing to tell them apart by, and nothing to test on.
    Origin:  china.jpg and flower.jpg as scikit-learn carries them, the middle cut out at 4:3 and scaled down. On Flickr: china by
             danielbuechele, https://www.flickr.com/photos/danielbuechele/6061409035/; flower from
             https://www.flickr.com/photos/vultilion/6056698931/, which scikit-learn's README also ascribes to danielbuechele.
    Licence: CC BY 2.0, https://creativecommons.org/licenses/by/2.0/, both; changed here: cut and scaled.

    >>> china, flower = load_data()
    >>> china.shape, china.dtype
    ((240, 320, 3), dtype('uint8'))
    """
    return np.load(io.BytesIO(read("photos.npy")), allow_pickle=False)
