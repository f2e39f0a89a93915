"""The manifests to merge, and the label attributes to take from each."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.manifest.completed_manifest import completed
from groundtrain.manifest.label_attributes.attribute_choice import choose, survey, with_bare
from groundtrain.manifest.label_attributes.attribute_names import refuse_label_name
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.registry import find_type, keys_to_read
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.other_formats import refuse_other_formats
from groundtrain.manifest.source import ManifestSource
from groundtrain.record_keys import Keys, is_fetched, keys_of


class MergeInput(Struct, frozen=True):
    """One manifest.

    Attributes:
        taken: keys of the label attributes that are taken; of each line, the first that has a label there.
        found: all its label attributes.
        record_key: the attributes that make a record together with its source; none for all of its own.
    """

    source: ManifestSource
    label_type: LabelType
    taken: tuple[Keys, ...]
    found: tuple[LabelAttribute, ...]
    record_key: tuple[str, ...] = ()

    @property
    def label_keys(self) -> frozenset[str]:
        """Keys of labels and metadata of all label attributes."""
        return frozenset(
            key for attribute in self.found for key in (attribute.keys.label, attribute.keys.metadata)
        )

    def name(self, choice: int) -> str:
        """Name of the manifest in messages about one of the attributes taken."""
        return self.source.name + (f" ({self.taken[choice].label})" if len(self.taken) > 1 else "")


def choose_inputs(
    sources: Sequence[ManifestSource],
    take: Sequence[str],
    label: str | None,
    record_key: Sequence[str] = (),
) -> tuple[MergeInput, ...]:
    """Take from each manifest its only label attribute, or those of `take` that it has, else `label`.

    Raises:
        ManifestError: one of them is not a manifest with labels, or they cannot be merged.
        LabelAttributeError: one has several label attributes, but none of those named; or no manifest has one
            that `take` names.
    """
    wanted = tuple(dict.fromkeys((*take, label) if label else take))
    found = (_input(source, wanted, take) for source in sources)
    inputs = tuple(replace(one, record_key=tuple(record_key)) for one in found)
    for name in take:
        if not any(name == attribute.name for one in inputs for attribute in one.found):
            raise LabelAttributeError(
                f"no manifest has the label attribute {name}", fix="correct the name under `--take`"
            )
    first = inputs[0]
    for other in inputs:
        _refuse_other_type(first.source.name, first.label_type, other.source.name, other.label_type)
        if other.taken[0].source != first.taken[0].source:
            raise ManifestError(
                f"{other.source.name} has {other.taken[0].source}, {first.source.name} has"
                f" {first.taken[0].source}",
                fix="merge manifests whose lines name what was labeled in the same way",
            )
    return inputs


def output_keys(inputs: Sequence[MergeInput], label: str | None) -> Keys:
    """Keys of the merged manifest, with this label attribute or that of the first manifest.

    Raises:
        LabelAttributeError: the name is not allowed for labels of this type.
    """
    first = inputs[0].taken[0]
    if label is None or label == first.label:
        return first
    refuse_label_name(label, by_reference=is_fetched(first.label))
    return keys_of(label, first.source)


def _input(source: ManifestSource, wanted: Sequence[str], take: Sequence[str]) -> MergeInput:
    refuse_other_formats(source)
    found = survey(Lines(source.open()))
    if not any(name in found for name in wanted):
        found = with_bare(source, found, take)
    taken = [found[name] for name in wanted if name in found]
    taken = taken or [choose(source, found, None, by="`--take`, or several in the order to try them")]
    types = [_type(source, attribute) for attribute in taken]
    for attribute, label_type in zip(taken, types, strict=True):
        _refuse_other_type(taken[0].name, types[0], f"{source.name}: {attribute.name}", label_type)
    keys = tuple(keys_to_read(*pair) for pair in zip(taken, types, strict=True))
    for each in keys:
        source = completed(source, each, types[0])
    return MergeInput(source, types[0], keys, tuple(found.values()))


def _type(source: ManifestSource, attribute: LabelAttribute) -> LabelType:
    label_type = find_type(attribute)
    if label_type is None:
        raise ManifestError(
            f"{source.name}: the label attribute {attribute.name} is of the unknown type {attribute.type}",
            fix="merge manifests of a type that Ground Truth writes",
        )
    return label_type


def _refuse_other_type(first: str, first_type: LabelType, other: str, other_type: LabelType) -> None:
    if other_type != first_type:
        raise ManifestError(
            f"{other} has labels of type {other_type.name}, {first} of type {first_type.name}",
            fix="merge labels of one type",
        )
