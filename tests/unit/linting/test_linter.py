import gzip
from pathlib import Path

import pytest

from groundtrain.errors import LabelAttributeError
from groundtrain.linting.check import Check
from groundtrain.linting.linter import MOST_FINDINGS, check_manifest
from groundtrain.manifest.source import FileManifest
from groundtrain.settings.dataset_settings import DatasetSettings, Gate
from groundtrain.settings.environment import Environment
from tests.manifest_lines import LABEL, box, dump, good, manifest_of, record

ENOUGH = good(60)
OUTSIDE = dump(record("s3://bucket/outside.jpg", box(left=620)))


def environment(**dataset: tuple[str, ...] | str) -> Environment:
    return Environment(name="local", region="", dataset=DatasetSettings(**dataset))


def checked(directory: Path, *lines: bytes, **dataset: tuple[str, ...]) -> Check:
    return check_manifest(manifest_of(directory, *lines), environment(**dataset))


def test_a_good_manifest_will_train(tmp_path: Path) -> None:
    check = checked(tmp_path, *ENOUGH)
    assert (str(check.verdict), check.counts, check.is_clean) == ("will train", {}, True)
    assert (check.records, check.train + check.validation) == (60, 60)
    assert (check.label, check.type) == (LABEL, "groundtruth/object-detection")


def test_it_trains_without_the_lines_that_are_wrong(tmp_path: Path) -> None:
    check = checked(tmp_path, *ENOUGH, OUTSIDE, b"{")
    assert str(check.verdict) == "will train without 2 lines"
    assert check.counts == {"GT101": 1, "GT204": 1}
    assert [(finding.code, finding.line) for finding in check.findings] == [("GT101", 62), ("GT204", 61)]
    assert not check.is_clean


def test_a_warning_leaves_a_manifest_clean(tmp_path: Path) -> None:
    padded = [dump(record(f"s3://bucket/{i}.jpg", box(), classes={"0": "car "})) for i in range(60)]
    check = checked(tmp_path, *padded)
    assert "GT306" in check.counts
    assert check.is_clean


def test_without_a_usable_line_it_will_not_train_and_the_findings_say_why(tmp_path: Path) -> None:
    check = checked(tmp_path, OUTSIDE)
    assert check.verdict.kind == "will-not-train"
    assert check.counts["GT204"] == 1


def test_a_file_that_is_no_manifest_will_not_train(tmp_path: Path) -> None:
    path = tmp_path / "output.manifest.gz"
    path.write_bytes(gzip.compress(b"\n".join(ENOUGH)))
    check = check_manifest(FileManifest(path), environment())
    assert str(check.verdict) == ("will not train, because: it is gzip-compressed: decompress it first.")
    assert (check.label, check.records, check.is_clean) == ("", 0, False)


def test_rules_can_be_ignored(tmp_path: Path) -> None:
    assert checked(tmp_path, *ENOUGH, OUTSIDE, ignore=("GT2",)).is_clean


def test_only_selected_rules_count_beside_those_that_always_do(tmp_path: Path) -> None:
    assert checked(tmp_path, *ENOUGH, OUTSIDE, b"{", select=("GT4",)).counts == {"GT101": 1}


def test_what_is_mended_is_no_finding_any_more(tmp_path: Path) -> None:
    check = checked(tmp_path, *ENOUGH, OUTSIDE, fix=("GT204",))
    assert (check.fixed, check.counts, check.findings) == ({"GT204": 1}, {}, ())
    assert check.is_clean


def test_a_closed_gate_is_a_verdict_of_its_own_and_its_reasons_are_findings_of_given_settings(
    tmp_path: Path,
) -> None:
    asks_much = Environment(name="local", region="", gate=Gate(min_records=1000))
    manifest = manifest_of(tmp_path, *ENOUGH, OUTSIDE)
    by_default, given = (check_manifest(manifest, asks_much, gated=gated) for gated in (False, True))
    reason = "60 records can be used, fewer than 1000"
    assert str(by_default.verdict).startswith(
        f"could train without 1 line, but the gate of the default settings is closed: {reason}"
    )
    assert str(given.verdict).startswith(f"could train without 1 line, but the gate is closed: {reason}")
    assert "GT522" not in by_default.counts
    assert given.counts["GT522"] == 1
    assert not by_default.is_clean


