import sys
from collections.abc import Iterator
from typing import Any

import pytest

from groundtrain.manifest.label_types.boxes.bounding_box import BOUNDING_BOX
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.record_keys import keys_of
from groundtrain.rules import RULES, active_codes, fixed_codes
from groundtrain.rules.findings import Finding
from groundtrain.rules.line_limits import MAX_LINE
from tests.manifest_lines import LABEL, box, dump, record

GOOD = record("s3://bucket/a.jpg", box())
META = f"{LABEL}-metadata"


def findings_on(line: bytes) -> list[Finding]:
    return list(RecordReader(keys_of(LABEL), BOUNDING_BOX, frozenset(RULES)).read(7, line).findings)


def codes_on(line: bytes) -> list[str]:
    return [finding.code for finding in findings_on(line)]


def changed(key: str, **changes: Any) -> bytes:
    return dump({**GOOD, key: {**GOOD[key], **changes}})


def without(*keys: str) -> bytes:
    return dump({key: value for key, value in GOOD.items() if key not in keys})


def boxed(*boxes: dict[str, Any], **more: Any) -> bytes:
    return dump(record("s3://bucket/a.jpg", *boxes, **more))


FAULTS = [
    ("GT101", b'{"source-ref": "s3://bucket/a.jpg"'),
    ("GT101", b"{'source-ref': 's3://bucket/a.jpg'}"),
    ("GT101", dump(GOOD).replace(b'"left":10', b'"left":NaN')),
    ("GT102", b"[" * 100_000),
    ("GT101", b'{"a":' * 5000 + b"1" + b"}" * 5000),
    ("GT101", dump(GOOD) + dump(GOOD)),
    ("GT102", b'["s3://bucket/a.jpg"]'),
    ("GT102", b"17"),
    ("GT103", b" " * (MAX_LINE + 1)),
    ("GT104", dump(GOOD).replace(b"a.jpg", b"\xff.jpg")),
    ("GT104", dump({**GOOD, "note": "x"}).replace(b'"x"', b'"\xe9"')),
    ("GT105", dump(GOOD)[:-1] + b',"source-ref":"s3://bucket/b.jpg"}'),
    ("GT105", dump(GOOD).replace(b'"left":10', b'"left":10,"left":11')),
    ("GT105", dump(GOOD).replace(b'"left":10', b'"left" :10,"left" :11')),
    ("GT106", without("source-ref")),
    ("GT106", dump({**GOOD, "source-ref": None})),
    ("GT107", dump({**GOOD, "source-ref": "https://bucket.s3.amazonaws.com/a.jpg"})),
    ("GT107", dump({**GOOD, "source-ref": "s3://bucket"})),
    ("GT107", dump({**GOOD, "source-ref": "s3://bucket/folder/"})),
    ("GT107", dump({**GOOD, "source-ref": "/data/a.jpg"})),
    ("GT108", dump({**GOOD, "source-ref": "s3://s3://bucket/a.jpg"})),
    ("GT114", dump({**GOOD, "source-ref": "s3://bucket//a.jpg"})),
    ("GT115", dump({**GOOD, "source-ref": "s3://bucket/a%20b.jpg"})),
    ("GT116", dump({**GOOD, "source-ref": "s3://bucket/a+b.jpg"})),
    ("GT117", dump({**GOOD, "source-ref": "s3://bucket/10\uf03a30.jpg"})),
    ("GT117", dump({**GOOD, "source-ref": "s3://bucket/a\x7f.jpg"})),
    ("GT118", dump({**GOOD, "source-ref": "s3://bucket/a /b.jpg"})),
    ("GT118", dump({**GOOD, "source-ref": "s3://bucket/a.jpg "})),
    ("GT121", dump({**GOOD, "note": "x" * 20_001})),
    ("GT122", dump({**GOOD, **{f"note-{i}": "x" * 19_000 for i in range(6)}})),
    ("GT124", dump({**GOOD, **{f"note-{i}": i for i in range(14)}})),
    ("GT125", dump({**GOOD, "source-ref": "s3://bucket/a.json"})),
    ("GT125", dump({**GOOD, "source-ref": "s3://bucket/a.jpg.Gif"})),
    ("GT125", dump({**GOOD, "source-ref": "s3://bucket/.TIFF"})),
    ("GT201", without(LABEL, META)),
    ("GT202", changed(META, **{"failure-reason": "ClientError: task expired"})),
    ("GT202", dump({"source-ref": "s3://bucket/a.jpg", META: {"failure-reason": "expired"}})),
    ("GT203", without(META)),
    ("GT203", without(LABEL)),
    ("GT204", boxed(box(left=600, width=41))),
    ("GT204", boxed(box(top=-1))),
    ("GT204", boxed(box(left=600.5, width=41.0))),
    ("GT205", changed(LABEL, annotations=[{"class_id": 0}])),
    ("GT205", changed(LABEL, annotations=[{**box(), "left": "ten"}])),
    ("GT205", changed(LABEL, annotations=[{**box(), "class_id": 0.5}])),
    ("GT205", changed(LABEL, annotations=[{**box(), "class_id": True}])),
    ("GT205", changed(LABEL, annotations=[{**box(), "class_id": -1}])),
    ("GT205", changed(LABEL, image_size=[])),
    ("GT205", boxed(size=(0, 480))),
    ("GT205", boxed(size=(10**400, 480))),
    ("GT205", dump(GOOD).replace(b'"left":10', b'"left":1e999')),
    (
        "GT206",
        dump({**GOOD, LABEL: 0, META: {"class-name": "a", "type": "groundtruth/image-classification"}}),
    ),
    ("GT245", changed(META, type="groundtruth/objects")),
    ("GT207", boxed(box(width=0))),
    ("GT207", boxed(box(height=-3))),
    ("GT208", boxed(box(left=640))),
    ("GT208", boxed(box(top=-50, height=50))),
    ("GT209", changed(META, objects=[])),
    ("GT211", changed(LABEL, image_size=[{"width": 640, "height": 480, "depth": 1}])),
    ("GT212", boxed(box(width=4.2))),
    ("GT213", boxed(box(width=300, height=300), size=(10_001, 10_000))),
    ("GT241", changed(LABEL, annotations=[{**box(), "left": " 10.5"}])),
    ("GT241", changed(LABEL, annotations=[{**box(), "class_id": "0"}])),
    ("GT241", changed(LABEL, annotations=[{**box(), "class_id": 0.0}])),
    ("GT241", changed(LABEL, image_size=[{"width": "640", "height": 480}])),
    ("GT241", changed(META, **{"class-map": {"0": 7}})),
    ("GT242", boxed(box(), box(left=50), box())),
    ("GT245", changed(META, type="groundtruth/image-classification")),
    ("GT245", changed(META, type="groundtruth/video-object-tracking")),
    ("GT245", changed(META, type="GroundTruth/Text-Span")),
    ("GT301", boxed(box(3))),
    ("GT301", boxed(box(256))),
]


