"""Names of classes that differ in spelling only: case, width, composition, spaces, hyphens, underscores."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_SEPARATOR = r"[\s_\-\u2010-\u2015]"
_SEPARATORS = re.compile(f"{_SEPARATOR}+")
_PART_OF_NUMBERS = re.compile(rf"(?<=\d){_SEPARATOR}+(?=\d)|(?<!\S)-(?=\d)")  # 1-2 is not 12, and -1 not 1


def plain_spelling(name: str) -> str:
    """What names that differ in their spelling only have in common."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "-".join(_SEPARATORS.sub("", part) for part in _PART_OF_NUMBERS.split(folded))


def similar_names(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Names that look alike, together; each of `names` once, in their order."""
    alike: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        alike.setdefault(plain_spelling(name), []).append(name)
    return (tuple(together) for together in alike.values() if len(together) > 1)
