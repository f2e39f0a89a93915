"""List the training jobs of an environment, by their name prefix.

Source: SageMaker API reference (ListTrainingJobs).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from groundtrain.events import TRAINING_JOB_END_STATUSES

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient


class ListedJob(Struct, frozen=True):
    """A training job, as ListTrainingJobs returns it."""

    name: str
    arn: str
    status: str


def list_jobs(sagemaker: "SageMakerClient", prefix: str, **wanted: Any) -> Iterator[ListedJob]:
    """Jobs with a name prefix; `wanted` are filters of ListTrainingJobs.

    The API throttles at about two calls a second, so pages are large. It filters by NameContains only.
    """
    pages = sagemaker.get_paginator("list_training_jobs").paginate(
        NameContains=prefix, PaginationConfig={"PageSize": 100}, **wanted
    )
    for page in pages:
        for job in page["TrainingJobSummaries"]:
            if job["TrainingJobName"].startswith(prefix):
                yield ListedJob(job["TrainingJobName"], job["TrainingJobArn"], job["TrainingJobStatus"])


def list_ended(
    sagemaker: "SageMakerClient", prefix: str, *, since: datetime, until: datetime
) -> Iterator[ListedJob]:
    """Jobs with a name prefix that have ended, and whose last change was between two times."""
    for job in list_jobs(sagemaker, prefix, LastModifiedTimeAfter=since, LastModifiedTimeBefore=until):
        if job.status in TRAINING_JOB_END_STATUSES:
            yield job
