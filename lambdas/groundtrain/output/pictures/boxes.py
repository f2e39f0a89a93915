"""Bounding boxes on their image, the faulty ones whole and marked."""

from collections.abc import Sequence

from groundtrain.manifest.label_types.boxes.box_record import Box
from groundtrain.output.pictures.colours import FAULT_FIELD, FAULT_INK, class_colour, contrast
from groundtrain.output.pictures.image_view import Corners, View, view_of
from groundtrain.output.pictures.names import Name, written
from groundtrain.output.pictures.placed_findings import codes, item_findings
from groundtrain.output.pictures.shapes import Drawing, Line, Rectangle, Shape
from groundtrain.output.pictures.subject import Canvas, Subject
from groundtrain.quantities import quantity
from groundtrain.rules.findings import Finding

_THICK = 3
_APART, _CLEAR, _CROSS = 4.0, 7.0, 10.0
_LEAVES = {"GT204", "GT208"}
_MOST = 20_000  # boxes that are drawn


def draw_boxes(subject: Subject, canvas: Canvas) -> tuple[Drawing, tuple[str, ...]]:
    """The image with its boxes, and what is to be said of what is not shown.

    A box that leaves the image is drawn whole, in a margin around the image of up to half of its size.
    """
    boxes: Sequence[Box] = subject.record.label.annotations[:_MOST]
    faults = {place: found for place, found in item_findings(subject).items() if place < len(boxes)}
    leaving = [place for place, found in faults.items() if _LEAVES & {each.code for each in found}]
    view = view_of(subject, canvas, tuple(_corners(boxes[place]) for place in leaving))
    shapes, names = list[Shape](), list[Name]()
    for place in sorted(range(len(boxes)), key=lambda place: place in faults):
        found, box = faults.get(place, ()), boxes[place]
        left, top, right, bottom = _corners(box)
        area = (*view.at(left, top), *view.at(right, bottom))
        colour, name = class_colour(box.class_id), subject.name_of(box.class_id)
        shapes += _outline(area, colour, f"{codes(found)} {name[:200]}".strip())
        shapes += _mark(area, found)
        names.append(Name(_apart(area, _CLEAR) if found else area, name, colour, codes(found)))
    tags, unnamed = written(names, view.size, text_height(view))
    without = f"{quantity(unnamed, 'box', 'boxes')} without a name for want of room" if unnamed else ""
    more = len(subject.record.label.annotations) - len(boxes)
    not_drawn = f"{quantity(more, 'box', 'boxes')} not drawn" if more else ""
    return view.drawn(*shapes, *tags), tuple(filter(None, (view.note, without, not_drawn)))


def text_height(view: View) -> int:
    """Of names on an image, in pixels."""
    return max(12, min(28, min(view.size) // 40))


def _corners(box: Box) -> Corners:
    return box.left, box.top, box.left + box.width, box.top + box.height


def _outline(area: Corners, colour: str, title: str) -> list[Shape]:
    """The box in its class's colour, between two thin lines that set it off from any ground."""
    left, top, right, bottom = area
    around = Rectangle(left - 1, top - 1, right + 1, bottom + 1, outline=contrast(colour))
    return [around, Rectangle(left, top, right, bottom, outline=colour, thick=_THICK, title=title)]


def _mark(area: Corners, found: Sequence[Finding]) -> list[Shape]:
    """A frame of black and yellow dashes around it; a cross where it has no extent."""
    if not found:
        return []
    left, top, right, bottom = _apart(area)
    dashes = [
        Rectangle(left, top, right, bottom, outline=FAULT_FIELD, thick=3),
        Rectangle(left, top, right, bottom, outline=FAULT_INK, thick=3, dashed=True),
    ]
    return [*dashes, *_cross(area)] if min(area[2] - area[0], area[3] - area[1]) < _APART else [*dashes]


def _cross(area: Corners) -> list[Shape]:
    x, y = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
    strokes = (((x - _CROSS, y), (x + _CROSS, y)), ((x, y - _CROSS), (x, y + _CROSS)))
    return [
        Line(points, colour, thick)
        for points in strokes
        for colour, thick in ((FAULT_FIELD, 5), (FAULT_INK, 2))
    ]


def _apart(area: Corners, by: float = _APART) -> Corners:
    left, top, right, bottom = area
    return left - by, top - by, max(left, right) + by, max(top, bottom) + by
