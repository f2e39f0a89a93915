"""Boxes that are all written wrongly are one fault of the file."""

from pathlib import Path

import pytest

from groundtrain.errors import ManifestError
from groundtrain.linting.check import Check
from groundtrain.linting.linter import check_manifest
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from tests.manifest_lines import Converted, box, dump, manifest_of, record

FIXES = DatasetSettings(fix=("GT204",))
Corners = tuple[float, float, float, float]


def lines(*boxes: Corners, size: tuple[int, int] = (640, 480)) -> list[bytes]:
    return [dump(record(f"s3://bkt/{i}.jpg", box(0, *sides), size=size)) for i, sides in enumerate(boxes)]


def checked(directory: Path, written: list[bytes], **settings: tuple[str, ...]) -> Check:
    environment = Environment(name="local", region="", dataset=DatasetSettings(**settings))
    return check_manifest(manifest_of(directory, *written), environment)


MISREAD: list[tuple[str, list[Corners]]] = [
    ("read as right and bottom", [(300 + i, 200 + i, 500 + i, 350 + i) for i in range(30)]),
    ("read as the centre", [(500 + i, 300 + i, 180, 140) for i in range(30)]),
    ("left and top are exchanged, and width", [(420 - i, 500 + i, 40, 100) for i in range(30)]),
    ("left and top are exchanged", [(400 - i, 500 + i, 100, 40) for i in range(30)]),
    ("thousandths of it", [(100 + 10 * i, 500, 300, 450) for i in range(30)]),
    ("copy that is 2 times as large", [(-600, 30 * i, 1880, 60) for i in range(31)]),
]


@pytest.mark.parametrize(("words", "boxes"), MISREAD, ids=[words for words, _ in MISREAD])
def test_boxes_that_leave_their_images_are_one_finding_and_never_clipped(
    words: str, boxes: list[Corners], tmp_path: Path
) -> None:
    check = checked(tmp_path, lines(*boxes), fix=("GT",))
    assert (check.counts, check.fixed, check.rejected) == ({"GT244": 1}, {}, len(boxes))
    assert words in str(check.verdict)


def test_convert_makes_no_dataset_of_them(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="30 of 30 boxes leave their image"):
        Converted(tmp_path, *lines(*MISREAD[0][1]), settings=FIXES)


def test_another_reading_that_fits_every_box_counts_although_most_stay_inside(tmp_path: Path) -> None:
    inside: list[Corners] = [(100 + i, 90 + i, 180, 140) for i in range(90)]
    assert checked(tmp_path, lines(*inside, *MISREAD[1][1][:12])).counts == {"GT244": 1}


def test_a_few_boxes_at_the_border_are_clipped(tmp_path: Path) -> None:
    boxes: list[Corners] = [(600, 5 * i, 41 if i % 3 == 0 else 30, 40) for i in range(60)]
    assert checked(tmp_path, lines(*boxes), fix=("GT204",)).fixed == {"GT204": 20}


UNITS: list[tuple[str, tuple[int, int], list[Corners]]] = [
    ("fractions", (640, 480), [(0.1 + i / 100, 0.2, 0.3, 0.25) for i in range(30)]),
    ("per cent", (640, 480), [(10 + i, 20 + i, 60, 48) for i in range(30)]),
    ("thousandths", (4000, 3000), [(100 + 10 * i, 210 + 10 * i, 600, 480) for i in range(30)]),
]


@pytest.mark.parametrize(("words", "size", "boxes"), UNITS, ids=[unit[0] for unit in UNITS])
def test_boxes_in_another_unit_are_one_finding(
    words: str, size: tuple[int, int], boxes: list[Corners], tmp_path: Path
) -> None:
    check = checked(tmp_path, lines(*boxes, size=size))
    assert check.counts == {"GT243": 1}
    assert f"they look like {words} of their image: multiply left and width" in str(check.verdict)


def test_boxes_that_may_be_in_another_unit_are_told(tmp_path: Path) -> None:
    check = checked(tmp_path, lines(*((10 + i, 20 + i, 30, 25) for i in range(30))))
    assert (check.verdict.kind, list(check.counts)) == ("will-train", ["GT246"])
    assert "perhaps they are per cent" in check.findings[0].message


def test_boxes_of_a_smaller_copy_are_told(tmp_path: Path) -> None:
    check = checked(tmp_path, lines(*((10 * i, 7 * i, 30, 25) for i in range(30))))
    assert "perhaps they are of a smaller copy" in check.findings[0].message


def test_many_sound_boxes_end_the_watch(tmp_path: Path) -> None:
    sound: list[Corners] = [(10 + i % 500, 20 + i % 400, 100, 50) for i in range(1100)]
    assert checked(tmp_path, lines(*sound, (630, 20, 20, 20))).counts == {"GT204": 1}


def test_the_rule_can_be_ignored(tmp_path: Path) -> None:
    check = checked(tmp_path, lines(*MISREAD[0][1]), ignore=("GT244",))
    assert check.counts["GT204"] == 30


def test_a_box_below_one_pixel_is_an_error_and_no_image_shape_is_advised_beyond_the_image(
    tmp_path: Path,
) -> None:
    boxes: list[Corners] = [(10, 20, 0.5, 40), (10, 20, 1.5, 40), (10, 20, 3, 40)]
    findings = {finding.line: finding for finding in checked(tmp_path, lines(*boxes)).findings}
    assert findings[1].code == "GT207"
    assert (findings[2].code, findings[2].fix) == ("GT212", "leave such boxes out, or label larger images")
    assert "427 would make it 2" in findings[3].message
