"""Numbers with what they count, and short lists, as text."""

from collections.abc import Sequence


def quantity(number: int, one: str, many: str = "") -> str:
    """Such as "1 class" and "2,000 classes"; `many` is `one` with an s where it is not given."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def first_few(items: Sequence[object], most: int) -> str:
    """The first items as text, joined by commas, and "..." when there are more."""
    return ", ".join(map(str, items[:most])) + (", ..." if len(items) > most else "")
