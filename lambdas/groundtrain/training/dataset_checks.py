"""GT50 and GT51: settings that cannot work with this dataset, found before a GPU is paid for.

Settings that cannot work with any dataset are in `plan_checks`. Source: the guides of the algorithms.
"""

from collections.abc import Iterator

from groundtrain.dataset.description import DatasetContents
from groundtrain.quantities import quantity
from groundtrain.rules.findings import Finding
from groundtrain.settings.environment import Environment
from groundtrain.training.algorithms.registry import PURPOSES
from groundtrain.training.image_registries import REGISTRIES
from groundtrain.training.plan import Plan, plan_for
from groundtrain.training.plan_checks import find_plan_problems

_PARAMETERS = "hyperparameters."
_BATCH, _VALIDATION_BATCH = "mini_batch_size", "validation_mini_batch_size"


def find_training_problems(dataset: DatasetContents, environment: Environment) -> Iterator[Finding]:
    """Findings where the training settings do not fit this dataset."""
    plan = plan_for(environment, dataset.type) if dataset.type else None
    if plan is None:
        yield from _no_algorithm(dataset)
    else:
        yield from _with(plan, dataset)
    yield from _buckets(dataset, environment)


def find_unread_type(dataset: DatasetContents, purpose: str) -> Iterator[Finding]:
    """GT508: the purpose, one of `PURPOSES`, does not learn from labels of this type."""
    yield from _unread(dataset, purpose, PURPOSES[purpose])


def _with(plan: Plan, dataset: DatasetContents) -> Iterator[Finding]:
    """Findings against this plan; hyperparameters are compared with the dataset only if all are valid."""
    if plan.algorithm.reads:
        yield from _unread(dataset, plan.algorithm.name, plan.algorithm.reads)
    problems = tuple(find_plan_problems(plan))
    yield from problems
    if plan.algorithm.hyperparameters is None or any(_PARAMETERS in found.path for found in problems):
        return
    yield from _batches(plan, dataset)
    yield from _derived(plan, dataset)
    yield from map(plan.on_hyperparameter, plan.algorithm.contradictions(dataset, plan.chosen))


def _no_algorithm(dataset: DatasetContents) -> Iterator[Finding]:
    """GT508."""
    if dataset.type:
        yield Finding.on_file(
            "GT508",
            f"no algorithm of SageMaker's that reads manifests learns from {dataset.type}",
            path="training.algorithm",
        )


def _unread(dataset: DatasetContents, name: str, reads: tuple[str, ...]) -> Iterator[Finding]:
    """GT508."""
    if dataset.type and dataset.type not in reads:
        yield Finding.on_file(
            "GT508",
            f"{name} learns from {' or '.join(reads)}, and {dataset.label} is {dataset.type}",
            path="training.algorithm",
        )


def _batches(plan: Plan, dataset: DatasetContents) -> Iterator[Finding]:
    """GT501; where the settings name no batch size, the request takes one that can be filled."""
    of_validation = _VALIDATION_BATCH if plan.algorithm.find(_VALIDATION_BATCH) else _BATCH
    for name, split in ((_BATCH, dataset.train), (of_validation, dataset.validation)):
        if name in plan.chosen and 0 < split.records < int(plan.chosen[name]):
            yield Finding.on_file(
                "GT501",
                f"{split.manifest} has {quantity(split.records, 'record')}, fewer than one batch of"
                f" {plan.chosen[name]} ({name}); the nearest possible is {split.records}",
                path=plan.path(_PARAMETERS + name),
            )


def _derived(plan: Plan, dataset: DatasetContents) -> Iterator[Finding]:
    """GT517: the dataset asks for more, or less, than the algorithm can do."""
    if not dataset.classes or not dataset.train.records:
        return
    for name, value in plan.algorithm.derive(dataset, plan.chosen).items():
        row = plan.algorithm.find(name)
        if row is not None and (fault := row.fault(value)):
            yield Finding.on_file(
                "GT517", f"{plan.algorithm.name}: {fault}", path=plan.path(_PARAMETERS + name)
            )


def _buckets(dataset: DatasetContents, environment: Environment) -> Iterator[Finding]:
    """GT511, GT512."""
    labeling = environment.labeling
    for bucket in dataset.image_buckets:
        made_here = labeling.create_bucket and bucket.startswith(f"groundtrain-{environment.name}-")
        if bucket not in labeling.buckets and not made_here:
            yield Finding.on_file(
                "GT511", f"images lie in {bucket}, which is not named", path="labeling.buckets"
            )
        regions = [region for region in REGISTRIES if region in bucket]
        if environment.region and regions and environment.region not in regions:
            yield Finding.on_file(
                "GT512", f"images lie in {bucket}, training runs in {environment.region}", path="region"
            )
