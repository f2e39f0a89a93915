"""Round trips of labels as tables, folders and lists: what comes back is the same, or it was said."""

import csv
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from groundtrain.formats.csv_labels.format import CSV
from tests.imported_labels import PREFIX, exported, imported
from tests.manifest_lines import dump
from tests.property.test_formats import image_names, images, lines_of, said
from tests.strategies import NAMES


@given(images, st.booleans(), st.sampled_from([".csv", ".jsonl"]), st.data())
def test_a_manifest_comes_back_from_a_table(
    drawn: dict[str, list[Any]], corners: bool, ending: str, data: st.DataObject
) -> None:
    """A far box keeps it from looking like one of fractions."""
    lines = lines_of({**drawn, "far": [(0, 10, 10, 500, 400)]})
    for line in lines:
        if side := data.draw(st.sampled_from(["", "train", "validation", "test"])):
            line["split"] = side
    with tempfile.TemporaryDirectory() as directory:
        manifest, table = Path(directory, "in.manifest"), Path(directory, f"table{ending}")
        manifest.write_bytes(b"".join(dump(line) + b"\n" for line in lines))
        got = exported(CSV, manifest, table, options={"corners": corners})
        back = imported(CSV, table, prefix=got.told.prefix)
    assert said(back.lines, "pets") == said(lines, "boxes")
    assert [line.get("split") for line in back.lines] == [line.get("split") for line in lines]
    unused = set(NAMES) - set(back.told.classes)
    assert set(got.beside.get("classes without labels, which no row names", [])) == unused
    assert (got.lost, back.lost, back.beside) == ({}, {}, {})


cells = (
    st.integers(-5, 700).map(str) | st.decimals(-5, 700, places=3).map(str) | st.sampled_from(["1.50", "2e2"])
)
rows = st.lists(st.tuples(st.sampled_from(NAMES), cells, cells, cells, cells), max_size=4)


@given(st.dictionaries(image_names, rows, min_size=1, max_size=5), st.booleans())
def test_a_table_comes_back_from_a_manifest(drawn: dict[str, list[Any]], corners: bool) -> None:
    """With the same numbers, if not with the same zeros behind the point."""
    sides = ("xmin", "ymin", "xmax", "ymax") if corners else ("left", "top", "width", "height")
    columns = ("key", "class", *sides, "image_width", "image_height")
    table = [(name, *one, 640, 480) for name in drawn for one in drawn[name] or [("", "", "", "", "")]]
    table.append(("far", "car", 10, 10, 500, 400, 640, 480))
    with tempfile.TemporaryDirectory() as directory:
        first, again = Path(directory, "in.csv"), Path(directory, "again.csv")
        with first.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([columns, *table])
        got = imported(CSV, first)
        told = exported(CSV, Path(directory, "out.manifest"), again, options={"corners": corners})
        with again.open(newline="", encoding="utf-8") as file:
            back = list(csv.DictReader(file))
    shared = told.told.prefix.removeprefix(PREFIX)
    assert [(shared + row["key"], row["class"], *[number(row[side]) for side in sides]) for row in back] == [
        (name, label, *map(number, numbers[:4])) for name, label, *numbers in table
    ]
    assert (got.lost, told.lost) == ({}, {})


def number(cell: object) -> object:
    return "" if cell == "" else float(str(cell))
