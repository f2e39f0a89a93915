"""Check a manifest: the same passes as convert, without output. What is wrong, and will it train?"""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from groundtrain.dataset.convert import describe
from groundtrain.dataset.description import DatasetContents, GateDecision
from groundtrain.dataset.fixing import write_fixed
from groundtrain.dataset.outputs import discarded_outputs
from groundtrain.dataset.overview import count_classes
from groundtrain.dataset.passes.label_choice import DifferentLabelsError, find_labels_of
from groundtrain.dataset.passes.line_reading import ONE_PROCESS, Workers
from groundtrain.dataset.passes.manifest_passes import read_manifest
from groundtrain.dataset.passes.pass_result import PassResult
from groundtrain.dataset.split.given_files import main_manifest, names_by_side
from groundtrain.errors import GroundtrainError, LabelAttributeError, ManifestError
from groundtrain.formats.recognised_file import with_counts
from groundtrain.gate.decision import check_settings, decide_gate
from groundtrain.gate.verdict import Verdict, verdict_on
from groundtrain.linting.check import Check, unchecked
from groundtrain.linting.image_batch import Findings, ImageCheckSettings
from groundtrain.linting.images_of_manifest import image_findings_of
from groundtrain.manifest.classes.class_change_checks import proposed_renames
from groundtrain.manifest.label_attributes.attribute_choice import could_be, survey
from groundtrain.manifest.label_attributes.attribute_errors import unsuitable
from groundtrain.manifest.label_types.sequences.sequence_file import read_sequence
from groundtrain.manifest.lines import Lines
from groundtrain.manifest.source import ManifestSource
from groundtrain.rules.finding_log import FindingLog
from groundtrain.rules.findings import Finding
from groundtrain.settings.dataset_settings import DatasetSettings
from groundtrain.settings.environment import Environment
from groundtrain.training.algorithms.registry import PURPOSES
from groundtrain.training.dataset_checks import find_unread_type

MOST_FINDINGS = 1_000
"""Findings that are listed for one rule; further ones are only counted."""

_NEAR_THE_TOP = 1000


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
        image_findings: Findings = {}
        if image_checks:
            labels = find_labels_of(source, settings)
            image_findings = image_findings_of(source, labels, settings, image_checks, classes or ())
        result = read_manifest(
            source,
            settings,
            discarded_outputs,
            classes=classes,
            image_findings=image_findings,
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


def _unusable(source: ManifestSource, error: GroundtrainError) -> Check:
    """A file that is not a manifest still gets findings if it is the label file of a sequence."""
    check = unchecked(main_manifest(source).name, with_counts(error), names_by_side(source))
    if isinstance(error, DifferentLabelsError):
        return replace(check, counts={"GT433": len(error.findings)}, findings=error.findings)
    sequence = None if check.manifests else read_sequence(source)
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
    source = main_manifest(source)
    found = survey(islice(Lines(source.open()), _NEAR_THE_TOP))
    suitable = [name for name, attribute in found.items() if attribute.type.lower() in PURPOSES[purpose]]
    looks = {} if suitable or not found else could_be(source, PURPOSES[purpose])
    if looks or (len(found) > 1 and len(suitable) != 1):
        raise unsuitable(source.name, purpose, found, suitable, looks)
    return replace(settings, label=suitable[0]) if len(suitable) == 1 else settings


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
        manifest=main_manifest(source).name,
        manifests=names_by_side(source),
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
