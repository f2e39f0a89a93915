"""The events that start the steps: those that AWS sends and those that groundtrain sends.

The EventBridge rules in `stacks/` and the functions take the names from here.
Source of the AWS names: SageMaker Developer Guide, "Automating Amazon SageMaker with Amazon EventBridge" and
"Monitor labeling job status"; S3 User Guide, "EventBridge event message structure". Both services may send an
event more than once, or, rarely, never, and S3 does not keep their order.
"""

import re
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from groundtrain.errors import GroundtrainError
from groundtrain.json_text import decode_json

SAGEMAKER = "aws.sagemaker"
LABELING_JOB_STATE_CHANGE = "SageMaker Ground Truth Labeling Job State Change"
TRAINING_JOB_STATE_CHANGE = "SageMaker Training Job State Change"
TRAINING_JOB_END_STATUSES = ("Completed", "Failed", "Stopped")

S3 = "aws.s3"
OBJECT_CREATED = "Object Created"

GROUNDTRAIN = "groundtrain"
DATASET_READY = "Dataset Ready"
DATASET_REJECTED = "Dataset Rejected"


class Event(Struct, frozen=True, rename={"detail_type": "detail-type"}):
    """The parts of an EventBridge event that are used; everything else in it is ignored."""

    source: str
    detail_type: str
    detail: dict[str, Any]
    resources: tuple[str, ...] = ()


LAST_ATTEMPT = 999
_JOB_NAME = re.compile(r"[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}")


class DatasetAnnouncement(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Detail of "Dataset Ready" and "Dataset Rejected"; a person may send one by hand.

    Fields at their default are omitted, so that functions of the previous version can read it.

    Attributes:
        environment: name of the environment that made the dataset; only its own functions react.
        dataset: `s3://bucket/datasets/<labeling job>/<dataset_id>/`, with the final slash.
        attempt: 0; a higher number starts the same training again under a new name.
        override_gate: True trains although the gate is closed.
        on_demand: True asks for machines on demand where the settings say spot.
        go_on_from: the attempt whose checkpoints training goes on from; None for none.
        after_instance_type: "" tries every instance type of the settings; a name tries only those after it.
    """

    environment: str
    labeling_job: str
    dataset_id: str
    dataset: str
    attempt: Annotated[int, Meta(ge=0, le=LAST_ATTEMPT)] = 0
    override_gate: bool = False
    after_instance_type: str = ""
    on_demand: bool = False
    go_on_from: Annotated[int, Meta(ge=0, le=LAST_ATTEMPT)] | None = None

    def on_machines_after(self, instance_type: str) -> "DatasetAnnouncement":
        """The next attempt, without the instance types up to this one."""
        return replace(self, attempt=self.attempt + 1, after_instance_type=instance_type)

    def on_machines_on_demand(self) -> "DatasetAnnouncement":
        """The next attempt, with every instance type again, on demand."""
        return replace(self, attempt=self.attempt + 1, after_instance_type="", on_demand=True)


class UploadedObject(Struct, frozen=True):
    """An object that was put into S3, as its event names it.

    Attributes:
        version: its version id, "" in a bucket that keeps no versions.
        etag: tells two contents of one key apart; never what the content is.
    """

    bucket: str
    key: str
    version: str = ""
    etag: str = ""

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


class _Bucket(Struct, frozen=True):
    name: Annotated[str, Meta(min_length=1)]


class _Object(Struct, frozen=True, rename={"version": "version-id"}):
    key: Annotated[str, Meta(min_length=1)]  # as it is: not encoded, unlike in S3's older notifications
    version: str = ""
    etag: str = ""


class _ObjectCreated(Struct, frozen=True):
    """The detail of S3's event, as far as it is used; everything else in it is ignored."""

    bucket: _Bucket
    object: _Object


def parse_event(body: str | bytes) -> Event:
    """Read an event from a queue message's body.

    Raises:
        msgspec.DecodeError: the body is not an EventBridge event.
    """
    return decode_json(body, Event)


def essence_of(body: str) -> str:
    """The event in a message body, without the fields that differ between copies of it (id, time)."""
    try:
        event = parse_event(body)
        if event.source == S3:  # its detail has the request, too, and the sweep's has no version
            return msgspec.json.encode(replace(uploaded_object_of(event), version="")).decode()
        return msgspec.json.encode(event, order="sorted").decode()
    except (msgspec.DecodeError, GroundtrainError):
        return body


def subject_of(body: str) -> str:
    """The job or manifest that the event in a message body is about; "" where it names none."""
    try:
        event = parse_event(body)
        if event.source == S3:
            return str(uploaded_object_of(event))
        return str(event.detail.get("labeling_job") or job_name_of(event))
    except (msgspec.DecodeError, GroundtrainError):
        return ""


def uploaded_object_of(event: Event) -> UploadedObject:
    """The object that an event of S3 is about.

    Raises:
        GroundtrainError: the event names no object.
    """
    try:
        detail = msgspec.convert(event.detail, _ObjectCreated)
    except msgspec.ValidationError as error:
        raise GroundtrainError(
            f"the event names no object in S3 ({error})", fix="put bucket.name and object.key into its detail"
        ) from error
    return UploadedObject(detail.bucket.name, detail.object.key, detail.object.version, detail.object.etag)


def parse_announcement(event: Event) -> DatasetAnnouncement:
    """Read the detail of one of our own events.

    Raises:
        msgspec.ValidationError: a field is missing, unknown or of the wrong type.
    """
    return msgspec.convert(event.detail, DatasetAnnouncement)


def job_name_of(event: Event) -> str:
    """Name of the job an event is about.

    Raises:
        GroundtrainError: the event names no job.
    """
    name = job_name_from_arn(event.resources[0]) if event.resources else ""
    if not _JOB_NAME.fullmatch(name):
        raise GroundtrainError("the event names no job", fix="put the job's ARN into its resources")
    return name


def training_job_of(event: Event) -> str:
    """Name of the training job an event is about, as typed where its detail says so.

    Raises:
        GroundtrainError: the event names no job.
    """
    name = event.detail.get("TrainingJobName") or job_name_of(event)
    if not (isinstance(name, str) and _JOB_NAME.fullmatch(name)):
        raise GroundtrainError("its TrainingJobName is no name of a job", fix="correct it, or leave it out")
    return name


def job_name_from_arn(arn: str) -> str:
    """Name of the job, as its ARN spells it: in lower case, whatever was typed."""
    return arn.rpartition("/")[2]


def labeling_job_event(arn: str, status: str) -> dict[str, Any]:
    """The event of an ended labeling job, as EventBridge delivers it."""
    return {
        "source": SAGEMAKER,
        "detail-type": LABELING_JOB_STATE_CHANGE,
        "resources": [arn],
        "detail": {"LabelingJobStatus": status},
    }


def upload_event(bucket: str, key: str, etag: str) -> dict[str, Any]:
    """The event of an object that was put into S3, as EventBridge delivers it where there are no versions."""
    return {
        "source": S3,
        "detail-type": OBJECT_CREATED,
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {"version": "0", "bucket": {"name": bucket}, "object": {"key": key, "etag": etag}},
    }


def training_job_event(arn: str, name: str, status: str) -> dict[str, Any]:
    """The event of an ended training job, as EventBridge delivers it."""
    return {
        "source": SAGEMAKER,
        "detail-type": TRAINING_JOB_STATE_CHANGE,
        "resources": [arn],
        "detail": {"TrainingJobName": name, "TrainingJobStatus": status},
    }
