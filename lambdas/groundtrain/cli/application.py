"""`groundtrain` and its commands, each imported only when it is run."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from groundtrain.cli.terminal import width_of

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_NARROW = 60  # columns
_INTERRUPTED, _READER_GONE = 130, 141  # 128 and the signal: SIGINT, SIGPIPE

_COMMANDS = {
    "check": ("check:check", "Tell whether a manifest will train, and which line is wrong."),
    "convert": ("convert:convert", "Turn a manifest into a dataset to train on."),
    "inspect": ("inspect:inspect", "Show what a manifest holds."),
    "report": ("report:report", "Make a page to look at, with pictures, of a manifest or a dataset."),
    "merge": ("merge:merge", "Join manifests of several labeling jobs."),
    "import": ("import_:import_group", "Make a manifest of labels in another form."),
    "export": ("export:export_group", "Write a manifest in another form."),
    "publish": ("publish.command:publish", "Upload labels and images, from which a model is trained."),
    "train": ("train.command:train", "Start the training job of a dataset by hand."),
    "rehearse": (
        "rehearse.command:rehearse",
        "Run your training program as SageMaker would, on this machine.",
    ),
    "predict": ("predict.command:predict", "Let a trained detector look at images, and compare with labels."),
    "rule": ("rule:rule", "Explain a rule, such as GT204."),
    "preflight": ("preflight:preflight", "Ask AWS what would fail or surprise after a deployment."),
    "redrive": ("redrive:redrive", "List or resend an environment's dead letters."),
    "local": ("local:local", "Start the embedded AWS."),
    "demo": (
        "demo:demo",
        "Run the whole pipeline on the embedded AWS, from labels to a model.",
    ),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names, in the order in which they are of use."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """The command of this name."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"groundtrain.cli.commands.{module}"), name)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Commands and options that begin so, without importing the commands."""
        from click.shell_completion import CompletionItem

        begun = [(name, text) for name, (_, text) in _COMMANDS.items() if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=text) for name, text in begun), *options]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in _COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 clean, 1 the data is at fault, 2 the call or the settings are."
    " Without a command this help is shown, and the exit code is 2.",
)
@click.version_option(None, "--version", "-V", package_name="groundtrain", message="%(prog)s %(version)s")
def groundtrain() -> None:
    """From SageMaker Ground Truth manifests to datasets and trained models."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line; the exit code is 1 when the data is at fault, 2 when call or settings are.

    As with other programs, it is 130 after Ctrl-C, and 141 when whoever reads the output went away.
    `help COMMAND` is `COMMAND --help`.
    """
    if arguments[:1] == ["help"]:
        arguments = [*arguments[1:], "--help"]
    try:
        return _run(arguments)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - keeps the exit quiet
        return _READER_GONE
    except (KeyboardInterrupt, click.Abort):
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - what is not known is raised again
        from groundtrain.cli.failures import show_failure  # loads the rules, which not every call needs

        return show_failure(error, arguments, groundtrain)


def _help_width() -> int | None:
    """Columns of help on a narrow terminal; click does not go below 50 by itself."""
    columns = width_of(sys.stdout)
    return columns if columns is not None and columns < _NARROW else None


def _run(arguments: Sequence[str]) -> int:
    code = 0
    try:
        context = groundtrain.make_context("groundtrain", list(arguments), terminal_width=_help_width())
        with context:
            groundtrain.invoke(context)
    except click.exceptions.Exit as exit_request:
        code = exit_request.exit_code
    sys.stdout.flush()
    return code
