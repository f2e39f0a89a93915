"""What commands print."""

from collections.abc import Iterable, Sequence
from typing import Any

import click
import msgspec

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="JSON is one document on standard output.",
)


def printable(text: str) -> str:
    """Text of foreign origin without what a terminal would act upon."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def print_json(document: Any) -> None:
    """Print one JSON document."""
    click.echo(msgspec.json.encode(document))


def print_table(rows: Iterable[Sequence[object]], *, indent: str = "  ") -> None:
    """Print rows in columns; numbers to the right, text to the left."""
    rows = list(rows)
    cells = [[printable(_text(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row, texts in zip(rows, cells, strict=True):
        aligned = (
            text.rjust(width) if isinstance(cell, int | float) else text.ljust(width)
            for cell, text, width in zip(row, texts, widths, strict=True)
        )
        click.echo((indent + "  ".join(aligned)).rstrip())


def _text(cell: object) -> str:
    return f"{cell:,.1f}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else str(cell)
