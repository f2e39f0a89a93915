"""Tables: every cell is read, or the table is refused with all that is missing at once."""

import json
from pathlib import Path

import pytest

from groundtrain.cli.application import run
from groundtrain.errors import ManifestError
from tests.label_samples import labeled, samples
from tests.manifest_lines import box, dump, good, manifest_of, record
from tests.tables import BOX_COLUMNS, imported

MULTILABEL, ONE = "groundtruth/image-classification-multilabel", "groundtruth/image-classification"


@pytest.mark.parametrize(
    ("header", "type_name", "message", "fix"),
    [
        (
            "key,class,xmin,ymin,xmax,ymax",
            None,
            "labels lacks columns of a table of groundtruth/object-detection",
            "left, top, width, height from xmin, ymin, xmax, ymax; image_width; image_height",
        ),
        ("key,class,left,top,width,height", None, "labels lacks columns", "image_width; image_height"),
        (
            "filename,width,height,class,xmin,ymin,xmax,ymax",
            None,
            "labels lacks columns",
            "key for filename; left, top, width, height from xmin, ymin, xmax, ymax; image_width for width;",
        ),
        (
            "image_id,class,bbox",
            None,
            "labels lacks columns",
            "key for image_id; left, top, width, height from bbox",
        ),
        ("file,label", None, "labels lacks columns", "key for file; class for label"),
        (
            "image,name,x,y,w,h",
            None,
            "labels lacks columns",
            "left for x; top for y; width for w; height for h",
        ),
        ("key,class,color,score", None, "labels has columns that are not read: color, score", "remove them"),
        ("key,class,left", ONE, "labels has columns that are not read: left", "remove them"),
        ("key,class,day", MULTILABEL, "labels has columns that are not read: day", "remove them"),
        (BOX_COLUMNS.strip() + ",occluded", None, "not read: occluded", "remove them"),
        ("key,source,class", None, "not read: source", "remove them"),
        ("key,left,right", None, "labels lacks columns", "if these are names of classes, add --type"),
    ],
)
def test_a_table_is_refused_with_all_that_is_missing_or_not_read(
    tmp_path: Path, header: str, type_name: str | None, message: str, fix: str
) -> None:
    table = header + "\n" + ",".join(["a", *["1"] * header.count(",")]) + "\n"
    with pytest.raises(ManifestError) as caught:
        imported(tmp_path, table, "a", type_name=type_name)
    assert message in caught.value.message
    assert fix in caught.value.fix
    assert not (tmp_path / "out").exists()


def test_a_later_row_of_json_lines_drops_no_cell_either(tmp_path: Path) -> None:
    table = '{"key":"a","class":"cat"}\n{"key":"b","class":"cat","score":1}\n'
    with pytest.raises(ManifestError, match="labels line 2 has columns that are not read: score"):
        imported(tmp_path, table, "a", "b")


def test_a_key_that_stands_twice_in_a_row_of_json_lines_is_refused(tmp_path: Path) -> None:
    rows = '{"key": "a.jpg", "class": "cat"}\n{"key": "b.jpg", "class": "dog", "class": "cat"}\n'
    with pytest.raises(ManifestError, match='labels line 2: the key "class" is there twice'):
        imported(tmp_path, rows, "a.jpg", "b.jpg")


@pytest.mark.parametrize("name", [" ", "\\u00a0", "\\u200b"])
@pytest.mark.parametrize("type_name", [ONE, MULTILABEL])
def test_a_class_without_a_visible_character_is_refused(tmp_path: Path, name: str, type_name: str) -> None:
    with pytest.raises(ManifestError, match="labels line 1: the class has no visible character"):
        imported(tmp_path, f'{{"key":"a","class":"{name}"}}', "a", type_name=type_name)


def test_a_name_keeps_the_spaces_around_it_in_every_table(tmp_path: Path) -> None:
    for number, table in enumerate(["key,class\na, cat\n", BOX_COLUMNS + "a, cat,1,2,3,4,640,480\n"]):
        (tmp_path / str(number)).mkdir()
        assert imported(tmp_path / str(number), table, "a")[0].classes == (" cat",)


def test_names_that_look_alike_are_told_and_stay_two_classes(tmp_path: Path) -> None:
    told, _ = imported(tmp_path, "key,class\na,Cat\nb,cat\nc,traffic light\nd,traffic_light\n", *"abcd")
    assert told.classes == ("Cat", "cat", "traffic light", "traffic_light")
    assert told.similar_names == (("Cat", "cat"), ("traffic light", "traffic_light"))


@pytest.mark.parametrize("prefix", ["s3://s3://acme/", "s3://"])
def test_an_import_writes_the_scheme_once_and_tells(tmp_path: Path, prefix: str) -> None:
    key = "a" if prefix.endswith("acme/") else "s3://acme/a"
    told, lines = imported(tmp_path, f"key,class\n{key},cat\n", key, prefix=prefix)
    assert lines[0]["source-ref"] == "s3://acme/a"
    assert told.fixed_addresses.examples == [key]


