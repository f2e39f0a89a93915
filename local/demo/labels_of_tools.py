"""The street scenes as other tools write them: in the words of each format, by none of our writers.

Sources: cocodataset.org, "Data format"; Ultralytics, "Object Detection Datasets Overview"; the development
kit of PASCAL VOC; Label Studio, "Label Studio JSON format of annotated tasks".
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from msgspec.structs import replace

from local.demo.labeled_data import LabeledData, ToolLabels
from local.demo.street_scenes import (
    CLASSES,
    HEIGHT,
    JOB,
    LABEL,
    NOBODY_LABELED,
    OUTSIDE,
    WIDTH,
    Box,
    Scene,
    draw_scenes,
)

BY_ATTRIBUTE = {"split_attribute": "split"}
BY_CLASSES = {"split": "stratified"}
_DATE = "2026-03-02T09:00:11.250117Z"


def scenes_of_tool(name: str, folder: Path) -> LabeledData:
    """Draw the street scenes below a folder, and label them in a format of `FORMATS`."""
    write, images = FORMATS[name]
    tool = write(folder, draw_scenes(folder / images))
    return LabeledData(job=JOB, label=LABEL, manifest=b"", uploads=(), tool=tool)


def _coco(folder: Path, scenes: list[Scene]) -> ToolLabels:
    """With ids that have gaps, as COCO's own; an image that nobody labeled is not named."""
    labeled = _labeled(scenes)
    images = [
        {"id": number, "width": WIDTH, "height": HEIGHT, "file_name": scene.name}
        for number, scene in enumerate(labeled, 1)
    ]
    boxes = [(number, box) for number, scene in enumerate(labeled, 1) for box in scene.boxes]
    annotations = [
        {
            "id": each,
            "image_id": number,
            "category_id": _COCO_IDS[box.class_id],
            "area": box.width * box.height,
            "bbox": [box.left, box.top, box.width, box.height],
            "iscrowd": 0,
        }
        for each, (number, box) in enumerate(boxes, 1)
    ]
    categories = [
        {"id": number, "name": name, "supercategory": "street"}
        for number, name in sorted(zip(_COCO_IDS, CLASSES, strict=True))
    ]
    file = folder / "annotations" / "instances_street.json"
    _write_json(file, {"images": images, "annotations": annotations, "categories": categories})
    return ToolLabels("COCO", file, folder / "images", len(images), BY_CLASSES)


_COCO_IDS = (3, 1, 2, 13)  # those of car, person, bicycle and stop sign


def _yolo(folder: Path, scenes: list[Scene]) -> ToolLabels:
    """Every box is within its image: others cannot be said in fractions that training programs take."""
    labeled = _labeled(scenes, outside=False)
    for scene in labeled:
        lines = (" ".join(map(str, (box.class_id, *_fractions(box)))) for box in scene.boxes)
        _write(folder / "labels" / Path(scene.name).with_suffix(".txt"), lines)
    for side, names in _sides(labeled).items():
        _write(folder / f"{side}.txt", (f"./images/{name}" for name in names))
    classes = (f"  {number}: {name}" for number, name in enumerate(CLASSES))
    _write(folder / "data.yaml", ("path: .", "train: train.txt", "val: val.txt", "names:", *classes))
    return ToolLabels("YOLO", folder, folder / "images", len(labeled), BY_ATTRIBUTE)


def _fractions(box: Box) -> tuple[float, ...]:
    """Centre and size as fractions of the image."""
    across, down = (box.left + box.width / 2) / WIDTH, (box.top + box.height / 2) / HEIGHT
    return across, down, box.width / WIDTH, box.height / HEIGHT


