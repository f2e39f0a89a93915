"""Other people's readers of formats, as processes to compare an import with.

`python -m benchmarks.readers READER FORMAT PATH IMAGES BOXES` ends with an error if it sees other numbers.
"""

import contextlib
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

CLASSES = ("car", "bicycle", "person", "traffic light", "van")


def labelformat(format_: str, path: Path) -> tuple[int, int]:
    """Images and boxes that it goes over."""
    boxes = [len(label.objects) for label in _read(format_, path).get_labels()]
    return len(boxes), sum(boxes)


def labelformat_to_coco(format_: str, path: Path) -> tuple[int, int]:
    """It reads, and writes a COCO file beside."""
    from labelformat.formats import COCOObjectDetectionOutput

    read = _read(format_, path)
    COCOObjectDetectionOutput(path.with_name("labelformat.json")).save(read)
    return len(list(read.get_images())), -1


def pycocotools(_: str, path: Path) -> tuple[int, int]:
    """Images and boxes in its index."""
    from pycocotools.coco import COCO

    with contextlib.redirect_stdout(io.StringIO()):
        read = COCO(str(path))
    return len(read.imgs), len(read.anns)


def pandas(_: str, path: Path) -> tuple[int, int]:
    """Images and boxes of a table, all cells as they are."""
    import pandas as pd

    table = pd.read_csv(path, keep_default_na=False)
    return table["filename"].nunique(), int((table["class"] != "").sum())


READERS: dict[str, Callable[[str, Path], tuple[int, int]]] = {
    "labelformat": labelformat,
    "labelformat to COCO": labelformat_to_coco,
    "pycocotools": pycocotools,
    "pandas": pandas,
}


def _read(format_: str, path: Path) -> Any:
    from labelformat import formats

    if format_ == "coco":
        return formats.COCOObjectDetectionInput(path)
    if format_ == "yolo":
        return formats.YOLOv8ObjectDetectionInput(path / "data.yaml", "train")
    return formats.PascalVOCObjectDetectionInput(path / "Annotations", ",".join(CLASSES))


if __name__ == "__main__":
    reader, its_format, its_path, *wanted = sys.argv[1:]
    seen = READERS[reader](its_format, Path(its_path))
    if [number for number in seen if number >= 0] != [int(number) for number in wanted][: 2 - (-1 in seen)]:
        raise SystemExit(f"{reader} saw {seen[0]} images and {seen[1]} boxes, not {' and '.join(wanted)}")
