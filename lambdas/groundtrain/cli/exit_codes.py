"""The exit code of every command."""

from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from groundtrain.linting.check import Check

CLEAN = 0
FINDINGS = 1
"""The data is at fault, or a label was lost: what stands in the output says how."""
WRONG_CALL = 2
"""The call, the settings, or a file that is not there."""


def code_of(check: "Check") -> int:
    """That of a manifest: it follows from verdict, gate and findings."""
    return CLEAN if check.is_clean else FINDINGS


def exit_with(code: int) -> NoReturn:
    """End the command."""
    click.get_current_context().exit(code)
