"""The event of a labeling job that has ended.

Source: SageMaker Developer Guide, "Monitor labeling job status".
"""

from typing import Any

from groundtrain.events.event import Event
from groundtrain.events.job_events import SAGEMAKER, job_name_of

LABELING_JOB_STATE_CHANGE = "SageMaker Ground Truth Labeling Job State Change"


def labeling_job_of(event: Event) -> str:
    """Name of the labeling job that has ended, in lower case; its status is to be asked of SageMaker.

    Raises:
        GroundtrainError: the event names no job.
    """
    return job_name_of(event)


def labeling_job_event(arn: str, status: str) -> dict[str, Any]:
    """The event of an ended labeling job, as EventBridge delivers it."""
    return {
        "source": SAGEMAKER,
        "detail-type": LABELING_JOB_STATE_CHANGE,
        "resources": [arn],
        "detail": {"LabelingJobStatus": status},
    }
