"""A sheet shows what is worth seeing: findings first, each class, the fullest, an empty one."""

from pathlib import Path

import pytest

from groundtrain.errors import ManifestError
from groundtrain.output.pictures.chosen_lines import LineChoice, SeenLine
from groundtrain.output.pictures.manifest_subjects import chosen_subjects, labels_to_draw
from groundtrain.output.pictures.png import rendered
from groundtrain.output.pictures.sheet import draw_sheet
from groundtrain.output.pictures.subject import Canvas
from tests.manifest_lines import box, dump, manifest_of, record
from tests.pictures import said

NAMES = {"0": "car", "1": "bus", "2": "tram"}


def seen(line: int, *classes: str, items: int = 1, codes: tuple[str, ...] = ()) -> SeenLine:
    return SeenLine(line, frozenset(classes), items, frozenset(codes), left_out="GT204" in codes)


def chosen(most: int, *lines: SeenLine) -> list[int]:
    choice = LineChoice(most)
    for line in lines:
        choice.add(line)
    return choice.chosen()


def test_lines_with_findings_come_first_those_left_out_before_all() -> None:
    lines = seen(1, "car"), seen(2, "car", codes=("GT212",)), seen(3, "car", codes=("GT204",)), seen(4, "car")
    assert chosen(4, *lines) == [3, 2, 1, 4]


def test_the_rarest_class_is_seen_among_many_lines() -> None:
    lines = [seen(number, "car") for number in range(1, 500)]
    assert 500 in chosen(2, *lines, seen(500, "tram"))


def test_the_fullest_and_an_empty_line_are_seen() -> None:
    lines = [seen(number, "car") for number in range(1, 900)]
    assert set(chosen(3, *lines, seen(900, "car", items=50), seen(901, items=0))) >= {900, 901}


def test_of_a_class_its_fullest_line_is_seen() -> None:
    lines = [seen(number, "car", items=9) for number in range(1, 200)]
    assert chosen(2, *lines, seen(300, "tram"), seen(301, "tram", items=3))[-1] == 301


def test_findings_leave_room_for_sound_records() -> None:
    faulty = [seen(number, "car", codes=(f"GT2{number:02}",)) for number in range(1, 40)]
    numbers = chosen(4, *faulty, seen(99, "tram"))
    assert 99 in numbers


def test_a_short_manifest_is_seen_whole_and_no_line_twice() -> None:
    assert chosen(12, seen(1, "car"), seen(2, "bus", codes=("GT204",))) == [2, 1]


def test_a_line_with_one_finding_shows_it_better_than_one_with_several() -> None:
    lines = seen(1, "car", codes=("GT207", "GT212")), seen(2, "car", codes=("GT212",))
    assert 2 in chosen(2, *lines)


@pytest.fixture
def labels(tmp_path: Path):
    lines = (
        record("s3://bucket/1.jpg", box(0), classes=NAMES),
        record("s3://bucket/2.jpg", box(1), box(0), classes=NAMES),
        record("s3://bucket/3.jpg", classes=NAMES),
        record("s3://bucket/4.jpg", box(0, left=630), classes=NAMES),
        record("s3://bucket/1.jpg", box(0), classes=NAMES),
        {"source-ref": "s3://bucket/6.jpg"},
    )
    return labels_to_draw(manifest_of(tmp_path, *map(dump, lines), b"no JSON"), None)


def numbers(labels, most=20, class_name=None, *, rejected=False) -> list[int]:
    found = chosen_subjects(labels, most, class_name=class_name, rejected=rejected)
    return [subject.line for subject in found]


def test_lines_that_are_left_out_are_those_that_check_leaves_out(labels) -> None:
    assert numbers(labels, rejected=True) == [4, 5, 6, 7]


def test_only_lines_of_a_class_are_shown_where_one_is_named(labels) -> None:
    assert numbers(labels, class_name="bus") == [2]
    assert numbers(labels, class_name="car", rejected=True) == [4, 5]


@pytest.mark.parametrize(
    ("class_name", "rejected", "words"),
    [
        ("bsu", False, 'no class "bsu": name one of its classes: "bus" and "car"|"bus", "car"'),
        ("bus", True, "no such line that is left out: leave --rejected out"),
    ],
)
def test_where_no_line_is_as_asked_for_it_is_said(labels, class_name, rejected, words) -> None:
    with pytest.raises(ManifestError, match=words):
        numbers(labels, class_name=class_name, rejected=rejected)


def test_each_record_is_told_by_its_line_and_its_findings(labels) -> None:
    subjects = chosen_subjects(labels, 20, class_name=None, rejected=False)
    drawing = draw_sheet(subjects, Canvas(None), "a title")
    told = said(drawing)
    assert all(f"line {number} · " in told or f"line {number}\n" in told for number in range(1, 7))
    assert all(code in told for code in ("GT204", "GT401", "GT201", "GT101"))
    assert told.startswith("a title")


@pytest.mark.parametrize("many", [1, 2, 5, 12, 100])
def test_a_sheet_of_any_number_has_bounds(tmp_path: Path, many: int) -> None:
    lines = [dump(record(f"s3://bucket/{i}.jpg", box(), size=(400, 300))) for i in range(many)]
    labels = labels_to_draw(manifest_of(tmp_path, *lines), None)
    drawing = draw_sheet(chosen_subjects(labels, many, class_name=None, rejected=False), Canvas(None), "")
    assert drawing.width <= 2000
    assert drawing.height <= 450 * many
    assert rendered(drawing).size == (drawing.width, drawing.height) if many < 10 else True
