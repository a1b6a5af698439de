"""What the jail costs a job: start and end of a process that does nothing, from a parent that has imported TensorFlow.

    python benchmarks/jail.py
"""

import gc
import os

from racing import race

from dlcourse.grading import jail


def fork():
    """A fork without anything around it, to its end."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def jailed(level):
    """A function that starts a job in the jail and waits until nothing of it is left."""
    def run():
        with jail.spawn(lambda: None, level) as prisoner:
            assert prisoner.reap() == "exit 0"
    return run


if __name__ == "__main__":
    os.environ |= {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    import tensorflow  # noqa: F401  (for its size)

    gc.collect()
    gc.freeze()
    ways = {level: jailed(level) for level in reversed(jail.LEVELS) if level == "none" or jail.works(level)}
    print("\n".join(map(jail.why, ways)))
    race({"fork alone": fork} | ways, rounds=40)