def _voc(folder: Path, scenes: list[Scene]) -> ToolLabels:
    """An image that nobody labeled has no annotation file."""
    labeled = _labeled(scenes)
    for scene in labeled:
        root = ET.Element("annotation")
        _elements(root, folder="JPEGImages", filename=scene.name)
        _elements(ET.SubElement(root, "size"), width=WIDTH, height=HEIGHT, depth=3)
        _elements(root, segmented=0)
        for box in scene.boxes:
            found = ET.SubElement(root, "object")
            _elements(found, name=CLASSES[box.class_id], pose="Unspecified", truncated=0, difficult=0)
            right, bottom = box.left + box.width, box.top + box.height
            _elements(ET.SubElement(found, "bndbox"), xmin=box.left, ymin=box.top, xmax=right, ymax=bottom)
        file = folder / "Annotations" / Path(scene.name).with_suffix(".xml")
        _write(file, [ET.tostring(root, encoding="unicode")])
    for side, names in _sides(labeled).items():
        _write(folder / "ImageSets" / "Main" / f"{side}.txt", (Path(name).stem for name in names))
    return ToolLabels("Pascal VOC", folder, folder / "JPEGImages", len(labeled), BY_ATTRIBUTE)


def _elements(parent: ET.Element, **texts: object) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, name).text = str(text)


def _label_studio(folder: Path, scenes: list[Scene]) -> ToolLabels:
    """The export of a project with uploaded images; one task was skipped, and one nobody has looked at."""
    labeled = {scene.name: scene for scene in _labeled(scenes)}
    skipped, untouched = (scenes[number].name for number in NOBODY_LABELED)
    tasks = []
    for number, scene in enumerate(scenes, 1):
        results = [_rectangle(box, i) for i, box in enumerate(labeled.get(scene.name, _NOTHING).boxes)]
        annotation = {
            "id": 1000 + number,
            "completed_by": 1,
            "result": results,
            "was_cancelled": scene.name == skipped,
            "ground_truth": False,
            "created_at": _DATE,
            "updated_at": _DATE,
            "lead_time": 12.5,
        }
        tasks.append(
            {
                "id": number,
                "annotations": [annotation] if scene.name != untouched else [],
                "predictions": [],
                "data": {"image": f"/data/upload/1/{number:08x}-{scene.name}"},
                "project": 1,
            }
        )
    file = folder / "street.label-studio.json"
    _write_json(file, tasks)
    options = ("--original-names",)
    return ToolLabels("Label Studio", file, folder / "images", len(labeled), BY_CLASSES, options)


_NOTHING = Scene("", ())


def _rectangle(box: Box, number: int) -> dict[str, Any]:
    """A region, in percent of the image."""
    return {
        "id": f"region{number:04}",
        "from_name": "label",
        "to_name": "image",
        "type": "rectanglelabels",
        "original_width": WIDTH,
        "original_height": HEIGHT,
        "image_rotation": 0,
        "value": {
            "x": 100 * box.left / WIDTH,
            "y": 100 * box.top / HEIGHT,
            "width": 100 * box.width / WIDTH,
            "height": 100 * box.height / HEIGHT,
            "rotation": 0,
            "rectanglelabels": [CLASSES[box.class_id]],
        },
    }


FORMATS: dict[str, tuple[Callable[[Path, list[Scene]], ToolLabels], str]] = {
    "coco": (_coco, "images"),
    "yolo": (_yolo, "images"),
    "voc": (_voc, "JPEGImages"),
    "label-studio": (_label_studio, "images"),
}
"""How each format is written, and where it has its images."""


def _labeled(scenes: Iterable[Scene], *, outside: bool = True) -> list[Scene]:
    """What somebody labeled; of one scene, a box lies outside."""
    moved = {OUTSIDE} if outside else set[int]()
    return [
        _with_box_outside(scene) if number in moved else scene
        for number, scene in enumerate(scenes)
        if number not in NOBODY_LABELED
    ]


def _with_box_outside(scene: Scene) -> Scene:
    first, *others = scene.boxes
    return replace(scene, boxes=(replace(first, left=WIDTH - 5), *others))


def _sides(scenes: Iterable[Scene]) -> dict[str, list[str]]:
    """The names of images for training and for validation: every fifth."""
    names = [scene.name for scene in scenes]
    return {"train": [name for i, name in enumerate(names) if i % 5 != 2], "val": names[2::5]}


def _write_json(file: Path, document: object) -> None:
    _write(file, [json.dumps(document, indent=1)])


def _write(file: Path, lines: Iterable[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
