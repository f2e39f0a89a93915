"""Records with their labels, typed."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

import groundtrain as gt
from tests.label_samples import SAMPLES
from tests.manifest_lines import box, dump, good, manifest_of, record


def records_of(tmp_path: Path, *lines: Any) -> list[gt.Record]:
    return list(gt.read(manifest_of(tmp_path, *map(dump, lines)).path))


def test_boxes_have_the_names_of_their_classes(tmp_path: Path) -> None:
    line = record(
        "s3://bucket/a.jpg", box(1, 1, 2, 3, 4), box(0, 5, 6, 7, 8), classes={"0": "car", "1": "bus"}
    )
    line["boxes-metadata"]["objects"][0]["confidence"] = 0.9
    (found,) = records_of(tmp_path, line)
    assert found.labels == (gt.Box("bus", 1, 2, 3, 4, 0.9), gt.Box("car", 5, 6, 7, 8, 0))
    assert (found.line, found.image, found.text, found.size) == (1, "s3://bucket/a.jpg", None, (640, 480))
    assert found.is_usable


def test_an_image_without_objects_has_no_labels_and_is_usable(tmp_path: Path) -> None:
    (found,) = records_of(tmp_path, record())
    assert (found.labels, found.is_usable) == ((), True)


def test_a_faulty_line_is_there_with_what_is_wrong(tmp_path: Path) -> None:
    path = manifest_of(tmp_path, good(1)[0], b"{", dump(record("s3://bucket/x.jpg", box(left=620)))).path
    sound, unreadable, outside = gt.read(path)
    assert sound.findings == ()
    assert [finding.code for finding in unreadable.findings] == ["GT101"]
    assert (unreadable.line, unreadable.is_usable) == (2, False)
    assert [finding.code for finding in outside.findings] == ["GT204"]
    assert outside.source == "s3://bucket/x.jpg"
    assert outside.labels == ()


def test_rules_that_do_not_count_leave_the_labels(tmp_path: Path) -> None:
    path = manifest_of(tmp_path, dump(record("s3://bucket/x.jpg", box(left=620)))).path
    (found,) = gt.read(path, ignore="GT204")
    assert len(found.labels) == 1


def test_records_are_read_anew_each_time(tmp_path: Path) -> None:
    records = gt.read(manifest_of(tmp_path, *good(3)).path)
    assert [each.line for each in records] == [each.line for each in records] == [1, 2, 3]


@pytest.mark.parametrize("kind", SAMPLES)
def test_labels_of_every_type_name_the_classes_of_their_lines(tmp_path: Path, kind: str) -> None:
    sample = SAMPLES[kind]
    records = gt.read(manifest_of(tmp_path, *map(dump, sample.lines)).path)
    assert records.type == kind
    labels = [label for each in records for label in each.labels]
    assert labels
    shown = json.dumps(msgspec.to_builtins(labels, str_keys=True))
    assert [name for name in sample.classes if name not in shown and name != "BACKGROUND"] == []


def test_spans_have_their_text(tmp_path: Path) -> None:
    records = list(gt.read(manifest_of(tmp_path, *map(dump, SAMPLES["groundtruth/text-span"].lines)).path))
    spans = [(each.text, label) for each in records for label in each.labels if isinstance(label, gt.Span)]
    assert spans
    for text, span in spans:
        assert text is not None
        assert span.text == text[span.start : span.end]


def test_reading_again_says_what_went_wrong_since(tmp_path: Path) -> None:
    path = manifest_of(tmp_path, *good(3)).path
    records = gt.read(path)
    path.unlink()
    with pytest.raises(gt.GroundtrainError, match="there is no such file"):
        list(records)
