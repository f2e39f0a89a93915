"""Read Pascal VOC files: an image each, with its objects."""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from groundtrain.errors import ManifestError
from groundtrain.formats.files_below import IMAGES, name_ends_in
from groundtrain.formats.format import Exchange
from groundtrain.formats.image_folder import ImageFolder
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, Size
from groundtrain.formats.losses import Losses
from groundtrain.formats.voc.annotated_objects import AnnotatedObjects, without_layout
from groundtrain.formats.voc.annotation_files import EXPECTED, AnnotationFiles, annotation_files
from groundtrain.formats.wrong_file import wrong_file
from groundtrain.formats.xml_document import LARGEST, XmlDocument, XmlElement
from groundtrain.manifest.source import FileManifest
from groundtrain.quantities import quantity, quoted

_ABSOLUTE = re.compile(r"/|[A-Za-z]:[/\\]|\\\\")
_READ = ("folder", "filename", "path", "source", "owner", "size", "object")
_PIXELS = re.compile(r"[0-9]{1,9}(?:\.0+)?", re.ASCII)


def read_voc(path: Path, exchange: Exchange) -> LabeledItems:
    """The boxes of each image; see `Format.read`."""
    files = annotation_files(path, exchange.images, exchange.losses)
    objects = AnnotatedObjects(exchange.options.get("one_based", False), exchange.losses)
    return LabeledItems("boxes", (), _Reading(path, files, objects, exchange).items())


def count_voc(path: Path) -> str:
    """Annotation files, or objects of one, in words; see `Format.counted`."""
    if path.is_file():
        return quantity(sum(1 for _ in _annotation(path).all("object")), "object")
    return quantity(len(annotation_files(path, ImageFolder(), Losses()).paths), "annotation file")


def _annotation(path: Path) -> XmlElement:
    """The annotation in a file.

    Raises:
        ManifestError: it is no XML, too large, or another document.
        GroundtrainError: it cannot be read.
    """
    manifest = FileManifest(path)
    if manifest.size > LARGEST:
        size = quantity(LARGEST >> 20, "MiB", "MiB")
        raise ManifestError(f"{path} is larger than {size}", fix="check that it is the right file")
    root = XmlDocument(manifest.name, manifest.open()).whole()
    if root.name != "annotation":
        raise wrong_file(path, EXPECTED)
    return root


class _Reading(Struct, frozen=True):
    """Goes through all files."""

    source: Path
    files: AnnotationFiles
    objects: AnnotatedObjects
    exchange: Exchange

    def items(self) -> Iterator[LabeledItem]:
        """An item for each annotation.

        Raises:
            ManifestError: a single file that was named is no annotation.
        """
        for path in self.files.paths:
            try:
                annotation = _annotation(self.files.folder / path)
            except ManifestError as error:
                if self.source.is_file():
                    raise
                self.exchange.losses.label("XML files that are no Pascal VOC, or faulty", error.message)
                continue
            item = self._item(annotation, path)
            if item is not None:
                yield item
        self.files.sides.count_unused(self.exchange.losses)

    def _item(self, annotation: XmlElement, path: str) -> LabeledItem | None:
        """None where the annotation names no image, or one whose size is not known; both are counted."""
        place = str(self.files.folder / path)
        split = self.files.sides.of(path, self.exchange.losses)
        self._count_details(annotation, place)
        name = self._name(annotation, path)
        if not name:
            self.exchange.losses.label("annotations that name no image", place)
            return None
        try:
            size = _size(annotation) or self._size_of(name, place)
        except ManifestError as error:
            self.exchange.losses.label("images whose size is not said and cannot be read", error.message)
            return None
        boxes, is_lost = self.objects.boxes(annotation, place)
        return LabeledItem(place=place, name=name, size=size, boxes=boxes, split=split, is_lost=is_lost)

    def _name(self, annotation: XmlElement, path: str) -> str:
        """Path of the image: its file name in the folder that its annotation is in, below that of all."""
        said, elsewhere = _text(annotation, "filename"), _text(annotation, "path")
        losses = self.exchange.losses
        if not said.strip() or _ABSOLUTE.match(said):
            said = _last(said) or _last(elsewhere)
            losses.detail("file names that are missing, or with a folder of another machine", path)
        elif elsewhere and _last(elsewhere) != _last(said):
            losses.oddity("paths (path) that name another image than the file name (filename)", path)
        if not said:
            return ""
        folder = re.sub(r"(^|/)[Aa]nnotations(?=/|$)", r"\1JPEGImages", path.rpartition("/")[0])
        name = said if not folder or "/" in said else f"{folder}/{said}"
        if (beside := self.files.image_beside(name, path)) is not None:
            losses.detail("images that have the name of their annotation file, and not the one it says", path)
            return beside
        if not name_ends_in(IMAGES, name):
            losses.oddity("file names without the ending of an image", f"{path}: {quoted(name)}")
        return name

    def _size_of(self, name: str, place: str) -> Size | None:
        """From the image; None where nobody named a folder of images, and there is none beside."""
        images = self.files.images
        is_known = self.exchange.images or images.path_of(name) is not None
        return images.size_of(name, place) if is_known else None

    def _count_details(self, annotation: XmlElement, place: str) -> None:
        for child in annotation.children:
            if child.name == "segmented":
                if child.text.strip() not in ("", "0"):
                    self.exchange.losses.detail("masks (segmented)", place)
            elif child.name not in _READ:
                self.exchange.losses.detail("other elements of annotations", f"{place}: <{child.name}>")


def _text(annotation: XmlElement, name: str) -> str:
    element = annotation.first(name)
    return "" if element is None else without_layout(element.text)


def _last(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


def _size(annotation: XmlElement) -> Size | None:
    """None where the file does not say it, or says 0, as tools do that do not look at the image."""
    size = annotation.first("size")
    said = ["" if size is None else size.text_of(key) for key in ("width", "height", "depth")]
    width, height, depth = (int(float(text)) if _PIXELS.fullmatch(text) else 0 for text in said)
    return Size(width, height, depth or 3) if width and height else None
