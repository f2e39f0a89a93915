"""Custom labels: label type groundtruth/custom, of any shape that a custom template produces.

The Developer Guide's sample spells it groundTruth/custom and its keys with underscores; real files have
hyphens.
"""

from typing import Annotated, Any

from msgspec import Meta

from groundtrain.manifest.label_types.item_statistics import ItemTally
from groundtrain.manifest.label_types.label_type import Alternative, LabelType, Record, RecordSummary
from groundtrain.manifest.label_types.metadata import Metadata
from groundtrain.record_keys import SOURCE, SOURCE_REF


class CustomMetadata(Metadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    type: Annotated[str, Meta(pattern="(?i)^groundtruth/custom$")]


def has_objects(record: Record) -> bool:
    """False for null and for what is empty."""
    return record.label not in (None, "", [], {})


CUSTOM = LabelType(
    name="groundtruth/custom",
    noun="labels",
    label=Any,
    metadata=CustomMetadata,
    source_keys=(SOURCE_REF, SOURCE),
    of_images=False,
    summarize=lambda record: RecordSummary((0,) if has_objects(record) else (), (), may_find=()),
    class_names=lambda _: {},
    renumber=None,
    has_objects=has_objects,
    tally=lambda: ItemTally("labels"),
    alternative=Alternative(
        "no built-in algorithm knows the shape of such labels",
        "convert them to one of Ground Truth's own types",
    ),
)
