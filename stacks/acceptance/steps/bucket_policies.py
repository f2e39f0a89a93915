"""Requests that the bucket policies must refuse."""

from typing import Any

import boto3
from botocore.exceptions import ClientError

from groundtrain.aws.aws_errors import is_denied
from stacks.acceptance.acceptance_run import AcceptanceRun
from stacks.acceptance.step import Outcome

_CHANGED = 412


def refuse_other_encryption(run: AcceptanceRun) -> Outcome:
    """Put an object that asks for S3's own keys: refused. Without a header it gets the environment's key."""
    s3, bucket = run.services("s3"), run.output("DatasetsBucketName")
    key = f"datasets/refused-{run.seed}"
    faults = _unless_denied(
        "put with AES256", s3.put_object, Bucket=bucket, Key=key, ServerSideEncryption="AES256"
    )
    answer = s3.put_object(Bucket=bucket, Key=key, Body=b"plain")
    if answer.get("ServerSideEncryption") != "aws:kms":
        faults.append(f"a plain put is encrypted by {answer.get('ServerSideEncryption')}")
    return Outcome(2, tuple(faults))


def refuse_plain_http(run: AcceptanceRun) -> Outcome:
    """List a bucket over plain HTTP: refused, where the same is answered over HTTPS."""
    s3 = boto3.client("s3", region_name=run.region, use_ssl=False)
    bucket = run.output("DatasetsBucketName")
    run.services("s3").list_objects_v2(Bucket=bucket)  # where this is refused, it is not for HTTP
    faults = _unless_denied("list over http", s3.list_objects_v2, Bucket=bucket)
    return Outcome(1, tuple(faults))


def read_empty_object(run: AcceptanceRun) -> Outcome:
    """Read a range of an empty object as if it were another: refused as changed, not as having no range.

    Source: RFC 9110, 13.2.2: preconditions come before the range; that S3 keeps to it is what C31 asks.
    """
    s3, bucket = run.services("s3"), run.output("DatasetsBucketName")
    key = f"datasets/empty-{run.seed}"
    s3.put_object(Bucket=bucket, Key=key, Body=b"")
    try:
        s3.get_object(
            Bucket=bucket, Key=key, Range="bytes=0-99", IfMatch='"0123456789abcdef0123456789abcdef"'
        )
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return Outcome(1, () if status == _CHANGED else (f"it is refused with {status}",))
    return Outcome(1, ("it is not refused",))


def _unless_denied(what: str, call: Any, **request: Any) -> list[str]:
    try:
        call(**request)
    except ClientError as error:
        return [] if is_denied(error) else [f"{what}: refused otherwise ({error})"]
    return [f"{what}: not refused"]
