"""Round trips of labels as tables, folders and lists: what comes back is the same, or it was said."""

import csv
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from groundtrain.formats.class_folders import FOLDERS
from groundtrain.formats.csv_labels.format import CSV
from groundtrain.formats.fasttext import FASTTEXT
from groundtrain.formats.lst import LST
from groundtrain.printable_text import is_blank
from tests.imported_labels import PREFIX, exported, imported
from tests.label_files import put
from tests.manifest_lines import dump
from tests.property.test_formats import files_of, image_names, images, lines_of, said, there_and_back
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


def of_classes(drawn: dict[str, list[str]], kind: str, sides: dict[str, str] | None = None) -> list[Any]:
    """Lines of a manifest whose images have these classes, one or several."""
    ids = {name: number for number, name in enumerate(dict.fromkeys(NAMES))}
    lines = []
    for name, classes in drawn.items():
        several = {"class-map": {str(ids[each]): each for each in classes}, "confidence-map": {}}
        one = {"class-name": classes[0], "confidence": 0} if classes else {}
        value = ids[classes[0]] if kind == "image-classification" else [ids[each] for each in classes]
        metadata = {"type": f"groundtruth/{kind}", **(one if kind == "image-classification" else several)}
        side = {"split": sides[name]} if sides else {}
        lines.append({"source-ref": f"{PREFIX}{name}", "x": value, "x-metadata": metadata, **side})
    return lines


def classes_said(lines: list[Any], label: str) -> dict[str, Any]:
    """Names of the classes and side of each image."""
    found = {}
    for line in lines:
        value, metadata = line[label], line[f"{label}-metadata"]
        several = [metadata["class-map"][str(i)] for i in value] if isinstance(value, list) else None
        names = [metadata["class-name"]] if several is None else several
        found[line["source-ref"]] = names, line.get("split")
    return found


splits = st.sampled_from(["train", "validation", "test"])
class_of_image = st.sampled_from(NAMES).map(lambda name: [name])


@given(st.dictionaries(image_names, class_of_image, min_size=1, max_size=5), st.booleans(), st.data())
def test_classes_come_back_from_folders(
    drawn: dict[str, list[str]], sided: bool, data: st.DataObject
) -> None:
    """An image is called by its path below its class, so names come back behind the folders written."""
    drawn = files_of(drawn)
    assume(not any("/" in name or name.startswith(".") for name in NAMES))
    sides = {name: data.draw(splits) for name in drawn} if sided else None
    lines = of_classes(drawn, "image-classification", sides)
    got, back = there_and_back(FOLDERS, lines, no_splits=not sided)
    expected = sorted((*names, side) for names, side in classes_said(lines, "x").values())
    assert sorted((*names, side) for names, side in classes_said(back.lines, "pets").values()) == expected
    endings = [line["source-ref"].removeprefix(got.told.prefix) for line in lines]
    assert sorted(len(name.split("/")[-1]) for name in endings) == sorted(
        len(line["source-ref"].split("/")[-1]) for line in back.lines
    )
    assert (got.lost, back.lost, back.beside, back.odd) == ({}, {}, {}, {})


folder_names = st.lists(st.sampled_from(["a.jpg", "b.PNG", "x/a.jpg", "é/ü.jpeg"]), min_size=1, unique=True)


@given(
    st.dictionaries(st.sampled_from(["cat", "Dog", "é", "train"]), folder_names, min_size=1), st.booleans()
)
def test_folders_come_back_from_a_manifest(drawn: dict[str, list[str]], sided: bool) -> None:
    """An image of another class keeps the folder that all images share from being that of a class."""
    top = "test/" if sided else ""
    names = {f"{top}{name}/{file}" for name, files in drawn.items() for file in files} | {f"{top}zebra/a.jpg"}
    with tempfile.TemporaryDirectory() as directory:
        first, again = Path(directory, "in"), Path(directory, "again")
        put(first, dict.fromkeys(names, b""))
        got = imported(FOLDERS, first, options={"no_splits": not sided})
        told = exported(FOLDERS, Path(directory, "out.manifest"), again, images=first / top)
        back = {str(file.relative_to(again)) for file in again.rglob("*") if file.is_file()}
    assert back == names
    assert (got.lost, got.beside, told.lost) == ({}, {}, {})


