"""Readers of other tools' formats by other people, which see what ours write and read as they do.

Each gives of a file or folder the boxes of each image: in pixels, in their order, classes by name.
What they cannot read, and where they err, is in docs/judges.md.
"""

import contextlib
import io
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import globox
import jsonschema
import pandas as pd
import xmlschema
import yaml
from labelformat.formats import (
    COCOObjectDetectionInput,
    CVATObjectDetectionInput,
    PascalVOCObjectDetectionInput,
    YOLOv8ObjectDetectionInput,
)
from labelformat.model.object_detection import ObjectDetectionInput
from pycocotools.coco import COCO

SCHEMAS = Path(__file__).with_name("contract") / "schemas"
_TOLERANCE = 1e-9  # pixels: corners that a judge makes of middle and size are rounded anew


class Box(NamedTuple):
    """A box as a judge sees it."""

    name: str
    left: float
    top: float
    right: float
    bottom: float

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Box)
            and self.name == other.name
            and all(
                math.isclose(a, b, rel_tol=1e-12, abs_tol=_TOLERANCE)
                for a, b in zip(self[1:], other[1:], strict=True)
            )
        )

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]


Boxes = dict[str, list[Box]]
"""By the name of the image, below the folder that all are in."""


def boxes_said(lines: Iterable[Mapping[str, Any]], label: str, prefix: str) -> Boxes:
    """What lines of an augmented manifest say, as Ground Truth documents them."""
    found: Boxes = {}
    for line in lines:
        names = line[f"{label}-metadata"]["class-map"]
        found[line["source-ref"].removeprefix(prefix)] = [
            Box(
                names[str(one["class_id"])],
                one["left"],
                one["top"],
                one["left"] + one["width"],
                one["top"] + one["height"],
            )
            for one in line[label]["annotations"]
        ]
    return found


def pycocotools_coco(path: Path) -> Boxes:
    with contextlib.redirect_stdout(io.StringIO()):
        read = COCO(str(path))
    found = {}
    for image in read.loadImgs(read.getImgIds()):
        objects = read.loadAnns(read.getAnnIds(imgIds=image["id"]))
        found[image["file_name"]] = [
            Box(read.loadCats(one["category_id"])[0]["name"], *_corners(*one["bbox"])) for one in objects
        ]
    return found


def labelformat_coco(path: Path) -> Boxes:
    return _of_labelformat(COCOObjectDetectionInput(input_file=path))


def globox_coco(path: Path) -> Boxes:
    return _of_globox(globox.AnnotationSet.from_coco(path))


def labelformat_yolo(path: Path, split: str = "train") -> Boxes:
    return _of_labelformat(YOLOv8ObjectDetectionInput(input_file=path / "data.yaml", input_split=split))


def globox_yolo(path: Path, size: tuple[int, int] = (640, 480), ending: str = ".jpg") -> Boxes:
    """It knows no data.yaml: classes come as ids, files one by one, and the size of images must be said."""
    names = yaml.safe_load((path / "data.yaml").read_bytes())["names"]
    found = {}
    for file in sorted((path / "labels").rglob("*.txt")):
        image = file.relative_to(path / "labels").with_suffix(ending).as_posix()
        read = globox.Annotation.from_yolo_darknet(file, image_size=size)
        found[image] = [_of_one(one, names[int(one.label)]) for one in read.boxes]
    return found


def labelformat_voc(path: Path, names: Sequence[str]) -> Boxes:
    """It wants the classes, and reads no folders below a folder: they are read one by one."""
    found: Boxes = {}
    for folder in _folders_of(path / "Annotations"):
        read = PascalVOCObjectDetectionInput(input_folder=folder, category_names=",".join(names))
        found |= _below(folder.relative_to(path / "Annotations"), _of_labelformat(read))
    return found


