"""How long `import dlcourse` and `dlcourse --help` take, against a Python that does nothing, in the same run.

    python benchmarks/startup.py
"""

import subprocess
import sys

from racing import race

COMMANDS = {
    "python that does nothing": ["-c", "pass"],
    "import dlcourse": ["-c", "import dlcourse"],
    "dlcourse --help": ["-m", "dlcourse", "--help"],
    "dlcourse models": ["-m", "dlcourse", "models"],
}


def start(arguments):
    """A function that runs one fresh Python process to its end."""
    return lambda: subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    race({name: start(arguments) for name, arguments in COMMANDS.items()}, rounds=15)
