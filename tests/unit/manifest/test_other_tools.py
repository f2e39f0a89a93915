import json
import re
from pathlib import Path

import pytest

from groundtrain.errors import GroundtrainError, ManifestError
from groundtrain.formats.registry import FORMATS
from groundtrain.manifest import other_tools
from groundtrain.manifest.other_formats import refuse_other_formats
from groundtrain.manifest.source import FileManifest
from tests.label_files import put
from tests.manifest_lines import dump, good

COCO = {
    "info": {"year": 2026},
    "images": [{"id": 1, "file_name": "1.jpg", "width": 640, "height": 480}],
    "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 20, 30, 40]}],
    "categories": [{"id": 1, "name": "car"}],
}
STUDIO = [{"id": 1, "data": {"image": "s3://acme/1.jpg"}, "annotations": [{"result": []}]}]
FILES = {
    "a COCO file": [
        dump(COCO),
        json.dumps(COCO, indent=2).encode(),
        b"\xef\xbb\xbf" + dump(COCO),
        dump(COCO["annotations"]),
        dump({"annotations": COCO["annotations"] * 30_000, "images": []}),  # type: ignore[operator]
        dump(COCO | {"images": COCO["images"] * 30_000}),  # type: ignore[operator]
    ],
    "a YOLO label file": [
        b"0 0.5 0.5 0.2 0.2\n",
        b"0 0.5 0.5 0.2 0.2\r\n12 0.1 0.2 1e-3 0.4\r\n",
        b"1 0.1 0.1 0.9 0.1 0.9 0.9",
    ],
    "the YAML file of a YOLO data folder": [
        b"# Ultralytics\npath: coco8\ntrain: images/train\n\nnames:\n  0: person\n",
        b"nc: 2\nnames: ['a', 'b']\r\n",
    ],
    "an MXNet list": [b"0\t0\tcats/0.jpg\n", b"5\t1.0\t0.0\ta b.jpg\n6\t0\t1\tc.jpg\n"],
    "a fastText file": [
        b"__label__sauce __label__cheese How much does potato starch affect a cheese sauce recipe?\n",
        b"__label__a b\nno label\n",
    ],
    "a dataset manifest of CVAT": [
        b'{"version":"1.1"}\n{"type":"images"}\n{"name":"0001","extension":".jpg","width":640,"height":480}\n'
    ],
    "an export of Label Studio": [
        dump(STUDIO),
        json.dumps(STUDIO, indent=2).encode(),
        dump([{"annotations": [{"result": [{"from_name": "mask", "rle": [1] * 400_000}]}], "data": {}}]),
        dump([{"completions": [], "data": {"image": "s3://acme/1.jpg"}}]),
        dump([{"image": "1.jpg", "id": 1, "tag": [], "annotator": 1, "annotation_id": 2}]),
    ],
    "a Pascal VOC file": [
        b"<annotation>\n<folder>x</folder></annotation>",
        b'<?xml version="1.0"?>\n<!-- a -->\n<annotation verified="yes"/>',
    ],
    "a CVAT file": [b'<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n'],
    "is XML": [b"<svg/>"],
    "a table of labels": [
        b"filename,width,height,class,xmin,ymin,xmax,ymax\na.jpg,640,480,car,1,2,3,4\n",
        b'"image";"label"\na.jpg;car\n',
        b"ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax\n",
        b"key,class,left,top,width,height,image_width,image_height\n",
    ],
    "a table without names of columns": [b"img/a.jpg,10,20,40,60,car\n", b'"a.PNG"\tcat\n'],
    "a LabelMe file": [dump({"version": "5", "shapes": [], "imagePath": "a.jpg"})],
    "an export of Labelbox": [dump({"data_row": {"id": "x"}, "projects": {}})],
    "an import file of Vertex AI": [dump({"imageGcsUri": "gs://b/a.jpg", "boundingBoxAnnotations": []})],
}


def refusal(directory: Path, content: bytes) -> ManifestError:
    path = directory / "file"
    path.write_bytes(content)
    with pytest.raises(ManifestError) as raised:
        refuse_other_formats(FileManifest(path))
    return raised.value


@pytest.mark.parametrize(
    ("what", "content"), [(what, content) for what, contents in FILES.items() for content in contents]
)
def test_a_file_of_another_tool_is_named_with_a_next_step(what: str, content: bytes, tmp_path: Path) -> None:
    refused = refusal(tmp_path, content)
    assert what in refused.message
    known = r"groundtrain import (s3-manifest|\S+ (\S*file|FOLDER) --attribute NAME)"
    assert re.search(known, refused.fix)


