"""What is to be labeled again: no record is lost, none is there twice, and every rejected line is told."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.labels_said import record_of, told
from tests.strategies_of_losses import TYPES, label_name, shaped

SOME = settings(max_examples=15, phases=[Phase.generate])
KEPT_APART = ("labeled_elsewhere", "labeled_under_another_name", "repeated", "without_source")


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines() if path.exists() else []


@pytest.mark.parametrize("kind", TYPES)
@SOME
@given(st.data())
def test_every_rejected_line_is_labeled_again_or_told(kind: str, data: st.DataObject) -> None:
    lines = data.draw(shaped(kind))
    rules = data.draw(st.sampled_from([(), ("--relabel-rules", "GT"), ("--relabel-rules", "GT3,GT205")]))
    keep = data.draw(st.sampled_from([(), ("--relabel-keep-labels",)]))
    with tempfile.TemporaryDirectory() as directory:
        path, out, again = (Path(directory, name) for name in ("in", "out", "again.manifest"))
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        call = ("convert", path, "--output", out, "--label", label_name(kind), "--relabel", again)
        code, document, _ = told(*call, *rules, *keep, "--format", "json")
        written = lines_of(again)
        records = list(map(record_of, written))
        assert len(records) == len(set(records))
        assert set(records) <= {record_of(line) for line in lines if is_object(line)}
        if code:
            return
        rejected = [json.loads(line) for line in lines_of(out / "rejected.jsonl")]
        relabel = document["relabel"]
        assert relabel["records"] == len(written) == sum(relabel["reasons"].values())
        apart = sum(relabel[name] for name in KEPT_APART) + sum(relabel["others"].values())
        assert relabel["records"] + apart == len(rejected) == document["rejected"]
        kept = [line for number, line in enumerate(lines, 1) if number not in {r["line"] for r in rejected}]
        assert not set(records) & set(map(record_of, kept))
        if not keep:
            assert not any(key.endswith("-metadata") for line in map(json.loads, written) for key in line)


@SOME
@given(st.data())
def test_what_is_labeled_again_and_what_is_labeled_are_all_records(data: st.DataObject) -> None:
    """Of lines whose only fault is that they have no label."""
    sources = data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=12))
    lines = [dict(record(source, data.draw(st.integers(0, 2)))) for source in sources]
    with tempfile.TemporaryDirectory() as directory:
        path, out, again = (Path(directory, name) for name in ("in", "out", "again.manifest"))
        labeled = record(99, 1)
        path.write_text("".join(json.dumps(line) + "\n" for line in [labeled, *lines]))
        code, _, _ = told("convert", path, "--output", out, "--relabel", again, "--format", "json")
        assert code == 0
        dataset = {
            json.loads(line)["source-ref"]
            for name in ("train", "validation")
            for line in lines_of(out / f"{name}.manifest")
        }
        to_label = [json.loads(line)["source-ref"] for line in lines_of(again)]
        assert sorted([*dataset, *to_label]) == sorted({line["source-ref"] for line in [labeled, *lines]})


def is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def record(number: int, fate: int) -> dict[str, Any]:
    """Not labeled, labeled, or failed."""
    metadata = {"type": "groundtruth/image-classification", "class-name": "dog"}
    source = {"source-ref": f"s3://bucket/{number}.jpg"}
    if fate == 0:
        return source
    if fate == 1:
        return {**source, "kind": 0, "kind-metadata": metadata}
    return {**source, "kind-metadata": {**metadata, "failure-reason": "expired"}}
