"""The roles that SageMaker assumes, for training jobs and for labeling jobs, and their grants."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.permissions.grants import KEYS, NOTHING_NARROWER, Grant, allow, give
from stacks.permissions.shared import objects, use_key_of_labels
from stacks.resource_arns import ResourceArns

SAGEMAKER = "sagemaker.amazonaws.com"
_WORKERS = "AWS/SageMaker/Workteam"  # of how workers do; that this role writes them is not confirmed (C08)


def training_role(scope: Construct, arns: ResourceArns) -> iam.Role:
    """Role of the training jobs, which start_training passes to SageMaker."""
    return _role(scope, "TrainingRole", "Training jobs of", arns, training(arns))


def labeling_role(scope: Construct, arns: ResourceArns) -> iam.Role:
    """Role for people's labeling jobs, with access to the environment's labeling buckets."""
    purpose = "To be given to labeling jobs for"
    return _role(scope, "LabelingRole", purpose, arns, labeling(arns))


def _role(scope: Construct, name: str, purpose: str, arns: ResourceArns, may: list[Grant]) -> iam.Role:
    """A role that SageMaker assumes on behalf of this account only.

    That it sends the account when it assumes the role of a labeling job is not confirmed (C07).
    """
    ours = {"StringEquals": {"aws:SourceAccount": arns.stack.account}}
    role = iam.Role(
        scope,
        name,
        description=f"{purpose} groundtrain {arns.environment.name}",
        assumed_by=iam.ServicePrincipal(SAGEMAKER, conditions=ours),
    )
    give(role, may)
    whose = f"{purpose} this environment"
    cdk.CfnOutput(cdk.Stack.of(scope), f"{name}Arn", value=role.role_arn, description=whose)
    return role


def training(arns: ResourceArns) -> list[Grant]:
    """Calls that SageMaker makes with the training role (Developer Guide, "SageMaker Roles")."""
    read = [*objects(arns.labeling_buckets), f"{arns.datasets_bucket}/datasets/*"]
    artifacts = ("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload")
    checkpoints = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
    return [
        allow("s3:GetObject", on=read, because=KEYS),
        allow(
            "s3:ListBucket",
            on=[*arns.labeling_buckets, arns.datasets_bucket, arns.models_bucket],
        ),
        allow(*artifacts, on=[f"{arns.models_bucket}/training/*"], because=KEYS),
        allow(*checkpoints, on=[f"{arns.models_bucket}/checkpoints/*"], because=KEYS),
        *_report_to_cloudwatch(arns, "/aws/sagemaker/TrainingJobs"),
        *_pull_algorithm(arns),
        *_join_network(arns),
        *_encrypt_volumes(arns),
        *use_key_of_labels(arns, "kms:Decrypt"),
        allow("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", on=[arns.key]),
    ]


def labeling(arns: ResourceArns) -> list[Grant]:
    """Calls of a labeling job with a built-in task type, without automated labeling or streaming.

    Source: Developer Guide, "Create a SageMaker Execution Role for a Ground Truth Labeling Job" and "Encrypt
    Output Data and Storage Volume with AWS KMS".
    """
    labels = ("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload")
    return [
        allow(*labels, on=objects(arns.labeling_buckets), because=KEYS),
        allow("s3:ListBucket", "s3:GetBucketLocation", on=arns.labeling_buckets),
        *_report_to_cloudwatch(arns, "/aws/sagemaker/LabelingJobs", _WORKERS),
        *use_key_of_labels(arns, "kms:Decrypt", "kms:GenerateDataKey"),
        allow("kms:Decrypt", "kms:Encrypt", "kms:DescribeKey", on=[arns.key]),
        allow("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", on=[arns.key]),
        allow("kms:ReEncryptFrom", "kms:ReEncryptTo", on=[arns.key]),
    ]


def _report_to_cloudwatch(arns: ResourceArns, place: str, *more_namespaces: str) -> list[Grant]:
    stack = arns.stack
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


def _join_network(arns: ResourceArns) -> list[Grant]:
    """In a VPC, SageMaker creates network interfaces with the role (Developer Guide, "SageMaker Roles")."""
    networks = [plan.training.network for plan in arns.plans]
    subnets = sorted({f"subnet/{subnet}" for network in networks for subnet in network.subnets})
    groups = sorted({f"security-group/{group}" for network in networks for group in network.security_groups})
    if not subnets:
        return []
    ec2 = f"arn:{arns.stack.partition}:ec2:{arns.stack.region}:{arns.stack.account}"
    interfaces = f"{ec2}:network-interface/*"
    permit = ("ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterfacePermission")
    see = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeVpcs", "ec2:DescribeDhcpOptions")
    see_more = ("ec2:DescribeSubnets", "ec2:DescribeSecurityGroups")
    for_each = "Network interfaces are made for each job; subnets and security groups are pinned."
    network = [f"{ec2}:{one}" for one in (*subnets, *groups)]
    return [
        allow(*see, *see_more, on=["*"], because=NOTHING_NARROWER.format("describing networks")),
        allow("ec2:CreateNetworkInterface", on=[interfaces, *network], because=for_each),
        allow("ec2:DeleteNetworkInterface", *permit, on=[interfaces], because=for_each),
    ]


def _encrypt_volumes(arns: ResourceArns) -> list[Grant]:
    """SageMaker creates a KMS grant for EC2 to use the volume's key."""
    keys = sorted({it.training.volume_key_arn for it in arns.plans if it.training.volume_key_arn})
    to_aws = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return [allow("kms:CreateGrant", on=keys, when=to_aws)] if keys else []


def _pull_algorithm(arns: ResourceArns) -> list[Grant]:
    """Pull the images. SageMaker documents that it pulls built-in ones by itself; it is not confirmed (C09).

    The guide lists these calls, a job that fails without them has already cost a GPU, and they only read
    images.
    """
    pull = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    built_in = "AWS keeps built-in algorithms in another account in each region; the repository is pinned."
    accounts = built_in if any("*" in image for image in arns.algorithm_images) else ""
    token = NOTHING_NARROWER.format("GetAuthorizationToken")
    return [
        allow("ecr:GetAuthorizationToken", on=["*"], because=token),
        allow(*pull, on=arns.algorithm_images, because=accounts),
    ]
