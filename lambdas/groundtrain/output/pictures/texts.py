"""Texts with what is labeled in them."""

from collections.abc import Iterator

from groundtrain.images.image_file import ImageError
from groundtrain.images.image_store import read_image
from groundtrain.output.pictures.colours import class_colour
from groundtrain.output.pictures.legend import Entry
from groundtrain.output.pictures.marked_text import Mark, draw_text
from groundtrain.output.pictures.placed_findings import codes, item_findings
from groundtrain.output.pictures.shapes import Drawing
from groundtrain.output.pictures.subject import Canvas, Subject
from groundtrain.quantities import quantity
from groundtrain.record_keys import is_fetched

_WIDTH = 900
_LINES, _LINES_IN_SHEET = 120, 8
_MOST_LETTERS, _MOST_MARKS = 20_000, 2_000


def draw_entities(subject: Subject, canvas: Canvas) -> tuple[Drawing, tuple[str, ...]]:
    """The text with its entities, and what is to be said of what is not shown."""
    return _draw(subject, canvas, tuple(_marks(subject)))


def draw_plain_text(subject: Subject, canvas: Canvas) -> tuple[Drawing, tuple[str, ...]]:
    """The text, and what is to be said of what is not shown."""
    return _draw(subject, canvas, ())


def entity_colours(subject: Subject) -> dict[str, str]:
    """Colours by class; lines list the classes of a job in orders of their own, so names give them."""
    named = {*subject.classes.values(), *(each.label for each in subject.record.label.annotations.entities)}
    return {name: class_colour(place) for place, name in enumerate(sorted(named))}


def entity_entries(subject: Subject) -> tuple[Entry, ...]:
    """Classes of entities with their numbers there."""
    found = [each.label for each in subject.record.label.annotations.entities]
    return tuple(
        Entry(colour, f"{name[:200]} {found.count(name):,}")
        for name, colour in entity_colours(subject).items()
        if name in found
    )


def _marks(subject: Subject) -> Iterator[Mark]:
    faults, colours = item_findings(subject), entity_colours(subject)
    for place, entity in enumerate(subject.record.label.annotations.entities[:_MOST_MARKS]):
        code = codes(faults.get(place, ()))
        yield Mark(entity.start_offset, entity.end_offset, entity.label, colours[entity.label], code)


def _draw(subject: Subject, canvas: Canvas, marks: tuple[Mark, ...]) -> tuple[Drawing, tuple[str, ...]]:
    text, note = _text(subject, canvas)
    width = min(_WIDTH, canvas.longest)
    lines = _LINES if canvas.longest >= _WIDTH else _LINES_IN_SHEET
    drawing, shown = draw_text(text[:_MOST_LETTERS], marks, width, lines)
    notes = [note] if note else []
    if shown < len(text) and not note:
        beyond = sum(mark.start >= shown for mark in marks)
        notes.append(
            f"{quantity(len(text) - shown, 'more character')} not shown"
            + (f", with {quantity(beyond, 'entity', 'entities')}" if beyond else "")
        )
    return drawing, tuple(notes)


def _text(subject: Subject, canvas: Canvas) -> tuple[str, str]:
    """The text, or its address and why it was not read."""
    if not is_fetched(subject.keys.source):
        return subject.source, ""
    if canvas.store is None:
        return subject.source, "the text lies there, and was not read (--image-dir)"
    try:
        return read_image(canvas.store, subject.source).decode(errors="replace"), ""
    except ImageError as error:
        return subject.source, f"no text: {error.message}"
