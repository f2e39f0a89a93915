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

from groundtrain.cli.application import run
from tests.manifest_lines import box, dump, good, manifest_of, record

Say = Callable[..., SimpleNamespace]
MAIN = [sys.executable, "-c", "from groundtrain.cli import main; main()"]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    monkeypatch.chdir(tmp_path)
    manifest_of(tmp_path, *good(60)).path.rename("a.manifest")

    def say(*arguments: str | Path) -> SimpleNamespace:
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err)

    return say


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


@pytest.mark.parametrize(
    "command",
    [
        ("check", "a.manifest", "--fix", "--output"),
        ("convert", "a.manifest", "--output"),
        ("merge", "a.manifest", "--output"),
        ("import", "s3-manifest", "k", "--labels", "l", "--attribute", "a", "--output"),
        ("export", "s3-manifest", "a.manifest", "--output"),
        ("export", "s3-manifest", "a.manifest", "--output", "o", "--labels"),
        ("inspect", "a.manifest", "--draw"),
    ],
)
@pytest.mark.parametrize(
    ("place", "fix"),
    [
        ("s3://bucket/key", "write to a file, then aws s3 cp it to s3://bucket/key"),
        ("S3://bucket/key", "write to a file"),
        ("https://example.com/key", "write to a file"),
        ("-", "name a file"),
    ],
)
def test_what_is_written_is_a_file_of_this_machine(
    say: Say, tmp_path: Path, command: tuple[str, ...], place: str, fix: str
) -> None:
    said = say(*command, place)
    assert said.code == 2
    assert said.err.startswith(f"groundtrain: {command[-1]} {place} is ")
    assert fix in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["a.manifest"]


@pytest.mark.parametrize(
    "command",
    [
        ("merge", "a.manifest", "--output", "./a.manifest"),
        ("merge", "a.manifest", "--output", "link.manifest"),
        ("merge", "a.manifest", "--output", "hard.manifest"),
        ("export", "s3-manifest", "a.manifest", "--output", "a.manifest"),
        ("export", "s3-manifest", "a.manifest", "--output", "o", "--labels", "a.manifest"),
        ("export", "s3-manifest", "a.manifest", "--output", "o", "--labels", "./o"),
        (
            "import",
            "s3-manifest",
            "a.manifest",
            "--labels",
            "l",
            "--attribute",
            "a",
            "--output",
            "a.manifest",
        ),
        (
            "import",
            "s3-manifest",
            "k",
            "--labels",
            "a.manifest",
            "--attribute",
            "a",
            "--output",
            "a.manifest",
        ),
        ("inspect", "a.manifest", "--draw", "a.manifest"),
        ("convert", "a.manifest", "--output", "."),
    ],
    ids=" ".join,
)
def test_nothing_is_written_over_what_is_read_or_written(
    say: Say, tmp_path: Path, command: tuple[str, ...]
) -> None:
    before = Path("a.manifest").read_bytes()
    Path("link.manifest").symlink_to("a.manifest")
    Path("hard.manifest").hardlink_to("a.manifest")
    said = say(*command)
    assert said.code == 2
    assert "would overwrite" in said.err
    assert Path("a.manifest").read_bytes() == before
    assert not Path("o").exists()


@pytest.mark.parametrize("share", ["nan", "NaN", "inf", "-1"])
def test_a_share_is_a_number_between_0_and_1(say: Say, share: str) -> None:
    said = say("convert", "a.manifest", "--output", "o", "--validation", share)
    assert said.code == 2
    assert "--validation" in said.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("command", [("check",), ("inspect",), ("convert", "--output", "o")])
def test_a_named_pipe_is_read_once_and_kept_meanwhile(say: Say, command: tuple[str, ...]) -> None:
    os.mkfifo("pipe")
    content = Path("a.manifest").read_bytes()
    writer = threading.Thread(target=lambda: Path("pipe").write_bytes(content), daemon=True)
    writer.start()
    said = say(command[0], "pipe", *command[1:])
    writer.join(timeout=10)
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


def test_check_tells_what_the_default_gate_would_say(say: Say, tmp_path: Path) -> None:
    few = manifest_of(tmp_path, *good(12)).path
    said = say("check", few)
    verdict, gate = said.out.splitlines()[-2:]
    assert verdict == f"{few}: will train"
    assert gate.startswith("With the default settings training would be refused: 12 records can be used")
    assert said.code == 0
    document = json.loads(say("check", few, "--format", "json").out)
    assert document["gate"]["open"] is False
    assert "fewer than 20" in document["gate"]["reasons"][0]


def test_check_and_convert_name_the_same_reasons(say: Say, tmp_path: Path) -> None:
    few = manifest_of(tmp_path, *good(12)).path
    checked = json.loads(say("check", few, "--format", "json").out)
    converted = json.loads(say("convert", few, "--output", "o", "--format", "json").out)
    assert checked["gate"] == converted["gate"]


