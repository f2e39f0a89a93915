"""What every format is read into and written from: images or texts, each with its label.

Boxes are pixels from the image's top left corner, kept to the last digit; classes go by name.
"""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

LabelKind = Literal["boxes", "class", "classes", "entities"]
"""Bounding boxes, one class, any number of classes, or spans of a text with a class each."""

Split = Literal["train", "validation", "test"]


class NamedBox(Struct, frozen=True, gc=False):
    """A box in pixels, and the name of its class; numbers as the format has them."""

    name: str
    left: float
    top: float
    width: float
    height: float


class NamedSpan(Struct, frozen=True, gc=False):
    """Characters of a text from `start` to before `end`, and the name of their class."""

    name: str
    start: int
    end: int


class Size(Struct, frozen=True, gc=False):
    """Width and height of an image in pixels as it is shown, and its channels."""

    width: int
    height: int
    depth: int = 3


class LabeledItem(Struct, frozen=True, kw_only=True):
    """An image or a text with its label, of which one field is used, as the kind says.

    Attributes:
        place: where the format has it, for messages: file and line, element or id.
        name: of an image: a path below some folder with slashes, or an address in S3; "" for a text.
        text: "" for an image.
        size: None where the format does not say it; only boxes need it.
        boxes, classes, spans: the label; `classes` holds one name where the kind is "class".
        split: the side of the training that the format assigns it to, if any.
        is_lost: whether labels of it were left out on the way, so that none is no answer.
    """

    place: str
    name: str = ""
    text: str = ""
    size: Size | None = None
    boxes: tuple[NamedBox, ...] = ()
    classes: tuple[str, ...] = ()
    spans: tuple[NamedSpan, ...] = ()
    split: Split | None = None
    is_lost: bool = False

    def names(self) -> Iterable[str]:
        """The class of each box, class and span, with repetitions."""
        yield from self.classes
        yield from (box.name for box in self.boxes)
        yield from (span.name for span in self.spans)


class LabeledItems(Struct, frozen=True):
    """All of a source; the items can be read once.

    Attributes:
        classes: in the order of their ids, as far as the format lists them. Others follow as they come.
    """

    kind: LabelKind
    classes: tuple[str, ...]
    items: Iterable[LabeledItem]
