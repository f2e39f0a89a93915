"""Lines of manifests as pictures, for tests of pictures."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from groundtrain.images.directory_store import DirectoryStore
from groundtrain.output.pictures.manifest_subjects import labels_to_draw, subject_on, with_image_findings
from groundtrain.output.pictures.png import rendered
from groundtrain.output.pictures.record_picture import draw_subject
from groundtrain.output.pictures.shapes import Drawing, Placed, Shape
from groundtrain.output.pictures.subject import Canvas, Subject
from groundtrain.output.pictures.svg import as_svg
from tests.manifest_lines import dump, manifest_of

Colour = tuple[int, int, int]


def subject_of(folder: Path, line: Any, images: Path | None = None) -> tuple[Subject, Canvas]:
    """The only line of a manifest that is made in the folder, with what is found on it."""
    labels = labels_to_draw(manifest_of(folder / "labels", dump(line)), None)
    store = DirectoryStore(images) if images else None
    (subject,) = with_image_findings([subject_on(labels, 1)], labels, store)
    return subject, Canvas(store)


def drawing_of(folder: Path, line: Any, images: Path | None = None) -> Drawing:
    """The picture of a line as shapes."""
    return draw_subject(*subject_of(folder, line, images))


def picture_of(folder: Path, line: Any, images: Path | None = None) -> Image.Image:
    """The picture of a line in pixels."""
    return rendered(drawing_of(folder, line, images))


def count(image: Image.Image, colour: Colour) -> int:
    """Pixels of exactly this colour."""
    return int((np.asarray(image) == colour).all(axis=-1).sum())


def shapes_of(drawing: Drawing) -> Iterator[Shape]:
    """All shapes, those of drawings within it too."""
    for shape in drawing.shapes:
        if isinstance(shape, Placed):
            yield from shapes_of(shape.drawing)
        else:
            yield shape


def said(drawing: Drawing) -> str:
    """All that is written in it."""
    return "\n".join(drawing.texts())


def parsed_svg(drawing: Drawing) -> ET.Element:
    """The drawing as SVG, as another program reads it."""
    return ET.fromstring(as_svg(drawing))  # noqa: S314 - our own
