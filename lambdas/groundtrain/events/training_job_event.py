"""The event of a training job that has ended.

Source: SageMaker Developer Guide, "Automating Amazon SageMaker with Amazon EventBridge".
"""

from typing import Any

from groundtrain.errors import GroundtrainError
from groundtrain.events.event import Event
from groundtrain.events.job_events import JOB_NAME, SAGEMAKER, job_name_of

TRAINING_JOB_STATE_CHANGE = "SageMaker Training Job State Change"
TRAINING_JOB_END_STATUSES = ("Completed", "Failed", "Stopped")


def training_job_of(event: Event) -> str:
    """Name of the training job an event is about, as typed where its detail says so.

    Raises:
        GroundtrainError: the event names no job.
    """
    name = event.detail.get("TrainingJobName") or job_name_of(event)
    if not (isinstance(name, str) and JOB_NAME.fullmatch(name)):
        raise GroundtrainError("its TrainingJobName is no name of a job", fix="correct it, or leave it out")
    return name


def training_job_event(arn: str, name: str, status: str) -> dict[str, Any]:
    """The event of an ended training job, as EventBridge delivers it."""
    return {
        "source": SAGEMAKER,
        "detail-type": TRAINING_JOB_STATE_CHANGE,
        "resources": [arn],
        "detail": {"TrainingJobName": name, "TrainingJobStatus": status},
    }
