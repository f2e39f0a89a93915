"""How a failure is told: one sentence and its fix, in the form that was asked for."""

import sys
from collections.abc import Sequence
from itertools import pairwise

import click
import msgspec

from groundtrain.cli.printing import printable
from groundtrain.errors import GroundtrainError


def show_failure(arguments: Sequence[str], message: str, fix: str, exit_code: int) -> int:
    """Tell a failure on standard error, or as JSON on standard output, and give back the exit code."""
    if _wants_json(arguments):
        document = {"error": {"message": _encodable(message), "fix": _encodable(fix)}}
        sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
    else:
        tell_failure(message, fix)
    return exit_code


def tell_failure(message: str, fix: str) -> None:
    """Tell a failure on standard error."""
    click.echo(f"groundtrain: {printable(message)}", err=True)
    if fix:
        click.echo(f"    fix: {printable(fix)}", err=True)


def as_refusal(error: Exception) -> GroundtrainError | None:
    """What AWS, or the way to it, refused, as a sentence; None when it is something else.

    botocore is not imported for it: where it is not there yet, it has not failed.
    """
    if "botocore" not in sys.modules:
        return None
    from groundtrain.aws.failures import refusal

    return refusal(error)


def _encodable(text: str) -> str:
    """Arguments of the command line may hold bytes that are not UTF-8."""
    return text.encode(errors="backslashreplace").decode()


def _wants_json(arguments: Sequence[str]) -> bool:
    """Told from the bare arguments, since they may be what is wrong."""
    pairs = pairwise((*arguments, ""))
    return any(one == "--format=json" or (one == "--format" and other == "json") for one, other in pairs)
