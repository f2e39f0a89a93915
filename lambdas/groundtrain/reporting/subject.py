"""What a report is about: a manifest that was read, with what was counted of it and the verdict on it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from groundtrain.dataset.convert import Conversion, describe
from groundtrain.dataset.description import DatasetContents
from groundtrain.dataset.outputs import discarded_outputs
from groundtrain.dataset.passes.manifest_passes import read_manifest
from groundtrain.gate.decision import check_settings
from groundtrain.gate.verdict import Verdict, verdict_on
from groundtrain.manifest.source import ManifestSource
from groundtrain.reporting.choice import SAMPLE, Chosen
from groundtrain.reporting.distributions import Distributions
from groundtrain.reporting.gathering import Gathered, GatheringPasses
from groundtrain.rules.finding_log import FindingLog
from groundtrain.rules.findings import Finding
from groundtrain.settings.environment import Environment


class Subject(Struct, frozen=True, kw_only=True):
    """All that a report tells of.

    Attributes:
        title: name of the manifest or dataset.
        contents: its description.
        counts: findings by code, those on the settings included.
        examples: the first of each, by code.
        items: items by class id, of each side.
        created: date of the labels as their first line gives it.
        blocking: what the verdict is for, if it is one against training.
        is_made: whether it is a dataset that was made before, by settings that nobody names here.
    """

    title: str
    contents: DatasetContents
    verdict: Verdict
    counts: Mapping[str, int]
    examples: Sequence[Finding]
    items: Sequence[Mapping[int, int]]
    distributions: Distributions
    chosen: Sequence[Chosen]
    environment: Environment
    blocking: Sequence[Finding] = ()
    created: str = ""
    job: str = ""
    is_made: bool = False


def subject_of(conversion: Conversion, environment: Environment, gathered: Gathered, title: str) -> Subject:
    """What a report on a conversion is about; the settings are those to train with."""
    contents, report = conversion.contents, conversion.report
    of_settings = tuple(check_settings(contents, environment))
    log = FindingLog()
    log.add(of_settings)
    return Subject(
        title=title,
        contents=contents,
        verdict=verdict_on(contents, of_settings),
        counts=dict(sorted((Counter(contents.findings) + log.counts).items())),
        examples=(*report.findings, *log.examples()),
        items=conversion.items,
        distributions=gathered.distributions,
        chosen=gathered.choice.chosen(),
        environment=environment,
        blocking=errors_of(contents, of_settings),
    )


def errors_of(contents: DatasetContents, of_settings: Iterable[Finding]) -> Sequence[Finding]:
    """The findings for which nothing is trained."""
    return [each for each in (*contents.manifest_findings, *of_settings) if each.is_error]


def read_subject(
    source: ManifestSource,
    environment: Environment,
    *,
    gated: bool = False,
    classes: Sequence[str] | None = None,
    most: int = SAMPLE,
) -> Subject:
    """Read a manifest for a report on it.

    Args:
        source: the manifest, or those of a split as one.
        environment: how it becomes a dataset, and its gate.
        gated: whether the environment's settings are those to train with; if not, its gate is the default
            one, and what it asks for is no finding.
        classes: names in the label category file, in order, when there is one.
        most: records that are shown.

    Raises:
        ManifestError: it is not a manifest, or its labels are of a type that cannot be converted.
        LabelAttributeError: the label attribute does not exist, or there are several and none was chosen.
    """
    passes = GatheringPasses(most)
    result = read_manifest(
        source, environment.dataset, discarded_outputs, classes=classes, read_lines=passes.read_lines
    )
    assert passes.gathered is not None
    contents = describe(source, environment.dataset, result, classes or ())
    of_settings = tuple(check_settings(contents, environment))
    log = result.counts.findings
    log.add(of_settings if gated else ())
    return Subject(
        title=source.name,
        contents=contents,
        verdict=verdict_on(
            contents,
            of_settings if gated else (),
            at_gate=of_settings,
            gate="the gate" if gated else "the gate of the default settings",
        ),
        counts=dict(sorted(log.counts.items())),
        examples=log.examples(),
        items=[dict(side.tally.items_by_class()) for side in result.counts.sides],
        distributions=passes.gathered.distributions,
        chosen=passes.gathered.choice.chosen(),
        environment=environment,
        blocking=errors_of(contents, of_settings),
        created=result.attribute.created,
        job=result.attribute.job,
    )
