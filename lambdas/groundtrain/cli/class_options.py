"""Options that rename and drop classes, as the table [dataset.classes] of a settings file does."""

import click

from groundtrain.cli.command_options import Command, add_options
from groundtrain.quantities import quoted


def _read_names(_: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    """Names that an option gives as OLD=NEW."""
    names: dict[str, str] = {}
    for text in texts:
        old, sign, new = text.partition("=")
        if not sign:
            raise click.BadParameter(f"{quoted(text)} has no new name: write OLD=NEW", param=parameter)
        if "=" in new:
            what = f'{quoted(text)} has several "=": write names that have one in a settings file'
            raise click.BadParameter(f"{what}, under rename in [dataset.classes]", param=parameter)
        if names.setdefault(old, new) != new:
            raise click.BadParameter(f"{quoted(old)} is to get two names", param=parameter)
    return names


_OPTIONS = (
    click.option(
        "--rename-class",
        metavar="OLD=NEW",
        multiple=True,
        callback=_read_names,
        help="Give a class another name, before anything is counted; with the name of another class the two"
        " are one. Repeat it for several.",
    ),
    click.option(
        "--drop-class",
        metavar="NAME",
        multiple=True,
        help="Leave out all labels of a class, before anything is counted; repeat it for several.",
    ),
    click.option(
        "--emptied-records",
        type=click.Choice(["drop", "keep"]),
        help="Whether a record that loses all its labels so is left out, or teaches that there is no object."
        "  [default: drop]",
    ),
)


def class_options(command: Command) -> Command:
    """Add the options to a command; it hands what it gets to `environment_of`."""
    return add_options(command, _OPTIONS)
