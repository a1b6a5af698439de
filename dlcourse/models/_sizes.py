"""Sizes of networks that see: how small a picture may be, and how a net is made narrower."""


def scaled(size, width, multiple=1):
    """`width` times as many filters or units, rounded to a whole multiple and never none.

    >>> scaled(64, 1), scaled(64, 0.25), scaled(64, 0.001), scaled(96, 0.1, multiple=4)
    (64, 16, 1, 8)
    """
    if not width > 0:
        raise ValueError(f"width={width}: choose a number above 0, such as 0.25 for a quarter of the filters")
    return max(1, round(size * width / multiple)) * multiple


def check_task(input_shape, classes, smallest=1):
    """An error in words unless pictures of `input_shape`, no side below `smallest` pixels, can be told into `classes`.

    >>> check_task((28, 28), 10, smallest=32)
    Traceback (most recent call last):
    ValueError: input_shape=(28, 28): give (height, width, channels) with at least 32 pixels a side, such as (32, 32, 3)
    """
    whole = all(isinstance(size, int) and size > 0 for size in input_shape)
    if len(input_shape) != 3 or not whole or min(input_shape[:2]) < smallest:
        raise ValueError(f"input_shape={input_shape}: give (height, width, channels) with at least {smallest} pixels a side, "
                         f"such as ({smallest}, {smallest}, 3)")
    if classes < 2:
        raise ValueError(f"classes={classes}: a softmax chooses among at least 2 classes")
