"""What the commands say of the sides of a split."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.label_files import blank_image, put
from tests.manifest_lines import box, dump, good, record
from tests.merged import manifest_file
from tests.unit.cli.test_hostile_manifest import hostile

Say = Callable[..., SimpleNamespace]
ROLE = "arn:aws:iam::111122223333:role/training"


def test_convert_holds_back_a_share_for_test_and_says_so(say: Say) -> None:
    said = say("convert", "a.manifest", "--output", "d", "--test", "0.2")
    assert said.code == 0
    assert "  test         8  d/test.manifest" in said.out
    assert len(Path("d/test.manifest").read_bytes().splitlines()) == 8
    assert say("convert", "a.manifest", "--output", "d").code == 0
    assert not Path("d/test.manifest").exists(), "the directory is replaced as a whole"


def test_convert_in_json_names_the_test_side_only_where_there_is_one(say: Say) -> None:
    said = say("convert", "a.manifest", "--output", "d", "--test", "0.2", "--format", "json")
    assert json.loads(said.out)["test"] == 8
    said = say("convert", "a.manifest", "--output", "d", "--format", "json")
    assert "test" not in json.loads(said.out)


def test_convert_says_where_the_share_for_test_is_off(say: Say) -> None:
    said = say("convert", "a.manifest", "--output", "d", "--test", "0.05")
    assert "Test has " in said.out
    assert "where 5% was asked" in said.out


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        (("--validation", "0.8", "--test", "0.2"), "validation 0.8 and test 0.2 leave nothing to train on"),
        (("--test", "1"), "--test"),
        (("--test", "-0.1"), "--test"),
        (("--test", "nan"), "nan is no number"),
        (("--test", "much"), "--test"),
    ],
)
def test_shares_that_cannot_be_are_refused(say: Say, shares: tuple[str, ...], told: str) -> None:
    said = say("convert", "a.manifest", "--output", "d", *shares)
    assert said.code == 2
    assert told in " ".join(said.err.split())


@pytest.mark.parametrize("value", ["1.0", "-0.5", "nan", '"0.1"', "0.95"])
def test_a_settings_file_with_an_impossible_share_is_refused_by_its_key(say: Say, value: str) -> None:
    Path("xx.toml").write_text(f'region = "eu-west-1"\n[dataset]\ntest = {value}\n', encoding="utf-8")
    said = say("check", "a.manifest", "--settings", "xx.toml")
    assert said.code == 2
    assert "dataset.test" in said.err


def test_check_counts_the_test_side_of_its_settings(say: Say) -> None:
    Path("xx.toml").write_text('region = "eu-west-1"\n[dataset]\ntest = 0.2\n', encoding="utf-8")
    said = say("check", "a.manifest", "--settings", "xx.toml", "--statistics")
    assert ", test 8, left out 0" in said.out
    said = say("check", "a.manifest", "--settings", "xx.toml", "--format", "json")
    assert json.loads(said.out)["test"] == 8


def split_of(*, leak: bool = True) -> tuple[str, ...]:
    """The call's words for a split: b has an image of a.manifest on its second line, c has none."""
    leaking = [record("s3://bucket/good-0003.jpg", box())] if leak else []
    manifest_file(Path("b.manifest"), [*good(1, "v"), *map(dump, leaking), *good(15, "w")])
    manifest_file(Path("c.manifest"), good(4, "t"))
    return "a.manifest", "--validation-manifest", "b.manifest", "--test-manifest", "c.manifest"


def test_check_names_manifest_and_line_of_what_is_in_two(say: Say) -> None:
    said = say("check", *split_of())
    assert said.code == 1
    assert "a.manifest with b.manifest and c.manifest: 81 records, label boxes" in said.out
    assert "  a.manifest:4 GT431 line 2 of b.manifest has the same source: " in said.out
    assert "a.manifest with b.manifest and c.manifest: will train without 1 line" in said.out
    assert "checked by itself" not in said.err


def test_a_sound_split_is_clean(say: Say) -> None:
    assert say("check", *split_of(leak=False)).code == 0


def test_check_in_json_names_the_manifest_of_each_finding(say: Say) -> None:
    told = json.loads(say("check", *split_of(), "--format", "json").out)
    assert told["manifests"] == {"train": "a.manifest", "validation": "b.manifest", "test": "c.manifest"}
    assert (told["train"], told["validation"], told["test"]) == (59, 17, 4)
    (leak,) = (one for one in told["findings"] if one["code"] == "GT431")
    assert (leak["manifest"], leak["line"]) == ("a.manifest", 4)
    assert told["counts"]["GT431"] == 1


