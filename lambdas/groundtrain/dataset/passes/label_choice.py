"""Which label attribute of a manifest is read, and as which type."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from groundtrain.dataset.split.given_files import GivenManifests
from groundtrain.dataset.split.sides import TRAIN
from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.manifest.label_attributes.attribute_choice import choose, survey, survey_enough
from groundtrain.manifest.label_attributes.label_attribute import LabelAttribute
from groundtrain.manifest.label_attributes.prevailing_type import prevailing_type
from groundtrain.manifest.label_types.label_type import LabelType
from groundtrain.manifest.label_types.registry import LABEL_TYPES, find_type, keys_to_read
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.other_formats import refuse_other_formats
from groundtrain.manifest.source import ManifestSource
from groundtrain.quantities import first_few
from groundtrain.record_keys import Keys
from groundtrain.rules import fixed_codes
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.shell_commands import shell_command

_SHOWN = 5
_OF_ONE_TYPE = "name manifests with labels of one type, each of which has them under this name"


class Labels(NamedTuple):
    """The label attribute to read, its type and keys, and all that it was chosen from, by name."""

    attribute: LabelAttribute
    label_type: LabelType
    keys: Keys
    choice: Mapping[str, LabelAttribute]


def find_labels(
    source: ManifestSource,
    settings: DatasetSettings,
    types: Collection[str] = (),
    beginning: Mapping[str, LabelAttribute] | None = None,
) -> Labels:
    """The label attribute that the settings name, or the only one; raises what `read_manifest` does.

    The one that verifies the labels does not count. `beginning` are those near the top, if they are known.
    """
    refuse_other_formats(source)
    found = survey_enough(source, settings.label, types, beginning)
    choice = _others(found, settings) or found
    attribute = choose(source, choice, settings.label, types=types)
    label_type = _label_type(source, attribute, fixed_codes(settings.fix))
    return Labels(attribute, label_type, keys_to_read(attribute, label_type), choice)


class DifferentLabelsError(ManifestError):
    """The manifests of a split have no label attribute in common: `findings` are GT433."""

    def __init__(self, findings: tuple[Finding, ...], *, fix: str) -> None:
        super().__init__(findings[0].told, fix=fix)
        self.findings = findings


def find_labels_of(
    source: ManifestSource,
    settings: DatasetSettings,
    types: Collection[str] = (),
    beginning: Mapping[str, LabelAttribute] | None = None,
) -> Labels:
    """As `find_labels`; of several that give a split, that of training, which all must have.

    Raises:
        DifferentLabelsError
    """
    if isinstance(source, GivenManifests):
        return _find_labels_of_all(source, settings, types)
    return find_labels(source, settings, types, beginning)


def _find_labels_of_all(
    given: GivenManifests, settings: DatasetSettings, types: Collection[str] = ()
) -> Labels:
    of_training = find_labels(given.sources[TRAIN], settings, types)
    findings = [
        given.files.on(side, finding)
        for side, source in given.sources.items()
        if side != TRAIN and (finding := _difference(source, settings, of_training))
    ]
    if findings:
        raise DifferentLabelsError(tuple(findings), fix=findings[0].advice)
    return of_training


def _difference(source: ManifestSource, settings: DatasetSettings, wanted: Labels) -> Finding | None:
    """GT433."""
    name, kind = wanted.attribute.name, wanted.label_type.name
    try:
        found = find_labels(source, replace(settings, label=name), (kind,))
    except LabelAttributeError:
        there = _others(survey_enough(source, None), settings)
        suitable = [each.name for each in there.values() if each.type.lower() == kind]
        if not suitable:
            raise
        message = f"the label attribute for training is {name}, and here there is"
        options = ("--take", suitable[0], "--label", name, "--output", "FILE")
        fix = f"rename it: {shell_command('groundtrain', 'merge', source.name, *options)}"
        return Finding.on_file("GT433", f"{message} {first_few(suitable, _SHOWN)}", fix=fix)
    other = found.label_type.name
    message = f"{name} is of type {kind} for training, and of type {other} here"
    return None if other == kind else Finding.on_file("GT433", message, fix=_OF_ONE_TYPE)


def refuse_undecided(
    source: ManifestSource, settings: DatasetSettings, other_labels: Collection[str]
) -> None:
    """A second label attribute may first appear far down."""
    if settings.label is None and set(other_labels) - {settings.verified_by}:
        choose(source, _others(survey(Lines(source.open())), settings), None)


def _others(labels: Mapping[str, LabelAttribute], settings: DatasetSettings) -> dict[str, LabelAttribute]:
    """Without the one that the settings have a use for."""
    return {name: attribute for name, attribute in labels.items() if name != settings.verified_by}


def _label_type(source: ManifestSource, attribute: LabelAttribute, fixed: frozenset[str]) -> LabelType:
    """The type that the metadata says; where that is to be fixed, the one that most labels have by shape."""
    label_type = find_type(attribute)
    if label_type is not None and "GT245" not in fixed:
        return label_type
    lines = (line for _, line in Lines(source.open()))
    by_shape = prevailing_type(lines, attribute.keys, attribute.type.lower())
    if by_shape in LABEL_TYPES and (label_type is not None or "GT245" in fixed):
        return LABEL_TYPES[by_shape]
    convertible = f"only {', '.join(LABEL_TYPES)} can be converted"
    raise ManifestError(
        f"{source.name}: the label attribute {attribute.name} is of type {attribute.type}",
        fix=f"its labels look like {by_shape}: write that (fix GT245)"
        if by_shape in LABEL_TYPES
        else convertible,
    )
