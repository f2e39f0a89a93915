"""What becomes of a folder of images for each class; torchvision's ImageFolder is the model."""

from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import GroundtrainError, ManifestError, SettingsError
from groundtrain.formats.class_folders import FOLDERS
from tests.imported_labels import PREFIX, exported, imported
from tests.label_files import blank_image, put, write_yolo
from tests.manifest_lines import dump


def of(tmp_path: Path, *names: str, **options: Any) -> Any:
    folder = put(tmp_path / "set", dict.fromkeys(names, blank_image()))
    return imported(FOLDERS, folder, options=options)


def labels(got: Any) -> dict[str, tuple[str, str | None]]:
    return {
        line["source-ref"].removeprefix(PREFIX): (line["pets-metadata"]["class-name"], line.get("split"))
        for line in got.lines
    }


def test_each_folder_is_a_class_in_the_order_of_names_at_any_depth(tmp_path: Path) -> None:
    got = of(tmp_path, "dog/b.jpg", "cat/1/a.PNG", "cat/a.jpg", "Emu/a.jpeg")
    assert labels(got) == {
        "Emu/a.jpeg": ("Emu", None),
        "cat/1/a.PNG": ("cat", None),
        "cat/a.jpg": ("cat", None),
        "dog/b.jpg": ("dog", None),
    }
    assert got.told.classes == ("Emu", "cat", "dog")
    assert [line["pets"] for line in got.lines] == [0, 1, 1, 2]
    assert (got.lost, got.beside) == ({}, {})


def test_folders_of_sides_have_the_classes_below_them(tmp_path: Path) -> None:
    (tmp_path / "set/valid/zebra").mkdir(parents=True)
    got = of(tmp_path, "train/dog/a.jpg", "valid/cat/a.jpg", "test/cat/a.jpg")
    assert labels(got) == {
        "test/cat/a.jpg": ("cat", "test"),
        "train/dog/a.jpg": ("dog", "train"),
        "valid/cat/a.jpg": ("cat", "validation"),
    }
    assert got.told.classes == ("cat", "dog", "zebra")


def test_classes_may_be_called_like_sides(tmp_path: Path) -> None:
    assert labels(of(tmp_path, "train/a.jpg", "bus/a.jpg"))["train/a.jpg"] == ("train", None)
    got = of(tmp_path, "train/steam/a.jpg", no_splits=True)
    assert labels(got)["train/steam/a.jpg"] == ("train", None)


def test_sides_beside_other_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r'"train" may be sides .*, and "bus" can be none') as raised:
        of(tmp_path, "train/steam/a.jpg", "bus/a.jpg")
    assert "--no-splits" in raised.value.fix


def test_images_outside_of_the_folders_are_counted_and_so_are_other_files(tmp_path: Path) -> None:
    got = of(tmp_path, "a.jpg", "cat/a.jpg", "cat/notes.txt", "cat/.hidden.jpg")
    assert got.lost == {"images in no folder of a class": ["a.jpg"]}
    assert got.beside == {
        "files that are no images": ["cat/notes.txt"],
        "hidden files and folders": ["cat/.hidden.jpg"],
    }


def test_links_lead_nowhere_else(tmp_path: Path) -> None:
    put(tmp_path, {"elsewhere/a.jpg": b""})
    folder = put(tmp_path / "set", {"cat/b.jpg": b""})
    (folder / "dog").symlink_to(tmp_path / "elsewhere")
    (folder / "cat" / "a.jpg").symlink_to(tmp_path / "elsewhere" / "a.jpg")
    got = imported(FOLDERS, folder)
    assert list(labels(got)) == ["cat/b.jpg"]
    assert got.told.classes == ("cat",)
    assert got.lost == {
        "links that lead out of the folder": ["cat/a.jpg"],
        "links to folders, which are not followed": ["dog"],
    }


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.jpg": b""}, "has no folders, and so no classes"),
        ({"cat/a.txt": b""}, "there is nothing to write"),
    ],
)
def test_a_folder_without_classes_or_images_is_refused(
    tmp_path: Path, files: dict[str, bytes], words: str
) -> None:
    with pytest.raises(ManifestError, match=words):
        imported(FOLDERS, put(tmp_path / "set", files))


def test_a_file_is_called_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("key,class\na.jpg,car\n")
    with pytest.raises(
        ManifestError, match=r"is a table of labels .*, and not a folder with a folder of images"
    ):
        imported(FOLDERS, tmp_path / "a.csv")


