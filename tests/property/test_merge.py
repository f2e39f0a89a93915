import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from groundtrain.errors import GroundtrainError
from tests.manifest_lines import LABEL, box, dump, good, record
from tests.merged import merge_lines, names_of_boxes
from tests.strategies import NAMES, faulty_lines, usable_records

FEW_SOURCES = st.sampled_from([f"s3://bucket/{i}.jpg" for i in range(6)])
DATES = st.sampled_from(
    ["2026-01-01T00:00:00.000001", "2026-01-02T00:00:00.000001", "2026-01-03T10:00:00Z", ""]
)


@st.composite
def records(draw: st.DrawFn, ids: Sequence[int]) -> dict[str, Any]:
    """A record of few sources, whose classes have these ids; some of them have no label."""
    source = draw(FEW_SOURCES)
    if draw(st.integers(0, 5)) == 0:
        return {"source-ref": source}
    classes = draw(st.lists(st.integers(0, len(ids) - 1), max_size=4))
    boxes = [box(ids[i], draw(st.integers(0, 9))) for i in classes]
    names = {str(ids[i]): NAMES[i] for i in sorted(set(classes))}
    return record(source, *boxes, classes=names, **{"creation-date": draw(DATES)})


@st.composite
def manifests(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A manifest whose class ids are its own; its first record has a label."""
    ids = draw(st.permutations(range(2 * len(NAMES))))[: len(NAMES)]
    first = draw(records(ids).filter(lambda value: LABEL in value))
    return [first, *draw(st.lists(records(ids), max_size=8))]


several = st.lists(manifests(), min_size=1, max_size=4)


def merged(inputs: Sequence[Sequence[dict[str, Any]]]) -> list[bytes]:
    """The merged lines; every class may be lost where a newer label replaces it."""
    with tempfile.TemporaryDirectory() as directory:
        lines = [list(map(dump, one)) for one in inputs]
        return merge_lines(Path(directory), *lines, drop=list(classes(inputs)))[1]


def classes(inputs: Sequence[Sequence[dict[str, Any]]]) -> set[str]:
    values = [value for one in inputs for value in one if LABEL in value]
    return {name for value in values for name in value[f"{LABEL}-metadata"]["class-map"].values()}


def meaning(value: dict[str, Any]) -> tuple[object, ...]:
    """What a record says, whatever ids its classes have."""
    if LABEL not in value:
        return (value["source-ref"],)
    boxes = [(b["left"], name) for b, name in zip(value[LABEL]["annotations"], names(value), strict=True)]
    return value["source-ref"], value[f"{LABEL}-metadata"]["creation-date"], tuple(boxes)


def names(value: dict[str, Any]) -> list[str]:
    return names_of_boxes(dump(value))


@given(several)
def test_every_source_is_there_exactly_once(inputs: list[list[dict[str, Any]]]) -> None:
    written = [json.loads(line)["source-ref"] for line in merged(inputs)]
    assert sorted(written) == sorted({value["source-ref"] for one in inputs for value in one})


@given(several)
def test_the_class_of_each_box_keeps_its_name(inputs: list[list[dict[str, Any]]]) -> None:
    said = {meaning(value) for one in inputs for value in one}
    assert {meaning(json.loads(line)) for line in merged(inputs)} <= said


@given(several)
def test_class_ids_mean_one_class_each_and_have_no_gap(inputs: list[list[dict[str, Any]]]) -> None:
    pairs = {
        (int(i), name)
        for line in merged(inputs)
        for i, name in json.loads(line).get(f"{LABEL}-metadata", {}).get("class-map", {}).items()
    }
    assert sorted(i for i, _ in pairs) == list(range(len(pairs)))
    assert len({name for _, name in pairs}) == len(pairs)


@given(several)
def test_no_record_is_older_than_one_it_replaces(inputs: list[list[dict[str, Any]]]) -> None:
    def date(value: dict[str, Any]) -> str:
        return value.get(f"{LABEL}-metadata", {}).get("creation-date", "")

    newest: dict[str, str] = {}
    for value in (value for one in inputs for value in one):
        newest[value["source-ref"]] = max(date(value), newest.get(value["source-ref"], ""))
    for line in merged(inputs):
        assert date(json.loads(line)) == newest[json.loads(line)["source-ref"]]


@given(manifests())
def test_a_manifest_merged_with_itself_is_the_manifest(one: list[dict[str, Any]]) -> None:
    assert merged([one, one]) == merged([one])


@given(st.lists(usable_records(), min_size=1, max_size=8, unique_by=lambda value: value["source-ref"]))
def test_a_manifest_without_repetition_merged_with_itself_has_all_its_records(
    one: list[dict[str, Any]],
) -> None:
    classes = {str(i): name for i, name in enumerate(NAMES)}
    all_classes = record("s3://first/all.jpg", *map(box, range(len(NAMES))), classes=classes)
    lines = [all_classes, *one]
    assert merged([lines, lines]) == list(map(dump, lines))


@given(several, st.randoms())
def test_the_order_of_the_manifests_changes_no_record_that_is_dated_apart(
    inputs: list[list[dict[str, Any]]], random: Any
) -> None:
    for number, value in enumerate(value for one in inputs for value in one if LABEL in value):
        value[f"{LABEL}-metadata"]["creation-date"] = f"2026-03-01T00:00:00.{number:06}"
    shuffled = random.sample(inputs, len(inputs))
    one, other = ({meaning(json.loads(line)) for line in merged(order)} for order in (inputs, shuffled))
    assert one == other


@given(st.lists(faulty_lines, max_size=6), st.lists(faulty_lines, max_size=6))
def test_any_lines_beside_good_ones_cost_only_themselves(some: list[bytes], others: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        first, second = [*good(7, "x"), *some], [*others, *good(7, "y")]
        told, written = merge_lines(Path(directory), first, second)
    assert {*good(7, "x"), *good(7, "y")} <= set(written)
    for one in told.manifests:
        assert one.records == one.taken + one.replaced + sum(one.left_out.values())


@given(st.lists(st.lists(st.binary(max_size=80), max_size=4), min_size=1, max_size=3))
def test_any_bytes_end_in_a_manifest_or_in_one_sentence(inputs: list[list[bytes]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        try:
            merge_lines(Path(directory), *inputs)
        except GroundtrainError:
            assert not Path(directory, "merged").exists()
