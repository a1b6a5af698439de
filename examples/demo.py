"""The course in three minutes, without network or screen: train, look, run a lab, mark a class.

    make demo        or        python examples/demo.py
"""

import collections
import contextlib
import os
import shutil
import sys
import time
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "Agg")

from dlcourse import datasets, models, places, plots, training   # training first: it keeps TensorFlow quiet

OUT = Path("demo-output")


def train():
    """A small network learns to read handwriting."""
    (x_train, y_train), (x_test, y_test) = datasets.digits.load_data()
    training.seed(0)
    model = models.MLP(input_shape=(8, 8), hidden=(64,))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train / 16, y_train, epochs=20, verbose=0, callbacks=[training.Progress()])
    accuracy = model.evaluate(x_test / 16, y_test, verbose=0)[1]
    said = model.predict(x_test[:24] / 16, verbose=0).argmax(axis=1)
    print(f"{accuracy:.1%} of {len(x_test)} digits that it never saw are read right.")
    grid = plots.images(x_test[:24], said, title=f"What the network reads ({accuracy:.1%} right)")
    return save(grid[0, 0].figure, "digits.png")


def save(figure, name):
    """Save a figure; returns its path."""
    figure.savefig(OUT / name, dpi=150)
    return OUT / name


def hand_in(lab):
    """Three sample submissions, made from the lab as students get it: full, half right, untouched."""
    import nbformat

    from dlcourse.grading import submissions

    folder = OUT / "handed-in"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    graded = [question.id for question in lab.questions.values() if not question.written]
    for student, answered in {"full": graded, "half-right": graded[:len(graded) // 2], "untouched": []}.items():
        notebook = nbformat.read(places.folder("labs") / f"{lab.name}.ipynb", as_version=4)
        answers = submissions.of_solution(lab, answered).answers
        for cell in notebook.cells:
            question = ".".join(cell.id.split("-")[1:3])
            if "answer" in cell.metadata.get("tags", []) and question in answers:
                cell.source = answers[question].pop(0)
        nbformat.write(notebook, folder / f"{student}.ipynb")
    return folder


@contextlib.contextmanager
def step(title):
    """A heading, and how long what follows it took."""
    print(f"\n\033[1m{title}\033[0m" if sys.stdout.isatty() else f"\n{title}")
    began = time.perf_counter()
    yield
    print(f"({time.perf_counter() - began:.0f} s)")


def main():
    """Everything in turn."""
    OUT.mkdir(exist_ok=True)
    training.report()
    with step("1  Train a network on embedded data"):
        print(f"The picture lies in {train()}")

    from dlcourse.authoring import running, source
    from dlcourse.grading import desk, roster, submissions
    from dlcourse.grading.gradebook import Gradebook
    from dlcourse.grading.reports.publishing import publish
    from dlcourse.grading.reports.terminal import table
    from dlcourse.grading.walls import walls
    from dlcourse.showing import marking_bar, run_report, running_bar

    with step("2  Run the solution of lab 1"):
        with running_bar(places.solutions() / "lab01_neuron.ipynb") as (notebook, told):
            runs = running.run(notebook, progress=told)
        print(run_report(notebook, runs))
    with step("3  Mark three submissions"):
        lab = source.read(places.solutions() / "lab01_neuron.py")
        handed_in = [submissions.read(path, lab, student) for student, path in roster.find([hand_in(lab)]).items()]
        shut_in = walls(trust=True)      # these three are ours
        print(shut_in.meaning)
        shutil.rmtree(OUT / "marks", ignore_errors=True)
        with Gradebook(OUT / "marks" / "grades.db", lab.name) as book:
            planned = desk.plan(lab, handed_in, book)
            collections.deque(marking_bar(desk.mark(lab, handed_in, planned, book, shut_in), len(planned)), maxlen=0)
            results = book.results(questions=list(lab.questions))
            print(table(results))
            print(f"The report for people lies in {publish(book, lab.title, OUT / 'marks')[2]}")
    well = results["full"].total == (10, 10) and results["untouched"].total == (0, 10)
    print("\nNext: make lab" if well else "\nThese are not the marks that were to be expected: something is wrong here.")
    return 0 if well and not any(run.error for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