def test_the_data_folder_of_boxes_is_called_what_it_is(tmp_path: Path) -> None:
    write_yolo(tmp_path / "set", "a.jpg", "car")
    with pytest.raises(ManifestError, match="is a YOLO data folder, and not a folder with") as raised:
        imported(FOLDERS, tmp_path / "set")
    assert "groundtrain import yolo" in raised.value.fix


def test_a_folder_says_in_words_what_it_holds(tmp_path: Path) -> None:
    put(tmp_path, {"cat/a.jpg": b"", "dog/b.jpg": b"", "dog/c.jpg": b""})
    assert FOLDERS.counted is not None
    assert FOLDERS.counted(tmp_path) == "3 images, 2 folders"


def line(name: str, class_name: str, **more: Any) -> Any:
    metadata = {"type": "groundtruth/image-classification", "class-name": class_name, "confidence": 0}
    return {"source-ref": f"s3://bucket/f/{name}", "x": 0, "x-metadata": metadata, **more}


def written(tmp_path: Path, *lines: Any, images: dict[str, bytes] | None = None) -> tuple[list[str], Any]:
    manifest, output = tmp_path / "in.manifest", tmp_path / "out"
    manifest.write_bytes(b"".join(dump(each) + b"\n" for each in lines))
    folder = None if images is None else put(tmp_path / "i", images)
    got = exported(FOLDERS, manifest, output, images=folder)
    return sorted(str(file.relative_to(output)) for file in output.rglob("*") if file.is_file()), got


def test_images_are_copied_into_the_folders_of_classes_and_keep_their_paths(tmp_path: Path) -> None:
    files, got = written(
        tmp_path,
        line("1/a.jpg", "cat"),
        line("2/a.jpg", "cat"),
        line("dog/b.jpg", "dog"),
        line("none.jpg", "dog"),
        images={"1/a.jpg": b"1", "2/a.jpg": b"2", "dog/b.jpg": b"3"},
    )
    assert files == ["cat/1/a.jpg", "cat/2/a.jpg", "dog/b.jpg"]
    assert (tmp_path / "out/cat/2/a.jpg").read_bytes() == b"2"
    assert got.lost == {"images that are not in --image-dir, and not copied": ["none.jpg"]}


def test_sides_are_folders_where_all_lines_have_one(tmp_path: Path) -> None:
    images = {"valid/cat/a.jpg": b"", "b.jpg": b""}
    lines = [line("valid/cat/a.jpg", "cat", split="validation"), line("b.jpg", "cat", split="test")]
    files, got = written(tmp_path, *lines, images=images)
    assert files == ["test/cat/b.jpg", "val/cat/a.jpg"]
    assert "the attribute split" not in got.beside


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([line("a.jpg", "cat", split="test"), line("b.jpg", "cat")], "is on no side of the training, unlike"),
        ([line("a.jpg", "cats/big")], 'the class "cats/big" can be the name of no folder'),
        ([line("a.jpg", "..")], 'the class ".." can be the name of no folder'),
        ([line("a.jpg", "cat"), line("cat/a.jpg", "cat")], "would be written twice"),
    ],
)
def test_what_folders_cannot_hold_is_refused_and_nothing_is_written(
    tmp_path: Path, lines: list[Any], words: str
) -> None:
    images = {"a.jpg": b"", "b.jpg": b"", "cat/a.jpg": b""}
    with pytest.raises(ManifestError) as raised:
        written(tmp_path, *lines, images=images)
    assert words in raised.value.message
    assert raised.value.fix
    assert not (tmp_path / "out").exists()


def test_without_the_images_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="folders hold images") as raised:
        written(tmp_path, line("a.jpg", "cat"))
    assert "--image-dir" in raised.value.fix


def test_texts_are_no_images(tmp_path: Path) -> None:
    metadata = {"type": "groundtruth/text-classification", "class-name": "good"}
    with pytest.raises(ManifestError, match="a text is no image"):
        written(tmp_path, {"source": "Fine", "x": 0, "x-metadata": metadata}, images={})


def test_a_folder_that_holds_something_is_not_written_to(tmp_path: Path) -> None:
    put(tmp_path, {"out/mine": b""})
    with pytest.raises((SettingsError, GroundtrainError), match="holds files already"):
        written(tmp_path, line("a.jpg", "cat"), images={"a.jpg": b""})
