"""Images that belong together and are on both sides of the split: what names alone can show.

Only so many records are looked at: enough to see how the images are named, in memory that does not grow.
"""

import re
from collections.abc import Iterator

from groundtrain.manifest.findings import Finding

MOST_RECORDS = 20_000
"""The first records, which a stable split divides like all others."""

GROUP_BY = r"^(.*?)[0-9]*\.[^./]*$"
"""What puts the numbered frames of one video together; a pattern for `group_by`."""

_FEWEST_GROUPS = 5
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

        Said only where most images are frames: several groups, of some frames each. A camera that numbers its
        photos makes one group, which says nothing.
        """
        frames = {stem: counts for stem, counts in self._groups.items() if sum(counts) > 1}
        numbered = sum(map(sum, frames.values()))
        if len(frames) < _FEWEST_GROUPS or numbered < _FEWEST_FRAMES * len(self._groups):
            return
        parted = sorted(stem for stem, counts in frames.items() if all(counts))
        if parted:
            train, validation = frames[parted[0]]
            yield Finding(
                "GT404",
                0,
                "$",
                f"{len(parted)} of {len(frames)} series of numbered images are on both sides of the split,"
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
                f"{len(self._twins)} images have the name of another one, such as {one} and {other}",
            )
