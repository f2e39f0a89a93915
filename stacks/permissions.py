"""What each role may do: exactly the calls its code makes, on exactly the resources it makes them on.

Every public function here is one role's list. What a function writes to its own log, and reads from its own
queue, is granted where those are made.
"""

from typing import Any

from groundtrain.training.plan import possible_plans
from stacks.grants import Conditions, Grant, allow, forbid
from stacks.resources import Resources

SAGEMAKER = "sagemaker.amazonaws.com"

_KEYS = "Object keys are known only when a job has run; bucket and prefix are pinned."
_JOBS = "Job names are known only when a job has run; the prefix is pinned."
_EVERY_JOB = "Labeling jobs are named by people; which of them count is decided by the settings."
_VERSIONS = "Versions of this group are counted."
_NOTHING_NARROWER = "AWS offers no resource for {}."

_APPROVED = {"StringEquals": {"sagemaker:ModelApprovalStatus": "Approved"}}  # that is for people to say


def convert_manifest(at: Resources, topic: str) -> list[Grant]:
    """Read a labeling job and its labels, write the dataset, say so."""
    return [
        allow("sagemaker:DescribeLabelingJob", on=[f"{at.labeling_jobs}*"], because=_EVERY_JOB),
        allow("s3:GetObject", on=_objects(at.labeling_buckets), because=_KEYS),  # manifest, label categories
        allow("s3:ListBucket", on=at.labeling_buckets),  # do the images exist?
        allow("s3:GetObject", "s3:PutObject", on=[f"{at.datasets_bucket}/datasets/*"], because=_KEYS),
        _see_what_is_missing(at),
        allow("events:PutEvents", on=[at.default_bus]),
        *_tell(at, topic),
        *_use_key_of_labels(at, "kms:Decrypt"),
        _use_key(at),
    ]


def start_training(at: Resources, topic: str, training_role: str) -> list[Grant]:
    """Read a dataset, start its training job under the training role, or say what stands in the way."""
    jobs = [f"{at.training_jobs}*"]
    on_creation = {"StringEquals": {"sagemaker:TaggingAction": "CreateTrainingJob"}}
    to_sagemaker = {"StringEquals": {"iam:PassedToService": SAGEMAKER}}
    return [
        allow("s3:GetObject", on=[f"{at.datasets_bucket}/datasets/*"], because=_KEYS),
        _see_what_is_missing(at),
        allow("sagemaker:CreateTrainingJob", on=jobs, when=_on_machines_of_the_settings(at), because=_JOBS),
        allow("sagemaker:AddTags", on=jobs, when=on_creation, because=_JOBS),
        allow("sagemaker:DescribeTrainingJob", on=jobs, because=_JOBS),
        *_count_jobs(at),
        *_find_earlier_models(at),
        allow("iam:PassRole", on=[training_role], when=to_sagemaker),
        *_tell(at, topic),
        _use_key(at),
    ]


def record_outcome(at: Resources, topic: str) -> list[Grant]:
    """Read how a training job ended and what it trained on, register the model or start anew, say so."""
    return [
        allow("sagemaker:DescribeTrainingJob", on=[f"{at.training_jobs}*"], because=_JOBS),
        allow(
            "sagemaker:CreateModelPackage",
            on=[at.model_package_group, at.model_packages],
            because=_VERSIONS,
        ),
        forbid("sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage", when=_APPROVED),
        allow("events:PutEvents", on=[at.default_bus]),  # the next instance type
        allow("s3:GetObject", on=[f"{at.datasets_bucket}/datasets/*"], because=_KEYS),
        _see_what_is_missing(at),
        *_tell(at, topic),
        _use_key(at),
    ]


def sweep(at: Resources, convert_queue: str, outcome_queue: str) -> list[Grant]:
    """Compare the jobs that ended with the datasets and the messages there are, and ask for what is missing.

    It looks at objects without reading them (HeadObject), which takes no key.
    """
    return [
        allow("sagemaker:ListLabelingJobs", on=["*"], because=_NOTHING_NARROWER.format("ListLabelingJobs")),
        allow("sagemaker:ListTrainingJobs", on=["*"], because=_NOTHING_NARROWER.format("ListTrainingJobs")),
        allow("sagemaker:DescribeLabelingJob", on=[f"{at.labeling_jobs}*"], because=_EVERY_JOB),
        allow(
            "s3:GetObject", on=_objects(at.labeling_buckets), because=_KEYS
        ),  # the output manifest's version
        allow("s3:ListBucket", on=at.labeling_buckets),  # or that it is not there yet
        allow("s3:GetObject", on=[f"{at.datasets_bucket}/datasets/*"], because=_KEYS),
        allow("s3:GetObject", on=[f"{at.datasets_bucket}/messages/*"], because=_KEYS),
        _see_what_is_missing(at),
        allow("sqs:SendMessage", on=[convert_queue, outcome_queue]),
    ]


