"""Any number of classes for the whole object: the shape that images and texts share.

Developer Guide, "Output Data: multi-label classification job output": the label lists every class that at
least one worker chose, in no order; the class-map names those on the line. That it is an empty list
where nobody chose one is not confirmed (C21).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from msgspec import UNSET, UnsetType

from groundtrain.manifest.label_types.class_ids import ClassId, renumbered_map
from groundtrain.manifest.label_types.classification.multi_hot import MultiLabelTally, multi_hot
from groundtrain.manifest.label_types.label_type import LabelType, RecordSummary
from groundtrain.manifest.label_types.metadata import Metadata, common_string_count
from groundtrain.manifest.label_types.union import LabelAndMetadata, UnitedLabel, add_metadata
from groundtrain.record_keys import SOURCE_REF
from groundtrain.rules.findings import Finding


class MultiLabelMetadata(Metadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    class_map: dict[str, str]
    confidence_map: dict[str, Any] | UnsetType = UNSET


class MultiLabelRecord(Protocol):
    """One line with a list of classes."""

    source: str
    label: list[ClassId]
    metadata: MultiLabelMetadata


def summarize(record: MultiLabelRecord) -> RecordSummary:
    """An item for each class of the list."""
    label, metadata, items = record.label, record.metadata, class_list(record)
    strings = common_string_count(metadata) + 1 + 2 * len(metadata.class_map)
    if metadata.confidence_map is not UNSET:
        strings += 1 + len(metadata.confidence_map)
    classes, names = set(items), metadata.class_map
    is_clean = len(classes) == len(label) and all(isinstance(i, int) and str(i) in names for i in label)
    return RecordSummary(items, classes, () if is_clean else ("GT230", "GT231", "GT301"), strings)


def id_as_text(record: MultiLabelRecord) -> Iterator[Finding]:
    """GT230: an id is written as text."""
    for i, value in enumerate(record.label):
        if isinstance(value, str):
            yield Finding.unplaced("GT230", f'the class id is "{value}", a text', f"[{i}]")


def repeated_class(record: MultiLabelRecord) -> Iterator[Finding]:
    """GT231: a class is listed more than once."""
    ids = class_list(record)
    for i in sorted(set(ids)):
        if ids.count(i) > 1:
            yield Finding.unplaced("GT231", f"class id {i} is listed {ids.count(i)} times")


def list_once(label: list[ClassId], _: Any) -> list[ClassId]:
    """The fix for GT231; lists of nothing but 0 and 1 stay, which may say 0 or 1 for each class."""
    once: dict[int, ClassId] = {}
    for value in label:
        once.setdefault(int(value), value)
    return list(once.values()) if not once.keys() <= {0, 1} else label


def class_not_in_map(record: MultiLabelRecord) -> Iterator[Finding]:
    """GT301: a class id has no name on its line."""
    names = record.metadata.class_map
    for i, value in enumerate(record.label):
        if str(value) not in names:
            yield Finding.unplaced(
                "GT301", f"class id {value} with class-map ids {', '.join(names) or 'none'}", f"[{i}]"
            )


def class_list(record: MultiLabelRecord) -> list[int]:
    """Classes of the record, as they are listed."""
    return list(map(int, record.label))


def renumber(label: list[ClassId], metadata: dict[str, Any], ids: dict[int, int]) -> list[int]:
    """The class ids in the dataset, each once; ids not in `ids` leave the maps."""
    for key in {"class-map", "confidence-map"} & metadata.keys():
        metadata[key] = renumbered_map(metadata[key], ids)
    return list(dict.fromkeys(ids[int(value)] for value in label))


def unite(labels: Sequence[LabelAndMetadata], _: float | None) -> UnitedLabel:
    """The classes of all labels, each once."""
    label, metadata = labels[0]
    taken_as_one = [Counter[str]()]
    for other, its_metadata in labels[1:]:
        names = its_metadata["class-map"]
        known = set(map(int, label))
        taken_as_one.append(Counter(names[str(i)] for i in other if int(i) in known))
        added = [i for i in other if int(i) not in known]
        label += added
        add_metadata(metadata, its_metadata, adds_items=bool(added))
    return UnitedLabel(label, metadata, tuple(taken_as_one))


def multi_label_type(
    name: str,
    metadata: type[MultiLabelMetadata],
    *,
    source_keys: tuple[str, ...] = (SOURCE_REF,),
    of_images: bool = True,
) -> LabelType:
    """A label type of this shape; the arguments are `LabelType`'s."""
    return LabelType(
        name=name,
        noun="labels",
        label=list[ClassId],
        metadata=metadata,
        source_keys=source_keys,
        of_images=of_images,
        summarize=summarize,
        checks={"GT230": id_as_text, "GT231": repeated_class, "GT301": class_not_in_map},
        fixes={"GT231": list_once},
        checks_together={"GT309": multi_hot},
        class_names=lambda record: record.metadata.class_map,
        label_ids=lambda label: label,
        names_key="class-map",
        items_at=(),
        renumber=renumber,
        unite=unite,
        has_objects=lambda record: bool(record.label),
        tally=lambda: MultiLabelTally("labels"),
    )