def exported(tmp_path: Path, capsys: pytest.CaptureFixture[str], *lines: bytes, name: str = "t.csv") -> tuple:
    source = manifest_of(tmp_path, *lines)
    files = ["--output", str(tmp_path / "keys"), "--labels", str(tmp_path / name)]
    code = run(["export", "s3-manifest", str(source.path), *files, "--label", "boxes"])
    return code, capsys.readouterr(), (tmp_path / name).read_text("utf-8")


def test_an_export_tells_lines_whose_object_an_earlier_line_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = [dump({"page": i, **record("s3://acme/1.jpg", box(left=i))}) for i in range(3)]
    code, said, text = exported(tmp_path, capsys, *pages)
    assert (code, len(text.splitlines())) == (1, 2)
    assert (
        "2 lines with the object of an earlier one, whose labels are not in the table: line 2, line 3"
        in said.err
    )


def test_an_export_tells_labels_under_another_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = record("s3://bucket/2.jpg", box())
    elsewhere = dump({key.replace("boxes", "week2"): value for key, value in line.items()})
    weather = labeled("weather", 0, "s3://bucket/3.jpg", "image-classification", class_name="rain")
    both = dump({**record("s3://bucket/3.jpg", box()), **weather})
    code, said, _ = exported(tmp_path, capsys, *good(1), elsewhere, both)
    assert code == 1
    assert "1 object without a label that can be read: line 2" in said.err
    assert "join them: groundtrain merge FILE --take boxes --take week2 --output FILE" in said.err
    assert "Labels that are not in the table: week2 on 1 line, weather on 1 line" in said.err


def test_an_export_writes_the_scheme_once_and_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said, text = exported(tmp_path, capsys, dump(record("s3://s3://acme/1.jpg", box())))
    assert json.loads((tmp_path / "keys").read_bytes()) == [{"prefix": "s3://acme/"}, "1.jpg"]
    assert text.splitlines()[1].startswith("1.jpg,car")
    assert (code, "1 address with s3:// twice, written once: line 1" in said.err) == (0, True)


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl"])
def test_a_class_without_a_name_is_not_exported_as_no_class(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    unnamed = dump(record("s3://bucket/1.jpg", box(), classes={"0": ""}))
    code, said, _ = exported(tmp_path, capsys, unnamed, *good(1), name=name)
    assert code == 1
    assert "1 object without a label that can be read: line 1" in said.err


def test_cells_that_look_like_formulas_are_kept_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        dump(record(f"s3://acme/{i}.jpg", box(), classes={"0": name})) for i, name in enumerate(["=1+2", "b"])
    ]
    code, said, text = exported(tmp_path, capsys, *lines)
    assert text.splitlines()[1].startswith("0.jpg,=1+2,10")
    assert code == 0
    assert "1 cell that a spreadsheet program takes for a formula, kept as it is: =1+2" in said.err
    _, said, _ = exported(tmp_path, capsys, *lines, name="t.jsonl")
    assert said.err == ""


def test_each_cell_that_looks_like_a_formula_is_named_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["=1+2"] * 6 + ["@x"]
    lines = [dump(record(f"s3://acme/{i}.jpg", box(), classes={"0": name})) for i, name in enumerate(names)]
    _, said, _ = exported(tmp_path, capsys, *lines)
    assert "7 cells that a spreadsheet program takes for a formula, kept as it is: =1+2, @x\n" in said.err


def test_a_name_with_blank_lines_comes_back_whole_and_one_with_a_carriage_return_is_refused(
    tmp_path: Path,
) -> None:
    told, _ = imported(tmp_path, '\n\nkey,class\n\n"a","x\n\ny"\n', "a")
    assert told.classes == ("x\n\ny",)
    line = dump(record("s3://acme/1.jpg", box(), classes={"0": "c\rd"}))
    files = ["--output", str(tmp_path / "keys"), "--labels", str(tmp_path / "t.csv")]
    assert run(["export", "s3-manifest", str(manifest_of(tmp_path, line).path), *files]) == 1
    assert not (tmp_path / "t.csv").exists()


def test_an_export_without_any_usable_address_says_what_is_wrong_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = manifest_of(tmp_path, dump(record("s3://<my-bucket>/1.jpg", box())))
    assert run(["export", "s3-manifest", str(source.path), "--output", str(tmp_path / "keys")]) == 1
    assert '; line 1: no bucket is named "<my-bucket>"' in capsys.readouterr().err


def test_an_export_of_texts_says_that_they_are_no_objects(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = manifest_of(tmp_path, *map(dump, samples("groundtruth/text-classification")))
    assert run(["export", "s3-manifest", str(source.path), "--output", str(tmp_path / "keys")]) == 1
    assert "line 1 has a text in source, and no object in S3" in capsys.readouterr().err