several_classes = st.lists(st.sampled_from(NAMES), unique=True, max_size=3)


@given(
    st.dictionaries(image_names, several_classes, min_size=1, max_size=5),
    st.sampled_from([".csv", ".jsonl"]),
    st.booleans(),
    st.data(),
)
def test_classes_come_back_from_a_table(
    drawn: dict[str, list[str]], ending: str, one: bool, data: st.DataObject
) -> None:
    drawn = {name: classes or [NAMES[0]] if one else classes for name, classes in drawn.items()}
    kind = "image-classification" if one else "image-classification-multilabel"
    lines = of_classes(drawn, kind, {name: data.draw(splits) for name in drawn})
    with tempfile.TemporaryDirectory() as directory:
        manifest, table = Path(directory, "in.manifest"), Path(directory, f"table{ending}")
        manifest.write_bytes(b"".join(dump(line) + b"\n" for line in lines))
        got = exported(CSV, manifest, table)
        back = imported(CSV, table, prefix=got.told.prefix, options={"type": kind})
    assert classes_said(back.lines, "pets") == classes_said(lines, "x")
    assert (got.lost, back.lost, back.beside) == ({}, {}, {})


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=6)
label_words = words.filter(lambda word: not is_blank(word))
texts = st.lists(words, min_size=1, max_size=5).map(" ".join).filter(lambda text: not is_blank(text))


@given(st.lists(st.tuples(st.lists(label_words, min_size=1, max_size=3, unique=True), texts), min_size=1))
def test_a_manifest_has_all_that_a_fasttext_file_has(drawn: list[tuple[list[str], str]]) -> None:
    assume(not any("__label__" in text for _, text in drawn))
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "in.txt")
        lines = ["".join(f"__label__{label} " for label in labels) + text for labels, text in drawn]
        file.write_text("\n".join(lines), "utf-8")
        got = imported(FASTTEXT, file, prefix="", options={"type": "text-classification-multilabel"})
    back = [
        ([line["pets-metadata"]["class-map"][str(i)] for i in line["pets"]], line["source"])
        for line in got.lines
    ]
    assert back == drawn
    assert (got.lost, got.beside) == ({}, {})


whole = st.integers(0, 640)
listed = st.tuples(st.integers(0, len(NAMES) - 1), whole, whole, whole, whole)
plain_names = image_names.filter(lambda name: not any(c in name for c in "\t\n\r") and name.isprintable())


@given(st.dictionaries(plain_names, st.lists(listed, max_size=3), min_size=1, max_size=4))
def test_a_manifest_has_all_boxes_of_a_list(drawn: dict[str, list[tuple[int, ...]]]) -> None:
    """Sides in fractions of 1024 pixels are exact, so that pixels come out as they were."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "in.lst")
        with file.open("w", encoding="utf-8", newline="") as lines:
            for number, (name, of_image) in enumerate(drawn.items()):
                values = [one for i, *sides in of_image for one in (i, *(side / 1024 for side in sides))]
                lines.write("\t".join(map(str, (number, 4, 5, 1024, 1024, *values, name))) + "\n")
        got = imported(LST, file, categories=NAMES)
    expected = [
        (
            f"{PREFIX}{name}",
            [{"width": 1024, "height": 1024, "depth": 3}],
            [(NAMES[i], [x1, y1, x2 - x1, y2 - y1]) for i, x1, y1, x2, y2 in of_image],
        )
        for name, of_image in drawn.items()
    ]
    assert said(got.lines, "pets") == expected
    assert (got.lost, got.beside) == ({}, {})
