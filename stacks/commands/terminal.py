"""What the commands of `make` say: lines on standard output, and an error with its fix on the other."""

import sys
from collections.abc import Iterable

from groundtrain.errors import GroundtrainError
from groundtrain.printable_text import printable


def say(lines: Iterable[str]) -> None:
    """Write lines at once, whatever characters the names in them have."""
    sys.stdout.writelines(f"{printable(line)}\n" for line in lines)
    sys.stdout.flush()


def failed(error: GroundtrainError) -> int:
    """Write an error, and give its exit code."""
    sys.stderr.write(f"groundtrain: {printable(str(error))}\n")
    return error.exit_code
