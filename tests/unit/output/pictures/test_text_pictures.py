"""Texts are legible, their entities are marked on their letters, and nothing that is left out goes untold."""

from pathlib import Path
from typing import Any

import pytest

from groundtrain.output.pictures.shapes import Drawing, Rectangle, Text
from tests.label_samples import entities, labeled
from tests.pictures import drawing_of, said, shapes_of

TURIN = entities("Ada lives in Turin", ("PERSON", 0, 3), ("CITY", 13, 18))


def titled(drawing: Drawing, title: str) -> list[Rectangle]:
    return [shape for shape in shapes_of(drawing) if isinstance(shape, Rectangle) and shape.title == title]


def words(drawing: Drawing, text: str) -> Text:
    return next(shape for shape in shapes_of(drawing) if isinstance(shape, Text) and shape.text == text)


def test_an_entity_is_marked_on_its_letters_and_named(tmp_path: Path) -> None:
    drawing = drawing_of(tmp_path, TURIN)
    (city,) = titled(drawing, "CITY")
    written = words(drawing, "Turin")
    assert (city.left, city.right) == pytest.approx((written.left, written.left + written.wide), abs=0.5)
    assert city.top <= written.top <= city.bottom
    assert said(drawing).count("PERSON") == 2  # below its letters, and in the legend


def test_entities_that_overlap_are_named_on_bands_of_their_own(tmp_path: Path) -> None:
    line = entities("Ada Lovelace", ("PERSON", 0, 12), ("CITY", 4, 12))
    drawing = drawing_of(tmp_path, line)
    person, city = words(drawing, "PERSON"), words(drawing, "CITY")
    assert abs(person.top - city.top) > person.height


@pytest.mark.parametrize("span", [(3, 3), (5, 2), (15, 900), (700, 900), (-4, 2)])
def test_a_span_that_is_no_part_of_the_text_is_marked_with_its_code(
    tmp_path: Path, span: tuple[int, int]
) -> None:
    drawing = drawing_of(tmp_path, entities("Ada lives in Turin", ("CITY", *span)))
    assert said(drawing).count("GT235") == 2
    assert titled(drawing, "GT235 CITY")


def test_an_entity_over_a_line_s_end_goes_on_below(tmp_path: Path) -> None:
    text = "word " * 60
    assert len(titled(drawing_of(tmp_path, entities(text, ("CITY", 0, len(text) - 1))), "CITY")) >= 2


@pytest.mark.parametrize(
    "text", ["\x1b[2J\u202e::error::", "a\tb\r\nc", "\ud7ff\ufeff\u2028", "x" * 5000, " "]
)
def test_any_text_is_written_harmless_and_in_the_width(tmp_path: Path, text: str) -> None:
    drawing = drawing_of(tmp_path, entities(text, ("CITY", 0, len(text))))
    assert all(each.isprintable() for each in drawing.texts())
    right = max(shape.left + shape.wide for shape in shapes_of(drawing) if isinstance(shape, Text))
    assert right <= drawing.width


def test_words_of_a_script_from_the_right_stand_from_the_right(tmp_path: Path) -> None:
    drawing = drawing_of(tmp_path, entities("שלום עולם", ("CITY", 0, 4)))
    first, second = words(drawing, "שלום"), words(drawing, "עולם")
    assert first.left > second.left
    within = drawing_of(tmp_path, entities("he said שלום עולם today", ("CITY", 8, 12)))
    order = sorted((words(within, each).left, each) for each in ("said", "שלום", "עולם", "today"))
    assert [each for _, each in order] == ["said", "עולם", "שלום", "today"]


def test_what_of_a_long_text_is_not_shown_is_counted(tmp_path: Path) -> None:
    text = "word " * 20_000
    drawing = drawing_of(tmp_path, entities(text, ("CITY", 0, 4), ("CITY", 99_000, 99_004)))
    assert "more characters not shown, with 1 entity" in said(drawing)
    assert drawing.height < 8000


def test_a_text_with_its_class_is_shown(tmp_path: Path) -> None:
    line = labeled("mood", 0, "the food was good", "text-classification", class_name="glad")
    told = said(drawing_of(tmp_path, line))
    assert "glad" in told
    assert all(word in told for word in ("the", "food", "was", "good"))


def test_a_text_in_s3_is_read_from_the_folder(tmp_path: Path) -> None:
    line: Any = labeled("mood", 0, "s3://bucket/a.txt", "text-classification", class_name="glad")
    assert "was not read" in said(drawing_of(tmp_path, line))
    (tmp_path / "a.txt").write_bytes("Grüße\xff".encode("latin-1"))
    assert "Gr" in said(drawing_of(tmp_path, line, tmp_path))
    (tmp_path / "a.txt").unlink()
    assert "no text: there is no file" in said(drawing_of(tmp_path, line, tmp_path))
