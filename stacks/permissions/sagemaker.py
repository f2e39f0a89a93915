"""Grants of the roles that SageMaker assumes, for training jobs and for labeling jobs."""

from groundtrain.training.plan import possible_plans
from stacks.grants import Grant, allow
from stacks.permissions.data import objects, use_key_of_labels
from stacks.permissions.reasons import KEYS, NOTHING_NARROWER
from stacks.resources import Resources

SAGEMAKER = "sagemaker.amazonaws.com"
_WORKERS = (
    "AWS/SageMaker/Workteam"  # of how workers do; whether they are written with this role is not confirmed
)


def training(resources: Resources) -> list[Grant]:
    """Calls that SageMaker makes with the training role (Developer Guide, "SageMaker Roles")."""
    read = [*objects(resources.labeling_buckets), f"{resources.datasets_bucket}/datasets/*"]
    artifacts = ("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload")
    checkpoints = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
    return [
        allow("s3:GetObject", on=read, because=KEYS),
        allow(
            "s3:ListBucket",
            on=[*resources.labeling_buckets, resources.datasets_bucket, resources.models_bucket],
        ),
        allow(*artifacts, on=[f"{resources.models_bucket}/training/*"], because=KEYS),
        allow(*checkpoints, on=[f"{resources.models_bucket}/checkpoints/*"], because=KEYS),
        *_report_to_cloudwatch(resources, "/aws/sagemaker/TrainingJobs"),
        *_pull_algorithm(resources),
        *_join_network(resources),
        *_encrypt_volumes(resources),
        *use_key_of_labels(resources, "kms:Decrypt"),
        allow("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", on=[resources.key]),
    ]


def labeling(resources: Resources) -> list[Grant]:
    """Calls of a labeling job with a built-in task type, without automated labeling or streaming.

    Source: Developer Guide, "Create a SageMaker Execution Role for a Ground Truth Labeling Job" and "Encrypt
    Output Data and Storage Volume with AWS KMS".
    """
    labels = ("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload")
    return [
        allow(*labels, on=objects(resources.labeling_buckets), because=KEYS),
        allow("s3:ListBucket", "s3:GetBucketLocation", on=resources.labeling_buckets),
        *_report_to_cloudwatch(resources, "/aws/sagemaker/LabelingJobs", _WORKERS),
        *use_key_of_labels(resources, "kms:Decrypt", "kms:GenerateDataKey"),
        allow("kms:Decrypt", "kms:Encrypt", "kms:DescribeKey", on=[resources.key]),
        allow("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", on=[resources.key]),
        allow("kms:ReEncryptFrom", "kms:ReEncryptTo", on=[resources.key]),
    ]


def _report_to_cloudwatch(resources: Resources, place: str, *more_namespaces: str) -> list[Grant]:
    stack = resources.stack
    group = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:{place}"
    sagemakers_own = {"StringLike": {"cloudwatch:namespace": ["/aws/sagemaker/*", *more_namespaces]}}
    metrics = NOTHING_NARROWER.format("PutMetricData") + " Namespaces are pinned."
    make = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
    streams = (
        "Policies name a log group by its ARN and :* (CloudWatch Logs API, LogGroup); jobs name the streams."
    )
    return [
        allow(*make, on=[f"{group}:*"], because=streams),
        allow("cloudwatch:PutMetricData", on=["*"], when=sagemakers_own, because=metrics),
    ]


def _join_network(resources: Resources) -> list[Grant]:
    """In a VPC, SageMaker creates network interfaces with the role (Developer Guide, "SageMaker Roles")."""
    networks = [plan.training.network for plan in possible_plans(resources.environment)]
    subnets = sorted({f"subnet/{subnet}" for network in networks for subnet in network.subnets})
    groups = sorted({f"security-group/{group}" for network in networks for group in network.security_groups})
    if not subnets:
        return []
    here = f"arn:{resources.stack.partition}:ec2:{resources.stack.region}:{resources.stack.account}"
    made = f"{here}:network-interface/*"
    permit = ("ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterfacePermission")
    see = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeVpcs", "ec2:DescribeDhcpOptions")
    see_more = ("ec2:DescribeSubnets", "ec2:DescribeSecurityGroups")
    for_each = "Network interfaces are made for each job; subnets and security groups are pinned."
    where = [f"{here}:{one}" for one in (*subnets, *groups)]
    return [
        allow(*see, *see_more, on=["*"], because=NOTHING_NARROWER.format("describing networks")),
        allow("ec2:CreateNetworkInterface", on=[made, *where], because=for_each),
        allow("ec2:DeleteNetworkInterface", *permit, on=[made], because=for_each),
    ]


def _encrypt_volumes(resources: Resources) -> list[Grant]:
    """SageMaker creates a KMS grant for EC2 to use the volume's key."""
    plans = possible_plans(resources.environment)
    keys = sorted({plan.training.volume_key_arn for plan in plans if plan.training.volume_key_arn})
    to_aws = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return [allow("kms:CreateGrant", on=keys, when=to_aws)] if keys else []


def _pull_algorithm(resources: Resources) -> list[Grant]:
    """Pull the images. SageMaker documents that it pulls built-in images by itself, but this is unconfirmed.

    The guide lists these calls, a job that fails without them has already cost a GPU, and they only read
    images.
    """
    pull = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    built_in = "AWS keeps built-in algorithms in another account in each region; the repository is pinned."
    accounts = built_in if any("*" in image for image in resources.algorithm_images) else ""
    token = NOTHING_NARROWER.format("GetAuthorizationToken")
    return [
        allow("ecr:GetAuthorizationToken", on=["*"], because=token),
        allow(*pull, on=resources.algorithm_images, because=accounts),
    ]
