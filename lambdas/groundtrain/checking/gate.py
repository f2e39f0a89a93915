"""Whether a dataset may be trained on."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from groundtrain.checking.policy import find_policy_problems
from groundtrain.checking.verdict import judge
from groundtrain.dataset.description import REPORT, Dataset, GateDecision
from groundtrain.dataset.report import dump_report, parse_report, with_findings
from groundtrain.manifest.rules import active_codes
from groundtrain.manifest.rules.findings import Finding
from groundtrain.settings.environment import Environment
from groundtrain.training.checks import find_training_problems


def decide_gate(dataset: Dataset, environment: Environment) -> GateDecision:
    """Open when the dataset will train with these settings; each reason is a sentence with a fix."""
    return _decision(dataset, find_setting_problems(dataset, environment))


def with_gate_decided(dataset: Dataset, environment: Environment, directory: Path) -> Dataset:
    """Decide the dataset's gate, and add the findings on the settings to its report.json."""
    report, problems = directory / REPORT, tuple(find_setting_problems(dataset, environment))
    report.write_bytes(dump_report(with_findings(parse_report(report.read_bytes()), problems)))
    return replace(dataset, gate=_decision(dataset, problems))


def _decision(dataset: Dataset, problems: Iterable[Finding]) -> GateDecision:
    verdict = judge(dataset, problems)
    return GateDecision(open=not verdict.because, reasons=verdict.because)


def find_setting_problems(dataset: Dataset, environment: Environment) -> Iterator[Finding]:
    """GT5: where the settings do not fit the dataset."""
    active = active_codes(environment.dataset.select, environment.dataset.ignore)
    found = (*find_policy_problems(dataset, environment), *find_training_problems(dataset, environment))
    yield from (finding for finding in found if finding.code in active)
