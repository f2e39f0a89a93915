"""What a shell completes: files, codes of rules, environments; choices and options are click's own.

A shell asks by a variable in the environment, see click's "Shell Completion".
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

VARIABLE = "_GROUNDTRAIN_COMPLETE"
_ENVIRONMENTS = Path("environments")


def answer_shell(program: click.Command) -> int | None:
    """Answer a shell that asks for completions, or for its script; the exit code, None where none asks."""
    if not (asked := os.environ.get(VARIABLE)):
        return None
    from click.shell_completion import shell_complete  # what a shell asks for, and no command

    return shell_complete(program, {}, "groundtrain", VARIABLE, asked)


def files(_: click.Context, __: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Files and folders, by the shell itself."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def codes(_: click.Context, __: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Codes of rules with their names, behind a comma too; families before their rules."""
    from click.shell_completion import CompletionItem

    from groundtrain.rules import RULES

    before, comma, begun = incomplete.rpartition(",")
    known = {code: rule.name for code, rule in RULES.items()}
    families = {code[:3]: "all of its rules" for code in known}
    return [
        CompletionItem(f"{before}{comma}{code}", help=what)
        for code, what in (families | known).items()
        if code.startswith(begun.upper())
    ]


def environments(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Environments whose settings files are below the current directory."""
    names = sorted(file.stem for file in _ENVIRONMENTS.glob("*.toml"))
    return [name for name in names if name.startswith(incomplete)]
