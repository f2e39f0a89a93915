"""The ARNs that grants and event patterns refer to."""

from collections.abc import Iterable
from dataclasses import dataclass

import aws_cdk as cdk

from groundtrain.settings.environment import Environment
from groundtrain.settings.uploads import WatchedFolder, watched_folder
from groundtrain.training.job_name import environment_prefix
from groundtrain.training.plan import Plan, possible_plans
from groundtrain.training.results.model_package import group_of
from stacks.storage.stack import Storage


@dataclass(frozen=True, kw_only=True)
class ResourceArns:
    """ARNs of an environment's resources, and other values for its policies.

    Attributes:
        plans: every way of training that the settings allow.
        uploads: the folders that manifests are put into, with their bucket by its name.
        upload_folders: the same as the beginnings of ARNs, which end in "/".
        upload_buckets: those of their buckets that are not among the labeling buckets.
        labeling_jobs: ARN prefix of labeling jobs; their names follow, in lower case.
        training_jobs: ARN prefix of this environment's training jobs.
        training_job_prefix: prefix of their names: `<job_name_prefix>-<environment>-`.
        model_packages: the packages in the group.
        algorithm_images: repositories of the possible algorithms; the account of built-in ones depends on the
            region.
        instance_types: instance types that training may use, from the settings or else the algorithms.
        any_key: every KMS key of this account and region.
        image_checks: the state machine that looks at images; "" where the settings ask for none.
        image_check_executions: ARN prefix of its executions, ":" and their names follow; "" likewise.
    """

    environment: Environment
    stack: cdk.Stack
    plans: tuple[Plan, ...]
    uploads: tuple[WatchedFolder, ...]
    upload_folders: list[str]
    upload_buckets: list[str]
    labeling_buckets: list[str]
    datasets_bucket: str
    models_bucket: str
    key: str
    any_key: str
    default_bus: str
    labeling_jobs: str
    training_jobs: str
    training_job_prefix: str
    model_package_group: str
    model_packages: str
    algorithm_images: list[str]
    instance_types: list[str]
    image_checks: str
    image_check_executions: str


def image_checks_name(environment: Environment) -> str:
    """Name of the state machine that looks at images; it is fixed, so that grants and rules can name it."""
    return f"groundtrain-{environment.name}-check-images"


def resource_arns(stack: cdk.Stack, environment: Environment, storage: Storage) -> ResourceArns:
    """The resources as seen from `stack`."""
    plans = tuple(possible_plans(environment))
    prefix = environment_prefix(environment)
    group = group_of(environment)
    uploads = _uploads(environment, storage)
    labeling_buckets = _labeling_buckets(stack, environment, storage)
    folders = {folder: _bucket(stack, folder.bucket, labeling_buckets) for folder in uploads}
    return ResourceArns(
        environment=environment,
        stack=stack,
        plans=plans,
        uploads=uploads,
        upload_folders=[f"{bucket}/{folder.prefix}" for folder, bucket in folders.items()],
        upload_buckets=[
            bucket for bucket in dict.fromkeys(folders.values()) if bucket not in labeling_buckets
        ],
        labeling_buckets=labeling_buckets,
        datasets_bucket=storage.export_value(storage.datasets.bucket_arn),
        models_bucket=storage.export_value(storage.models.bucket_arn),
        key=storage.export_value(storage.key.key_arn),
        any_key=_arn(stack, "kms", "key", "*"),
        default_bus=_arn(stack, "events", "event-bus", "default"),
        labeling_jobs=_arn(stack, "sagemaker", "labeling-job", ""),
        training_jobs=_arn(stack, "sagemaker", "training-job", prefix),
        training_job_prefix=prefix,
        model_package_group=_arn(stack, "sagemaker", "model-package-group", group),
        model_packages=_arn(stack, "sagemaker", "model-package", f"{group}/*"),
        algorithm_images=_algorithm_images(stack, plans),
        instance_types=sorted({name for plan in plans for name in plan.training.instance_types}),
        image_checks=_image_checks(stack, environment, "stateMachine"),
        image_check_executions=_image_checks(stack, environment, "execution"),
    )


def _image_checks(stack: cdk.Stack, environment: Environment, kind: str) -> str:
    if environment.dataset.images != "full":
        return ""
    name = image_checks_name(environment)
    return f"arn:{stack.partition}:states:{stack.region}:{stack.account}:{kind}:{name}"


def _labeling_buckets(stack: cdk.Stack, environment: Environment, storage: Storage) -> list[str]:
    existing = [f"arn:{stack.partition}:s3:::{name}" for name in environment.labeling.buckets]
    created = environment.labeling.create_bucket
    return [*existing, storage.export_value(storage.labeling.bucket_arn)] if created else existing


def _bucket(stack: cdk.Stack, name: str, labeling_buckets: list[str]) -> str:
    """The bucket of that name; the one that the stack makes is the last of the labeling buckets."""
    own = cdk.Token.is_unresolved(name)
    return labeling_buckets[-1] if own else f"arn:{stack.partition}:s3:::{name}"


def _uploads(environment: Environment, storage: Storage) -> tuple[WatchedFolder, ...]:
    """The folders of the settings, those of the own bucket with its name."""
    own = storage.labeling.bucket_name
    return tuple(watched_folder(upload, own) for upload in environment.labeling.uploads)


def _algorithm_images(stack: cdk.Stack, plans: Iterable[Plan]) -> list[str]:
    return [
        _own_image(stack, plan.training.image_uri)
        if plan.training.image_uri
        else _arn(stack, "ecr", "repository", plan.algorithm.name, account="*")
        for plan in plans
    ]


def _own_image(stack: cdk.Stack, uri: str) -> str:
    registry, _, rest = uri.partition("/")
    account, region = registry.split(".")[0], registry.split(".")[3]
    repository = rest.partition("@")[0].partition(":")[0]
    return f"arn:{stack.partition}:ecr:{region}:{account}:repository/{repository}"


def _arn(stack: cdk.Stack, service: str, kind: str, name: str, *, account: str | None = None) -> str:
    return f"arn:{stack.partition}:{service}:{stack.region}:{account or stack.account}:{kind}/{name}"
