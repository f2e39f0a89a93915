"""The table of steps: what starts each, its function, and what it may do. A new step is one more row."""

from collections.abc import Mapping
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_events as events

from groundtrain.images.image_check_cost import MEMORY_MB
from groundtrain.observability import Metric
from groundtrain.settings.environment import Labeling
from stacks.permissions import functions, image_checks
from stacks.permissions.grants import Grant
from stacks.pipeline import event_patterns
from stacks.resource_arns import ResourceArns


@dataclass(frozen=True, kw_only=True)
class Size:
    """Limits of a function. Lambda allocates CPU by memory: one vCPU at 1769 MB."""

    timeout: cdk.Duration
    memory_mb: int = 512
    scratch_mb: int = 512


@dataclass(frozen=True, kw_only=True)
class FunctionRow:
    """A function.

    Attributes:
        package: the handler's package in `lambdas/`; also its name in logs, metrics and traces.
        title: of its column on the dashboard.
        grants: what it may do, apart from its own log, traces and queue.
        variables: names of the environment variables that not all functions, or not all steps, have.
        outcomes: metrics that say what became of its work.
        reads_settings: whether it is given the environment's settings.
    """

    package: str
    title: str
    size: Size
    grants: list[Grant]
    variables: tuple[str, ...]
    outcomes: tuple[Metric, ...]
    reads_settings: bool = True


@dataclass(frozen=True, kw_only=True)
class StepRow(FunctionRow):
    """A function that events start, by way of a queue.

    Attributes:
        name: of the step, with which its outputs and alarms begin.
        patterns: the events that start it, by the name of the rule for them.
        attempts: how often a message is received before it becomes a dead letter; steps that wait (for a
            manifest, quota, capacity) need more.
        at_once: how many messages are processed at the same time.
    """

    name: str
    patterns: Mapping[str, events.EventPattern]
    attempts: int
    at_once: int


def step_rows(arns: ResourceArns, topic: str, training_role: str) -> tuple[StepRow, ...]:
    """The steps in the order of the flow; `topic` and `training_role` are ARNs."""
    return (
        StepRow(
            name="Convert",
            title=_title_of_labels(arns.environment.labeling),
            package="convert_manifest",
            patterns=_patterns_of_labels(arns),
            size=Size(timeout=cdk.Duration.minutes(15), memory_mb=1769, scratch_mb=4096),
            attempts=8,  # with the function's growing delays: an hour for the manifest to appear
            at_once=5,
            grants=[*functions.convert_manifest(arns, topic), *image_checks.start_image_checks(arns)],
            variables=("LABELING_BUCKETS", *(["IMAGE_CHECKS_ARN"] if arns.image_checks else [])),
            outcomes=(Metric.DATASETS_READY, Metric.DATASETS_REJECTED, Metric.LABELING_JOBS_OF_OTHERS),
        ),
        StepRow(
            name="StartTraining",
            title="Dataset → training job",
            package="start_training",
            patterns={"Rule": event_patterns.dataset_ready(arns)},
            size=Size(timeout=cdk.Duration.minutes(1)),
            attempts=30,  # with the function's growing delays: five days for quota or capacity
            at_once=2,
            grants=functions.start_training(arns, topic, training_role),
            variables=("MODELS_BUCKET", "MODELS_KEY_ARN", "TRAINING_ROLE_ARN"),
            outcomes=(Metric.TRAINING_JOBS_STARTED, Metric.TRAINING_JOBS_WAITING),
        ),
        StepRow(
            name="RecordOutcome",
            title="Training job → model",
            package="record_outcome",
            patterns={"Rule": event_patterns.training_job_ended(arns)},
            size=Size(timeout=cdk.Duration.minutes(1)),
            attempts=8,
            at_once=2,
            grants=functions.record_outcome(arns, topic),
            variables=("MODEL_PACKAGE_GROUP",),
            outcomes=(Metric.MODELS_REGISTERED, Metric.TRAINING_JOBS_FAILED),
        ),
    )


def _patterns_of_labels(arns: ResourceArns) -> dict[str, events.EventPattern]:
    """A rule for labeling jobs, one for each bucket that manifests are put into, one for image checks."""
    found = {"Rule": event_patterns.labeling_job_ended(arns)} if arns.environment.labeling.jobs else {}
    for bucket, prefixes in event_patterns.by_bucket(arns.uploads).items():
        own = cdk.Token.is_unresolved(bucket)
        name = "UploadsRule" if own else f"UploadsRule-{bucket}"
        found[name] = event_patterns.manifest_uploaded(arns, bucket, prefixes)
    if arns.image_checks:
        found["ImageChecksRule"] = event_patterns.image_checks_ended(arns)
    return found


def _title_of_labels(labeling: Labeling) -> str:
    if not labeling.jobs:
        return "Upload → dataset"
    return "Labeling job or upload → dataset" if labeling.uploads else "Labeling job → dataset"


def _swept(labeling: Labeling) -> tuple[Metric, ...]:
    jobs = (Metric.LABELING_JOBS_SWEPT,) if labeling.jobs else ()
    uploads = (Metric.UPLOADS_SWEPT,) if labeling.uploads else ()
    return (*jobs, Metric.TRAINING_JOBS_SWEPT, *uploads)


def sweep_row(arns: ResourceArns, convert_queue: str, outcome_queue: str) -> FunctionRow:
    """The sweep, which the clock starts; the queues are ARNs, for the jobs that it finds."""
    return FunctionRow(
        title="Sweep: what the events missed",
        package="sweep",
        size=Size(timeout=cdk.Duration.minutes(5)),
        grants=functions.sweep(arns, convert_queue, outcome_queue),
        variables=("LABELING_BUCKETS", "CONVERT_QUEUE_URL", "OUTCOME_QUEUE_URL"),
        outcomes=_swept(arns.environment.labeling),
    )


def check_images_row(arns: ResourceArns) -> FunctionRow:
    """The function that looks at the images of a shard of lines, which the map calls."""
    return FunctionRow(
        title="Images, pixel by pixel",
        package="check_images",
        size=Size(timeout=cdk.Duration.minutes(15), memory_mb=MEMORY_MB),
        grants=image_checks.check_images(arns),
        variables=("LABELING_BUCKETS",),
        outcomes=(),
        reads_settings=False,
    )