def test_check_in_sarif_and_on_github_places_it_in_that_file(say: Say) -> None:
    run = json.loads(say("check", *split_of(), "--format", "sarif").out)["runs"][0]
    (leak,) = (one for one in run["results"] if one["ruleId"] == "GT431")
    place = leak["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("a.manifest", 4)
    assert (
        "::error file=a.manifest,line=4,title=GT431 " in say("check", *split_of(), "--format", "github").out
    )


def test_what_is_on_a_whole_manifest_is_placed_in_it_too(say: Say) -> None:
    words = split_of(leak=False)
    bus = [dump(record(f"s3://bucket/b{i}.jpg", box(), classes={"0": "bus"})) for i in range(3)]
    manifest_file(Path("c.manifest"), bus)
    run = json.loads(say("check", *words, "--format", "sarif").out)["runs"][0]
    places = {
        (one["ruleId"], one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for one in run["results"]
    }
    assert {("GT434", "c.manifest"), ("GT403", "a.manifest"), ("GT403", "b.manifest")} <= places
    text = say("check", *words).out
    assert '  c.manifest GT434 class ids differ: 0 is "bus" here and "car" for training: ' in text
    assert "::warning file=c.manifest,title=GT434 " in say("check", *words, "--format", "github").out


def test_another_label_attribute_is_a_finding_on_its_manifest(say: Say) -> None:
    words = split_of()
    renamed = [text.replace(b'"boxes', b'"week2') for text in good(9, "v")]
    manifest_file(Path("b.manifest"), renamed)
    said = say("check", *words)
    assert said.code == 1
    assert "b.manifest GT433 the label attribute for training is boxes" in said.out
    assert "a.manifest with b.manifest and c.manifest: will not train, because: b.manifest: the label" in (
        said.out
    )
    assert json.loads(say("check", *words, "--format", "json").out)["counts"] == {"GT433": 1}
    run = json.loads(say("check", *words, "--format", "sarif").out)["runs"][0]
    (result,) = run["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "b.manifest"
    said = say("convert", *words, "--output", "d")
    assert said.code == 1
    assert "groundtrain merge b.manifest --take week2 --label boxes --output FILE" in said.err
    merged = say(*("merge", "b.manifest", "--take", "week2", "--label", "boxes", "--output", "e.manifest"))
    assert merged.code == 0
    assert say("check", "a.manifest", "--validation-manifest", "e.manifest").code == 0


def test_convert_writes_the_sides_that_are_given(say: Say) -> None:
    said = say("convert", *split_of(), "--output", "d")
    assert said.code == 0
    assert "GT431  image-in-two-manifests  1" in said.out
    assert Path("d/validation.manifest").read_bytes() == Path("b.manifest").read_bytes()
    assert Path("d/test.manifest").read_bytes() == Path("c.manifest").read_bytes()
    assert len(Path("d/train.manifest").read_bytes().splitlines()) == 59
    assert "stable split" not in said.out
    told = json.loads(say("convert", *split_of(), "--output", "d", "--format", "json").out)
    assert told["manifests"]["validation"] == "b.manifest"


def test_a_dataset_of_a_given_split_can_be_trained_on(say: Say) -> None:
    say("convert", *split_of(), "--output", "d")
    assert say("train", "d", "--dry-run", "--settings", "none").code == 2
    said = say("train", "d", "--dry-run", "--datasets", "s3://data-sets", "--role", ROLE)
    assert "test.manifest" not in said.out
    assert "validation.manifest" in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("a.manifest", "--test-manifest", "b.manifest"), "add --validation-manifest"),
        (
            ("a.manifest", "b.manifest", "--validation-manifest", "c.manifest"),
            "and 2 were named fix: join them",
        ),
        (("a.manifest", "--validation-manifest", "a.manifest"), "is named for training and for validation"),
        (("a.manifest", "--validation-manifest", "./a.manifest"), "named for training and for validation"),
        (
            ("a.manifest", "--validation-manifest", "b.manifest", "--test-manifest", "link"),
            "link is named for validation and for test",
        ),
        (("-", "--validation-manifest", "-"), "- is named for training and for validation"),
        (("a.manifest", "--validation-manifest", "none"), "none: there is no such file"),
        (("a.manifest", "--validation-manifest", "folder"), "folder is a directory"),
        (("a.manifest", "--validation-manifest", "S3://b/k"), "the scheme of an address"),
    ],
)
@pytest.mark.parametrize("command", [("check",), ("convert", "--output", "d")])
def test_a_split_that_cannot_be_is_refused_in_words(
    say: Say, command: tuple[str, ...], words: tuple[str, ...], told: str
) -> None:
    split_of()
    Path("folder").mkdir()
    Path("link").symlink_to("b.manifest")
    said = say(command[0], *words, *command[1:])
    assert said.code == 2
    assert told in " ".join(said.err.split())
    assert not Path("d").exists()


