"""How long `import dlcourse` and `dlcourse --help` take, against a Python that does nothing, in the same run.

    python benchmarks/startup.py
"""

import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python that does nothing": ["-c", "pass"],
    "import dlcourse": ["-c", "import dlcourse"],
    "dlcourse --help": ["-m", "dlcourse", "--help"],
    "dlcourse models": ["-m", "dlcourse", "models"],
}
ROUNDS = 15


def seconds(arguments):
    """The wall-clock seconds of one fresh process."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def main():
    """Take turns, so that a busy moment hits all alike; print medians and ratios."""
    runs = [{name: seconds(arguments) for name, arguments in COMMANDS.items()} for _ in range(ROUNDS)]
    medians = {name: statistics.median(run[name] for run in runs) for name in COMMANDS}
    bare = medians["python that does nothing"]
    for name, median in medians.items():
        print(f"{name:<26}{median:7.3f} s   {median / bare:5.1f} ×   {median - bare:+.3f} s")


if __name__ == "__main__":
    main()
