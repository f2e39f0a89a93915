"""GT50 and GT51: settings that cannot work with any dataset.

Sources: SageMaker API reference (ResourceConfig, StoppingCondition) and the guides of the algorithms.
"""

from collections.abc import Iterator

import msgspec

from groundtrain.closest_spelling import nearest
from groundtrain.durations import Duration
from groundtrain.rules.findings import Finding
from groundtrain.settings.environment import Environment
from groundtrain.settings.mistakes import Mistake, explain_invalid_value
from groundtrain.settings.training_settings import Training, overridden
from groundtrain.training.algorithms.own_image import OWN_IMAGE
from groundtrain.training.image_registries import REGISTRIES
from groundtrain.training.instance_types import KNOWN, family, has_gpu, has_local_disk
from groundtrain.training.plan import Plan, possible_plans

LONGEST_WAIT_WITHOUT_CHECKPOINTS = Duration(3600)
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
    region, needs_images = environment.region, environment.training.algorithm != "own-image"
    if region and needs_images and region not in REGISTRIES:
        meant = nearest(region, REGISTRIES)
        yield Mistake(
            "region",
            f"{region} has no images of SageMaker's algorithms",
            f"{f'the nearest is {meant}; or' if meant else 'name another, or'} set training.algorithm"
            ' = "own-image"',
        )


def find_plan_problems(plan: Plan) -> Iterator[Finding]:
    """Findings on settings of the plan that cannot work, or are not documented to."""
    yield from find_unknown_instance_types(plan.training)
    yield from _image(plan)
    yield from _machines(plan)
    yield from _volume(plan)
    yield from _spot(plan)
    yield from _hyperparameters(plan)


def find_unknown_instance_types(training: Training) -> Iterator[Finding]:
    """GT531: names of instance types that AWS is not known to have."""
    for key, names in (
        ("instance_types", training.instance_types),
        ("price_per_hour", tuple(training.price_per_hour)),
    ):
        for name in names:
            if name not in KNOWN:
                meant = nearest(name, KNOWN)
                known = f"the nearest is {meant}" if meant else "none is spelled alike"
                yield Finding.on_file(
                    "GT531", f"{name} is no instance type that is known; {known}", path=f"training.{key}"
                )


def _errors(plan: Plan) -> list[Finding]:
    return [one for one in find_plan_problems(plan) if one.is_error]


def _image(plan: Plan) -> Iterator[Finding]:
    """GT518."""
    training = plan.training
    if plan.algorithm is OWN_IMAGE and not training.image_uri:
        yield _finding(plan, "GT518", "image_uri", "own-image needs the address of its image")
    if plan.algorithm is not OWN_IMAGE and (training.image_uri or training.metrics):
        yield _finding(
            plan,
            "GT518",
            "image_uri",
            f"{plan.algorithm.name} has its own image and metrics, and others are named",
        )


def _machines(plan: Plan) -> Iterator[Finding]:
    """GT505, GT506, GT507, GT519."""
    machines, name = plan.algorithm.machines, plan.algorithm.name
    for instance_type in plan.training.instance_types:
        if machines.processor == "gpu" and not has_gpu(instance_type):
            yield _finding(
                plan,
                "GT505",
                "instance_types",
                f"{instance_type} has no GPU, and {name} runs on nothing else;"
                f" the nearest possible is {machines.usual[0]}",
            )
        elif machines.processor == "cpu" and has_gpu(instance_type):
            yield _finding(
                plan,
                "GT519",
                "instance_types",
                f"{name} reads labeled manifests on CPU instances only, and {instance_type} has a GPU;"
                f" the nearest possible is {machines.usual[0]}",
            )
        elif machines.families and family(instance_type) not in machines.families:
            yield _finding(
                plan, "GT506", "instance_types", f"{instance_type} is of none of the families {name} names"
            )
    if machines.most and plan.training.instance_count > machines.most:
        yield _finding(
            plan,
            "GT507",
            "instance_count",
            f"{name} trains on {machines.most} machine here, not {plan.training.instance_count}",
        )


def _volume(plan: Plan) -> Iterator[Finding]:
    """GT516."""
    if not plan.training.volume_key_arn:
        return
    for instance_type in filter(has_local_disk, plan.training.instance_types):
        yield _finding(
            plan, "GT516", "volume_key_arn", f"{instance_type} has a disk of its own, which takes no key"
        )


def _spot(plan: Plan) -> Iterator[Finding]:
    """GT510."""
    training, longest = plan.training, LONGEST_WAIT_WITHOUT_CHECKPOINTS
    if training.spot and not plan.algorithm.checkpoints and training.max_wait > longest:
        yield _finding(
            plan,
            "GT510",
            "spot",
            f"{plan.algorithm.name} keeps no checkpoints, so SageMaker lets spot wait for {longest} at most,"
            f" and max_runtime and capacity_wait are {training.max_wait} together",
        )


def _hyperparameters(plan: Plan) -> Iterator[Finding]:
    """GT502, GT513, GT514, and the conflicts that the algorithm defines."""
    table = plan.algorithm.hyperparameters
    if table is None:
        return
    faults = [fault for name, text in plan.chosen.items() for fault in _fault(plan, name, text)]
    yield from faults
    if not faults:
        for conflict in plan.algorithm.conflicts(plan.chosen):
            yield _finding(plan, conflict.code, f"hyperparameters.{conflict.name}", conflict.saw)


def _fault(plan: Plan, name: str, text: str) -> Iterator[Finding]:
    row, at = plan.algorithm.find(name), f"hyperparameters.{name}"
    if row is None:
        yield _finding(plan, "GT513", at, _unknown(plan, name))
    elif row.derived:
        yield _finding(plan, "GT502", at, f"{name} is typed by hand as {text}")
    elif fault := row.fault(text):
        yield _finding(plan, "GT514", at, fault)


def _unknown(plan: Plan, name: str) -> str:
    names = [row.name for row in plan.algorithm.hyperparameters or () if not row.derived]
    meant = nearest(name, names)
    known = f"the nearest is {meant}" if meant else f"there are {', '.join(names)}"
    return f"{name} is no hyperparameter of {plan.algorithm.name}; {known}"


def _finding(plan: Plan, code: str, key: str, message: str) -> Finding:
    return Finding.on_file(code, message, path=plan.path(key))
