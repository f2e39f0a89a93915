"""A question that AWS did not answer: for want of which permission, or why else.

Source of the permissions: Service Authorization Reference. STS answers GetCallerIdentity without one.
"""

from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from groundtrain.aws.aws_errors import is_denied, refusal

PERMISSIONS = {
    "GetCallerIdentity": "sts:GetCallerIdentity",
    "GetParameter": "ssm:GetParameter",
    "ListServiceQuotas": "servicequotas:ListServiceQuotas",
    "ListAWSDefaultServiceQuotas": "servicequotas:ListAWSDefaultServiceQuotas",
    "GetAccountSettings": "lambda:GetAccountSettings",
    "ListBuckets": "s3:ListAllMyBuckets",
    "HeadBucket": "s3:ListBucket",
    "GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "GetBucketCors": "s3:GetBucketCORS",
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "GetBucketPolicy": "s3:GetBucketPolicy",
    "GetBucketOwnershipControls": "s3:GetBucketOwnershipControls",
    "GetBucketVersioning": "s3:GetBucketVersioning",
    "DescribeKey": "kms:DescribeKey",
    "GetKeyPolicy": "kms:GetKeyPolicy",
    "ListLabelingJobs": "sagemaker:ListLabelingJobs",
    "ListTrainingJobs": "sagemaker:ListTrainingJobs",
    "DescribeExperiment": "sagemaker:DescribeExperiment",
    "DescribeModelPackageGroup": "sagemaker:DescribeModelPackageGroup",
    "DescribeSubnets": "ec2:DescribeSubnets",
    "DescribeSecurityGroups": "ec2:DescribeSecurityGroups",
    "DescribeRouteTables": "ec2:DescribeRouteTables",
    "DescribeVpcEndpoints": "ec2:DescribeVpcEndpoints",
    "DescribeImages": "ecr:DescribeImages",
    "DescribeStacks": "cloudformation:DescribeStacks",
    "ListSubscriptionsByTopic": "sns:ListSubscriptionsByTopic",
}
"""The permission of each operation that preflight calls."""
_DENIED = {"UnauthorizedOperation", "AuthorizationError", "AuthorizationErrorException"}  # EC2, SNS
_OTHER_REASONS = {
    "HeadBucket": ", or the bucket belongs to another account",
    "DescribeImages": ", and in another account its repository's policy",
}


class Unanswered(Struct, frozen=True):
    """Why there is no answer.

    Attributes:
        permission: what IAM has to allow, "" where something else is the reason.
    """

    permission: str
    reason: str
    fix: str = ""


def unanswered(error: Exception) -> Unanswered | None:
    """The same of an error; None of one that is not of AWS or of the connection to it."""
    if isinstance(error, ClientError) and _is_for_want_of_permission(error):
        permission = PERMISSIONS[error.operation_name]
        other = _OTHER_REASONS.get(error.operation_name, "")
        return Unanswered(permission, f"{error.operation_name} is refused, which needs {permission}{other}")
    if isinstance(error, BotoCoreError | ClientError) and (refused := refusal(error)):
        return Unanswered("", refused.message, refused.fix)
    return None


def _is_for_want_of_permission(error: ClientError) -> bool:
    """Not of a call that preflight does not make itself, as AssumeRole of credentials that are renewed."""
    denied = is_denied(error) or error.response["Error"]["Code"] in _DENIED
    return denied and error.operation_name in PERMISSIONS
