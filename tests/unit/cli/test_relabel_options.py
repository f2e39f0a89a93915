"""--relabel of convert: what it says, and what it refuses."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.manifest_lines import box, dump, good, manifest_of, record

Say = Callable[..., SimpleNamespace]
UNLABELED = [dump({"source-ref": f"s3://acme/{i}.jpg"}) for i in range(3)]


@pytest.fixture
def partly(tmp_path: Path) -> Path:
    repeated = dump({"source-ref": "s3://bucket/good-0001.jpg"})
    lines = [*good(60), *UNLABELED, repeated, dump(record("s3://acme/9.jpg", box(5)))]
    return manifest_of(tmp_path / "partly", *lines).path


def test_what_is_to_be_labeled_again_is_counted_by_rule(say: Say, partly: Path) -> None:
    said = say("convert", partly, "--output", "o", "--relabel", "again.manifest")
    assert said.code == 0
    assert (
        "again.manifest: an input manifest of 3 records to label again: unlabeled (GT201) 3\n"
        "  not in it: 1 line with a label on another line\n"
        "  not asked for: class-not-in-map (GT301) 1; --relabel-rules GT301 adds them\n"
    ) in said.out
    assert Path("again.manifest").read_bytes().splitlines() == UNLABELED


def test_json_has_the_counts(say: Say, partly: Path) -> None:
    call = ("convert", partly, "--output", "o", "--relabel", "again.manifest", "--relabel-rules", "gt3")
    document = json.loads(say(*call, "--format", "json").out)["relabel"]
    assert (document["output"], document["format"]) == ("again.manifest", "input-manifest")
    assert (document["records"], document["reasons"]) == (4, {"GT201": 3, "GT301": 1})
    assert (document["labeled_elsewhere"], document["others"]) == (1, {})


def test_without_the_option_nothing_is_said_of_it(say: Say, partly: Path) -> None:
    assert "relabel" not in say("convert", partly, "--output", "o", "--format", "json").out


@pytest.mark.parametrize(
    ("options", "form"),
    [
        (("--relabel", "a.JSON"), "label-studio"),
        (("--relabel", "a.jsonl"), "input-manifest"),
        (("--relabel", "a.json", "--relabel-format", "input-manifest"), "input-manifest"),
        (("--relabel", "a", "--relabel-format", "label-studio"), "label-studio"),
    ],
)
def test_the_name_tells_the_format_unless_an_option_does(
    say: Say, partly: Path, options: tuple[str, ...], form: str
) -> None:
    said = say("convert", partly, "--output", "o", *options, "--format", "json")
    assert json.loads(said.out)["relabel"]["format"] == form
    assert Path(options[1]).read_bytes().startswith(b"[" if form == "label-studio" else b"{")


def test_what_nobody_labeled_is_written_where_there_is_no_dataset(say: Say, tmp_path: Path) -> None:
    failed = dump(record("s3://acme/f.jpg", box(), **{"failure-reason": "expired"}))
    path = manifest_of(tmp_path / "none", failed, *UNLABELED).path
    said = say("convert", path, "--output", "o", "--relabel", "again.manifest")
    assert said.code == 1
    assert "again.manifest: an input manifest of 4 records to label again" in said.err
    assert "has no usable record" in said.err
    assert len(Path("again.manifest").read_bytes().splitlines()) == 4
    assert not Path("o").exists()


@pytest.mark.parametrize("rules", ["GT418", "left-out-by-verification", "gt4,GT406", "GT440", "GT"])
def test_rules_that_leave_lines_out_can_be_chosen(say: Say, rules: str) -> None:
    said = say("convert", "a.manifest", "--output", "o", "--relabel", "x", "--relabel-rules", rules)
    assert said.code == 0


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--relabel-rules", "GT2"), "where to write what is to be labeled again is not said"),
        (("--relabel-keep-labels",), "fix: add --relabel FILE"),
        (("--relabel-format", "label-studio"), "fix: add --relabel FILE"),
        (("--relabel", "o/again"), "--relabel o/again is in o, which is replaced as a whole"),
        (("--relabel", "o"), "--relabel o is in o, which is replaced as a whole"),
        (("--relabel", "a.manifest"), "--relabel a.manifest would overwrite a.manifest, which is read"),
        (("--relabel", "x.json", "--relabel-keep-labels"), "--relabel-keep-labels is for an input manifest"),
        (("--relabel", "x", "--relabel-rules", "GT303"), "GT303 (one-id-two-names) leaves out no line"),
        (("--relabel", "x", "--relabel-rules", "GT999"), "there is no rule GT999"),
    ],
)
def test_a_call_that_cannot_be_meant_is_refused(say: Say, options: tuple[str, ...], why: str) -> None:
    said = say("convert", "a.manifest", "--output", "o", *options)
    assert said.code == 2
    assert why in said.err
    assert not Path("o").exists()


def test_a_file_that_cannot_be_written_leaves_the_dataset_as_it_was(say: Say, partly: Path) -> None:
    say("convert", "a.manifest", "--output", "o")
    before = Path("o/dataset.json").read_bytes()
    said = say("convert", partly, "--output", "o", "--relabel", "a.manifest/again")
    assert said.code == 2
    assert Path("o/dataset.json").read_bytes() == before
