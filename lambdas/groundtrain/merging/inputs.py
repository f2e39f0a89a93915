"""The manifests to merge, and the label attribute to take from each."""

from collections.abc import Sequence

from msgspec import Struct

from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.manifest.attributes import LabelAttribute, choose, survey
from groundtrain.manifest.file_formats import refuse_other_formats
from groundtrain.manifest.keys import Keys, is_fetched, keys_of
from groundtrain.manifest.label_names import refuse_label_name
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.registry import find_type, keys_to_read
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import ManifestSource


class Input(Struct, frozen=True):
    """One manifest.

    Attributes:
        keys: keys of the label attribute that is taken.
        other_keys: keys of the other label attributes.
    """

    source: ManifestSource
    label_type: LabelType
    keys: Keys
    other_keys: frozenset[str]


def choose_inputs(
    sources: Sequence[ManifestSource], take: Sequence[str], label: str | None
) -> tuple[Input, ...]:
    """Choose from each manifest its only label attribute, or the first of `take` that it has, else `label`.

    Raises:
        ManifestError: one of them is not a manifest with labels, or they cannot be merged.
        LabelAttributeError: one has several label attributes, but none of those named; or no manifest has one
            that `take` names.
    """
    inputs = tuple(_input(source, (*take, label) if label else take) for source in sources)
    for name in take:
        if not any(name == given.keys.label or name in given.other_keys for given in inputs):
            raise LabelAttributeError(
                f"no manifest has the label attribute {name}", fix="correct the name under --take"
            )
    first = inputs[0]
    for other in inputs:
        if other.label_type != first.label_type:
            raise ManifestError(
                f"{other.source.name} has labels of type {other.label_type.name},"
                f" {first.source.name} of type {first.label_type.name}",
                fix="merge manifests of one type",
            )
        if other.keys.source != first.keys.source:
            raise ManifestError(
                f"{other.source.name} has {other.keys.source}, {first.source.name} has {first.keys.source}",
                fix="merge manifests whose lines name what was labeled in the same way",
            )
    return inputs


def output_keys(inputs: Sequence[Input], label: str | None) -> Keys:
    """Keys of the merged manifest, with the given label attribute or that of the first manifest.

    Raises:
        LabelAttributeError: the name is not allowed for labels of this type.
    """
    first = inputs[0].keys
    if label is None or label == first.label:
        return first
    refuse_label_name(label, by_reference=is_fetched(first.label))
    return keys_of(label, first.source)


def _input(source: ManifestSource, wanted: Sequence[str]) -> Input:
    refuse_other_formats(source)
    found = survey(Lines(source.open()))
    name = next((name for name in wanted if name in found), None)
    attribute = choose(source, found, name, by="--take")
    label_type = find_type(attribute)
    if label_type is None:
        raise ManifestError(
            f"{source.name}: the label attribute {attribute.name} is of the unknown type {attribute.type}",
            fix="merge manifests of a type that Ground Truth writes",
        )
    keys = keys_to_read(attribute, label_type)
    return Input(source, label_type, keys, _other_keys(found, keys))


def _other_keys(found: dict[str, LabelAttribute], keys: Keys) -> frozenset[str]:
    every = {key for attribute in found.values() for key in (attribute.keys.label, attribute.keys.metadata)}
    return frozenset(every - set(keys))
