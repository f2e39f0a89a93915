"""Named entities: label type groundtruth/text-span.

Entities are spans of the text in characters, the end exclusive; each names its class, and every line lists
all classes of the job. Developer Guide, "Named entity recognition".
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal, Protocol

from msgspec import UNSET, Struct, UnsetType

from groundtrain.manifest.label_types.item_statistics import ItemTally
from groundtrain.manifest.label_types.label_type import Alternative, LabelType, RecordSummary
from groundtrain.manifest.label_types.metadata import Metadata, common_string_count, string_count
from groundtrain.manifest.label_types.repetition import repeated_items, repetitions_fix
from groundtrain.manifest.label_types.union import Items, LabelAndMetadata, UnitedLabel, unite_items
from groundtrain.quantities import quantity
from groundtrain.record_keys import SOURCE, SOURCE_REF
from groundtrain.rules.findings import Finding

_ITEMS = Items(("annotations", "entities"), "entities", lambda entity, _: str(entity["label"]))


class EntityClass(Struct, gc=False, rename="camel"):
    """A class of entities."""

    label: str
    short_display_name: Any = UNSET


class Entity(Struct, gc=False, frozen=True, rename="camel"):
    """A span of the text."""

    label: str
    start_offset: int
    end_offset: int


class Annotations(Struct, gc=False):
    """The classes of the job and the entities of the text."""

    labels: list[EntityClass]
    entities: list[Entity]


class Entities(Struct, gc=False):
    """The value of the label attribute."""

    annotations: Annotations


class EntityMetadata(Metadata, gc=False, kw_only=True):
    """The value of the metadata attribute."""

    type: Literal["groundtruth/text-span"]
    entities: list[Any] | UnsetType = UNSET


class EntityRecord(Protocol):
    """One line with named entities."""

    source: str
    label: Entities
    metadata: EntityMetadata


def outside_text(record: EntityRecord) -> Iterator[Finding]:
    """GT235: the span is not within the text, as far as the text is on the line."""
    length = None if record.source.startswith("s3://") else len(record.source)
    for i, entity in enumerate(record.label.annotations.entities):
        start, end = entity.start_offset, entity.end_offset
        if not 0 <= start < end or (length is not None and end > length):
            text = "a text" if length is None else f"a text of {length} characters"
            yield Finding.unplaced(
                "GT235", f"characters {start} to {end} of {text}", f"annotations.entities[{i}]"
            )


def repeated_span(record: EntityRecord) -> Iterator[Finding]:
    """GT242: the same span of the same class was marked before."""
    entities, listed = record.label.annotations.entities, record.metadata.entities
    return repeated_items("span", "annotations.entities", entities, "entities", listed)


def class_not_listed(record: EntityRecord) -> Iterator[Finding]:
    """GT301: an entity's class is not among the line's classes."""
    names = set(class_names(record).values())
    for i, entity in enumerate(record.label.annotations.entities):
        if entity.label not in names:
            yield Finding.unplaced(
                "GT301",
                f'"{entity.label}", and the classes are {", ".join(sorted(names)) or "none"}',
                f"annotations.entities[{i}].label",
            )


def entities_differ(record: EntityRecord) -> Iterator[Finding]:
    """GT209: `entities` in the metadata is as long as in the label, or not there at all."""
    entities, listed = record.label.annotations.entities, record.metadata.entities
    if listed is not UNSET and len(listed) != len(entities):
        marked = quantity(len(entities), "entity", "entities")
        yield Finding.unplaced(
            "GT209", f"{marked}, but {len(listed)} in the metadata", "annotations.entities"
        )


def class_names(record: EntityRecord) -> dict[str, str]:
    """Classes by their place in the list."""
    return {str(i): listed.label for i, listed in enumerate(record.label.annotations.labels)}


def summarize(record: EntityRecord) -> RecordSummary:
    """An item for each entity: the place of its class in the list."""
    labels, entities = record.label.annotations.labels, record.label.annotations.entities
    places = {each.label: i for i, each in enumerate(labels)}
    items = [places[entity.label] for entity in entities if entity.label in places]
    listed, length = record.metadata.entities, len(record.source)
    is_clean = (
        len(items) == len(entities) == len(set(entities))
        and (listed is UNSET or len(listed) == len(entities))
        and all(0 <= entity.start_offset < entity.end_offset <= length for entity in entities)
    )
    strings = 3 + 4 * len(entities) + common_string_count(record.metadata)
    strings += sum([2 + string_count(each.short_display_name) for each in labels])
    if listed is not UNSET:
        strings += 1 + sum([len(each) for each in listed if type(each) is dict])
    return RecordSummary(items, set(items), () if is_clean else tuple(TEXT_SPAN.checks), strings)


def unite(labels: Sequence[LabelAndMetadata], _: float | None) -> UnitedLabel:
    """The spans of all labels; one that two of them have with the same class is there once."""
    listed = labels[0][0]["annotations"]["labels"]
    known = {each["label"] for each in listed}
    for label, _metadata in labels[1:]:
        listed += [each for each in label["annotations"]["labels"] if each["label"] not in known]
        known |= {each["label"] for each in listed}
    return unite_items(labels, _ITEMS, _same_spans)


def _same_spans(new: Sequence[dict[str, Any]], known: Sequence[dict[str, Any]]) -> Collection[int]:
    left = Counter(map(_span, known))
    same = []
    for i, span in enumerate(map(_span, new)):
        if left[span]:
            left[span] -= 1
            same.append(i)
    return same


def _span(entity: dict[str, Any]) -> tuple[str, int, int]:
    return entity["label"], entity["startOffset"], entity["endOffset"]


TEXT_SPAN = LabelType(
    name="groundtruth/text-span",
    noun="entities",
    label=Entities,
    metadata=EntityMetadata,
    source_keys=(SOURCE, SOURCE_REF),
    of_images=False,
    checks={
        "GT209": entities_differ,
        "GT235": outside_text,
        "GT242": repeated_span,
        "GT301": class_not_listed,
    },
    fixes={"GT242": repetitions_fix(("annotations", "entities"), "entities")},
    summarize=summarize,
    class_names=class_names,
    items_at=("annotations", "entities"),
    entries_beside="entities",
    item_names=lambda record: [entity.label for entity in record.label.annotations.entities],
    renumber=None,
    unite=unite,
    has_objects=lambda record: bool(record.label.annotations.entities),
    tally=lambda: ItemTally("entities"),
    alternative=Alternative(
        "no built-in algorithm reads spans of text",
        "train custom entity recognition of Amazon Comprehend, which reads such manifests",
    ),
)
