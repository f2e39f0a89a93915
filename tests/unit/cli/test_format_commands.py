"""The commands that are made from formats: what they say, and their exit codes, shown with COCO."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.label_files import coco

Say = Callable[..., SimpleNamespace]
IMPORT = ("import", "coco", "in.json", "--attribute", "x", "--image-prefix", "s3://bkt/", "--output", "o")


def write(*boxes: dict[str, Any], **more: Any) -> None:
    Path("in.json").write_text(json.dumps(coco(*boxes, **more)))


def test_what_is_beside_labels_is_told_and_is_no_fault(say: Say) -> None:
    write({"segmentation": [[1, 2, 3, 4, 5, 6]]})
    said = say(*IMPORT)
    assert said.code == 0
    assert said.out == "o: 2 records of x (groundtruth/object-detection), 1 without objects, 1 class\n"
    assert said.err == "Beside the labels, not carried:\n  masks (segmentation): 1, annotation 1\n"


def test_labels_that_are_left_out_end_with_one(say: Say) -> None:
    write({}, {"category_id": 9})
    said = say(*IMPORT, "--format", "json")
    assert said.code == 1
    told = json.loads(said.out)
    what = "boxes of a category that is not listed"
    assert told["lost_labels"] == {what: {"count": 1, "examples": ["annotation 2, category 9"]}}
    assert (told["records"], told["classes"], told["without_objects"]) == (2, ["car"], 1)
    assert Path("o").read_bytes().count(b"\n") == 2


def test_images_that_are_missing_end_with_one(say: Say) -> None:
    write()
    Path("images").mkdir()
    said = say(*IMPORT, "--image-dir", "images")
    assert said.code == 1
    assert "2 images not in the directory of images: a.jpg, b.jpg" in said.err


def test_many_examples_are_told_with_how_many_more(say: Say) -> None:
    write(*[{"category_id": 9}] * 7)
    assert "annotation 5, category 9 and 2 more" in say(*IMPORT).err


def test_what_was_imported_is_exported_again(say: Say) -> None:
    write()
    say(*IMPORT)
    said = say("export", "coco", "o", "--output", "again.json")
    assert (said.code, said.out) == (0, "again.json: 2 images below s3://bkt/ with 1 label of x\n")
    told = json.loads(say("export", "coco", "o", "--output", "again.json", "--format", "json").out)
    assert (told["items"], told["labels"], told["prefix"], told["lost_labels"]) == (2, 1, "s3://bkt/", {})


@pytest.mark.parametrize("command", ["check", "inspect", "convert --output d"])
def test_a_file_that_can_be_imported_is_recognised_and_counted(say: Say, command: str) -> None:
    write()
    said = say(*command.split(), "in.json")
    assert said.code == 1
    assert "is a COCO file: 2 images, 1 annotation, 1 category" in said.out + said.err
    assert "groundtrain import coco in.json --attribute NAME" in said.out + said.err


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("none", "none: there is no such file"),
        ("s3://bkt/in.json", "is no file or folder of this machine"),
        ("-", "is no file or folder of this machine"),
        ("pipe", "pipe is a named pipe"),
        ("folder", "folder is a directory"),
        ("published", 'published is a folder with a COCO file, "annotations/instances_val.json"'),
        ("a.manifest", "is an augmented manifest already, and not a COCO file"),
    ],
)
def test_a_source_that_is_no_such_file_is_refused(say: Say, source: str, words: str) -> None:
    os.mkfifo("pipe")
    Path("folder").mkdir()
    Path("published/annotations").mkdir(parents=True)
    Path("published/annotations/instances_val.json").write_text(json.dumps(coco()))
    said = say("import", "coco", source, *IMPORT[3:])
    assert said.code in (1, 2)
    assert words in said.err
    assert not Path("o").exists()


def test_the_source_is_not_overwritten(say: Say) -> None:
    write()
    said = say(*IMPORT[:-1], "in.json")
    assert said.code == 2
    assert "would overwrite in.json" in said.err


def test_classes_come_from_the_category_file(say: Say) -> None:
    write()
    Path("c.json").write_text(json.dumps({"labels": [{"label": "bus"}, {"label": "car"}]}))
    told = json.loads(say(*IMPORT, "--category-file", "c.json", "--format", "json").out)
    assert told["classes"] == ["bus", "car"]
    told = say("export", "coco", "o", "--category-file", "c.json", "--output", "again.json")
    categories = json.loads(Path("again.json").read_bytes())["categories"]
    assert [each["name"] for each in categories] == ["bus", "car"]
