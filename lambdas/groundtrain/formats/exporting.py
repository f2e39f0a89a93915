"""Read the labels of an augmented manifest, for a format to write them.

The manifest is read once for its classes and the common folder of its images, and once for the labels.
"""

from collections.abc import Iterator, Sequence
from os.path import commonprefix
from typing import Any, get_args

import msgspec
from msgspec import Struct

from groundtrain.dataset.split.sides import SPLIT_ATTRIBUTE
from groundtrain.errors import ManifestError
from groundtrain.formats.format import Format
from groundtrain.formats.labeled_items import (
    LabeledItem,
    LabeledItems,
    LabelKind,
    NamedBox,
    NamedSpan,
    Size,
    Split,
)
from groundtrain.formats.losses import Losses
from groundtrain.json_text import decode_pieces
from groundtrain.manifest.completed_manifest import completed
from groundtrain.manifest.label_attributes.attribute_choice import find_label, label_names
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.registry import find_type, keys_to_read
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.other_formats import refuse_other_formats
from groundtrain.manifest.record_reader import RecordReader
from groundtrain.manifest.repeated_sources import SourcesSeen, fingerprint
from groundtrain.manifest.source import ManifestSource
from groundtrain.printable_text import is_blank
from groundtrain.record_keys import SOURCE_REF, Keys
from groundtrain.s3_addresses import SCHEME, bucket_of

_KINDS: dict[str, LabelKind] = {
    "groundtruth/object-detection": "boxes",
    "groundtruth/image-classification": "class",
    "groundtruth/text-classification": "class",
    "groundtruth/image-classification-multilabel": "classes",
    "groundtruth/text-classification-multilabel": "classes",
    "groundtruth/text-span": "entities",
}
_UNUSABLE = frozenset({"GT202", "GT301"})
_SPLITS = get_args(Split)


class LabelsToExport(Struct, frozen=True):
    """The labels of a manifest.

    Attributes:
        label, type: of the label attribute.
        prefix: the folder in S3 that the names of images are below; "s3://" for several buckets.
    """

    label: str
    type: str
    prefix: str
    found: LabeledItems


def labels_to_export(
    source: ManifestSource,
    label: str | None,
    format_: Format,
    losses: Losses,
    categories: Sequence[str] = (),
) -> LabelsToExport:
    """The labels under an attribute, each image once: the first line that names it counts.

    Args:
        source: the manifest.
        label: the attribute; needed when there are several.
        format_: that will hold them.
        losses: where is counted what lines hold beside, and lines that cannot be used.
        categories: all classes in order; those of the manifest by their ids otherwise.

    Raises:
        ManifestError: it is no manifest, or the format cannot hold labels of this type.
        LabelAttributeError: the label attribute is not there, or several are and none was chosen.
    """
    refuse_other_formats(source)
    attribute = find_label(source, label)
    label_type, kind = find_type(attribute), _KINDS.get(attribute.type.lower())
    if label_type is None or kind not in format_.kinds:
        able = [type_name for type_name, each in _KINDS.items() if each in format_.kinds]
        raise ManifestError(
            f"{source.name}: {format_.title} cannot hold labels of type {attribute.type}",
            fix=f"it can hold those of {', '.join(able)}",
        )
    keys = keys_to_read(attribute, label_type)
    held = (SPLIT_ATTRIBUTE,) if format_.has_splits else ()
    manifest = _Manifest(completed(source, keys, label_type), keys, label_type, kind, held)
    classes, prefix = manifest.survey()
    found = LabeledItems(
        kind, tuple(categories or classes), manifest.items("" if format_.has_addresses else prefix, losses)
    )
    return LabelsToExport(attribute.name, label_type.name, prefix, found)


