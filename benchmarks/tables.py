"""Tables of figures."""

from rich.table import Column


def number_columns(*headings: str) -> list[Column]:
    """Columns whose cells end flush."""
    return [Column(heading, justify="right") for heading in headings]