VARIANTS = {
    "CRLF": lambda content: re.sub(rb"\r?\n", b"\r\n", content),
    "CR": lambda content: re.sub(rb"\r?\n", b"\r", content),
    "BOM": lambda content: b"\xef\xbb\xbf" + content.removeprefix(b"\xef\xbb\xbf"),
    "blank lines first": lambda content: b"\r\n \n" + content,
    "extensions in capitals": lambda content: re.sub(
        rb"\.(?:jpg|png)", lambda found: found[0].upper(), content
    ),
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("what", FILES)
def test_a_file_of_another_tool_is_known_in_each_of_its_variants(
    what: str, variant: str, tmp_path: Path
) -> None:
    for content in FILES[what]:
        assert what in refusal(tmp_path, VARIANTS[variant](content)).message


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("indent", [1, "\t"])
def test_an_indented_file_of_another_tool_is_known(what: str, indent: int | str, tmp_path: Path) -> None:
    for content in FILES[what]:
        if content[:1] in (b"{", b"[") and content.count(b"\n{") < 2:
            text = json.dumps(json.loads(content), indent=indent)
            assert what in refusal(tmp_path, text.encode()).message


@pytest.mark.parametrize("separator", [b",\n", b"\n,", b",", b" ,\r\n"])
def test_a_json_array_of_records_is_no_manifest_however_its_lines_break(
    separator: bytes, tmp_path: Path
) -> None:
    for around in (b"[%s]", b"[\n%s\n]\n", b"\xef\xbb\xbf[ \n%s]"):
        refused = refusal(tmp_path, around % separator.join(good(3)))
        assert "is a JSON array of records" in refused.message
        assert "jq" in refused.fix


@pytest.mark.parametrize("content", [b"hello\nworld\n", b"a,b\n", b"0.5 0.5\n"])
def test_what_is_of_no_known_tool_is_not_called_so(content: bytes, tmp_path: Path) -> None:
    assert "no line that is JSON" in refusal(tmp_path, content + b"x").message


@pytest.mark.parametrize("key", ["images", "data", "annotations"])
def test_records_with_keys_of_other_tools_are_records(key: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(dump({"images": [], "annotations": [], "data": {}, key: 1, "source-ref": "s3://akt/b"}))
    refuse_other_formats(FileManifest(path))


def test_a_sequence_file_is_told_how_its_frames_become_lines(tmp_path: Path) -> None:
    refused = refusal(tmp_path, dump({"tracking-annotations": [{"frame": "0.jpeg", "annotations": []}]}))
    assert "is the label file of one sequence" in refused.message
    assert "groundtrain import sequence" in refused.fix
    assert "a line for each frame" in refused.fix


def test_formats_that_are_imported_are_those_of_the_registry() -> None:
    tools = (*(tool for _, tool in other_tools.BY_KEYS), *other_tools.BY_ROOT.values())
    assert {tool.format for tool in tools if tool.format} <= FORMATS.keys()


FOLDERS = {
    "a folder of Pascal VOC files": {"Annotations/x/a.xml": "<annotation>\n</annotation>", "README.md": ""},
    "a folder with folders of images": {"cat/a.jpg": "", "dog/b.PNG": "", "README.md": ""},
    "a YOLO data folder": {"custom.yml": "names: [a]\ntrain: images\n", "images/a.jpg": ""},
}


@pytest.mark.parametrize("what", FOLDERS)
def test_a_folder_of_another_tool_is_named_with_the_command_that_imports_it(
    what: str, tmp_path: Path
) -> None:
    put(tmp_path / "a set", FOLDERS[what])
    with pytest.raises(ManifestError, match=f"a set is {what}") as raised:
        refuse_other_formats(FileManifest(tmp_path / "a set"))
    assert re.search(r"groundtrain import \S+ '\S*/a set' --attribute NAME", raised.value.fix)


COCO_FILE = '{"images": [{"file_name": "a.jpg"}], "annotations": []}'


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {"annotations/captions_val.json": COCO_FILE, "annotations/instances_val.json": COCO_FILE},
            'COCO files, "annotations/instances_val.json", "annotations/captions_val.json"',
        ),
        ({"train/_annotations.coco.json": COCO_FILE}, 'a COCO file, "train/_annotations.coco.json"'),
        ({"labels.json": COCO_FILE, "other.json": "[]"}, 'a COCO file, "labels.json"'),
    ],
)
def test_a_folder_as_coco_is_published_is_no_folder_of_classes(
    files: dict[str, str], words: str, tmp_path: Path
) -> None:
    images = {"train/a.jpg": "", "train/b.jpg": "", "val/a.jpg": ""}
    put(tmp_path / "a set", files | images)  # type: ignore[arg-type]
    with pytest.raises(ManifestError, match=f"a set is a folder with {re.escape(words)}") as raised:
        refuse_other_formats(FileManifest(tmp_path / "a set"))
    first = words.split('"')[1]
    assert raised.value.fix == f"name one file: '{tmp_path}/a set'/{first}"


def test_folders_of_images_may_lie_below_those_of_sides(tmp_path: Path) -> None:
    put(tmp_path / "set", {"train/cat/a.jpg": "", "train/dog/a.jpg": "", "val/cat/b.jpg": ""})
    with pytest.raises(ManifestError, match="is a folder with folders of images"):
        refuse_other_formats(FileManifest(tmp_path / "set"))


@pytest.mark.parametrize("files", [{"images/a.jpg": "", "labels/a.jpg": ""}, {"cat/a.jpg": ""}, {"a/b": ""}])
def test_other_folders_are_not_taken_for_classes(files: dict[str, str], tmp_path: Path) -> None:
    put(tmp_path / "set", files)  # type: ignore[arg-type]
    with pytest.raises(GroundtrainError, match="is a directory"):
        refuse_other_formats(FileManifest(tmp_path / "set"))


def test_a_folder_of_nothing_known_is_a_directory(tmp_path: Path) -> None:
    with pytest.raises(GroundtrainError, match="is a directory"):
        refuse_other_formats(FileManifest(tmp_path))
