"""Objects in S3: read, upload, write once."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from groundtrain.aws.aws_errors import AccessError, code_of, is_denied, is_missing
from groundtrain.errors import GroundtrainError
from groundtrain.s3_addresses import S3Address

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class MissingObjectError(GroundtrainError):
    """There is no such object, or not yet."""


def read(s3: "S3Client", address: S3Address) -> bytes:
    """The content of a small object.

    Raises:
        MissingObjectError, AccessError
    """
    try:
        return s3.get_object(Bucket=address.bucket, Key=address.key)["Body"].read()
    except ClientError as error:
        raise explained(error, address) from error


def read_range(s3: "S3Client", address: S3Address, start: int, end: int) -> bytes:
    """The bytes from offset `start` up to `end`, exclusive; fewer where the object ends before.

    Raises:
        MissingObjectError, AccessError
    """
    try:
        answer = s3.get_object(Bucket=address.bucket, Key=address.key, Range=f"bytes={start}-{end - 1}")
    except ClientError as error:
        if code_of(error) == "InvalidRange":
            return b""
        raise explained(error, address) from error
    return answer["Body"].read()


def exists(s3: "S3Client", address: S3Address) -> bool:
    """Whether the object is there.

    Raises:
        AccessError: also when it is missing and the caller may not list the bucket (S3 then answers 403).
    """
    try:
        s3.head_object(Bucket=address.bucket, Key=address.key)
    except ClientError as error:
        if is_missing(error):
            return False
        raise explained(error, address) from error
    return True


def upload(s3: "S3Client", path: Path, address: S3Address, *, content_type: str) -> None:
    """Write a file of any size, in parts when it is large."""
    s3.upload_file(str(path), address.bucket, address.key, ExtraArgs={"ContentType": content_type})


def put(s3: "S3Client", address: S3Address, body: bytes, *, content_type: str) -> None:
    """Write an object, whether there is one or not."""
    s3.put_object(Bucket=address.bucket, Key=address.key, Body=body, ContentType=content_type)


def put_if_absent(s3: "S3Client", address: S3Address, body: bytes, *, content_type: str) -> bool:
    """Write an object unless it exists; False when it does, whoever wrote it.

    Of two writers at the same moment one wins. S3 answers 412 to the other, or 409 while the first write is
    under way; after a 409 the write is repeated.

    Raises:
        ClientError: S3 refused the write, or still answered 409 to the third attempt.
    """
    for last in (False, False, True):
        try:
            s3.put_object(
                Bucket=address.bucket, Key=address.key, Body=body, ContentType=content_type, IfNoneMatch="*"
            )
        except ClientError as error:
            if code_of(error) == "PreconditionFailed":
                return False
            if code_of(error) != "ConditionalRequestConflict" or last:
                raise
        else:
            return True
    raise AssertionError("the last attempt returns or raises")


def explained(error: ClientError, address: S3Address) -> Exception:
    """An error of S3 with the fix; the error itself when no fix is known."""
    if is_missing(error):
        return MissingObjectError(f"there is no {address}", fix="check bucket and key")
    if is_denied(error):
        return AccessError(f"access to {address} is denied", fix=_right_to_read(address.bucket))
    return error


def _right_to_read(bucket: str) -> str:
    """A function gets its permissions from the environment's settings, a person from their administrator."""
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        named = f'name "{bucket}" in labeling.buckets (or a folder of it in labeling.uploads)'
        return f"{named} and deploy again; if it is there, have its policy and its key let our roles in"
    return f"sign in with credentials that have s3:GetObject and s3:ListBucket on {bucket}"
