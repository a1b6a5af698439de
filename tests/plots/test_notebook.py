"""In a notebook each figure is shown exactly once, and a film not twice."""

import nbformat
from nbclient import NotebookClient

CELLS = {
    "from dlcourse import plots\nax = plots.points([[0, 0], [1, 1]], [0, 1], title='Two')\nplots.line([1, 1], -1, ax=ax);": ["image/png"],
    "plots.film(lambda ax, i: ax.plot([0, i]), frames=2)": ["text/html"],
    "1": [],
    "plots.lines([0, 1], [1, 2], title='Later cells show theirs too');": ["image/png"],
}


def test_every_cell_shows_its_figure_once(monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    for cell, expected in zip(notebook.cells, CELLS.values()):
        shown = [kind for output in cell.outputs for kind in output.get("data", {}) if kind != "text/plain"]
        assert shown == expected, cell.outputs
