"""GT807 to GT810, GT838: may the account have the machines, and run as many functions at once?

SageMaker counts machines of a type for training on demand and on spot apart. The names of these quotas are
those with which it refuses a job (ResourceLimitExceeded). That Service Quotas spells them so is not confirmed
(C27); where none is called so, that is told.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from groundtrain.aws.preflight.account import functions_at_once, quotas_of_sagemaker
from groundtrain.preflight.situation import Question, Situation
from groundtrain.quantities import enumerated
from groundtrain.rules.findings import Finding
from groundtrain.settings.training_settings import Training
from groundtrain.training.plan import Plan


def quotas(situation: Situation) -> Iterator[Question]:
    """Has each instance type of each algorithm a quota, in the ways that jobs may ask for it?

    Where every pixel is looked at: may so many functions run at once?
    """
    yield Question(partial(_quotas, situation))
    if situation.environment.dataset.images == "full":
        yield Question(partial(_functions, situation))


def _functions(situation: Situation) -> Iterator[Finding]:
    there = functions_at_once(situation.services)
    wanted = situation.environment.image_checks.max_concurrency
    if there <= wanted:
        message = f"Lambda runs {there:,} functions at once in this account, and a map over images {wanted:,}"
        yield Finding.on_file("GT838", message, path="image_checks.max_concurrency")


def _quotas(situation: Situation) -> Iterator[Finding]:
    known = quotas_of_sagemaker(situation.services)
    for plans in _alike(situation.plans):
        for place, way in enumerate(_ways(plans[0].training)):
            yield from _of_way(plans, way, known, starts=place == 0)


def _alike(plans: list[Plan]) -> list[list[Plan]]:
    """Plans that ask for the same machines in the same ways, together."""
    groups: dict[tuple[object, ...], list[Plan]] = {}
    for plan in plans:
        training = plan.training
        machines = training.instance_types, training.instance_count
        groups.setdefault((*machines, *_ways(training)), []).append(plan)
    return list(groups.values())


def _ways(training: Training) -> Iterator[str]:
    """In the order in which a job is started in them."""
    if training.spot:
        yield "spot training job usage"
    if not training.spot or training.on_demand_after_spot:
        yield "training job usage"


def _of_way(plans: list[Plan], way: str, known: Mapping[str, float], starts: bool) -> Iterator[Finding]:
    """What the quotas of a way lack; without one of the way that jobs start in, none starts."""
    training = plans[0].training
    values = {name: known.get(f"{name} for {way}") for name in training.instance_types}
    too_few = [
        name for name, value in values.items() if value is not None and value < training.instance_count
    ]
    unknown = [name for name, value in values.items() if value is None]
    code = "GT807" if starts and len(too_few) == len(values) else "GT808"
    for name in too_few:
        yield _found(
            code, plans, f"{_quota(name, way, values[name])}, and a job needs {training.instance_count}"
        )
    for name in unknown:
        yield _found("GT809", plans, f"Service Quotas lists no {name} for {way}")
    largest = max((value for value in values.values() if value is not None), default=0)
    jobs = training.max_concurrent_jobs or 1
    if training.instance_count <= largest < jobs * training.instance_count and not unknown:
        yield _found("GT810", plans, f"{way}: the largest quota is {largest:g}, for {jobs} jobs at once")


def _quota(name: str, way: str, value: float | None) -> str:
    return f"the quota {name} for {way} is {value:g}"


def _found(code: str, plans: list[Plan], message: str) -> Finding:
    names = enumerated([plan.algorithm.name for plan in plans])
    return Finding.on_file(code, f"{names}: {message}", path=plans[0].path("instance_types"))
