"""What becomes of a table of labels: columns by their usual names, and refusals where names do not tell."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from groundtrain.errors import GroundtrainError, ManifestError, SettingsError
from groundtrain.formats.csv_labels.format import CSV
from tests.imported_labels import exported, imported
from tests.manifest_lines import dump


def of(tmp_path: Path, *rows: str, images: Path | None = None, **options: Any) -> Any:
    (tmp_path / "a.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return imported(CSV, tmp_path / "a.csv", images=images, options=options)


def boxes(got: Any) -> list[Any]:
    """Of each line the classes and sides of its boxes."""
    return [
        [
            (line["pets-metadata"]["class-map"][str(one["class_id"])], *list(one.values())[1:])
            for one in line["pets"]["annotations"]
        ]
        for line in got.lines
    ]


SIZED = "key,class,left,top,width,height,image_width,image_height"


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("filename,width,height,class,xmin,ymin,xmax,ymax", "a.jpg,640,480,car,10,20,40,60"),
        ("image_path;label;x1;y1;x2;y2;img_width;img_height", "a.jpg;car;10;20;40;60;640;480"),
        ("Image\tName\tLeft\tTop\tRight\tBottom\tImg Width\tImg-H", "a.jpg\tcar\t10\t20\t40\t60\t640\t480"),
        (SIZED, "a.jpg,car,10,20,30,40,640,480"),
        ("imageWidth,imageHeight,path,category,x,y,w,h", "640,480,a.jpg,car,10,20,30,40"),
        ("file,className,bbox_x,bbox_y,bboxW,bboxH,image_w,image_h", "a.jpg,car,10,20,30,40,640,480"),
        ("source,class,xtl,ytl,xbr,ybr,image_width,image_height", "a.jpg,car,10,20,40,60,640,480"),
    ],
)  # fmt: skip
def test_columns_go_by_their_usual_names(tmp_path: Path, header: str, row: str) -> None:
    got = of(tmp_path, header, row)
    assert boxes(got) == [[("car", 10, 20, 30, 40)]]
    assert got.lines[0]["pets"]["image_size"] == [{"width": 640, "height": 480, "depth": 3}]
    assert (got.lost, got.beside, got.odd) == ({}, {}, {})


def test_rows_of_one_image_may_stand_anywhere_and_one_without_a_box_is_a_negative(tmp_path: Path) -> None:
    got = of(
        tmp_path,
        SIZED,
        "a.jpg,car,1,2,3,4,640,480",
        "b.jpg,,,,,,640,480",
        'f/a.jpg,"van, big",1,2,3,4,640,480',
        "a.jpg,van,1.50,2,3e1,.25,640,480",
    )
    assert [line["source-ref"].removeprefix("s3://bucket/f/") for line in got.lines] == [
        "a.jpg",
        "b.jpg",
        "f/a.jpg",
    ]
    assert boxes(got) == [[("car", 1, 2, 3, 4), ("van", 1.5, 2, 30, 0.25)], [], [("van, big", 1, 2, 3, 4)]]
    assert got.told.classes == ("car", "van, big", "van")
    assert got.told.without_objects == 1


def test_sides_come_from_corners_to_the_last_digit(tmp_path: Path) -> None:
    got = of(
        tmp_path, "key,class,xmin,ymin,xmax,ymax,image_width,image_height", "a.jpg,car,10.1,0.1,20.3,0.3,9,9"
    )
    assert boxes(got) == [[("car", 10.1, 0.1, 10.2, 0.2)]]


def test_sizes_that_the_table_lacks_come_from_the_images(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    Image.new("RGB", (32, 16)).save(tmp_path / "f" / "a.jpg")
    rows = ("key,class,left,top,width,height", "a.jpg,car,1,2,3,4")
    got = of(tmp_path, *rows, images=tmp_path / "f")
    assert got.lines[0]["pets"]["image_size"] == [{"width": 32, "height": 16, "depth": 3}]
    with pytest.raises(ManifestError, match=r"line 2: the size of a\.jpg is not said"):
        of(tmp_path, *rows)


def test_fractions_are_taken_for_such_only_when_said(tmp_path: Path) -> None:
    rows = ("key,class,xmin,ymin,xmax,ymax,image_width,image_height", "a.jpg,car,0.25,0.5,0.75,1.0,640,480")
    with pytest.raises(ManifestError, match="every box lies within two pixels") as raised:
        of(tmp_path, *rows)
    assert raised.value.fix == "add --fractions if they are"
    assert boxes(of(tmp_path, *rows, fractions=True)) == [[("car", 160, 240, 320, 240)]]
    with pytest.raises(ManifestError, match="line 3: a box of 10, 20, 30, 40 is not said in fractions"):
        of(tmp_path, *rows, "b.jpg,car,10,20,40,60,640,480", fractions=True)


def test_width_and_height_beside_corners_may_be_those_of_the_box(tmp_path: Path) -> None:
    rows = ("filename,width,height,class,xmin,ymin,xmax,ymax", "a.jpg,30,40,car,10,20,40,60")
    with pytest.raises(
        ManifestError, match="line 2: width and height are those of the box, and may be"
    ) as raised:
        of(tmp_path, *rows)
    assert "--columns image_width=width,image_height=height" in raised.value.fix
    assert "--columns width=width,height=height" in raised.value.fix
    got = of(tmp_path, *rows, columns="image_width=width,image_height=height")
    assert got.lines[0]["pets"]["image_size"] == [{"width": 30, "height": 40, "depth": 3}]
    with pytest.raises(ManifestError, match=r"the size of a\.jpg is not said"):
        of(tmp_path, *rows, columns="width=width,height=height")


def test_columns_of_other_names_are_named_by_an_option(tmp_path: Path) -> None:
    got = of(
        tmp_path,
        'photo,"a, b",l,t,w,h,iw,ih,age',
        "a.jpg,cat,1,2,3,4,640,480,5",
        columns='key=photo,"class=a, b",left=l,top=t,image_width=iw,image_height=ih,ignore=age',
    )
    assert boxes(got) == [[("cat", 1, 2, 3, 4)]]
    assert got.beside == {}


@pytest.mark.parametrize("text", ["photo", "key", "place=photo", "key=photo,key=photo", "key=a\nb"])
def test_an_option_that_names_no_column_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="does not say what a column is") as raised:
        of(tmp_path, "photo,class", "a.jpg,cat", columns=text)
    assert "WHAT=COLUMN" in raised.value.fix


def test_one_class_for_all_boxes_can_be_said(tmp_path: Path) -> None:
    rows = (
        "image_id,x,y,w,h,image_width,image_height,source",
        "a,1,2,3,4,640,480,farm",
        "b,,,,,640,480,farm",
    )
    with pytest.raises(ManifestError, match="no column for the class") as raised:
        of(tmp_path, *rows)
    assert "--class NAME" in raised.value.fix
    got = of(tmp_path, *rows, **{"class": "wheat"})
    assert boxes(got) == [[("wheat", 1, 2, 3, 4)], []]
    assert list(got.beside) == ['the column "source"']


def test_other_columns_are_counted_where_they_are_not_empty(tmp_path: Path) -> None:
    got = of(tmp_path, f"{SIZED},difficult,", "a.jpg,car,1,2,3,4,640,480,1,0", "b.jpg,car,1,2,3,4,640,480,,")
    at = f"{tmp_path}/a.csv line 2"
    assert got.beside == {'the column "difficult"': [at], 'the column ""': [at]}


def test_a_class_an_image_comes_from_one_column_and_none_is_counted(tmp_path: Path) -> None:
    got = of(tmp_path, "filename,label", "a.jpg,cat", "b.jpg,dog", "a.jpg,cat", "c.jpg,")
    assert [line["pets-metadata"]["class-name"] for line in got.lines] == ["cat", "dog"]
    assert got.told.type == "groundtruth/image-classification"
    assert got.lost == {"images and texts without a class": ["c.jpg"]}
    at = f"{tmp_path}/a.csv line 4"
    assert got.beside == {"rows that repeat an image or text, and are taken as one with it": [at]}


def test_two_classes_of_one_image_are_refused_unless_several_are_asked_for(tmp_path: Path) -> None:
    rows = ("filename,label", "a.jpg,cat", "a.jpg,dog", "b.jpg,")
    with pytest.raises(ManifestError, match=r'line 3: "a\.jpg" has the classes "cat" and "dog"') as raised:
        of(tmp_path, *rows)
    assert "--type image-classification-multilabel" in raised.value.fix
    got = of(tmp_path, *rows, type="image-classification-multilabel")
    assert [line["pets"] for line in got.lines] == [[0, 1], []]


def test_columns_of_0_and_1_are_classes(tmp_path: Path) -> None:
    got = of(tmp_path, "filename, cat, dog ,split", "a.jpg,1,1,train", "b.jpg,0,0.0,valid", "c.jpg,,true,")
    assert [line["pets"] for line in got.lines] == [[0, 1], [], [1]]
    assert got.told.classes == ("cat", "dog")
    assert got.told.splits == {"train": 1, "validation": 1}
    assert got.beside == {}
    again = of(tmp_path, "filename,cat,dog", "a.jpg,1,0", "a.jpg,0,1")
    assert [line["pets"] for line in again.lines] == [[0, 1]]
    assert list(again.beside) == ["rows that repeat an image or text, and are taken as one with it"]
    with pytest.raises(ManifestError, match='line 2: "age" is "7"') as raised:
        of(tmp_path, "filename,cat,age", "a.jpg,1,7")
    assert "--columns ignore=age" in raised.value.fix


def test_texts_have_a_class_or_several(tmp_path: Path) -> None:
    rows = ("text,label", '"Good, and\ncheap",+', "Bad,-")
    got = of(tmp_path, *rows, prefix="")
    assert [line["source"] for line in got.lines] == ["Good, and\ncheap", "Bad"]
    assert got.told.type == "groundtruth/text-classification"
    assert list(got.beside) == ["line breaks within cells, read as LF, with CR or without"]
    got = of(tmp_path, *rows, type="text-classification-multilabel")
    assert got.told.type == "groundtruth/text-classification-multilabel"


def test_an_image_is_on_one_side(tmp_path: Path) -> None:
    rows = (
        "filename,label,set",
        "a.jpg,cat,TRAIN",
        "b.jpg,cat,valid",
        "c.jpg,cat,test",
        "d.jpg,cat,UNASSIGNED",
    )
    got = of(tmp_path, *rows)
    assert [line.get("split") for line in got.lines] == ["train", "validation", "test", None]
    assert got.beside == {'values of "set" that are no side': ['"UNASSIGNED"']}
    with pytest.raises(ManifestError, match=r"line 6: a\.jpg is for test here, and for train before"):
        of(tmp_path, *rows, "a.jpg,cat,test")


def test_json_lines_have_the_same_columns(tmp_path: Path) -> None:
    size = {"img_w": 64, "img_h": 48}
    rows = [
        {"image": "a.jpg", "label": "car", "x1": 10.5, "y1": 20, "x2": 40, "y2": 60, **size},
        {"image": "b.jpg", "label": None, "x1": None, "y1": None, "x2": None, "y2": None, **size},
    ]
    got = of(tmp_path, *map(json.dumps, rows))
    assert boxes(got) == [[("car", 10.5, 20, 29.5, 40)], []]


SIDES = "key,class,left,top,width,height,image_width,image_height"
WRONG = [
    (("a,b", "1,2"), "no column that names the image, and none of a text (its columns: a, b)"),
    (("filename,path,class", "a,b,c"), 'the columns "filename", "path" may each be the key'),
    (("key,class,name", "a,b,c"), 'the columns "class", "name" may each be the class'),
    (("key,class,left,top,width", "a,b,1,2,3"), "no column for height of boxes"),
    (("key,class,xmin,ymin,xmax", "a,b,1,2,3"), "no column for bottom of boxes"),
    (("key,class,x_center,y_center,width,height", "a,b,1,2,3,4"), "boxes by their centres"),
    (("key,class,bbox", 'a,b,"[1, 2, 3, 4]"'), "all sides of a box in the column bbox"),
    (("key", "a"), "no column for the class"),
    ((SIDES,), "has no rows below its columns"),
    ((SIDES, ",car,1,2,3,4,640,480"), "line 2: key is empty"),
    ((SIDES, "a,car,1,2,3,,640,480"), "line 2: half a box, without height"),
    ((SIDES, "a,car,,,,,640,480"), "line 2: a class without a box"),
    ((SIDES, "a,,1,2,3,4,640,480"), "line 2: a box without a class"),
    ((SIDES, "a, ,1,2,3,4,640,480"), "line 2: the class has no visible character"),
    ((SIDES, "a,car,x,2,3,4,640,480"), 'line 2: left is "x"'),
    ((SIDES, "a,car,nan,2,3,4,640,480"), 'line 2: left is "nan"'),
    ((SIDES, "a,car,1,2,inf,4,640,480"), 'line 2: width is "inf"'),
    ((SIDES, "a,car,1_0,2,3,4,640,480"), 'line 2: left is "1_0"'),
    ((SIDES, "a,car,1e99999999,2,3,4,640,480"), 'line 2: left is "1e99999999"'),
    ((SIDES, 'a,car,"1,5",2,3,4,640,480'), 'line 2: left is "1,5"'),
    ((SIDES, "a,car,3e9,2,3,4,640,480"), 'line 2: left is "3e9"'),
    ((SIDES, "a,car,1,2,3,4,640.5,480"), "line 2: image_width is 640.5"),
    ((SIDES, "a,car,1,2,3,4,0,480"), "line 2: image_width is 0"),
    ((SIDES, "a,car,1,2,3,4,640"), "line 2 is no row of the table: 7 cells for 8 columns"),
    ((SIDES, "a,car,1,2,3,4,640,480", "a,car,1,2,3,4,480,640"), "line 3: a is 480 x 640 pixels here, and"),
    (("key,class,class", "a,b,c"), "a column is named twice"),
    (("key,class", "../a,b"), 'line 2: the image "../a" is not below the folder'),
    (('{"key":"a","class":1}',), "line 1: the class is 1"),
    (('{"key":1,"class":"a"}',), "line 1: key is empty, or no text"),
    (('{"key":"a","class":"b"}', '{"key":"a","cat":1}'), "line 2 has columns of other labels than"),
    (('{"key":"a","class":"b"}', "{"), "line 2 is no JSON object"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "words"), WRONG, ids=[words for _, words in WRONG])
def test_a_table_that_cannot_be_used_is_refused_with_the_place(
    tmp_path: Path, rows: tuple[str, ...], words: str
) -> None:
    with pytest.raises(ManifestError) as raised:
        of(tmp_path, *rows)
    assert words in raised.value.message
    assert raised.value.fix


def test_boxes_with_swapped_corners_are_kept_and_told(tmp_path: Path) -> None:
    got = of(tmp_path, "key,class,x1,y1,x2,y2,image_width,image_height", "a.jpg,car,40,60,10,20,640,480")
    assert boxes(got) == [[("car", 40, 60, -30, -40)]]
    assert list(got.odd) == ["boxes without width or height, or with negative ones, kept as they are"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "has no labels"),
        (b'{"images":[],"annotations":[]}', "is a COCO file, and not a table of labels"),
        (
            b'{"source-ref":"s3://bkt/a.jpg","x":1,"x-metadata":{}}',
            "is an augmented manifest already, and not",
        ),
        ("filename,class\na.jpg,car\n".encode("utf-16"), "is UTF-16, and not a table of labels"),
        (b"filename,class\na.jpg,\xff\n", "line 2 is no row of the table"),
        (b'filename,class\n"a.jpg,car\n', "is no row of the table: unexpected end of data"),
    ],
)
def test_a_wrong_file_is_called_what_it_is(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(GroundtrainError) as raised:
        imported(CSV, tmp_path / "a.csv")
    assert words in raised.value.message
    assert raised.value.fix


def test_a_file_without_an_end_is_refused_at_once(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(1 << 40)
    with pytest.raises(ManifestError, match="is a binary file, and not a table of labels"):
        imported(CSV, tmp_path / "huge")


def test_a_file_says_in_words_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        f"{SIDES}\na,car,1,2,3,4,640,480\na,van,1,2,3,4,640,480\nb,,,,,,640,480\n"
    )
    assert CSV.counted is not None
    assert CSV.counted(tmp_path / "a.csv") == "2 images, 2 boxes, 2 classes"


def written(tmp_path: Path, *lines: Any, name: str = "out.csv", **options: Any) -> tuple[list[str], Any]:
    (tmp_path / "in.manifest").write_bytes(b"".join(dump(line) + b"\n" for line in lines))
    got = exported(CSV, tmp_path / "in.manifest", tmp_path / name, options=options)
    return (tmp_path / name).read_text("utf-8").splitlines(), got


def line_of(name: str, label: Any, metadata: dict[str, Any], **besides: Any) -> dict[str, Any]:
    source = {"source-ref": f"s3://bucket/f/{name}"} if name.endswith(".jpg") else {"source": name}
    return {**source, "x": label, "x-metadata": {"human-annotated": "yes", **metadata}, **besides}


def test_several_classes_are_a_row_each_and_none_is_a_row_without(tmp_path: Path) -> None:
    kind = {"type": "groundtruth/image-classification-multilabel", "class-map": {"0": "cat", "1": "=dog"}}
    none = {"type": kind["type"], "class-map": {}, "confidence-map": {}}
    rows, got = written(tmp_path, line_of("a.jpg", [0, 1], kind, split="test"), line_of("b.jpg", [], none))
    assert rows == ["key,class,split", "a.jpg,cat,test", "a.jpg,=dog,test", "b.jpg,,"]
    assert got.told.prefix == "s3://bucket/f/"


def test_texts_are_written_under_their_own_column(tmp_path: Path) -> None:
    kind = {"type": "groundtruth/text-classification", "class-name": "good"}
    rows, got = written(tmp_path, line_of("Fine, really", 0, kind), line_of("Well", 0, kind))
    assert rows == ["text,class,split", '"Fine, really",good,', "Well,good,"]
    assert got.told.prefix == ""


def test_an_empty_table_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(GroundtrainError):
        written(tmp_path, line_of("a.jpg", None, {"type": "groundtruth/image-classification"}))
    assert not (tmp_path / "out.csv").exists()
