"""groundtrain report writes a page beside whatever it reads, and says where."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from groundtrain.calls.report import _refuse_settled
from groundtrain.errors import WrongCallError

Say = Callable[..., SimpleNamespace]


def test_the_verdict_and_the_file_are_named(say: Say) -> None:
    said = say("report", "a.manifest")
    assert said.code == 0
    assert said.out.splitlines() == ["a.manifest: will train", "Report: report.html"]
    assert Path("report.html").read_text("utf-8").startswith("<!doctype html>")


def test_json_names_the_file_and_the_counts(say: Say) -> None:
    said = json.loads(say("report", "a.manifest", "--output", "r.html", "--format", "json").out)
    assert said["report"] == "r.html"
    assert said["records"] == said["pictures"] == 60


def test_the_manifest_is_not_overwritten(say: Say) -> None:
    said = say("report", "a.manifest", "--output", "a.manifest")
    assert (said.code, "would overwrite" in said.err) == (2, True)


def test_what_is_no_manifest_leaves_an_earlier_page_as_it_was(say: Say) -> None:
    Path("report.html").write_text("earlier")
    Path("none.manifest").write_text("no json\n")
    assert say("report", "none.manifest").code == 1
    assert Path("report.html").read_text() == "earlier"


def test_images_of_the_folder_are_in_the_page(say: Say) -> None:
    from PIL import Image

    Path("photos").mkdir()
    Image.new("RGB", (64, 48)).save("photos/good-0001.jpg")
    say("report", "a.manifest", "--image-dir", "photos")
    assert Path("report.html").read_text("utf-8").count("data:image/webp;base64,") == 1


def test_a_photo_that_is_shown_is_not_overwritten(say: Say) -> None:
    from PIL import Image

    Path("photos").mkdir()
    photo = Path("photos/good-0001.jpg")
    Image.new("RGB", (64, 48)).save(photo)
    before = photo.read_bytes()
    said = say("report", "a.manifest", "--image-dir", "photos", "--output", photo)
    assert (said.code, "would overwrite" in said.err) == (2, True)
    assert photo.read_bytes() == before


@pytest.mark.parametrize("name", ["train.manifest", "dataset.json", "report.json"])
def test_a_file_of_the_dataset_is_not_overwritten(say: Say, name: str) -> None:
    say("convert", "a.manifest", "--output", "ds")
    file = Path("ds", name)
    before = file.read_bytes()
    said = say("report", "ds", "--output", file)
    assert (said.code, "would overwrite" in said.err) == (2, True)
    assert file.read_bytes() == before


def test_a_share_of_nothing_is_refused_for_a_dataset_like_any_other() -> None:
    with pytest.raises(WrongCallError, match="--test"):
        _refuse_settled({"label": None, "ignore": (), "rename_class": {}, "test": 0})
