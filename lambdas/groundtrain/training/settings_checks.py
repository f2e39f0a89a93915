"""Training settings that can never lead to a job: mistakes, found when an environment is read.

Source: SageMaker API reference (StoppingCondition, VpcConfig).
"""

from collections.abc import Iterator

import msgspec

from groundtrain.closest_spelling import nearest
from groundtrain.durations import Duration
from groundtrain.rules.findings import Finding
from groundtrain.settings.environment import Environment
from groundtrain.settings.mistakes import Mistake, explain_invalid_value
from groundtrain.settings.training_settings import Training, overridden
from groundtrain.training.algorithms.registry import IN_OWN_REGISTRY
from groundtrain.training.image_registries import REGISTRIES
from groundtrain.training.plan import Plan, possible_plans
from groundtrain.training.plan_checks import find_plan_problems

LONGEST_RUN = Duration(28 * 86400)
LONGEST_JOB = Duration(30 * 86400)
_COMMON = {"algorithm", "job_name_prefix", "tags", "max_jobs_per_day", "max_concurrent_jobs", "overrides"}


def training_mistakes(environment: Environment) -> Iterator[Mistake]:
    """Settings that can never lead to a training job, for whoever reads an environment.

    With algorithm = "auto" they are mistakes when no algorithm could work with them, or when the overrides of
    an algorithm cannot work for it.
    """
    training = environment.training
    unreadable = [*_common_overrides(training), *_unreadable_overrides(training)]
    yield from unreadable or _plan_mistakes(environment)
    yield from _region_without_images(environment)


def _plan_mistakes(environment: Environment) -> Iterator[Mistake]:
    plans = possible_plans(environment)
    for plan in plans:
        yield from _too_long(plan)
        yield from _half_network(plan)
    errors = {str(plan.algorithm.name): _errors(plan) for plan in plans}
    blamed = next((str(name) for name in environment.training.overrides if errors.get(name)), "")
    if blamed or all(errors.values()):
        name = blamed or min(errors, key=lambda each: _unknowns(errors[each]))
        for finding in errors[name]:
            of = f"for {name}, " if len(plans) > 1 and name not in finding.message else ""
            yield Mistake(finding.path, f"{of}{finding.message} ({finding.code})", finding.advice)


def _errors(plan: Plan) -> list[Finding]:
    return [one for one in find_plan_problems(plan) if one.is_error]


def _unknowns(errors: list[Finding]) -> int:
    """Number of unknown hyperparameters; the algorithm with the fewest was probably meant."""
    return sum(finding.code == "GT513" for finding in errors)


def _common_overrides(training: Training) -> Iterator[Mistake]:
    """What names the job, labels it or counts it is the same for all algorithms."""
    for name, override in training.overrides.items():
        for key in sorted(_COMMON & override.keys()):
            yield Mistake(
                f"training.overrides.{name}.{key}",
                "the same for all algorithms",
                f"set it in the table [training]: training.{key}",
            )


def _unreadable_overrides(training: Training) -> Iterator[Mistake]:
    for name in training.overrides:
        try:
            overridden(training, name)
        except (msgspec.ValidationError, ValueError) as error:
            mistake = explain_invalid_value(str(error), Training)
            yield Mistake(f"training.overrides.{name}", str(mistake), mistake.fix)


def _too_long(plan: Plan) -> Iterator[Mistake]:
    training = plan.training
    if training.max_runtime > LONGEST_RUN:
        yield Mistake(
            plan.path("max_runtime"),
            f"{training.max_runtime} is longer than SageMaker allows",
            f"at most {LONGEST_RUN}",
        )
    if training.spot and training.max_wait > LONGEST_JOB:
        yield Mistake(
            plan.path("capacity_wait"),
            f"{training.capacity_wait} with max_runtime {training.max_runtime} is longer than SageMaker"
            " allows a job to take",
            f"at most {LONGEST_JOB} together",
        )


def _half_network(plan: Plan) -> Iterator[Mistake]:
    """SageMaker takes both or neither (API reference, VpcConfig)."""
    network = plan.training.network
    if bool(network.subnets) != bool(network.security_groups):
        missing = "security_groups" if network.subnets else "subnets"
        yield Mistake(
            f"{plan.path('network')}.{missing}",
            "missing; a VPC needs subnets and security groups",
            "name both, or neither",
        )


def _region_without_images(environment: Environment) -> Iterator[Mistake]:
    """The built-in algorithms are not in every region; an image of one's own may be."""
    region, algorithm = environment.region, environment.training.algorithm
    needs_images = algorithm not in {one.name for one in IN_OWN_REGISTRY}
    if region and needs_images and region not in REGISTRIES:
        meant = nearest(region, REGISTRIES)
        yield Mistake(
            "region",
            f"{region} has no images of SageMaker's algorithms",
            f"{f'the nearest is {meant}; or' if meant else 'name another, or'} set training.algorithm"
            ' = "own-image"',
        )
