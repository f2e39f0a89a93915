"""Why a valid record is left out of the dataset: settings, split, classes, missing images.

Each reason is a function; only those that can exclude a record with the settings at hand are built. An
earlier line with the same source is no such reason: only the whole manifest knows of it.
"""

from collections.abc import Callable, Collection, Iterator

from msgspec import Struct

from groundtrain.dataset.split.sides import SIDES
from groundtrain.manifest.classes.new_class_ids import ClassIds
from groundtrain.manifest.label_attributes.verification import Verification
from groundtrain.manifest.label_types.label_type import LabelType, Record, RecordSummary, fetched_fields
from groundtrain.quantities import quoted
from groundtrain.record_keys import METADATA, Keys
from groundtrain.rules import RULES
from groundtrain.rules.findings import Finding
from groundtrain.settings.class_table import ClassTable
from groundtrain.settings.dataset_settings import DatasetSettings


class Candidate(Struct, gc=False):
    """A valid record, which the dataset takes unless it is excluded.

    Attributes:
        stated: the side of the split that its line states; "" for none.
        is_emptied: whether it has lost all its labels, since their classes are dropped.
        has_no_label: whether nothing is left that its label could say.
    """

    number: int
    line: bytes
    record: Record
    summary: RecordSummary
    stated: str
    is_emptied: bool = False
    has_no_label: bool = False

    def finding(self, code: str, path: str, message: str, fix: str = "") -> Finding:
        """A finding on its line."""
        return Finding(code, self.number, path, message, self.record.source, fix)


Exclusion = Callable[[Candidate], Finding | None]
"""The finding for which a record is left out; None where this one has no reason to."""


def build_exclusions(
    settings: DatasetSettings,
    label_type: LabelType,
    keys: Keys,
    *,
    ids: ClassIds | None = None,
    image_exists: Callable[[str], bool] | None = None,
    active: Collection[str] = (),
) -> tuple[Exclusion, ...]:
    """Those that can exclude a record, in the order to ask them.

    Args:
        settings: the dataset settings.
        label_type: type of the labels.
        keys: keys of the lines.
        ids: the classes of a label category file; None without one.
        image_exists: whether the object at an address exists; None assumes that all do.
        active: codes of the rules that count.
    """
    return tuple(_possible(settings, label_type, keys, ids, image_exists, active))


def _possible(
    settings: DatasetSettings,
    label_type: LabelType,
    keys: Keys,
    ids: ClassIds | None,
    image_exists: Callable[[str], bool] | None,
    active: Collection[str],
) -> Iterator[Exclusion]:
    if settings.classes.drop:
        yield _emptied(settings.classes)
    if settings.without_objects == "drop":
        yield _without_objects(label_type)
    if settings.machine_labeled == "drop":
        yield _machine_labeled
    if settings.split_attribute is not None:
        yield _on_another_side(settings.split_attribute)
    if settings.verified_by is not None:
        yield _not_accepted(Verification(settings.verified_by), frozenset(settings.accepted))
    if ids is not None:
        yield _not_listed(label_type, keys, ids)
    if image_exists is not None and (addresses := _addresses(label_type, keys, active)):
        yield _without_image(image_exists, addresses)


def _emptied(table: ClassTable) -> Exclusion:
    """A record without objects says that there are none, which nobody said of this one."""

    def exclude(candidate: Candidate) -> Finding | None:
        if not candidate.is_emptied or (table.emptied_records == "keep" and not candidate.has_no_label):
            return None
        fix = "label it with a class that is to be learned" if candidate.has_no_label else ""
        return candidate.finding("GT440", "$", "all its labels are of classes that are dropped", fix)

    return exclude


def _without_objects(label_type: LabelType) -> Exclusion:
    def exclude(candidate: Candidate) -> Finding | None:
        if label_type.has_objects(candidate.record):
            return None
        return candidate.finding("GT405", "$", RULES["GT405"].why)

    return exclude


def _machine_labeled(candidate: Candidate) -> Finding | None:
    if candidate.record.metadata.human_annotated != "no":
        return None
    return candidate.finding("GT406", "$", RULES["GT406"].why)


def _on_another_side(attribute: str) -> Exclusion:
    def exclude(candidate: Candidate) -> Finding | None:
        if candidate.stated in ("", *SIDES):
            return None
        return candidate.finding("GT417", f"$.{attribute}", f'it says "{candidate.stated}"')

    return exclude


def _not_accepted(verification: Verification, accepted: Collection[str]) -> Exclusion:
    path = f"$.{verification.name}"

    def exclude(candidate: Candidate) -> Finding | None:
        answer = verification.class_on(candidate.line)
        if answer is None:
            return candidate.finding("GT418", path, "the label was not verified")
        if answer not in accepted:
            return candidate.finding("GT418", f"{path}{METADATA}.class-name", f'it says "{answer}"')
        return None

    return exclude


def _not_listed(label_type: LabelType, keys: Keys, ids: ClassIds) -> Exclusion:
    """For a category file only: classes that were learned are those of all lines that are used."""

    def exclude(candidate: Candidate) -> Finding | None:
        names = label_type.class_names(candidate.record)
        if unknown := ids.unknown(names, candidate.summary.classes):
            return candidate.finding("GT302", f"$.{keys.label}", f"class {quoted(unknown[0])}")
        return None

    return exclude


def _addresses(label_type: LabelType, keys: Keys, active: Collection[str]) -> list[tuple[str, str, str]]:
    """Field, key and rule of each address on a line whose object must exist."""
    codes = {"source": "GT601", "label": "GT620" if label_type.mask_colours is not None else "GT601"}
    fields = fetched_fields(keys, label_type)
    return [(field, key, codes[field]) for field, key in fields if codes[field] in active]


def _without_image(exists: Callable[[str], bool], addresses: list[tuple[str, str, str]]) -> Exclusion:
    def exclude(candidate: Candidate) -> Finding | None:
        for field, key, code in addresses:
            if not exists(getattr(candidate.record, field)):
                return candidate.finding(code, f"$.{key}", "there is no such object")
        return None

    return exclude


def misnamed(label_type: LabelType, keys: Keys, ids: ClassIds, *, listed: bool) -> Exclusion:
    """The last one, for classes that are known and ids that cannot change; a repetition is one before it."""
    fix = "name the label category file of this job, or leave the line out" if listed else ""

    def exclude(candidate: Candidate) -> Finding | None:
        names = label_type.class_names(candidate.record)
        moved = ids.moved(names, candidate.summary.classes)
        return candidate.finding("GT330", f"$.{keys.label}", moved[0], fix) if moved else None

    return exclude
