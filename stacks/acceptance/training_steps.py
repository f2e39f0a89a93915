"""Steps with training jobs: one that is stopped at once, one on a CPU, one on a GPU."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.config import Config
from msgspec import Struct

from groundtrain.events.dataset_announcement import DATASET_READY, GROUNDTRAIN
from groundtrain.events.training_job_event import TRAINING_JOB_STATE_CHANGE, training_job_event
from groundtrain.training.job_name import environment_prefix
from groundtrain.training.results.model_package import group_of
from stacks.acceptance.drawn_labels import image_manifest, text_manifest
from stacks.acceptance.settings import UPLOADS
from stacks.acceptance.situation import Situation
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


def stop_at_once(situation: Situation) -> Outcome:
    """Upload a manifest of texts, and stop the job that follows: the Stopped event, and its message."""
    name = f"texts-{situation.seed}"
    upload_manifest(situation, name, text_manifest(situation.seed))
    job = started_job(situation, name)
    situation.services("sagemaker").stop_training_job(TrainingJobName=job)
    faults = []
    event = situation.heard.event(TRAINING_JOB_STATE_CHANGE, job, '"Stopped"', seconds=_STOPPED)
    if event is None:
        faults.append("no event that it was stopped")
    else:
        situation.examples.add("training_job_stopped", event)
    if situation.heard.message("training was stopped", job, seconds=120) is None:
        faults.append("no message that it was stopped")
    described = situation.services("sagemaker").describe_training_job(TrainingJobName=job)
    situation.examples.add("describe_training_job_stopped", described)
    situation.done["stopped job"] = job
    return Outcome(3, tuple(faults))


def sweep(situation: Situation) -> Outcome:
    """Forget that the message was sent, and invoke the sweep: the message comes again."""
    job = situation.done["stopped job"]
    s3, bucket = situation.services("s3"), situation.output("DatasetsBucketName")
    records = [key for key in _keys(s3, bucket, "messages/") if _is_about(s3, bucket, key, job)]
    for key in records:
        s3.delete_object(Bucket=bucket, Key=key)
    [function] = situation.resources("AWS::Lambda::Function", "SweepHandler")
    before = len(situation.heard.messages)
    answer = _long_client(situation).invoke(FunctionName=function, Payload=b"{}")
    faults = []
    if "FunctionError" in answer:
        faults.append(f"the sweep failed: {answer['Payload'].read().decode()[:500]}")
    if situation.heard.message("training was stopped", job, since=before, seconds=120) is None:
        faults.append("the message that was lost did not come again")
    return Outcome(len(records), tuple(faults))


def _long_client(situation: Situation) -> Any:
    """Waits as long as a sweep may take, and calls once."""
    patient = Config(read_timeout=_SWEEP, retries={"total_max_attempts": 1})
    return boto3.client("lambda", region_name=situation.region, config=patient)


def train_texts(situation: Situation) -> Outcome:
    """Have the texts trained to the end, by another attempt of the same dataset."""
    ready = situation.heard.event(DATASET_READY, f"texts-{situation.seed}", seconds=60)
    if ready is None:
        raise StepFailedError("there is no dataset of the texts")
    again = {**ready["detail"], "attempt": 1}
    _put_ready(situation, again)
    job = started_job(situation, f"texts-{situation.seed}", ending="-a1")
    situation.done["trained"] = Trained(job, again, "validation:accuracy")
    return Outcome(5, tuple(_trained(situation, job, "validation:accuracy")))


def upload_images(situation: Situation) -> Outcome:
    """Upload forty drawn images and their boxes: they are trained while other steps are run."""
    name, bucket = f"images-{situation.seed}", situation.output("LabelingBucketName")
    manifest, images = image_manifest(situation.seed, f"s3://{bucket}/{name}/")
    for image, content in images.items():
        situation.services("s3").put_object(Bucket=bucket, Key=f"{name}/{image}", Body=content)
    upload_manifest(situation, name, manifest)
    return Outcome(len(images))


def train_images(situation: Situation) -> Outcome:
    """Wait until the images are trained."""
    job = started_job(situation, f"images-{situation.seed}")
    return Outcome(5, tuple(_trained(situation, job, "validation:mAP")))


def both_events_again(situation: Situation) -> Outcome:
    """Send the dataset's and the job's event again: no job, no model, no message."""
    trained: Trained = situation.done["trained"]
    before = _counted(situation)
    _put_ready(situation, trained.ready)
    described = situation.services("sagemaker").describe_training_job(TrainingJobName=trained.job)
    ended = training_job_event(described["TrainingJobArn"], trained.job, "Completed")
    queue = situation.output("RecordOutcomeQueueUrl")
    situation.services("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(ended))
    situation.heard.listen(_QUIET if not situation.emulator else 5)
    after = _counted(situation)
    return Outcome(
        2,
        tuple(
            f"{what}: {after[what]} after {before[what]}" for what in before if after[what] != before[what]
        ),
    )


def upload_manifest(situation: Situation, name: str, manifest: bytes) -> None:
    """Put a manifest where it starts the pipeline."""
    situation.heard.listen(0)
    bucket = situation.output("LabelingBucketName")
    situation.services("s3").put_object(Bucket=bucket, Key=f"{UPLOADS}{name}.manifest", Body=manifest)
    if event := situation.heard.event("Object Created", f"{name}.manifest", seconds=60):
        situation.examples.add("object_created", event)


def started_job(situation: Situation, name: str, ending: str = "") -> str:
    """Name of the training job of these labels, once there is one.

    Raises:
        StepFailedError: it did not begin; says what people were told instead.
    """
    prefix = f"{environment_prefix(situation.environment)}{name}"

    def found() -> list[str]:
        listed = situation.services("sagemaker").list_training_jobs(NameContains=prefix)
        names = [job["TrainingJobName"] for job in listed["TrainingJobSummaries"]]
        return [job for job in names if job.endswith(ending)]

    jobs = eventually(found, _STARTED, situation.pause)
    if not jobs:
        situation.heard.listen(0)
        told = [message.subject for message in situation.heard.messages if name in message.text]
        raise StepFailedError(f"no training job of {name} began; people were told: {told or 'nothing'}")
    return jobs[0]


def _trained(situation: Situation, job: str, metric: str) -> Iterator[str]:
    """What is against a job that should have registered a model."""
    if situation.heard.message(_WAITS, job, seconds=_ENDED) is None:
        yield f"{job}: no message that a model waits; its end: {_end_of(situation, job)}"
        return
    described = situation.services("sagemaker").describe_training_job(TrainingJobName=job)
    situation.examples.add(f"describe_training_job_completed_{metric.partition(':')[2].lower()}", described)
    if event := situation.heard.event(TRAINING_JOB_STATE_CHANGE, job, '"Completed"', seconds=60):
        situation.examples.add("training_job_completed", event)
    if metric not in {it["MetricName"] for it in described.get("FinalMetricDataList", [])}:
        yield f"{job}: it tells no {metric}"
    messages = [it for it in situation.heard.messages if _WAITS in it.subject and job in it.text]
    if len(messages) != 1:
        yield f"{job}: {len(messages)} messages that a model waits"
    yield from _package_faults(situation, job)
    if letters := situation_letters(situation):
        yield f"dead letters in {letters}"


def _end_of(situation: Situation, job: str) -> str:
    found = situation.services("sagemaker").describe_training_job(TrainingJobName=job)
    return f"{found['TrainingJobStatus']}, {found['SecondaryStatus']}, {found.get('FailureReason', '')}"


def _package_faults(situation: Situation, job: str) -> Iterator[str]:
    sagemaker, group = situation.services("sagemaker"), group_of(situation.environment)
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


def situation_letters(situation: Situation) -> list[str]:
    """The queues of dead letters that hold something."""
    held = []
    for step in ("Convert", "StartTraining", "RecordOutcome", "Sweep"):
        answer = situation.services("sqs").get_queue_attributes(
            QueueUrl=situation.output(f"{step}DeadLettersUrl"), AttributeNames=["ApproximateNumberOfMessages"]
        )
        if int(answer["Attributes"]["ApproximateNumberOfMessages"]):
            held.append(step)
    return held


def _put_ready(situation: Situation, detail: dict[str, Any]) -> None:
    entry = {"Source": GROUNDTRAIN, "DetailType": DATASET_READY, "Detail": json.dumps(detail)}
    situation.services("events").put_events(Entries=[entry])


def _counted(situation: Situation) -> dict[str, int]:
    """What there is of the texts; the images may be trained meanwhile."""
    sagemaker, group = situation.services("sagemaker"), group_of(situation.environment)
    name = f"texts-{situation.seed}"
    packages = sagemaker.list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    return {
        "training jobs": len(sagemaker.list_training_jobs(NameContains=name)["TrainingJobSummaries"]),
        "model packages": sum(name in it.get("ModelPackageDescription", "") for it in packages),
        "messages": sum(name in message.text for message in situation.heard.messages),
        "dead letters": len(situation_letters(situation)),
    }


def _keys(s3: Any, bucket: str, prefix: str) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [found["Key"] for page in pages for found in page.get("Contents", [])]


def _is_about(s3: Any, bucket: str, key: str, job: str) -> bool:
    record = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    return job in record and "training was stopped" in record
