"""What check, convert and inspect say of a manifest, beyond its findings."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from groundtrain.dataset import overview
from groundtrain.dataset.passes.manifest_passes import read_manifest
from tests.manifest_lines import box, dump, good, manifest_of, record

Say = Callable[..., SimpleNamespace]


def test_check_has_one_answer_where_the_gate_of_the_default_settings_is_closed(
    say: Say, tmp_path: Path
) -> None:
    few = manifest_of(tmp_path, *good(12)).path
    said = say("check", few)
    assert said.out.splitlines()[-1].startswith(
        f"{few}: could train, but the gate of the default settings is closed: 12 records can be used"
    )
    assert "will train" not in said.out
    assert said.code == 1
    document = json.loads(say("check", few, "--format", "json").out)
    assert document["verdict"] == "gate-closed"
    assert document["gate"] == {"open": False, "reasons": document["because"]}
    assert "fewer than 20" in document["because"][0]


def test_check_and_convert_name_the_same_reasons(say: Say, tmp_path: Path) -> None:
    few = manifest_of(tmp_path, *good(12)).path
    checked = json.loads(say("check", few, "--format", "json").out)
    converted = json.loads(say("convert", few, "--output", "o", "--format", "json").out)
    assert checked["gate"] == converted["gate"]


def test_convert_says_whose_gate_it_is(say: Say, tmp_path: Path) -> None:
    few = manifest_of(tmp_path, *good(12)).path
    assert "The gate of the default settings is closed:" in say("convert", few, "--output", "o").out
    Path("dev.toml").write_text('region = "eu-west-1"\n')
    said = say("convert", few, "--output", "o", "--settings", "dev.toml")
    assert "The gate of dev.toml is closed:" in said.out


def test_a_picture_makes_the_folder_it_goes_to(say: Say) -> None:
    assert say("inspect", "a.manifest", "--draw", "new/folder/a.png").code == 0
    assert Path("new/folder/a.png").stat().st_size


def test_inspect_has_no_figures_of_nothing(say: Say, tmp_path: Path) -> None:
    outside = manifest_of(tmp_path, dump(record("s3://bucket/x.jpg", box(left=620)))).path
    assert "0 x 0" not in say("inspect", outside).out


def test_inspect_counts_what_an_adjustment_job_changed(say: Say, tmp_path: Path) -> None:
    stati = ["adjusted", "unadjusted", "unadjusted", 7, ["adjusted"]]
    lines = [
        dump(record(f"s3://bucket/{i}.jpg", box(), **{"adjustment-status": status}))
        for i, status in enumerate(stati)
    ]
    adjusted = manifest_of(tmp_path, *lines).path
    assert "1 record, 2 left as they were" in say("inspect", adjusted).out
    assert "left as they were" not in say("inspect", "a.manifest").out
    document = json.loads(say("inspect", adjusted, "--format", "json").out)
    figures = document["labels"][0]["statistics"]
    assert (figures["adjusted"], figures["unadjusted"]) == (1, 2)


def test_check_counts_in_the_words_of_inspect(say: Say) -> None:
    checked = say("check", "a.manifest", "--statistics").out
    assert "60; 1.0 a record, at most 1" in checked
    assert "most_boxes" not in checked


def test_an_empty_side_of_the_split_is_warned_of_with_what_to_do(say: Say) -> None:
    said = say("convert", "a.manifest", "--output", "o", "--group-by", "s3:", "--format", "json")
    document = json.loads(said.out)
    assert document["findings"]["GT402"] == 1
    assert document["train"] == 0
    assert "warning: train.manifest is empty, for all 60 records are in one group; training" in said.err
    assert "fix: group less coarsely by --group-by" in said.err
    assert said.code == 0


def test_an_empty_side_of_the_split_is_one_finding_with_settings_too(say: Say, tmp_path: Path) -> None:
    settings = tmp_path / "dev.toml"
    settings.write_text('region = "eu-west-1"\n[dataset]\ngroup_by = "s3:"\n')
    said = say("check", "a.manifest", "--settings", settings, "--format", "json")
    assert json.loads(said.out)["counts"]["GT402"] == 1


def test_a_group_that_matches_nothing_is_a_finding(say: Say) -> None:
    said = say("convert", "a.manifest", "--output", "o", "--group-by", "clip-([0-9]+)", "--format", "json")
    assert json.loads(said.out)["findings"]["GT416"] == 1


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "", "a" * 257])
@pytest.mark.parametrize("command", [("check",), ("convert", "--output", "o"), ("merge", "--output", "o")])
def test_a_label_attribute_that_cannot_be_streamed_is_refused(
    say: Say, tmp_path: Path, name: str, command: tuple[str, ...]
) -> None:
    lines = [json.loads(line) for line in good(3)]
    named = [{key.replace("boxes", name): value for key, value in line.items()} for line in lines]
    manifest_of(tmp_path / "named", *map(dump, named))
    said = say(command[0], tmp_path / "named" / "output.manifest", *command[1:])
    assert said.code in (1, 2)
    assert "cannot be streamed" in said.out + said.err


def test_convert_takes_the_classes_of_a_label_category_file(say: Say) -> None:
    Path("classes.json").write_text('{"labels": [{"label": "bus"}, {"label": "car"}]}')
    said = say(
        "convert", "a.manifest", "--output", "o", "--category-file", "classes.json", "--format", "json"
    )
    assert json.loads(said.out)["classes"] == ["bus", "car"]


@pytest.mark.parametrize("command", [("check",), ("train", "--dry-run")])
def test_a_misspelt_size_of_an_instance_type_is_warned_of(say: Say, command: tuple[str, ...]) -> None:
    Path("dev.toml").write_text('region = "eu-west-1"\n[training]\ninstance_types = ["ml.g5.2xlrge"]\n')
    said = say(command[0], "a.manifest", *command[1:], "--settings", "dev.toml")
    assert "ml.g5.2xlrge is no instance type that is known; the nearest is ml.g5.2x" in said.out + said.err
    assert said.code == 0


def test_convert_says_that_the_stable_split_of_a_small_set_is_off(say: Say, tmp_path: Path) -> None:
    small = manifest_of(tmp_path, *good(44)).path
    said = say("convert", small, "--output", "o")
    assert "Validation has 6 of 44 records (14%), where 10% was asked: a stable split" in said.out
    closer = say("convert", small, "--output", "o", "--split", "stratified")
    assert "was asked" not in closer.out
    large = manifest_of(tmp_path, *good(2000)).path
    assert "was asked" not in say("convert", large, "--output", "o").out


def test_images_of_one_size_have_it_said_once(say: Say) -> None:
    out = say("inspect", "a.manifest").out
    assert "640 x 480 pixels" in out
    assert " to 640 x 480" not in out


def test_of_very_many_label_attributes_the_first_are_looked_at_and_the_others_counted(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = []
    monkeypatch.setattr(overview, "read_manifest", lambda *a, **k: passes.append(1) or read_manifest(*a, **k))
    labels = {f"kind{i}": 0 for i in range(250)}
    about = {"class-name": "a", "type": "groundtruth/image-classification"}
    line = {"source-ref": "s3://b/a.jpg", **labels, **{f"{name}-metadata": about for name in labels}}
    many = manifest_of(tmp_path, dump(line)).path
    said = say("inspect", many)
    assert "and 150 more label attributes; --label NAME shows one of them\n" in said.out
    assert said.out.endswith(" bytes, 250 label attributes\n")
    assert len(passes) == overview.MOST_LABELS == 100
    assert json.loads(say("inspect", many, "--format", "json").out)["labels_not_shown"] == 150
    assert say("inspect", many, "--label", "kind249").out.endswith("kind249 usable 0, rejected 1\n")


def test_former_names_of_options_go_on_working(say: Say) -> None:
    for option in ("--image-dir", "--images"):
        said = say("inspect", "a.manifest", "--draw", "a.png", option, ".")
        assert "for there is no file" in said.err
    assert "--images" not in say("inspect", "--help").out


def test_convert_leaves_out_unused_classes_where_that_is_typed(say: Say, tmp_path: Path) -> None:
    lines = [dump(record(f"s3://acme/{i}.jpg", box(), classes={"0": "car", "1": "bus"})) for i in range(60)]
    listed = manifest_of(tmp_path / "in", *lines).path
    document = json.loads(say("convert", listed, "--output", "o", "--format", "json").out)
    assert "or add --unused-classes drop" in document["gate"]["reasons"][0]
    without = say("convert", listed, "--output", "o", "--unused-classes", "drop", "--format", "json")
    assert json.loads(without.out)["classes"] == ["car"]
