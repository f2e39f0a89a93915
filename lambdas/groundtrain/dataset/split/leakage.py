"""Find leakage between the splits by names alone: related images that are on several sides.

Only the first records are examined: enough to see how images are named, in bounded memory.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from groundtrain.dataset.split.sides import IN_WORDS, TEST, Side
from groundtrain.quantities import enumerated
from groundtrain.rules.findings import Finding

MOST_RECORDS = 20_000
"""Number of records that are examined; a stable split divides them like all others."""

GROUP_BY = r"^(.*?)[0-9]{3,}\.[^./]*$"
"""A pattern for `group_by` that groups the numbered frames of one video."""

GROUP_BY_ANY = r"^(.*?)[0-9]+\.[^./]*$"
"""The same for series whose first numbers have fewer digits."""

_FEWEST_GROUPS = 2
_FEWEST_FRAMES = 3
_MANY_DIGITS = 3


def numbered_stem(source: str) -> tuple[str, int]:
    """What is before the number that ends a name, and its digits: all that the patterns above find.

    The number of digits is 0, and the text means nothing, where there is no such number.
    """
    name, dot, ending = source.rpartition(".")
    stem = name.rstrip("0123456789")
    if not dot or "/" in ending or "\n" in stem:  # a pattern's . is no line end
        return "", 0
    return stem, len(name) - len(stem)


class Leakage:
    """Examines names, one record at a time."""

    def __init__(self) -> None:
        self._room = MOST_RECORDS
        self._groups = defaultdict[str, Counter[Side]](Counter)
        self._groups_of_any = defaultdict[str, Counter[Side]](Counter)
        self._names: dict[str, str] = {}
        self._twins: list[tuple[str, str]] = []

    def add(self, source: str, side: Side) -> None:
        """Add a record, and the side that it is on."""
        if not self._room:
            return
        self._room -= 1
        stem, digits = numbered_stem(source)
        if digits:
            self._groups_of_any[stem][side] += 1
        if digits >= _MANY_DIGITS:
            self._groups[stem][side] += 1
        first = self._names.setdefault(source[source.rfind("/") + 1 :], source)
        if first != source:
            self._twins.append((first, source))

    def split_groups(self, *, is_given: bool = False) -> Iterator[Finding]:
        """GT404: numbered frames of one video are on several sides, which settings choose or files give.

        Reported only when most images are numbered with three digits or more, in several series of some
        images each. One long series proves nothing, since cameras number their photos too.
        """
        series = {stem: counts for stem, counts in self._groups.items() if counts.total() >= _FEWEST_FRAMES}
        numbered, looked_at = sum(map(Counter.total, series.values())), MOST_RECORDS - self._room
        if len(series) < _FEWEST_GROUPS or 2 * numbered < looked_at:
            return
        pattern, groups = GROUP_BY, self._groups
        if any(self._groups_of_any[stem] != counts for stem, counts in series.items()):
            pattern, groups = GROUP_BY_ANY, self._groups_of_any  # the other would tear these series
        parted = sorted(stem for stem in series if len(groups[stem]) > 1)
        if parted:
            shown = groups[parted[0]]
            sides = "several" if any(TEST in counts for counts in groups.values()) else "both"
            parts = enumerated(
                [f"{shown[side]} in {word}" for side, word in IN_WORDS.items() if side in shown]
            )
            yield Finding.on_file(
                "GT404",
                f"{len(parted)} of {len(series)} series of numbered images are on {sides} sides of the split,"
                f" such as {parted[0]}… with {parts}",
                fix=f"keep each in one manifest; `dataset.group_by = '{pattern}'` names its lines (GT432)"
                if is_given
                else f"set `dataset.group_by = '{pattern}'` to keep each together",
            )

    def same_names(self) -> Iterator[Finding]:
        """GT407: images with the same name under different prefixes."""
        if self._twins:
            one, other = self._twins[0]
            yield Finding.on_file(
                "GT407",
                f"images with the name of another one: {len(self._twins)}, such as {one} and {other}",
            )
