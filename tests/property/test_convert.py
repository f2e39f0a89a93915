import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from groundtrain.dataset.split.split_rule import SplitRule
from groundtrain.errors import GroundtrainError
from groundtrain.manifest.label_types.boxes.bounding_box import BOUNDING_BOX
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.record_keys import keys_of
from groundtrain.rules import RULES
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.manifest_lines import LABEL, Converted, box, dump, good, record
from tests.strategies import manifests, sources, usable_lines, usable_records

BOXES = DatasetSettings(label=LABEL)


def converted(lines: list[bytes], chosen: DatasetSettings = BOXES) -> Converted:
    with tempfile.TemporaryDirectory() as directory:
        return Converted(Path(directory), *lines, settings=chosen)


@given(manifests)
def test_every_record_is_in_exactly_one_output(lines: list[bytes]) -> None:
    made = converted([*good(2), *lines])
    dataset = made.dataset
    assert dataset.source.records == len([line for line in [*good(2), *lines] if line.strip()])
    assert len(made.train) == dataset.train.records
    assert len(made.validation) == dataset.validation.records
    assert len(made.rejected) == dataset.rejected == sum(dataset.reasons.values())
    assert dataset.source.records == len(made.train) + len(made.validation) + len(made.rejected)


@given(manifests)
def test_every_rejected_line_has_a_code_and_keeps_its_text(lines: list[bytes]) -> None:
    made = converted([*good(2), *lines])
    texts = [*good(2), *lines]
    for rejected in made.rejected:
        assert rejected["code"] in RULES
        text = texts[rejected["line"] - 1].removesuffix(b"\r")
        if "record_base64" not in rejected:
            assert rejected["record"] == text.decode()


@given(st.lists(usable_lines, min_size=1, max_size=15))
def test_no_image_changes_sides_when_the_dataset_grows(further: list[bytes]) -> None:
    before, after = converted(good(30)), converted([*further, *good(30)])
    assert set(before.train) <= set(after.train)
    assert set(before.validation) <= set(after.validation)


@given(st.lists(sources, min_size=2, unique=True), st.floats(0.05, 0.95))
def test_no_group_is_split_apart(chosen: list[str], share: float) -> None:
    rule = SplitRule(DatasetSettings(validation=share, group_by=r"^(s3://[^/]+)/"))
    sides = {(rule.group(source)[0], rule.place(source).side) for source in chosen}
    assert len(sides) == len({group for group, _ in sides})


@given(st.lists(st.binary(max_size=200), max_size=6).map(b"\n".join))
def test_any_bytes_end_in_a_dataset_or_in_one_sentence(text: bytes) -> None:
    with suppress(GroundtrainError):
        made = converted([text])
        assert made.dataset.source.records > made.dataset.rejected


@given(st.lists(st.binary(max_size=200), max_size=6).map(b"\n".join))
def test_any_bytes_among_good_lines_cost_only_themselves(text: bytes) -> None:
    made = converted([*good(3), text])
    assert set(good(3)) <= set(made.kept)


@given(st.lists(usable_records(), min_size=1, max_size=10, unique_by=lambda value: value["source-ref"]))
def test_the_bytes_of_a_label_are_copied(records: list[dict[str, Any]]) -> None:
    classes = {"0": "car", "1": "bicycle", "2": "person", "3": "traffic light", "4": "Fußgänger", "5": "猫"}
    first = dump(record("s3://bucket/all-classes.jpg", *(box(i) for i in range(6)), classes=classes))
    assume(all(value["source-ref"] != "s3://bucket/all-classes.jpg" for value in records))
    made = converted([first, *map(dump, records)])
    for value in records:
        label = dump(LABEL) + b":" + dump(value[LABEL])
        metadata = dump(f"{LABEL}-metadata") + b":" + dump(value[f"{LABEL}-metadata"])
        assert any(label in line and metadata in line for line in made.kept)


one_record_a_source = st.lists(
    usable_records(id_step=3), min_size=1, max_size=12, unique_by=lambda value: value["source-ref"]
)


@given(one_record_a_source)
def test_what_was_converted_converts_to_itself(records: list[dict[str, Any]]) -> None:
    once = converted([*good(20), *map(dump, records)])
    twice = converted(once.train + once.validation)
    assert twice.train == once.train
    assert twice.validation == once.validation
    assert twice.dataset.classes == once.dataset.classes
    assert twice.rejected == []


@given(one_record_a_source)
def test_renumbering_keeps_the_name_of_every_box(records: list[dict[str, Any]]) -> None:
    made = converted([*good(1), *map(dump, records)])
    names = {value["source-ref"]: box_names(value) for value in records}
    for line in made.kept:
        value = json.loads(line)
        if value["source-ref"] in names:
            assert [made.dataset.classes[b["class_id"]] for b in value[LABEL]["annotations"]] == names[
                value["source-ref"]
            ]
            assert box_names(value) == names[value["source-ref"]]


def box_names(value: dict[str, Any]) -> list[str]:
    names = value[f"{LABEL}-metadata"]["class-map"]
    return [names[str(b["class_id"])] for b in value[LABEL]["annotations"]]


sides = st.integers(-50, 700) | st.floats(-50, 700)


@given(usable_records(), st.lists(st.builds(box, st.integers(0, 3), sides, sides, sides, sides), max_size=3))
def test_the_fast_way_says_clean_only_where_no_rule_speaks(
    value: dict[str, Any], boxes: list[dict[str, Any]]
) -> None:
    value[LABEL]["annotations"] += boxes
    reader = RecordReader(keys_of(LABEL), BOUNDING_BOX, frozenset(RULES))
    found = reader.read(1, dump(value)).record
    assert found is not None
    if BOUNDING_BOX.summarize(found).is_clean:
        assert [list(check(found)) for check in BOUNDING_BOX.checks.values()] == [[]] * len(
            BOUNDING_BOX.checks
        )


@settings(max_examples=30)
@given(st.lists(usable_lines, min_size=1, max_size=10), st.integers(1, 4))
def test_a_repeated_line_is_kept_once(lines: list[bytes], times: int) -> None:
    once = converted([*good(2), *lines])
    often = converted([*good(2), *lines * times])
    assert often.kept == once.kept
