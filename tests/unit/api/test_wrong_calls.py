"""A wrong call is told in a sentence that names the argument, with a way on."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import groundtrain as gt
from tests.manifest_lines import box, dump, good, manifest_of, record


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    manifest_of(tmp_path, *good(30)).path.rename("a.manifest")
    line = record("s3://bucket/a.jpg", box())
    two = {**line, "cars": line["boxes"], "cars-metadata": line["boxes-metadata"]}
    manifest_of(tmp_path, dump(two)).path.rename("two.manifest")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: gt.check("none"), "none: there is no such file: check the path"),
        (lambda: gt.check(None), 'manifest=: expected a path, got "None"'),
        (lambda: gt.check(5), 'manifest=: expected a path, got "5"'),  # type: ignore[arg-type]
        (lambda: gt.read("two.manifest"), "choose one by label=: "),
        (lambda: gt.check("a.manifest", label="cars"), "no label attribute cars"),
        (
            lambda: gt.check("a.manifest", fix=True),
            "for the fixed manifest: add output=FILE",
        ),
        (lambda: gt.check("a.manifest", output="b"), "add fix="),
        (
            lambda: gt.check("a.manifest", fix=True, output="a.manifest"),
            'output="a.manifest" would',
        ),
        (lambda: gt.check("a.manifest", sample=3), 'add images="list"'),
        (lambda: gt.check("a.manifest", images="list", sample=0), "sample=: expected a number from 1 on"),
        (lambda: gt.check("a.manifest", images="list", image_dir="none"), 'image_dir="none" is no folder'),
        (
            lambda: gt.check("a.manifest", purpose="detection"),  # type: ignore[arg-type]
            "purpose=: 'detection' is not one of",
        ),
        (lambda: gt.check("a.manifest", ignore=["GT999"]), "ignore=: there is no rule GT999"),
        (lambda: gt.check("a.manifest", ignore=5), "ignore=: expected a text, or a list of texts"),  # type: ignore[arg-type]
        (lambda: gt.check("a.manifest", settings="none.toml"), "none.toml"),
        (lambda: gt.check("a.manifest", rename_class={"a": ""}), "rename_class=: a name in which nothing"),
        (lambda: gt.check("a.manifest", rename_class=["a"]), "rename_class=: expected an object"),  # type: ignore[arg-type]
        (lambda: gt.check("a.manifest", test_manifest="b"), "add validation_manifest="),
        (lambda: gt.check("S3://bucket/key"), "the scheme of an address"),
        (
            lambda: gt.convert("a.manifest", output="o", validation=1.5),
            "validation=: expected a number < ",
        ),
        (lambda: gt.convert("a.manifest", output="o", validation="a"), "validation=: expected a number, got"),  # type: ignore[arg-type]
        (lambda: gt.convert("a.manifest", output="o", test=0.95), "validation= and test=: "),
        (lambda: gt.convert("a.manifest", output="o", split="random"), "is not one of stable, stratified"),  # type: ignore[arg-type]
        (lambda: gt.convert("a.manifest", output="o", group_by="("), "group_by=: "),
        (lambda: gt.convert("a.manifest", output="."), 'output="." would overwrite a.manifest'),
        (lambda: gt.convert("a.manifest", output="s3://b/k"), 'output="s3://b/k" is an address'),
        (lambda: gt.convert("a.manifest", output="o", verified_by="x"), "give both"),
        (lambda: gt.convert("a.manifest", output="o", relabel_rules="GT2"), "add relabel=FILE"),
        (lambda: gt.merge(["a.manifest"], output="a.manifest"), 'output="a.manifest" would'),
        (lambda: gt.merge([], output="o"), "no manifest is named"),
        (lambda: gt.merge(["two.manifest"], output="o"), "choose one by take=, or several"),
        (
            lambda: gt.merge(["a.manifest"], output="o", drop_class="bus"),
            "the name under drop_class=",
        ),
        (lambda: gt.merge(["a.manifest"], output="o", iou_threshold=0.5), 'add overlap="unite"'),
        (
            lambda: gt.merge(["a.manifest"], output="o", overlap="unite", iou_threshold=2),
            "iou_threshold=: expected a number above 0 and at most 1, got 2",
        ),
        (lambda: gt.report("a.manifest", sample=2000), "sample=2000 are more records than a page can"),
        (lambda: gt.rehearse("a.manifest", ["no-such-program"]), "there is no program no-such-program"),
        (lambda: gt.rehearse("a.manifest", "python train.py"), "write its words as a list"),
        (lambda: gt.rehearse("a.manifest", []), "no program is named"),
        (lambda: gt.rehearse("a.manifest", ["true"], timeout="soon"), "timeout=: expected a duration"),
        (lambda: gt.read("none"), "none: there is no such file"),
        (lambda: gt.check(False), 'manifest=: expected a path, got "False"'),  # type: ignore[arg-type]
        (lambda: gt.convert("a.manifest", output=False), 'output=: expected a path, got "False"'),  # type: ignore[arg-type]
        (lambda: gt.rehearse("a.manifest", False), "command=: expected a text, or a list"),  # type: ignore[arg-type]
        (lambda: gt.check("a.manifest", images="list", sample=False), "sample=: expected a"),
        (lambda: gt.merge(["a.manifest"], output="o", iou_threshold=False), "iou_threshold=: expected a"),
        (lambda: gt.convert("a.manifest", output="/dev/null"), 'output="/dev/null" is a device'),
        (lambda: gt.report("s3://"), '"s3://" is not the address of an object in S3: write s3://bucket/key'),
        (lambda: gt.rehearse("s3:///k", ["true"]), '"s3:///k" is not the address of an object in S3'),
        (lambda: gt.check("a.manifest").to_pandas(5), 'there is no table "5": name one of findings'),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(gt.GroundtrainError) as caught:
        call()
    assert words in str(caught.value)
    assert caught.value.fix
    assert re.search(r"(^|\s)--[a-z]", str(caught.value)) is None


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b", Path("a\0b")], ids=ascii)
@pytest.mark.parametrize(
    ("argument", "call"),
    [
        ("manifest", gt.check),
        ("manifest", gt.read),
        ("manifests", lambda name: gt.merge([name], output="o")),
        ("output", lambda name: gt.convert("a.manifest", output=name)),
        ("output", lambda name: gt.merge(["a.manifest"], output=name)),
        ("relabel", lambda name: gt.convert("a.manifest", output="o", relabel=name)),
        ("predictions", lambda name: gt.report("a.manifest", predictions=name)),
        ("settings", lambda name: gt.check("a.manifest", settings=name)),
        ("category_file", lambda name: gt.read("a.manifest", category_file=name)),
        ("validation_manifest", lambda name: gt.check("a.manifest", validation_manifest=name)),
        ("image_dir", lambda name: gt.check("a.manifest", images="list", image_dir=name)),
        ("dataset", lambda name: gt.rehearse(name, ["true"])),
        ("command", lambda name: gt.rehearse("a.manifest", ["true", str(name)], override_gate=True)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_name_that_nothing_can_have_is_told(
    argument: str, call: Callable[[Any], Any], name: str | Path
) -> None:
    with pytest.raises(gt.WrongCallError, match=f"^{argument}=: expected .* can hold, got ") as caught:
        call(name)
    assert caught.value.fix == f"write another value for {argument}="
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("purpose", "a\ud800"),
        ("workers", "\ud800"),
        ("record_key", ["a", "\udc80"]),
        ("drop_class", "\ud800"),
        ("rename_class", {"\ud800": "a"}),
        ("rename_class", {"a": "\ud800"}),
    ],
)
def test_what_utf_8_cannot_hold_is_told(argument: str, value: object) -> None:
    check: Callable[..., gt.Check] = gt.check
    with pytest.raises(gt.WrongCallError, match=f"^{argument}=: expected text that UTF-8 can hold, got "):
        check("a.manifest", **{argument: value})


def test_an_address_that_is_no_text_is_told() -> None:
    with pytest.raises(gt.WrongCallError, match="manifest=: expected "):
        gt.check("s3://bucket/\udc80")


def test_an_error_holds_nothing_that_a_terminal_acts_upon() -> None:
    with pytest.raises(gt.GroundtrainError) as caught:
        gt.check("\x1b[2J\u202e.manifest")
    assert "\\u001b[2J\\u202e.manifest" in str(caught.value)
    assert str(caught.value).isprintable()


def test_an_address_as_a_path_is_the_address() -> None:
    with pytest.raises(gt.GroundtrainError, match=r"s3://bucket/key"):
        gt.check(Path("s3://bucket/key"))


def test_what_the_operating_system_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(gt.GroundtrainError, match="a part of it is a file"):
        gt.merge(["a.manifest"], output="file/merged")


def test_an_argument_that_there_is_not_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="labell"):
        gt.check("a.manifest", labell="boxes")  # type: ignore[call-arg]
