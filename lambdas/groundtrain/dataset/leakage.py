"""Images that belong together and are on both sides of the split: what names alone can show.

Only so many records are looked at: enough to see how the images are named, in memory that does not grow.
"""

import re
from collections.abc import Iterator

from groundtrain.manifest.rules.findings import Finding

MOST_RECORDS = 20_000
"""The first records, which a stable split divides like all others."""

GROUP_BY = r"^(.*?)[0-9]{3,}\.[^./]*$"
"""What puts the numbered frames of one video together; a pattern for `group_by`."""

_FEWEST_GROUPS = 2
_FEWEST_FRAMES = 3
_stem = re.compile(GROUP_BY).match


class Leakage:
    """Looks at names, one record at a time."""

    def __init__(self) -> None:
        self._room = MOST_RECORDS
        self._groups: dict[str, list[int]] = {}
        self._names: dict[str, str] = {}
        self._twins: list[tuple[str, str]] = []

    def add(self, source: str, validates: bool) -> None:
        """Look at a record; `validates` says on which side it is."""
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

        Said only where most images are numbered with three digits or more, in several series of some images
        each. Cameras number their photos, too; one long series says nothing.
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
        """GT407: images of one name under different prefixes."""
        if self._twins:
            one, other = self._twins[0]
            yield Finding(
                "GT407",
                0,
                "$",
                f"images with the name of another one: {len(self._twins)}, such as {one} and {other}",
            )
