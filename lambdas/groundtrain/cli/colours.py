"""Colours of what commands print: a rule has that of its severity, verdicts and failures have their own."""

import re
from collections.abc import Callable

import click

from groundtrain.rules import RULES
from groundtrain.rules.rule import Severity

_SEVERITIES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_NAMES_A_RULE = re.compile(r"\bGT\d{3}\b")
_VERDICTS = {
    "green": re.compile(
        r".*: (will train\b|went through its job$|nothing stands in the way$)|.*; the gate is open$"
    ),
    "yellow": re.compile(
        r".*: (could train\b|went through its job, with warnings$|nothing stands in the way, with warnings$)"
    ),
    "red": re.compile(
        r".*: (will not train\b|would not train, because\b|something would fail\b)|.*; the gate is closed$"
    ),
}
_FAILURE = re.compile(r"groundtrain: (warning:)?| +fix:")

Colouring = Callable[[str], str]


def colouring_of(line: str) -> Colouring:
    """What colours a line, or each piece of it that a terminal shows on a line of its own."""
    for colour, verdict in _VERDICTS.items():
        if verdict.match(line):
            return lambda piece: click.style(piece, fg=colour, bold=True)
    if failure := _FAILURE.match(line):
        label = failure[0]
        colour = "yellow" if failure[1] else "cyan" if label.endswith("fix:") else "red"
        return lambda piece: piece.replace(label, click.style(label, fg=colour, bold=True), 1)
    return _with_rules


def _with_rules(piece: str) -> str:
    """The first code of a rule in its colour."""
    found = _NAMES_A_RULE.search(piece)
    if not found or found[0] not in RULES:
        return piece
    code = click.style(found[0], fg=_SEVERITIES[RULES[found[0]].severity], bold=True)
    return f"{piece[: found.start()]}{code}{piece[found.end() :]}"
