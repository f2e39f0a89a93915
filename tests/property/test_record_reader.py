"""A reader that rules most checks out finds what one finds that rules out nothing."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from groundtrain.manifest import address_checks, record_reader, unreadable_lines
from groundtrain.manifest.label_types.label_type import LabelType, RecordSummary
from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.manifest.record_reader import Reading, RecordReader
from groundtrain.record_keys import Keys, keys_of
from groundtrain.rules import RULES
from tests.label_samples import SAMPLES, Line, Sample
from tests.manifest_lines import dump
from tests.strategies import LABELS_BY_TYPE

KINDS = sorted(LABEL_TYPES)
ACTIVE = frozenset(RULES)


class RulesOutNothing(RecordReader):
    """Applies every rule to every line."""

    def __init__(self, keys: Keys, label_type: LabelType, active: frozenset[str]) -> None:
        def summarize(record: Any) -> RecordSummary:
            summary = label_type.summarize(record)
            return RecordSummary(summary.items, summary.classes, tuple(label_type.checks), 0, summary.sizes)

        super().__init__(keys, replace(label_type, summarize=summarize), active)

    def read(self, number: int, line: bytes, *, as_it_stands: bool = True) -> Reading:  # noqa: ARG002
        self._noted = ()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(address_checks, "is_plain", lambda _: False)
            patch.setattr(unreadable_lines, "_is_decoded_whole", lambda _: False)
            patch.setattr(record_reader, "LONGEST_ATTRIBUTE", 0)
            return super().read(number, line, as_it_stands=False)

    def _has_plain_source(self, _: str) -> bool:
        return False


def written(value: Any, dice: Random, odd: float) -> str:
    """JSON that a decoder reads as the value; the odder, the more spaces, escapes and repeated keys."""
    if isinstance(value, dict):
        items = [item for key, inner in value.items() for item in pairs(key, inner, dice, odd)]
        return around(dice, odd, "{", ",".join(items), "}")
    if isinstance(value, list):
        return around(dice, odd, "[", ",".join(written(inner, dice, odd) for inner in value), "]")
    if isinstance(value, str):
        return space(dice, odd) + text(value, dice, odd) + space(dice, odd)
    return json.dumps(value)


def pairs(key: str, value: Any, dice: Random, odd: float) -> Iterator[str]:
    if dice.random() < odd / 40:
        yield text(key, dice, odd) + ":" + dice.choice(["1", '"x"', "{}", "1e999", written(value, dice, odd)])
    if dice.random() < odd / 40:
        yield '"unknown":' + dice.choice(["1", '"y"', '{"a":1,"a":2}', '"\\""', "[]", "1e999"])
    name = space(dice, odd) + text(key, dice, odd) + space(dice, odd)
    yield f"{name}:{space(dice, odd)}{written(value, dice, odd)}{space(dice, odd)}"


def around(dice: Random, odd: float, first: str, inner: str, last: str) -> str:
    return first + space(dice, odd) + inner + space(dice, odd) + last


def space(dice: Random, odd: float) -> str:
    return dice.choice([" ", "\t", "  ", "\r"]) if dice.random() < odd / 10 else ""


def text(value: str, dice: Random, odd: float) -> str:
    if dice.random() < odd / 20 and value:
        at = dice.randrange(len(value))
        return f"{quoted(value[:at])[:-1]}{escaped(value[at])}{quoted(value[at + 1 :])[1:]}"
    return quoted(value)


def quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if ord(character) > 0xFFFF else f"\\u{ord(character):04x}"


ENDINGS = (
    *(".jpg", ".JPEG", ".Png", ".gif", ".JSON", ".webP", ".0001", ".jpg ", "", "+", "%41", "/", "//a.jpg"),
    *("\u00fc.jpg", "\u200b.png", "\ufffd", "\u00a0/b.jpg", " /b.jpg", "\x7f", "\u0378.jpg", "x" * 1030),
)
SOURCES = (
    "",
    " ",
    "\u2800",
    "a.jpg",
    "S3://b/c.jpg",
    's3://b/"',
    "s3://b_b/c.jpg",
    "s3://bucket/" + "\u00fc" * 600 + ".jpg",
)
NAMES = ("page", "$schema", "more-metadata", "more", "verify-metadata", "camera-ref", 'a"b')
METADATA: tuple[Line, ...] = (
    {"job-name": "x" * 20_001},
    {"failure-reason": "expired"},
    {"creation-date": "2020-07-01T10:00:00"},
)
VALUES = (
    *(None, "", 7, 1.5, ["x", {"b": 1}], {"type": "groundtruth/label-verification", "class-name": "good"}),
    *({"type": "groundtruth/custom"}, {"type": 1}, '"', "\udcff"),  # the last one is written as a byte
)


def changed(line: Line, kind: str, dice: Random) -> Line:
    """The line, perhaps with another source, further attributes, another order, and other values."""
    sample, line = SAMPLES[kind], json.loads(dump(line))
    if dice.random() < 0.25 and sample.source == "source-ref":
        line["source-ref"] = f"s3://bucket/a{dice.choice(ENDINGS)}"
    if dice.random() < 0.1:
        line[sample.source] = dice.choice(SOURCES)
    if dice.random() < 0.25:
        line = {dice.choice(NAMES): dice.choice(VALUES) for _ in range(3)} | line
    if dice.random() < 0.05:
        line |= {f"attribute{i}": i for i in range(15)}
    if dice.random() < 0.1:
        line[f"{sample.label}-metadata"] |= dice.choice(METADATA)
    if dice.random() < 0.5:
        line = dict(dice.sample(list(line.items()), len(line)))
    for key in (sample.label, f"{sample.label}-metadata"):
        if dice.random() < 0.4:
            line[key] = otherwise(line[key], dice)
    return line


def otherwise(value: Any, dice: Random) -> Any:
    """The value with one of the values in it changed, left out, or there twice."""
    if not isinstance(value, dict | list) or not value or dice.random() < 0.1:
        number = value if type(value) in (int, float) else 3
        numbers = (number - 1, number + 0.5, number + 1, number * 1000, -number, 0, 1, 2.0, 1e18)
        return dice.choice([*numbers, "", "x", "1", None, {}, [], [value, value], [value]])
    changed = dict(value) if isinstance(value, dict) else list(value)
    at = dice.choice(list(value) if isinstance(value, dict) else range(len(value)))
    if dice.random() < 0.1:
        del changed[at]
    elif dice.random() < 0.1 and isinstance(changed, dict):
        changed[dice.choice(["300", "07", "x"])] = changed.pop(at)
    elif dice.random() < 0.2 and isinstance(changed, list):
        changed.append(changed[at])
    else:
        changed[at] = otherwise(value[at], dice)
    return changed


def lines(kind: str) -> st.SearchStrategy[Line]:
    samples = st.sampled_from(SAMPLES[kind].lines)
    return samples | LABELS_BY_TYPE.get(kind, samples)


def joined(keys: Keys, line: bytes) -> bytes:
    pieces = record_reader.decode_pieces(line)
    return b"{" + b",".join(dump(key) + b":" + bytes(pieces[key]) for key in keys) + b"}"


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150)
@given(data=st.data())
def test_what_is_ruled_out_would_find_nothing(kind: str, data: st.DataObject) -> None:
    keys = keys_of(SAMPLES[kind].label, SAMPLES[kind].source)
    fast, full = (reader(keys, LABEL_TYPES[kind], ACTIVE) for reader in (RecordReader, RulesOutNothing))
    dice = Random(data.draw(st.integers(0, 1 << 64)))  # noqa: S311  st.randoms() draws too few numbers
    for _ in range(8):
        value = changed(data.draw(lines(kind)), kind, dice)
        line = written(value, dice, dice.choice([0, 0, 0.3, 1])).encode("utf-8", "surrogateescape")
        reading, wanted = fast.read(7, line), full.read(7, line)
        if reading.output is line and reading.record is not None:
            assert reading.findings == ()
            assert list(json.loads(line)).index(keys.source) == 0
            assert joined(keys, line) == wanted.output
        else:
            if reading.record is not None and wanted.record is None:
                assert has_fault_in_what_is_not_read(line, keys)
                reading, wanted = without_size(reading), without_size(full.read(7, reading.output))
            assert reading.output == wanted.output
        assert (reading.findings, dumped(reading)) == (wanted.findings, dumped(wanted))
        assert (fast.other_labels, fast.dollar_name) == (full.other_labels, full.dollar_name)


def has_fault_in_what_is_not_read(line: bytes, keys: Keys) -> bool:
    """Whether no attribute is there twice, and there are others than those that are read."""
    names = [name for name, _ in json.loads(line, object_pairs_hook=list)]
    return len(names) == len(set(names)) and not set(names) <= set(keys)


def without_size(reading: Reading) -> Reading:
    """Without what is found on length and number of attributes, which are fewer once it is written."""
    size = {"GT121", "GT122", "GT124"}
    return replace(reading, findings=tuple(seen for seen in reading.findings if seen.code not in size))


def dumped(reading: Reading) -> bytes:
    record = reading.record
    return b"" if record is None else dump([record.source, repr(record.label), repr(record.metadata)])


BOXES = SAMPLES["groundtruth/object-detection"]
SPANS = SAMPLES["groundtruth/text-span"]


@pytest.mark.parametrize(
    ("sample", "kind", "listed", "text"),
    [
        (BOXES, "object-detection", "objects", '[{},{"confidence":0,"confidence":1}]'),
        (SPANS, "text-span", "entities", '["abc",{"confidence":0,"confidence":1,"confidence":2}]'),
        (SPANS, "text-span", "entities", '[[1],{"confidence":0,"confidence":1}]'),
    ],
)
def test_a_key_there_twice_is_found_where_one_is_missing_elsewhere(
    sample: Sample, kind: str, listed: str, text: str
) -> None:
    value = json.loads(dump(sample.lines[0]))
    value[f"{sample.label}-metadata"][listed] = None
    line = dump(value).replace(f'"{listed}":null'.encode(), f'"{listed}":{text}'.encode())
    reader = RecordReader(keys_of(sample.label, sample.source), LABEL_TYPES[f"groundtruth/{kind}"], ACTIVE)
    assert [seen.code for seen in reader.read(1, line).findings] == ["GT105"]


def test_quotation_marks_within_a_text_do_not_make_up_for_a_key_there_twice() -> None:
    value = {**SAMPLES["groundtruth/custom"].lines[0], "page": "\u00fc\u00fc"}
    twice = dump(value).replace(b'"page":"\xc3\xbc\xc3\xbc"', rb'"page":"\u0022\u0022","a":1,"a":2')
    sample = SAMPLES["groundtruth/custom"]
    reader = RecordReader(keys_of(sample.label, sample.source), LABEL_TYPES["groundtruth/custom"], ACTIVE)
    assert [seen.code for seen in reader.read(1, twice).findings] == ["GT105"]
