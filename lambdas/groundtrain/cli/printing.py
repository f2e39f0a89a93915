"""What commands print."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from groundtrain.cli.audience import current_audience
from groundtrain.cli.colours import colouring_of
from groundtrain.cli.terminal import welcomes_colours, width_of
from groundtrain.cli.wrapping import wrapped
from groundtrain.dataset.rejected_lines import TOLD_ON_FILE
from groundtrain.formats.counted_examples import CountedExamples
from groundtrain.json_text import dump_json
from groundtrain.output.text_table import table
from groundtrain.printable_text import printable, printable_line
from groundtrain.quantities import first_few, quantity, shortened
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding

_SHOWN = 5
_LINK, _LINK_END = "\x1b]8;;", "\x1b\\"

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


def print_json(document: Any, *, indent: int = 0) -> None:
    """Print one JSON document, harmless for a terminal; file names may hold bytes that are not UTF-8."""
    click.echo(dump_json(document, indent=indent))


def print_line(text: str = "", *, to_stderr: bool = False) -> None:
    """Print a line that may hold text of foreign origin; see `print_lines`."""
    print_lines((text,), to_stderr=to_stderr)


def print_lines(lines: Iterable[str], *, to_stderr: bool = False) -> None:
    """Print lines that may hold text of foreign origin.

    On a terminal they are wrapped at its width; colours are where they are welcome, see `welcomes_colours`.
    """
    stream = sys.stderr if to_stderr else sys.stdout
    width, has_colours = width_of(stream), welcomes_colours(stream)
    for line in map(printable_line, lines):
        coloured = colouring_of(line) if has_colours else str
        for piece in wrapped(line, width) if width else (line,):
            click.echo(coloured(printable_line(piece)), err=to_stderr, color=has_colours)


def print_unbroken(lines: Iterable[str], *, to_stderr: bool = False) -> None:
    """Print lines to be copied, or another program's, without wrapping; foreign text in them is escaped."""
    for line in lines:
        click.echo(printable_line(line), err=to_stderr)


def print_link(says: str, name: str, address: str) -> None:
    """Print a line that ends with a name, which a terminal that knows links shows as one (OSC 8).

    The address is percent-encoded, so that nothing in it is a command to the terminal.
    """
    link = f"{_LINK}{address}{_LINK_END}{printable_line(name)}{_LINK}{_LINK_END}"
    click.echo(f"{printable_line(says)} {link}", color=True)


def print_workflow_commands(commands: Iterable[str]) -> None:
    """Print lines that a runner of GitHub Actions is to act upon."""
    for command in commands:
        click.echo(printable(command))


def print_table(rows: Iterable[Sequence[object]], *, indent: str = "  ") -> None:
    """Print rows in columns; see `table`."""
    print_lines(table(rows, indent=indent))


def print_findings(
    found_on: Mapping[str, int], on_file: Sequence[Finding], fixed: Mapping[str, int] = {}
) -> None:
    """Print on how many records each rule was met, what was seen of the whole file, and what was fixed."""
    worded, told = current_audience().worded, {finding.code for finding in on_file}
    advice = {
        code: f"see {better}" if (better := TOLD_ON_FILE.get(code)) in told else worded(RULES[code].fix)
        for code in found_on
    }
    rows = [
        *((code, RULES[code].name, f"{count:,}", advice[code]) for code, count in found_on.items()),
        *((one.code, RULES[one.code].name, "", _said(one)) for one in on_file),
        *((code, RULES[code].name, f"{count:,} fixed", "") for code, count in fixed.items()),
    ]
    if rows:
        print_line("Findings:")
        print_table(sorted(rows))


def _said(finding: Finding) -> str:
    return f"{shortened(finding.told)}: {current_audience().worded(finding.advice)}"


def print_counted(one: str, what: str, counted: CountedExamples, many: str = "") -> None:
    """Print how many there are, if any, and the first few, on standard error."""
    if counted.count:
        examples = first_few(counted.examples, _SHOWN)
        print_line(f"{quantity(counted.count, one, many)} {what}: {examples}", to_stderr=True)
