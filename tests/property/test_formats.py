"""Round trips: what goes into a format and comes back is the same, and the difference is what was said."""

import json
import os
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from groundtrain.formats.coco.format import COCO
from groundtrain.formats.format import Format
from groundtrain.formats.voc.format import VOC
from groundtrain.formats.yolo.format import YOLO
from groundtrain.formats.yolo.label_lines import label_file
from tests.imported_labels import PREFIX, exported, imported
from tests.label_files import blank_image, put, voc, voc_object
from tests.manifest_lines import box, dump, record
from tests.strategies import NAMES

paths = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\\/"),
    min_size=1,
    max_size=8,
).filter(lambda name: name not in (".", "..") and not name.startswith("s3:"))
image_names = st.lists(paths, min_size=1, max_size=3).map("/".join)
sides = st.integers(-5, 700) | st.floats(-5, 700, allow_nan=False) | st.floats(0.125, 1, width=16)
boxes = st.tuples(st.integers(0, len(NAMES) - 1), sides, sides, sides, sides)
images = st.dictionaries(image_names, st.lists(boxes, max_size=4), min_size=1, max_size=6)


def said(lines: list[Any], label: str) -> list[Any]:
    """Of each line all that a format of boxes can hold: image, size, classes by name, boxes."""
    return [
        (
            line["source-ref"],
            line[label]["image_size"],
            [
                (line[f"{label}-metadata"]["class-map"][str(one["class_id"])], sides_of(one))
                for one in line[label]["annotations"]
            ],
        )
        for line in lines
    ]


def sides_of(one: dict[str, Any]) -> list[float]:
    return [one[side] for side in ("left", "top", "width", "height")]


@given(images)
def test_a_manifest_comes_back_from_coco(drawn: dict[str, list[Any]]) -> None:
    classes = {str(i): name for i, name in enumerate(NAMES)}
    lines = [
        record(f"{PREFIX}{name}", *[box(*one) for one in drawn[name]], classes=classes) for name in drawn
    ]
    with tempfile.TemporaryDirectory() as directory:
        manifest, coco = Path(directory, "in.manifest"), Path(directory, "coco.json")
        manifest.write_bytes(b"".join(dump(line) + b"\n" for line in lines))
        got = exported(COCO, manifest, coco)
        back = imported(COCO, coco, prefix=got.told.prefix)
    assert said(back.lines, "pets") == said(lines, "boxes")
    assert list(back.told.classes) == list(dict.fromkeys(NAMES))
    assert (got.lost, back.lost, back.beside) == ({}, {}, {})


@given(images, st.permutations(range(-3, len(NAMES) - 3)))
def test_coco_comes_back_from_a_manifest(drawn: dict[str, list[Any]], ids: list[int]) -> None:
    coco = {
        "categories": [{"id": i, "name": name} for i, name in zip(ids, NAMES, strict=True)],
        "images": [
            {"id": f"i{n}", "file_name": name, "width": 640, "height": 480} for n, name in enumerate(drawn)
        ],
        "annotations": [
            {"image_id": f"i{n}", "category_id": ids[one[0]], "bbox": list(one[1:])}
            for n, of_image in enumerate(drawn.values())
            for one in of_image
        ],
    }
    with tempfile.TemporaryDirectory() as directory:
        first, again = Path(directory, "in.json"), Path(directory, "again.json")
        first.write_text(json.dumps(coco))
        told = imported(COCO, first)
        exported(COCO, Path(directory, "out.manifest"), again)
        back = json.loads(again.read_bytes())
    shared = told.lines[0]["source-ref"].removeprefix(PREFIX)
    assert shared
    assert boxes_of(back) == boxes_of(coco)
    assert len(back["images"]) == len(drawn)


def files_of(drawn: dict[str, list[Any]], ending: str = ".jpg") -> dict[str, list[Any]]:
    """Images whose names can be files side by side: none is hidden, or a folder of another."""
    named = {f"{name}{ending}": of_image for name, of_image in drawn.items()}
    parts = [name.split("/") for name in named]
    folders = {"/".join(part[:end]) for part in parts for end in range(1, len(part))}
    assume(not folders & named.keys())
    assume(
        not any(each.startswith(".") or each.endswith((".txt", ".xml")) for part in parts for each in part)
    )
    return named


def lines_of(drawn: dict[str, list[Any]], sides: dict[str, str] | None = None) -> list[Any]:
    classes = {str(i): name for i, name in enumerate(NAMES)}
    return [
        record(f"{PREFIX}{name}", *[box(*one) for one in of_image], classes=classes)
        | ({"split": sides[name]} if sides else {})
        for name, of_image in drawn.items()
    ]


within = st.integers(0, 300) | st.floats(0, 300, allow_nan=False, allow_subnormal=False).filter(
    lambda side: not 0 < side < 1e-9
)
boxes_within = st.tuples(st.integers(0, len(NAMES) - 1), within, within, within, within)
pictures = st.dictionaries(image_names, st.lists(boxes_within, max_size=4), min_size=1, max_size=5)
splits = st.sampled_from(["train", "validation", "test"])


@given(pictures, st.data())
def test_a_manifest_comes_back_from_yolo(drawn: dict[str, list[Any]], data: st.DataObject) -> None:
    drawn = files_of(drawn)
    can_be_listed = all(name.splitlines() == [name] for name in drawn)
    sides = (
        {name: data.draw(splits) for name in drawn} if can_be_listed and data.draw(st.booleans()) else None
    )
    lines = lines_of(drawn, sides)
    got, back = there_and_back(YOLO, lines)
    assert by_source(said(back.lines, "pets")) == by_source(said(lines, "boxes"))
    assert split_of(back.lines) == split_of(lines)
    assert list(back.told.classes) == list(dict.fromkeys(NAMES))
    assert (got.lost, back.lost) == ({}, {})