def test_what_is_wrong_with_the_file_comes_before_what_closes_the_gate(tmp_path: Path) -> None:
    lines = [dump(record(f"s3://bucket/{i}.jpg", classes={})) for i in range(12)]
    check = checked(tmp_path, *lines)
    assert check.verdict.kind == "will-not-train"
    first, *_, last = check.verdict.because
    assert first.startswith("No record that can be used shows a class")
    assert last.startswith("12 records can be used, fewer than 20")


def test_labels_that_the_purpose_cannot_learn_from_will_not_train(tmp_path: Path) -> None:
    manifest = manifest_of(tmp_path, *ENOUGH)
    assert check_manifest(manifest, environment(), purpose="object-detection").is_clean
    check = check_manifest(manifest, environment(), purpose="image-classification")
    assert (check.counts, check.verdict.kind) == ({"GT508": 1}, "will-not-train")


def with_a_second_label(directory: Path) -> FileManifest:
    more = b',"kind":1,"kind-metadata":{"type":"groundtruth/x","creation-date":"Mon Aug 22 2022"}}'
    return manifest_of(directory, *[line[:-1] + more for line in ENOUGH])


def test_the_purpose_chooses_among_several_labels(tmp_path: Path) -> None:
    manifest = with_a_second_label(tmp_path)
    assert check_manifest(manifest, environment(), purpose="object-detection").label == LABEL


def test_several_labels_of_which_none_was_chosen_are_a_verdict_that_names_them(tmp_path: Path) -> None:
    check = check_manifest(with_a_second_label(tmp_path), environment())
    (reason,) = check.verdict.because
    assert "has 2 label attributes: choose one by `dataset.label`: boxes" in reason
    assert reason.endswith("kind (groundtruth/x, Mon Aug 22 2022).")


def test_a_label_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(LabelAttributeError, match="no label attribute cars"):
        check_manifest(with_a_second_label(tmp_path), environment(label="cars"))


def test_where_no_record_can_be_used_the_one_reason_is_what_they_were_left_out_for(tmp_path: Path) -> None:
    doubled = [dump(record(f"s3://s3://bucket/{i}.jpg", box())) for i in range(3)]
    check = checked(tmp_path, *doubled)
    assert check.counts == {"GT108": 3, "GT307": 1}
    (reason,) = check.verdict.because
    assert reason == (
        "No record can be used; 3 of 3 records were left out for doubled-scheme (GT108):"
        " write the scheme once (fix GT108)."
    )


def test_where_no_record_shows_a_class_what_was_left_out_is_named(tmp_path: Path) -> None:
    empty = [dump(record(f"s3://bucket/{i}.jpg")) for i in range(10)]
    outside = [dump(record(f"s3://bucket/o{i}.jpg", box(left=611))) for i in range(5)]
    first = checked(tmp_path, *empty, *outside).verdict.because[0]
    assert first == (
        "No record that can be used shows a class; 5 of 15 records were left out for box-outside-image"
        " (GT204): clip the box (fix GT204), or correct the label."
    )
    assert checked(tmp_path / "empty", *empty).verdict.because[0] == (
        "No record that can be used shows a class: label at least one object."
    )


def test_a_sentence_keeps_the_spelling_of_the_label_attribute(tmp_path: Path) -> None:
    line = record("s3://bucket/a.jpg", box())
    fetched = {
        "source-ref": line["source-ref"],
        "b-ref": line[LABEL],
        "b-ref-metadata": line[f"{LABEL}-metadata"],
    }
    assert "The label attribute b-ref ends in -ref" in checked(tmp_path, dump(fetched)).verdict.because[0]


def test_classes_of_the_category_file_count(tmp_path: Path) -> None:
    check = check_manifest(manifest_of(tmp_path, *ENOUGH), environment(), classes=("bicycle",))
    assert check.counts["GT302"] == 60
    assert check.verdict.kind == "will-not-train"


def test_findings_are_listed_up_to_a_limit_and_counted_beyond(tmp_path: Path) -> None:
    check = checked(tmp_path, *ENOUGH, *[b"{"] * (MOST_FINDINGS + 7))
    assert (check.counts["GT101"], len(check.findings)) == (MOST_FINDINGS + 7, MOST_FINDINGS)


def test_classes_are_counted(tmp_path: Path) -> None:
    (count,) = checked(tmp_path, *ENOUGH).classes
    assert (count.name, count.records, count.items) == ("car", 60, 60)
