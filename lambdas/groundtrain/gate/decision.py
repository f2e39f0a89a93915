"""Whether a dataset may be trained on."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from groundtrain.dataset.convert import Conversion
from groundtrain.dataset.description import Dataset, DatasetContents, GateDecision
from groundtrain.dataset.report import with_findings, write_report
from groundtrain.gate.requirements import check_requirements
from groundtrain.gate.verdict import findings_of_another_version, verdict_on
from groundtrain.rules import active_codes
from groundtrain.rules.findings import Finding
from groundtrain.settings.environment import Environment
from groundtrain.training.dataset_checks import find_training_problems


def make_dataset(conversion: Conversion, environment: Environment, into: Path) -> Dataset:
    """Decide the gate of what was converted, and write report.json, the findings on the settings included."""
    findings = tuple(check_settings(conversion.contents, environment))
    write_report(with_findings(conversion.report, findings), into)
    return conversion.contents.decided(_decision(conversion.contents, findings))


def decide_gate(contents: DatasetContents, environment: Environment) -> GateDecision:
    """Open when the dataset will train with these settings; each reason is a sentence with a fix.

    What another version closed for reasons that this one does not know stays closed.
    """
    if isinstance(contents, Dataset) and not contents.gate.open and findings_of_another_version(contents):
        return contents.gate
    return _decision(contents, check_settings(contents, environment))


def decide_again(dataset: Dataset, environment: Environment) -> Dataset:
    """The dataset with the gate of these settings."""
    return dataset.decided(decide_gate(dataset, environment))


def _decision(contents: DatasetContents, findings: Iterable[Finding]) -> GateDecision:
    verdict = verdict_on(contents, findings)
    return GateDecision(open=not verdict.because, reasons=verdict.because)


def check_settings(contents: DatasetContents, environment: Environment) -> Iterator[Finding]:
    """GT5: where the settings do not fit the dataset."""
    active = active_codes(environment.dataset.select, environment.dataset.ignore)
    found = (*check_requirements(contents, environment), *find_training_problems(contents, environment))
    yield from (finding for finding in found if finding.code in active)
