"""Equal files under several keys, told by their ETags: 24 bytes a line."""

from array import array
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from groundtrain.manifest.sources_seen import digest

_BUCKETS = 256
_SHIFT = 64 - 8


class ContentSeen:
    """Which content is on which line; looked through at the end."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]

    def add(self, line: int, source: str, etag: str) -> None:
        """Take in the image of a line."""
        content = digest(etag)
        self._buckets[content >> _SHIFT].extend((content, line, digest(source)))

    def repeated(self) -> Iterator[tuple[int, int]]:
        """Each line whose content an earlier one has under another key, with that one."""
        for bucket in self._buckets:
            rows = sorted(zip(bucket[0::3], bucket[1::3], bucket[2::3], strict=True))
            for _, same in groupby(rows, key=itemgetter(0)):
                (_, first, source), *others = same
                yield from ((line, first) for _, line, other in others if other != source)
