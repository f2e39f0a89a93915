"""Sides that exist are kept where the environment follows them, and told where it does not."""

import json
from pathlib import Path

import pytest

from groundtrain.dataset.convert import convert
from groundtrain.manifest.source import FileManifest
from groundtrain.settings.dataset_settings import DatasetSettings
from tests.label_files import LABEL_FILES
from tests.manifest_lines import good
from tests.merged import manifest_file
from tests.mocked_aws import MockedAws
from tests.published import Say, settings_file

FOLLOWS = '[dataset]\nsplit_attribute = "side"\n'
WORDS = ("a.manifest", "--validation-manifest", "b.manifest")
MANIFEST = "manifests/a.manifest"


@pytest.fixture
def split(say: Say, aws: MockedAws, tmp_path: Path) -> None:
    settings_file(tmp_path, rest=FOLLOWS)
    for name, lines in (("a", good(20)), ("b", good(4, "v")), ("c", good(3, "t"))):
        stored = [line.replace(b"s3://bucket/", b"s3://labels/") for line in lines]
        if name == "b":  # which its manifest knows better
            stored = [line[:-1] + b',"side":"train"}' for line in stored]
        manifest_file(tmp_path / f"{name}.manifest", stored)
        for line in stored:
            aws.put(json.loads(line)["source-ref"].rpartition("/")[2], b"image")


@pytest.mark.usefixtures("split")
def test_a_split_is_published_as_one_manifest_whose_lines_say_their_side(
    say: Say, aws: MockedAws, tmp_path: Path
) -> None:
    said = say(*WORDS, "--test-manifest", "c.manifest")
    assert said.code == 0, said.err
    text = aws.get(MANIFEST, "labels")
    sides = [json.loads(line)["side"] for line in text.splitlines()]
    assert sides == ["test"] * 3 + ["validation"] * 4 + ["train"] * 20
    Path("there").write_bytes(text)
    settings = DatasetSettings(split_attribute="side")
    made = convert(FileManifest(Path("there")), settings, tmp_path / "d").contents
    assert [side.records for side in made.sides] == [20, 4, 3]
    for name in ("a", "b", "c"):
        side = {"a": "train", "b": "validation", "c": "test"}[name]
        given = Path(f"{name}.manifest").read_bytes().replace(b',"side":"train"', b"")
        assert (tmp_path / "d" / f"{side}.manifest").read_bytes() == given


@pytest.mark.usefixtures("split")
def test_an_image_in_two_manifests_is_told_with_both_and_lost_by_training(
    say: Say, aws: MockedAws, tmp_path: Path
) -> None:
    leaking = Path("a.manifest").read_bytes().splitlines()[4]
    manifest_file(tmp_path / "b.manifest", [*Path("b.manifest").read_bytes().splitlines(), leaking])
    said = say(*WORDS)
    assert said.code == 0, said.err
    assert "a.manifest:5 GT431 line 5 of b.manifest has the same source" in said.err
    assert "will train without 1 line" in said.out


@pytest.mark.usefixtures("split")
def test_where_the_environment_splits_anew_a_split_is_refused_with_the_setting(
    say: Say, aws: MockedAws, tmp_path: Path
) -> None:
    settings_file(tmp_path)
    said = say(*WORDS)
    assert said.code == 2
    assert 'set split_attribute = "split" in [dataset] of its settings, deploy, and publish again' in said.err
    assert MANIFEST not in aws.written("labels")


@pytest.mark.usefixtures("split")
@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((*WORDS, "--from", "coco"), 2, "import each of them first"),
        (("a.manifest", "--test-manifest", "c.manifest"), 2, "add --validation-manifest"),
        (("a.manifest", "--validation-manifest", "a.manifest"), 2, "for training and for validation"),
        (("a.manifest", "--validation-manifest", "none"), 2, "none: there is no such file"),
        (("a.manifest", "--validation-manifest", "yard.coco.json"), 1, "groundtrain import coco"),
        (("yard.coco.json", "--validation-manifest", "b.manifest"), 1, "groundtrain import coco"),
        (("a.manifest", "--validation-manifest", "week2.manifest"), 1, "--take week2 --label boxes"),
    ],
)
def test_what_is_no_split_is_refused_and_nothing_uploaded(
    say: Say, aws: MockedAws, words: tuple[str, ...], code: int, told: str
) -> None:
    text = Path("b.manifest").read_bytes().replace(b'"boxes', b'"week2')
    Path("week2.manifest").write_bytes(text)
    said = say(*words)
    assert said.code == code
    assert told in " ".join(said.err.split())
    assert MANIFEST not in aws.written("labels")


def test_sides_of_another_tool_that_are_not_kept_are_told(say: Say, aws: MockedAws, tmp_path: Path) -> None:
    LABEL_FILES["yolo"](tmp_path / "yard-yolo", "a.jpg", "car")
    said = say("yard-yolo", "--from", "yolo", "--force", "--dry-run")
    assert "Its own sides (train 1) are not kept: the environment splits anew. To keep them, set" in said.err
    settings_file(tmp_path, rest='[dataset]\nsplit_attribute = "split"\n')
    assert "are not kept" not in say("yard-yolo", "--from", "yolo", "--force", "--dry-run").err
