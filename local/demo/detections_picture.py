"""A picture of the validation images: what was labeled, and what the trained model found."""

import io
import json
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from groundtrain.dataset.description import Dataset
from groundtrain.errors import GroundtrainError
from groundtrain.images.directory_store import DirectoryStore
from groundtrain.output_files import replaced_file
from local.demo.detector.cells import HEIGHT, WIDTH, Boxes
from local.demo.detector.examples import Example, example
from local.demo.detector.model import NAME, read_model
from local.demo.detector.training import detect

SHOWN = 0.3
"""The least score of a box that is drawn."""
_COLUMNS, _GAP, _TEXT, _ENLARGED = 3, 10, 16, 1.5
_WIDTH, _HEIGHT = round(WIDTH * _ENLARGED), round(HEIGHT * _ENLARGED)
_LABELED, _FOUND = (30, 160, 60), (214, 51, 132)


def draw_detections(artifact: bytes, dataset: Dataset, validation: Path, images: Path, path: Path) -> None:
    """Draw each validation image once, in a grid.

    Args:
        artifact: model.tar.gz of the demonstration's program.
        dataset: that it was trained on.
        validation: the dataset's validation manifest.
        images: the directory of its images.
        path: of the PNG.
    """
    network, examples = read_model(_model_in(artifact)), list(_examples(dataset, validation, images))
    rows, tile = -(-len(examples) // _COLUMNS), (_WIDTH + _GAP, _HEIGHT + _GAP + _TEXT)
    sheet = Image.new("RGB", (_COLUMNS * tile[0] + _GAP, rows * tile[1] + 2 * _GAP + _TEXT), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(_TEXT - 2)
    pen.text(
        (_GAP, _GAP // 2), f"green: labeled. pink: found, with a score of at least {SHOWN}", "black", font
    )
    for number, (name, one) in enumerate(examples):
        left, top = _GAP + number % _COLUMNS * tile[0], 2 * _GAP + _TEXT + number // _COLUMNS * tile[1]
        found = detect(network, one.image)
        sheet.paste(_drawn(one, found, dataset.classes), (left, top))
        pen.text((left, top + _HEIGHT), name, "black", font)
    with replaced_file(path) as file:
        sheet.save(file, "PNG")


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


def _examples(dataset: Dataset, validation: Path, images: Path) -> Iterator[tuple[str, Example]]:
    store = DirectoryStore(images)
    for line in validation.read_bytes().splitlines():
        record = json.loads(line)
        file = store.path_of(record[dataset.attributes[0]])
        yield file.name, example(file.read_bytes(), record[dataset.label])


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
