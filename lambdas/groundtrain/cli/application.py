"""`groundtrain` and its commands, each imported only when it is run."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version

import click

from groundtrain.cli.audience import audience_of, settings_named
from groundtrain.cli.failures import as_refusal, show_failure
from groundtrain.cli.printing import print_lines
from groundtrain.cli.wrong_calls import in_words
from groundtrain.errors import GroundtrainError
from groundtrain.input_files import fix_for

_INTERRUPTED, _READER_GONE = 130, 141  # 128 and the signal: SIGINT, SIGPIPE

_COMMANDS = {
    "check": ("check:check", "Tell whether a manifest will train, and which line is wrong."),
    "convert": ("convert:convert", "Turn a manifest into a dataset to train on."),
    "inspect": ("inspect:inspect", "Show what a manifest holds."),
    "merge": ("merge:merge", "Join manifests of several labeling jobs."),
    "import": ("import_:import_group", "Make a manifest of labels in another form."),
    "export": ("export:export_group", "Write a manifest in another form."),
    "train": ("train.command:train", "Start the training job of a dataset by hand."),
    "rule": ("rule:rule", "Explain a rule, such as GT204."),
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
@click.version_option(version("groundtrain"), message="%(prog)s %(version)s")
def groundtrain() -> None:
    """From SageMaker Ground Truth manifests to datasets and trained models."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line; the exit code is 1 when the data is at fault, 2 when call or settings are.

    As with other programs, it is 130 after Ctrl-C, and 141 when whoever reads the output went away.
    """
    try:
        return _run(arguments)
    except click.exceptions.NoArgsIsHelpError as error:
        print_lines(error.ctx.get_help().split("\n") if error.ctx else (), to_stderr=True)
        return 2
    except click.ClickException as error:
        return show_failure(arguments, *in_words(error), 2)
    except GroundtrainError as error:
        worded = _worded_for(arguments)
        return show_failure(arguments, worded(error.message), worded(error.fix), error.exit_code)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - keeps the exit quiet
        return _READER_GONE
    except (KeyboardInterrupt, click.Abort):
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - what is not known is raised again
        return _tell_other(arguments, error)


def _worded_for(arguments: Sequence[str]) -> Callable[[str], str]:
    """Puts advice in words of the call that failed: options are named as its command has them."""
    context = click.Context(groundtrain)
    command = next(filter(None, (groundtrain.get_command(context, name) for name in arguments)), groundtrain)
    return audience_of(command, settings_named(arguments)).worded


def _tell_other(arguments: Sequence[str], error: Exception) -> int:
    """What AWS or the operating system refuses is told; anything else is a fault of this program."""
    if (refused := as_refusal(error)) is not None:
        return show_failure(arguments, refused.message, refused.fix, refused.exit_code)
    if isinstance(error, OSError):
        return show_failure(
            arguments, f"{error.filename or 'input or output'}: {error.strerror}", fix_for(error), 2
        )
    if isinstance(error, UnicodeEncodeError) and (odd := _not_utf8(arguments)):
        return show_failure(arguments, f"{odd} holds bytes that are not UTF-8", "write it in UTF-8", 2)
    raise error


def _not_utf8(arguments: Sequence[str]) -> str:
    """The first argument that cannot be written to a file as text; only the names of files may be such."""
    return next((one for one in arguments if any("\ud800" <= c <= "\udfff" for c in one)), "")


def _run(arguments: Sequence[str]) -> int:
    code = 0
    try:
        with groundtrain.make_context("groundtrain", list(arguments)) as context:
            groundtrain.invoke(context)
    except click.exceptions.Exit as exit_request:
        code = exit_request.exit_code
    sys.stdout.flush()
    return code
