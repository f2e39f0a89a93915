"""Boxes of a sequence arrive in a manifest on their frames, to the last digit; all else is counted."""

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from groundtrain.formats.sequence import SEQUENCE
from tests.imported_labels import PREFIX, imported
from tests.label_files import blank_image, put
from tests.property.test_formats import by_source, said, sides
from tests.strategies import NAMES

IDS = tuple(number * 3 for number in range(len(NAMES)))  # the guide promises no ids without gaps
SIDES = ("left", "top", "width", "height")
boxes = st.builds(
    lambda number, drawn: {"class-id": str(IDS[number]), **dict(zip(SIDES, drawn, strict=True))},
    st.integers(0, len(NAMES) - 1),
    st.tuples(*[sides] * 4),
)
polygons = st.builds(
    lambda number: {"class-id": str(IDS[number]), "vertices": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]},
    st.integers(0, len(NAMES) - 1),
)
attributes = st.fixed_dictionaries({}, optional={"label-category-attributes": st.just({"moving": "1"})})
objects = st.builds(lambda one, more: {**one, **more}, boxes | polygons, attributes)
frames = st.dictionaries(st.integers(0, 999), st.lists(objects, max_size=4), min_size=1, max_size=5)


def name_of(one: dict[str, Any]) -> str:
    return NAMES[IDS.index(int(one["class-id"]))]


def sequence_of(drawn: dict[int, list[dict[str, Any]]], tracked: bool) -> dict[str, Any]:
    """As the Developer Guide shows it: only tracked objects have names, which begin with the class."""
    return {
        f"{'tracking' if tracked else 'detection'}-annotations": [
            {
                "frame-no": str(number),
                "frame": f"{number:06}.jpg",
                "annotations": [
                    one
                    | (
                        {"object-name": f"{name_of(one)}:{place}", "object-id": f"o{place}"}
                        if tracked
                        else {}
                    )
                    for place, one in enumerate(found)
                ],
            }
            for number, found in drawn.items()
        ]
    }


@given(
    frames.filter(lambda drawn: any("left" in one for found in drawn.values() for one in found)),
    st.booleans(),
)
def test_every_frame_class_and_box_arrives(drawn: dict[int, list[dict[str, Any]]], tracked: bool) -> None:
    names = [""] * (max(IDS) + 1)
    for number, name in zip(IDS, NAMES, strict=True):
        names[number] = name
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory, "SeqLabel.json")
        source.write_text(json.dumps(sequence_of(drawn, tracked)))
        put(Path(directory), {f"{number:06}.jpg": blank_image() for number in drawn})
        categories = () if tracked else tuple(name or f"unused {place}" for place, name in enumerate(names))
        got = imported(SEQUENCE, source, images=Path(directory), categories=categories)
    whole = {number: [one for one in found if "left" in one] for number, found in drawn.items()}
    size = [{"width": 640, "height": 480, "depth": got.lines[0]["pets"]["image_size"][0]["depth"]}]
    assert by_source(said(got.lines, "pets")) == by_source(
        [
            (
                f"{PREFIX}{number:06}.jpg",
                size,
                [(name_of(one), [one[side] for side in SIDES]) for one in found],
            )
            for number, found in whole.items()
            if found or not drawn[number]
        ]
    )
    shapes = [one for found in drawn.values() for one in found if "left" not in one]
    left_out = [number for number, found in whole.items() if drawn[number] and not found]
    assert got.counts == {
        what: count
        for what, count in (
            ("objects that are no boxes: polygons, lines, points, cuboids", len(shapes)),
            ("images and texts all of whose labels are left out", len(left_out)),
        )
        if count
    }
