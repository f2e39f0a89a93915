"""What is decoded of a COCO file: keys as cocodataset.org documents them, and what common tools add."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from groundtrain.formats.json_document import ListDecode
from groundtrain.formats.labeled_items import Size
from groundtrain.formats.losses import Losses

Id = int | float | str


class Image(Struct, gc=False):
    """An element of images."""

    id: Id
    file_name: str
    width: float | None = None
    height: float | None = None

    def size(self) -> Size | None:
        """None where the file does not say it, or says no number of pixels."""
        width, height = self.width or 0, self.height or 0
        is_size = width >= 1 and height >= 1 and width == int(width) and height == int(height)
        return Size(int(width), int(height)) if is_size else None


class Category(Struct, gc=False):
    """An element of categories."""

    id: Id
    name: str


class Annotation(Struct, gc=False, forbid_unknown_fields=True):
    """All keys that COCO knows of an object, and what common tools add."""

    image_id: Id
    category_id: Id | None = None
    bbox: list[float] | None = None
    id: Id | None = None
    iscrowd: bool | float | None = None
    segmentation: Raw = Raw(b"")
    keypoints: Raw = Raw(b"")
    attributes: Raw = Raw(b"")
    caption: Raw = Raw(b"")
    score: Raw = Raw(b"")
    area: Any = None
    num_keypoints: Any = None


class _AnyAnnotation(Annotation, gc=False, forbid_unknown_fields=False):
    """The same with keys of other tools."""


_decode_images = msgspec.json.Decoder(list[Image]).decode
_decode_categories = msgspec.json.Decoder(list[Category]).decode
_decode_known = msgspec.json.Decoder(list[Annotation]).decode
_decode_any = msgspec.json.Decoder(list[_AnyAnnotation]).decode
_decode_keys = msgspec.json.Decoder(list[dict[str, Raw]]).decode
decode_raw = msgspec.json.Decoder(list[Raw]).decode
_KNOWN = frozenset(Annotation.__struct_fields__)


def decoders(losses: Losses) -> Mapping[str, ListDecode]:
    """By array; keys of annotations that nobody knows are counted."""

    def decode_annotations(text: bytes) -> list[Any]:
        try:
            return _decode_known(text)
        except msgspec.ValidationError as error:
            if "unknown field" not in str(error):
                raise
        for annotation in _decode_keys(text):
            for key in annotation.keys() - _KNOWN:
                losses.detail(f'"{key}" of annotations', f"image {_in_words(annotation.get('image_id'))}")
        return _decode_any(text)

    return {
        "images": _decode_images,
        "annotations": decode_annotations,
        "categories": _decode_categories,
    }


def _in_words(raw: Raw | None) -> str:
    return bytes(raw).decode(errors="replace") if raw else "?"
