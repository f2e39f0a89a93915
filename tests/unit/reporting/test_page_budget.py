"""A page of whatever records stays below 8 MB, and counts what is not drawn."""

from pathlib import Path
from typing import Any

import pytest

from groundtrain.cli.audience import Audience
from groundtrain.manifest.source import FileManifest
from groundtrain.reporting.contents import Contents, contents_of
from groundtrain.reporting.page_file import page_pieces
from groundtrain.reporting.pictures import MaskThumbnail, Names, Thumbnail
from groundtrain.reporting.subject import read_subject
from groundtrain.settings.environment import Environment
from tests.manifest_lines import box, dump, good, manifest_of, record

LARGEST = 8_000_000


class LargeThumbnails:
    """Images of 50,000 characters each, as many as there is room for."""

    def __init__(self) -> None:
        self.left, self.asked = 0, list[str]()

    def leave(self, characters: int) -> None:
        self.left = characters

    def of_image(self, uri: str, stated: tuple[int, int] | None) -> Thumbnail:
        self.asked.append(uri)
        data = "x" * 50_000 if self.left >= 50_000 else ""
        self.left -= len(data)
        return Thumbnail(data, stated or (640, 480))

    def of_mask(self, uri: str, colours: Any) -> MaskThumbnail:
        raise NotImplementedError


def told(source: FileManifest, thumbnails: LargeThumbnails, **options: Any) -> Contents:
    environment = Environment(name="local", region="")
    subject = read_subject(source, environment, most=1000)
    return contents_of(subject, Audience(), thumbnails, **options)


def size(contents: Contents) -> int:
    return sum(map(len, page_pieces(contents, "a page")))


def of_boxes(number: int) -> bytes:
    boxes = [box(i % 3, 2000 + i * 5.3, 1000 + i * 3.3, 230.7, 240.3) for i in range(200)]
    return dump(
        record(
            f"s3://bucket/{number:04}.jpg", *boxes, classes={"0": "a", "1": "b", "2": "c"}, size=(4000, 3000)
        )
    )


def of_text(number: int) -> bytes:
    text = f"{number:04}" + "\N{GRINNING FACE}" * 1996
    metadata = {"type": "groundtruth/text-classification", "class-name": "a", "job-name": "j"}
    return dump({"source": text, "t": 0, "t-metadata": metadata | {"creation-date": "2026-01-01"}})


@pytest.mark.parametrize("line", [of_boxes, of_text])
def test_a_thousand_full_records_make_no_larger_page(tmp_path: Path, line: Any) -> None:
    contents = told(manifest_of(tmp_path, *map(line, range(1000))), LargeThumbnails())
    assert len(contents.pictures) == 1000
    assert LARGEST / 3 < size(contents) <= LARGEST


def test_boxes_that_are_not_drawn_are_counted(tmp_path: Path) -> None:
    contents = told(manifest_of(tmp_path, *map(of_boxes, range(1000))), LargeThumbnails())
    assert {len(one.boxes) + one.more for one in contents.pictures} == {200}
    further = sum(one.more for one in contents.pictures)
    assert further > 0
    assert f"{further:,} labels more than the page has room for" in contents.pictures_note


def test_images_fill_what_labels_leave_and_the_others_say_why_not(tmp_path: Path) -> None:
    contents = told(manifest_of(tmp_path, *good(400)), LargeThumbnails())
    assert LARGEST * 0.8 < size(contents) <= LARGEST
    assert not any(one.more for one in contents.pictures)
    assert {one.missing for one in contents.pictures if not one.image} == {
        "left out: the page is large enough"
    }


def test_images_of_the_comparison_come_before_those_of_records(tmp_path: Path) -> None:
    thumbnails = LargeThumbnails()

    def compare(names: Names, images: Any) -> Any:
        return {"image": images.of_image("worst.jpg", None).data}

    contents = told(manifest_of(tmp_path, *good(400)), thumbnails, compare=compare)
    assert thumbnails.asked[0] == "worst.jpg"
    assert contents.compared["image"]
