"""Classes on one side, and classes on no record: one sentence for all, and only advice that can help."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from groundtrain.dataset.split.class_sides import find_one_sided
from groundtrain.gate.requirements import check_requirements
from groundtrain.linting.linter import check_manifest
from groundtrain.settings.dataset_settings import DatasetSettings, Gate
from groundtrain.settings.environment import Environment
from tests.datasets import a_dataset
from tests.manifest_lines import Converted, box, dump, manifest_of, record

STABLE, STRATIFIED = DatasetSettings(), DatasetSettings(split="stratified")
CATALOGUE = {str(n): f"class{n:02}" for n in range(20)}
LINES = [dump(record(f"s3://bkt/{i}.jpg", box([6, 14, 1][i % 3]), classes=CATALOGUE)) for i in range(60)]
DROP = DatasetSettings(unused_classes="drop")


@pytest.mark.parametrize(
    ("sides", "settings", "ways"),
    [
        ({"car": (3, 0)}, STABLE, ("label more of it", 'set `dataset.split = "stratified"`')),
        ({"car": (0, 2)}, STABLE, ("label more of it", 'set `dataset.split = "stratified"`')),
        ({"car": (1, 0)}, STABLE, ("label more of it",)),
        ({"car": (3, 0)}, STRATIFIED, ("label more of it",)),
        (
            {"car": (1, 0), "bus": (2, 0)},
            STABLE,
            ("label more of each", 'set `dataset.split = "stratified"`'),
        ),
    ],
)
def test_advice_names_only_what_is_not_done_yet_and_can_help(
    sides: dict[str, tuple[int, int]], settings: DatasetSettings, ways: tuple[str, ...]
) -> None:
    found = find_one_sided(sides, settings)
    assert found is not None
    assert found.ways == ways


def test_a_class_on_both_sides_or_on_no_record_is_not_one_sided() -> None:
    assert find_one_sided({"car": (1, 1), "bus": (0, 0)}, STABLE) is None


def test_many_classes_are_one_sentence_that_names_the_first_and_counts_the_others() -> None:
    found = find_one_sided({f"c{i}": (1, 0) for i in range(40)}, STABLE)
    assert found is not None
    assert found.message.startswith("40 classes are on one side of the split only")
    assert found.message.endswith('"c2" (1 and 0) and 37 more')
    assert len(found.names) == 40


def test_a_class_that_is_in_validation_only_closes_the_gate() -> None:
    dataset = a_dataset()
    train = replace(dataset.train, records_by_class={"pallet": 1174, "forklift": 0})
    validation = replace(dataset.validation, records_by_class={"pallet": 130, "forklift": 2})
    one_sided = replace(dataset, train=train, validation=validation)
    environment = Environment(name="local", region="", gate=Gate())
    assert [found.code for found in check_requirements(one_sided, environment)] == ["GT524"]


def test_the_unused_classes_of_a_catalogue_are_one_finding_and_one_reason(tmp_path: Path) -> None:
    check = check_manifest(manifest_of(tmp_path, *LINES), Environment(name="local", region=""))
    assert check.counts["GT308"] == 1
    (reason,) = check.gate.reasons
    assert reason.startswith('17 classes are on no record: "class00", "class02", "class03" and 14 more')
    assert check.findings[-1].names == tuple(
        name for n, name in enumerate(CATALOGUE.values()) if n not in (1, 6, 14)
    )


def test_unused_classes_can_be_left_out_and_are_named(tmp_path: Path) -> None:
    made = Converted(tmp_path, *LINES, settings=DROP)
    assert made.dataset.classes == ("class01", "class06", "class14")
    assert "GT308" not in made.dataset.findings
    assert [
        (told.code, len(told.names)) for told in made.dataset.manifest_findings if told.code == "GT311"
    ] == [("GT311", 17)]
    lines = [json.loads(line) for line in made.kept]
    assert {line["boxes"]["annotations"][0]["class_id"] for line in lines} == {0, 1, 2}
    assert all(set(line["boxes-metadata"]["class-map"]) == {"0", "1", "2"} for line in lines)


def test_unused_classes_of_a_category_file_can_be_left_out_too(tmp_path: Path) -> None:
    made = Converted(tmp_path, *LINES, settings=DROP, classes=[*CATALOGUE.values(), "more"])
    assert made.dataset.classes == ("class01", "class06", "class14")
    assert made.dataset.rejected == 0


def test_where_every_class_is_used_nothing_is_left_out(tmp_path: Path) -> None:
    lines = [dump(record(f"s3://bkt/{i}.jpg", box())) for i in range(60)]
    assert Converted(tmp_path, *lines, settings=DROP).kept == sorted(lines)
