"""A Ground Truth labeling job as a trigger: its output manifest is what is handed over."""

from datetime import timedelta

from groundtrain.aws.clients import Clients
from groundtrain.aws.manifest_store import S3Manifest, find_manifest
from groundtrain.aws.s3 import MissingObjectError
from groundtrain.aws.sagemaker.labeling_jobs import LabelingJob
from groundtrain.errors import NotReadyError
from groundtrain.pipeline.triggers.labeled_manifest import LabeledManifest
from groundtrain.s3_addresses import parse_s3_address

_SETTLES_WITHIN = timedelta(minutes=15)


def labeled_by_job(job: LabelingJob, aws: Clients) -> LabeledManifest:
    """The output of a labeling job that has ended.

    Ground Truth may write the output manifest once more, minutes after the job has ended.

    Raises:
        NotReadyError: the output manifest does not exist yet.
        AccessError
    """
    return LabeledManifest(
        name=job.name,
        identity=job.arn,
        title=f'labeling job "{job.name}"',
        manifest=_find_output(job, aws),
        labeling_job_arn=job.arn,
        label=job.label,
        category_file=job.categories,
        counters=job.counters,
        settled=job.ended + _SETTLES_WITHIN,
    )


def _find_output(job: LabelingJob, aws: Clients) -> S3Manifest:
    """The current version of the output manifest, which may appear minutes after the job has ended."""
    if job.output is None:
        raise NotReadyError(f'labeling job "{job.name}" ({job.status}) names no output manifest')
    try:
        return find_manifest(aws.s3, parse_s3_address(job.output))
    except MissingObjectError as error:
        raise NotReadyError(str(error)) from error
