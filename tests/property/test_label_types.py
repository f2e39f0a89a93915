"""What holds for records of every label type, whatever they say."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.record_keys import Keys, keys_of
from groundtrain.rules import RULES
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.label_samples import SAMPLES, Line
from tests.manifest_lines import Converted, dump
from tests.strategies import LABELS_BY_TYPE

KINDS = sorted(LABELS_BY_TYPE)
some_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 300) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def keys_for(kind: str) -> Keys:
    return keys_of(SAMPLES[kind].label, SAMPLES[kind].source)


def converted(kind: str, lines: list[bytes]) -> Converted:
    chosen = DatasetSettings(label=SAMPLES[kind].label, validation=0.5)
    with tempfile.TemporaryDirectory() as directory:
        return Converted(Path(directory), *lines, settings=chosen)


def meaning(kind: str, line: bytes) -> Any:
    """The names of a line's classes, in the order of its items, and what is no class id."""
    record = RecordReader(keys_for(kind), LABEL_TYPES[kind], frozenset()).read(1, line).record
    assert record is not None
    names = LABEL_TYPES[kind].class_names(record)
    return record.source, sorted(names[str(i)] for i in LABEL_TYPES[kind].summarize(record).classes)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=500, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_line_drawn_has_the_source_and_the_label_of_its_type(kind: str, data: st.DataObject) -> None:
    line = data.draw(LABELS_BY_TYPE[kind])
    sample = SAMPLES[kind]
    assert {"source", "source-ref"} & line.keys() == {sample.source}
    assert sample.label in line


def records(kind: str) -> st.SearchStrategy[list[Line]]:
    source = SAMPLES[kind].source
    return st.lists(LABELS_BY_TYPE[kind], min_size=1, max_size=6, unique_by=lambda line: line[source])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12)
@given(data=st.data())
def test_usable_records_are_all_kept_and_mean_the_same(kind: str, data: st.DataObject) -> None:
    lines = [dump(line) for line in data.draw(records(kind))]
    made = converted(kind, lines)
    assert made.rejected == []
    assert sorted(meaning(kind, line) for line in made.kept) == sorted(meaning(kind, line) for line in lines)
    for line in made.kept:
        _, names = meaning(kind, line)
        assert set(names) <= set(made.dataset.classes)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12)
@given(data=st.data())
def test_ids_are_positions_among_the_classes_where_lines_have_ids(kind: str, data: st.DataObject) -> None:
    made = converted(kind, [dump(line) for line in data.draw(records(kind))])
    if LABEL_TYPES[kind].renumber is None:
        return
    reader = RecordReader(keys_for(kind), LABEL_TYPES[kind], frozenset())
    for line in made.kept:
        record = reader.read(1, line).record
        for class_id, name in LABEL_TYPES[kind].class_names(record).items():
            assert made.dataset.classes[int(class_id)] == name


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12)
@given(data=st.data())
def test_what_was_converted_converts_to_itself(kind: str, data: st.DataObject) -> None:
    once = converted(kind, [dump(line) for line in data.draw(records(kind))])
    again = converted(kind, once.train + once.validation)
    assert (again.train, again.validation) == (once.train, once.validation)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12)
@given(data=st.data())
def test_a_changed_value_costs_its_line_or_nothing(kind: str, data: st.DataObject) -> None:
    good = [dump(line) for line in data.draw(records(kind))]
    line = data.draw(LABELS_BY_TYPE[kind])
    key = data.draw(st.sampled_from(sorted(line)))
    changed = json.loads(dump(line))
    if isinstance(changed[key], dict) and changed[key]:
        changed[key][data.draw(st.sampled_from(sorted(changed[key])))] = data.draw(some_values)
    else:
        changed[key] = data.draw(some_values)
    made = converted(kind, [*good, dump(changed)])
    assert (
        made.dataset.train.records + made.dataset.validation.records + made.dataset.rejected == len(good) + 1
    )


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20)
@given(data=st.data())
def test_the_fast_way_says_clean_only_where_no_rule_speaks(kind: str, data: st.DataObject) -> None:
    label_type = LABEL_TYPES[kind]
    line = json.loads(dump(data.draw(LABELS_BY_TYPE[kind])))
    label = SAMPLES[kind].label
    if isinstance(line[label], list):
        line[label] += data.draw(st.lists(st.integers(0, 12) | st.sampled_from(["0", "2"]), max_size=3))
    record = RecordReader(keys_for(kind), label_type, frozenset(RULES)).read(1, dump(line)).record
    if record is not None and label_type.summarize(record).is_clean:
        assert [saw for check in label_type.checks.values() for saw in check(record)] == []
