"""What judges are shown: images with boxes, hard to read, and how they are written in formats of folders."""

from pathlib import Path
from typing import Any

from groundtrain.formats.voc.format import VOC
from groundtrain.formats.yolo.format import YOLO
from tests.imported_labels import PREFIX, exported
from tests.judges import Boxes, boxes_said
from tests.label_files import blank_image, put
from tests.manifest_lines import LABEL, box, dump, record

CLASSES = ("car", "traffic light", "Fußgänger", "猫", "yes", "007")
Drawn = dict[str, list[tuple[int, float, float, float, float]]]
"""Of each image: class, left, top, width, height."""

HARD: Drawn = {  # names that libraries stumble over, fractions, an image without objects
    "b c/ä,1.jpg": [(0, 0, 0, 640, 480), (1, 10.5, 20.25, 30.125, 40.0625), (5, 1 / 3, 2 / 3, 1 / 7, 0.1)],
    "b c/d/2.jpg": [],
    "a & <b>.jpg": [(2, 1e-7, 100, 1e-3, 17.000000001), (3, 123.456789012345, 5, 3, 470), (4, 1, 2, 3, 4)],
}
BEYOND: Drawn = {"1.jpg": [(0, -5.5, -7, 700, 480.25)], "2.jpg": [(1, 10, 20, 30, 40)]}


def lines_of(drawn: Drawn, prefix: str = PREFIX) -> list[Any]:
    """Lines of a manifest."""
    classes = {str(number): name for number, name in enumerate(CLASSES)}
    return [
        record(f"{prefix}{name}", *[box(*one) for one in of_image], classes=classes)
        for name, of_image in drawn.items()
    ]


def manifest_of(folder: Path, lines: list[Any]) -> Path:
    """A manifest in this folder."""
    path = folder / "in.manifest"
    path.write_bytes(b"".join(dump(line) + b"\n" for line in lines))
    return path


def yolo_of(drawn: Drawn, folder: Path) -> tuple[Path, Boxes]:
    """A data folder with images of 640 by 480, and what it must say."""
    lines = lines_of(drawn)
    put(folder / "i", dict.fromkeys(drawn, blank_image()))
    got = exported(YOLO, manifest_of(folder, lines), folder / "out", images=folder / "i")
    assert (got.told.prefix, got.lost) == (PREFIX, {})
    return folder / "out", boxes_said(lines, LABEL, PREFIX)


def voc_of(drawn: Drawn, folder: Path) -> tuple[Path, Boxes]:
    """A folder of annotations, and what it must say."""
    lines = lines_of(drawn)
    got = exported(VOC, manifest_of(folder, lines), folder / "out")
    assert got.lost == {}
    return folder / "out", boxes_said(lines, LABEL, got.told.prefix)
