"""Why a valid record is left out of the dataset: settings, split, classes, missing images, repetition."""

from collections.abc import Callable, Collection, Mapping
from functools import partial

from msgspec import Raw

from groundtrain.dataset.split import TRAIN, VALIDATION, SplitRule
from groundtrain.json_decoding import decode_pieces
from groundtrain.manifest.classes.class_map import ClassIds
from groundtrain.manifest.label_attributes.attribute_choice import own_attributes
from groundtrain.manifest.label_attributes.verification import Verification
from groundtrain.manifest.label_types.label_type import LabelType, Record, fetched_fields
from groundtrain.manifest.repeated_sources import RecordsSeen
from groundtrain.quantities import quoted
from groundtrain.record_keys import METADATA, Keys
from groundtrain.rules import RULES
from groundtrain.rules.findings import Problem
from groundtrain.settings.dataset_settings import DatasetSettings

_WITHOUT_OBJECTS, _MACHINE_LABELED, _ON_ANOTHER_SIDE, _NOT_ACCEPTED = "GT405", "GT406", "GT417", "GT418"


Question = Callable[[Record, bytes, bytes], Problem | None]
"""Arguments are a record, the fingerprint of its source, and its line."""


class Objections:
    """Finds the first objection to a record, which counts as seen once it reaches the last question.

    Attributes:
        records: those seen.
        is_plain: whether the line at hand is known to hold nothing beside source, label and metadata.
        line: number of that line.
    """

    def __init__(
        self,
        keys: Keys,
        label_type: LabelType,
        ids: ClassIds,
        split: SplitRule,
        image_exists: Callable[[str], bool] | None,
        *,
        listed: bool,
    ) -> None:
        self._keys, self._type, self._ids = keys, label_type, ids
        self._fetched = tuple(fetched_fields(keys, label_type))
        self._split = split
        self._image_exists = image_exists
        self._listed = listed
        self.records = RecordsSeen()
        self.is_plain = False
        self.line = 1

    def worth_asking(self, settings: DatasetSettings, active: Collection[str]) -> tuple[Question, ...]:
        """The questions that can raise an objection with these settings, in the order to ask them."""
        asked: list[Question] = []
        if settings.without_objects == "drop":
            asked.append(self._shows_nothing)
        if settings.machine_labeled == "drop":
            asked.append(self._is_machine_labeled)
        if settings.split_attribute is not None:
            asked.append(partial(self._is_on_another_side, settings.split_attribute))
        if settings.verified_by is not None:
            verification = Verification(settings.verified_by)
            asked.append(partial(self._is_not_accepted, verification, set(settings.accepted)))
        if self._listed:
            asked.append(self._is_unlisted)
        if self._image_exists is not None and (sought := self._sought(active)):
            asked.append(partial(self._has_no_object, self._image_exists, sought))
        besides = (settings.split_attribute or "",) if "GT401" in active else None
        if self._ids.are_known:
            asked.append(partial(self._is_misnamed, besides))
        if besides is not None:
            asked.append(partial(self._is_repeated, besides))
        return tuple(asked)

    def _shows_nothing(self, record: Record, _: bytes, _line: bytes) -> Problem | None:
        if self._type.has_objects(record):
            return None
        return Problem(_WITHOUT_OBJECTS, "$", RULES[_WITHOUT_OBJECTS].why)

    def _is_on_another_side(self, attribute: str, _: Record, _mark: bytes, line: bytes) -> Problem | None:
        says = self._split.stated(line)
        if says in ("", TRAIN, VALIDATION):
            return None
        return Problem(_ON_ANOTHER_SIDE, f"$.{attribute}", f'it says "{says}"')

    def _is_not_accepted(
        self, verification: Verification, accepted: Collection[str], _: Record, _mark: bytes, line: bytes
    ) -> Problem | None:
        says = verification.class_on(line)
        if says is None:
            return Problem(_NOT_ACCEPTED, f"$.{verification.name}", "the label was not verified")
        if says not in accepted:
            at = f"$.{verification.name}{METADATA}.class-name"
            return Problem(_NOT_ACCEPTED, at, f'it says "{says}"')
        return None

    def _is_machine_labeled(self, record: Record, _: bytes, _line: bytes) -> Problem | None:
        if record.metadata.human_annotated != "no":
            return None
        return Problem(_MACHINE_LABELED, "$", RULES[_MACHINE_LABELED].why)

    def _is_unlisted(self, record: Record, _: bytes, _line: bytes) -> Problem | None:
        """Asked for a category file only: classes that were learned are those of all lines that are used."""
        names, ids = self._type.class_names(record), self._type.summarize(record).classes
        if unknown := self._ids.unknown(names, ids):
            return Problem("GT302", f"$.{self._keys.label}", f"class {quoted(unknown[0])}")
        return None

    def _is_misnamed(
        self, besides: Collection[str] | None, record: Record, mark: bytes, line: bytes
    ) -> Problem | None:
        """Where ids change, this is asked in a second pass only; a repetition is one in either."""
        names, ids = self._type.class_names(record), self._type.summarize(record).classes
        if not (moved := self._ids.moved(names, ids)):
            return None
        own = {} if besides is None else self._own(line, besides)
        if besides is not None and (first := self.records.first(mark, record.source, own)):
            return self._repeated(first)
        fix = "name the label category file of this job, or leave the line out" if self._listed else ""
        return Problem("GT330", f"$.{self._keys.label}", moved[0], fix)

    def _sought(self, active: Collection[str]) -> list[tuple[str, str, str]]:
        """Field, key and rule of each address on a line whose object must exist."""
        is_mask = self._type.mask_colours is not None
        codes = {"source": "GT601", "label": "GT620" if is_mask else "GT601"}
        return [(field, key, codes[field]) for field, key in self._fetched if codes[field] in active]

    def _has_no_object(
        self,
        exists: Callable[[str], bool],
        sought: list[tuple[str, str, str]],
        record: Record,
        _: bytes,
        _line: bytes,
    ) -> Problem | None:
        for field, key, code in sought:
            if not exists(getattr(record, field)):
                return Problem(code, f"$.{key}", "there is no such object")
        return None

    def _is_repeated(
        self, besides: Collection[str], record: Record, mark: bytes, line: bytes
    ) -> Problem | None:
        first = self.records.add(mark, record.source, self._own(line, besides), self.line)
        return self._repeated(first) if first else None

    def _own(self, line: bytes, besides: Collection[str]) -> Mapping[str, Raw]:
        return {} if self.is_plain else own_attributes(decode_pieces(line), self._keys, besides)

    def _repeated(self, first: int) -> Problem:
        return Problem("GT401", f"$.{self._keys.source}", f"line {first:,} has the same source")
