"""What becomes of a fastText file; examples are those of its tutorial on text classification."""

from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.formats.fasttext import FASTTEXT
from tests.imported_labels import imported

COOKING = (
    "__label__sauce __label__cheese How much does potato starch affect a cheese sauce recipe?",
    "__label__food-safety Dangerous pathogens capable of growing in acidic environments",
)


def of(tmp_path: Path, *lines: str, **options: Any) -> Any:
    (tmp_path / "a.txt").write_text("\n".join(lines) + "\n", "utf-8", newline="")
    return imported(FASTTEXT, tmp_path / "a.txt", options=options, prefix="")


def test_a_text_has_several_classes(tmp_path: Path) -> None:
    got = of(tmp_path, *COOKING)
    assert got.told.type == "groundtruth/text-classification-multilabel"
    assert got.told.classes == ("sauce", "cheese", "food-safety")
    assert [(line["source"], line["pets"]) for line in got.lines] == [
        ("How much does potato starch affect a cheese sauce recipe?", [0, 1]),
        ("Dangerous pathogens capable of growing in acidic environments", [2]),
    ]
    assert (got.lost, got.beside) == ({}, {})


def test_texts_of_one_class_each_are_of_one_class(tmp_path: Path) -> None:
    got = of(tmp_path, COOKING[1], "__label__a  x  y\r", "", "\t__label__a\t__label__a z")
    assert got.told.type == "groundtruth/text-classification"
    assert [line["source"] for line in got.lines[1:]] == ["x  y", "z"]
    several = of(tmp_path, COOKING[1], type="text-classification-multilabel")
    assert several.told.type == "groundtruth/text-classification-multilabel"
    with pytest.raises(ManifestError, match="line 1: 2 classes of one text"):
        of(tmp_path, *COOKING, type="text-classification")


def test_labels_within_a_text_are_labels_and_told(tmp_path: Path) -> None:
    got = of(tmp_path, "__label__a one __label__b two x__label__c __label__d")
    assert (got.lines[0]["source"], got.told.classes) == ("one two x__label__c", ("a", "b", "d"))
    assert got.beside == {"labels within texts, taken out of them": [f"{tmp_path}/a.txt line 1"]}


def test_lines_without_label_or_text_are_counted(tmp_path: Path) -> None:
    got = of(tmp_path, "just a text", COOKING[0], "__label__a ")
    assert len(got.lines) == 1
    assert got.lost == {
        "lines without a label, which fastText passes over": [f"{tmp_path}/a.txt line 1"],
        "lines without a text": [f"{tmp_path}/a.txt line 3"],
    }


def test_labels_may_begin_otherwise(tmp_path: Path) -> None:
    got = of(tmp_path, "#a.b* x", label_prefix="#")
    assert got.told.classes == ("a.b*",)
    assert of(tmp_path, "__lang__(de Guten Tag", label_prefix="__lang__(").told.classes == ("de",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no line has a label"),
        (b"no label here\n", "begin with __label__: no line has a label"),
        (b'{"images":[],"annotations":[]}', "is a COCO file, and not a fastText file"),
        (b"__label__a x\n__label__a \xff\n", "line 2 is not UTF-8"),
        (b"__label__ x\n", "a class has no visible character"),
        (b"__label__a \n", "there is nothing to write: lines without a text: 1"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(GroundtrainError) as raised:
        imported(FASTTEXT, tmp_path / "a.txt", prefix="")
    assert words in raised.value.message


def test_files_without_an_end_or_line_ends_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(1 << 40)
    with pytest.raises(ManifestError, match="is a binary file"):
        imported(FASTTEXT, tmp_path / "huge")
    (tmp_path / "long").write_bytes(b"__label__a " + b"x" * (70 << 20))
    with pytest.raises(ManifestError, match="line 1 is longer than"):
        imported(FASTTEXT, tmp_path / "long")


def test_a_file_says_in_words_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n".join(COOKING))
    assert FASTTEXT.counted is not None
    assert FASTTEXT.counted(tmp_path / "a.txt") == "2 texts, 3 classes"
