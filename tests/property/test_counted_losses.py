"""What a format cannot carry is counted, each once, and nothing else differs."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from groundtrain.formats.coco.format import COCO
from groundtrain.formats.cvat.format import CVAT
from groundtrain.formats.lst import LST
from groundtrain.formats.yolo.format import YOLO
from tests.imported_labels import PREFIX, imported
from tests.label_files import coco, cvat, cvat_image
from tests.property.test_formats import files_of, image_names, lines_of, said, sides, there_and_back
from tests.strategies import NAMES

WIDTH, HEIGHT = 640, 480
CATEGORIES = [{"id": number, "name": name} for number, name in enumerate(NAMES)]
FAULTS: dict[str, dict[str, Any]] = {
    "": {},
    "boxes of a category that is not listed": {"category_id": 99},
    "boxes of an image that is not listed": {"image_id": 99},
    "objects without a box (bbox of four numbers)": {"bbox": None},
    "objects without a category": {"category_id": None},
}
annotations = st.tuples(
    st.integers(0, 3),
    st.integers(0, len(NAMES) - 1),
    st.tuples(*[sides] * 4),
    st.sampled_from(sorted(FAULTS)),
)


@given(st.lists(annotations, max_size=8))
def test_of_coco_arrives_all_that_is_not_counted(drawn: list[Any]) -> None:
    images = [{"id": i, "file_name": f"{i}.jpg", "width": WIDTH, "height": HEIGHT} for i in range(4)]
    objects = [
        {"image_id": image, "category_id": number, "bbox": list(numbers), **FAULTS[fault]}
        for image, number, numbers, fault in drawn
    ]
    kept: dict[int, list[Any]] = {i: [] for i in range(4)}
    for image, number, numbers, fault in drawn:
        if not fault:
            kept[image].append((NAMES[number], list(numbers)))
    has_lost = {image for image, _, _, fault in drawn if fault and "an image that" not in fault}
    left_out = {image for image in has_lost if not kept[image]}
    assume(len(left_out) < len(images))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "in.json")
        path.write_text(json.dumps(coco(images=images, annotations=objects, categories=CATEGORIES)))
        got = imported(COCO, path)
    assert [(source, found) for source, _, found in said(got.lines, "pets")] == [
        (f"{PREFIX}{image}.jpg", found) for image, found in kept.items() if image not in left_out
    ]
    counts = {what: sum(fault == what for *_, fault in drawn) for what in FAULTS if what}
    counts["images and texts all of whose labels are left out"] = len(left_out)
    assert got.counts == {what: count for what, count in counts.items() if count}


drawn_images = st.dictionaries(
    image_names,
    st.lists(st.tuples(st.integers(0, len(NAMES) - 1), *[st.integers(-50, 700)] * 4), max_size=4),
    min_size=1,
    max_size=5,
)


@given(drawn_images)
def test_of_boxes_that_yolo_cannot_hold_each_is_counted(drawn: dict[str, list[Any]]) -> None:
    """Centre and size are fractions of the image from 0 to 1."""
    drawn = {**files_of(drawn), "far.jpg": [(0, 1, 2, 3, 4)], "near.jpg": [(0, 1, 2, 3, 4)]}
    held = {
        name: [
            one
            for one in of_image
            if 0 <= one[1] + one[3] / 2 <= WIDTH
            and 0 <= one[2] + one[4] / 2 <= HEIGHT
            and 0 <= one[3] <= WIDTH
            and 0 <= one[4] <= HEIGHT
        ]
        for name, of_image in drawn.items()
    }
    got, back = there_and_back(YOLO, lines_of(drawn))
    left_out = {name for name in drawn if drawn[name] and not held[name]}
    expected = said(lines_of({name: held[name] for name in drawn if name not in left_out}), "boxes")
    assert sorted(said(back.lines, "pets")) == sorted(expected)
    lost = sum(len(drawn[name]) - len(held[name]) for name in drawn)
    assert (
        got.counts.get(
            "boxes whose centre is outside of the image, or that are larger, which YOLO cannot hold", 0
        )
        == lost
    )
    assert got.counts.get("images all of whose boxes are left out", 0) == len(left_out)
    assert back.counts == {}


names = st.integers(0, 99).map("{}.jpg".format)


@given(
    st.dictionaries(names, st.lists(st.sampled_from(NAMES), unique=True, max_size=3), min_size=1, max_size=5)
)
def test_of_tags_of_cvat_arrives_every_one(drawn: dict[str, list[str]]) -> None:
    assume(any(drawn.values()))
    images = [
        cvat_image(*[f'<tag label="{name}" source="manual"></tag>' for name in found], name=image)
        for image, found in drawn.items()
    ]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "in.xml")
        path.write_text(cvat(*images, labels=NAMES), "utf-8")
        got = imported(CVAT, path, options={"multilabel": True})
    arrived = {
        line["source-ref"].removeprefix(PREFIX): {
            line["pets-metadata"]["class-map"][str(number)] for number in line["pets"]
        }
        for line in got.lines
    }
    assert arrived == {image: set(found) for image, found in drawn.items()}
    assert got.counts == {}


@given(st.dictionaries(names, st.integers(0, len(NAMES) - 1), min_size=1, max_size=6))
def test_of_a_list_arrives_every_class(drawn: dict[str, int]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "in.lst")
        path.write_text(
            "".join(f"{i}\t{number}.000000\t{name}\n" for i, (name, number) in enumerate(drawn.items()))
        )
        got = imported(LST, path, categories=NAMES)
    arrived = [(line["source-ref"], line["pets-metadata"]["class-name"]) for line in got.lines]
    assert arrived == [(f"{PREFIX}{name}", NAMES[number]) for name, number in drawn.items()]
    assert got.counts == {}
