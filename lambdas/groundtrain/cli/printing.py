"""What commands print."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click
import msgspec

from groundtrain.exchange.counted_examples import CountedExamples
from groundtrain.foreign_text import printable
from groundtrain.manifest.rules import RULES
from groundtrain.quantities import first_few, quantity
from groundtrain.report.tables import table

_SHOWN = 5

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="JSON is one document on standard output.",
)


def example(*lines: str) -> str:
    """The epilog of a command: an example, on lines of its own."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def print_json(document: Any) -> None:
    """Print one JSON document; file names may hold bytes that are not UTF-8, which are escaped."""
    try:
        text = msgspec.json.encode(document)
    except UnicodeEncodeError:
        text = json.dumps(msgspec.to_builtins(document)).encode()
    click.echo(text)


def _as_it_is(line: str) -> str:
    return line


def print_lines(lines: Iterable[str], coloured: Callable[[str], str] = _as_it_is) -> None:
    """Print lines that may hold text of foreign origin; colours are left out where no terminal is."""
    for line in lines:
        click.echo(coloured(printable(line)))


def print_table(rows: Iterable[Sequence[object]], *, indent: str = "  ") -> None:
    """Print rows in columns; see `table`."""
    print_lines(table(rows, indent=indent))


def print_findings(findings: Mapping[str, int]) -> None:
    """Print how often each rule was met, and what to do."""
    if findings:
        click.echo("Findings:")
        print_table((code, RULES[code].name, count, RULES[code].fix) for code, count in findings.items())


def print_counted(one: str, what: str, counted: CountedExamples) -> None:
    """Print how many there are, if any, and the first few, on standard error."""
    if counted.count:
        examples = first_few(list(map(printable, counted.examples)), _SHOWN)
        click.echo(f"{quantity(counted.count, one)} {what}: {examples}", err=True)