class _Manifest:
    """A manifest that is read for one label attribute."""

    def __init__(
        self, source: ManifestSource, keys: Keys, label_type: LabelType, kind: LabelKind, held: Sequence[str]
    ) -> None:
        self._source, self._keys, self._type, self._kind, self._held = source, keys, label_type, kind, held

    def survey(self) -> tuple[list[str], str]:
        """Names of the classes by their ids, and the folder that all images share, "" for texts.

        Raises:
            ManifestError: no line has a label that can be read.
        """
        ids: dict[str, int] = {}
        prefixes: dict[str, str] = {}
        of_texts = self._keys.source != SOURCE_REF
        for _, _, record in self._records(Losses()):
            bucket = "" if of_texts else bucket_of(record.source)
            prefixes[bucket] = commonprefix((prefixes.get(bucket, record.source), record.source))  # noqa: RUF071 - cut below
            for number, name in self._type.class_names(record).items():
                ids[name] = min(int(number), ids.get(name, int(number)))
        if not prefixes:
            raise ManifestError(
                f"{self._source.name}: no line has a label of {self._keys.label} that can be read",
                fix=f"groundtrain check {self._source.name} says why",
            )
        (prefix, *others) = [""] if of_texts else prefixes.values()
        return sorted(ids, key=ids.__getitem__), SCHEME if others else prefix[: prefix.rfind("/") + 1]

    def items(self, prefix: str, losses: Losses) -> Iterator[LabeledItem]:
        """The label of each image or text."""
        seen = SourcesSeen()
        for number, line, record in self._records(losses):
            place = f"{self._source.name} line {number}"
            if not seen.add(fingerprint(record.source)):
                losses.label("lines with the image or text of an earlier one", f"line {number}")
                continue
            pieces = decode_pieces(line)
            self._count_details(pieces, record, f"line {number}", losses)
            yield self._item(record, prefix, place, _split(pieces))

    def _records(self, losses: Losses) -> Iterator[tuple[int, bytes, Any]]:
        reader = RecordReader(self._keys, self._type, _UNUSABLE)
        for number, line in Lines(self._source.open()):
            reading = reader.read(number, line)
            record = reading.record
            if record is None or any(finding.code in _UNUSABLE for finding in reading.findings):
                losses.label("lines without a label that can be read", f"line {number}")
            elif any(map(is_blank, self._type.class_names(record).values())):
                losses.label("lines with a class that has no name", f"line {number}")
            else:
                yield number, line, record

    def _item(self, record: Any, prefix: str, place: str, split: Split | None) -> LabeledItem:
        is_image = self._keys.source == SOURCE_REF
        names, label = self._type.class_names(record), record.label
        return LabeledItem(
            place=place,
            name=record.source.removeprefix(prefix) if is_image else "",
            text="" if is_image else record.source,
            size=_size(label) if self._kind == "boxes" else None,
            boxes=_boxes(label, names) if self._kind == "boxes" else (),
            classes=_classes(label, names, self._kind),
            spans=_spans(label) if self._kind == "entities" else (),
            split=split,
        )

    def _count_details(self, pieces: dict[str, Any], record: Any, line: str, losses: Losses) -> None:
        others = [name for name in label_names(pieces) if name in pieces and name != self._keys.label]
        for name in others:
            losses.detail(f"labels of {name}", line)
        for name in pieces:
            if (
                name not in (*self._keys, *self._held)
                and not name.endswith("-metadata")
                and name not in others
            ):
                losses.detail(f"the attribute {name}", line)
        if record.metadata.creation_date is not msgspec.UNSET:
            losses.detail("dates and labeling jobs of labels", line)
        if any(_confidences(record.metadata)):
            losses.detail("confidences", line)


def _confidences(metadata: Any) -> Iterator[object]:
    """Those that say something: 0 is that of a single worker."""
    for each in getattr(metadata, "objects", None) or ():
        yield each.confidence is not msgspec.UNSET and each.confidence
    yield from (getattr(metadata, "confidence_map", None) or {}).values()
    confidence = getattr(metadata, "confidence", 0)
    yield confidence is not msgspec.UNSET and confidence


def _split(pieces: dict[str, msgspec.Raw]) -> Split | None:
    side = msgspec.json.decode(pieces[SPLIT_ATTRIBUTE]) if SPLIT_ATTRIBUTE in pieces else None
    return side if side in _SPLITS else None


def _size(label: Any) -> Size:
    size = label.image_size[0]
    return Size(size.width, size.height, 3 if size.depth is msgspec.UNSET else size.depth)


def _boxes(label: Any, names: Any) -> tuple[NamedBox, ...]:
    return tuple(
        NamedBox(names[str(box.class_id)], box.left, box.top, box.width, box.height)
        for box in label.annotations
    )


def _classes(label: Any, names: Any, kind: LabelKind) -> tuple[str, ...]:
    if kind not in ("class", "classes"):
        return ()
    ids = [label] if kind == "class" else label
    return tuple(dict.fromkeys(names[str(i)] for i in ids))


def _spans(label: Any) -> tuple[NamedSpan, ...]:
    entities = label.annotations.entities
    return tuple(NamedSpan(each.label, each.start_offset, each.end_offset) for each in entities)