def test_convert_says_whose_gate_it_is(say: Say, tmp_path: Path) -> None:
    few = manifest_of(tmp_path, *good(12)).path
    assert "With the default settings training would be refused:" in say("convert", few, "--output", "o").out
    Path("dev.toml").write_text('region = "eu-west-1"\n')
    said = say("convert", few, "--output", "o", "--settings", "dev.toml")
    assert "With dev.toml training would be refused:" in said.out


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
        (("--fix=GT101", "--output", "o"), "those that can are GT108"),
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
    faulty = manifest_of(tmp_path, *good(60), dump(record("s3://bucket/x.jpg", box(left=630)))).path
    assert say("check", faulty, "--ignore", "gt204").code == 0
    assert say("check", faulty, "--fix=gt204", "--output", "o").code == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello\nworld\n", "it has no line that is JSON; line 1: invalid character"),
        (b"\n\nkey,class\n", "no line that is JSON; line 3: "),
        (
            b'[{"source-ref": "s3://b/a"},\n {"source-ref": "s3://b/b"}]\n',
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
    two = {"source-ref": "s3://b/a", "one": {}, "one-metadata": metadata, "two": {}, "two-metadata": metadata}
    several = manifest_of(tmp_path, dump(two)).path
    said = say(command[0], several, *command[1:])
    assert f"choose one by {option}" in said.out + said.err


def test_a_missing_image_names_the_file_that_was_looked_for(say: Say, tmp_path: Path) -> None:
    Path("images").mkdir()
    said = say("check", "a.manifest", "--images", "list", "--image-dir", "images")
    assert f"there is no file {tmp_path}/images/bucket/good-0000.jpg" in said.out


@pytest.mark.parametrize("arguments", [("--line", "1"), ("--images", "."), ("--image", "a.png")])
def test_what_to_draw_needs_a_picture_to_draw(say: Say, arguments: tuple[str, ...]) -> None:
    said = say("inspect", "a.manifest", *arguments)
    assert said.code == 2
    assert "add --draw" in said.err


def test_a_picture_makes_the_folder_it_goes_to(say: Say) -> None:
    assert say("inspect", "a.manifest", "--draw", "new/folder/a.png").code == 0
    assert Path("new/folder/a.png").stat().st_size


def test_inspect_has_no_figures_of_nothing(say: Say, tmp_path: Path) -> None:
    outside = manifest_of(tmp_path, dump(record("s3://bucket/x.jpg", box(left=630)))).path
    assert "0 x 0" not in say("inspect", outside).out


def test_check_counts_in_the_words_of_inspect(say: Say) -> None:
    checked = say("check", "a.manifest", "--statistics").out
    assert "60; 1.0 a record, at most 1" in checked
    assert "most_boxes" not in checked


@pytest.mark.parametrize(
    ("arguments", "empty"),
    [(("--validation", "1e-9"), "validation"), (("--group-by", "s3:"), "train")],
)
def test_an_empty_side_of_the_split_is_warned_of(say: Say, arguments: tuple[str, ...], empty: str) -> None:
    said = say("convert", "a.manifest", "--output", "o", *arguments, "--format", "json")
    document = json.loads(said.out)
    assert document["findings"]["GT402"] == 1
    assert document[empty] == 0
    assert f"warning: {empty}.manifest is empty" in said.err
    assert said.code == 0


def test_a_group_that_matches_nothing_is_a_finding(say: Say) -> None:
    said = say("convert", "a.manifest", "--output", "o", "--group-by", "clip-([0-9]+)", "--format", "json")
    assert json.loads(said.out)["findings"]["GT416"] == 1


def test_convert_takes_the_classes_of_a_label_category_file(say: Say) -> None:
    Path("classes.json").write_text('{"labels": [{"label": "bus"}, {"label": "car"}]}')
    said = say(
        "convert", "a.manifest", "--output", "o", "--category-file", "classes.json", "--format", "json"
    )
    assert json.loads(said.out)["classes"] == ["bus", "car"]


def test_a_file_that_names_no_classes_is_a_wrong_call(say: Say) -> None:
    said = say("check", "a.manifest", "--category-file", "a.manifest")
    assert (said.code, said.out) == (2, "")
    assert "is not a label category file" in said.err


def test_a_dataset_that_is_not_there_is_a_wrong_call(say: Say) -> None:
    assert say("train", "none").code == 2
    Path("empty").mkdir()
    assert say("train", "empty").code == 2


@pytest.mark.parametrize("command", ["check", "convert", "inspect", "merge", "train", "rule", "redrive"])
def test_every_help_has_an_example_and_the_exit_codes(say: Say, command: str) -> None:
    text = " ".join(say(command, "--help").out.split())
    assert f"Example: groundtrain {command} " in text
    assert "exit code" in text


def test_a_reader_that_goes_away_ends_it_as_sigpipe_would(say: Say) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as broken:
        done = subprocess.run([*MAIN, "rule"], stdout=broken, stderr=subprocess.PIPE, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (141, b"")
