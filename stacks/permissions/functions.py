"""Grants of the functions: one list each.

Grants for a function's own log and queue are added where those are created.
"""

from groundtrain.settings.uploads import CLASS_FILE, MANIFEST
from stacks.permissions.grants import (
    EVERY_JOB,
    JOBS,
    KEYS,
    NOTHING_NARROWER,
    VERSIONS,
    Conditions,
    Grant,
    allow,
    forbid,
)
from stacks.permissions.sagemaker import SAGEMAKER
from stacks.permissions.shared import by_way_of, objects, use_key_of_labels
from stacks.resource_arns import ResourceArns

_APPROVED = {"StringEquals": {"sagemaker:ModelApprovalStatus": "Approved"}}  # that is for people to say


def convert_manifest(arns: ResourceArns, topic: str) -> list[Grant]:
    """Read a labeling job or an upload, and its labels, write the dataset, announce it."""
    return [
        *_describe_labeling_jobs(arns),
        allow("s3:GetObject", on=objects(arns.labeling_buckets), because=KEYS),  # manifest, label categories
        allow("s3:ListBucket", on=arns.labeling_buckets),  # do the images exist?
        allow(
            "s3:GetObject",
            "s3:PutObject",
            "s3:AbortMultipartUpload",  # boto3 clears a large upload away that failed
            on=[f"{arns.datasets_bucket}/datasets/*"],
            because=KEYS,
        ),
        _see_what_is_missing(arns),
        allow("events:PutEvents", on=[arns.default_bus]),
        *_tell(arns, topic),
        *_read_uploads(arns),
        *use_key_of_labels(arns, "kms:Decrypt", also=arns.upload_buckets),
        _use_key(arns),
    ]


def start_training(arns: ResourceArns, topic: str, training_role: str) -> list[Grant]:
    """Read a dataset, start its training job with the training role, or notify why not."""
    jobs = [f"{arns.training_jobs}*"]
    on_creation = {"StringEquals": {"sagemaker:TaggingAction": "CreateTrainingJob"}}
    to_sagemaker = {"StringEquals": {"iam:PassedToService": SAGEMAKER}}
    return [
        allow("s3:GetObject", on=[f"{arns.datasets_bucket}/datasets/*"], because=KEYS),
        _see_what_is_missing(arns),
        allow("sagemaker:CreateTrainingJob", on=jobs, when=_on_machines_of_the_settings(arns), because=JOBS),
        allow("sagemaker:AddTags", on=jobs, when=on_creation, because=JOBS),
        allow("sagemaker:DescribeTrainingJob", on=jobs, because=JOBS),
        *_count_jobs(arns),
        *_find_earlier_models(arns),
        allow("iam:PassRole", on=[training_role], when=to_sagemaker),
        *_tell(arns, topic),
        _use_key(arns),
    ]


def record_outcome(arns: ResourceArns, topic: str) -> list[Grant]:
    """Read how a training job ended and its dataset, register the model or announce a retry, notify.

    That CreateModelPackage asks for no right of the caller on model and image is not confirmed (C06).
    """
    return [
        allow("sagemaker:DescribeTrainingJob", on=[f"{arns.training_jobs}*"], because=JOBS),
        allow(
            "sagemaker:DescribeModelPackageGroup",
            "sagemaker:CreateModelPackageGroup",  # with the first model
            on=[arns.model_package_group],
        ),
        allow(
            "sagemaker:CreateModelPackage",
            on=[arns.model_package_group, arns.model_packages],
            because=VERSIONS,
        ),
        forbid("sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage", when=_APPROVED),
        allow("events:PutEvents", on=[arns.default_bus]),  # the next instance type
        allow("s3:GetObject", on=[f"{arns.datasets_bucket}/datasets/*"], because=KEYS),
        _see_what_is_missing(arns),
        *_tell(arns, topic),
        _use_key(arns),
    ]


def sweep(arns: ResourceArns, convert_queue: str, outcome_queue: str) -> list[Grant]:
    """Compare ended jobs with what should have followed, and queue those that were missed.

    It reads the descriptions of datasets. For other objects it only sends HeadObject requests, which need no
    key.
    """
    return [
        *_list_labeling_jobs(arns),
        allow("sagemaker:ListTrainingJobs", on=["*"], because=NOTHING_NARROWER.format("ListTrainingJobs")),
        *_describe_labeling_jobs(arns),
        *_find_output(arns),
        *_find_uploads(arns),
        allow("s3:GetObject", on=[f"{arns.datasets_bucket}/datasets/*"], because=KEYS),
        allow("s3:GetObject", on=[f"{arns.datasets_bucket}/messages/*"], because=KEYS),
        _see_what_is_missing(arns),
        allow("sagemaker:DescribeTrainingJob", on=[f"{arns.training_jobs}*"], because=JOBS),
        allow("kms:Decrypt", on=[arns.key], when=by_way_of(arns, "s3")),
        allow("sqs:SendMessage", on=[convert_queue, outcome_queue]),
        allow("sqs:GetQueueAttributes", on=[convert_queue]),  # as old as the environment
    ]


