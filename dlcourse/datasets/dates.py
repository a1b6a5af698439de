"""Dates as people write them, and the one way in which computers do."""

import datetime

import numpy as np

FIRST, LAST = datetime.date(1950, 1, 1), datetime.date(2049, 12, 31)      # so that 50 means 1950, and 49 means 2049
MONTHS = ("January", "February", "March", "April", "May", "June",
          "July", "August", "September", "October", "November", "December")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# In purely numerical spellings the day comes first, and the month second; if a year of four digits leads, the day is last.
SPELLINGS = (
    "{day} {month} {year}", "{day:02} {mon} {year}", "{day}-{mon}-{yy:02}", "{day}. {month} {year}", "{nth} of {month} {year}",
    "{weekday}, {nth} of {month} {year}", "{wd} {day} {mon} {year}", "{month} {day}, {year}", "{mon} {day}, {yy:02}",
    "{month} {nth}, {year}", "{weekday}, {month} {day}, {year}", "{day:02}.{number:02}.{year}", "{day}.{number}.{yy:02}",
    "{day}.{roman}.{year}", "{year}/{number:02}/{day:02}", "{year} {mon} {day}",
)
# What encode() can write: a character's number is its place, and 0, the first, fills up at the end.
ALPHABET = "·" + "0123456789 ,-./" + "".join(sorted(set("".join([*MONTHS, *WEEKDAYS, *ROMAN, "stndrdthof"]))))


def load_data(samples=10_000, seed=0):
    """Dates in sixteen spellings, such as "Monday, 3rd of March 1997", and the same date in ISO 8601, "1997-03-03".

    Shape:   x_train (samples,), x_test (samples / 5,), strings of 6 to 33 characters; y strings of 10. `encode` makes them arrays
             of numbers, `decode` makes those strings again.
    Origin:  drawn here, from `seed`: days from 1950 to 2049, none of them twice, so that no test date was trained on in any
             spelling. The weekday is the true one.
    Licence: made here, MIT like the course.

    3.4.05 is the third of April: the day comes first. Of two digits for a year, 50 to 99 mean 1950 to 1999, and 00 to 49 mean 2000
    to 2049.

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> str(x_train[0]), str(y_train[0])
    ('19. December 1970', '1970-12-19')
    """
    days = (LAST - FIRST).days + 1
    if not 5 <= samples <= days * 5 // 6:
        raise ValueError(f"samples={samples} is too few or too many for dates that differ: choose 5 to {days * 5 // 6:,}")
    rng = np.random.default_rng(seed)
    total = samples + samples // 5
    drawn = [FIRST + datetime.timedelta(int(day)) for day in rng.choice(days, total, replace=False)]
    x = np.array([spell(date, SPELLINGS[which]) for date, which in zip(drawn, rng.permutation(np.arange(total) % len(SPELLINGS)))])
    y = np.array([date.isoformat() for date in drawn])
    return (x[:samples], y[:samples]), (x[samples:], y[samples:])


def spell(date, spelling):
    """One date in one of the `SPELLINGS`.

    >>> spell(datetime.date(1997, 3, 3), "{weekday}, {nth} of {month} {year}")
    'Monday, 3rd of March 1997'
    """
    day, month, weekday = date.day, MONTHS[date.month - 1], WEEKDAYS[date.weekday()]
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return spelling.format(day=day, nth=f"{day}{ending}", number=date.month, roman=ROMAN[date.month - 1], month=month, mon=month[:3],
                           weekday=weekday, wd=weekday[:3], year=date.year, yy=date.year % 100)


def encode(texts, length=None):
    """Strings as rows of numbers, places in `ALPHABET`, filled up with 0 to `length` (None: the longest string's).

    >>> encode(["1997", "05"])
    array([[ 2, 10, 10,  8],
           [ 1,  6,  0,  0]], dtype=int32)
    """
    texts = [str(text) for text in texts]
    longest = max(map(len, texts), default=0)
    if length is not None and longest > length:
        raise ValueError(f"a text has {longest} characters, which do not fit into length={length}: choose {longest} or more")
    unknown = sorted(set("".join(texts)) - set(ALPHABET[1:]))
    if unknown:
        raise ValueError(f"no date contains {unknown[0]!r}: ALPHABET lists the characters that can be encoded")
    place = {character: number for number, character in enumerate(ALPHABET)}
    rows = np.zeros((len(texts), length or longest), dtype="int32")
    for row, text in zip(rows, texts):
        row[:len(text)] = [place[character] for character in text]
    return rows


def decode(rows):
    """Rows of numbers as strings, up to the first 0 in each.

    >>> decode(encode(["1997-03-03", "3 May 05"]))
    ['1997-03-03', '3 May 05']
    """
    rows = np.asarray(rows)
    if rows.ndim != 2 or rows.dtype.kind not in "iu" or not ((rows >= 0) & (rows < len(ALPHABET))).all():
        raise ValueError(f"decode takes rows of whole numbers from 0 to {len(ALPHABET) - 1}, the places in ALPHABET")
    return ["".join(ALPHABET[number] for number in row).split("·")[0] for row in rows]
