"""Print failures: one sentence and its fix, as text or JSON."""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise

import click

from groundtrain.cli.audience import audience_of, settings_named
from groundtrain.cli.exit_codes import WRONG_CALL
from groundtrain.cli.printing import print_json, print_line, print_unbroken
from groundtrain.cli.wrong_calls import in_words
from groundtrain.errors import GroundtrainError
from groundtrain.formats.recognised_file import with_counts
from groundtrain.input_files import fix_for


def show_failure(error: Exception, arguments: Sequence[str], program: click.Group) -> int:
    """Print to standard error, or as JSON to standard output, why a call ended, and return the exit code.

    What AWS or the operating system refuses is told; any error that is not of this program is raised again.
    """
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        print_unbroken(error.ctx.get_help().split("\n") if error.ctx else (), to_stderr=True)
        return WRONG_CALL
    if isinstance(error, click.ClickException):
        return _show(arguments, *in_words(error), WRONG_CALL)
    if isinstance(error, GroundtrainError):
        error = with_counts(error)
        worded = _worded_for(arguments, program)
        return _show(arguments, worded(error.message), worded(error.fix), error.exit_code)
    if (refused := as_refusal(error)) is not None:
        return _show(arguments, refused.message, refused.fix, refused.exit_code)
    if isinstance(error, OSError):
        message = f"{error.filename or 'input or output'}: {error.strerror}"
        return _show(arguments, message, fix_for(error), WRONG_CALL)
    if isinstance(error, UnicodeEncodeError) and (odd := _not_utf8(arguments)):
        return _show(arguments, f"{odd} holds bytes that are not UTF-8", "write it in UTF-8", WRONG_CALL)
    raise error


def tell_failure(message: str, fix: str) -> None:
    """Print a failure to standard error."""
    print_line(f"groundtrain: {message}", to_stderr=True)
    if fix:
        print_line(f"    fix: {fix}", to_stderr=True)


def as_refusal(error: Exception) -> GroundtrainError | None:
    """An error of AWS or of the connection to it, as one sentence; None for any other error.

    It does not import botocore: if that is not loaded yet, it cannot have failed.
    """
    if "botocore" not in sys.modules:
        return None
    from groundtrain.aws.aws_errors import refusal

    return refusal(error)


def _show(arguments: Sequence[str], message: str, fix: str, exit_code: int) -> int:
    if _wants_json(arguments):
        with suppress(OSError):  # standard output may be what has failed
            print_json({"error": {"message": message, "fix": fix}})
            return exit_code
    tell_failure(message, fix)
    return exit_code


def _worded_for(arguments: Sequence[str], program: click.Group) -> Callable[[str], str]:
    """Puts advice in words of the call that failed: options are named as its command has them."""
    context = click.Context(program)
    command = next(filter(None, (program.get_command(context, name) for name in arguments)), program)
    return audience_of(command, settings_named(arguments)).worded


def _not_utf8(arguments: Sequence[str]) -> str:
    """The first argument that cannot be written to a file as text; only the names of files may be such."""
    return next((one for one in arguments if any("\ud800" <= c <= "\udfff" for c in one)), "")


def _wants_json(arguments: Sequence[str]) -> bool:
    """Decided from the raw arguments, since they may be the fault."""
    pairs = pairwise((*arguments, ""))
    return any(one == "--format=json" or (one == "--format" and other == "json") for one, other in pairs)
