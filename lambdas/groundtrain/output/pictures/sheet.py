"""A contact sheet: several records in one picture."""

from collections.abc import Sequence
from math import sqrt

from groundtrain.output.pictures.legend import Caption, caption_below
from groundtrain.output.pictures.record_picture import draw_subject
from groundtrain.output.pictures.shapes import Drawing, Placed, Shape, stacked
from groundtrain.output.pictures.subject import Canvas, Subject
from groundtrain.rules.findings import Finding

MOST = 100
"""Records in one sheet."""

_WIDTH = 2000
_GAP = 12
_MOST_COLUMNS, _ROWS_OF_TEXT = 6, 5
_NARROWEST = 360


def draw_sheet(
    subjects: Sequence[Subject], canvas: Canvas, title: str, on_file: Sequence[Finding] = ()
) -> Drawing:
    """The records in a grid, each with its caption, below a title and the findings on all of them.

    Args:
        subjects: at most `MOST`.
        canvas: where their images are.
        title: of the sheet.
        on_file: findings on all of them.
    """
    columns = min(_columns(len(subjects)), _WIDTH // (_NARROWEST + _GAP))
    tile = max(_NARROWEST, min((_WIDTH - _GAP) // columns - _GAP, 640))
    small = Canvas(canvas.store, tile, _ROWS_OF_TEXT)
    width = columns * (tile + _GAP) + _GAP
    shapes, top = list[Shape](), 0
    for start in range(0, len(subjects), columns):
        row = [draw_subject(subject, small) for subject in subjects[start : start + columns]]
        shapes += [Placed(_GAP + at * (tile + _GAP), top, drawing) for at, drawing in enumerate(row)]
        top += max(drawing.height for drawing in row) + _GAP
    head = caption_below(Caption(title, findings=tuple(on_file)), width, 12)
    return stacked(head, Drawing(width, top, tuple(shapes)))


def _columns(number: int) -> int:
    """Such that the sheet is about as wide as it is high."""
    return min(_MOST_COLUMNS, max(1, round(sqrt(1.2 * number))))
