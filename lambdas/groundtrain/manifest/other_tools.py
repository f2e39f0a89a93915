"""Recognise the label files of other tools by how they begin, and say how their labels become a table.

COCO: "Data format" at cocodataset.org. YOLO: class, then centre and size as fractions of the image.
Pascal VOC and CVAT: XML. MXNet: .lst, with tabs.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_IMPORT = "for groundtrain import s3-manifest (docs/exchange.md, other tools' labels)"
_BOXES = "key, class, left, top, width, height, image_width, image_height"
_LINES = 50
FILE = "LABELS"
"""Stands in advice for the file that was recognised."""
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_YOLO = re.compile(rf"[0-9]+(?:[ \t]+{_NUMBER}){{4,}}[ \t]*")
_YOLO_KEY = re.compile(r"^(names|nc|path|train|val|test)[ \t]*:", re.MULTILINE)
_LST = re.compile(rf"[0-9]+(?:\t{_NUMBER})+\t[^\t]*[^\t0-9.\-][^\t]*")
_XML = re.compile(r"(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<([A-Za-z_][\w.-]*)", re.DOTALL)
_NAMES = {
    "file",
    "filename",
    "file_name",
    "image",
    "imageid",
    "image_id",
    "image_path",
    "path",
    "key",
    "source",
    "imagepath",
    "image_name",
    "imagename",
    "file_path",
    "filepath",
    "img",
    "source-ref",
}
_TEXTS = {"text", "sentence", "document", "review", "comment", "utterance"}
_CLASSES = {"class", "label", "category"}
_PICTURE = re.compile(r"[^,;\t]+\.(?:jpe?g|png)\"?[,;\t].*", re.IGNORECASE)


class Tool(NamedTuple):
    """What a file is, and how its labels become a manifest.

    Attributes:
        what: begins with a verb.
        format: the word for it behind groundtrain import; "" where it is not known there.
    """

    what: str
    fix: str
    format: str = ""


def import_command(format_name: str, source: str = FILE) -> str:
    """Advice that names the command for a format."""
    return (
        f"groundtrain import {format_name} {source} --attribute NAME --image-prefix s3://… --output MANIFEST"
        " makes a manifest of it"
    )


def _importable(what: str, format_name: str) -> Tool:
    return Tool(what, import_command(format_name), format_name)


def _boxes(columns: str = _BOXES) -> str:
    return f"write its boxes as a table with the columns {columns}, {_IMPORT}"


def _table(columns: str) -> str:
    return f"write its labels as a table, {columns}, {_IMPORT}"


BY_KEYS: tuple[tuple[frozenset[str], Tool], ...] = (
    (
        frozenset({"images", "annotations"}),
        _importable("is a COCO file", "coco"),
    ),
    (frozenset({"image_id", "category_id"}), Tool("is a COCO file of results", _boxes())),
    *(
        (frozenset({"data", of_task}), _importable("is an export of Label Studio", "label-studio"))
        for of_task in ("annotations", "completions", "predictions")
    ),
    (
        frozenset({"annotator", "annotation_id"}),
        _importable("is an export of Label Studio (JSON-MIN)", "label-studio"),
    ),
    (frozenset({"shapes", "imagePath"}), Tool("is a LabelMe file", _boxes())),
    (frozenset({"_via_img_metadata"}), Tool("is a project of the VGG Image Annotator", _boxes())),
    (frozenset({"data_row"}), Tool("is an export of Labelbox", _boxes())),
    (frozenset({"imageGcsUri"}), Tool("is an import file of Vertex AI", _boxes())),
    (frozenset({"image", "annotations"}), Tool("is a Create ML file", _boxes())),
    (
        frozenset({"file_name"}),
        Tool("is a metadata.jsonl of an image folder", _table("key (file_name) and class")),
    ),
)
BY_ROOT = {
    "annotation": _importable("is a Pascal VOC file (XML)", "voc"),
    "annotations": _importable("is a CVAT file (XML)", "cvat"),
}
_CVAT = Tool(
    "is a dataset manifest of CVAT, which lists images and holds no labels",
    "export the labels from CVAT as COCO, and write them as a table, " + _IMPORT,
)
_OF_YOLO = Tool(
    "is a YOLO label file: a class id, and a box as fractions of the image, on each line",
    f"name the data folder, which has the YAML file with names: {import_command('yolo', 'FOLDER')}",
    "yolo",
)
_OF_YOLO_YAML = _importable("is the YAML file of a YOLO data folder", "yolo")
_OF_LST = _importable(
    "is an MXNet list (.lst): a number, class ids and a path, with tabs between, on each line", "lst"
)
_OF_FASTTEXT = _importable("is a fastText file, whose lines begin with __label__", "fasttext")
OF_SEQUENCE = _importable("is the label file of one sequence (SeqLabel.json), not a manifest", "sequence")


def is_yolo_yaml(text: str) -> bool:
    """Whether a text begins like the YAML file of a YOLO data folder."""
    return {"names"} < {found[1] for found in _YOLO_KEY.finditer(text)}


def is_voc(text: str) -> bool:
    """Whether a text begins like a Pascal VOC file."""
    root = _XML.match(text.lstrip("\ufeff \r\n\t"))
    return root is not None and root[1] == "annotation"


def recognise(text: bytes) -> Tool | None:
    """The tool whose label file begins like this; None if it is none of those known.

    Args:
        text: the beginning of the file, in UTF-8; it may end anywhere.
    """
    start = re.sub("\r\n?", "\n", text.decode(errors="replace")).lstrip("\ufeff \t\n")
    if start.startswith("<"):
        return _of_xml(start)
    if is_yolo_yaml(start):
        return _OF_YOLO_YAML
    if start[:1] in {"{", "["}:
        return _of_json(start)
    return _of_lines([line.strip("\r ") for line in start.split("\n", _LINES)[:_LINES] if line.strip()])


def _of_xml(text: str) -> Tool:
    root = _XML.match(text)
    name = root[1] if root else ""
    return BY_ROOT.get(name, Tool("is XML, and no manifest", _boxes()))


def _of_json(text: str) -> Tool | None:
    keys = _first_keys(text)
    if keys == {"version"} and re.search(r'\n\s*\{\s*"type"\s*:\s*"(?:images|video)"', text):
        return _CVAT
    if ("images" in keys and '"file_name"' in text) or ("annotations" in keys and '"image_id"' in text):
        keys |= {"images", "annotations"}  # one of the two may come too far down
    if "annotations" in keys and '"from_name"' in text:
        keys |= {"data"}  # data come behind the annotations, which may be long
    return next((tool for wanted, tool in BY_KEYS if wanted <= keys), None)


def _first_keys(text: str) -> frozenset[str]:
    """Keys of the first object, as far as the text goes."""
    return frozenset(_keys_at_top(text[text.find("{") :]))


def _keys_at_top(text: str) -> Iterator[str]:
    """Keys of the object that the text begins with, which may be cut off."""
    depth = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"(\s*:)?|[{}\[\]]', text):
        if token[0] in {"{", "["}:
            depth += 1
        elif token[0] in {"}", "]"}:
            depth -= 1
            if not depth:
                return
        elif depth == 1 and token[1] is not None:
            yield token[0][1 : token[0].rindex('"')]


def _of_lines(lines: list[str]) -> Tool | None:
    whole = lines[:-1] or lines
    if whole and all(map(_YOLO.fullmatch, whole)):
        return _OF_YOLO
    if whole and all(map(_LST.fullmatch, whole)):
        return _OF_LST
    if lines and lines[0].startswith("__label__"):
        return _OF_FASTTEXT
    return _of_header(lines[0]) if lines else None


def _of_header(line: str) -> Tool | None:
    """A table's first row: names of columns."""
    separator = max(",;\t|", key=line.count)
    columns = [column.strip().strip('"') for column in line.lower().split(separator)]
    if _PICTURE.fullmatch(line):
        return Tool("is a table without names of columns", _boxes())
    if len(columns) < 2 or not (_NAMES & set(columns) or (_TEXTS & set(columns) and _CLASSES & set(columns))):
        return None
    tool = _importable(f"is a table of labels with the columns {', '.join(columns[:12])}", "csv")
    if "key" not in columns:
        return tool
    listed = "with a classic S3 manifest, groundtrain import s3-manifest FILE --labels " + FILE
    return tool._replace(fix=f"{tool.fix}; {listed}")
