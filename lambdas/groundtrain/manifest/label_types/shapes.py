"""What the shape of a label's value says of its type, whatever the metadata says."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from groundtrain.record_keys import SOURCE

_OF = "groundtruth/"


class Shape(NamedTuple):
    """A shape that several types may have.

    Attributes:
        words: what it is called.
        types: those whose labels have it, the likeliest first.
    """

    words: str
    types: tuple[str, ...]


_BOXES = Shape("boxes", (f"{_OF}object-detection",))
_CUBOIDS = Shape("cuboids", (f"{_OF}point_cloud_object_detection",))
_SPANS = Shape("spans of a text", (f"{_OF}text-span",))
_ADDRESS = Shape(
    "the address of a file",
    (
        f"{_OF}semantic-segmentation",
        f"{_OF}video-object-detection",
        f"{_OF}video-object-tracking",
        f"{_OF}point_cloud_object_tracking",
        f"{_OF}point_cloud_single_frame_semantic_segmentation",
    ),
)
_CLASS = Shape(
    "a class id",
    (
        f"{_OF}image-classification",
        f"{_OF}text-classification",
        f"{_OF}label-verification",
        f"{_OF}video-classification",
    ),
)
_CLASSES = Shape(
    "a list of class ids",
    (f"{_OF}image-classification-multilabel", f"{_OF}text-classification-multilabel"),
)
_CUSTOM = f"{_OF}custom"
_SIDES = {"left", "top", "width", "height"}


def shape_of(value: Any) -> Shape | None:
    """The shape of a label's value (plain JSON); None where it tells nothing."""
    if isinstance(value, dict):
        return _of_annotations(value.get("annotations"), "image_size" in value)
    if isinstance(value, list):
        return _CLASSES if value and all(map(_is_id, value)) else None
    if isinstance(value, str) and "://" in value:
        return _ADDRESS
    return _CLASS if _is_id(value) else None


def type_by_shape(value: Any, source_key: str, metadata: Mapping[str, Any]) -> str:
    """The likeliest type of a label of this shape; "" where it is unknown."""
    shape = shape_of(value)
    if shape is None:
        return ""
    if shape is _ADDRESS and "color-map" in metadata:
        return shape.types[-1]
    of_text = source_key == SOURCE and shape in (_CLASS, _CLASSES)
    return shape.types[1 if of_text else 0]


def contradicts(value: Any, type_name: str) -> bool:
    """Whether the value has the shape of another type than this one, known or not; custom labels have any."""
    shape = shape_of(value)
    return shape is not None and type_name != _CUSTOM and type_name not in shape.types


def _of_annotations(annotations: Any, has_size: bool) -> Shape | None:
    if isinstance(annotations, dict):
        return _SPANS if "entities" in annotations else None
    if not isinstance(annotations, list):
        return None
    first = annotations[0] if annotations else {}
    keys = set(first) if isinstance(first, dict) else set[str]()
    if "center-x" in keys:
        return _CUBOIDS
    return _BOXES if keys >= _SIDES or (has_size and not annotations) else None


def _is_id(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().isascii() and value.strip().isdigit()
    return not isinstance(value, bool) and isinstance(value, int | float)
