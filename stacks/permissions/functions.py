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


def convert_manifest(at: Resources, topic: str) -> list[Grant]:
    """Read a labeling job and its labels, write the dataset, announce it."""
    return [
        allow("sagemaker:DescribeLabelingJob", on=[f"{at.labeling_jobs}*"], because=EVERY_JOB),
        allow("s3:GetObject", on=objects(at.labeling_buckets), because=KEYS),  # manifest, label categories
        allow("s3:ListBucket", on=at.labeling_buckets),  # do the images exist?
        allow(
            "s3:GetObject",
            "s3:PutObject",
            "s3:AbortMultipartUpload",  # boto3 clears a large upload away that failed
            on=[f"{at.datasets_bucket}/datasets/*"],
            because=KEYS,
        ),
        _see_what_is_missing(at),
        allow("events:PutEvents", on=[at.default_bus]),
        *_tell(at, topic),
        *use_key_of_labels(at, "kms:Decrypt"),
        _use_key(at),
    ]


def start_training(at: Resources, topic: str, training_role: str) -> list[Grant]:
    """Read a dataset, start its training job with the training role, or notify why not."""
    jobs = [f"{at.training_jobs}*"]
    on_creation = {"StringEquals": {"sagemaker:TaggingAction": "CreateTrainingJob"}}
    to_sagemaker = {"StringEquals": {"iam:PassedToService": SAGEMAKER}}
    return [
        allow("s3:GetObject", on=[f"{at.datasets_bucket}/datasets/*"], because=KEYS),
        _see_what_is_missing(at),
        allow("sagemaker:CreateTrainingJob", on=jobs, when=_on_machines_of_the_settings(at), because=JOBS),
        allow("sagemaker:AddTags", on=jobs, when=on_creation, because=JOBS),
        allow("sagemaker:DescribeTrainingJob", on=jobs, because=JOBS),
        *_count_jobs(at),
        *_find_earlier_models(at),
        allow("iam:PassRole", on=[training_role], when=to_sagemaker),
        *_tell(at, topic),
        _use_key(at),
    ]


def record_outcome(at: Resources, topic: str) -> list[Grant]:
    """Read how a training job ended and its dataset, register the model or announce a retry, notify."""
    return [
        allow("sagemaker:DescribeTrainingJob", on=[f"{at.training_jobs}*"], because=JOBS),
        allow(
            "sagemaker:CreateModelPackage",
            on=[at.model_package_group, at.model_packages],
            because=VERSIONS,
        ),
        forbid("sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage", when=_APPROVED),
        allow("events:PutEvents", on=[at.default_bus]),  # the next instance type
        allow("s3:GetObject", on=[f"{at.datasets_bucket}/datasets/*"], because=KEYS),
        _see_what_is_missing(at),
        *_tell(at, topic),
        _use_key(at),
    ]


def sweep(at: Resources, convert_queue: str, outcome_queue: str) -> list[Grant]:
    """Compare ended jobs with what should have followed, and queue those that were missed.

    It reads the descriptions of datasets. For other objects it only sends HeadObject requests, which need no
    key.
    """
    return [
        allow("sagemaker:ListLabelingJobs", on=["*"], because=NOTHING_NARROWER.format("ListLabelingJobs")),
        allow("sagemaker:ListTrainingJobs", on=["*"], because=NOTHING_NARROWER.format("ListTrainingJobs")),
        allow("sagemaker:DescribeLabelingJob", on=[f"{at.labeling_jobs}*"], because=EVERY_JOB),
        allow("s3:GetObject", on=objects(at.labeling_buckets), because=KEYS),  # the output manifest's version
        allow("s3:ListBucket", on=at.labeling_buckets),  # or that it is not there yet
        allow("s3:GetObject", on=[f"{at.datasets_bucket}/datasets/*"], because=KEYS),
        allow("s3:GetObject", on=[f"{at.datasets_bucket}/messages/*"], because=KEYS),
        _see_what_is_missing(at),
        allow("sagemaker:DescribeTrainingJob", on=[f"{at.training_jobs}*"], because=JOBS),
        allow("kms:Decrypt", on=[at.key], when=by_way_of(at, "s3")),
        allow("sqs:SendMessage", on=[convert_queue, outcome_queue]),
    ]


def _on_machines_of_the_settings(at: Resources) -> Conditions:
    """Only the instance types of the settings; the first condition alone would also allow none at all."""
    return {
        "ForAllValues:StringEquals": {"sagemaker:InstanceTypes": at.instance_types},
        "Null": {"sagemaker:InstanceTypes": "false"},
    }


def _tell(at: Resources, topic: str) -> list[Grant]:
    """Publish to the topic, and keep a copy of each message."""
    return [
        allow("sns:Publish", on=[topic]),
        allow("s3:GetObject", "s3:PutObject", on=[f"{at.datasets_bucket}/messages/*"], because=KEYS),
    ]


def _see_what_is_missing(at: Resources) -> Grant:
    """ListBucket: without it S3 answers 403 instead of 404 for a key that does not exist."""
    return allow("s3:ListBucket", on=[at.datasets_bucket])


def _use_key(at: Resources) -> Grant:
    """The environment's key, only through S3 and SNS."""
    return allow("kms:Decrypt", "kms:GenerateDataKey", on=[at.key], when=by_way_of(at, "s3", "sns"))


def _count_jobs(at: Resources) -> list[Grant]:
    """Only needed if the settings limit the number of jobs."""
    plans = list(possible_plans(at.environment.training))
    if not any(plan.training.max_jobs_per_day or plan.training.max_concurrent_jobs for plan in plans):
        return []
    return [
        allow("sagemaker:ListTrainingJobs", on=["*"], because=NOTHING_NARROWER.format("ListTrainingJobs"))
    ]


def _find_earlier_models(at: Resources) -> list[Grant]:
    """Only needed for incremental training."""
    if not any(plan.training.incremental for plan in possible_plans(at.environment.training)):
        return []
    return [
        allow("sagemaker:ListModelPackages", on=["*"], because=NOTHING_NARROWER.format("ListModelPackages")),
        allow("sagemaker:DescribeModelPackage", on=[at.model_packages], because=VERSIONS),
    ]
