"""Check a manifest: the same passes as convert, without output. What is wrong, and will it train?"""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from groundtrain.dataset.convert import describe
from groundtrain.dataset.description import DatasetContents, GateDecision
from groundtrain.dataset.fixing import write_fixed
from groundtrain.dataset.outputs import discarded_outputs
from groundtrain.dataset.overview import ClassCount, count_classes
from groundtrain.dataset.passes.label_choice import find_labels
from groundtrain.dataset.passes.line_reading import ONE_PROCESS, Workers
from groundtrain.dataset.passes.manifest_passes import read_manifest
from groundtrain.dataset.passes.pass_result import PassResult
from groundtrain.errors import GroundtrainError, LabelAttributeError, ManifestError
from groundtrain.formats.recognised_file import with_counts
from groundtrain.gate.decision import check_settings, decide_gate
from groundtrain.gate.verdict import Verdict, refused, verdict_on
from groundtrain.linting.image_linter import Findings, ImageCheckSettings, find_image_findings
from groundtrain.linting.labeled_images import LabeledImage, read_labeled_images
from groundtrain.manifest.classes.class_change_checks import ClassChange, proposed_renames
from groundtrain.manifest.completed_manifest import completed
from groundtrain.manifest.label_attributes.attribute_choice import could_be, survey
from groundtrain.manifest.label_attributes.attribute_errors import unsuitable
from groundtrain.manifest.label_types.sequences.sequence_file import read_sequence
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import ManifestSource
from groundtrain.rules import RULES, active_codes
from groundtrain.rules.advice import Audience
from groundtrain.rules.finding_log import FindingLog
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from groundtrain.training.algorithms.registry import PURPOSES
from groundtrain.training.dataset_checks import find_unread_type

MOST_FINDINGS = 1_000
"""Findings that are listed for one rule; further ones are only counted."""

_NEAR_THE_TOP = 1000


class Check(Struct, frozen=True, kw_only=True):
    """What was found in one manifest.

    Attributes:
        manifest: its name, as messages show it.
        label, type: "" when the manifest is unusable as a whole.
        noun: what the labels are made of, such as "boxes".
        gate: whether training would be started, by the gate of the given settings or else the default one.
        counts: number of findings by code; findings that are fixed are counted in `fixed` instead.
        findings: the first findings of each rule, by code and line.
        test: records on the test side; None where there is no such side.
        class_changes: what became of classes that the settings change; unset where they change none.
        proposed_renames: one name for each class that is spelled in several ways.
        rejected: lines that are left out of the dataset, including those that the settings leave out.
    """

    manifest: str
    verdict: Verdict
    gate: GateDecision
    records: int = 0
    train: int = 0
    validation: int = 0
    test: int | None = None
    rejected: int = 0
    label: str = ""
    type: str = ""
    noun: str = ""
    counts: dict[str, int] = {}
    fixed: dict[str, int] = {}
    class_changes: tuple[ClassChange, ...] | UnsetType = UNSET
    proposed_renames: dict[str, str] = {}
    findings: tuple[Finding, ...] = ()
    statistics: dict[str, float] = {}
    classes: Sequence[ClassCount] = ()

    @property
    def is_clean(self) -> bool:
        """True when no finding is an error, the manifest will train, and the gate is open."""
        errors = any(RULES[code].is_error for code in self.counts)
        return not self.verdict.because and not errors

    def worded_for(self, audience: Audience) -> "Check":
        """The check with its advice in words of this audience."""
        return replace(
            self,
            verdict=replace(self.verdict, because=tuple(map(audience.worded, self.verdict.because))),
            gate=replace(self.gate, reasons=tuple(map(audience.worded, self.gate.reasons))),
            findings=tuple(replace(each, fix=audience.worded(each.advice)) for each in self.findings),
        )


