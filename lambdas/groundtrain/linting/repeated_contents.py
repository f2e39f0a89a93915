"""Find lines whose images are the same content under different keys."""

from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from msgspec import Struct

from groundtrain.images.labeled_image import LabeledImage
from groundtrain.manifest.repeated_sources import digest

_BUCKETS = 256
_SHIFT = 64 - 8


class ImageContent(Struct, frozen=True, gc=False, array_like=True):
    """The content of a line's image: `content` and `source` are 64-bit digests of the two."""

    content: int
    line: int
    source: int


def image_content(image: LabeledImage, content: str) -> ImageContent:
    """The content of a line's image; `content` is an ETag or a digest of the file."""
    return ImageContent(digest(content), image.line, digest(image.source))


class Contents:
    """The content of each line's image, in 24 bytes a line, to find equal files under different keys."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(_BUCKETS)]

    def add(self, contents: Iterable[ImageContent]) -> None:
        """Add the images of some lines."""
        for each in contents:
            self._buckets[each.content >> _SHIFT].extend((each.content, each.line, each.source))

    def repeated(self) -> Iterator[tuple[int, int]]:
        """Pairs of a line and the earlier line whose image has the same content under another key."""
        for bucket in self._buckets:
            rows = sorted(zip(bucket[0::3], bucket[1::3], bucket[2::3], strict=True))
            for _, same in groupby(rows, key=itemgetter(0)):
                (_, first, source), *others = same
                yield from ((line, first) for _, line, other in others if other != source)
