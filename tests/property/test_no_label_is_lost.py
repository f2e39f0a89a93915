"""Labels in are labels out and labels told, by object and class name, in every command that writes labels.

What goes in and what comes out is read without the code that is tested; how labels are counted and named is
taken from the JSON document of the command line.
"""

import csv
import io
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.labels_said import Labels, by_class, counted_in, labels_of, record_of, told
from tests.manifest_lines import LABEL
from tests.strategies_of_losses import (
    TYPES,
    boxes_at_the_edge,
    in_jobs,
    label_name,
    shaped,
    tables,
    two_jobs,
)

SOME = settings(max_examples=15, phases=[Phase.generate])
MOST_CLIPPED = 1 / 3


def file_of(path: Path, lines: list[bytes]) -> Path:
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines() if path.exists() else []


def repeated(document: dict[str, Any]) -> int:
    return int(document.get("fixed", {}).get("GT242", 0))


def assert_accounted(before: Labels, after: Labels, document: dict[str, Any]) -> None:
    """Nothing is gone but repeated items that a fix counts, and nothing new; a class may have got a name."""
    assert (before.named - after.named).total() <= repeated(document)
    assert (before.by_object - after.by_object).total() <= repeated(document)
    assert after.by_object - before.by_object == Counter()


@pytest.mark.parametrize("kind", TYPES)
@SOME
@given(st.data())
def test_a_dataset_and_what_it_rejects_have_all_labels(kind: str, data: st.DataObject) -> None:
    lines = data.draw(shaped(kind))
    name = label_name(kind)
    with tempfile.TemporaryDirectory() as directory:
        path, out = file_of(Path(directory, "in"), lines), Path(directory, "out")
        fix = data.draw(st.sampled_from([(), ("--fix", "GT")]))
        code, document, _ = told("convert", path, "--output", out, "--label", name, "--format", "json", *fix)
        if code:
            assert not out.exists()
            return
        rejected = [json.loads(line) for line in lines_of(out / "rejected.jsonl")]
        after = labels_of([*lines_of(out / "train.manifest"), *lines_of(out / "validation.manifest")])
        after += labels_of((r["record"].encode() for r in rejected), name)
        assert_accounted(labels_of(lines, name), after, document)
        assert document["rejected"] == len(rejected) == sum(document["reasons"].values())
        assert document["records"] == document["train"] + document["validation"] + len(rejected)


@pytest.mark.parametrize("kind", TYPES)
@SOME
@given(st.data())
def test_a_fixed_manifest_has_all_labels(kind: str, data: st.DataObject) -> None:
    lines = data.draw(shaped(kind))
    with tempfile.TemporaryDirectory() as directory:
        path, out = file_of(Path(directory, "in"), lines), Path(directory, "out")
        call = ("check", path, "--output", out, "--label", label_name(kind), "--format", "json", "--fix")
        _, document, _ = told(*call)
        if out.exists():
            assert len(lines_of(out)) == len(lines)
            name = label_name(kind)
            assert_accounted(labels_of(lines, name), labels_of(lines_of(out), name), document)
            assert (labels_of(lines).named - labels_of(lines_of(out)).named).total() <= repeated(document)


