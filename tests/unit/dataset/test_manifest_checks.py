from pathlib import Path

import pytest

from groundtrain.dataset.split.leakage import GROUP_BY, GROUP_BY_ANY
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.manifest_lines import LABEL, Converted, box, dump, good, record

META = f"{LABEL}-metadata"
UNLABELED = dump({"source-ref": "s3://bucket/unlabeled.jpg"})
FAILED = dump({"source-ref": "s3://bucket/failed.jpg", META: {"failure-reason": "expired"}})


def manifest_findings(converted: Converted) -> dict[str, str]:
    return {finding.code: finding.message for finding in converted.dataset.manifest_findings}


def chained(created: str) -> bytes:
    """A line whose second label attribute was made then; the first is of 1 February 2026."""
    line = record("s3://bucket/a.jpg", box())
    return dump({**line, "again": line[LABEL], "again-metadata": {**line[META], "creation-date": created}})


def test_a_sound_manifest_gives_no_remark(tmp_path: Path) -> None:
    assert manifest_findings(Converted(tmp_path, *good(30))) == {}


def test_an_incomplete_job_is_told_with_its_share(tmp_path: Path) -> None:
    told = manifest_findings(Converted(tmp_path, *good(18), UNLABELED, FAILED))
    assert told["GT410"] == "2 of 20 objects (10.0%) have no label (not labeled: 1, failed: 1)"


@pytest.mark.parametrize(("labeled", "differs"), [(18, False), (20, True)])
def test_counters_are_held_against_the_lines(tmp_path: Path, labeled: int, differs: bool) -> None:
    converted = Converted(tmp_path, *good(18), UNLABELED, counters={"TotalLabeled": labeled})
    assert ("GT411" in manifest_findings(converted)) == differs


@pytest.mark.parametrize(
    ("created", "newer"),
    [
        ("2026-02-01T10:00:00.123457", True),
        ("2026-02-01T10:00:00.123456", False),
        ("2025-12-31T10:00:00", False),
        ("some day", False),
    ],
)
def test_a_newer_label_of_the_same_type_is_told(tmp_path: Path, created: str, newer: bool) -> None:
    told = manifest_findings(
        Converted(tmp_path, *good(20), chained(created), settings=DatasetSettings(label=LABEL))
    )
    assert ("GT412" in told) == newer
    assert "GT413" in told


def test_an_ignored_remark_is_not_kept(tmp_path: Path) -> None:
    settings = DatasetSettings(ignore=("GT41",))
    assert manifest_findings(Converted(tmp_path, *good(18), UNLABELED, settings=settings)) == {}


def test_who_says_what_belongs_together_is_not_told_what_does(tmp_path: Path) -> None:
    lines = [
        dump(record(f"s3://bucket/clip-{clip}/{i:03}.jpg", box())) for clip in "abcdefgh" for i in range(20)
    ]
    assert "GT404" in manifest_findings(Converted(tmp_path, *lines))
    assert "GT404" not in manifest_findings(
        Converted(tmp_path, *lines, settings=DatasetSettings(group_by=GROUP_BY))
    )


def test_the_pattern_that_is_shown_keeps_each_series_on_one_side(tmp_path: Path) -> None:
    lines = [
        dump(record(f"s3://bucket/clip-{clip}/{i:03}.jpg", box())) for clip in "abcdefgh" for i in range(20)
    ]
    converted = Converted(tmp_path, *lines, settings=DatasetSettings(group_by=GROUP_BY, validation=0.5))
    sides = [{line.split(b"/")[3] for line in side} for side in (converted.train, converted.validation)]
    assert sides[0].isdisjoint(sides[1])


def test_machine_labels_that_are_left_out_are_not_counted_as_mixed(tmp_path: Path) -> None:
    machine = dump(record("s3://bucket/machine.jpg", box(), **{"human-annotated": "no"}))
    assert manifest_findings(Converted(tmp_path, *good(30), machine))["GT414"].startswith("1 of 31 records")
    dropped = Converted(tmp_path, *good(30), machine, settings=DatasetSettings(machine_labeled="drop"))
    assert "GT414" not in manifest_findings(dropped)


def test_a_class_of_the_category_file_that_nobody_used_is_told(tmp_path: Path) -> None:
    told = manifest_findings(Converted(tmp_path, *good(30), classes=("car", "bus")))
    assert told["GT308"] == '1 class is on no record: "bus"'


def test_the_pattern_that_is_proposed_tears_no_series(tmp_path: Path) -> None:
    names = [f"{part}_{i}" for part in ("Image", "Photo", "Third") for i in range(1, 200)]
    lines = [dump(record(f"s3://acme/v/{name}.jpg", box())) for name in names]
    (told,) = (one for one in Converted(tmp_path, *lines).dataset.manifest_findings if one.code == "GT404")
    assert told.fix == f"set `dataset.group_by = '{GROUP_BY_ANY}'` to keep each together"
    followed = Converted(tmp_path, *lines, settings=DatasetSettings(group_by=GROUP_BY_ANY, validation=0.5))
    sides = [
        {line.split(b"/")[4].split(b"_")[0] for line in side}
        for side in (followed.train, followed.validation)
    ]
    assert sides[0].isdisjoint(sides[1])
    assert len(sides[0] | sides[1]) == 3
