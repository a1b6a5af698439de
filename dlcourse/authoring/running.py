"""Run a notebook's cells in a fresh kernel, one by one, with the seconds and the error of each."""

import dataclasses
import os
import subprocess
import time

from dlcourse.errors import CourseError

PATIENCE = 5    # seconds that a cell has to end after Ctrl-C


@dataclasses.dataclass(frozen=True)
class Run:
    """What became of one cell: its id, how long it took, its error in one line ('' if none), and what it printed.

    >>> Run("lab01-1-1-check", 0.5).error
    ''
    """

    id: str
    seconds: float
    error: str = ""
    printed: str = ""


def run(notebook, timeout=600, strict=True, folder=".", progress=None):
    """Run every code cell and return a Run for each; errors do not stop it, a dead kernel ends it with what was done.

    `timeout` seconds is what one cell may take, setup excepted; `strict` makes a failing check an error; `progress(run)` is
    called after each cell.

    >>> import nbformat
    >>> book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(6 * 7)", id="a")])
    >>> run(book, timeout=60)[0].printed
    '42\\n'
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    environment = {"TF_CPP_MIN_LOG_LEVEL": "3"} | os.environ | ({"DLCOURSE_STRICT": "1", "NO_COLOR": "1"} if strict else {})
    # At the deadline nbclient presses Ctrl-C and believes the cell to be over; only raise_on_iopub_timeout tells, after some
    # patience, that it still runs.
    client = NotebookClient(notebook, timeout_func=lambda cell: None if _is_setup(cell) else timeout, allow_errors=True, interrupt_on_timeout=True,
                            error_on_timeout={"ename": "Timeout", "evalue": ""}, raise_on_iopub_timeout=True, iopub_timeout=PATIENCE,
                            resources={"metadata": {"path": str(folder)}})
    client.log.setLevel("CRITICAL")
    runs = []
    # The kernel's own greetings and warnings go nowhere; what cells write comes through Jupyter's channels.
    with client.setup_kernel(env=environment, stderr=subprocess.DEVNULL):
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            began, ended = time.perf_counter(), ""
            try:
                client.execute_cell(cell, index)
            except CellTimeoutError:
                ended = f"stopped after {timeout} seconds"
            except DeadKernelError:
                ended = "the answer ended the Python process"
            runs.append(_told(cell, time.perf_counter() - began, timeout, ended))
            if progress:
                progress(runs[-1])
            if ended:
                break
    return runs


def _is_setup(cell):
    """Setup loads TensorFlow, which may take long on a cold machine and is not the student's doing."""
    return "setup" in cell.metadata.get("tags", [])


def _told(cell, seconds, timeout, ended):
    late = seconds >= timeout and not _is_setup(cell)
    stopped = ended or late and f"stopped after {timeout} seconds"
    errors = [f"{output.ename}: {output.evalue}" for output in cell.outputs if output.output_type == "error"]
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout")
    return Run(cell.id, seconds, stopped or " ".join("".join(errors[:1]).split()), printed)


def load(path):
    """Read a notebook, or say in one sentence why it cannot be read.

    >>> load("nowhere.ipynb")
    Traceback (most recent call last):
    dlcourse.errors.CourseError: nowhere.ipynb cannot be read as a notebook: No such file or directory
    """
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except OSError as error:
        raise CourseError(f"{path} cannot be read as a notebook: {error.strerror}") from None
    except Exception as error:      # nbformat raises what its schema checker, its converter or JSON happen to raise
        raise CourseError(f"{path} cannot be read as a notebook: {' '.join(str(error).split())[:120]}") from None
