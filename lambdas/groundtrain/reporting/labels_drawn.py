"""What of a record's label is drawn, whatever its type: boxes, classes, spans of a text, or a mask."""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from msgspec import Struct

from groundtrain.manifest.label_types.boxes.bounding_box import BOUNDING_BOX
from groundtrain.manifest.label_types.boxes.box_record import BoxRecord
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.text_span import TEXT_SPAN, EntityRecord

MOST_BOXES = 200
"""Boxes that are drawn on one picture."""
LONGEST_TEXT = 2000
"""Characters of a text that are shown."""


_HEX = re.compile(r"#[0-9a-f]{6}")
_COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")  # Okabe and Ito


class BoxDrawn(Struct, frozen=True):
    """A box in pixels of the image, the name of its class, and its place in the label."""

    name: str
    left: float
    top: float
    width: float
    height: float
    place: int


class PieceDrawn(Struct, frozen=True):
    """A piece of a text, and the names of the classes that it is marked with."""

    text: str
    names: tuple[str, ...]


class LabelDrawn(Struct, frozen=True):
    """What is drawn of one label.

    Attributes:
        size: width and height of the image as the label states it; None where it does not.
        classes: names of the classes of the whole record.
        pieces: the text, cut where spans begin and end.
        spans: places in the label of the spans of each piece.
        mask: address of the mask.
        colours: "#rrggbb" or "" by pixel value, and the name of its class.
        not_drawn: items that are too many.
    """

    size: tuple[int, int] | None = None
    boxes: tuple[BoxDrawn, ...] = ()
    classes: tuple[str, ...] = ()
    pieces: tuple[PieceDrawn, ...] = ()
    spans: tuple[tuple[int, ...], ...] = ()
    mask: str = ""
    colours: Mapping[int, tuple[str, str]] = {}
    not_drawn: int = 0


def draw(record: Any, label_type: LabelType) -> LabelDrawn:
    """What is drawn of a record, with the names of classes on its own line."""
    drawn = _DRAWN.get(label_type.name)
    if drawn is not None:
        return drawn(record)
    names = label_type.class_names(record)
    if label_type.mask_colours is not None:
        colours = label_type.mask_colours(record)
        of_mask = {
            i: (_colour(i, colour, label_type), names.get(str(i), f"class {i}"))
            for i, colour in colours.items()
        }
        return LabelDrawn(mask=record.label, colours=of_mask)
    of_label = label_type.label_ids
    ids = names if of_label is None else dict.fromkeys(map(str, of_label(record.label)))
    shown = tuple(names.get(i, f"class {i}") for i in ids)
    pieces = () if label_type.of_images else (PieceDrawn(record.source[:LONGEST_TEXT], ()),)
    return LabelDrawn(classes=shown, pieces=pieces)


def _colour(value: int, stated: str, label_type: LabelType) -> str:
    """The colour that the label states for a pixel value, or another; none for the background."""
    if value == 0 and label_type.background:
        return ""
    return stated if _HEX.fullmatch(stated) else _COLOURS[value % len(_COLOURS)]


def _boxes(record: BoxRecord) -> LabelDrawn:
    size, boxes, names = record.label.image_size[0], record.label.annotations, record.metadata.class_map
    drawn = tuple(
        BoxDrawn(
            names.get(str(box.class_id), f"class {box.class_id}"),
            round(box.left, 1),
            round(box.top, 1),
            round(box.width, 1),
            round(box.height, 1),
            place,
        )
        for place, box in enumerate(boxes[:MOST_BOXES])
    )
    has_size = size.width > 0 and size.height > 0
    return LabelDrawn(
        size=(size.width, size.height) if has_size else None,
        boxes=drawn,
        not_drawn=len(boxes) - len(drawn),
    )


def _spans(record: EntityRecord) -> LabelDrawn:
    text, entities = record.source[:LONGEST_TEXT], record.label.annotations.entities
    within = [
        (place, entity, max(0, entity.start_offset), min(len(text), entity.end_offset))
        for place, entity in enumerate(entities[:MOST_BOXES])
    ]
    within = [one for one in within if one[2] < one[3]]
    cuts = sorted({0, len(text), *(cut for *_, start, end in within for cut in (start, end))})
    pieces, places = list[PieceDrawn](), list[tuple[int, ...]]()
    for start, end in pairwise(cuts):
        here = [(place, entity.label) for place, entity, first, last in within if first <= start < last]
        pieces.append(PieceDrawn(text[start:end], tuple(dict.fromkeys(name for _, name in here))))
        places.append(tuple(place for place, _ in here))
    return LabelDrawn(pieces=tuple(pieces), spans=tuple(places), not_drawn=len(entities) - len(within))


_DRAWN: Mapping[str, Callable[[Any], LabelDrawn]] = {BOUNDING_BOX.name: _boxes, TEXT_SPAN.name: _spans}
