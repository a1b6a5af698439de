"""Time several ways of doing one thing, fairly: they take turns, so that a busy moment hits all alike."""

import statistics
import time


def race(ways, rounds):
    """Run every way (a function) `rounds` times; print medians and their ratios to the first way's.

    >>> race({"nothing": lambda: None}, rounds=3)
    nothing                      0.000 s    1.0 ×
    """
    runs = [{name: _seconds(way) for name, way in ways.items()} for _ in range(rounds)]
    medians = {name: statistics.median(run[name] for run in runs) for name in ways}
    first = next(iter(medians.values()))
    for name, median in medians.items():
        print(f"{name:<26}{median:8.3f} s   {median / first:4.1f} ×")


def _seconds(way):
    began = time.perf_counter()
    way()
    return time.perf_counter() - began