def _describe_labeling_jobs(arns: ResourceArns) -> list[Grant]:
    """By their names in lower case, as ARNs have them; how IAM compares others is not confirmed (C26)."""
    if not arns.environment.labeling.jobs:
        return []
    return [allow("sagemaker:DescribeLabelingJob", on=[f"{arns.labeling_jobs}*"], because=EVERY_JOB)]


def _list_labeling_jobs(arns: ResourceArns) -> list[Grant]:
    if not arns.environment.labeling.jobs:
        return []
    reason = NOTHING_NARROWER.format("ListLabelingJobs")
    return [allow("sagemaker:ListLabelingJobs", on=["*"], because=reason)]


def _find_output(arns: ResourceArns) -> list[Grant]:
    """See the version of a labeling job's output manifest, or that it is not there yet."""
    if not arns.environment.labeling.jobs:
        return []
    return [
        allow("s3:GetObject", on=objects(arns.labeling_buckets), because=KEYS),
        allow("s3:ListBucket", on=arns.labeling_buckets),
    ]


def _find_uploads(arns: ResourceArns) -> list[Grant]:
    """List the folders, and read the digests of what was read in them."""
    if not arns.upload_folders:
        return []
    listed = arns.labeling_buckets if arns.environment.labeling.jobs else []
    buckets = dict.fromkeys(bucket for bucket in map(_bucket_of, arns.upload_folders) if bucket not in listed)
    digests = [allow("s3:GetObject", on=[f"{arns.datasets_bucket}/uploads/*"], because=KEYS)]
    return [*digests, allow("s3:ListBucket", on=list(buckets))] if buckets else digests


def _bucket_of(folder: str) -> str:
    return folder.partition("/")[0]


def _read_uploads(arns: ResourceArns) -> list[Grant]:
    """Read any version of a manifest, and the label category file beside it.

    In the labeling buckets, objects may be read and listed anyway.
    """
    if not arns.upload_folders:
        return []
    manifests = [f"{folder}*{MANIFEST}" for folder in arns.upload_folders]
    of_others = [
        f"{folder}*{ending}"
        for folder in arns.upload_folders
        if _bucket_of(folder) in arns.upload_buckets
        for ending in (MANIFEST, CLASS_FILE)
    ]
    grants = [
        allow("s3:GetObjectVersion", on=manifests, because=KEYS),
        allow("s3:PutObject", on=[f"{arns.datasets_bucket}/uploads/*"], because=KEYS),  # their digests
    ]
    if of_others:
        grants += [
            allow("s3:GetObject", on=of_others, because=KEYS),
            allow("s3:ListBucket", on=arns.upload_buckets),  # else S3 answers 403 where there is no file
        ]
    return grants


def _on_machines_of_the_settings(arns: ResourceArns) -> Conditions:
    """Only the instance types of the settings; the first condition alone would also allow none at all.

    A real decision on these keys, and on sagemaker:TaggingAction, is not confirmed (C05).
    """
    return {
        "ForAllValues:StringEquals": {"sagemaker:InstanceTypes": arns.instance_types},
        "Null": {"sagemaker:InstanceTypes": "false"},
    }


def _tell(arns: ResourceArns, topic: str) -> list[Grant]:
    """Publish to the topic, and keep a copy of each message."""
    return [
        allow("sns:Publish", on=[topic]),
        allow("s3:GetObject", "s3:PutObject", on=[f"{arns.datasets_bucket}/messages/*"], because=KEYS),
    ]


def _see_what_is_missing(arns: ResourceArns) -> Grant:
    """ListBucket: without it S3 answers 403 instead of 404 for a key that does not exist."""
    return allow("s3:ListBucket", on=[arns.datasets_bucket])


def _use_key(arns: ResourceArns) -> Grant:
    """The environment's key, only through S3 and SNS."""
    return allow("kms:Decrypt", "kms:GenerateDataKey", on=[arns.key], when=by_way_of(arns, "s3", "sns"))


def _count_jobs(arns: ResourceArns) -> list[Grant]:
    """Only needed if the settings limit the number of jobs."""
    limits = (plan.training for plan in arns.plans)
    if not any(training.max_jobs_per_day or training.max_concurrent_jobs for training in limits):
        return []
    return [
        allow("sagemaker:ListTrainingJobs", on=["*"], because=NOTHING_NARROWER.format("ListTrainingJobs"))
    ]


def _find_earlier_models(arns: ResourceArns) -> list[Grant]:
    """Only needed for incremental training."""
    if not any(plan.training.incremental for plan in arns.plans):
        return []
    return [
        allow("sagemaker:ListModelPackages", on=["*"], because=NOTHING_NARROWER.format("ListModelPackages")),
        allow("sagemaker:DescribeModelPackage", on=[arns.model_packages], because=VERSIONS),
    ]
