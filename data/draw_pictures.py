"""Draw the pictures in this folder's README again: one of each embedded data set, as `dlcourse data NAME` saves it.

    python data/draw_pictures.py           writes pictures/NAME.png for every set
    python data/draw_pictures.py scenes    the same for that set; any number of names
"""

import sys
from pathlib import Path

from dlcourse import datasets, picturing

FOLDER = Path(__file__).resolve().parent / "pictures"


def main(names):
    """Write them, the old ones away first: they differ by no more than Matplotlib does."""
    FOLDER.mkdir(exist_ok=True)
    for name in names or datasets.CONTENTS:
        path = FOLDER / f"{name}.png"
        path.unlink(missing_ok=True)
        print(picturing.save(name, getattr(datasets, name).load_data(), path), f"{path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
