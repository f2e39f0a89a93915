"""Read the boxes of a COCO file.

The arrays may come in any order, so boxes are kept by image until all are read; masks and all else is not.
Classes go by name, in the order of the categories, whatever their ids are.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from groundtrain.errors import ManifestError
from groundtrain.formats.coco.document import Annotation, Id, Image, decode_raw, decoders
from groundtrain.formats.format import Exchange
from groundtrain.formats.json_document import JsonDocument, ListDecode, Piece
from groundtrain.formats.labeled_items import LabeledItem, LabeledItems, NamedBox
from groundtrain.formats.losses import Losses
from groundtrain.formats.wrong_file import explained, wrong_file
from groundtrain.manifest.source import FileManifest
from groundtrain.quantities import quantity, quoted

_EXPECTED = "a COCO file"
_ARRAYS = ("images", "annotations", "categories")
_NOTHING = 4  # bytes of null and [[]]: what is longer is a mask, points or attributes
_BESIDE = {
    "segmentation": "masks (segmentation)",
    "keypoints": "points (keypoints)",
    "attributes": "attributes",
    "caption": "captions",
    "score": "confidences (score)",
}


class _KeptBox(Struct, gc=False):
    category: Id
    left: float
    top: float
    width: float
    height: float
    id: Id | None


class _Kept(Struct):
    """What is kept of the file."""

    arrays: set[str] = field(default_factory=set)
    images: dict[Id, Image] = field(default_factory=dict)
    categories: dict[Id, str] = field(default_factory=dict)
    boxes: dict[Id, list[_KeptBox]] = field(default_factory=dict)
    incomplete: set[Id] = field(default_factory=set)


def read_coco(path: Path, exchange: Exchange) -> LabeledItems:
    """The boxes of each image; see `Format.read`."""
    kept = _Kept()
    try:
        _keep_all(kept, path, exchange)
    except ManifestError as error:
        raise explained(error, path, _EXPECTED, "coco") from error
    names = tuple(dict.fromkeys(kept.categories.values()))
    if kept.images and not kept.boxes and not kept.incomplete:
        exchange.losses.oddity(
            "files without a single object, so that every image is one without objects", str(path)
        )
    _count_others(kept, exchange.losses, one_name=len(kept.categories) - len(names))
    return LabeledItems("boxes", names, _items(kept, path, exchange.losses))


def _keep_all(kept: _Kept, path: Path, exchange: Exchange) -> None:
    for piece in _pieces(path, decoders(exchange.losses)):
        kept.arrays.add(piece.array)
        if piece.array == "annotations":
            _keep_boxes(kept, piece.elements, exchange)
        elif piece.array == "images":
            _keep_images(kept, piece, path)
        else:
            _keep_categories(kept, piece, path)
    _refuse_incomplete(path, kept.arrays)


def count_coco(path: Path) -> str:
    """Images, boxes and categories in words; see `Format.counted`."""
    counts = dict.fromkeys(_ARRAYS, 0)
    for piece in _pieces(path, dict.fromkeys(_ARRAYS, decode_raw)):
        counts[piece.array] += len(piece.elements)
    return ", ".join(
        (
            quantity(counts["images"], "image"),
            quantity(counts["annotations"], "annotation"),
            quantity(counts["categories"], "category", "categories"),
        )
    )


def _pieces(path: Path, decoders: Mapping[str, ListDecode]) -> Iterator[Piece]:
    manifest = FileManifest(path)
    document = None if path.is_dir() else JsonDocument(manifest.name, manifest.open())
    if document is None or document.first_mark() != "{":
        raise wrong_file(path, _EXPECTED)
    return document.arrays(decoders)


def _keep_images(kept: _Kept, piece: Piece, path: Path) -> None:
    for number, image in enumerate(piece.elements, piece.first + 1):
        other = kept.images.setdefault(image.id, image)
        if other is not image:
            raise ManifestError(
                f"{path}, images {number}: id {image.id} is that of {quoted(other.file_name)} already, and of"
                f" {quoted(image.file_name)} here, so that it is unclear whose the boxes are",
                fix="give each image an id of its own",
            )


def _keep_categories(kept: _Kept, piece: Piece, path: Path) -> None:
    for number, category in enumerate(piece.elements, piece.first + 1):
        name = kept.categories.setdefault(category.id, category.name)
        if name != category.name:
            raise ManifestError(
                f"{path}, categories {number}: the id {category.id} is that of {quoted(name)} already, and of"
                f" {quoted(category.name)} here",
                fix="give each category an id of its own",
            )


def _keep_boxes(kept: _Kept, annotations: list[Annotation], exchange: Exchange) -> None:
    losses, without_crowds = exchange.losses, exchange.options.get("without_crowds", False)
    for annotation in annotations:
        image, sides = annotation.image_id, annotation.bbox or []
        if annotation.iscrowd and without_crowds:
            losses.detail("crowds (iscrowd), left out", f"annotation {annotation.id}")
            continue
        _count_details(annotation, losses)
        if len(sides) == 4 and annotation.category_id is not None:
            left, top, width, height = sides
            box = _KeptBox(annotation.category_id, left, top, width, height, annotation.id)
            kept.boxes.setdefault(image, []).append(box)
            continue
        kept.incomplete.add(image)
        lacking = "category" if len(sides) == 4 else "box (bbox of four numbers)"
        losses.label(f"objects without a {lacking}", f"annotation {annotation.id} of image {image}")


def _count_details(annotation: Annotation, losses: Losses) -> None:
    for key, what in _BESIDE.items():
        value = getattr(annotation, key)
        if value and len(memoryview(value)) > _NOTHING:
            losses.detail(what, f"annotation {annotation.id}")
    if annotation.iscrowd:
        losses.detail("that a box is of a crowd (iscrowd)", f"annotation {annotation.id}")


def _refuse_incomplete(path: Path, arrays: set[str]) -> None:
    if missing := [key for key in _ARRAYS if key not in arrays]:
        raise ManifestError(
            f"{path} is no COCO file with labels: it has no {' and no '.join(missing)}",
            fix="name the file of instances, with images, annotations and categories",
        )


def _count_others(kept: _Kept, losses: Losses, one_name: int) -> None:
    """Boxes of images that are not listed, and categories that have a name together."""
    for image in [image for image in kept.boxes if image not in kept.images]:
        for box in kept.boxes.pop(image):
            losses.label("boxes of an image that is not listed", f"annotation {box.id} of image {image}")
    if one_name:
        names = Counter(kept.categories.values())
        for name in [name for name, times in names.items() if times > 1]:
            losses.detail("categories of one name, which become one class", quoted(name))


def _items(kept: _Kept, path: Path, losses: Losses) -> Iterator[LabeledItem]:
    for image in kept.images.values():
        place, boxes = f"{path}, image {image.id}", kept.boxes.pop(image.id, [])
        named = tuple(
            NamedBox(kept.categories[box.category], box.left, box.top, box.width, box.height)
            for box in boxes
            if box.category in kept.categories
        )
        if len(named) < len(boxes):
            for box in boxes:
                if box.category not in kept.categories:
                    where = f"annotation {box.id}, category {box.category}"
                    losses.label("boxes of a category that is not listed", where)
        yield LabeledItem(
            place=place,
            name=image.file_name,
            size=image.size(),
            boxes=named,
            is_lost=len(named) < len(boxes) or image.id in kept.incomplete,
        )
