"""The elements of an export, and which labels its task, job or project lists."""

from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from msgspec import Struct, field

from groundtrain.errors import ManifestError
from groundtrain.formats.wrong_file import explained, wrong_file
from groundtrain.formats.xml_document import XmlDocument, XmlElement
from groundtrain.manifest.source import FileManifest

EXPECTED = "an export as CVAT for images 1.1 (XML)"
SHAPES = {
    "polygon": "polygons",
    "polyline": "polylines",
    "points": "points",
    "ellipse": "ellipses",
    "cuboid": "cuboids",
    "skeleton": "skeletons",
    "mask": "masks",
}
_OWNERS = ("task", "job", "project")
_TYPES = {"box": ("", "any", "bbox", "rectangle"), "tag": ("", "any", "tag")}


class Contents(Struct):
    """What an export holds.

    Attributes:
        labels: names of labels by the elements that can have them, "box" or "tag", in the order of the task.
        subset: of the whole task, "" where there is none.
        found: number of elements on images, by name.
        most_tags: of one image.
    """

    labels: dict[str, dict[str, None]] = field(default_factory=lambda: {"box": {}, "tag": {}})
    subset: str = ""
    images: int = 0
    found: Counter[str] = field(default_factory=Counter)
    most_tags: int = 0


def elements(path: Path) -> Iterator[XmlElement]:
    """What lies directly in the document: `version`, `meta`, and each `image`.

    Raises:
        ManifestError: it is no such document, or one of a video.
    """
    try:
        yield from _elements(path)
    except ManifestError as error:
        raise explained(error, path, EXPECTED, "cvat") from error


def contents(path: Path) -> Contents:
    """Look through an export once.

    Raises:
        ManifestError: it is none.
    """
    held = Contents()
    for element in elements(path):
        if element.name == "meta":
            _read_meta(element, held)
        elif element.name == "image":
            held.images += 1
            held.found.update(child.name for child in element.children)
            held.most_tags = max(
                held.most_tags, len({tag.attributes.get("label") for tag in element.all("tag")})
            )
    return held


def _elements(path: Path) -> Iterator[XmlElement]:
    manifest = FileManifest(path)
    chunks = manifest.open()
    first = next(chunks, b"")
    if not first.removeprefix(BOM_UTF8).lstrip().startswith(b"<"):
        raise wrong_file(path, EXPECTED)
    document = XmlDocument(manifest.name, chain([first], chunks))
    for element in document.children():
        root = document.root()
        if root is not None and root.name != "annotations":
            raise wrong_file(path, EXPECTED)
        if element.name == "track":
            raise ManifestError(
                f"{path} line {element.line}: this is an export as CVAT for video, whose objects are tracks",
                fix="export it from CVAT as CVAT for images 1.1, which has the boxes of each frame",
            )
        yield element


def _read_meta(meta: XmlElement, held: Contents) -> None:
    for owner in (child for child in meta.children if child.name in _OWNERS):
        held.subset = held.subset or owner.text_of("subset")
        for label in (each for labels in owner.all("labels") for each in labels.all("label")):
            kind, name = label.text_of("type"), label.text_of("name")
            for element, kinds in _TYPES.items():
                if name and kind in kinds and label.first("parent") is None:
                    held.labels[element][name] = None
