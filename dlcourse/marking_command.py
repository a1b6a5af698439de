"""The `dlcourse grade` command: what an instructor can ask of the grader, and what it says."""

import functools
import sys
from pathlib import Path

import click

from dlcourse.choosing import choose, choose_lab
from dlcourse.errors import CourseError

SECONDS = click.FloatRange(min=1)


@click.command()
@click.argument("lab")
@click.argument("submissions", nargs=-1, type=click.Path())
@click.option("--out", type=click.Path(file_okay=False), help="Where the gradebook, the sheets and the pages go.  [default: marks/LAB]")
@click.option("--solutions", type=click.Path(), help="An instructor's own folder of lab sources.")
@click.option("--roster", type=click.Path(dir_okay=False), help="A CSV file with columns file and student.")
@click.option("--duplicates", type=click.Choice(["error", "newest", "oldest"]), default="error", show_default=True,
              help="What to do where one student has handed in twice.")
@click.option("--only", metavar="STUDENT", multiple=True, help="Mark this student alone; may be repeated.")
@click.option("--why", is_flag=True, help="Say what would be marked, and why; mark nothing.")
@click.option("--manual", nargs=4, multiple=True, metavar="STUDENT QUESTION POINTS COMMENT",
              help="Points and words of a person, which stay; - for POINTS leaves them to the check.")
@click.option("--timeout", default=60.0, show_default=True, type=SECONDS, help="Seconds that one cell may take.")
@click.option("--call-timeout", default=30.0, show_default=True, type=SECONDS, help="Seconds that one call by a check may take.")
@click.option("--workers", type=click.IntRange(min=1), help="Submissions marked at the same time.  [default: one a core]")
@click.option("--scheduler", metavar="tcp://…", help="Mark on the workers of a Dask cluster.")
@click.option("--trust", is_flag=True, help="I know who wrote these notebooks: where nothing can shut them in, run them with my rights.")
@click.option("--require-isolation", is_flag=True, help="Refuse to begin without the strongest walls.")
def grade(lab, submissions, out, solutions, roster, duplicates, only, why, manual, timeout, call_timeout, workers, scheduler, trust,
          require_isolation):
    """Mark submitted notebooks of one lab: a table, grades.csv, report.html and a page for each student.

    Only the students' answers count. They run in a process that knows no check, shut in as well as this machine can; the checks run in
    another. What is marked stays marked: run the same command again after Ctrl-C, after late submissions or after mending a check, and
    only what has changed is marked again. Points and comments that you write into grades.csv are read back, and stay.

    Example: dlcourse grade lab01 handed-in/
    """
    if not submissions and not manual:
        raise click.UsageError("name the notebooks to mark, or the folder that they are in: dlcourse grade lab01 handed-in/")
    from dlcourse.grading import desk, roster as names, submissions as reading
    from dlcourse.grading.gradebook import Gradebook
    from dlcourse.grading.jobs import Limits
    from dlcourse.grading.reports.sheet import read_back

    marked_lab = _lab(lab, solutions)
    handed_in = names.find(submissions, roster, duplicates) if submissions else {}
    chosen = {choose("student", one, handed_in) for one in only} or set(handed_in)
    shut_in = _walls(scheduler, trust, require_isolation) if submissions and not why else None
    out = Path(out or f"marks/{marked_lab.code}")
    with Gradebook(out / "grades.db", marked_lab.name) as book:      # first, so that a wrong place costs nothing
        touched = {student for student, _ in read_back(out / "grades.csv", book)}
        read = [reading.read(path, marked_lab, student) for student, path in handed_in.items() if student in chosen]
        planned = desk.plan(marked_lab, read, book)
        if why:
            return click.echo(desk.told(planned))
        results = desk.mark(marked_lab, read, planned, book, shut_in, Limits(timeout, call_timeout), workers)
        if planned:
            click.echo(getattr(shut_in, "meaning", f"marking on the workers of {scheduler}"))
        done = _mark(results, len(planned))
        book.correct([(student, question, _points(points), comment) for student, question, points, comment in manual])
        touched |= {one.student for one in done} | {student for student, *_ in manual}
        _publish(book, marked_lab, out, touched)
    _conclude(done, planned, len(read))


def _lab(lab, solutions):
    from dlcourse import places
    from dlcourse.authoring import source

    folder = Path(solutions) if solutions else places.solutions()
    sources = sorted(path.stem for path in folder.glob("lab*_*.py"))
    if not sources:
        raise CourseError(f"there is no lab source in {folder}: a lab is a file labNN_name.py")
    return source.read(folder / f"{choose_lab(lab, sources)}.py")


def _points(text):
    if text.strip() in ("", "-"):
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise click.UsageError(f"'{text}' is no number of points: write a number, or - to leave them to the check") from None


def _walls(scheduler, trust, require):
    """The walls of this machine; or who marks elsewhere, behind the walls there."""
    if scheduler:
        from dlcourse.grading import cluster

        return functools.partial(cluster.mark_all, scheduler=scheduler, trust=trust, require=require)
    from dlcourse.grading.walls import walls

    return walls(trust, require)


def _mark(results, total):
    """Follow the marking; Ctrl-C ends it, and what is marked by then is kept."""
    from dlcourse.showing import marking_bar

    done = []
    try:
        for result in marking_bar(results, total):
            done.append(result)
    except KeyboardInterrupt:
        pass
    return done


def _publish(book, lab, out, touched):
    from dlcourse.grading.reports.publishing import publish
    from dlcourse.grading.reports.terminal import table

    questions = list(lab.questions)
    written = publish(book, lab.title, out, questions, touched)
    click.echo(table(book.results(questions=questions)))
    for path in written[:3]:
        click.echo(f"wrote {path}")
    if pages := len(written) - 3:
        click.echo(f"wrote {pages} page{'s' * (pages > 1)} in {out / 'feedback'}")


def _conclude(done, planned, read):
    failed = [f"{one.student}: {one.problem}" for one in done if one.problem]
    click.echo(f"marked {len(done) - len(failed)} of {read}; {read - len(planned)} had not changed")
    if failed:
        raise CourseError("; ".join(failed))
    if len(done) < len(planned):
        click.echo(f"stopped: {len(planned) - len(done)} are still to be marked; the same command goes on from here")
        sys.exit(130)
