"""Marking on many machines: the workers of a Dask cluster run the same jobs, each behind its own machine's walls.

The gradebook stays with the one who asked. A worker that dies loses nothing: Dask gives its submissions to another.
"""

import functools

from dlcourse.errors import CourseError
from dlcourse.grading import marking
from dlcourse.grading.marks import result_of
from dlcourse.grading.walls import walls
from dlcourse.grading.warm import Warm

PATIENCE = 20       # seconds until a scheduler must have answered


def mark_all(lab, submissions, limits, wanted, scheduler, trust=False, require=False):
    """Mark every submission on the workers of the cluster at `scheduler`: yields a Result for each as it comes.

    >>> list(mark_all(None, [], None, {}, "tcp://127.0.0.1:1"))     # nothing to do: nobody is asked
    []
    """
    if not submissions:
        return
    with _client(scheduler) as client:
        from distributed import as_completed

        futures = {client.submit(mark_one, lab, one, limits, wanted[one.student], trust, require, pure=False, key=f"{lab.name}-{k}-{one.digest}"): one
                   for k, one in enumerate(submissions)}
        for future in as_completed(list(futures)):
            yield _result(lab, futures[future], future)


def mark_one(lab, submission, limits, wanted, trust=False, require=False):
    """What a worker does: mark one submission by its own warm process, behind its own machine's walls.

    >>> mark_one.__name__       # for a worker: it starts a warm process and keeps it
    'mark_one'
    """
    return marking.mark(lab, submission, _warm(walls(trust, require).level), limits, wanted)


@functools.cache
def _warm(level):
    return Warm(level)


def _client(scheduler):
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise CourseError("marking on a cluster needs Dask: pip install 'dlcourse[cluster]'") from None
    try:
        return Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise CourseError(f"no Dask scheduler answers at {scheduler} ({type(error).__name__}): start one with `dask scheduler`, and "
                          "workers with `dask worker`, where dlcourse is installed") from None


def _result(lab, submission, future):
    """A future's Result, come what may: only what is wrong with the lab or the workers ends the marking of all."""
    try:
        return future.result()
    except CourseError:
        raise
    except Exception as error:      # as when workers keep dying of one submission
        problem = f"this submission could not be marked: {type(error).__name__}: {error}"
        return result_of(lab, submission, lambda question: problem, problem=problem)