def check_manifest(
    source: ManifestSource,
    environment: Environment,
    *,
    purpose: str | None = None,
    gated: bool = False,
    classes: Sequence[str] | None = None,
    image_checks: ImageCheckSettings | None = None,
    fix_into: Path | None = None,
    workers: Workers = ONE_PROCESS,
) -> Check:
    """Check a manifest; the verdict on a manifest that is unusable as a whole is that it will not train.

    Args:
        source: the manifest.
        environment: its settings say which rules are active, and which are fixed.
        purpose: what the manifest is to train, one of `PURPOSES`.
        gated: whether the environment's settings are those to train with, so that what is wrong with them
            is a finding; if not, they only close or open the gate of the default settings.
        classes: names in the label category file, in order, when there is one.
        image_checks: where the images are and how thoroughly to check them; None for not at all.
        fix_into: file to write the fixed manifest to.
        workers: the processes that read a file.

    Raises:
        GroundtrainError: the manifest is not there, or cannot be read.
        SettingsError: no file can be made at `fix_into`.
        LabelAttributeError: the chosen label attribute does not exist.
    """
    try:
        settings = settings_for(source, environment.dataset, purpose)
        result = read_manifest(
            source,
            settings,
            discarded_outputs,
            classes=classes,
            image_findings=_image_findings(source, settings, image_checks, classes or ())
            if image_checks
            else {},
            most_findings=MOST_FINDINGS,
            types=PURPOSES.get(purpose or "", ()),
            workers=workers,
        )
        dataset = describe(source, settings, result, classes or ())
        if fix_into is not None:
            fault = result.earlier.fault
            refused = fault.explains if fault else frozenset[str]()
            write_fixed(result.source, result.keys, result.label_type, settings, fix_into, refused=refused)
    except LabelAttributeError as error:
        if environment.dataset.label is not None:
            raise
        return _unusable(source, error)
    except ManifestError as error:
        return _unusable(source, error)
    setting_findings = tuple(check_settings(dataset, environment))
    findings = _further_findings(dataset, setting_findings if gated else (), purpose)
    result.counts.findings.add(findings)
    whose = "the gate" if gated else "the gate of the default settings"
    verdict = verdict_on(dataset, findings, at_gate=setting_findings, gate=whose)
    return _summary(source, result, dataset, verdict, decide_gate(dataset, environment))


def unchecked(manifest: str, error: GroundtrainError) -> Check:
    """The check of a manifest that does not exist or cannot be read."""
    verdict = refused(error, manifest)
    return Check(manifest=manifest, verdict=verdict, gate=GateDecision(open=False, reasons=verdict.because))


def _unusable(source: ManifestSource, error: GroundtrainError) -> Check:
    """A file that is not a manifest still gets findings if it is the label file of a sequence."""
    check, sequence = unchecked(source.name, with_counts(error)), read_sequence(source)
    if sequence is None:
        return check
    log = FindingLog(MOST_FINDINGS)
    log.add(sequence.findings)
    return replace(
        check,
        records=sequence.frames,
        type=sequence.type,
        noun="boxes",
        counts=dict(sorted(log.counts.items())),
        findings=log.examples(),
        statistics=sequence.statistics(),
    )


def settings_for(source: ManifestSource, settings: DatasetSettings, purpose: str | None) -> DatasetSettings:
    """The settings; where they name no label attribute, with the only one that suits the purpose."""
    if purpose is None or settings.label is not None:
        return settings
    found = survey(islice(Lines(source.open()), _NEAR_THE_TOP))
    suitable = [name for name, attribute in found.items() if attribute.type.lower() in PURPOSES[purpose]]
    looks = {} if suitable or not found else could_be(source, PURPOSES[purpose])
    if looks or (len(found) > 1 and len(suitable) != 1):
        raise unsuitable(source.name, purpose, found, suitable, looks)
    return replace(settings, label=suitable[0]) if len(suitable) == 1 else settings


def _image_findings(
    source: ManifestSource,
    settings: DatasetSettings,
    image_checks: ImageCheckSettings,
    classes: Sequence[str],
) -> Findings:
    _, label_type, keys, _ = find_labels(source, settings)
    whole = completed(source, keys, label_type, classes)
    active = active_codes(settings.select, settings.ignore)
    if not label_type.of_images:
        image_checks = replace(image_checks, depth="list")

    def read() -> Iterator[LabeledImage]:
        return read_labeled_images(whole, keys, label_type)

    return find_image_findings(read, keys, active, image_checks, source.name)


def _further_findings(
    dataset: DatasetContents, setting_findings: Sequence[Finding], purpose: str | None
) -> tuple[Finding, ...]:
    unread = find_unread_type(dataset, purpose) if purpose else ()
    return tuple(dict.fromkeys((*unread, *setting_findings)))


def _summary(
    source: ManifestSource,
    result: PassResult,
    dataset: DatasetContents,
    verdict: Verdict,
    gate: GateDecision,
) -> Check:
    log = result.counts.findings
    return Check(
        manifest=source.name,
        verdict=verdict,
        gate=gate,
        records=dataset.source.records,
        train=dataset.train.records,
        validation=dataset.validation.records,
        test=dataset.test_records,
        rejected=dataset.rejected,
        label=dataset.label,
        type=dataset.type,
        noun=result.label_type.noun,
        counts=dict(sorted(log.counts.items())),
        fixed=dict(sorted(log.fixed.items())),
        findings=log.examples(),
        class_changes=dataset.class_changes,
        proposed_renames=proposed_renames(
            dataset.manifest_findings, result.given.settings.classes, result.label_type
        ),
        statistics=dataset.statistics,
        classes=count_classes(result),
    )
