"""Ground Truth labeling jobs, as the SageMaker API describes them.

All facts about a job come from the API: an event carries only ARN and status, the ARN has the name in lower
case, and the output folder must not be guessed. Sources: SageMaker API reference (DescribeLabelingJob,
ListLabelingJobs), Developer Guide "Label Category Configuration File".
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError
from msgspec import Struct

from groundtrain.aws.aws_errors import is_missing, may_work_later, refusal
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.s3_addresses import bucket_of

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient

EndStatus = Literal["Completed", "Stopped", "Failed"]
_UNDER_WAY = ("Initializing", "InProgress", "Stopping")


class UnknownJobError(GroundtrainError):
    """There is no such labeling job in this account and region."""


class LabelingJob(Struct, frozen=True, kw_only=True):
    """A labeling job that has ended.

    Attributes:
        name: as typed; the ARN has it in lower case.
        label: label attribute, None when the API does not say.
        output: address of the output manifest, None when the job left none; that a stopped job names it is
            not confirmed (C03).
        output_folder: what was asked for as its place, `s3://bucket/…`.
        categories: address of the label category file, None when the job has none.
        counters: objects by what became of them, such as "TotalLabeled" and "FailedNonRetryableError".
        ended: time of its last change.
    """

    name: str
    arn: str
    status: str
    label: str | None = None
    output: str | None = None
    output_folder: str = ""
    categories: str | None = None
    failure_reason: str | None = None
    counters: dict[str, int] = {}
    ended: datetime

    @property
    def output_bucket(self) -> str:
        """The bucket that the output manifest is in, or would be."""
        return bucket_of(self.output or self.output_folder)


def describe(sagemaker: "SageMakerClient", name: str) -> LabelingJob:
    """Look up a job that should have ended; its name may be in lower case.

    That SageMaker knows it so, however it was typed, is not confirmed (C02).

    Raises:
        UnknownJobError: there is no such job.
        NotReadyError: it has not ended yet.
    """
    try:
        answer = sagemaker.describe_labeling_job(LabelingJobName=name)
    except ClientError as error:
        if not is_missing(error):
            raise
        raise UnknownJobError(
            f'there is no labeling job "{name}" in this account and region',
            fix="check the name; labeling job, data and stacks must share one region",
        ) from error
    if answer["LabelingJobStatus"] in _UNDER_WAY:
        raise NotReadyError(f'labeling job "{name}" is {answer["LabelingJobStatus"]}')
    return _read(dict(answer))


def list_ended(
    sagemaker: "SageMakerClient", status: EndStatus, *, since: datetime, until: datetime
) -> Iterator[str]:
    """Names of the jobs with this status whose last change was between two times.

    Raises:
        AccessError: the account may not list labeling jobs.
    """
    pages = sagemaker.get_paginator("list_labeling_jobs").paginate(
        StatusEquals=status,
        LastModifiedTimeAfter=since,
        LastModifiedTimeBefore=until,
        PaginationConfig={"PageSize": 100},
    )
    try:
        for page in pages:
            for summary in page["LabelingJobSummaryList"]:
                yield summary["LabelingJobName"]
    except ClientError as error:
        if may_work_later(error):
            raise
        raise refusal(error, "labeling jobs") or error from error


def _read(answer: dict[str, Any]) -> LabelingJob:
    """Take the fields that are used; real responses have "" where a key should be absent."""
    return LabelingJob(
        name=answer["LabelingJobName"],
        arn=answer["LabelingJobArn"],
        status=answer["LabelingJobStatus"],
        label=answer.get("LabelAttributeName") or None,
        output=answer.get("LabelingJobOutput", {}).get("OutputDatasetS3Uri") or None,
        output_folder=answer.get("OutputConfig", {}).get("S3OutputPath", ""),
        categories=answer.get("LabelCategoryConfigS3Uri") or None,
        failure_reason=answer.get("FailureReason") or None,
        counters=answer.get("LabelCounters", {}),
        ended=answer["LastModifiedTime"],
    )
