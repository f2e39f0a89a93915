"""Whatever boxes a file of CVAT has, a manifest has them, to the last digit."""

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from groundtrain.formats.cvat.format import CVAT
from tests.imported_labels import PREFIX, imported
from tests.label_files import cvat, cvat_box, cvat_image
from tests.strategies import NAMES

hundredths = st.integers(-500, 700_000).map(lambda n: Decimal(n) / 100)
names = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="\\/:"),
    min_size=1,
    max_size=8,
).map(lambda name: f"{name}.jpg")
boxes = st.tuples(st.sampled_from(NAMES), hundredths, hundredths, hundredths, hundredths)


@given(st.dictionaries(names, st.lists(boxes, min_size=1, max_size=4), min_size=1, max_size=4))
def test_every_image_class_and_box_arrives(drawn: dict[str, list[Any]]) -> None:
    images = [
        cvat_image(*[cvat_box(label, sides=tuple(sides)) for label, *sides in found], name=name)
        for name, found in drawn.items()
    ]
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory, "annotations.xml")
        source.write_text(cvat(*images, labels=NAMES), "utf-8")
        got = imported(CVAT, source)
    arrived = [
        (
            line["source-ref"].removeprefix(PREFIX),
            [
                (NAMES[one["class_id"]], *[one[side] for side in ("left", "top", "width", "height")])
                for one in line["pets"]["annotations"]
            ],
        )
        for line in got.lines
    ]
    assert arrived == [
        (
            name,
            [
                (label, float(left), float(top), float(right - left), float(bottom - top))
                for label, left, top, right, bottom in found
            ],
        )
        for name, found in drawn.items()
    ]
    assert (got.lost, got.beside) == ({}, {})
