"""Whether a dataset may be trained on."""

from collections.abc import Callable, Iterable, Iterator

from groundtrain.dataset.convert import Decision
from groundtrain.dataset.description import Dataset, GateDecision
from groundtrain.gate.requirements import check_requirements
from groundtrain.gate.verdict import findings_of_another_version, verdict_on
from groundtrain.rules import active_codes
from groundtrain.rules.findings import Finding
from groundtrain.settings.environment import Environment
from groundtrain.training.dataset_checks import find_training_problems


def decide_gate(dataset: Dataset, environment: Environment) -> GateDecision:
    """Open when the dataset will train with these settings; each reason is a sentence with a fix."""
    return _decision(dataset, check_settings(dataset, environment))


def deciding(environment: Environment) -> Callable[[Dataset], Decision]:
    """What `convert` asks for its decision on the gate: the same, with the findings on the settings."""

    def decide(dataset: Dataset) -> Decision:
        problems = tuple(check_settings(dataset, environment))
        return _decision(dataset, problems), problems

    return decide


def _decision(dataset: Dataset, problems: Iterable[Finding]) -> GateDecision:
    """What another version closed for reasons that this one does not know stays closed."""
    if dataset.gate.made and not dataset.gate.open and findings_of_another_version(dataset):
        return dataset.gate
    verdict = verdict_on(dataset, problems)
    return GateDecision(open=not verdict.because, reasons=verdict.because)


def check_settings(dataset: Dataset, environment: Environment) -> Iterator[Finding]:
    """GT5: where the settings do not fit the dataset."""
    active = active_codes(environment.dataset.select, environment.dataset.ignore)
    found = (*check_requirements(dataset, environment), *find_training_problems(dataset, environment))
    yield from (finding for finding in found if finding.code in active)
