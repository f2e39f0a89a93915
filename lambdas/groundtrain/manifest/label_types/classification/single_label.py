"""One class for the whole object: the shape that images, texts, clips and verified labels share.

Developer Guide, "Output Data: classification job output". The label is the class id, and the metadata names
that one class; there is no class-map. Files of Amazon Lookout for Vision have no confidence.
"""

from collections.abc import Iterator
from typing import Any, Protocol

from msgspec import UNSET

from groundtrain.manifest.label_types.class_ids import ClassId
from groundtrain.manifest.label_types.item_statistics import ItemTally
from groundtrain.manifest.label_types.label_type import Alternative, LabelType, RecordSummary
from groundtrain.manifest.label_types.metadata import Metadata, common_string_count
from groundtrain.record_keys import SOURCE_REF
from groundtrain.rules.findings import Finding


class SingleLabelMetadata(Metadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    class_name: str
    confidence: Any = UNSET


class SingleLabelRecord(Protocol):
    """One line with one class."""

    source: str
    label: ClassId
    metadata: SingleLabelMetadata


def summarize(record: SingleLabelRecord) -> RecordSummary:
    """One item."""
    ids, metadata = (int(record.label),), record.metadata
    strings = common_string_count(metadata) + 2 + (metadata.confidence is not UNSET)
    may_find = () if isinstance(record.label, int) else ("GT230",)
    return RecordSummary(ids, ids, may_find, strings)


def id_as_text(record: SingleLabelRecord) -> Iterator[Finding]:
    """GT230: the id is written as text."""
    if isinstance(record.label, str):
        yield Finding.unplaced("GT230", f'the class id is "{record.label}", a text')


def renumber(label: ClassId, _: dict[str, Any], ids: dict[int, int]) -> int:
    """The class id in the dataset."""
    return ids[int(label)]


def single_label_type(
    name: str,
    metadata: type[SingleLabelMetadata],
    *,
    source_keys: tuple[str, ...] = (SOURCE_REF,),
    of_images: bool = True,
    alternative: Alternative | None = None,
) -> LabelType:
    """A label type of this shape; the arguments are `LabelType`'s."""
    return LabelType(
        name=name,
        noun="labels",
        label=ClassId,
        metadata=metadata,
        source_keys=source_keys,
        of_images=of_images,
        summarize=summarize,
        checks={"GT230": id_as_text},
        class_names=lambda record: {str(record.label): record.metadata.class_name},
        label_ids=lambda label: (label,),
        names_key="class-name",
        names_value=lambda names: next(iter(names.values()), ""),
        renumber=renumber,
        has_objects=lambda _: True,
        tally=lambda: ItemTally("labels"),
        alternative=alternative,
    )
