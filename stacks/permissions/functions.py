"""Grants of the functions: one list each.

Grants for a function's own log and queue are added where those are created.
"""

from groundtrain.training.plan import possible_plans
from stacks.grants import Conditions, Grant, allow, forbid
from stacks.permissions.data import by_way_of, objects, use_key_of_labels
from stacks.permissions.reasons import EVERY_JOB, JOBS, KEYS, NOTHING_NARROWER, VERSIONS
from stacks.permissions.sagemaker import SAGEMAKER
from stacks.resources import Resources

_APPROVED = {"StringEquals": {"sagemaker:ModelApprovalStatus": "Approved"}}  # that is for people to say


def convert_manifest(resources: Resources, topic: str) -> list[Grant]:
    """Read a labeling job and its labels, write the dataset, announce it."""
    return [
        allow("sagemaker:DescribeLabelingJob", on=[f"{resources.labeling_jobs}*"], because=EVERY_JOB),
        allow(
            "s3:GetObject", on=objects(resources.labeling_buckets), because=KEYS
        ),  # manifest, label categories
        allow("s3:ListBucket", on=resources.labeling_buckets),  # do the images exist?
        allow(
            "s3:GetObject",
            "s3:PutObject",
            "s3:AbortMultipartUpload",  # boto3 clears a large upload away that failed
            on=[f"{resources.datasets_bucket}/datasets/*"],
            because=KEYS,
        ),
        _see_what_is_missing(resources),
        allow("events:PutEvents", on=[resources.default_bus]),
        *_tell(resources, topic),
        *use_key_of_labels(resources, "kms:Decrypt"),
        _use_key(resources),
    ]


def start_training(resources: Resources, topic: str, training_role: str) -> list[Grant]:
    """Read a dataset, start its training job with the training role, or notify why not."""
    jobs = [f"{resources.training_jobs}*"]
    on_creation = {"StringEquals": {"sagemaker:TaggingAction": "CreateTrainingJob"}}
    to_sagemaker = {"StringEquals": {"iam:PassedToService": SAGEMAKER}}
    return [
        allow("s3:GetObject", on=[f"{resources.datasets_bucket}/datasets/*"], because=KEYS),
        _see_what_is_missing(resources),
        allow(
            "sagemaker:CreateTrainingJob", on=jobs, when=_on_machines_of_the_settings(resources), because=JOBS
        ),
        allow("sagemaker:AddTags", on=jobs, when=on_creation, because=JOBS),
        allow("sagemaker:DescribeTrainingJob", on=jobs, because=JOBS),
        *_count_jobs(resources),
        *_find_earlier_models(resources),
        allow("iam:PassRole", on=[training_role], when=to_sagemaker),
        *_tell(resources, topic),
        _use_key(resources),
    ]


def record_outcome(resources: Resources, topic: str) -> list[Grant]:
    """Read how a training job ended and its dataset, register the model or announce a retry, notify."""
    return [
        allow("sagemaker:DescribeTrainingJob", on=[f"{resources.training_jobs}*"], because=JOBS),
        allow(
            "sagemaker:DescribeModelPackageGroup",
            "sagemaker:CreateModelPackageGroup",  # with the first model
            on=[resources.model_package_group],
        ),
        allow(
            "sagemaker:CreateModelPackage",
            on=[resources.model_package_group, resources.model_packages],
            because=VERSIONS,
        ),
        forbid("sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage", when=_APPROVED),
        allow("events:PutEvents", on=[resources.default_bus]),  # the next instance type
        allow("s3:GetObject", on=[f"{resources.datasets_bucket}/datasets/*"], because=KEYS),
        _see_what_is_missing(resources),
        *_tell(resources, topic),
        _use_key(resources),
    ]


def sweep(resources: Resources, convert_queue: str, outcome_queue: str) -> list[Grant]:
    """Compare ended jobs with what should have followed, and queue those that were missed.

    It reads the descriptions of datasets. For other objects it only sends HeadObject requests, which need no
    key.
    """
    return [
        allow("sagemaker:ListLabelingJobs", on=["*"], because=NOTHING_NARROWER.format("ListLabelingJobs")),
        allow("sagemaker:ListTrainingJobs", on=["*"], because=NOTHING_NARROWER.format("ListTrainingJobs")),
        allow("sagemaker:DescribeLabelingJob", on=[f"{resources.labeling_jobs}*"], because=EVERY_JOB),
        allow(
            "s3:GetObject", on=objects(resources.labeling_buckets), because=KEYS
        ),  # the output manifest's version
        allow("s3:ListBucket", on=resources.labeling_buckets),  # or that it is not there yet
        allow("s3:GetObject", on=[f"{resources.datasets_bucket}/datasets/*"], because=KEYS),
        allow("s3:GetObject", on=[f"{resources.datasets_bucket}/messages/*"], because=KEYS),
        _see_what_is_missing(resources),
        allow("sagemaker:DescribeTrainingJob", on=[f"{resources.training_jobs}*"], because=JOBS),
        allow("kms:Decrypt", on=[resources.key], when=by_way_of(resources, "s3")),
        allow("sqs:SendMessage", on=[convert_queue, outcome_queue]),
        allow("sqs:GetQueueAttributes", on=[convert_queue]),  # as old as the environment
    ]


def _on_machines_of_the_settings(resources: Resources) -> Conditions:
    """Only the instance types of the settings; the first condition alone would also allow none at all."""
    return {
        "ForAllValues:StringEquals": {"sagemaker:InstanceTypes": resources.instance_types},
        "Null": {"sagemaker:InstanceTypes": "false"},
    }


def _tell(resources: Resources, topic: str) -> list[Grant]:
    """Publish to the topic, and keep a copy of each message."""
    return [
        allow("sns:Publish", on=[topic]),
        allow("s3:GetObject", "s3:PutObject", on=[f"{resources.datasets_bucket}/messages/*"], because=KEYS),
    ]


def _see_what_is_missing(resources: Resources) -> Grant:
    """ListBucket: without it S3 answers 403 instead of 404 for a key that does not exist."""
    return allow("s3:ListBucket", on=[resources.datasets_bucket])


def _use_key(resources: Resources) -> Grant:
    """The environment's key, only through S3 and SNS."""
    return allow(
        "kms:Decrypt", "kms:GenerateDataKey", on=[resources.key], when=by_way_of(resources, "s3", "sns")
    )


def _count_jobs(resources: Resources) -> list[Grant]:
    """Only needed if the settings limit the number of jobs."""
    plans = possible_plans(resources.environment)
    if not any(plan.training.max_jobs_per_day or plan.training.max_concurrent_jobs for plan in plans):
        return []
    return [
        allow("sagemaker:ListTrainingJobs", on=["*"], because=NOTHING_NARROWER.format("ListTrainingJobs"))
    ]


def _find_earlier_models(resources: Resources) -> list[Grant]:
    """Only needed for incremental training."""
    if not any(plan.training.incremental for plan in possible_plans(resources.environment)):
        return []
    return [
        allow("sagemaker:ListModelPackages", on=["*"], because=NOTHING_NARROWER.format("ListModelPackages")),
        allow("sagemaker:DescribeModelPackage", on=[resources.model_packages], because=VERSIONS),
    ]
