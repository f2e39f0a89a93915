"""Colours for a check on a terminal; what is read by programs stays as it is."""

import os
import re

import click

from groundtrain.rules import RULES
from groundtrain.rules.rule import Severity

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_NAMES_A_RULE = re.compile(r"(.*?)\b(GT\d{3})\b(.*)", re.DOTALL)
_VERDICT = re.compile(r".*: (will train|could train|will not train)\b")
_VERDICT_COLOURS = {"will train": "green", "could train": "yellow", "will not train": "red"}


def coloured(line: str) -> str:
    """The line of a check's text: the rule in the colour of its severity, the verdict in its own.

    With NO_COLOR set (https://no-color.org) nothing is coloured, nor, by click, where no terminal is.
    """
    if os.environ.get("NO_COLOR"):
        return line
    if verdict := _VERDICT.match(line):
        return click.style(line, fg=_VERDICT_COLOURS[verdict[1]], bold=True)
    if (named := _NAMES_A_RULE.match(line)) and named[2] in RULES:
        code = click.style(named[2], fg=_COLOURS[RULES[named[2]].severity], bold=True)
        return f"{named[1]}{code}{named[3]}"
    return line
