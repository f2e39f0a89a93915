"""How a failure is told: one sentence and its fix, in the form that was asked for."""

import sys
from collections.abc import Sequence

import click
import msgspec

from groundtrain.cli.printing import printable


def show_failure(arguments: Sequence[str], message: str, fix: str, exit_code: int) -> int:
    """Tell a failure on standard error, or as JSON on standard output, and give back the exit code."""
    if _wants_json(arguments):
        document = {"error": {"message": _encodable(message), "fix": _encodable(fix)}}
        sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
    else:
        click.echo(f"groundtrain: {printable(message)}", err=True)
        if fix:
            click.echo(f"    fix: {printable(fix)}", err=True)
    return exit_code


def _encodable(text: str) -> str:
    """Arguments of the command line may hold bytes that are not UTF-8."""
    return text.encode(errors="backslashreplace").decode()


def _wants_json(arguments: Sequence[str]) -> bool:
    """Told from the bare arguments, since they may be what is wrong."""
    pairs = zip(arguments, (*arguments[1:], ""), strict=True)
    return any(one == "--format=json" or (one == "--format" and other == "json") for one, other in pairs)