@pytest.mark.parametrize(
    "option",
    [("--validation", "0.2"), ("--test", "0.2"), ("--split", "stratified"), ("--split-attribute", "side")],
)
def test_options_that_split_one_manifest_do_not_go_with_a_given_split(
    say: Say, option: tuple[str, ...]
) -> None:
    said = say("convert", *split_of(), "--output", "d", *option)
    assert said.code == 2
    assert f"{option[0]} splits one manifest; with --validation-manifest the sides are given" in said.err


def test_fixes_of_a_split_are_refused_in_words(say: Say) -> None:
    said = say("check", *split_of(), "--fix", "--output", "f")
    assert said.code == 2
    assert (
        "--fix fixes one manifest at a time\n    fix: fix each by itself, then check them together"
        in said.err
    )
    said = say("check", "a.manifest", "b.manifest", "--fix", "--output", "f")
    assert "--fix fixes one manifest at a time\n    fix: fix each by itself" in said.err
    assert not Path("f").exists()


def test_inspect_counts_the_sides_that_lines_state(say: Say) -> None:
    said = [*("train",) * 3, "Val", "test", "unsure", None, 3, {"a": 1}]
    lines = [
        {**record(f"s3://bucket/{n}.jpg", box()), **({} if side is None else {"split": side})}
        for n, side in enumerate(said)
    ]
    manifest_file(Path("s.manifest"), [*map(dump, lines), b'{"split":"test"', b'{"x":"\xff"split""}'])
    assert "The attribute split says: train 3, validation 1, test 1\n" in say("inspect", "s.manifest").out
    told = json.loads(say("inspect", "s.manifest", "--format", "json").out)
    assert told["sides"] == {"train": 3, "validation": 1, "test": 1}
    assert "sides" not in json.loads(say("inspect", "a.manifest", "--format", "json").out)


def test_equal_images_under_two_names_are_told_with_both_manifests(say: Say) -> None:
    words = split_of(leak=False)
    put(Path("images"), {f"{name}.jpg": blank_image() for name in ("good-0000", "v-0000")})
    said = say("check", *words, "--images", "full", "--image-dir", "images", "--format", "json")
    (found,) = (one for one in json.loads(said.out)["findings"] if one["code"] == "GT612")
    assert (found["manifest"], found["line"]) == ("a.manifest", 1)
    assert found["message"] == "the same content as the image of line 1 of b.manifest"


def test_what_is_to_be_labeled_again_is_written_of_one_manifest(say: Say) -> None:
    said = say("convert", *split_of(), "--output", "d", "--relabel", "again.manifest")
    assert said.code == 2
    assert "--relabel is for one manifest\n    fix: convert those of a split by themselves" in said.err
    assert not Path("d").exists()


def test_a_dataset_does_not_replace_a_manifest_that_it_is_made_of(say: Say) -> None:
    words = split_of()
    Path("d").mkdir()
    Path("b.manifest").rename("d/b.manifest")
    said = say("convert", *(word.replace("b.man", "d/b.man") for word in words), "--output", "d")
    assert said.code == 2
    assert "--output d would overwrite d/b.manifest, which is read" in said.err


def test_what_is_no_manifest_is_told_by_its_name(say: Say) -> None:
    words = split_of()
    Path("b.manifest").write_text('{"images":[],"annotations":[],"categories":[]}')
    said = say("check", *words)
    assert said.code == 1
    assert said.out.startswith(
        "a.manifest with b.manifest and c.manifest: will not train, because: b.manifest "
    )


def test_images_at_fault_are_told_of_their_manifest(say: Say) -> None:
    words = split_of(leak=False)
    for name, content in (("good-0000", b"same"), ("v-0000", b"same"), ("good-0001", b"other")):
        Path("images").mkdir(exist_ok=True)
        Path(f"images/{name}.jpg").write_bytes(content)
    said = say("check", *words, "--images", "list", "--image-dir", "images", "--format", "json")
    found = json.loads(said.out)["findings"]
    assert ("c.manifest", 1) in {(one["manifest"], one["line"]) for one in found if one["code"] == "GT601"}


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_hostile_text_of_a_second_manifest_does_no_harm(say: Say, form: str) -> None:
    words = split_of()
    Path("c.manifest").write_bytes(hostile("\x1b[2J\r\n::error::x\u202e"))
    said = say("check", *words, "--format", form)
    assert "\x1b" not in said.out + said.err
    assert "\u202e" not in said.out + said.err
    assert not any(line.startswith("::error::") for line in (said.out + said.err).splitlines())
