"""Semantic segmentation: label type groundtruth/semantic-segmentation.

The label is the address of a PNG whose pixels are class ids: 0 is the background, the label categories
follow from 1 on. What the mask holds is for the rules on images. Developer Guide, "Semantic segmentation job
output".
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from msgspec import UNSET, Struct

from groundtrain.dates import parse_date
from groundtrain.manifest.label_types.item_statistics import ItemTally
from groundtrain.manifest.label_types.label_type import LabelType, RecordSummary
from groundtrain.manifest.label_types.metadata import Metadata, common_string_count, string_count
from groundtrain.manifest.label_types.references import impossible_ids, possible_ids
from groundtrain.rules.findings import Finding

BACKGROUND = "BACKGROUND"
_FAULTY_FROM, _FAULTY_UNTIL = datetime(2020, 6, 4, tzinfo=UTC), datetime(2020, 9, 5, tzinfo=UTC)


class MaskClass(Struct, gc=False, rename="kebab"):
    """A class and its colour in the mask; old jobs give no colour."""

    class_name: str
    hex_color: Any = UNSET
    confidence: Any = UNSET


class MaskMetadata(Metadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    type: Literal["groundtruth/semantic-segmentation"]
    internal_color_map: dict[str, MaskClass]


class MaskRecord(Protocol):
    """One line with the address of a mask."""

    source: str
    label: str
    metadata: MaskMetadata


def class_not_a_pixel(record: MaskRecord) -> Iterator[Finding]:
    """GT238: the colour map has an id that no pixel can have."""
    return impossible_ids(record.metadata.internal_color_map, "")


def without_background(record: MaskRecord) -> Iterator[Finding]:
    """GT234: class 0 is something else than the background."""
    first = record.metadata.internal_color_map.get("0")
    if first is not None and first.class_name.upper() != BACKGROUND:
        yield Finding.unplaced("GT234", f"class 0 is {first.class_name}, not {BACKGROUND}")


def made_in_faulty_weeks(record: MaskRecord) -> Iterator[Finding]:
    """GT233: made between 4 June and 4 September 2020 (the last day included)."""
    date = record.metadata.creation_date
    created = parse_date(date) if "2020" in str(date) else None
    if created is not None and _FAULTY_FROM <= created < _FAULTY_UNTIL:
        yield Finding.unplaced("GT233", f"the mask is of {created:%d %B %Y}")


def class_ids(record: MaskRecord) -> set[int]:
    """Classes that the colour map names."""
    return possible_ids(record.metadata.internal_color_map)


def class_names(record: MaskRecord) -> dict[str, str]:
    """Names in the colour map by id."""
    return {key: entry.class_name for key, entry in record.metadata.internal_color_map.items()}


def mask_colours(record: MaskRecord) -> dict[int, str]:
    """Colours in the colour map by id, as "#rrggbb"; "" for one that has none."""
    entries = record.metadata.internal_color_map
    return {i: str(entries[str(i)].hex_color or "").lower() for i in class_ids(record)}


def objects(record: MaskRecord) -> set[int]:
    """Classes that the colour map names, without the background."""
    names = record.metadata.internal_color_map
    return {i for i in class_ids(record) if names[str(i)].class_name.upper() != BACKGROUND}


def summarize(record: MaskRecord) -> RecordSummary:
    """An item for each class that the colour map names, without the background."""
    entries, ids = record.metadata.internal_color_map, class_ids(record)
    strings = 2 + 3 * len(entries) + common_string_count(record.metadata)
    for entry in entries.values():
        strings += string_count(entry.hex_color) + string_count(entry.confidence)
    is_clean = (
        len(ids) == len(entries)
        and not any(made_in_faulty_weeks(record))
        and not any(without_background(record))
    )
    shown = {i for i in ids if entries[str(i)].class_name.upper() != BACKGROUND}
    return RecordSummary(shown, ids, () if is_clean else ("GT233", "GT234", "GT238"), strings)


SEMANTIC_SEGMENTATION = LabelType(
    name="groundtruth/semantic-segmentation",
    noun="labels",
    label=str,
    metadata=MaskMetadata,
    by_reference=True,
    mask_colours=mask_colours,
    checks={
        "GT233": made_in_faulty_weeks,
        "GT234": without_background,
        "GT238": class_not_a_pixel,
    },
    summarize=summarize,
    class_names=class_names,
    label_ids=lambda _: (),
    names_key="internal-color-map",
    names_value=lambda names: {key: {"class-name": name} for key, name in names.items()},
    renumber=None,
    background=BACKGROUND,
    has_objects=lambda record: bool(objects(record)),
    tally=lambda: ItemTally("labels"),
)
