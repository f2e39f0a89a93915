"""One record as a picture: what is labeled, and below it which line, which classes and what is wrong."""

from collections import Counter

from groundtrain.manifest.label_types.boxes.bounding_box import BOUNDING_BOX
from groundtrain.manifest.label_types.custom import CUSTOM
from groundtrain.manifest.label_types.text_span import TEXT_SPAN
from groundtrain.output.pictures.boxes import draw_boxes
from groundtrain.output.pictures.cards import draw_card
from groundtrain.output.pictures.colours import class_colour
from groundtrain.output.pictures.image_view import view_of
from groundtrain.output.pictures.legend import Caption, Entry, caption_below
from groundtrain.output.pictures.masks import draw_mask
from groundtrain.output.pictures.shapes import Drawing, stacked
from groundtrain.output.pictures.subject import Canvas, Subject
from groundtrain.output.pictures.texts import draw_entities, draw_plain_text, entity_entries
from groundtrain.record_keys import SOURCE
from groundtrain.s3_addresses import find_s3_address

_NARROWEST = 360
_LONGEST_TITLE = 160
_OF_TEXT = "groundtruth/text-"

Body = tuple[Drawing | None, tuple[Entry, ...], tuple[str, ...]]


def draw_subject(subject: Subject, canvas: Canvas) -> Drawing:
    """The picture of a line, also of one that cannot be read: then only what is wrong with it.

    Its sides are at most the canvas's longest side and what the caption needs, some 800 pixels more.
    """
    body, entries, notes = _body(subject, canvas)
    width = max(_NARROWEST, body.width) if body else _NARROWEST
    caption = Caption(_title(subject), entries, subject.findings, notes)
    below = caption_below(caption, min(width, max(canvas.longest, _NARROWEST)), canvas.rows)
    return stacked(body, below) if body else below


def _title(subject: Subject) -> str:
    source = (
        subject.source if len(subject.source) <= _LONGEST_TITLE else f"{subject.source[:_LONGEST_TITLE]}…"
    )
    shows = source if subject.keys.source != SOURCE else ""
    left_out = "left out" if subject.is_left_out else ""
    return " · ".join(filter(None, (f"line {subject.line}", shows, left_out)))


def _body(subject: Subject, canvas: Canvas) -> Body:
    kind = subject.label_type
    if subject.record is None:
        is_there = kind.of_images and canvas.store is not None and find_s3_address(subject.source)
        return view_of(subject, canvas).drawn() if is_there else None, (), ()
    if kind is BOUNDING_BOX:
        drawing, notes = draw_boxes(subject, canvas)
        return drawing, _class_entries(subject), notes
    if kind.mask_colours is not None:
        mask = draw_mask(subject, canvas)
        return mask.drawing, mask.entries, mask.notes
    if kind is TEXT_SPAN:
        drawing, notes = draw_entities(subject, canvas)
        return drawing, entity_entries(subject), notes
    if kind.of_images:
        view = view_of(subject, canvas)
        return view.drawn(), _class_entries(subject), (view.note,) if view.note else ()
    if kind.name.startswith(_OF_TEXT):
        drawing, notes = draw_plain_text(subject, canvas)
        return drawing, _class_entries(subject), notes
    return draw_card(subject, canvas), () if kind is CUSTOM else _class_entries(subject), ()


def _class_entries(subject: Subject) -> tuple[Entry, ...]:
    """The classes of a record, with their numbers where it has several of one."""
    counts = Counter(subject.items)
    return tuple(
        Entry(class_colour(i), f"{subject.name_of(i)[:200]}{f' x {n:,}' if n > 1 else ''}")
        for i, n in sorted(counts.items())
    ) or (Entry("#ffffff", "no class"),)
