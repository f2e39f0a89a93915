"""A side of the split that would be empty: the nearest group goes there, or it is said why none can."""

import json
from pathlib import Path

import pytest

from groundtrain.dataset.split.split_rule import SplitRule
from groundtrain.manifest.repeated_sources import fingerprint
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.manifest_lines import Converted, box, dump, record

SETTINGS = DatasetSettings()


def lines_of(*names: str, **more: str) -> list[bytes]:
    return [dump(record(f"s3://bucket/{name}.jpg", box()) | more) for name in names]


def sources(lines: list[bytes]) -> list[str]:
    return [json.loads(line)["source-ref"] for line in lines]


@pytest.mark.parametrize("prefix", [f"p{n}" for n in range(40)])
def test_a_small_manifest_fills_both_sides_whatever_its_files_are_called(prefix: str, tmp_path: Path) -> None:
    lines = lines_of(*(f"{prefix}-{i}" for i in range(9)))
    made = Converted(tmp_path, *lines)
    assert made.train
    assert made.validation
    rule = SplitRule(SETTINGS)
    by_digest = [source for source in sources(lines) if rule.place(source).side == "validation"]
    nearest = min(sources(lines), key=fingerprint)
    assert sorted(sources(made.validation)) == sorted(by_digest or [nearest])


def test_an_empty_training_side_gets_the_highest_digest(tmp_path: Path) -> None:
    lines = lines_of("a", "b", "c")
    made = Converted(tmp_path, *lines, settings=DatasetSettings(validation=1 - 1e-9))
    assert sources(made.train) == [max(sources(lines), key=fingerprint)]


def test_a_group_moves_as_a_whole(tmp_path: Path) -> None:
    lines = lines_of("x/1", "x/2", "y/1", "y/2")
    settings = DatasetSettings(validation=1e-9, group_by="/([xy])/")
    made = Converted(tmp_path, *lines, settings=settings)
    assert len(made.validation) == len(made.train) == 2
    assert len({source[:14] for source in sources(made.validation)}) == 1


def test_ids_are_given_anew_in_the_same_pass(tmp_path: Path) -> None:
    lines = [dump(record(f"s3://bkt/{i}.jpg", box(7), classes={"7": "car"})) for i in range(3)]
    made = Converted(tmp_path, *lines, settings=DatasetSettings(validation=1e-9))
    assert len(made.validation) == 1
    assert all(json.loads(line)["boxes"]["annotations"][0]["class_id"] == 0 for line in made.kept)


@pytest.mark.parametrize(
    ("lines", "settings", "message", "fix"),
    [
        (lines_of("a"), SETTINGS, "for there is 1 record only", "label more"),
        (
            lines_of("a", "b", "c"),
            DatasetSettings(group_by="s3:"),
            "for all 3 records are in one group",
            "group less coarsely by `dataset.group_by`, or label records of other groups",
        ),
        (
            lines_of("a", "b", "c", side="train"),
            DatasetSettings(split_attribute="side"),
            "validation.manifest is empty, for no line says validation",
            'write "validation" in side of some lines',
        ),
        (
            [*lines_of("a"), b"{", b"{"],
            SETTINGS,
            "2 of 3 records were left out for not-json (GT101)",
            "write each record as one JSON object on one line",
        ),
    ],
    ids=["one record", "one group", "stated", "left out"],
)
def test_where_no_group_can_move_it_is_said_why(
    lines: list[bytes], settings: DatasetSettings, message: str, fix: str, tmp_path: Path
) -> None:
    (told,) = (
        one
        for one in Converted(tmp_path, *lines, settings=settings).dataset.manifest_findings
        if one.code == "GT402"
    )
    assert message in told.message
    assert told.fix == fix


def test_a_line_that_states_its_side_is_never_moved(tmp_path: Path) -> None:
    lines = [*lines_of("a", "b", side="train"), *lines_of("c")]
    made = Converted(tmp_path, *lines, settings=DatasetSettings(split_attribute="side", validation=1e-9))
    assert sources(made.validation) == ["s3://bucket/c.jpg"]
