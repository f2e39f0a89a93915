"""Find lines whose images are the same content under different keys."""

from array import array
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from groundtrain.manifest.repeated_sources import digest

_BUCKETS = 256
_SHIFT = 64 - 8


class Contents:
    """The content of each line's image, in 24 bytes a line, to find equal files under different keys."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]

    def add(self, line: int, source: str, content: str) -> None:
        """Add the image of a line; `content` is an ETag or a digest of the file."""
        fingerprint = digest(content)
        self._buckets[fingerprint >> _SHIFT].extend((fingerprint, line, digest(source)))

    def repeated(self) -> Iterator[tuple[int, int]]:
        """Pairs of a line and the earlier line whose image has the same content under another key."""
        for bucket in self._buckets:
            rows = sorted(zip(bucket[0::3], bucket[1::3], bucket[2::3], strict=True))
            for _, same in groupby(rows, key=itemgetter(0)):
                (_, first, source), *others = same
                yield from ((line, first) for _, line, other in others if other != source)
