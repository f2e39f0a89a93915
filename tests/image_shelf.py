"""Images in memory, and lines that name images and masks with every fault."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

from hypothesis import strategies as st

from groundtrain.images.image_file import Part, StoredObject
from groundtrain.images.labeled_image import LabeledImage
from tests.unit.images import pictures

COLOURS = {0: "#000000", 1: "#2ca02c"}
_SIZES = (None, (40, 30), (16, 8), (10_001, 10_000), (60_000, 60_000))


class Shelf:
    """Images in memory."""

    def __init__(self, images: dict[str, bytes]) -> None:
        self.images = images

    def locate(
        self, uris: Any, *, on_progress: Callable[[int], object] = bool
    ) -> Iterator[tuple[str, StoredObject | None]]:
        for uri in uris:
            image = self.images.get(uri)
            on_progress(1)
            yield uri, None if image is None else StoredObject(len(image), str(hash(image)))

    def why_missing(self, uri: str) -> str:
        return f"no {uri}"

    def read_range(self, uri: str, start: int, length: int) -> Part:
        image = self.images[uri]
        return Part(image[start : start + length], StoredObject(len(image)))


def silent(_: int) -> AbstractContextManager[Callable[[int], object]]:
    """Tells nobody how far it is."""
    return nullcontext(bool)


@cache
def faulty_images() -> dict[str, bytes]:
    """Images and masks by address, each kind of fault of GT6 among them, some of the same content."""
    sound, indexed = pictures.jpeg(), pictures.mask((0, 1))
    damaged = pictures.png(size=(200, 200))
    contents = {
        "a.jpg": sound,
        "copy of a.jpg": sound,
        "again.jpg": sound,
        "b.jpg": pictures.jpeg(quality=10),
        "small.jpg": pictures.jpeg(size=(16, 8)),
        "empty.jpg": b"",
        "another empty.jpg": b"",
        "page.jpg": b"<html>",
        "cut.jpg": pictures.jpeg(size=(400, 300))[:-9],
        "damaged.png": damaged[:300] + bytes(200) + damaged[500:],
        "picture.gif": pictures.encode(pictures.noise("L"), "GIF"),
        "other.jpg": pictures.png(),
        "turned.jpg": pictures.jpeg(orientation=3),
        "sideways.jpg": pictures.jpeg(size=(30, 40), orientation=6),
        "resized.jpg": pictures.jpeg(size=(80, 60)),
        "grey.jpg": pictures.jpeg("L"),
        "giant.png": _declared(10_001, 10_000),
        "bomb.png": _declared(60_000, 60_000),
        "frames.png": pictures.animated_png(),
        "mask.png": pictures.encode(indexed, "PNG"),
        "rgb mask.png": pictures.encode(indexed.convert("RGB"), "PNG"),
        "large mask.png": pictures.encode(pictures.mask((0, 1), size=(40, 30)), "PNG"),
        "mask of others.png": pictures.encode(pictures.mask((0, 7)), "PNG"),
        "mask in red.png": pictures.encode(pictures.mask((0, 1), palette=(0, 0, 0, 255, 0, 0)), "PNG"),
    }
    return {f"s3://bucket/{name}": content for name, content in contents.items()}


def _declared(width: int, height: int) -> bytes:
    """A PNG whose header says so, and which holds few pixels."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return pictures.png()[:8] + pictures.chunk(b"IHDR", size + b"\x08\x02\0\0\0") + pictures.png()[33:]


def labeled_lines() -> st.SearchStrategy[list[LabeledImage]]:
    """Lines of a manifest, in order: some are missing, sources are repeated, some have masks."""
    addresses = [*faulty_images(), "s3://bucket/gone.jpg"]
    line = st.tuples(
        st.integers(1, 3),
        st.sampled_from(addresses),
        st.sampled_from(_SIZES),
        st.sampled_from(["", *addresses[-7:]]),
        st.booleans(),
    )
    return st.lists(line, max_size=30).map(_numbered)


def _numbered(lines: list[Any]) -> list[LabeledImage]:
    numbered, number = [], 0
    for step, source, size, mask, has_boxes in lines:
        number += step
        colours = COLOURS if mask else {}
        numbered.append(LabeledImage(number, source, size, mask, colours, has_boxes))
    return numbered
