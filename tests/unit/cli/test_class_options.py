"""--rename-class, --drop-class and --emptied-records of convert and check."""

import json
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.label_samples import mask
from tests.manifest_lines import box, dump, manifest_of, record
from tests.unit.cli.test_hostile_text import TEXTS

HOSTILE = {name: text for name, text in TEXTS.items() if name != "long"}
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


def lines_of(*names: str) -> list[bytes]:
    """Boxes of these classes in turn, each class with an id of its own."""
    classes = {str(i): name for i, name in enumerate(names)}
    return [dump(record(f"s3://bkt/{i}.jpg", box(i % len(names)), classes=classes)) for i in range(60)]


def test_names_that_look_alike_come_with_a_table_ready_to_be_pasted(say: Say, tmp_path: Path) -> None:
    path = manifest_of(
        tmp_path / "alike", *lines_of("Car", "car", "traffic_light", "traffic light", "bus")
    ).path
    said = say("check", path).out
    table = said[said.index("  [dataset.classes]") : said.index("or for convert")]
    options = shlex.split(said.partition("or for convert and check:\n")[2].partition("\n")[0])
    assert tomllib.loads(table)["dataset"]["classes"]["rename"] == {
        "Car": "car",
        "traffic_light": "traffic light",
    }
    Path("dev.toml").write_text(f'region = "eu-west-1"\n{table}')
    for more in (options, ["--settings", "dev.toml"]):
        told = json.loads(say("convert", path, "--output", "out", *more, "--format", "json").out)
        assert told["classes"] == ["car", "traffic light", "bus"]
        assert "proposed_renames" not in told
        assert "GT313" not in told["findings"]


def test_a_proposed_table_has_what_the_settings_rename_already(say: Say, tmp_path: Path) -> None:
    path = manifest_of(tmp_path / "alike", *lines_of("VAN", "car", "bus")).path
    said = say("check", path, "--rename-class", "VAN=Car", "--rename-class", "bus=coach", "--format", "json")
    proposed = json.loads(said.out)["proposed_renames"]
    assert proposed == {"VAN": "car", "bus": "coach", "Car": "car"}


def test_nothing_is_proposed_for_masks_whose_ids_stay(say: Say, tmp_path: Path) -> None:
    masks = [dump(mask(i, "BACKGROUND", "Road", "road")) for i in range(60)]
    said = say("check", manifest_of(tmp_path / "masks", *masks).path)
    assert "spell them alike if they mean the same" in said.out
    assert "[dataset.classes]" not in said.out


def test_names_with_an_equals_sign_are_proposed_for_a_settings_file_only(say: Say, tmp_path: Path) -> None:
    said = say("check", manifest_of(tmp_path / "alike", *lines_of("A=1", "a=1")).path)
    assert (
        'if they mean the same, set rename = { "A=1" = "a=1" } in [dataset.classes] of a settings' in said.out
    )
    assert "--rename-class" not in said.out


def test_an_import_proposes_the_table_for_what_follows(say: Say) -> None:
    Path("boxes.csv").write_text("image,class\na.jpg,Cat\nb.jpg,cat\n", "utf-8")
    said = say(
        *("import", "csv", "boxes.csv", "--attribute", "kind", "--image-prefix", "s3://bkt/f/"),
        *("--output", "out.manifest"),
    )
    assert '  rename = { "Cat" = "cat" }' in said.err
    assert "  --rename-class Cat=cat" in said.err


def test_a_merge_proposes_the_table_for_what_follows(say: Say, tmp_path: Path) -> None:
    paths = [
        manifest_of(tmp_path / names[0], *lines_of(*names)).path for names in (("Car", "bus"), ("bus", "car"))
    ]
    lines = paths[1].read_bytes().replace(b"bkt/", b"bkt/v")
    paths[1].write_bytes(lines)
    said = say("merge", *paths, "--output", "both.manifest")
    assert '  rename = { "Car" = "car" }' in said.out
    told = json.loads(say("merge", *paths, "--output", "both.manifest", "--format", "json").out)
    assert told["proposed_renames"] == {"Car": "car"}


def test_the_sides_of_a_given_split_have_the_names_of_the_settings(say: Say, tmp_path: Path) -> None:
    training = manifest_of(tmp_path / "training", *lines_of("Car", "bus", "unsure")).path
    validation = manifest_of(tmp_path / "validation", *lines_of("car", "coach", "unsure")).path
    validation.write_bytes(validation.read_bytes().replace(b"bkt/", b"bkt/v"))
    options = (*CHANGED, "--rename-class", "coach=bus", "--format", "json")
    said = json.loads(say("check", training, "--validation-manifest", validation, *options).out)
    assert [one["labels"] for one in said["class_changes"]] == [20, 20, 40]
    assert not {"GT403", "GT434"} & said["counts"].keys()
    assert said["verdict"] == "will-train"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_hostile_names_do_no_harm_and_are_renamed_and_dropped(
    say: Say, tmp_path: Path, text: str, form: str
) -> None:
    path = manifest_of(tmp_path / "hostile", *lines_of(text, text.upper(), f"{text}!", "car")).path
    plain = say("check", path, "--format", form)
    options = ("--rename-class", f"{text}=car", "--drop-class", f"{text}!", "--drop-class", f"{text}?")
    changed = say("check", path, *options, "--format", form)
    for said in (plain, changed):
        assert [c for c in said.out + said.err if not c.isprintable() and c != "\n"] == []
        lines = (said.err if form == "github" else said.out + said.err).splitlines()
        assert [line for line in lines if line.lstrip().startswith("::") or "##[" in line] == []
    if form == "json":
        told = json.loads(changed.out)
        assert [one["labels"] for one in told["class_changes"]] == [15, 15, 0]
        assert [one["name"] for one in told["class_changes"]] == [text, f"{text}!", f"{text}?"]