def globox_voc(path: Path) -> Boxes:
    found: Boxes = {}
    for folder in _folders_of(path / "Annotations"):
        read = globox.AnnotationSet.from_pascal_voc(folder)
        found |= _below(folder.relative_to(path / "Annotations"), _of_globox(read))
    return found


def schema_voc(path: Path) -> Boxes:
    """Valid by the schema; the boxes are what the validator decodes."""
    schema, found = xmlschema.XMLSchema11(SCHEMAS / "voc.xsd"), Boxes()
    for file in sorted((path / "Annotations").rglob("*.xml")):
        said: Any = schema.to_dict(file.read_text("utf-8"))
        image = file.relative_to(path / "Annotations").with_name(said["filename"]).as_posix()
        boxes = [(one["name"], one["bndbox"]) for one in said.get("object", ())]
        found[image] = [
            Box(name, *(float(box[side]) for side in ("xmin", "ymin", "xmax", "ymax"))) for name, box in boxes
        ]
    return found


def pandas_csv(path: Path) -> Boxes:
    """A reader of tables; the meaning of the columns is that of docs/formats.md."""
    table = pd.read_csv(path, keep_default_na=False, dtype={"class": str, "key": str})
    found: Boxes = {}
    for row in table.to_dict("records"):
        boxes = found.setdefault(row["key"], [])
        if row["class"]:
            sides = (float(row[side]) for side in ("left", "top", "width", "height"))
            boxes.append(Box(row["class"], *_corners(*sides)))
    return found


def label_studio_tasks(path: Path) -> list[dict[str, Any]]:
    """Tasks that are valid by the documentation."""
    tasks: list[dict[str, Any]] = json.loads(path.read_bytes())
    schema = json.loads((SCHEMAS / "label-studio.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(tasks)
    return tasks


def documented_label_studio(path: Path) -> Boxes:
    """Pixels by the formula of "Units of image annotations": a percentage of original_width and _height."""
    found = {}
    for task in label_studio_tasks(path):
        (said,) = task.get("annotations") or task["predictions"]
        found[task["data"]["image"]] = [_of_result(one) for one in said["result"]]
    return found


def labelformat_cvat(path: Path) -> Boxes:
    return _of_labelformat(CVATObjectDetectionInput(input_file=path))


def globox_cvat(path: Path) -> Boxes:
    return _of_globox(globox.AnnotationSet.from_cvat(path))


COCO_JUDGES: dict[str, Callable[[Path], Boxes]] = {
    "pycocotools": pycocotools_coco,
    "labelformat": labelformat_coco,
    "globox": globox_coco,
}


def _of_labelformat(read: ObjectDetectionInput) -> Boxes:
    return {
        label.image.filename: [
            Box(one.category.name, one.box.xmin, one.box.ymin, one.box.xmax, one.box.ymax)
            for one in label.objects
        ]
        for label in read.get_labels()
    }


def _of_globox(read: globox.AnnotationSet) -> Boxes:
    return {one.image_id: [_of_one(box, box.label) for box in one.boxes] for one in read}


def _of_one(box: globox.BoundingBox, name: str) -> Box:
    return Box(name, box.xmin, box.ymin, box.xmax, box.ymax)


def _of_result(one: Mapping[str, Any]) -> Box:
    value, width, height = one["value"], one["original_width"], one["original_height"]
    (name,) = value["rectanglelabels"]
    left, top = value["x"] / 100 * width, value["y"] / 100 * height
    return Box(name, *_corners(left, top, value["width"] / 100 * width, value["height"] / 100 * height))


def _corners(left: float, top: float, width: float, height: float) -> tuple[float, float, float, float]:
    return left, top, left + width, top + height


def _folders_of(folder: Path) -> list[Path]:
    """Those that hold annotation files."""
    return sorted({file.parent for file in folder.rglob("*.xml")})


def _below(folder: Path, found: Boxes) -> Boxes:
    return {(folder / name).as_posix(): boxes for name, boxes in found.items()}
