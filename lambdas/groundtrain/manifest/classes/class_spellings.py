"""Names of classes that differ in spelling only: case, width, composition, spaces, hyphens, underscores."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from groundtrain.manifest.classes.name_positions import NamePositions, distinct

_SEPARATOR = r"[\s_\-\u2010-\u2015]"
_SEPARATORS = re.compile(f"{_SEPARATOR}+")
_PART_OF_NUMBERS = re.compile(rf"(?<=\d){_SEPARATOR}+(?=\d)|(?<!\S)-(?=\d)")  # 1-2 is not 12, and -1 not 1


def plain_spelling(name: str) -> str:
    """What names that differ in their spelling only have in common."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "-".join(_SEPARATORS.sub("", part) for part in _PART_OF_NUMBERS.split(folded))


def similar_names(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Names that look alike, together; each of `names` once, in their order."""
    each = distinct(tuple(names))
    shared = NamePositions(each, plain_spelling).shared
    alike: dict[str, list[str]] = {}
    for name in each if shared else ():
        if (plain := plain_spelling(name)) in shared:
            alike.setdefault(plain, []).append(name)
    return map(tuple, alike.values())


def plainest(names: Iterable[str]) -> str:
    """The spelling to take of several: spaces, width and composition as usual, few capitals."""
    return min(names, key=_oddity)


def renames_of(alike: Iterable[str]) -> dict[str, str]:
    """The names that would be changed to have one spelling, with that."""
    names = tuple(alike)
    taken = plainest(names)
    return {name: taken for name in names if name != taken}


def renames_among(groups: Iterable[Iterable[str]]) -> dict[str, str]:
    """The same of several groups of names that look alike."""
    return {name: taken for alike in groups for name, taken in renames_of(alike).items()}


def _oddity(name: str) -> tuple[bool, bool, int, str]:
    spaces, width = " ".join(name.split()) != name, unicodedata.normalize("NFKC", name) != name
    return spaces, width, sum(map(str.isupper, name)), name


class PlainSpellings:
    """Classes by their plain spelling, without those that share it."""

    def __init__(self, classes: Iterable[str]) -> None:
        self._names = distinct(tuple(classes))
        self._positions = NamePositions(self._names, plain_spelling)

    def of(self, name: str) -> str | None:
        """The only class that differs from this name in spelling alone, if at all."""
        plain = plain_spelling(name)
        if plain in self._positions.shared or plain not in self._positions:
            return None
        return self._names[self._positions[plain]]
