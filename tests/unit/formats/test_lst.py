"""What becomes of an MXNet list; lines are those that MXNet's im2rec and GluonCV's tutorials show."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.formats.lst import LST
from tests.imported_labels import imported


def of(tmp_path: Path, *lines: str, images: Path | None = None, categories: tuple[str, ...] = ()) -> Any:
    (tmp_path / "a.lst").write_text("\n".join(lines) + "\n", "utf-8")
    return imported(LST, tmp_path / "a.lst", images=images, categories=categories)


def test_a_class_goes_by_the_name_that_the_label_category_file_has_for_its_id(tmp_path: Path) -> None:
    lines = ("5\t2.000000\tdogs/a b.jpg", "4\t0\tcats/0.jpg")
    got = of(tmp_path, *lines, categories=("cat", "emu", "dog"))
    assert [(line["source-ref"], line["pets"]) for line in got.lines] == [
        ("s3://bucket/f/dogs/a b.jpg", 2),
        ("s3://bucket/f/cats/0.jpg", 0),
    ]
    assert got.told.classes == ("cat", "emu", "dog")
    assert (got.lost, got.beside, got.odd) == ({}, {}, {})


def test_without_names_classes_are_called_by_their_ids_in_their_order(tmp_path: Path) -> None:
    got = of(tmp_path, "0\t10\ta.jpg", "1\t2\tb.jpg")
    assert got.told.classes == ("2", "10")
    assert got.odd == {"classes that are called by their ids, unless --category-file names them": ["2", "10"]}


def test_columns_of_0_and_1_are_classes(tmp_path: Path) -> None:
    got = of(tmp_path, "0\t1\t0\t1\ta.jpg", "1\t0\t0\t0\tb.jpg", categories=("a", "b", "c"))
    assert [line["pets"] for line in got.lines] == [[0, 2], []]
    assert got.told.type == "groundtruth/image-classification-multilabel"


GLUON = "0\t4\t5\t640\t480\t0\t0.25\t0.5\t0.75\t1.0\t1\t0.1\t0.2\t0.3\t0.4\timgs/a.jpg"


def test_objects_are_fractions_of_the_size_in_the_header(tmp_path: Path) -> None:
    got = of(tmp_path, GLUON, "1\t4\t5\t640\t480\tb.jpg", categories=("dog", "bike"))
    assert got.lines[0]["pets"] == {
        "image_size": [{"width": 640, "height": 480, "depth": 3}],
        "annotations": [
            {"class_id": 0, "left": 160, "top": 240, "width": 320, "height": 240},
            {"class_id": 1, "left": 64, "top": 96, "width": 128, "height": 96},
        ],
    }
    assert got.told.without_objects == 1


def test_sizes_that_the_header_lacks_come_from_the_images(tmp_path: Path) -> None:
    Image.new("RGB", (20, 10)).save(tmp_path / "a.jpg")
    line = "0\t2\t6\t0\t0.5\t0.5\t1\t1\t0\t-1\t-1\t-1\t-1\t-1\t-1\ta.jpg"
    got = of(tmp_path, line, images=tmp_path, categories=("dog",))
    assert got.lines[0]["pets"]["annotations"] == [
        {"class_id": 0, "left": 10, "top": 5, "width": 10, "height": 5}
    ]
    assert list(got.beside) == ["further numbers of objects, behind their boxes"]
    with pytest.raises(ManifestError, match=r"line 1: the size of a\.jpg is not said"):
        of(tmp_path, line, categories=("dog",))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("0 1 a.jpg",), "line 1 is no line of a list"),
        (("0\t1\ta.jpg", "x\t1\tb.jpg"), "line 2 is no line of a list"),
        (("0\tcat\ta.jpg",), 'line 1: "cat" is no number'),
        (("0\tnan\ta.jpg",), 'line 1: "nan" is no number'),
        (("0\t1\t",), 'line 1: "" is no path'),
        (("0\t1.5\ta.jpg",), "line 1: 1.5 is no class id"),
        (("0\t-1\ta.jpg",), "line 1: -1 is no class id"),
        (("0\t3\t4\ta.jpg",), "line 1: 2 numbers are neither a class id"),
        (("0\t4\t5\t640\t480\t0\t0.1\ta.jpg",), "line 1: 6 numbers are neither"),
        (("0\t4\t5\t640\t480\t0\t10\t20\t30\t40\ta.jpg",), "line 1: a box of 10, 20, 30, 40 is not said in"),
        (("0\t1\ta.jpg", GLUON), "line 2 has a label of another kind"),
        (("0\t1\t0\ta.jpg", "0\t1\t0\t0\tb.jpg"), "line 2 has a label of another kind"),
        (("0\t1\t../a.jpg",), 'line 1: the image "../a.jpg" is not below'),
    ],
)
def test_a_line_that_cannot_be_used_is_refused(tmp_path: Path, lines: tuple[str, ...], words: str) -> None:
    with pytest.raises(ManifestError) as raised:
        of(tmp_path, *lines)
    assert words in raised.value.message
    assert raised.value.fix


def test_an_id_beyond_the_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"line 2: the class id 7, and the .* file has 1 class"):
        of(tmp_path, "0\t0\ta.jpg", "1\t7\tb.jpg", categories=("cat",))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "has no lines"),
        (
            b"key,class\na.jpg,car\n",
            "is a table of labels with the columns key, class, and not",
        ),
        (b"\0" * 9, "is a binary file, and not an MXNet list"),
    ],
)
def test_a_wrong_file_is_called_what_it_is(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.lst").write_bytes(content)
    with pytest.raises(GroundtrainError) as raised:
        imported(LST, tmp_path / "a.lst")
    assert words in raised.value.message


def test_a_file_says_in_words_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a.lst").write_text("0\t0\ta.jpg\n1\t3\tb.jpg\n")
    assert LST.counted is not None
    assert LST.counted(tmp_path / "a.lst") == "2 images, 2 classes"
