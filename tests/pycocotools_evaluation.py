"""What pycocotools, which our evaluation does not use, says of the same boxes."""

import contextlib
import io
from collections.abc import Sequence

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from groundtrain.evaluation import FoundBox, ImageBoxes, LabeledBox


def _rectangle(box: LabeledBox | FoundBox) -> list[float]:
    return [box.left, box.top, box.right - box.left, box.bottom - box.top]


def _labels(images: Sequence[ImageBoxes], classes: Sequence[int]) -> COCO:
    annotations = [
        {
            "id": 0,
            "image_id": number,
            "category_id": box.class_id,
            "bbox": _rectangle(box),
            "area": (box.right - box.left) * (box.bottom - box.top),
            "iscrowd": int(box.crowd),
        }
        for number, image in enumerate(images)
        for box in image.labeled
    ]
    for number, annotation in enumerate(annotations):
        annotation["id"] = number + 1  # 0 would be no match to pycocotools
    labels = COCO()
    labels.dataset = {
        "info": {},
        "images": [{"id": number} for number in range(len(images))],
        "categories": [{"id": class_id} for class_id in classes],
        "annotations": annotations,
    }
    labels.createIndex()
    return labels


def pycocotools_precisions(
    images: Sequence[ImageBoxes], classes: Sequence[int]
) -> dict[int, list[float] | None]:
    """Average precision of each class at each overlap; None where the class is not labeled."""
    with contextlib.redirect_stdout(io.StringIO()):
        labels = _labels(images, classes)
        rows = [
            {"image_id": i, "category_id": box.class_id, "bbox": _rectangle(box), "score": box.score}
            for i, image in enumerate(images)
            for box in image.found
        ]
        found = labels.loadRes(rows) if rows else COCO()
        if not rows:
            found.dataset = {**labels.dataset, "annotations": []}
            found.createIndex()
        judge = COCOeval(labels, found, "bbox")
        judge.evaluate()
        judge.accumulate()
    of_all_sizes = judge.eval["precision"][:, :, :, 0, -1]  # by overlap, recall, class
    return {
        class_id: None if (of_all_sizes[:, :, k] < 0).all() else list(np.mean(of_all_sizes[:, :, k], axis=1))
        for k, class_id in enumerate(classes)
    }