def training(at: Resources) -> list[Grant]:
    """What SageMaker does under the training role while the job runs (Developer Guide, "SageMaker Roles")."""
    read = [*_objects(at.labeling_buckets), f"{at.datasets_bucket}/datasets/*"]
    artefacts = ("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload")
    checkpoints = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
    return [
        allow("s3:GetObject", on=read, because=_KEYS),
        allow("s3:ListBucket", on=[*at.labeling_buckets, at.datasets_bucket, at.models_bucket]),
        allow(*artefacts, on=[f"{at.models_bucket}/training/*"], because=_KEYS),
        allow(*checkpoints, on=[f"{at.models_bucket}/checkpoints/*"], because=_KEYS),
        *_report_to_cloudwatch(at, "/aws/sagemaker/TrainingJobs"),
        *_pull_algorithm(at),
        *_join_network(at),
        *_encrypt_volumes(at),
        *_use_key_of_labels(at, "kms:Decrypt"),
        allow("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", on=[at.key]),
    ]


def labeling(at: Resources) -> list[Grant]:
    """What a labeling job with a built-in task type does, without automated labeling or streaming.

    Source: Developer Guide, "Create a SageMaker Execution Role for a Ground Truth Labeling Job" and "Encrypt
    Output Data and Storage Volume with AWS KMS".
    """
    objects = ("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload")
    return [
        allow(*objects, on=_objects(at.labeling_buckets), because=_KEYS),
        allow("s3:ListBucket", "s3:GetBucketLocation", on=at.labeling_buckets),
        *_report_to_cloudwatch(at, "/aws/sagemaker/LabelingJobs"),
        *_use_key_of_labels(at, "kms:Decrypt", "kms:GenerateDataKey"),
        allow("kms:Decrypt", "kms:Encrypt", "kms:DescribeKey", on=[at.key]),
        allow("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", on=[at.key]),
        allow("kms:ReEncryptFrom", "kms:ReEncryptTo", on=[at.key]),
    ]


def write_log(log_group: str) -> Grant:
    """What a function does with its own log group."""
    return allow("logs:CreateLogStream", "logs:PutLogEvents", on=[log_group])


def write_traces() -> Grant:
    """What active tracing does."""
    traces = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
    return allow(*traces, on=["*"], because=_NOTHING_NARROWER.format("traces"))


def consume(queue: str) -> Grant:
    """What Lambda's event source does with the queue a function reads, and putting off a message."""
    read = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
    return allow(*read, "sqs:ChangeMessageVisibility", on=[queue])


def keep_failed_calls(queue: str) -> Grant:
    """What Lambda does under a function's role with calls of it that failed for good."""
    return allow("sqs:SendMessage", on=[queue])


def _on_machines_of_the_settings(at: Resources) -> Conditions:
    """Without a type at all the first condition would hold as well."""
    return {
        "ForAllValues:StringEquals": {"sagemaker:InstanceTypes": at.instance_types},
        "Null": {"sagemaker:InstanceTypes": "false"},
    }


def _objects(buckets: list[str]) -> list[str]:
    return [f"{bucket}/*" for bucket in buckets]


def _tell(at: Resources, topic: str) -> list[Grant]:
    """Send a message to people, once: what was sent is kept."""
    return [
        allow("sns:Publish", on=[topic]),
        allow("s3:GetObject", "s3:PutObject", on=[f"{at.datasets_bucket}/messages/*"], because=_KEYS),
    ]


def _see_what_is_missing(at: Resources) -> Grant:
    """Without it S3 answers 403, not 404, for a key that does not exist."""
    return allow("s3:ListBucket", on=[at.datasets_bucket])


def _use_key(at: Resources) -> Grant:
    """Our key, and only for objects and for messages on the topic."""
    return allow("kms:Decrypt", "kms:GenerateDataKey", on=[at.key], when=_by_way_of(at, "s3", "sns"))


