"""Recreate the embedded data: the same arrays, byte for byte, under the versions in constraints.txt.

    python data/prepare.py                        writes every file that differs, and SHA256SUMS
    python data/prepare.py weather.csv            the same for that file; any number of names
    python data/prepare.py --check                writes nothing; names the files that differ and exits with 1
    python data/prepare.py --check weather.csv    the same for that file

What a file holds is compared, not how it is packed: another build of zlib packs the same arrays into other bytes. SHA256SUMS are the
sums of the files as they are.
"""

import argparse
import hashlib
import io
import zipfile
import zlib
from functools import partial
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent


def digits():
    """The 1,797 scanned digits that scikit-learn carries, shuffled once: a row is 64 grey levels, then the label."""
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    rows = np.column_stack([images, labels]).astype("uint8")
    # Shuffled here and not on loading: neighbours in the original were written by the same hand.
    file = io.BytesIO()
    np.save(file, rows[np.random.default_rng(0).permutation(len(rows))])
    return file.getvalue()


def photos():
    """The two photographs that scikit-learn carries: the middle of each at 4:3, scaled to 240 rows of 320 pixels."""
    from PIL import Image
    from sklearn.datasets import load_sample_images

    pictures = []
    for picture in load_sample_images().images:
        rows, columns, _ = picture.shape
        left = (columns - rows * 4 // 3) // 2
        middle = Image.fromarray(picture[:, left:columns - left])
        pictures.append(np.asarray(middle.resize((320, 240), Image.Resampling.LANCZOS)))
    file = io.BytesIO()
    np.save(file, np.stack(pictures))
    return file.getvalue()


def weather():
    """Six years of a temperate city that does not exist: the yearly cycle, and weather that remembers yesterday."""
    dates = np.arange("2019-01-01", "2025-01-01", dtype="datetime64[D]")
    day_of_year = (dates - dates.astype("datetime64[Y]")).astype(int)
    season = np.cos(2 * np.pi * (day_of_year - 200) / 365.25)  # 1 in mid July, -1 in mid January
    lines = ["date,temperature,humidity,pressure,wind,cloud"]
    for date, warmth, today in zip(dates, season, _days(len(dates))):
        anomaly, humidity, pressure, wind, cloud = today
        lines.append(f"{date},{11 + 8 * warmth + anomaly:.1f},{np.clip(humidity - 8 * warmth, 20, 100):.0f},"
                     f"{1015 + pressure:.1f},{wind:.1f},{cloud:.0f}")
    return ("\n".join(lines) + "\n").encode()


def _days(count):
    """Departures from the season, day by day. Tomorrow grows out of today: clear and calm skies warm, cloud and wind cool."""
    rng = np.random.default_rng(2019)
    anomaly, pressure, wind, cloud = 0.0, 0.0, 12.0, 60.0
    for _ in range(count):
        anomaly = 0.78 * anomaly - 0.06 * (cloud - 60) - 0.12 * (wind - 12) + rng.normal(0, 1.6)
        before, pressure = pressure, 0.7 * pressure + rng.normal(0, 5.5)
        cloud = np.clip(60 - 2.0 * pressure + rng.normal(0, 15), 0, 100)
        wind = max(0.0, 10 - 0.2 * pressure + 0.4 * abs(pressure - before) + rng.normal(0, 3))
        humidity = 72 + 0.2 * (cloud - 60) - 0.8 * anomaly + rng.normal(0, 5)
        yield anomaly, humidity, pressure, wind, cloud


def glyphs(kind):
    """Pictures of characters in many fonts; see draw_glyphs.py."""
    import draw_glyphs

    return draw_glyphs.archive(kind)


RECIPES = {
    "digits.npy": digits,
    "glyphs-digits.npz": partial(glyphs, "digits"),
    "glyphs-letters.npz": partial(glyphs, "letters"),
    "photos.npy": photos,
    "weather.csv": weather,
}


def main(arguments=None):
    """Write the embedded files, or compare them; return the exit status."""
    parser = argparse.ArgumentParser(description="Recreate the embedded data: the same arrays, byte for byte.")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("names", nargs="*", metavar="FILE", help="only these files (default: all)")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(RECIPES)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))} is none of its files: choose from {', '.join(RECIPES)}")

    made = {name: RECIPES[name]() for name in options.names or RECIPES}
    differing = [name for name, content in made.items() if not _alike(name, content, _current(name))]
    if options.check:
        differing += ["SHA256SUMS"] if _sums() != _current("SHA256SUMS") else []
        print("\n".join(f"{name} differs from what prepare.py makes" for name in differing) or f"{len(made) + 1} files match")
        return 1 if differing else 0
    for name in differing:
        (FOLDER / name).write_bytes(made[name])
    if _sums() != _current("SHA256SUMS"):
        (FOLDER / "SHA256SUMS").write_bytes(_sums())
        differing.append("SHA256SUMS")
    print(f"wrote {', '.join(differing)}" if differing else f"{len(made) + 1} files match")
    return 0


def _alike(name, one, other):
    """Whether two files called `name` hold the same: the same bytes, or archives of the same arrays."""
    if one == other or other is None or not name.endswith(".npz"):
        return one == other
    try:
        one, other = _members(one), _members(other)
    except (zipfile.BadZipFile, zlib.error):
        return False
    return one == other


def _members(content):
    """{array's name: its bytes, with the header that says its type and shape}, unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _sums():
    """What `sha256sum` writes of the files; those that are not there yet are left out."""
    return "".join(f"{hashlib.sha256(_current(name)).hexdigest()}  {name}\n" for name in sorted(RECIPES) if _current(name)).encode()


def _current(name):
    path = FOLDER / name
    return path.read_bytes() if path.is_file() else None


if __name__ == "__main__":
    raise SystemExit(main())
