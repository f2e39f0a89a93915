"""What a line can mean in one way only is used, told and fixed."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from groundtrain.linting.check import Check
from groundtrain.linting.linter import check_manifest
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from tests.label_samples import labeled
from tests.manifest_lines import LABEL, Converted, box, dump, good, manifest_of, record

META = f"{LABEL}-metadata"


def checked(directory: Path, *lines: bytes, fix: tuple[str, ...] = ()) -> Check:
    environment = Environment(name="local", region="", dataset=DatasetSettings(fix=fix))
    output = directory / "fixed.manifest" if fix else None
    return check_manifest(manifest_of(directory, *lines), environment, fix_into=output)


def fixed(directory: Path, line: Any, fix: str) -> tuple[Any, dict[str, int]]:
    check = checked(directory, dump(line), fix=(fix,))
    return json.loads((directory / "fixed.manifest").read_bytes()), check.fixed


def test_numbers_as_text_are_read_and_written_as_numbers(tmp_path: Path) -> None:
    odd = box() | {"class_id": "0", "left": "10", "top": 20.5, "width": "1e2", "height": " 40 ", "note": "5"}
    line = record("s3://bkt/a.jpg", odd) | {"other": "7"}
    after, count = fixed(tmp_path, line, "GT241")
    plain = {"class_id": 0, "left": 10, "top": 20.5, "width": 100.0, "height": 40, "note": "5"}
    assert after[LABEL]["annotations"] == [plain]
    assert (after["other"], count) == ("7", {"GT241": 4})


@pytest.mark.parametrize("fix", ["GT204", "GT2", "GT242"])
def test_other_fixes_work_on_values_that_are_spelled_otherwise(fix: str, tmp_path: Path) -> None:
    outside = box() | {"class_id": "0", "left": "10", "top": "-5", "height": "40", "width": 20}
    line = record("s3://bkt/a.jpg", outside, outside | {"left": "10.0"}, outside | {"left": 10})
    after, count = fixed(tmp_path, line, fix)
    [first, *others] = after[LABEL]["annotations"]
    assert (first["class_id"], first["left"], len(others)) == (0, 10, 2 if fix == "GT204" else 0)
    assert (first["top"], first["height"]) == ((-5, 40) if fix == "GT242" else (0, 35))
    assert count["GT241"] == 11


def test_a_name_as_a_number_is_written_as_text(tmp_path: Path) -> None:
    after, count = fixed(tmp_path, record("s3://bkt/a.jpg", box(), classes={"0": 7}), "GT241")
    assert (after[META]["class-map"], count) == ({"0": "7"}, {"GT241": 1})


def test_a_dataset_has_plain_values_without_being_asked(tmp_path: Path) -> None:
    made = Converted(tmp_path, *good(5), dump(record("s3://bkt/a.jpg", box() | {"class_id": "0"})))
    assert (made.rejected, made.dataset.findings["GT241"]) == ([], 1)
    assert not any(b'"class_id":"' in line for line in made.kept)


@pytest.mark.parametrize("ids", [(0, "1"), ("0", "1"), ("0", 2), (0.0, 1)])
def test_all_class_ids_of_a_dataset_are_numbers(ids: tuple[Any, Any], tmp_path: Path) -> None:
    lines = [
        dump(
            labeled(
                "kind", ids[i % 2], f"s3://bkt/{i}.jpg", "image-classification", **{"class-name": "ab"[i % 2]}
            )
        )
        for i in range(20)
    ]
    made = Converted(tmp_path, *lines)
    assert {type(json.loads(line)["kind"]) for line in made.kept} == {int}


REPEATED = box(), box(left=50), box(), box(left=50) | {"class_id": 1}
NAMES = {"0": "car", "1": "bus"}


def test_a_box_drawn_twice_is_removed_with_its_entry_in_the_metadata(tmp_path: Path) -> None:
    line = record("s3://bkt/a.jpg", *REPEATED, classes=NAMES)
    line[META]["objects"] = [{"confidence": i / 10} for i in range(4)]
    after, count = fixed(tmp_path, line, "GT242")
    assert after[LABEL]["annotations"] == [REPEATED[0], REPEATED[1], REPEATED[3]]
    assert [entry["confidence"] for entry in after[META]["objects"]] == [0, 0.1, 0.3]
    assert count == {"GT242": 1}


def test_a_repetition_that_cannot_be_removed_is_not_advised_to_be(tmp_path: Path) -> None:
    line = record("s3://bkt/a.jpg", box(), box(), objects=[{"confidence": 0}])
    (repeated,) = (
        finding for finding in checked(tmp_path, dump(line), *good(20)).findings if finding.code == "GT242"
    )
    assert repeated.fix == (
        "make objects in the metadata as long as the list first, since nothing tells which entry belongs to"
        " which; then the repetition can be removed (fix GT242)"
    )


def test_boxes_that_differ_in_what_else_they_say_are_both_kept(tmp_path: Path) -> None:
    line = record("s3://bkt/a.jpg", box() | {"object-name": "car:1"}, box() | {"object-name": "car:2"})
    after, count = fixed(tmp_path, line, "GT242")
    assert (len(after[LABEL]["annotations"]), count) == (2, {})


def test_a_class_listed_twice_is_listed_once_unless_the_list_may_be_of_zeros_and_ones(tmp_path: Path) -> None:
    names = {"class-map": {"0": "a", "1": "b", "2": "c"}}
    for ids, once in (([2, 0, 2], [2, 0]), ([0, 1, 1], [0, 1, 1])):
        line = labeled("tags", ids, "s3://bkt/a.jpg", "image-classification-multilabel", **names)
        assert fixed(tmp_path, line, "GT231")[0]["tags"] == once


def claiming(kind: str, *boxes: Any) -> dict[str, Any]:
    line: dict[str, Any] = record("s3://bkt/a.jpg", *boxes)
    line[META]["type"] = kind
    return line


@pytest.mark.parametrize(
    "kind",
    ["video-object-tracking", "video-object-detection", "semantic-segmentation", "image-classification"],
)
def test_boxes_under_another_type_are_told_and_fixed(kind: str, tmp_path: Path) -> None:
    line = dump(claiming(f"groundtruth/{kind}", box() | {"class_id": "0"}))
    lines = [line.replace(b"a.jpg", b"%d.jpg" % i) for i in range(30)]
    found = checked(tmp_path, *lines)
    assert found.counts == {"GT245": 30, "GT307": 1}
    assert found.findings[0].message == f"boxes holds boxes, but its metadata says groundtruth/{kind}"
    assert found.findings[0].fix.startswith(
        "write groundtruth/object-detection (fix GT245), and class ids as"
    )
    check = checked(tmp_path, *lines, fix=("GT",))
    assert (check.fixed, check.counts, str(check.verdict)) == ({"GT241": 30, "GT245": 30}, {}, "will train")
    assert not checked(tmp_path, *(tmp_path / "fixed.manifest").read_bytes().splitlines()).counts


def test_a_type_that_nobody_knows_is_told_what_its_labels_look_like(tmp_path: Path) -> None:
    lines = [
        dump(claiming("groundtruth/bounding-box", box())).replace(b"a.jpg", b"%d.jpg" % i) for i in range(9)
    ]
    assert "its labels look like groundtruth/object-detection" in str(checked(tmp_path, *lines).verdict)
    assert checked(tmp_path, *lines, fix=("GT245",)).fixed == {"GT245": 9}


def test_a_single_line_under_another_type_is_fixed(tmp_path: Path) -> None:
    odd = dump(claiming("groundtruth/text-span", box()))
    check = checked(tmp_path, *good(30), odd, fix=("GT245",))
    assert (check.fixed, check.rejected) == ({"GT245": 1}, 0)


def test_a_label_that_lacks_what_its_type_needs_stays_as_it_is(tmp_path: Path) -> None:
    line = labeled("tags", [0], "s3://bkt/a.jpg", "image-classification", **{"class-name": "a"})
    after, count = fixed(tmp_path, line, "GT245")
    assert (after, count) == (json.loads(msgspec.json.encode(line)), {})
