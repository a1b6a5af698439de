"""The `dlcourse` command: parse, call, print. Heavy imports stand inside the commands, so that help is instant."""

import errno
import sys

import click

from dlcourse import __version__
from dlcourse.choosing import choose, choose_lab, lab_names, unknown
from dlcourse.errors import CourseError
from dlcourse.marking_command import grade


OPTIONAL = ("jupytext", "nbformat", "nbclient")      # what only authors and graders need


class Friendly(click.Group):
    """Unknown commands suggest the nearest; a CourseError is shown as its one sentence, with exit code 1."""

    def resolve_command(self, context, args):
        """Find the command, or name the one that was probably meant."""
        if self.get_command(context, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(unknown("command", args[0], self.list_commands(context)), context)
        return super().resolve_command(context, args)

    def invoke(self, context):
        """Run the command; what goes wrong in the way people can mend is one sentence."""
        try:
            return super().invoke(context)
        except CourseError as error:
            raise click.ClickException(str(error)) from None
        except ModuleNotFoundError as error:
            if error.name not in OPTIONAL:
                raise
            raise click.ClickException(f"{error.name} is not installed: pip install 'dlcourse[author]'") from None
        except OSError as error:
            if error.errno == errno.EPIPE:      # the reader has gone: click knows what to do
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}; choose another place") from None


@click.group(cls=Friendly, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dlcourse")
def main():
    """Deep learning as a course of labs.

    Students begin with `dlcourse start`, instructors with `dlcourse release` and `dlcourse grade`, authors of labs
    with `dlcourse build`.
    """


@main.command()
@click.argument("name", required=False)
def models(name):
    """List all models, or show one: paper, size, layers.

    Example: dlcourse models MLP
    """
    from dlcourse import models as library
    from dlcourse.showing import model_card, model_table

    cards = library.catalogue()
    click.echo(model_card(cards[choose("model", name, cards)]) if name else model_table(cards))


@main.command()
@click.argument("name", required=False)
@click.option("--fetch", is_flag=True, help="Download a set that is online; what broke off goes on.")
@click.option("--picture", type=click.Path(dir_okay=False), help="Where its picture goes, if not NAME.png here; never overwrites.")
@click.option("--no-picture", is_flag=True, help="Show the card only.")
def data(name, fetch, picture, no_picture):
    """List all data sets, or show the card of one and save its picture.

    Example: dlcourse data digits
    """
    from dlcourse.showing import data_card, data_fetched, data_here, data_names, data_table

    if not name:
        if fetch or picture or no_picture:
            raise click.UsageError("name the data set, for example: dlcourse data mnist --fetch")
        return click.echo(data_table())
    name = choose("data set", name, data_names())
    if fetch:
        return click.echo(data_fetched(name))
    loaded = data_here(name)
    click.echo(data_card(name, loaded))
    if loaded is not None and not no_picture:
        from dlcourse.picturing import save

        click.echo(f"\npicture: {save(name, loaded, picture or f'{name}.png')}")


@main.command()
@click.option("--markdown", is_flag=True, help="Print the table as it stands in the README.")
def labs(markdown):
    """List the labs with their minutes, points and seconds of computing.

    Example: dlcourse labs
    """
    from dlcourse import places
    from dlcourse.showing import lab_cards, lab_table

    click.echo(lab_table(lab_cards(places.folder("labs")), markdown))


@main.command()
def doctor():
    """Say whether this machine is ready: versions, device, data, Jupyter.

    Example: dlcourse doctor
    """
    from dlcourse.health import examine

    ill = 0
    for well, finding in examine():
        click.echo(f"{'✓' if well else '✗'} {finding}")
        ill += not well
    if ill:
        raise CourseError("mend the lines marked ✗, then run `dlcourse doctor` again")


@main.command()
@click.argument("lab", default="lab01")
@click.option("--folder", default="my-labs", show_default=True, help="Where your own copies of the labs lie.")
@click.option("--no-browser", is_flag=True, help="Start JupyterLab and print its address, but open no browser.")
@click.option("--copy-only", is_flag=True, help="Copy the lab and print its path, but start nothing.")
def start(lab, folder, no_browser, copy_only):
    """Copy a lab into your own folder, never overwriting it, and open it in JupyterLab.

    Example: dlcourse start lab01
    """
    from dlcourse import places
    from dlcourse.starting import copy_lab, open_lab

    there_are = places.folder("labs")
    path, fresh = copy_lab(there_are / f"{choose_lab(lab, lab_names(there_are))}.ipynb", folder)
    click.echo(f"{path}: {'a fresh copy' if fresh else 'your own copy, as you left it'}")
    if not copy_only:
        open_lab(path, browser=not no_browser)


def _course():
    from dlcourse.authoring.course import Course
    from dlcourse.places import address

    return Course(address(), __version__)


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a notebook is not as its source wants it.")
@click.option("--solutions", type=click.Path(), help="The folder of lab sources, if not this checkout's.")
@click.option("--labs", type=click.Path(), help="Where students' notebooks go, if not this checkout's labs.")
def build(check, solutions, labs):
    """Write both notebooks of every lab from its source, solutions/labNN_name.py, and the README's tables of labs and models.

    Example: dlcourse build --check
    """
    from dlcourse import models, places
    from dlcourse.authoring import build as building
    from dlcourse.showing import lab_table, model_table

    made = building.products(solutions or places.solutions(), labs or places.folder("labs"), _course())
    if lost := building.orphans(made):
        raise CourseError(f"no source makes {', '.join(path.name for path in lost)}: delete it, or write its source")
    if not solutions and not labs:
        readme = places.checkout() / "README.md"
        made[readme] = building.renewed(readme.read_text(encoding="utf-8"), {
            ("<!-- labs -->\n", "\n<!-- /labs -->"): lab_table(building.cards(made), markdown=True),
            ("$ dlcourse models\n", "\n```"): model_table(models.catalogue())})
    if check and (stale := building.stale(made)):
        raise CourseError(f"not as their sources want them: {', '.join(path.name for path in stale)}; run `dlcourse build`")
    for path in [] if check else building.write(made):
        click.echo(f"wrote {path}")
    click.echo(f"{len(made)} files are as their sources want them")


@main.command()
@click.argument("folder", type=click.Path())
def release(folder):
    """Write what students may see into a new folder: no solution, no hidden check.

    Example: dlcourse release for-students
    """
    from dlcourse import places
    from dlcourse.authoring.release import release as write

    for path in write(places.folder("labs"), folder, _course().wheel):
        click.echo(f"wrote {path}")


@main.command()
@click.argument("lab")
@click.option("--record", is_flag=True, help="Keep the seconds for the lab's header (then run `dlcourse build`).")
def run(lab, record):
    """Run a lab's solution in a fresh kernel: its points, its seconds, its slowest cells.

    Example: dlcourse run lab01
    """
    from dlcourse import places
    from dlcourse.authoring import build as building
    from dlcourse.showing import run_report, running_bar

    folder = places.solutions()
    name = choose_lab(lab, lab_names(folder))
    with running_bar(folder / f"{name}.ipynb") as (notebook, told):
        from dlcourse.authoring import running
        runs = running.run(notebook, progress=told)
    click.echo(run_report(notebook, runs))
    if any(run.error for run in runs):
        sys.exit(1)
    if record:
        building.record(folder, name, sum(run.seconds for run in runs))


main.add_command(grade)
