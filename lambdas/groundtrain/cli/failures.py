"""Print failures: one sentence and its fix, as text or JSON."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise

import click

from groundtrain.calls.refusals import refusal_of
from groundtrain.cli.audience import audience_of, settings_named
from groundtrain.cli.exit_codes import WRONG_CALL
from groundtrain.cli.printing import print_json, print_line, print_unbroken
from groundtrain.cli.wrong_calls import in_words


def show_failure(error: Exception, arguments: Sequence[str], program: click.Group) -> int:
    """Print to standard error, or as JSON to standard output, why a call ended, and return the exit code.

    What AWS or the operating system refuses is told; any error that is not of this program is raised again.
    """
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        print_unbroken(error.ctx.get_help().split("\n") if error.ctx else (), to_stderr=True)
        return WRONG_CALL
    if isinstance(error, click.ClickException):
        return _show(arguments, *in_words(error), WRONG_CALL)
    if (refused := refusal_of(error)) is not None:
        worded = _worded_for(arguments, program)
        return _show(arguments, worded(refused.message), worded(refused.fix), refused.exit_code)
    if isinstance(error, UnicodeEncodeError) and (odd := _not_utf8(arguments)):
        return _show(arguments, f"{odd} holds bytes that are not UTF-8", "write it in UTF-8", WRONG_CALL)
    raise error


def tell_failure(message: str, fix: str) -> None:
    """Print a failure to standard error."""
    print_line(f"groundtrain: {message}", to_stderr=True)
    if fix:
        print_line(f"    fix: {fix}", to_stderr=True)


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
