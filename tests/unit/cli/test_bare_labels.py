"""What each command does with a manifest that has labels and no metadata."""

import csv
import json
from pathlib import Path

import pytest

from tests.manifest_lines import box, dump, record
from tests.unit.cli.conftest import Say

COMMANDS = {
    "check": ("check", "bare.manifest", "--label", "boxes"),
    "convert": ("convert", "bare.manifest", "--label", "boxes", "--output", "d"),
    "inspect": ("inspect", "bare.manifest", "--label", "boxes"),
    "train": ("train", "bare.manifest", "--label", "boxes", "--dry-run"),
    "merge": ("merge", "bare.manifest", "--take", "boxes", "--output", "m.manifest"),
    "export": (
        "export", "s3-manifest", "bare.manifest", "--label", "boxes",
        "--output", "e.json", "--labels", "e.csv",
    ),
    "draw": ("inspect", "bare.manifest", "--label", "boxes", "--draw", "one.png"),
}  # fmt: skip


@pytest.fixture
def bare(say: Say) -> Say:
    """`say`, beside bare.manifest: 60 lines with boxes and no metadata."""
    lines = [record(f"s3://acme/img/{i}.jpg", box(i % 2)) for i in range(60)]
    for line in lines:
        del line["boxes-metadata"]
    Path("bare.manifest").write_bytes(b"".join(dump(line) + b"\n" for line in lines))
    return say


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_reads_it(bare: Say, command: str) -> None:
    assert bare(*COMMANDS[command]).code == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_lists_what_could_be_labels_when_none_is_named(bare: Say, command: str) -> None:
    arguments = [word for word in COMMANDS[command] if word not in {"--label", "--take", "boxes"}]
    answer = bare(*arguments)
    assert answer.code == 1
    assert "looks like groundtruth/object-detection" in answer.out + answer.err


def test_no_label_is_lost_by_a_merge_or_an_export(bare: Say) -> None:
    bare(*COMMANDS["merge"])
    bare(*COMMANDS["export"])
    merged = [json.loads(line) for line in Path("m.manifest").read_bytes().splitlines()]
    assert sum(len(line["boxes"]["annotations"]) for line in merged) == 60
    with Path("e.csv").open(encoding="utf-8") as file:
        assert [row["class"] for row in csv.DictReader(file)] == [str(i % 2) for i in range(60)]


def test_a_merge_never_takes_an_attribute_that_is_no_label_for_the_one_it_is_to_write(say: Say) -> None:
    Path("b.manifest").write_bytes(dump(record("s3://acme/1.jpg", box()) | {"cars": 3}) + b"\n")
    answer = say("merge", "b.manifest", "--label", "cars", "--output", "m.manifest")
    assert answer.code == 2
    assert "has something else at cars" in answer.err


@pytest.mark.parametrize("command", ["merge", "export"])
def test_what_was_added_to_the_lines_is_told(bare: Say, command: str) -> None:
    told = bare(*COMMANDS[command]).out
    assert (
        "60 of 60 lines with boxes and without boxes-metadata: read as groundtruth/object-detection" in told
    )
    assert "nothing names class ids 0, 1: the ids stand for the names" in told
    document = json.loads(bare(*COMMANDS[command], "--format", "json").out)
    assert "60 of 60 lines" in json.dumps(document)
