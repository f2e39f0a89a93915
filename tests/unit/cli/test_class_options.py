"""--rename-class, --drop-class and --emptied-records of convert and check."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.manifest_lines import box, dump, manifest_of, record

Say = Callable[..., SimpleNamespace]
NAMES = {"0": "Car", "1": "car", "2": "unsure"}
RENAMED = ("--rename-class", "Car=car")
CHANGED = (*RENAMED, "--drop-class", "unsure")


@pytest.fixture
def many(tmp_path: Path) -> Path:
    lines = [dump(record(f"s3://bkt/{i}.jpg", box(i % 3), classes=NAMES)) for i in range(60)]
    return manifest_of(tmp_path / "many", *lines).path


def test_convert_renames_drops_and_says_so(say: Say, many: Path) -> None:
    said = say("convert", many, "--output", "out", *CHANGED)
    assert said.code == 0
    assert 'GT314  class-renamed                  "Car" is "car" now, on 20 boxes: no action' in said.out
    assert "--rename-class has the names" in said.out
    assert '"unsure" is dropped, with 20 boxes' in said.out
    assert "GT440  left-out-with-its-classes  20  add --emptied-records keep" in said.out
    assert json.loads(Path("out/dataset.json").read_bytes())["classes"] == ["car"]


@pytest.mark.parametrize("command", [("convert", "--output", "out"), ("check",)])
def test_json_has_what_became_of_each_class(command: tuple[str, ...], say: Say, many: Path) -> None:
    said = json.loads(say(*command, many, *CHANGED, "--drop-class", "nix", "--format", "json").out)
    assert said["class_changes"] == [
        {"name": "Car", "becomes": "car", "labels": 20, "already_there": 0},
        {"name": "unsure", "becomes": "", "labels": 20, "already_there": 0},
        {"name": "nix", "becomes": "", "labels": 0, "already_there": 0},
    ]
    assert "class_changes" not in json.loads(say(*command, many, "--format", "json").out)


def test_emptied_records_are_kept_when_asked(say: Say, many: Path) -> None:
    said = say("convert", many, "--output", "out", *CHANGED, "--emptied-records", "keep", "--format", "json")
    assert json.loads(said.out)["statistics"]["without_objects"] == 20


def test_options_come_before_the_settings_file_one_by_one(say: Say, many: Path) -> None:
    Path("dev.toml").write_text(
        'region = "eu-west-1"\n[dataset.classes]\nrename = { "car" = "auto" }\ndrop = ["unsure"]\n'
    )
    said = say("convert", many, "--output", "out", "--settings", "dev.toml", *RENAMED, "--format", "json")
    assert json.loads(said.out)["classes"] == ["car"]


@pytest.mark.parametrize("command", [("convert", "--output", "out"), ("check",)])
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--rename-class", "Car"), '"Car" has no new name: write OLD=NEW'),
        (
            ("--rename-class", "a=b=c"),
            '"a=b=c" has several "=": write names that have one',
        ),
        (("--rename-class", "a=b", "--rename-class", "a=c"), '"a" is to get two names'),
        (("--rename-class", "a="), "--rename-class: a name in which nothing is visible"),
        (("--rename-class", "a=b", "--rename-class", "b=a"), '--rename-class: "a" would become "b", which'),
        (("--rename-class", "a=b", "--drop-class", "a"), '"a" is to be dropped as well'),
        (("--drop-class", ""), "--drop-class: a name in which nothing is visible"),
        (("--emptied-records", "no"), "'no' is not one of 'drop', 'keep'"),
    ],
)
def test_names_that_cannot_be_are_a_wrong_call(
    command: tuple[str, ...], options: tuple[str, ...], reason: str, say: Say, many: Path
) -> None:
    said = say(*command, many, *options)
    assert said.code == 2
    assert reason in said.err


def test_check_names_the_place_where_a_class_is_misspelt(say: Say, many: Path) -> None:
    said = say("check", many, "--drop-class", "Unsure")
    assert (
        'GT316 no record has the class "Unsure"; there is "unsure": correct the name in --rename-class or'
        " --drop-class" in said.out
    )
