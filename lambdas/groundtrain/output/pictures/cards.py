"""Labels that no image shows, as a card with what the line says of them."""

import msgspec

from groundtrain.manifest.label_types.sequences.point_cloud import POINT_CLOUD_OBJECT_DETECTION, Cuboid
from groundtrain.output.pictures.marked_text import draw_text
from groundtrain.output.pictures.shapes import Drawing
from groundtrain.output.pictures.subject import Canvas, Subject

_WIDTH, _LINES, _LINES_IN_SHEET = 700, 40, 8
_LONGEST = 2_000  # characters


def draw_card(subject: Subject, canvas: Canvas) -> Drawing:
    """A card: addresses of sequences, clips and their labels, the cuboids of a frame, or the label itself."""
    width = min(_WIDTH, canvas.longest)
    return draw_text(_text(subject), (), width, _LINES if width == _WIDTH else _LINES_IN_SHEET)[0]


def _text(subject: Subject) -> str:
    label = subject.record.label
    if subject.label_type is POINT_CLOUD_OBJECT_DETECTION:
        cuboids = (_cuboid(subject, each) for each in label.annotations[:_LINES])
        return "\n".join((_cut(subject.source), *cuboids))
    if subject.label_type.by_reference:
        return f"{_cut(subject.source)}\nlabels in {_cut(label)}"
    return f"{_cut(subject.source)}\n{_cut(msgspec.json.encode(label).decode())}"


def _cuboid(subject: Subject, cuboid: Cuboid) -> str:
    size = f"{cuboid.length:g} x {cuboid.width:g} x {cuboid.height:g}"
    centre = f"({cuboid.center_x:g}, {cuboid.center_y:g}, {cuboid.center_z:g})"
    return f"{subject.name_of(cuboid.class_id)[:60]}: {size} around {centre}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
