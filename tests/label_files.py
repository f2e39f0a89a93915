"""One small file or folder of labels in each format that is imported, for tests that go through all of them.

Each is written by another hand than the format's own writer: in the words of its documentation.
"""

import csv
import functools
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from PIL import Image


def coco(*boxes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A COCO document with two images, one of them without objects."""
    return {
        "info": {"year": 2026},
        "images": [
            {"id": 1, "file_name": "a.jpg", "width": 640, "height": 480},
            {"id": 2, "file_name": "b.jpg", "width": 640, "height": 480},
        ],
        "annotations": [
            {"id": number, "image_id": 1, "category_id": 1, "bbox": [10, 20, 30, 40], "iscrowd": 0, **box}
            for number, box in enumerate(boxes or ({},), 1)
        ],
        "categories": [{"id": 1, "name": "car", "supercategory": "vehicle"}],
        **more,
    }


def write_coco(path: Path, image: str, name: str) -> None:
    """A file in which one image has one box."""
    images = [{"id": 1, "file_name": image, "width": 640, "height": 480}]
    path.write_text(json.dumps(coco(images=images, categories=[{"id": 1, "name": name}])))


def rectangle(name: str = "car", **more: Any) -> dict[str, Any]:
    """A result as Label Studio documents it for RectangleLabels; `value` and other keys replace its own."""
    value = {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0, "rectanglelabels": [name]}
    return {
        "id": "Dx_aB91ISN",
        "from_name": "label",
        "to_name": "image",
        "type": "rectanglelabels",
        "original_width": 640,
        "original_height": 480,
        "image_rotation": 0,
        **more,
        "value": value | more.get("value", {}),
    }


def task(*results: dict[str, Any], image: str = "a.jpg", number: int = 1, **more: Any) -> dict[str, Any]:
    """A task of Label Studio with one annotation; other keys replace its own."""
    return {
        "id": number,
        "annotations": [
            {
                "id": 1000 + number,
                "completed_by": 10,
                "result": list(results),
                "was_cancelled": False,
                "ground_truth": False,
                "created_at": "2021-03-09T22:16:08.728353Z",
                "updated_at": "2021-03-09T22:16:08.728378Z",
                "lead_time": 4.288,
            }
        ],
        "predictions": [],
        "data": {"image": image},
        "project": 83,
        **more,
    }


def write_label_studio(path: Path, image: str, name: str) -> None:
    """An export of one task with one rectangle."""
    path.write_text(json.dumps([task(rectangle(name), image=image)]))


def cvat(*images: str, labels: tuple[str, ...] = ("car",), meta: str = "task") -> str:
    """An export as CVAT for images 1.1, with these images in it."""
    listed = "".join(f"<label><name>{name}</name><attributes></attributes></label>" for name in labels)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n'
        f"<meta><{meta}><id>4</id><size>27</size><mode>annotation</mode><labels>{listed}</labels></{meta}></meta>\n"
        + "\n".join(images)
        + "\n</annotations>\n"
    )


def cvat_image(*elements: str, name: str = "a.jpg", more: str = 'width="640" height="480"') -> str:
    """An image with elements on it."""
    return f'<image id="0" name={quoteattr(name)} {more}>{"".join(elements)}</image>'


def cvat_box(label: str = "car", more: str = "", sides: tuple[object, ...] = (10.5, 20.25, 40, 60)) -> str:
    """A box; `sides` are left, top, right, bottom."""
    where = " ".join(f'{key}="{side}"' for key, side in zip(("xtl", "ytl", "xbr", "ybr"), sides, strict=True))
    return f'<box label={quoteattr(label)} occluded="0" source="manual" {where} z_order="0" {more}></box>'


def write_cvat(path: Path, image: str, name: str) -> None:
    """A file in which one image has one box."""
    path.write_text(cvat(cvat_image(cvat_box(name), name=image), labels=(escape(name),)), "utf-8")


@functools.cache
def blank_image(width: int = 640, height: int = 480) -> bytes:
    """A sound image of one colour, for formats whose sizes are those of images."""
    written = io.BytesIO()
    Image.new("RGB", (width, height)).save(written, "PNG")
    return written.getvalue()


def put(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, by their paths."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def write_yolo(path: Path, image: str, name: str) -> None:
    """A folder in which one image has one box."""
    stem = image.rpartition(".")[0]
    put(
        path,
        {
            "data.yaml": f"train: images\nnc: 1\nnames:\n  0: {json.dumps(name)}\n",
            f"images/{image}": blank_image(),
            f"labels/{stem}.txt": "0 0.5 0.5 0.25 0.25\n",
        },
    )


def write_csv(path: Path, image: str, name: str) -> None:
    """The table that scripts around TensorFlow's object detection make of Pascal VOC."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("filename", "width", "height", "class", "xmin", "ymin", "xmax", "ymax"))
        table.writerow((image, 640, 480, name, 10, 20, 40, 60))


def voc(*objects: str, size: tuple[int, int] = (640, 480), name: str = "a.jpg", more: str = "") -> str:
    """An annotation file as VOC's development kit shows it, with objects of `voc_object`."""
    return (
        f"<annotation>\n\t<folder>VOC2007</folder>\n\t<filename>{escape(name, _REFERENCES)}</filename>\n"
        "\t<source><database>The VOC2007 Database</database></source>\n"
        f"\t<size>\n\t\t<width>{size[0]}</width>\n\t\t<height>{size[1]}</height>\n\t\t<depth>3</depth>\n"
        f"\t</size>\n\t<segmented>0</segmented>\n{''.join(objects)}{more}</annotation>\n"
    )


def voc_object(
    name: str = "car", corners: tuple[object, ...] = (10, 20, 40, 60), more: str = "", box: str | None = None
) -> str:
    """An object with the corners of its box: left, top, right, bottom."""
    sides = zip(("xmin", "ymin", "xmax", "ymax"), corners, strict=True)
    inner = "".join(f"<{side}>{number}</{side}>" for side, number in sides)
    return (
        f"\t<object>\n\t\t<name>{escape(name, _REFERENCES)}</name>\n\t\t<pose>Unspecified</pose>\n"
        "\t\t<truncated>0</truncated>\n\t\t<difficult>0</difficult>\n"
        f"\t\t{f'<bndbox>{inner}</bndbox>' if box is None else box}\n{more}\t</object>\n"
    )


_REFERENCES = {"\r": "&#13;", "\n": "&#10;"}


def write_voc(path: Path, image: str, name: str) -> None:
    """A folder with an annotation file of one object."""
    put(path, {"Annotations/1.xml": voc(voc_object(name), name=image)})


def write_folders(path: Path, image: str, name: str) -> None:
    """A folder in which one class has one image."""
    put(path, {f"{name}/{image}": blank_image()})


def write_fasttext(path: Path, image: str, name: str) -> None:
    """A line with one label, as fastText's tutorial has them; its labels have no spaces."""
    label = "_".join(name.split())
    path.write_text(f"__label__{label} How much does {' '.join(image.split())} cost?\n", "utf-8")


def write_lst(path: Path, image: str, name: str) -> None:
    """A line with one class id, as im2rec of MXNet writes it."""
    path.write_text(f"0\t0.000000\t{image}\n", "utf-8", newline="")


def sequence(*objects: dict[str, Any], tracked: bool = True, frame: str = "000001.jpg") -> dict[str, Any]:
    """A SeqLabel.json of one frame, as the Developer Guide shows it; keys of objects replace its own."""
    known = {"object-id": "d79cf040-8bff", "object-name": "car:1"} if tracked else {}
    box = {"height": 40, "width": 30, "top": 20, "left": 10, "class-id": "0", "label-category-attributes": {}}
    frames = [
        {"annotations": [{**box, **known, **each} for each in objects], "frame-no": "0", "frame": frame}
    ]
    return {"tracking-annotations" if tracked else "detection-annotations": frames}


def write_sequence(path: Path, image: str, name: str) -> None:
    """A file of one frame, whose image lies beside it."""
    path.write_text(json.dumps(sequence({"object-name": f"{name}:1"}, frame=image)))
    (path.parent / image).write_bytes(blank_image())


LABEL_FILES: dict[str, Callable[[Path, str, str], None]] = {
    "coco": write_coco,
    "yolo": write_yolo,
    "voc": write_voc,
    "label-studio": write_label_studio,
    "cvat": write_cvat,
    "csv": write_csv,
    "folders": write_folders,
    "fasttext": write_fasttext,
    "lst": write_lst,
    "sequence": write_sequence,
}
"""Writes to a path labels of one image, by the names of the image and of its only class; by format."""
