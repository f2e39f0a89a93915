"""Steps with training jobs: one that is stopped at once, one on a CPU, one on a GPU."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
from botocore.config import Config
from msgspec import Struct

from groundtrain.events.dataset_announcement import DATASET_READY, GROUNDTRAIN
from groundtrain.events.training_job_event import TRAINING_JOB_STATE_CHANGE, training_job_event
from groundtrain.training.job_name import environment_prefix
from groundtrain.training.results.model_package import group_of
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.drawn_labels import image_manifest, text_manifest
from stacks.acceptance.settings import UPLOADS
from stacks.acceptance.step import Outcome
from stacks.acceptance.waiting import eventually

_STARTED, _STOPPED, _ENDED, _QUIET = 180, 300, 20 * 60, 45  # seconds
_SWEEP = 310  # seconds, a little longer than the function may run
_WAITS = "a new model waits"


class StepFailedError(Exception):
    """What the rest of a step relies on did not happen."""


class Trained(Struct, frozen=True):
    """A training job that registered a model; its events, to be sent again."""

    job: str
    ready: dict[str, Any]
    metric: str


def stop_at_once(run: AcceptanceRun) -> Outcome:
    """Upload a manifest of texts, and stop the job that follows: the Stopped event, and its message."""
    name = f"texts-{run.seed}"
    upload_manifest(run, name, text_manifest(run.seed))
    job = started_job(run, name)
    run.services("sagemaker").stop_training_job(TrainingJobName=job)
    faults = []
    event = run.subscriptions.event(TRAINING_JOB_STATE_CHANGE, job, '"Stopped"', seconds=_STOPPED)
    if event is None:
        faults.append("no event that it was stopped")
    else:
        run.examples.add("training_job_stopped", event)
    if run.subscriptions.message("training was stopped", job, seconds=120) is None:
        faults.append("no message that it was stopped")
    described = run.services("sagemaker").describe_training_job(TrainingJobName=job)
    run.examples.add("describe_training_job_stopped", described)
    run.done["stopped job"] = job
    return Outcome(3, tuple(faults))


def sweep(run: AcceptanceRun) -> Outcome:
    """Forget that the message was sent, and invoke the sweep: the message comes again."""
    job = run.done["stopped job"]
    s3, bucket = run.services("s3"), run.output("DatasetsBucketName")
    records = [key for key in _keys(s3, bucket, "messages/") if _is_about(s3, bucket, key, job)]
    for key in records:
        s3.delete_object(Bucket=bucket, Key=key)
    [function] = run.resources("AWS::Lambda::Function", "SweepHandler")
    before = len(run.subscriptions.messages)
    answer = _long_client(run).invoke(FunctionName=function, Payload=b"{}")
    faults = []
    if "FunctionError" in answer:
        faults.append(f"the sweep failed: {answer['Payload'].read().decode()[:500]}")
    if run.subscriptions.message("training was stopped", job, since=before, seconds=120) is None:
        faults.append("the message that was lost did not come again")
    return Outcome(len(records), tuple(faults))


def _long_client(run: AcceptanceRun) -> Any:
    """Waits as long as a sweep may take, and calls once."""
    patient = Config(read_timeout=_SWEEP, retries={"total_max_attempts": 1})
    return boto3.client("lambda", region_name=run.region, config=patient)


def train_texts(run: AcceptanceRun) -> Outcome:
    """Have the texts trained to the end, by another attempt of the same dataset."""
    ready = run.subscriptions.event(DATASET_READY, f"texts-{run.seed}", seconds=60)
    if ready is None:
        raise StepFailedError("there is no dataset of the texts")
    again = {**ready["detail"], "attempt": 1}
    put_ready(run, again)
    job = started_job(run, f"texts-{run.seed}", ending="-a1")
    run.done["trained"] = Trained(job, again, "validation:accuracy")
    return Outcome(5, tuple(_trained(run, job, "validation:accuracy")))


def upload_images(run: AcceptanceRun) -> Outcome:
    """Upload forty drawn images and their boxes: they are trained while other steps are run."""
    name, bucket = f"images-{run.seed}", run.output("LabelingBucketName")
    manifest, images = image_manifest(run.seed, f"s3://{bucket}/{name}/")
    upload_with_images(run, name, manifest, images)
    return Outcome(len(images))


def train_images(run: AcceptanceRun) -> Outcome:
    """Wait until the images are trained."""
    job = started_job(run, f"images-{run.seed}")
    return Outcome(5, tuple(_trained(run, job, "validation:mAP")))


def both_events_again(run: AcceptanceRun) -> Outcome:
    """Send the dataset's and the job's event again: no job, no model, no message."""
    trained: Trained = run.done["trained"]
    before = _counted(run)
    put_ready(run, trained.ready)
    described = run.services("sagemaker").describe_training_job(TrainingJobName=trained.job)
    ended = training_job_event(described["TrainingJobArn"], trained.job, "Completed")
    queue = run.output("RecordOutcomeQueueUrl")
    run.services("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(ended))
    run.subscriptions.listen(_QUIET if not run.emulator else 5)
    after = _counted(run)
    return Outcome(
        2,
        tuple(
            f"{what}: {after[what]} after {before[what]}" for what in before if after[what] != before[what]
        ),
    )


def upload_with_images(run: AcceptanceRun, name: str, manifest: bytes, images: Mapping[str, bytes]) -> None:
    """Put images below their name, then the manifest where it starts the pipeline."""
    bucket = run.output("LabelingBucketName")
    for image, content in images.items():
        run.services("s3").put_object(Bucket=bucket, Key=f"{name}/{image}", Body=content)
    upload_manifest(run, name, manifest)


def upload_manifest(run: AcceptanceRun, name: str, manifest: bytes) -> None:
    """Put a manifest where it starts the pipeline."""
    run.subscriptions.listen(0)
    bucket = run.output("LabelingBucketName")
    run.services("s3").put_object(Bucket=bucket, Key=f"{UPLOADS}{name}.manifest", Body=manifest)
    if event := run.subscriptions.event("Object Created", f"{name}.manifest", seconds=60):
        run.examples.add("object_created", event)


def started_job(run: AcceptanceRun, name: str, ending: str = "") -> str:
    """Name of the training job of these labels, once there is one.

    Raises:
        StepFailedError: it did not begin; says what people were told instead.
    """
    prefix = f"{environment_prefix(run.environment)}{name}"

    def found() -> list[str]:
        listed = run.services("sagemaker").list_training_jobs(NameContains=prefix)
        names = [job["TrainingJobName"] for job in listed["TrainingJobSummaries"]]
        return [job for job in names if job.endswith(ending)]

    jobs = eventually(found, _STARTED, run.pause)
    if not jobs:
        run.subscriptions.listen(0)
        told = run.subscriptions.subjects(name)
        raise StepFailedError(f"no training job of {name} began; people were told: {told or 'nothing'}")
    return jobs[0]


def _trained(run: AcceptanceRun, job: str, metric: str) -> Iterator[str]:
    """What is against a job that should have registered a model."""
    if run.subscriptions.message(_WAITS, job, seconds=_ENDED) is None:
        yield f"{job}: no message that a model waits; its end: {_end_of(run, job)}"
        return
    described = run.services("sagemaker").describe_training_job(TrainingJobName=job)
    run.examples.add(f"describe_training_job_completed_{metric.partition(':')[2].lower()}", described)
    if event := run.subscriptions.event(TRAINING_JOB_STATE_CHANGE, job, '"Completed"', seconds=60):
        run.examples.add("training_job_completed", event)
    if metric not in {it["MetricName"] for it in described.get("FinalMetricDataList", [])}:
        yield f"{job}: it tells no {metric}"
    messages = [it for it in run.subscriptions.messages if _WAITS in it.subject and job in it.text]
    if len(messages) != 1:
        yield f"{job}: {len(messages)} messages that a model waits"
    yield from _package_faults(run, job)
    if letters := situation_letters(run):
        yield f"dead letters in {letters}"


def _end_of(run: AcceptanceRun, job: str) -> str:
    found = run.services("sagemaker").describe_training_job(TrainingJobName=job)
    return f"{found['TrainingJobStatus']}, {found['SecondaryStatus']}, {found.get('FailureReason', '')}"


def _package_faults(run: AcceptanceRun, job: str) -> Iterator[str]:
    sagemaker, group = run.services("sagemaker"), group_of(run.environment)
    listed = sagemaker.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    packages = [sagemaker.describe_model_package(ModelPackageName=it["ModelPackageArn"]) for it in listed]
    ours = [it for it in packages if job in it.get("ModelPackageDescription", "")]
    if len(ours) != 1:
        yield f"{job}: {len(ours)} model packages"
    for package in ours:
        if package["ModelApprovalStatus"] != "PendingManualApproval":
            yield f"{job}: its package is {package['ModelApprovalStatus']}"
        if "closed" not in json.dumps(package.get("CustomerMetadataProperties", {})):
            yield f"{job}: its package does not have the class names"


def situation_letters(run: AcceptanceRun) -> list[str]:
    """The queues of dead letters that hold something."""
    held = []
    for step in ("Convert", "StartTraining", "RecordOutcome", "Sweep"):
        answer = run.services("sqs").get_queue_attributes(
            QueueUrl=run.output(f"{step}DeadLettersUrl"), AttributeNames=["ApproximateNumberOfMessages"]
        )
        if int(answer["Attributes"]["ApproximateNumberOfMessages"]):
            held.append(step)
    return held


def put_ready(run: AcceptanceRun, detail: dict[str, Any]) -> None:
    """Put "Dataset Ready" on the bus.

    Raises:
        StepFailedError: it was not taken, so that nothing that follows would say anything.
    """
    entry = {"Source": GROUNDTRAIN, "DetailType": DATASET_READY, "Detail": json.dumps(detail)}
    answer = run.services("events").put_events(Entries=[entry])
    if refused := [it["ErrorCode"] for it in answer["Entries"] if "ErrorCode" in it]:
        raise StepFailedError(f"PutEvents: {refused[0]}")


def _counted(run: AcceptanceRun) -> dict[str, int]:
    """What there is of the texts; the images may be trained meanwhile."""
    sagemaker, group = run.services("sagemaker"), group_of(run.environment)
    name = f"texts-{run.seed}"
    packages = sagemaker.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    return {
        "training jobs": len(sagemaker.list_training_jobs(NameContains=name)["TrainingJobSummaries"]),
        "model packages": sum(name in it.get("ModelPackageDescription", "") for it in packages),
        "messages": sum(name in message.text for message in run.subscriptions.messages),
        "dead letters": len(situation_letters(run)),
    }


def _keys(s3: Any, bucket: str, prefix: str) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [found["Key"] for page in pages for found in page.get("Contents", [])]


def _is_about(s3: Any, bucket: str, key: str, job: str) -> bool:
    record = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    return job in record and "training was stopped" in record