def there_and_back(format_: Format, lines: list[Any], **options: Any) -> tuple[Any, Any]:
    """What was told of the export of a manifest with its images, and of the import of what was written."""
    sources = [line["source-ref"] for line in lines]
    shared = os.path.commonprefix(sources).rpartition("/")[0] + "/"  # noqa: RUF071 - cut at a slash
    with tempfile.TemporaryDirectory() as directory:
        manifest, written = Path(directory, "in.manifest"), Path(directory, "written")
        manifest.write_bytes(b"".join(dump(line) + b"\n" for line in lines))
        images = put(Path(directory, "i"), {name.removeprefix(shared): blank_image() for name in sources})
        got = exported(format_, manifest, written, images=images, options=options)
        return got, imported(format_, written, prefix=got.told.prefix, options=options)


def by_source(found: list[Any]) -> list[Any]:
    return sorted(found, key=lambda one: one[0])


def split_of(lines: list[Any]) -> dict[str, str | None]:
    return {line["source-ref"]: line.get("split") for line in lines}


@given(pictures, st.data())
def test_a_manifest_comes_back_from_voc(drawn: dict[str, list[Any]], data: st.DataObject) -> None:
    drawn = files_of(drawn)
    can_be_listed = all(name.splitlines() == [name] for name in drawn)
    has_sides = can_be_listed and data.draw(st.booleans())
    lines = lines_of(drawn, {name: data.draw(splits) for name in drawn} if has_sides else None)
    got, back = there_and_back(VOC, lines, one_based=data.draw(st.booleans()))
    assert by_source(said(back.lines, "pets")) == by_source(said(lines, "boxes"))
    assert split_of(back.lines) == split_of(lines)
    assert (got.lost, back.lost) == ({}, {})


corners = st.integers(-10, 700).map(str) | st.decimals(-10, 700, places=3).map("{:f}".format)
objects = st.lists(st.tuples(st.sampled_from(NAMES), st.tuples(*[corners] * 4)), max_size=4)


@given(st.dictionaries(image_names, objects, min_size=1, max_size=5), st.booleans())
def test_voc_comes_back_from_a_manifest(drawn: dict[str, list[Any]], one_based: bool) -> None:
    drawn, options = files_of(drawn), {"one_based": one_based}
    with tempfile.TemporaryDirectory() as directory:
        for name, of_image in drawn.items():
            text = voc(*(voc_object(*each) for each in of_image), name=name)
            put(Path(directory, "voc"), {f"{name}.xml": text})
        imported(VOC, Path(directory, "voc"), options=options)
        exported(VOC, Path(directory, "out.manifest"), Path(directory, "again"), options=options)
        back = [ET.parse(file).getroot() for file in Path(directory, "again").rglob("*.xml")]  # noqa: S314
    found = [
        (str(each.findtext("name")), *(Decimal(side.text or "") for side in each.findall("bndbox/*")))
        for root in back
        for each in root.iter("object")
    ]
    expected = [(each[0], *map(Decimal, each[1])) for of_image in drawn.values() for each in of_image]
    assert sorted(found) == sorted(expected)
    assert len(back) == len(drawn)


fractions = st.integers(0, 10**6).map(lambda number: f"{number / 10**6:.6f}")
fraction_lines = st.tuples(st.integers(0, len(NAMES) - 1), fractions, fractions, fractions, fractions)


@given(
    st.dictionaries(image_names, st.lists(fraction_lines, max_size=4), min_size=1, max_size=5),
    st.lists(st.integers(0, 99), min_size=len(NAMES), max_size=len(NAMES), unique=True),
    st.tuples(st.integers(1, 3000), st.integers(1, 3000)),
)
def test_yolo_comes_back_from_a_manifest(
    drawn: dict[str, list[Any]], ids: list[int], size: tuple[int, int]
) -> None:
    drawn = files_of(drawn)
    first = next(iter(drawn))
    drawn[first] = [*drawn[first], (0, "0.5", "0.5", "0.1", "0.1")]  # or no image has a label
    with tempfile.TemporaryDirectory() as directory:
        names = "".join(f"  {i}: {json.dumps(name)}\n" for i, name in zip(ids, NAMES, strict=True))
        folder = put(Path(directory, "yolo"), {"data.yaml": f"train: images\nnames:\n{names}"})
        put(folder / "images", {name: blank_image(*size) for name in drawn})
        for name, lines in drawn.items():
            text = "".join(f"{ids[one[0]]} {' '.join(one[1:])}\n" for one in lines)
            put(folder, {label_file(f"images/{name}"): text})
        imported(YOLO, folder)
        exported(YOLO, Path(directory, "out.manifest"), Path(directory, "again"))
        order = yaml.safe_load(Path(directory, "again", "data.yaml").read_bytes())["names"]
        texts = sorted(file.read_text() for file in Path(directory, "again").rglob("*.txt"))
    expected = sorted((NAMES[one[0]], *map(Decimal, one[1:])) for lines in drawn.values() for one in lines)
    back = [line.split() for text in texts for line in text.splitlines() if not line.startswith("./")]
    assert sorted((order[int(one[0])], *map(Decimal, one[1:])) for one in back) == expected


def boxes_of(coco: dict[str, Any]) -> list[tuple[int, str, list[float]]]:
    """Of each box the number of its image, the name of its class, its sides."""
    order = {image["id"]: number for number, image in enumerate(coco["images"])}
    names = {category["id"]: category["name"] for category in coco["categories"]}
    return sorted(
        (order[one["image_id"]], names[one["category_id"]], one["bbox"]) for one in coco["annotations"]
    )
