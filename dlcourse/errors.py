"""The one exception that is meant for people."""


class CourseError(Exception):
    """What is wrong and what to do about it, in one sentence: shown as it is, never as a traceback.

    >>> raise CourseError("no lab is called 'lab99': see `dlcourse labs`")
    Traceback (most recent call last):
    dlcourse.errors.CourseError: no lab is called 'lab99': see `dlcourse labs`
    """
