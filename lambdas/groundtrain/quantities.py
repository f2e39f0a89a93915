"""Numbers with what they count, and short lists, as text."""

from collections.abc import Iterable, Sequence


def quantity(number: int, one: str, many: str = "") -> str:
    """Such as "1 class" and "2,000 classes"; `many` is `one` with an s where it is not given."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def first_few(items: Sequence[object], most: int) -> str:
    """The first items as text, joined by commas, and how many more there are."""
    return _and_more(map(str, items[:most]), len(items) - most)


def quoted(name: str, most: int = 60) -> str:
    """A name that others gave, in quotation marks; a long one is cut."""
    return f'"{name}"' if len(name) <= most else f'"{name[:most]}…" ({len(name):,} characters)'


def several(names: Sequence[str], most: int = 3) -> str:
    """The first names, quoted, and how many more there are: "a", "b" and 15 more."""
    return _and_more(map(quoted, names[:most]), len(names) - most)


def _and_more(first: Iterable[str], further: int) -> str:
    return ", ".join(first) + (f" and {further:,} more" if further > 0 else "")


def either(ways: Sequence[str]) -> str:
    """Ways to choose from: "a", "a, or b", "a, b, or c"."""
    return ", or ".join(filter(None, (", ".join(ways[:-1]), ways[-1])))


def enumerated(items: Sequence[str]) -> str:
    """All of them: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1])))


def shortened(text: str, most: int = 500) -> str:
    """Text of any length for a line that people read."""
    if len(text) <= most:
        return text
    return f"{text[:most]}… ({len(text):,} characters; --format json has them all)"
