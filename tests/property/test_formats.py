"""Round trips: what goes into a format and comes back is the same, and the difference is what was said."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from groundtrain.formats.coco.format import COCO
from tests.imported_labels import PREFIX, exported, imported
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


def boxes_of(coco: dict[str, Any]) -> list[tuple[int, str, list[float]]]:
    """Of each box the number of its image, the name of its class, its sides."""
    order = {image["id"]: number for number, image in enumerate(coco["images"])}
    names = {category["id"]: category["name"] for category in coco["categories"]}
    return sorted(
        (order[one["image_id"]], names[one["category_id"]], one["bbox"]) for one in coco["annotations"]
    )
