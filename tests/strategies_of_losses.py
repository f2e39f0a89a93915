"""Manifests and tables in the shapes in which labels were lost: as hypothesis draws them."""

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.label_samples import SAMPLES, Line, samples
from tests.manifest_lines import LABEL, box, dump, record
from tests.strategies import LABELS_BY_TYPE, NAMES, usable_records

TYPES = tuple(SAMPLES)
FEW = [f"s3://bucket/{name}.jpg" for name in "abcd"]
DATES = ["2026-01-01T00:00:00", "2026-02-01T00:00:00", ""]


def label_name(kind: str) -> str:
    return SAMPLES[kind].label


def _metadata(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = line[
        next(key for key in line if key.endswith("-metadata") and key != "source-ref-metadata")
    ]
    return found


def _label(line: Line) -> str:
    return next(key for key in line if f"{key}-metadata" in line and key != "source-ref")


def _on_a_page(line: Line) -> Line:
    return {"page": 2, **line}


def _unlabeled(line: Line) -> Line:
    return {key: value for key, value in line.items() if key.startswith("source")}


def _failed(line: Line) -> Line:
    name = _label(line)
    metadata = {"failure-reason": "expired", "type": _metadata(line)["type"]}
    return {**_unlabeled(line), f"{name}-metadata": metadata}


def _chained(line: Line) -> Line:
    name = _label(line)
    return {
        **line,
        "adjusted": copy.deepcopy(line[name]),
        "adjusted-metadata": copy.deepcopy(_metadata(line)),
    }


def _under_another_name(line: Line) -> Line:
    name = _label(line)
    return {
        key.replace(name, "adjusted") if key.startswith(name) else key: value for key, value in line.items()
    }


def _without_metadata(line: Line) -> Line:
    return {key: value for key, value in line.items() if not key.endswith("-metadata")}


def _twice_the_scheme(line: Line) -> Line:
    return {key: f"s3://{value}" if key == "source-ref" else value for key, value in line.items()}


def _in_capitals(line: Line) -> Line:
    text = json.dumps(line, ensure_ascii=False)
    for name in NAMES:
        text = text.replace(f'"{name}"', f'"{name.upper()}"')
    return dict(json.loads(text))


def _with_two_names(line: Line) -> Line:
    """Ids as they are, names exchanged."""
    text = json.dumps(line, ensure_ascii=False).replace('"car"', '"\\u0000"').replace('"person"', '"car"')
    return dict(json.loads(text.replace('"\\u0000"', '"person"')))


def _without_a_name(line: Line) -> Line:
    return dict(json.loads(json.dumps(line, ensure_ascii=False).replace('"car"', '""')))


def _ids_as_text(line: Line) -> Line:
    name = _label(line)
    label = line[name]
    if isinstance(label, dict) and label.get("annotations") and isinstance(label["annotations"], list):
        label = {
            **label,
            "annotations": [{**one, "class_id": str(one.get("class_id", 0))} for one in label["annotations"]],
        }
    return {**line, name: str(label) if isinstance(label, int) else label}


SHAPES: list[Callable[[Line], Line]] = [
    *(lambda line: line for _ in range(6)),
    _on_a_page,
    _unlabeled,
    _failed,
    _chained,
    _under_another_name,
    _twice_the_scheme,
    _in_capitals,
    _with_two_names,
    _without_a_name,
    _ids_as_text,
    _without_metadata,
]
_WITH_IDS = [kind for kind in TYPES if kind.endswith(("object-detection", "classification", "multilabel"))]
"""Types whose labels show class ids, so that they are read without metadata."""


@st.composite
def shaped(draw: st.DrawFn, kind: str) -> list[bytes]:
    """Some lines of a type, whose sources repeat, each in one of the shapes; the first has a label."""
    drawn = LABELS_BY_TYPE.get(kind, st.sampled_from(samples(kind)))
    first, *others = draw(st.lists(drawn, min_size=1, max_size=8))
    lines = [first]
    for line in others:
        source = draw(st.sampled_from([*FEW, None]))
        if source and "source-ref" in line:
            line = {**line, "source-ref": source}
        if draw(st.booleans()) and "creation-date" in _metadata(line):
            line = copy.deepcopy(line)
            _metadata(line)["creation-date"] = draw(st.sampled_from(DATES))
        lines.append(draw(st.sampled_from(SHAPES if kind in _WITH_IDS else SHAPES[:-2]))(line))
    broken = draw(st.sampled_from([[], [], [b'{"source-ref":'], [b"[]"]]))
    return [*map(dump, lines), *broken]


@st.composite
def boxes_at_the_edge(draw: st.DrawFn) -> list[bytes]:
    """Boxes inside, a little outside and far outside their images; sometimes all with corners for sizes."""
    as_corners = draw(st.booleans())
    side = st.integers(1, 300)
    lines = []
    for number in range(draw(st.integers(1, 6))):
        boxes = []
        for _ in range(draw(st.integers(1, 4))):
            left, top, width, height = draw(side), draw(side), draw(side), draw(side)
            if as_corners:
                width, height = left + width, top + height
            boxes.append(box(0, left + draw(st.sampled_from([0, 0, 300])), top, width, height))
        lines.append(dump(record(f"s3://bucket/{number}.jpg", *boxes)))
    return lines


@st.composite
def in_jobs(draw: st.DrawFn) -> list[bytes]:
    """Lines of other sources, each with the label of one of two jobs."""
    lines = draw(
        st.lists(usable_records(), min_size=1, max_size=8, unique_by=lambda line: line["source-ref"])
    )
    names = [draw(st.sampled_from(["week1", "week2"])) for _ in lines]
    names[:2] = ["week1", "week2"][: len(names)]
    return [
        dump(
            {key.replace(LABEL, name) if key.startswith(LABEL) else key: value for key, value in line.items()}
        )
        for name, line in zip(names, lines, strict=True)
    ] + [
        dump({key.replace(LABEL, "week2"): value for key, value in record("s3://last/1.jpg", box()).items()})
    ]


@st.composite
def two_jobs(draw: st.DrawFn) -> tuple[list[bytes], list[bytes]]:
    """Two jobs on few images, the second one newer; each knows some of the classes."""
    jobs = []
    for date in ("2026-01-01T00:00:00", "2026-02-01T00:00:00"):
        pool = draw(st.lists(st.sampled_from(["car", "bus", "sign"]), min_size=1, unique=True))
        sources = draw(st.lists(st.sampled_from(FEW), min_size=1, unique=True))
        lines = []
        for source in sources:
            names = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3))
            classes = {str(i): name for i, name in enumerate(pool) if name in names}
            boxes = [box(pool.index(name), draw(st.integers(0, 9))) for name in names]
            lines.append(dump(record(source, *boxes, classes=classes, **{"creation-date": date})))
        jobs.append(lines)
    return jobs[0], jobs[1]


_COLUMNS = {
    "class": ["cat", "dog"],
    "left": ["11", "12"],
    "top": ["21", "22"],
    "width": ["31", "32"],
    "height": ["41", "42"],
    "image_width": ["640"],
    "image_height": ["480"],
    "xmin": ["51"],
    "score": ["0.91"],
    "day": ["1", "0"],
}


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Tables of boxes or classes, whole or with columns that are missing or belong to none."""
    whole = list(_COLUMNS)[:7]
    columns = draw(
        st.sampled_from([whole, ["class"], ["day"]])
        | st.lists(st.sampled_from(list(_COLUMNS)), min_size=1, unique=True)
    )
    rows = [
        ",".join(
            [draw(st.sampled_from("ab")), *(draw(st.sampled_from(_COLUMNS[column])) for column in columns)]
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    return "\n".join([",".join(["key", *columns]), *rows, ""])
