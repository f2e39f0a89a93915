"""Labels as other tools write them, the same for the same numbers, for comparing readers.

`python -m benchmarks.tool_files FORMAT FOLDER IMAGES BOXES` writes them in a process of its own, so that what
it holds is not counted as memory of those that are compared.
"""

import csv
import io
import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from benchmarks.readers import CLASSES

_IDS = (1, 2, 3, 90, 91)
_CROWD_ONE_IN = 85
Boxes = list[list[tuple[int, float, float, float, float]]]
"""Of each image its boxes: class, left, top, width, height."""
SOURCES = {"coco": "instances.json", "yolo": "yolo", "voc": "voc", "csv": "boxes.csv"}
"""Names of the file or folder of each format."""


def drawn(images: int, boxes: int) -> Boxes:
    """Boxes within images of 640 by 480, the same for the same numbers; some images have none."""
    dice, found = random.Random(1), Boxes([] for _ in range(images))
    for _ in range(boxes):
        left, top = dice.random() * 500, dice.random() * 400
        sides = (left, top, dice.random() * 100 + 1, dice.random() * 70 + 1)
        class_id = dice.randrange(len(CLASSES))
        found[dice.randrange(images)].append((class_id, *_rounded(*sides)))
    return found


def _rounded(left: float, top: float, width: float, height: float) -> tuple[float, float, float, float]:
    return round(left, 2), round(top, 2), round(width, 2), round(height, 2)


def write_coco(found: Boxes, root: Path) -> None:
    """As COCO writes its own files, with the keys that it has."""
    path, dice = root / SOURCES["coco"], random.Random(2)
    with path.open("w", encoding="utf-8") as file:
        file.write('{"info":{"year":2017},"licenses":[],"images":[')
        file.writelines(f"{',' * (i > 0)}{json.dumps(_image(i))}" for i in range(len(found)))
        file.write('],"annotations":[')
        for number, (image, box) in enumerate(_numbered(found)):
            file.write(f"{',' * (number > 0)}{json.dumps(_annotation(number, image, box, dice))}")
        categories = [
            {"supercategory": "x", "id": i, "name": name} for i, name in zip(_IDS, CLASSES, strict=True)
        ]
        file.write(f'],"categories":{json.dumps(categories)}}}')


def _numbered(found: Boxes) -> Iterator[tuple[int, tuple[int, float, float, float, float]]]:
    yield from ((image, box) for image, boxes in enumerate(found) for box in boxes)


def _image(number: int) -> dict[str, object]:
    name = f"{number:012}.jpg"
    return {
        "license": 3,
        "file_name": name,
        "coco_url": f"http://images.cocodataset.org/train2017/{name}",
        "height": 480,
        "width": 640,
        "date_captured": "2013-11-14 11:18:45",
        "id": number * 3,
    }


def _annotation(
    number: int, image: int, box: tuple[int, float, float, float, float], dice: random.Random
) -> dict[str, object]:
    class_id, *sides = box
    return {
        "segmentation": [[round(dice.random() * 600, 2) for _ in range(40)]],
        "area": 702.1,
        "iscrowd": int(number % _CROWD_ONE_IN == 0),
        "image_id": image * 3,
        "bbox": sides,
        "category_id": _IDS[class_id],
        "id": 1000 + number,
    }


def write_yolo(found: Boxes, root: Path) -> None:
    """A data folder, with images."""
    folder, names = root / SOURCES["yolo"], "".join(f"  {i}: {name}\n" for i, name in enumerate(CLASSES))
    (folder / "images").mkdir(parents=True)
    (folder / "labels").mkdir()
    (folder / "data.yaml").write_text(f"train: images\nval: images\nnames:\n{names}", "utf-8")
    written = io.BytesIO()
    Image.new("L", (640, 480)).save(written, "JPEG")
    for number, boxes in enumerate(found):
        (folder / "images" / f"{number}.jpg").write_bytes(written.getvalue())
        (folder / "labels" / f"{number}.txt").write_text("".join(map(_line, boxes)), "utf-8")


def _line(box: tuple[int, float, float, float, float]) -> str:
    class_id, left, top, width, height = box
    middle = (left + width / 2) / 640, (top + height / 2) / 480
    return f"{class_id} {middle[0]:.6f} {middle[1]:.6f} {width / 640:.6f} {height / 480:.6f}\n"


def write_voc(found: Boxes, root: Path) -> None:
    """A folder of annotation files."""
    folder = root / SOURCES["voc"]
    (folder / "Annotations").mkdir(parents=True)
    for number, boxes in enumerate(found):
        objects = "".join(map(_object, boxes))
        (folder / "Annotations" / f"{number}.xml").write_text(
            f"<annotation>\n\t<folder>x</folder>\n\t<filename>{number}.jpg</filename>\n\t<size><width>640</width>"
            f"<height>480</height><depth>3</depth></size>\n\t<segmented>0</segmented>\n{objects}</annotation>\n",
            "utf-8",
        )


def _object(box: tuple[int, float, float, float, float]) -> str:
    class_id, left, top, width, height = box
    return (
        f"\t<object>\n\t\t<name>{CLASSES[class_id]}</name>\n\t\t<pose>Unspecified</pose>\n"
        "\t\t<truncated>0</truncated>\n\t\t<difficult>0</difficult>\n"
        f"\t\t<bndbox><xmin>{left}</xmin><ymin>{top}</ymin><xmax>{left + width:.2f}</xmax>"
        f"<ymax>{top + height:.2f}</ymax></bndbox>\n\t</object>\n"
    )


def write_csv(found: Boxes, root: Path) -> None:
    """The table of TensorFlow's scripts; images without boxes have an empty row."""
    path = root / SOURCES["csv"]
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("filename", "width", "height", "class", "xmin", "ymin", "xmax", "ymax"))
        for image, (class_id, left, top, width, height) in _numbered(found):
            corners = left, top, round(left + width, 2), round(top + height, 2)
            table.writerow((f"{image}.jpg", 640, 480, CLASSES[class_id], *corners))
        for image, boxes in enumerate(found):
            if not boxes:
                table.writerow((f"{image}.jpg", 640, 480, "", "", "", "", ""))


WRITERS: dict[str, Callable[[Boxes, Path], None]] = {
    "coco": write_coco,
    "yolo": write_yolo,
    "voc": write_voc,
    "csv": write_csv,
}


if __name__ == "__main__":
    format_, into, *numbers = sys.argv[1:]
    WRITERS[format_](drawn(*map(int, numbers)), Path(into))
