"""Records of a manifest with their labels, typed, and classes by their names."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import UNSET, Struct

from groundtrain.api.result import Finding, shown
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.label_type import Record as DecodedRecord


class ClassLabel(Struct, frozen=True):
    """A class of the whole image, text or clip; the confidence is None where none is given."""

    class_name: str
    confidence: float | None = None


class Box(Struct, frozen=True):
    """A rectangle in pixels; left and top count from the image's top left corner."""

    class_name: str
    left: float
    top: float
    width: float
    height: float
    confidence: float | None = None


class Cuboid(Struct, frozen=True):
    """A box in space; sizes and centre in the unit of the point cloud."""

    class_name: str
    length: float
    width: float
    height: float
    center_x: float
    center_y: float
    center_z: float


class Span(Struct, frozen=True):
    """Characters of a text from `start` to before `end`; `text` is "" where it is not on the line."""

    class_name: str
    start: int
    end: int
    text: str


class Mask(Struct, frozen=True):
    """The address of a PNG whose pixels are class ids, and the names of those that it may show."""

    address: str
    classes: Mapping[int, str]


class LabelFile(Struct, frozen=True):
    """The address of a file with the labels of a sequence, and the names of classes by id."""

    address: str
    classes: Mapping[int, str]


class CustomLabel(Struct, frozen=True):
    """A label of a custom template, as its JSON is."""

    value: Any


Label = Box | ClassLabel | Cuboid | Span | Mask | LabelFile | CustomLabel


class Record(Struct, frozen=True, kw_only=True):
    """A line of a manifest.

    Attributes:
        line: its number, counted from 1.
        source: address or text; "" where the line cannot be read.
        image: the address of the image; None where the source is none.
        text: None where the source is an address.
        size: width and height of the image in pixels, where the label states them.
        labels: () where there is nothing, and on a line that cannot be used.
        findings: of the rules that look at one line.
        is_usable: whether the line has a label, and no finding is an error.
    """

    line: int
    source: str
    image: str | None = None
    text: str | None = None
    size: tuple[int, int] | None = None
    labels: tuple[Label, ...] = ()
    findings: tuple[Finding, ...] = ()
    is_usable: bool = False

    def _repr_html_(self) -> str:
        labels = "".join(f"<li>{shown(label)}</li>" for label in self.labels)
        found = "".join(f"<li>{shown(f'{each.code} {each.message}')}</li>" for each in self.findings)
        findings = f"<p>Findings:</p><ul>{found}</ul>" if found else ""
        return f"<p>line {self.line}: {shown(self.source)}</p><ul>{labels}</ul>{findings}"


def labels_of(record: DecodedRecord, label_type: LabelType) -> tuple[Label, ...]:
    """The labels of a record that has no faults."""
    names = label_type.class_names(record)
    make = _BY_TYPE.get(label_type.name)
    if make is not None:
        return tuple(make(record, names))
    classes = {int(i): name for i, name in names.items() if i.isdecimal()}
    if label_type.mask_colours is not None:
        return (Mask(record.label, classes),)
    if label_type.by_reference:
        return (LabelFile(record.label, classes),)
    if label_type.names_key == "class-name":
        return (ClassLabel(record.metadata.class_name, _number(record.metadata.confidence)),)
    return (CustomLabel(record.label),)


def _boxes(record: DecodedRecord, names: Mapping[str, str]) -> Iterator[Box]:
    objects = record.metadata.objects
    for i, box in enumerate(record.label.annotations):
        confidence = objects[i].confidence if objects is not UNSET and i < len(objects) else UNSET
        size = box.left, box.top, box.width, box.height
        yield Box(names[str(box.class_id)], *size, _number(confidence))


def _classes(record: DecodedRecord, names: Mapping[str, str]) -> Iterator[ClassLabel]:
    confidences = record.metadata.confidence_map
    for i in map(str, record.label):
        confidence = UNSET if confidences is UNSET else confidences.get(i, UNSET)
        yield ClassLabel(names[i], _number(confidence))


def _cuboids(record: DecodedRecord, names: Mapping[str, str]) -> Iterator[Cuboid]:
    for each in record.label.annotations:
        sizes, centre = (each.length, each.width, each.height), (each.center_x, each.center_y, each.center_z)
        yield Cuboid(names[str(each.class_id)], *sizes, *centre)


def _spans(record: DecodedRecord, _: Mapping[str, str]) -> Iterator[Span]:
    text = "" if record.source.startswith("s3://") else record.source
    for each in record.label.annotations.entities:
        start, end = each.start_offset, each.end_offset
        yield Span(each.label, start, end, text[start:end])


def _number(confidence: Any) -> float | None:
    return confidence if isinstance(confidence, int | float) else None


_BY_TYPE: Mapping[str, Callable[[DecodedRecord, Mapping[str, str]], Iterator[Label]]] = {
    "groundtruth/object-detection": _boxes,
    "groundtruth/image-classification-multilabel": _classes,
    "groundtruth/text-classification-multilabel": _classes,
    "groundtruth/text-span": _spans,
    "groundtruth/point_cloud_object_detection": _cuboids,
}