def _use_key_of_labels(at: Resources, *actions: str) -> list[Grant]:
    """Existing buckets may be encrypted with keys we don't know.

    With bucket keys S3 names the bucket as the encryption context, without them the object.
    """
    if not at.environment.labeling.buckets:
        return []
    named = [*at.labeling_buckets, *_objects(at.labeling_buckets)]
    when = {**_by_way_of(at, "s3"), "StringLike": {"kms:EncryptionContext:aws:s3:arn": named}}
    reason = "Keys of existing buckets are unknown; only S3 may use them, only for objects of those buckets."
    return [allow(*actions, on=[at.any_key], when=when, because=reason)]


def _by_way_of(at: Resources, *services: str) -> dict[str, dict[str, Any]]:
    """Condition on a KMS call: made by one of these services for the role."""
    names = [f"{service}.{at.stack.region}.amazonaws.com" for service in services]
    return {"StringEquals": {"kms:ViaService": names}}


def _report_to_cloudwatch(at: Resources, place: str) -> list[Grant]:
    group = f"arn:{at.stack.partition}:logs:{at.stack.region}:{at.stack.account}:log-group:{place}"
    sagemakers_own = {"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}}
    metrics = _NOTHING_NARROWER.format("PutMetricData") + " The namespace is pinned."
    make = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
    streams = (
        "Policies name a log group by its ARN and :* (CloudWatch Logs API, LogGroup); jobs name the streams."
    )
    return [
        allow(*make, on=[f"{group}:*"], because=streams),
        allow("cloudwatch:PutMetricData", on=["*"], when=sagemakers_own, because=metrics),
    ]


def _count_jobs(at: Resources) -> list[Grant]:
    """Where the settings limit the number of jobs."""
    plans = list(possible_plans(at.environment.training))
    if not any(plan.training.max_jobs_per_day or plan.training.max_concurrent_jobs for plan in plans):
        return []
    return [
        allow("sagemaker:ListTrainingJobs", on=["*"], because=_NOTHING_NARROWER.format("ListTrainingJobs"))
    ]


def _find_earlier_models(at: Resources) -> list[Grant]:
    """Where training goes on from the last model."""
    if not any(plan.training.incremental for plan in possible_plans(at.environment.training)):
        return []
    return [
        allow("sagemaker:ListModelPackages", on=["*"], because=_NOTHING_NARROWER.format("ListModelPackages")),
        allow("sagemaker:DescribeModelPackage", on=[at.model_packages], because=_VERSIONS),
    ]


def _join_network(at: Resources) -> list[Grant]:
    """In a VPC SageMaker makes network interfaces under the role (Developer Guide, "SageMaker Roles")."""
    networks = [plan.training.network for plan in possible_plans(at.environment.training)]
    subnets = sorted({f"subnet/{subnet}" for network in networks for subnet in network.subnets})
    groups = sorted({f"security-group/{group}" for network in networks for group in network.security_groups})
    if not subnets:
        return []
    here = f"arn:{at.stack.partition}:ec2:{at.stack.region}:{at.stack.account}"
    made = f"{here}:network-interface/*"
    permit = ("ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterfacePermission")
    see = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeVpcs", "ec2:DescribeDhcpOptions")
    see_more = ("ec2:DescribeSubnets", "ec2:DescribeSecurityGroups")
    for_each = "Network interfaces are made for each job; subnets and security groups are pinned."
    where = [f"{here}:{one}" for one in (*subnets, *groups)]
    return [
        allow(*see, *see_more, on=["*"], because=_NOTHING_NARROWER.format("describing networks")),
        allow("ec2:CreateNetworkInterface", on=[made, *where], because=for_each),
        allow("ec2:DeleteNetworkInterface", *permit, on=[made], because=for_each),
    ]


def _encrypt_volumes(at: Resources) -> list[Grant]:
    """SageMaker hands the volume's key on to EC2 by a grant."""
    plans = possible_plans(at.environment.training)
    keys = sorted({plan.training.volume_key_arn for plan in plans if plan.training.volume_key_arn})
    to_aws = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return [allow("kms:CreateGrant", on=keys, when=to_aws)] if keys else []


def _pull_algorithm(at: Resources) -> list[Grant]:
    """SageMaker is said to pull built-in images by itself; whether it needs these is not confirmed.

    The guide lists them, a job that fails for want of them has cost a GPU, and all they do is read public
    images.
    """
    pull = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    built_in = "AWS keeps built-in algorithms in another account in each region; the repository is pinned."
    accounts = built_in if any("*" in image for image in at.algorithm_images) else ""
    token = _NOTHING_NARROWER.format("GetAuthorizationToken")
    return [
        allow("ecr:GetAuthorizationToken", on=["*"], because=token),
        allow(*pull, on=at.algorithm_images, because=accounts),
    ]