@SOME
@given(boxes_at_the_edge())
def test_boxes_change_only_where_a_fix_is_counted_and_stay_the_boxes_they_were(lines: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path, out = file_of(Path(directory, "in"), lines), Path(directory, "out")
        _, document, _ = told("check", path, "--output", out, "--format", "json", "--fix")
        pairs = [
            (old, new)
            for before, after in zip(map(json.loads, lines), map(json.loads, lines_of(out)), strict=True)
            for old, new in zip(before[LABEL]["annotations"], after[LABEL]["annotations"], strict=True)
        ]
        changed = [(old, new) for old, new in pairs if old != new]
        assert len(changed) == document["fixed"].get("GT204", 0)
        for old, new in changed:
            area, common = old["width"] * old["height"], common_area(old, new)
            assert common == new["width"] * new["height"]
            assert common >= (1 - MOST_CLIPPED) * area - 1e-6


def common_area(one: dict[str, Any], other: dict[str, Any]) -> float:
    across = min(b["left"] + b["width"] for b in (one, other)) - max(b["left"] for b in (one, other))
    down = min(b["top"] + b["height"] for b in (one, other)) - max(b["top"] for b in (one, other))
    return max(across, 0) * max(down, 0)


@pytest.mark.parametrize("kind", TYPES)
@SOME
@given(st.data())
def test_a_merged_manifest_and_what_is_told_of_the_rest_have_all_labels(
    kind: str, data: st.DataObject
) -> None:
    manifests = [data.draw(shaped(kind)) for _ in range(data.draw(st.integers(1, 2)))]
    with tempfile.TemporaryDirectory() as directory:
        paths = [file_of(Path(directory, str(i)), lines) for i, lines in enumerate(manifests)]
        take = ("--take", label_name(kind)) if data.draw(st.booleans()) else ()
        overlap = data.draw(st.sampled_from([(), ("--overlap", "newest"), ("--overlap", "unite")]))
        code, document, _ = told(
            "merge", *paths, *take, *overlap, "--output", Path(directory, "out"), "--format", "json"
        )
        if "error" in document:
            assert not Path(directory, "out").exists()
            return
        after = labels_of(lines_of(Path(directory, "out")))
        assert_merge_accounted(dict(zip(map(str, paths), manifests, strict=True)), after, document, code)


def assert_merge_accounted(
    manifests: dict[str, list[bytes]], after: Labels, document: dict[str, Any], code: int
) -> None:
    """By class the counts add up; by object, what is gone is named by a conflict, or stands elsewhere."""
    left_out = [manifests[one["manifest"]][one["finding"]["line"] - 1] for one in document["left_out"]]
    assert code == bool(left_out)
    before = labels_of(line for lines in manifests.values() for line in lines)
    kept = [line for lines in manifests.values() for line in lines if line not in left_out]
    assert document["records"] == len(set(map(record_of, kept)))
    gone = (before.named - after.named) - labels_of(left_out).named
    counted, not_taken, records = counted_in(document)
    if document["type"] == "groundtruth/custom":  # has no classes: its records are counted
        assert gone.total() <= records
    else:
        assert by_class(gone) - counted == Counter()
    named = {conflict["subject"] for conflict in document["examples"]}
    for source, name in gone:
        assert source in named or (source, name) in after.items or name in not_taken or "" in not_taken


@SOME
@given(two_jobs())
def test_two_jobs_put_together_have_all_their_labels(jobs: tuple[list[bytes], list[bytes]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        paths = [file_of(Path(directory, str(i)), lines) for i, lines in enumerate(jobs)]
        out = Path(directory, "out")
        code, document, _ = told("merge", *paths, "--overlap", "unite", "--output", out, "--format", "json")
        assert code == 0
        before = [labels_of(lines).named for lines in jobs]
        gone = (before[0] + before[1]) - labels_of(lines_of(out)).named
        assert by_class(gone) == counted_in(document)[0]
        assert all((before[0] & before[1])[each] >= count for each, count in gone.items())


@SOME
@given(in_jobs())
def test_labels_of_several_jobs_in_one_file_are_all_taken(lines: list[bytes]) -> None:
    """Each line has one of the two attributes: no reason to refuse, and none to lose one."""
    with tempfile.TemporaryDirectory() as directory:
        path, out = file_of(Path(directory, "in"), lines), Path(directory, "out")
        code, document, _ = told(
            "merge", path, "--take", "week1", "--take", "week2", "--output", out, "--format", "json"
        )
        assert code == 0
        assert document["records"] == len(lines)
        assert labels_of(lines_of(out)) == labels_of(lines)


@SOME
@given(two_jobs())
def test_no_class_is_replaced_by_a_job_that_does_not_know_it(jobs: tuple[list[bytes], list[bytes]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        paths = [file_of(Path(directory, str(i)), lines) for i, lines in enumerate(jobs)]
        out = Path(directory, "out")
        code, document, _ = told("merge", *paths, "--output", out, "--format", "json")
        before = [labels_of(lines).named for lines in jobs]
        known = [{name for _, name in items} for items in before]
        newer = {source for source, _ in before[1]}
        lost = {(source, name) for source, name in before[0] if source in newer and name not in known[1]}
        assert code == bool(lost)
        if lost:
            assert any(f'class \\"{name}\\"' in json.dumps(document) for _, name in lost)
            assert not out.exists()


TABLED = ["groundtruth/object-detection", "groundtruth/image-classification"]


@pytest.mark.parametrize("kind", [*TABLED, "groundtruth/image-classification-multilabel"])
@SOME
@given(st.data())
def test_an_exported_table_has_all_labels_and_an_import_of_it_too(kind: str, data: st.DataObject) -> None:
    lines, name = data.draw(shaped(kind)), label_name(kind)
    suffix = data.draw(st.sampled_from([".csv", ".jsonl"]))
    with tempfile.TemporaryDirectory() as directory:
        path, keys, table = (
            file_of(Path(directory, "in"), lines),
            Path(directory, "keys"),
            Path(directory, "t" + suffix),
        )
        code, document, _ = told(
            *("export", "s3-manifest", path, "--output", keys, "--labels", table),
            *("--label", name, "--format", "json"),
        )
        if "error" in document:
            return
        out = Path(directory, "out")
        call = ("import", "s3-manifest", keys, "--labels", table, "--attribute", name, "--output", out)
        imported, said, _ = told(*call, "--type", kind.removeprefix("groundtruth/"), "--format", "json")
        told_lines = [
            lines[int(place.removeprefix("line ")) - 1]
            for counted in (
                document["labels"]["without_label"],
                document["without_address"],
                document["repeated"],
            )
            for place in counted["examples"]
        ]
        assert code == bool(told_lines)
        after = labels_of(lines_of(out))
        assert_accounted(labels_of(lines, name), after + labels_of(told_lines, name), {})
        if "error" not in said:
            assert (imported, said["records"]) == (
                bool(said["keys_without_label"]["count"]),
                len(lines_of(out)),
            )


@SOME
@given(tables())
def test_every_cell_of_a_table_is_in_the_manifest_or_the_table_is_refused(text: str) -> None:
    rows = list(csv.DictReader(io.StringIO(text)))
    with tempfile.TemporaryDirectory() as directory:
        keys, table, out = (Path(directory, name) for name in ("keys", "t.csv", "out"))
        keys.write_text(json.dumps([{"prefix": "s3://bkt/"}, *sorted({row["key"] for row in rows})]))
        table.write_text(text)
        code, _, _ = told(
            *("import", "s3-manifest", keys, "--labels", table, "--attribute", LABEL),
            *("--output", out, "--format", "json"),
        )
        if code:
            assert not out.exists()
            return
        cells = Counter(cell for row in rows for cell in row.values() if cell and cell != "0")
        written = out.read_text("utf-8")
        assert all(cell in written for cell in cells)
        boxes = (
            [b for line in lines_of(out) for b in json.loads(line)[LABEL]["annotations"]]
            if "left" in rows[0]
            else []
        )
        assert len(boxes) == sum(bool(row.get("left")) for row in rows)
