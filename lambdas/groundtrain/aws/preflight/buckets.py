"""How a bucket is: an answer for each thing that may stand in the way."""

import json
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError
from msgspec import Struct

from groundtrain.aws.aws_errors import code_of, is_denied, is_missing
from groundtrain.aws.preflight.policy_statements import listed
from groundtrain.aws.preflight.services import Services


class Encryption(Struct, frozen=True):
    """What a bucket encrypts objects with, such as "aws:kms"; `key` is "" for a key of S3 or of AWS."""

    algorithm: str
    key: str = ""


class CorsRule(Struct, frozen=True):
    """What other websites may do: methods, origins, and the headers they may see."""

    methods: tuple[str, ...]
    origins: tuple[str, ...]
    exposed: tuple[str, ...]


def region_of_bucket(services: Services, bucket: str) -> str | None:
    """Where it is; None where there is none of that name."""
    try:
        answer = services("s3").head_bucket(Bucket=bucket)
    except ClientError as error:
        if is_missing(error):
            return None
        raise
    return str(answer["BucketRegion"])


def belongs_to(services: Services, bucket: str, account: str) -> bool:
    """Whether the bucket, which may be asked for, belongs to the account (S3 API, ExpectedBucketOwner)."""
    try:
        services("s3").head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except ClientError as error:
        if not is_denied(error):
            raise
        return False
    return True


def sends_events(services: Services, bucket: str) -> bool:
    """Whether the bucket sends its events to EventBridge."""
    answer = services("s3").get_bucket_notification_configuration(Bucket=bucket)
    return "EventBridgeConfiguration" in answer


def cors_rules(services: Services, bucket: str) -> list[CorsRule]:
    """Its CORS rules."""
    try:
        rules = services("s3").get_bucket_cors(Bucket=bucket)["CORSRules"]
    except ClientError as error:
        if code_of(error) != "NoSuchCORSConfiguration":
            raise
        return []
    return [
        CorsRule(
            tuple(rule["AllowedMethods"]), tuple(rule["AllowedOrigins"]), tuple(rule.get("ExposeHeaders", ()))
        )
        for rule in rules
    ]


def encryption_of(services: Services, bucket: str) -> Encryption:
    """What it encrypts new objects with; S3's own keys where nothing is set."""
    try:
        answer = services("s3").get_bucket_encryption(Bucket=bucket)
    except ClientError as error:
        if code_of(error) != "ServerSideEncryptionConfigurationNotFoundError":
            raise
        return Encryption("AES256")
    for rule in answer["ServerSideEncryptionConfiguration"]["Rules"]:
        if found := rule.get("ApplyServerSideEncryptionByDefault"):
            return Encryption(found["SSEAlgorithm"], found.get("KMSMasterKeyID", ""))
    return Encryption("AES256")


def denials_of_policy(services: Services, bucket: str) -> Iterator[dict[str, Any]]:
    """The statements of its policy that deny something."""
    try:
        text = services("s3").get_bucket_policy(Bucket=bucket)["Policy"]
    except ClientError as error:
        if code_of(error) != "NoSuchBucketPolicy":
            raise
        return
    for statement in listed(json.loads(text).get("Statement")):
        if statement.get("Effect") == "Deny":
            yield statement


def ownership_of(services: Services, bucket: str) -> str:
    """To whom objects belong: "BucketOwnerEnforced", "BucketOwnerPreferred" or "ObjectWriter".

    A bucket without the setting has the last (S3 API reference, GetBucketOwnershipControls).
    """
    try:
        answer = services("s3").get_bucket_ownership_controls(Bucket=bucket)
    except ClientError as error:
        if code_of(error) != "OwnershipControlsNotFoundError":
            raise
        return "ObjectWriter"
    return str(answer["OwnershipControls"]["Rules"][0]["ObjectOwnership"])


def has_versions(services: Services, bucket: str) -> bool:
    """Whether what is replaced in it is kept."""
    return bool(services("s3").get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled")


def buckets_called(services: Services, beginning: str) -> list[str]:
    """The account's buckets of any region whose names begin so."""
    pages = services("s3").get_paginator("list_buckets").paginate(Prefix=beginning)
    names = [bucket["Name"] for page in pages for bucket in page["Buckets"]]
    return [name for name in names if name.startswith(beginning)]
