"""What a verification job said of labels, used or not."""

from pathlib import Path
from typing import Any

import pytest

from groundtrain.linting.linter import check_manifest
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from tests.label_samples import labeled
from tests.manifest_lines import LABEL, Converted, box, dump, manifest_of, record

ACCEPTED = DatasetSettings(label=LABEL, validation=0.5, verified_by="check", accepted=("good", "fair"))
UNUSED = DatasetSettings(label=LABEL, validation=0.5)


def verified(number: int, name: str, *, value: Any = 0, **more: Any) -> bytes:
    source = f"s3://bucket/{number:03}.jpg"
    said = labeled("check", value, source, "label-verification", class_name=name)
    said["check-metadata"] |= {key.replace("_", "-"): value for key, value in more.items()}
    return dump({**record(source, box()), **said})


def unverified(number: int, **more: Any) -> bytes:
    return dump({**record(f"s3://bucket/{number:03}.jpg", box()), **more})


SOUND = [verified(number, "good") for number in range(10)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (verified(50, "bad"), '$.check-metadata.class-name: it says "bad"'),
        (verified(50, "Good"), '$.check-metadata.class-name: it says "Good"'),
        (unverified(50), "$.check: the label was not verified"),
        (unverified(50, check=0), "$.check: the label was not verified"),
        (verified(50, "good", value=None), "$.check: the label was not verified"),
        (verified(50, "good", failure_reason="expired"), "$.check: the label was not verified"),
        (verified(50, "good", type="groundtruth/image-classification"), "$.check: the label was not"),
    ],
)
def test_what_was_not_accepted_is_left_out(tmp_path: Path, line: bytes, reason: str) -> None:
    made = Converted(tmp_path, *SOUND, line, settings=ACCEPTED)
    [rejected] = made.rejected
    assert (rejected["code"], rejected["line"]) == ("GT418", 11)
    assert reason in rejected["reason"]
    assert len(made.kept) == 10


@pytest.mark.parametrize(
    "line",
    [
        verified(50, "fair"),
        verified(50, "good", value="1"),
        verified(50, "good", type="groundTruth/label-verification"),
        verified(50, "good", worker_feedback=[{"comment": "box too loose"}]),
    ],
)
def test_what_was_accepted_stays(tmp_path: Path, line: bytes) -> None:
    assert Converted(tmp_path, *SOUND, line, settings=ACCEPTED).rejected == []


def test_lines_without_any_verification_are_left_out_though_a_glance_is_enough_for_them(
    tmp_path: Path,
) -> None:
    made = Converted(tmp_path, *SOUND, *(unverified(number) for number in range(50, 90)), settings=ACCEPTED)
    assert made.dataset.reasons == {"GT418": 40}


def test_what_the_settings_leave_out_is_not_held_against_the_manifest(tmp_path: Path) -> None:
    sound = [verified(number, "good") for number in range(100, 130)]
    manifest = manifest_of(tmp_path, *sound, *(verified(number, "bad") for number in range(50, 70)))
    check = check_manifest(manifest, Environment(name="local", region="", dataset=ACCEPTED))
    assert check.verdict.kind == "will-train"
    assert check.counts == {"GT418": 20}


def test_a_verification_that_nothing_uses_is_told_with_what_it_says_of_the_records(tmp_path: Path) -> None:
    lines = [*SOUND, *(verified(number, "bad") for number in range(50, 53)), unverified(60), unverified(61)]
    made = Converted(tmp_path, *lines, *lines[:4], settings=UNUSED)
    told = {finding.code: finding.message for finding in made.dataset.manifest_findings}
    assert told["GT419"] == 'check verifies 13 of 15 records: "good" 10, "bad" 3'
    assert "GT413" in told


def test_records_are_counted_once_though_there_are_two_passes(tmp_path: Path) -> None:
    lines = [verified(number, "good").replace(b'"class_id":0', b'"class_id":7') for number in range(9)]
    lines = [line.replace(b'"class-map":{"0"', b'"class-map":{"7"') for line in lines]
    made = Converted(tmp_path, *lines, settings=UNUSED)
    told = {finding.code: finding.message for finding in made.dataset.manifest_findings}
    assert told["GT419"] == 'check verifies 9 of 9 records: "good" 9'
    assert "GT305" in told


def test_a_verification_that_is_used_is_no_label_left_behind(tmp_path: Path) -> None:
    told = {
        finding.code for finding in Converted(tmp_path, *SOUND, settings=ACCEPTED).dataset.manifest_findings
    }
    assert not told & {"GT413", "GT419"}


def test_settings_at_their_defaults_make_no_dataset_anew(tmp_path: Path) -> None:
    lines = [unverified(number) for number in range(10)]
    one = Converted(tmp_path / "one", *lines, settings=DatasetSettings())
    other = Converted(tmp_path / "other", *lines, settings=DatasetSettings(verified_by=None, accepted=()))
    assert one.dataset.dataset_id == other.dataset.dataset_id
