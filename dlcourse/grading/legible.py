"""What students wrote, made fit to be shown to others: without what steers a terminal, without end, or under a file's name."""

import hashlib
import re
import unicodedata

_STEERING = re.compile(r"\x1b\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)?|\x1b\[[0-?]{0,100}[ -/]{0,100}[@-~]?|\x1b[@-_]?")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)      # no file of Windows can be called so


def legible(text, limit=None):
    """Text without colour codes and control characters; of more than `limit` characters the beginning and the end.

    A line that was written over and over, like a progress bar, shows as it was left.

    >>> legible("\\x1b[31m10 %\\r100 %\\x1b[0m\\x00"), legible("a" * 500 + "z" * 500, 50)
    ('100 %�', 'aaaaa … 990 characters left out … zzzzz')
    """
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in str(text).split("\n"))
    text = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", _STEERING.sub("", "\n".join(lines)))
    if limit is None or len(text) <= limit:
        return text
    half = max((limit - 40) // 2, 1)
    return f"{text[:half]} … {len(text) - 2 * half:,} characters left out … {text[-half:]}"


def brief(text, limit):
    """Text on one line of at most `limit` characters.

    >>> brief("a message\\n  of many words", 12)
    'a message o…'
    """
    line = " ".join(legible(text, 4 * limit).split())
    return line if len(line) <= limit else line[:limit - 1] + "…"


def file_names(students):
    """A name for each student's file, safe on every system and unlike all the others': {student: name}.

    >>> file_names(["Ada Lovelace", "bob", "../bob"])
    {'Ada Lovelace': 'Ada-Lovelace', 'bob': 'bob-81b637d8fc', '../bob': 'bob-548201c683'}
    """
    plain = {student: re.sub(r"[^\w-]+", "-", unicodedata.normalize("NFKC", legible(student)))[:50].strip("-_") for student in students}
    alike = [unicodedata.normalize("NFKC", name.casefold()) for name in plain.values()]
    unsure = {student for (student, name), key in zip(plain.items(), alike)
              if alike.count(key) > 1 or not name or _DEVICES.fullmatch(name) or re.search(r"-[0-9a-f]{10}$", name)}
    return {student: f"{name or 'student'}-{_digest(student)}" if student in unsure else name for student, name in plain.items()}


def _digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
