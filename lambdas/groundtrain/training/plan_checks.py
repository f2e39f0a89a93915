"""GT50 and GT51: settings of a plan that cannot work with any dataset.

Sources: SageMaker API reference (ResourceConfig, StoppingCondition) and the guides of the algorithms.
"""

from collections.abc import Iterator

from groundtrain.closest_spelling import nearest
from groundtrain.durations import Duration
from groundtrain.rules.findings import Finding
from groundtrain.settings.training_settings import Training
from groundtrain.training.algorithms.groundtrain_detector import GROUNDTRAIN_DETECTOR
from groundtrain.training.algorithms.registry import IN_OWN_REGISTRY, repository
from groundtrain.training.hyperparameter_checks import find_hyperparameter_problems
from groundtrain.training.instance_types import KNOWN, family, has_gpu, has_local_disk
from groundtrain.training.plan import Plan

LONGEST_WAIT_WITHOUT_CHECKPOINTS = Duration(3600)


def find_plan_problems(plan: Plan) -> Iterator[Finding]:
    """Findings on settings of the plan that cannot work, or are not documented to."""
    yield from find_unknown_instance_types(plan.training)
    yield from _image(plan)
    yield from _machines(plan)
    yield from _volume(plan)
    yield from _spot(plan)
    yield from find_hyperparameter_problems(plan)


def find_unknown_instance_types(training: Training) -> Iterator[Finding]:
    """GT531: names of instance types that AWS is not known to have."""
    for key, names in (
        ("instance_types", training.instance_types),
        ("price_per_hour", tuple(training.price_per_hour)),
    ):
        for name in names:
            if name not in KNOWN:
                meant = nearest(name, KNOWN)
                instead = f"the nearest is {meant}" if meant else "none is spelled alike"
                yield Finding.on_file(
                    "GT531", f"{name} is no instance type that is known; {instead}", path=f"training.{key}"
                )


def _image(plan: Plan) -> Iterator[Finding]:
    """GT518."""
    training = plan.training
    name, uri = plan.algorithm.name, training.image_uri
    if plan.algorithm in IN_OWN_REGISTRY and not uri:
        yield _finding(plan, "GT518", "image_uri", f"{name} needs the address of its image")
    elif plan.algorithm is GROUNDTRAIN_DETECTOR and repository(uri) != name:
        yield _finding(
            plan,
            "GT518",
            "image_uri",
            f"the repository of {uri} is not called {name}, by which its models are known later",
        )
    if plan.algorithm not in IN_OWN_REGISTRY and (uri or training.metrics):
        yield _finding(
            plan,
            "GT518",
            "image_uri",
            f"{name} has its own image and metrics, and others are named",
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


def _finding(plan: Plan, code: str, key: str, message: str) -> Finding:
    return Finding.on_file(code, message, path=plan.path(key))
