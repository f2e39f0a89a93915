"""The validation images: what was labeled, and what the trained model found, as a picture and a manifest."""

import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct
from PIL import Image, ImageDraw, ImageFont

from groundtrain.dataset.description import Dataset
from groundtrain.errors import GroundtrainError
from groundtrain.evaluation import FoundBox
from groundtrain.formats.labeled_items import Size
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.output_files import replaced_file
from groundtrain.predictions.prediction_line import Predictor, prediction_line
from local.demo.detector.cells import HEIGHT, WIDTH, Boxes
from local.demo.detector.examples import Example, example
from local.demo.detector.model import NAME, read_model
from local.demo.detector.training import detect

SHOWN = 0.3
"""The least score of a box that is drawn."""
_COLUMNS, _GAP, _TEXT, _ENLARGED = 3, 10, 16, 1.5
_WIDTH, _HEIGHT = round(WIDTH * _ENLARGED), round(HEIGHT * _ENLARGED)
_LABELED, _FOUND = (30, 160, 60), (214, 51, 132)


class Seen(Struct, frozen=True):
    """A validation image: its address and size, its labels, and what the model found on it."""

    source: str
    size: Size
    labeled: Example
    found: Boxes


def detections_of(artifact: bytes, dataset: Dataset, validation: Path, images: Path) -> list[Seen]:
    """What the model finds on each validation image.

    Args:
        artifact: model.tar.gz of the demonstration's program.
        dataset: that it was trained on.
        validation: the dataset's validation manifest.
        images: the directory of its images.

    Raises:
        ImageError: one of them is not there.
    """
    network, store = read_model(_model_in(artifact)), DirectoryStore(images)
    seen = []
    for line in validation.read_bytes().splitlines():
        record = json.loads(line)
        source, label = record[dataset.attributes[0]], record[dataset.label]
        labeled = example(store.path_of(source).read_bytes(), label)
        size = Size(label["image_size"][0]["width"], label["image_size"][0]["height"])
        seen.append(Seen(source, size, labeled, detect(network, labeled.image)))
    return seen


def draw_detections(seen: Sequence[Seen], classes: Sequence[str], path: Path) -> None:
    """Draw each image once, in a grid, into a PNG."""
    rows, tile = -(-len(seen) // _COLUMNS), (_WIDTH + _GAP, _HEIGHT + _GAP + _TEXT)
    sheet = Image.new("RGB", (_COLUMNS * tile[0] + _GAP, rows * tile[1] + 2 * _GAP + _TEXT), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(_TEXT - 2)
    pen.text(
        (_GAP, _GAP // 2), f"green: labeled. pink: found, with a score of at least {SHOWN}", "black", font
    )
    for number, one in enumerate(seen):
        left, top = _GAP + number % _COLUMNS * tile[0], 2 * _GAP + _TEXT + number // _COLUMNS * tile[1]
        sheet.paste(_drawn(one.labeled, one.found, classes), (left, top))
        pen.text((left, top + _HEIGHT), one.source.rpartition("/")[2], "black", font)
    with replaced_file(path) as file:
        sheet.save(file, "PNG")


def write_predictions(seen: Sequence[Seen], predictor: Predictor, path: Path) -> None:
    """Write what was found as a manifest of predictions, as `groundtrain predict` does."""
    with replaced_file(path) as file:
        for one in seen:
            across, down = one.size.width / WIDTH, one.size.height / HEIGHT
            corners = (one.found.corners * [across, down, across, down]).tolist()
            ids, scores = one.found.classes.tolist(), one.found.scores.tolist()
            boxes = [
                FoundBox(class_id, score, *area)
                for class_id, score, area in zip(ids, scores, corners, strict=True)
            ]
            file.write(prediction_line(predictor, one.source, one.size, boxes) + b"\n")


def _model_in(artifact: bytes) -> bytes:
    """The weights.

    Raises:
        GroundtrainError: the model is of another program.
    """
    with tarfile.open(fileobj=io.BytesIO(artifact)) as archive:
        file = archive.extractfile(f"./{NAME}") if f"./{NAME}" in archive.getnames() else None
        if file is None:
            raise GroundtrainError("the model is of another program", fix="look at it with that program")
        return file.read()


def _drawn(one: Example, found: Boxes, classes: Sequence[str]) -> Image.Image:
    """The labels as they are, the found boxes over them."""
    pixels = ((one.image + 1) * 128).clip(0, 255).astype(np.uint8)
    image = Image.fromarray(pixels).resize((_WIDTH, _HEIGHT))
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(_TEXT - 4)
    for corners in (one.boxes.corners * _ENLARGED).tolist():
        pen.rectangle(corners, outline=_LABELED, width=2)
    for box, class_id, score in zip(
        found.corners * _ENLARGED, found.classes.tolist(), found.scores, strict=True
    ):
        if score >= SHOWN:
            left, top, right, bottom = box.tolist()
            pen.rectangle((left, top, right, bottom), outline=_FOUND)
            text, place = f"{classes[class_id]} {score:.2f}", (min(left, _WIDTH - 90), max(top - _TEXT, 0))
            pen.text(place, text, _FOUND, font, stroke_width=2, stroke_fill="white")
    return image