@pytest.fixture(autouse=True)
def usual_recursion_limit() -> Iterator[None]:
    """Nested too deeply is beyond Python's limit, which hypothesis raises for the tests around it."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.parametrize(("code", "line"), FAULTS)
def test_a_fault_is_found_under_its_code_and_no_other(code: str, line: bytes) -> None:
    assert codes_on(line) == [code]


@pytest.mark.parametrize(
    "line",
    [
        dump(GOOD),
        boxed(),
        boxed(classes={}),
        boxed(box(left=0, top=0, width=640, height=480)),
        boxed(box(left=164.60000000000002, width=475.9)),
        boxed(box(left=-0.4, width=30.7)),
        boxed(box(0), box(5), classes={"0": "dog", "5": "bone"}),
        boxed(box(255), box(256), classes={"255": "dog", "256": "bone"}),
        boxed(box(), classes={"0": "car", "1": "never seen here"}),
        boxed(box(), **{"human-annotated": "no"}),
        boxed(box(), **{"adjustment-status": "adjusted"}),
        boxed(box(), **{"a-key-of-ours": {"nested": [1, {"x": 2}]}}),
        changed(META, objects=[{}]),
        changed(LABEL, image_size=[{"width": 640, "height": 480}]),
        dump({"page": 4, "color": "blue", **GOOD}),
        dump(dict(reversed(GOOD.items()))),
        dump({**GOOD, "source-ref": "s3://bucket/a b c% d/(1),ä:猫.JPG"}),
        dump({**GOOD, "source-ref": "s3://bucket/a.gif/b"}),
        dump({**GOOD, "source-ref": "s3://bucket/a.bmp.jpeg"}),
        dump({**GOOD, "source-ref": "s3://bucket/a.Png"}),
        dump({**GOOD, "source-ref": "s3://bucket/frame.000017"}),
        dump({**GOOD, "source-ref": "s3://bucket/agif"}),
        dump(GOOD).replace(b'":', b'" : '),
        dump({**GOOD, "quote": 'a "quoted\\" text": {'}),
    ],
)
def test_what_real_jobs_write_is_no_fault(line: bytes) -> None:
    assert codes_on(line) == []


def test_a_finding_names_line_place_and_source() -> None:
    (finding,) = findings_on(boxed(box(), box(left=600, width=41)))
    assert (finding.line, finding.path) == (7, "$.boxes.annotations[1]")
    assert finding.source == "s3://bucket/a.jpg"
    assert finding.message == "box from (600, 20) to (641, 60) in an image of 640 x 480"


def test_a_malformed_label_is_told_with_its_place() -> None:
    (finding,) = findings_on(changed(LABEL, annotations=[box(), {**box(), "left": "ten"}]))
    assert finding.path == "$.boxes.annotations[1].left"
    assert finding.message == "expected a number, got a text, in annotations[1].left"


def test_a_value_spelled_otherwise_is_told_with_its_place_and_what_to_write() -> None:
    (finding,) = findings_on(changed(LABEL, annotations=[{**box(), "left": "11"}]))
    assert finding.path == "$.boxes.annotations[0].left"
    assert finding.message == 'left is "11", a text, in annotations[0]'
    assert finding.fix == "write the number (fix GT241)"


def test_all_faults_of_a_record_are_found() -> None:
    line = boxed(box(left=600, width=41), box(width=0), box(9))
    assert codes_on(line) == ["GT204", "GT207", "GT301"]


def test_a_line_is_written_in_stream_order_without_further_keys() -> None:
    line = dump({"page": 4, **dict(reversed(GOOD.items()))})
    assert RecordReader(keys_of(LABEL), BOUNDING_BOX, frozenset(RULES)).read(1, line).output == dump(GOOD)


def test_every_code_has_its_family_a_reason_and_a_fix() -> None:
    for code, rule in RULES.items():
        assert code[:3] in {"GT1", "GT2", "GT3", "GT4", "GT5", "GT6", "GT7", "GT8"}
        assert rule.why.endswith(".")
        assert rule.fix
        assert rule.name == rule.name.lower()


def test_every_check_and_fix_has_its_row_in_the_table() -> None:
    assert BOUNDING_BOX.checks.keys() <= RULES.keys()
    assert {code for code, rule in RULES.items() if rule.fixable} >= BOUNDING_BOX.fixes.keys()


def test_a_prefix_ignores_a_family_but_not_what_nothing_could_be_trained_with() -> None:
    active = active_codes(("GT",), ("GT2",))
    assert "GT204" not in active
    assert {"GT101", "GT205", "GT401"} <= active


def test_only_rules_with_a_safe_fix_are_mended() -> None:
    assert fixed_codes(("GT20",)) == {"GT204"}
