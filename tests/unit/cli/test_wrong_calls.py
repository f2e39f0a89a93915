"""Calls that cannot work: none ends in a traceback, each says what is wrong and what to do."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.manifest_lines import box, dump, good, manifest_of, record
from tests.waiting import PATIENCE

Say = Callable[..., SimpleNamespace]
MAIN = [sys.executable, "-c", "from groundtrain.cli import main; main()"]


def test_without_a_command_the_help_is_shown(say: Say) -> None:
    said = say()
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Usage: groundtrain [OPTIONS] COMMAND")


@pytest.mark.parametrize("group", ["import", "export"])
def test_without_a_subcommand_the_help_is_shown_as_it_is(say: Say, group: str) -> None:
    said = say(group)
    assert said.code == 2
    assert f"Usage: groundtrain {group} [OPTIONS] COMMAND [ARGS]...\n" in said.err
    assert "\\u000a" not in said.err
    assert "..." not in said.err.partition("Commands:")[2]


@pytest.mark.parametrize("share", ["nan", "NaN", "inf", "-1"])
def test_a_share_is_a_number_between_0_and_1(say: Say, share: str) -> None:
    said = say("convert", "a.manifest", "--output", "o", "--validation", share)
    assert said.code == 2
    assert "--validation" in said.err


@pytest.mark.parametrize("half", [("--verified-by", "check"), ("--accepted", "good")])
def test_a_verification_is_named_together_with_the_classes_that_accept(
    say: Say, half: tuple[str, str]
) -> None:
    said = say("convert", "a.manifest", "--output", "o", *half)
    assert said.code == 2
    assert "give both" in said.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("command", [("check",), ("inspect",), ("convert", "--output", "o")])
def test_a_named_pipe_is_read_once_and_kept_meanwhile(say: Say, command: tuple[str, ...]) -> None:
    os.mkfifo("pipe")
    content = Path("a.manifest").read_bytes()
    writer = threading.Thread(target=lambda: Path("pipe").write_bytes(content), daemon=True)
    writer.start()
    said = say(command[0], "pipe", *command[1:])
    writer.join(timeout=PATIENCE)
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize(
    ("address", "words"),
    [("S3://labels/a", "written s3, in small letters"), ("https://labels/a", "https:// is not read")],
)
def test_an_address_of_another_kind_is_named_for_what_it_is(say: Say, address: str, words: str) -> None:
    said = say("check", address)
    assert said.code == 2
    assert words in said.err
    assert "write s3://bucket/key" in said.err


def test_a_missing_manifest_hides_no_verdict_on_the_others(say: Say) -> None:
    said = say("check", "a.manifest", "none", "--format", "json")
    document = json.loads(said.out)
    assert [one["verdict"] for one in document["manifests"]] == ["will-train", "will-not-train"]
    assert document["manifests"][1]["because"] == ["there is no such file: check the path."]
    assert said.code == 2


def test_a_dry_run_of_what_is_refused_is_one_document(say: Say, tmp_path: Path) -> None:
    few = manifest_of(tmp_path, *good(12)).path
    Path("dev.toml").write_text('region = "eu-west-1"\n')
    said = say("train", few, "--settings", "dev.toml", "--dry-run", "--format", "json")
    assert json.loads(said.out)["TrainingJobName"]
    assert "fewer than 20 (min_records)" in said.err
    assert said.code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--ignore", "GT301"), "GT301 (class-not-in-map) cannot be ignored"),
        (("--fix=GT101", "--output", "o"), "the rules that have one are GT108"),
        (("--select", "gt999"), "there is no rule GT999"),
    ],
)
def test_codes_that_could_have_no_effect_are_refused(
    say: Say, arguments: tuple[str, ...], words: str
) -> None:
    said = say("check", "a.manifest", *arguments)
    assert said.code == 2
    assert words in said.err


def test_codes_may_be_written_small(say: Say, tmp_path: Path) -> None:
    faulty = manifest_of(tmp_path, *good(60), dump(record("s3://bucket/x.jpg", box(left=620)))).path
    assert say("check", faulty, "--ignore", "gt204").code == 0
    assert say("check", faulty, "--fix=gt204", "--output", "o").code == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello\nworld\n", "it has no line that is JSON; line 1: invalid character"),
        (b"\n\nkey=class\n", "no line that is JSON; line 3: "),
        (
            b'[{"source-ref": "s3://bkt/a"},\n {"source-ref": "s3://bkt/b"}]\n',
            "jq -c '.[]' FILE > lines.manifest",
        ),
        (b"\0" * 50, "it is a binary file"),
        ("{}\n".encode("utf-16"), "it is UTF-16"),
    ],
)
def test_what_is_no_manifest_is_named_for_what_it_is(say: Say, content: bytes, words: str) -> None:
    Path("other").write_bytes(content)
    said = say("check", "other")
    assert said.code == 1
    assert words in said.out


@pytest.mark.parametrize(
    ("command", "option"),
    [(("check",), "--label"), (("merge", "--output", "o"), "--take")],
)
def test_of_several_labels_one_is_chosen_by_the_option_that_is_named(
    say: Say, tmp_path: Path, command: tuple[str, ...], option: str
) -> None:
    metadata = {"type": "groundtruth/object-detection"}
    two = {
        "source-ref": "s3://bkt/a",
        "one": {},
        "one-metadata": metadata,
        "two": {},
        "two-metadata": metadata,
    }
    several = manifest_of(tmp_path, dump(two)).path
    said = say(command[0], several, *command[1:])
    assert f"choose one by {option}" in said.out + said.err


def test_a_missing_image_names_the_file_that_was_looked_for(say: Say, tmp_path: Path) -> None:
    Path("images").mkdir()
    said = say("check", "a.manifest", "--images", "list", "--image-dir", "images")
    assert f"there is no file {tmp_path}/images/bucket/good-0000.jpg" in said.out


@pytest.mark.parametrize(
    "arguments",
    [("--line", "1"), ("--image-dir", "."), ("--image", "a.png"), ("--sheet", "3"), ("--rejected",)],
)
def test_what_to_draw_needs_a_picture_to_draw(say: Say, arguments: tuple[str, ...]) -> None:
    said = say("inspect", "a.manifest", *arguments)
    assert said.code == 2
    assert "add --draw" in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--class", "car"), "add --sheet N"),
        (("--rejected",), "add --sheet N"),
        (("--sheet", "3", "--line", "1"), "leave them out, or --sheet"),
        (("--sheet", "3", "--image", "a.png"), "leave them out, or --sheet"),
        (("--sheet", "0"), "0 is not in the range"),
        (("--sheet", "101"), "101 is not in the range"),
    ],
)
def test_options_of_a_sheet_and_of_one_record_are_told_apart(
    say: Say, arguments: tuple[str, ...], words: str
) -> None:
    Path("a.png").touch()
    said = say("inspect", "a.manifest", "--draw", "p.png", *arguments)
    assert said.code == 2
    assert words in said.err


def test_a_file_that_names_no_classes_is_a_wrong_call(say: Say) -> None:
    said = say("check", "a.manifest", "--category-file", "a.manifest")
    assert (said.code, said.out) == (2, "")
    assert "is not a label category file" in said.err


def test_a_dataset_that_is_not_there_is_a_wrong_call(say: Say) -> None:
    assert say("train", "none").code == 2
    Path("empty").mkdir()
    assert say("train", "empty").code == 2


@pytest.mark.parametrize(
    "command", ["check", "convert", "inspect", "merge", "train", "rule", "preflight", "redrive"]
)
def test_every_help_has_an_example_and_the_exit_codes(say: Say, command: str) -> None:
    text = " ".join(say(command, "--help").out.split())
    assert f"Example: groundtrain {command} " in text
    assert "exit code" in text


def test_a_reader_that_goes_away_ends_it_as_sigpipe_would(say: Say) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as broken:
        done = subprocess.run(
            [*MAIN, "rule"], stdout=broken, stderr=subprocess.PIPE, check=False, timeout=PATIENCE
        )
    assert (done.returncode, done.stderr) == (141, b"")


def test_help_of_a_command_is_asked_for_as_with_other_programs(say: Say) -> None:
    assert say("help", "check").out == say("check", "--help").out
    assert say("help").out == say("--help").out
    assert say("help", "chekc").code == 2


def test_the_version_has_a_short_option(say: Say) -> None:
    assert say("-V").out == say("--version").out


def test_a_pattern_that_the_shell_did_not_see_is_told(say: Say) -> None:
    assert "leave out quotation marks" in say("check", "part-*.manifest").err
