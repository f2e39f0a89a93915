"""Format rows as a text table."""

from collections.abc import Iterable, Iterator, Sequence


def table(rows: Iterable[Sequence[object]], *, indent: str = "  ") -> Iterator[str]:
    """A line for each row; numbers are right-aligned, text is left-aligned."""
    rows = list(rows)
    cells = [[_text(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row, texts in zip(rows, cells, strict=True):
        aligned = (
            text.rjust(width) if isinstance(cell, int | float) else text.ljust(width)
            for cell, text, width in zip(row, texts, widths, strict=True)
        )
        yield (indent + "  ".join(aligned)).rstrip()


def _text(cell: object) -> str:
    return f"{cell:,.1f}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else str(cell)
