"""One class by several names, several classes by one id, and what is told of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from groundtrain.settings.dataset_settings import DatasetSettings
from tests.label_samples import mask
from tests.manifest_lines import Converted, box, dump, record

STRATIFIED = DatasetSettings(split="stratified")


def boxes(number: int, class_id: int, name: str) -> bytes:
    return dump(record(f"s3://bkt/{number:03}.jpg", box(class_id), classes={str(class_id): name}))


def one_class(number: int, class_id: int, name: str) -> bytes:
    metadata = {
        "class-name": name,
        "type": "groundtruth/image-classification",
        "creation-date": "2026-01-10T10:00:00",
        "job-name": "labeling-job/kind",
        "human-annotated": "yes",
        "confidence": 0.9,
    }
    return dump({"source-ref": f"s3://bkt/{number:03}.jpg", "kind": class_id, "kind-metadata": metadata})


def told(made: Converted) -> dict[str, Any]:
    return {finding.code: finding for finding in made.dataset.manifest_findings}


def names_of(made: Converted) -> set[str]:
    lines = [json.loads(line) for line in made.kept]
    return {
        line["kind-metadata"]["class-name"]
        if "kind" in line
        else line["boxes-metadata"]["class-map"][str(line["boxes"]["annotations"][0]["class_id"])]
        for line in lines
    }


@pytest.mark.parametrize(
    "other",
    [
        "Traffic light",
        "TRAFFIC LIGHT",
        "traffic  light",
        "traffic-light",
        "traffic_light",
        "traffic light ",
        "\uff54raffic light",
    ],
)
@pytest.mark.parametrize("line", [boxes, one_class])
def test_names_of_one_id_that_differ_in_spelling_only_are_one_class(
    line: Any, other: str, tmp_path: Path
) -> None:
    lines = [line(i, 1, ["traffic light", other][i % 2]) for i in range(20)]
    made = Converted(tmp_path, *lines, *(line(i, 0, "car") for i in range(20, 40)))
    taken = told(made)["GT312"]
    assert len(made.dataset.classes) == 2
    assert names_of(made) == set(made.dataset.classes)
    assert set(taken.names) == {"traffic light", other}
    assert taken.names[0] in made.dataset.classes
    assert taken.message == f'"{taken.names[1]}" is taken for "{taken.names[0]}"'
    assert "GT303" not in told(made)
    assert made.rejected == []


def test_composed_and_decomposed_letters_are_one_name(tmp_path: Path) -> None:
    made = Converted(tmp_path, *(boxes(i, 0, ["M\u00fcll", "Mu\u0308ll"][i % 2]) for i in range(20)))
    assert made.dataset.classes == ("M\u00fcll",)


def test_what_was_spelled_alike_converts_to_itself(tmp_path: Path) -> None:
    once = Converted(tmp_path, *(boxes(i, 3, ["car", "Car"][i % 2]) for i in range(20)))
    twice = Converted(tmp_path / "again", *once.train, *once.validation)
    assert (twice.train, twice.validation) == (once.train, once.validation)
    assert twice.dataset.manifest_findings == ()


def test_similar_names_with_ids_of_their_own_stay_two_classes_and_are_told(tmp_path: Path) -> None:
    made = Converted(tmp_path, *(boxes(i, i % 2, ["Cat", "cat"][i % 2]) for i in range(20)))
    assert made.dataset.classes == ("Cat", "cat")
    assert told(made)["GT313"].message == 'classes that differ in spelling only: "Cat" (id 0), "cat" (id 1)'


def test_a_name_that_differs_in_spelling_only_is_the_class_of_the_category_file(tmp_path: Path) -> None:
    made = Converted(
        tmp_path, *(boxes(i, 0, ["car", "Car"][i % 2]) for i in range(20)), classes=("bus", "car")
    )
    assert made.dataset.rejected == 0
    assert made.dataset.classes == ("bus", "car")
    assert names_of(made) == {"car"}
    assert told(made)["GT312"].names == ("car", "Car")


def test_a_category_file_that_has_both_spellings_means_both(tmp_path: Path) -> None:
    made = Converted(
        tmp_path, *(boxes(i, i % 2, ["car", "Car"][i % 2]) for i in range(20)), classes=("car", "Car")
    )
    assert names_of(made) == {"car", "Car"}
    assert "GT312" not in told(made)


def test_spellings_stay_apart_where_their_rule_is_ignored(tmp_path: Path) -> None:
    lines = [boxes(i, 0, ["car", "Car"][i % 2]) for i in range(20)]
    made = Converted(tmp_path, *lines, settings=DatasetSettings(ignore=("GT312",)))
    assert made.dataset.classes == ("Car", "car")
    assert "GT303" in told(made)


def test_the_order_of_lines_does_not_matter_for_the_spelling(tmp_path: Path) -> None:
    lines = [boxes(i, 0, ["CAR", "Car", "car"][i % 3]) for i in range(21)]
    assert Converted(tmp_path / "a", *lines).dataset.classes == ("car",)
    assert Converted(tmp_path / "b", *reversed(lines)).dataset.classes == ("car",)


def test_one_id_with_two_names_is_two_classes_each_with_its_record(tmp_path: Path) -> None:
    made = Converted(tmp_path, boxes(0, 0, "car"), boxes(1, 0, "bus"))
    assert made.dataset.classes == ("bus", "car")
    assert names_of(made) == {"bus", "car"}
    both = [made.dataset.train.records_by_class, made.dataset.validation.records_by_class]
    assert [sum(side.get(name, 0) for side in both) for name in ("bus", "car")] == [1, 1]


def test_new_ids_are_told_with_names_where_an_id_has_several(tmp_path: Path) -> None:
    made = Converted(tmp_path, *(boxes(i, 0, name) for i, name in enumerate(["car", "bus", "car"])))
    assert told(made)["GT305"].message == 'class ids change: "car" 0 becomes 1'


def test_many_names_of_one_id_are_one_short_sentence(tmp_path: Path) -> None:
    made = Converted(tmp_path, *(boxes(i, 0, f"name{i}") for i in range(300)))
    one = told(made)["GT303"]
    assert one.message.endswith("and 295 more")
    assert len(one.names) == 300
    assert all(len(finding.message) < 1000 for finding in made.dataset.manifest_findings)


def test_a_stratified_split_counts_classes_and_not_ids(tmp_path: Path) -> None:
    ids = [("car", 0, 10), ("bus", 0, 2), ("van", 1, 10)]
    lines = [boxes(100 * n + k, i, name) for n, (name, i, many) in enumerate(ids) for k in range(many)]
    made = Converted(tmp_path, *lines, settings=STRATIFIED)
    for side in (made.dataset.train, made.dataset.validation):
        assert all(side.records_by_class.values())


def test_a_stratified_split_is_the_same_with_ids_of_their_own(tmp_path: Path) -> None:
    def sides(*ids: int) -> list[Any]:
        many = zip(("bus", "car", "van"), ids, (2, 10, 10), strict=True)
        lines = [boxes(100 * n + k, i, name) for n, (name, i, most) in enumerate(many) for k in range(most)]
        made = Converted(tmp_path / str(ids), *lines, settings=STRATIFIED)
        return [json.loads(line)["source-ref"] for line in made.validation]

    assert sides(0, 0, 1) == sides(0, 1, 2)


def test_unused_classes_are_counted_by_name_as_well(tmp_path: Path) -> None:
    lines = [
        dump(
            record(f"s3://bkt/{i}.jpg", box(i % 2), classes={"0": ["a", "b"][i % 3 == 0], "1": "c", "2": "d"})
        )
        for i in range(40)
    ]
    made = Converted(tmp_path, *lines, settings=DatasetSettings(unused_classes="drop"))
    assert made.dataset.classes == ("a", "b", "c")
    assert made.dataset.rejected == 0


def test_a_repeated_line_is_rejected_as_such_whatever_its_class(tmp_path: Path) -> None:
    lines = [one_class(i, 2 * (i % 2), ["cat", "dog"][i % 2]) for i in range(20)]
    made = Converted(tmp_path, *lines, one_class(3, 3, "bird"))
    assert made.dataset.reasons == {"GT401": 1}
    assert made.dataset.classes == ("cat", "dog")


def test_spellings_of_an_id_that_cannot_change_are_told(tmp_path: Path) -> None:
    masks = [mask(i, "BACKGROUND", ["road", "Road", "ROAD"][i % 3]) for i in range(12)]
    made = Converted(tmp_path, *map(dump, masks), settings=DatasetSettings(label="road-ref"))
    assert made.dataset.classes == ("BACKGROUND", "road")
    assert told(made)["GT312"].message == '"ROAD", "Road" are taken for "road"'
    assert "GT313" not in told(made)


@pytest.mark.parametrize("pair", [("1-2", "12"), ("-1", "1"), ("route 1 2", "route 12"), ("at -5", "at 5")])
def test_numbers_that_a_separator_tells_apart_are_two_classes(pair: tuple[str, str], tmp_path: Path) -> None:
    made = Converted(tmp_path, *(one_class(i, 0, pair[i % 2]) for i in range(20)))
    assert set(made.dataset.classes) == set(pair)
    assert set(told(made)["GT303"].names) == set(pair)
