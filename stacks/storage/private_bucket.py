"""The kind of bucket that groundtrain creates."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.nag import acknowledge


class PrivateBucket(s3.Bucket):
    """A bucket that only this account can access, over TLS only.

    Guarantees: encrypted, versioned, never public, denied to other accounts whatever their own policies say;
    replaced objects are kept `keep_replaced` days and unfinished uploads 7; never emptied by CloudFormation.

    Args:
        key: encrypts the objects; without it S3's own keys do, as required for a bucket of access logs.
        logs: bucket for the access logs, with this bucket's name as prefix.
        expire: days after which objects are deleted; None keeps them.
        expire_below: the same for keys that begin so, with their beginning.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        removal: cdk.RemovalPolicy,
        keep_replaced: int,
        key: kms.IKey | None = None,
        logs: s3.IBucket | None = None,
        expire: int | None = None,
        expire_below: Mapping[str, int] | None = None,
        cors: s3.CorsRule | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=key,
            bucket_key_enabled=key is not None,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            lifecycle_rules=[_lifecycle(keep_replaced, expire), *_expiring(expire_below or {})],
            removal_policy=removal,
            server_access_logs_bucket=logs,
            server_access_logs_prefix=f"{construct_id.lower()}/" if logs else None,
            cors=[cors] if cors else None,
        )
        self._refuse_other_accounts()
        if key is not None:
            self._refuse_other_encryption()
        self._acknowledge(encrypted_by_key=key is not None)

    def _refuse_other_accounts(self) -> None:
        """Deny other accounts, but not AWS services, which the policy allows separately (access logs)."""
        self._deny(
            "OtherAccounts",
            ["s3:*"],
            [self.bucket_arn, self.arn_for_objects("*")],
            {
                "StringNotEquals": {"aws:PrincipalAccount": cdk.Stack.of(self).account},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            },
        )

    def _refuse_other_encryption(self) -> None:
        """Deny uploads that ask for other encryption than KMS; those that ask for none get the key."""
        encryption = "s3:x-amz-server-side-encryption"
        self._deny(
            "OtherEncryption",
            ["s3:PutObject"],
            [self.arn_for_objects("*")],
            {"Null": {encryption: "false"}, "StringNotEquals": {encryption: "aws:kms"}},
        )

    def _deny(
        self, sid: str, actions: list[str], resources: list[str], when: dict[str, dict[str, str]]
    ) -> None:
        statement = iam.PolicyStatement(
            sid=sid,
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=actions,
            resources=resources,
            conditions=when,
        )
        self.add_to_resource_policy(statement)

    def _acknowledge(self, *, encrypted_by_key: bool) -> None:
        acknowledge(
            self,
            "NIST.800.53.R5::NIST.800.53.R5-S3BucketReplicationEnabled",
            "Versions undo a deletion; replicate the bucket to another region if your labels are worth it.",
        )
        if not encrypted_by_key:
            acknowledge(
                self,
                "NIST.800.53.R5::NIST.800.53.R5-S3DefaultEncryptionKMS",
                "S3 delivers access logs only to buckets that its own keys encrypt.",
            )


def _lifecycle(keep_replaced: int, expire: int | None) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
        noncurrent_version_expiration=cdk.Duration.days(keep_replaced),
        expiration=cdk.Duration.days(expire) if expire else None,
        expired_object_delete_marker=None if expire else True,
    )


def _expiring(days_of: Mapping[str, int]) -> list[s3.LifecycleRule]:
    """Deletes by a marker, whose versions the rule of the whole bucket deletes in the end."""
    return [
        s3.LifecycleRule(prefix=prefix, expiration=cdk.Duration.days(days))
        for prefix, days in days_of.items()
    ]
