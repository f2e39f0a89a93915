"""Options that name the manifests of a split that exists already, one a side."""

import click

from groundtrain.calls.sides import TEST_OPTION, VALIDATION_OPTION
from groundtrain.cli.command_options import Command, add_options
from groundtrain.cli.completion import files

_OPTIONS = (
    click.option(
        VALIDATION_OPTION,
        metavar="MANIFEST",
        shell_complete=files,
        help="The manifest for validation, where there is a split already: the other is for training then.",
    ),
    click.option(TEST_OPTION, metavar="MANIFEST", shell_complete=files, help="And the one for test."),
)


def split_options(command: Command) -> Command:
    """Add the options to a command, which passes their values to `sides_given`."""
    return add_options(command, _OPTIONS)
