"""Every spelling, read by someone else's reader, is the ISO date beside it; and no test date was trained on."""

import datetime
import re

import numpy as np
import pytest

from dlcourse.datasets import dates

# How Python's own reader spells them, ordinals and Roman months aside: it checks names of months and days as well.
READERS = ("%d %B %Y", "%d %b %Y", "%d-%b-%y", "%d. %B %Y", "%d of %B %Y", "%A, %d of %B %Y", "%a %d %b %Y", "%B %d, %Y", "%b %d, %y",
           "%B %d, %Y", "%A, %B %d, %Y", "%d.%m.%Y", "%d.%m.%y", "%d.%m.%Y", "%Y/%m/%d", "%Y %b %d")
WEEKDAYS = ("%A", "%a")


def read(text, reader):
    """A date as strptime reads it; two digits of a year from 50 on are of the last century."""
    text = re.sub(r"(?<=\d)(st|nd|rd|th)", "", text)
    text = re.sub(r"\.([IVX]+)\.", lambda found: f".{dates.ROMAN.index(found[1]) + 1}.", text)
    moment = datetime.datetime.strptime(text, reader)
    if "%y" in reader:
        moment = moment.replace(year=moment.year % 100 + (1900 if moment.year % 100 >= 50 else 2000))
    assert text.startswith(moment.strftime("%a")) or not reader.startswith(WEEKDAYS), "the weekday is the true one"
    return moment.date().isoformat()


@pytest.mark.parametrize("spelling, reader", zip(dates.SPELLINGS, READERS, strict=True))
def test_every_spelling_is_read_as_the_date_it_was(spelling, reader):
    for date in (dates.FIRST + datetime.timedelta(days) for days in range(0, 36525, 97)):
        assert read(dates.spell(date, spelling), reader) == date.isoformat()


def test_labels_are_true_whatever_the_spelling():
    (x, y), _ = dates.load_data(samples=1000)
    for text, iso in zip(x, y):
        readings = set()
        for reader in READERS:
            try:
                readings.add(read(str(text), reader))
            except ValueError:
                pass
        assert readings == {iso}, "and no other spelling reads it as another date"


def test_shapes_and_that_no_date_comes_twice():
    (x_train, y_train), (x_test, y_test) = dates.load_data()
    assert x_train.shape == y_train.shape == (10_000,) and x_test.shape == y_test.shape == (2000,)
    assert len({*y_train, *y_test}) == 12_000
    assert f"{min(map(len, x_train))} to {max(map(len, x_train))} characters" in dates.load_data.__doc__


@pytest.mark.parametrize("day, nth", [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
                                      (21, "21st"), (22, "22nd"), (23, "23rd"), (30, "30th"), (31, "31st")])
def test_ordinals(day, nth):
    assert dates.spell(datetime.date(2000, 1, day), "{nth}") == nth


def test_encoding_and_back():
    (x, y), _ = dates.load_data(samples=500)
    rows = dates.encode(x, length=40)
    assert rows.shape == (500, 40) and rows.dtype == "int32" and dates.encode(y).shape == (500, 10)
    assert dates.decode(rows) == x.tolist() and dates.decode(dates.encode(y)) == y.tolist()
    assert len(set(dates.ALPHABET)) == len(dates.ALPHABET) and set("".join(x)) | set("".join(y)) <= set(dates.ALPHABET)
    a_year = [dates.FIRST + datetime.timedelta(days) for days in range(365)]
    everything = "".join(dates.spell(date, spelling) for date in a_year for spelling in dates.SPELLINGS)
    assert set(everything) == set(dates.ALPHABET[1:]), "the alphabet has what is needed and no more"


@pytest.mark.parametrize("attempt, says", [
    (lambda: dates.load_data(samples=40_000), "choose 5 to 30,437"), (lambda: dates.load_data(samples=0), "choose 5 to"),
    (lambda: dates.encode(["1997-03-03"], length=4), "choose 10 or more"), (lambda: dates.encode(["3 Mär"]), "'ä'"),
    (lambda: dates.decode([[99]]), "0 to 48"), (lambda: dates.decode([1, 2]), "rows of whole numbers"),
    (lambda: dates.decode(np.ones((1, 2))), "whole numbers"),
])
def test_it_says_what_is_wrong(attempt, says):
    with pytest.raises(ValueError, match=says):
        attempt()
