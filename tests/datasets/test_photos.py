"""The photographs are scikit-learn's, upright and in true colours."""

import numpy as np

from dlcourse import places
from dlcourse.datasets import photos


def test_two_pictures_of_a_size():
    pictures = photos.load_data()
    assert pictures.shape == (2, 240, 320, 3) and len(photos.NAMES) == 2
    assert (places.folder("data") / "photos.npy").stat().st_size <= 500_000


def test_they_are_the_middle_of_scikit_learns():
    from sklearn.datasets import load_sample_image

    for name, ours in zip(photos.NAMES, photos.load_data()):
        theirs = load_sample_image(f"{name}.jpg")[:, 36:604]       # at 4:3 of 427 rows
        blocks = theirs[:420, :560].reshape(6, 70, 8, 70, 3).mean(axis=(1, 3))
        rows, columns = np.linspace(0, 240 * 420 / 427, 7).round().astype(int), np.linspace(0, 320 * 560 / 568, 9).round().astype(int)
        same = [[ours[top:bottom, left:right].mean(axis=(0, 1)) for left, right in zip(columns, columns[1:])]
                for top, bottom in zip(rows, rows[1:])]
        assert np.abs(np.array(same) - blocks).max() < 8


def test_sky_and_petals_have_their_colours():
    china, flower = photos.load_data().astype(int)
    assert china[:40].mean() > china[-40:].mean() + 40, "the sky is above"
    red, green, blue = flower[120, 160]
    assert red > green > blue, "the dahlia is orange"
