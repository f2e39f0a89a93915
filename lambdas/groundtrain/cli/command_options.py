"""Options that several commands share, added to a command as one."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Command = TypeVar("Command", bound=Callable[..., Any])


def add_options(command: Command, options: Sequence[Callable[[Any], Any]]) -> Command:
    """The command with these options, which its help lists in this order."""
    for option in reversed(options):
        command = option(command)
    return command
