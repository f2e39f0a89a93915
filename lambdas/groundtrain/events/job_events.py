"""What the events of labeling jobs and of training jobs share: the job's ARN among their resources."""

import re

from groundtrain.errors import GroundtrainError
from groundtrain.events.event import Event

SAGEMAKER = "aws.sagemaker"
JOB_NAME = re.compile(r"[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}")


def job_name_of(event: Event) -> str:
    """Name of the job an event is about.

    Raises:
        GroundtrainError: the event names no job.
    """
    name = job_name_from_arn(event.resources[0]) if event.resources else ""
    if not JOB_NAME.fullmatch(name):
        raise GroundtrainError("the event names no job", fix="put the job's ARN into its resources")
    return name


def job_name_from_arn(arn: str) -> str:
    """Name of the job, as its ARN spells it: in lower case, whatever was typed."""
    return arn.rpartition("/")[2]
