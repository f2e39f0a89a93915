"""Print failures: one sentence and its fix, as text or JSON."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

from groundtrain.cli.printing import print_json, print_line
from groundtrain.errors import GroundtrainError


def show_failure(arguments: Sequence[str], message: str, fix: str, exit_code: int) -> int:
    """Print a failure to standard error, or as JSON to standard output, and return the exit code."""
    if _wants_json(arguments):
        with suppress(OSError):  # standard output may be what has failed
            print_json({"error": {"message": message, "fix": fix}})
            return exit_code
    tell_failure(message, fix)
    return exit_code


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


def _wants_json(arguments: Sequence[str]) -> bool:
    """Decided from the raw arguments, since they may be the fault."""
    pairs = pairwise((*arguments, ""))
    return any(one == "--format=json" or (one == "--format" and other == "json") for one, other in pairs)
