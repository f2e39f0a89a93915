"""Bad input of all formats: a sentence with the place, the right exit code, no label lost without a word."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from groundtrain.cli.application import run
from groundtrain.formats.registry import FORMATS
from tests.label_files import (
    LABEL_FILES,
    blank_image,
    coco,
    cvat,
    cvat_box,
    cvat_image,
    put,
    rectangle,
    sequence,
    task,
    voc,
    voc_object,
)
from tests.manifest_lines import box, dump, record


class Imported:
    """What a command said and wrote."""

    def __init__(self, capsys: pytest.CaptureFixture[str], format_: str, source: Path) -> None:
        output = source.with_name("out.manifest")
        arguments = ["--attribute", "x", "--image-prefix", "s3://bucket/i/", "--output", str(output)]
        images = ["--image-dir", str(source.parent)] if format_ == "sequence" else []
        self.code = run(["import", format_, str(source), *arguments, *images])
        self.said = "".join(capsys.readouterr())
        self.lines = list(map(json.loads, output.read_bytes().splitlines())) if output.exists() else []

    @property
    def boxes(self) -> list[dict[str, float]]:
        return [one for line in self.lines for one in line["x"]["annotations"]]


def a_file(name: str) -> Callable[[Path], None]:
    return lambda path: LABEL_FILES[name](path, "a.jpg", "car")


SOURCES: dict[str, Callable[[Path], object]] = {
    **{name: a_file(name) for name in LABEL_FILES},
    "an empty file": lambda path: path.write_bytes(b""),
    "zeros": lambda path: path.write_bytes(b"\0" * 5000),
    "an image": lambda path: path.write_bytes(blank_image()),
    "a manifest": lambda path: path.write_bytes(dump(record("s3://bucket/a.jpg", box())) + b"\n"),
    "an empty folder": lambda path: path.mkdir(),
    "nothing": Path.exists,
}


@pytest.mark.parametrize(
    ("format_", "what"), [(name, what) for name in FORMATS for what in SOURCES if what != name]
)
def test_a_wrong_file_is_refused_in_a_sentence(
    format_: str, what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "labels"
    SOURCES[what](source)
    got = Imported(capsys, format_, source)
    assert got.code in (1, 2)
    assert got.lines == []
    assert re.fullmatch(r"groundtrain: .+\n    fix: .+\n", got.said)
    if what in FORMATS and what != "folders":
        assert f"groundtrain import {what} " in got.said


NUMBERS = (
    *("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e308", "-1e308", "-5", "0", "1e-400"),
    *("", "abc", "0x10", "1_0", "\uff11\uff12", "1,5", "null", "true", '"5"', "1" * 500),
)
MARK = '"@@"'


def with_number(format_: str, number: str, path: Path) -> None:
    """Two boxes, of which one has this for its width or its right side, as far as the format has a choice."""
    sides = (10, 20, number, 60)
    texts = {
        "coco": coco({"bbox": [10, 20, "@@", 40]}, {}),
        "label-studio": [task(rectangle(value={"width": "@@"}), rectangle(id="2"))],
        "sequence": sequence({"width": "@@"}, {}, frame="a.jpg"),
    }
    if format_ in texts:
        path.write_text(json.dumps(texts[format_]).replace(MARK, number), "utf-8")
        path.with_name("a.jpg").write_bytes(blank_image())
    elif format_ == "cvat":
        path.write_text(cvat(cvat_image(cvat_box(sides=sides), cvat_box())), "utf-8")
    elif format_ == "csv":
        rows = "".join(f"a.jpg,640,480,car,10,20,{right},60\n" for right in (number, 40))
        path.write_text(f"filename,width,height,class,xmin,ymin,xmax,ymax\n{rows}", "utf-8")
    elif format_ == "lst":
        path.write_text(f"0\t4\t5\t640\t480\t0\t0.1\t0.1\t{number}\t0.4\t0\t0\t0\t1\t1\ta.jpg\n", "utf-8")
    elif format_ == "voc":
        put(path, {"Annotations/a.xml": voc(voc_object(corners=sides), voc_object())})
    else:
        labels = f"0 0.5 0.5 {number} 0.25\n0 0.5 0.5 0.25 0.25\n"
        files = {"data.yaml": "train: images\nnames: [car]\n", "images/a.jpg": blank_image()}
        put(path, {**files, "labels/a.txt": labels})


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:9])
@pytest.mark.parametrize("format_", ["coco", "yolo", "voc", "label-studio", "cvat", "csv", "lst", "sequence"])
def test_a_number_that_is_none_is_refused_or_counted(
    format_: str, number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_number(format_, number, tmp_path / "labels")
    got = Imported(capsys, format_, tmp_path / "labels")
    assert "Traceback" not in got.said
    if not got.lines:
        assert got.code == 1
        assert re.fullmatch(r"groundtrain: .*(labels|a\.xml|a\.txt).*\n    fix: .+\n", got.said)
    elif len(got.boxes) < 2:
        assert got.code == 1
        assert "Labels left out or changed:\n" in got.said
    else:
        assert got.code == 0
        assert all(abs(one[side]) < 2e308 for one in got.boxes for side in ("left", "top", "width", "height"))


LEAVING = ("../a.jpg", "/etc/passwd", "x/../../a.jpg", "C:\\a.jpg", "..\\a.jpg")


@pytest.mark.parametrize("name", LEAVING)
@pytest.mark.parametrize("format_", ["coco", "voc", "cvat", "csv", "lst", "label-studio"])
def test_the_name_of_an_image_leads_nowhere_else(
    format_: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of VOC names its image by the end of a path; of none else is a part taken."""
    LABEL_FILES[format_](tmp_path / "labels", name, "car")
    got = Imported(capsys, format_, tmp_path / "labels")
    assert "Traceback" not in got.said
    sources: list[Any] = [line["source-ref"] for line in got.lines]
    if format_ == "voc":
        assert all(re.fullmatch(r"s3://bucket/i/(a\.jpg|passwd)", source) for source in sources)
    else:
        assert (got.code, sources) == (1, [])
        assert re.search("leads out of|is a path of|no name below|an address", got.said) or name in got.said


@pytest.mark.parametrize("format_", ["coco", "cvat", "csv", "label-studio"])
def test_images_of_one_name_in_two_folders_stay_two(
    format_: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, names = tmp_path / "labels", ("x/a.jpg", "y/a.jpg")
    if format_ == "coco":
        images = [{"id": i, "file_name": name, "width": 640, "height": 480} for i, name in enumerate(names)]
        path.write_text(json.dumps(coco({"image_id": 0}, {"image_id": 1}, images=images)))
    elif format_ == "cvat":
        path.write_text(cvat(*(cvat_image(cvat_box(), name=name) for name in names)))
    elif format_ == "csv":
        rows = "".join(f"{name},640,480,car,10,20,40,60\n" for name in names)
        path.write_text(f"filename,width,height,class,xmin,ymin,xmax,ymax\n{rows}")
    else:
        path.write_text(json.dumps([task(rectangle(), image=name, number=i) for i, name in enumerate(names)]))
    got = Imported(capsys, format_, path)
    assert [line["source-ref"] for line in got.lines] == [f"s3://bucket/i/{name}" for name in names]
    assert (got.code, len(got.boxes)) == (0, 2)
