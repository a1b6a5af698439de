"""Today's weather in, tomorrow's temperature out: as a number, or as hot or cold."""

import numpy as np

from dlcourse.datasets.embedded import read

FEATURES = ("temperature", "humidity", "pressure", "wind", "cloud")  # °C, %, hPa, km/h, % of the sky; means of a day
TEST_YEAR = "2024"


def load_data(target="temperature", days=1):
    """Synthetic daily weather, 2019 to 2024, of a temperate city that does not exist.

    Shape:   x (1826 - days, 5 * days) to train on, from 2019 to 2023, and (366, 5 * days) to test on, 2024; float32: `FEATURES` of
             today, then of yesterday, and so on, for `days` days. y: tomorrow's mean temperature in °C, float32; or, with
             target="hot", int32: 1 if that is above the training years' median, else 0. In order of time.
    Origin:  nobody measured it. `data/prepare.py` draws it from a seeded model: a yearly cycle, weather that remembers
             yesterday, and clear, calm days that warm the next one.
    Licence: made here, MIT like the course.

    How well can one do on the test year, from today alone? Temperature, mean squared error in (°C)²: always the training
    mean 50.6; "as today" 5.0; one linear neuron 3.4. Hot or cold, accuracy: always "hot" 52 %; "as today" 93 %; one logistic
    neuron 95 %.

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, x_test.shape
    ((1825, 5), (366, 5))
    """
    if target not in ("temperature", "hot"):
        raise ValueError(f'target={target!r} is unknown: choose "temperature" or "hot"')
    if days not in range(1, 366):
        raise ValueError(f"days={days!r} is not a number of days from 1 to 365")
    dates, measured = _table()
    past = [measured[days - 1 - ago:len(measured) - 1 - ago] for ago in range(days)]
    x, y = np.hstack(past), measured[days:, FEATURES.index("temperature")]
    test = np.char.startswith(dates[days:], TEST_YEAR)
    if target == "hot":
        y = (y > np.median(y[~test])).astype("int32")
    return (x[~test], y[~test]), (x[test], y[test])


def _table():
    """The dates, and the measurements in the order of FEATURES."""
    header, *lines = read("weather.csv").decode().splitlines()
    rows = np.array([line.split(",") for line in lines])
    columns = [header.split(",").index(name) for name in FEATURES]
    return rows[:, 0], rows[:, columns].astype("float32")
