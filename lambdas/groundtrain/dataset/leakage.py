"""Find leakage between the splits by names alone: related images that are on both sides.

Only the first records are examined: enough to see how images are named, in bounded memory.
"""

import re
from collections.abc import Iterator

from groundtrain.manifest.rules.findings import Finding

MOST_RECORDS = 20_000
"""Number of records that are examined; a stable split divides them like all others."""

GROUP_BY = r"^(.*?)[0-9]{3,}\.[^./]*$"
"""A pattern for `group_by` that groups the numbered frames of one video."""

_FEWEST_GROUPS = 2
_FEWEST_FRAMES = 3
_stem = re.compile(GROUP_BY).match


class Leakage:
    """Examines names, one record at a time."""

    def __init__(self) -> None:
        self._room = MOST_RECORDS
        self._groups: dict[str, list[int]] = {}
        self._names: dict[str, str] = {}
        self._twins: list[tuple[str, str]] = []

    def add(self, source: str, validates: bool) -> None:
        """Add a record; `validates` says on which side it is."""
        if not self._room:
            return
        self._room -= 1
        if match := _stem(source):
            group = self._groups.setdefault(match[1], [0, 0])
            group[validates] += 1
        first = self._names.setdefault(source[source.rfind("/") + 1 :], source)
        if first != source:
            self._twins.append((first, source))

    def split_groups(self) -> Iterator[Finding]:
        """GT404: numbered frames of one video are on both sides.

        Reported only when most images are numbered with three digits or more, in several series of some
        images each. One long series proves nothing, since cameras number their photos too.
        """
        series = {stem: counts for stem, counts in self._groups.items() if sum(counts) >= _FEWEST_FRAMES}
        numbered, looked_at = sum(map(sum, series.values())), MOST_RECORDS - self._room
        if len(series) < _FEWEST_GROUPS or 2 * numbered < looked_at:
            return
        parted = sorted(stem for stem, counts in series.items() if all(counts))
        if parted:
            train, validation = series[parted[0]]
            yield Finding(
                "GT404",
                0,
                "$",
                f"{len(parted)} of {len(series)} series of numbered images are on both sides of the split,"
                f" such as {parted[0]}… with {train} in training and {validation} in validation;"
                f" group_by {GROUP_BY} keeps each together",
            )

    def same_names(self) -> Iterator[Finding]:
        """GT407: images with the same name under different prefixes."""
        if self._twins:
            one, other = self._twins[0]
            yield Finding(
                "GT407",
                0,
                "$",
                f"images with the name of another one: {len(self._twins)}, such as {one} and {other}",
            )
