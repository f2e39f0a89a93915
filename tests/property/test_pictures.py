"""Any record can be drawn, whatever it says; a picture has bounds."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundtrain.manifest.label_types.registry import LABEL_TYPES
from groundtrain.output.pictures.manifest_subjects import LabelsToDraw, subject_on
from groundtrain.output.pictures.png import rendered
from groundtrain.output.pictures.record_picture import draw_subject
from groundtrain.output.pictures.subject import Canvas
from groundtrain.record_keys import keys_of
from tests.label_samples import SAMPLES
from tests.manifest_lines import dump, manifest_of, record
from tests.pictures import parsed_svg
from tests.strategies import LABELS_BY_TYPE, faulty_lines

LONGEST = 240
any_number = st.floats(-1e6, 1e6) | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-5, 700)
any_box = st.fixed_dictionaries(
    {"class_id": st.integers(0, 40), **dict.fromkeys(("left", "top", "width", "height"), any_number)}
)
any_boxes = st.builds(
    lambda boxes, size: record("s3://bucket/a.jpg", *boxes, classes={"0": "car"}, size=size),
    st.lists(any_box, max_size=6),
    st.tuples(st.integers(-3, 5000), st.integers(-3, 5000)),
)
any_entity = st.fixed_dictionaries(
    {"label": st.text(max_size=5), "startOffset": st.integers(-9, 90), "endOffset": st.integers(-9, 90)}
)


def draws(kind: str, line: bytes) -> None:
    keys = keys_of(SAMPLES[kind].label, SAMPLES[kind].source)
    with tempfile.TemporaryDirectory() as folder:
        labels = LabelsToDraw(manifest_of(Path(folder), line), keys, LABEL_TYPES[kind], {}, ())
        drawing = draw_subject(subject_on(labels, 1), Canvas(None, LONGEST, rows=10))
    assert drawing.width <= max(360, LONGEST)
    assert drawing.height <= 1500
    assert rendered(drawing).size == (drawing.width, drawing.height)
    assert parsed_svg(drawing).tag.endswith("svg")


@pytest.mark.parametrize("kind", sorted(LABELS_BY_TYPE))
@given(data=st.data())
@settings(max_examples=15)
def test_a_usable_record_of_every_type_is_drawn(kind: str, data: Any) -> None:
    draws(kind, json.dumps(data.draw(LABELS_BY_TYPE[kind])).encode())


@given(any_boxes)
@settings(max_examples=60)
def test_boxes_of_any_numbers_are_drawn(line: dict[str, Any]) -> None:
    draws("groundtruth/object-detection", dump(line))


@given(st.text(max_size=80), st.lists(any_entity, max_size=5))
@settings(max_examples=40)
def test_entities_of_any_places_are_drawn(text: str, found: list[dict[str, Any]]) -> None:
    line = json.loads(json.dumps(SAMPLES["groundtruth/text-span"].lines[0]))
    line["source"], line["ner"]["annotations"]["entities"] = text, found
    draws("groundtruth/text-span", json.dumps(line).encode())


@given(faulty_lines.filter(lambda line: bool(line.strip())))
@settings(max_examples=40)
def test_a_line_that_cannot_be_read_is_drawn_with_what_is_wrong(line: bytes) -> None:
    draws("groundtruth/object-detection", line)
