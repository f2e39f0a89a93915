"""What a line with bounding boxes holds.

Shape of the label: AWS, "Output data: bounding box job output". Coordinates are pixels from the top left
corner; whole numbers from one worker, fractions where several workers' boxes were averaged.
"""

from typing import Annotated, Any, Literal, Protocol

from msgspec import UNSET, Meta, Struct, UnsetType

from groundtrain.manifest.label_types.metadata import Metadata


class ImageSize(Struct, gc=False):
    """Width and height in pixels, depth in channels."""

    width: Annotated[int, Meta(lt=1 << 31)]
    height: Annotated[int, Meta(lt=1 << 31)]
    depth: int | UnsetType = UNSET


class Box(Struct, gc=False, frozen=True):
    """A rectangle in pixels; left and top count from the image's top left corner."""

    class_id: Annotated[int, Meta(ge=0, lt=1 << 31)]
    left: float
    top: float
    width: float
    height: float


class BoundingBoxes(Struct, gc=False):
    """The value of the label attribute."""

    image_size: tuple[ImageSize]
    annotations: list[Box]


class Confidence(Struct, gc=False):
    """What Ground Truth thinks of one box; no reason to leave it out (a single worker gives 0)."""

    confidence: Any = UNSET


class BoxMetadata(Metadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    type: Literal["groundtruth/object-detection"]
    class_map: dict[str, str]
    objects: list[Confidence] | UnsetType = UNSET


class BoxRecord(Protocol):
    """One line with bounding boxes."""

    source: str
    label: BoundingBoxes
    metadata: BoxMetadata
