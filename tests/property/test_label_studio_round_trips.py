"""Round trips by way of Label Studio, in both directions.

Boxes are percentages there: numbers of at most 15 digits come back as they were, others to 15.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from groundtrain.formats.label_studio.format import LABEL_STUDIO
from groundtrain.formats.label_studio.text_spans import span_in
from tests.imported_labels import exported, imported
from tests.label_files import rectangle, task
from tests.label_samples import labeled
from tests.manifest_lines import box, dump, record
from tests.strategies import NAMES

LAST_BITS = 1e-15
CLASSES = {str(i): name for i, name in enumerate(NAMES)}
names = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=8).map(
    lambda name: f"{name}.jpg".replace("\\", "-")
)
ids = st.integers(0, len(NAMES) - 1)
decimals = st.integers(-500_000, 9_000_000).map(lambda n: n / 1000)
wholes = st.integers(1, 9000)
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=12)


def boxes_of(sides: st.SearchStrategy[float]) -> st.SearchStrategy[dict[str, list[Any]]]:
    each = st.tuples(ids, sides, sides, sides, sides)
    return st.dictionaries(names, st.lists(each, max_size=4), min_size=1, max_size=4)


def there_and_back(lines: list[Any], **options: Any) -> tuple[Any, Any]:
    with tempfile.TemporaryDirectory() as directory:
        manifest, tasks = Path(directory, "in.manifest"), Path(directory, "tasks.json")
        manifest.write_bytes(b"".join(dump(line) + b"\n" for line in lines))
        got = exported(LABEL_STUDIO, manifest, tasks)
        return got, imported(LABEL_STUDIO, tasks, options={"predictions": True, **options}, prefix="")


def boxes_said(lines: list[Any], label: str) -> list[Any]:
    return [
        (
            line["source-ref"],
            line[label]["image_size"],
            [
                (
                    line[f"{label}-metadata"]["class-map"][str(one["class_id"])],
                    [one[side] for side in ("left", "top", "width", "height")],
                )
                for one in line[label]["annotations"]
            ],
        )
        for line in lines
    ]


def lines_of(drawn: dict[str, list[Any]], width: int, height: int) -> list[Any]:
    assume(any(drawn.values()))
    return [
        record(f"s3://bucket/{name}", *[box(*one) for one in found], classes=CLASSES, size=(width, height))
        for name, found in drawn.items()
    ]


@given(boxes_of(st.integers(-5, 9000) | decimals), wholes, wholes)
def test_a_manifest_comes_back_to_the_last_digit(
    drawn: dict[str, list[Any]], width: int, height: int
) -> None:
    lines = lines_of(drawn, width, height)
    got, back = there_and_back(lines)
    assert boxes_said(back.lines, "pets") == boxes_said(lines, "boxes")
    assert (got.lost, back.lost, back.beside) == ({}, {}, {})


@given(boxes_of(st.floats(-5, 9000, allow_subnormal=False)), wholes, wholes)
def test_numbers_of_any_length_come_back_to_15_digits(
    drawn: dict[str, list[Any]], width: int, height: int
) -> None:
    lines = lines_of(drawn, width, height)
    _, back = there_and_back(lines)
    for after, before in zip(boxes_said(back.lines, "pets"), boxes_said(lines, "boxes"), strict=True):
        assert after[:2] == before[:2]
        for (name, sides), (name_before, sides_before) in zip(after[2], before[2], strict=True):
            assert name == name_before
            assert sides == pytest.approx(sides_before, rel=LAST_BITS, abs=1e-300)


@given(boxes_of(st.integers(0, 100) | st.integers(0, 10**6).map(lambda n: n / 10**4)), wholes, wholes)
def test_tasks_come_back_from_a_manifest(drawn: dict[str, list[Any]], width: int, height: int) -> None:
    assume(all(drawn.values()))
    sides = ("x", "y", "width", "height")
    tasks = [
        task(
            *[
                rectangle(
                    NAMES[one[0]],
                    original_width=width,
                    original_height=height,
                    value=dict(zip(sides, one[1:], strict=True)),
                )
                for one in found
            ],
            image=f"s3://bucket/{name}",
            number=number,
        )
        for number, (name, found) in enumerate(drawn.items(), 1)
    ]
    with tempfile.TemporaryDirectory() as directory:
        first, again = Path(directory, "in.json"), Path(directory, "again.json")
        first.write_text(json.dumps(tasks))
        imported(LABEL_STUDIO, first)
        exported(LABEL_STUDIO, Path(directory, "out.manifest"), again, options={"as": "annotations"})
        back = json.loads(again.read_bytes())
    assert [one["data"]["image"] for one in back] == [f"s3://bucket/{name}" for name in drawn]
    for one, found in zip(back, drawn.values(), strict=True):
        values = [result["value"] for result in one["annotations"][0]["result"]]
        assert [value["rectanglelabels"] for value in values] == [[NAMES[each[0]]] for each in found]
        for value, each in zip(values, found, strict=True):
            assert [value[side] for side in sides] == list(each[1:])


@given(st.dictionaries(names, st.lists(ids, unique=True, max_size=4), min_size=1, max_size=4))
def test_any_number_of_classes_comes_back(drawn: dict[str, list[int]]) -> None:
    assume(any(drawn.values()))
    lines = [
        labeled(
            "kinds",
            found,
            f"s3://bucket/{name}",
            "image-classification-multilabel",
            class_map={str(i): NAMES[i] for i in found},
            confidence_map={str(i): 0 for i in found},
        )
        for name, found in drawn.items()
    ]
    _, back = there_and_back(lines, multilabel=True)
    after = [
        (line["source-ref"], [line["pets-metadata"]["class-map"][str(i)] for i in line["pets"]])
        for line in back.lines
    ]
    assert after == [(f"s3://bucket/{name}", [NAMES[i] for i in found]) for name, found in drawn.items()]


@given(
    st.dictionaries(
        texts, st.lists(st.tuples(ids, st.integers(0, 6), st.integers(1, 6)), max_size=3), min_size=1
    )
)
def test_entities_come_back(drawn: dict[str, list[Any]]) -> None:
    spans = {
        text: [(NAMES[i], start, start + length) for i, start, length in found if start + length <= len(text)]
        for text, found in drawn.items()
    }
    assume(any(spans.values()) and not any(text.startswith("s3://") for text in spans))
    lines = [
        labeled(
            "ner",
            {
                "annotations": {
                    "labels": [{"label": name} for name in NAMES],
                    "entities": [
                        {"label": name, "startOffset": start, "endOffset": end} for name, start, end in found
                    ],
                }
            },
            text,
            "text-span",
            entities=[{"confidence": 0} for _ in found],
        )
        for text, found in spans.items()
    ]
    got, back = there_and_back(lines)
    after = {
        line["source"]: [
            (each["label"], each["startOffset"], each["endOffset"])
            for each in line["pets"]["annotations"]["entities"]
        ]
        for line in back.lines
    }
    assert after == spans
    assert (got.lost, back.lost, back.odd) == ({}, {}, {})


@given(texts, st.integers(0, 11), st.integers(0, 12))
def test_a_span_is_found_by_its_text_whichever_way_its_offsets_count(
    text: str, start: int, length: int
) -> None:
    """The other way is computed as JavaScript counts: two for each character beyond U+FFFF."""
    marked = text[start : start + length]
    assume(marked.strip())
    units = [2 if ord(character) > 0xFFFF else 1 for character in text]
    first, last = sum(units[:start]), sum(units[: start + length])
    found_start, found_end, _ = span_in(text, first, last, marked)
    assert "".join(text[found_start:found_end].split()) == "".join(marked.split())
