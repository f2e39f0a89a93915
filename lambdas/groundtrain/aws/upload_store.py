"""Objects that people publish: what lies in a folder, what its content is, and new ones.

A listing tells size and ETag of an object. The ETag changes with the content, and is no digest of it under
KMS or for an upload in parts (S3 API reference, Object). SHA-256 is kept by S3 for each object that is put
with it, and told to HEAD alone (S3 User Guide, "Checking object integrity").
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, TypedDict

from botocore.exceptions import ClientError

from groundtrain.aws.aws_errors import AccessError, code_of, is_denied, is_missing, refusals_explained
from groundtrain.aws.s3 import MissingObjectError
from groundtrain.errors import GroundtrainError
from groundtrain.images.image_file import StoredObject
from groundtrain.s3_addresses import S3Address

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class _Part(TypedDict, total=False):
    Range: str


_CHANGED = {"BadDigest", "XAmzContentChecksumMismatch", "IncompleteBody", "InvalidDigest"}


class ChangedFileError(GroundtrainError):
    """A file was changed while it was uploaded; nothing of it is in S3."""


class UploadStore:
    """The requests that publishing makes to S3; each of its methods may be called by several threads.

    Args:
        s3: the client.
    """

    def __init__(self, s3: "S3Client") -> None:
        self._s3 = s3

    def listed(self, folder: S3Address) -> Iterator[tuple[str, StoredObject]]:
        """Key, size and ETag of each object below a folder: a request for each 1,000 (ListObjectsV2).

        Raises:
            AccessError: the bucket does not exist, or may not be listed.
        """
        with _told(folder, "s3:ListBucket"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=folder.bucket, Prefix=folder.key
            )
            for page in pages:
                for found in page.get("Contents", []):
                    yield found["Key"], StoredObject(found["Size"], found["ETag"].strip('"'))

    def checksum(self, address: S3Address) -> str | None:
        """SHA-256 of an object in hex; "" where S3 keeps none, None where there is no object (HeadObject).

        Raises:
            AccessError
        """
        with _told(address, "s3:GetObject"):
            try:
                head = self._s3.head_object(Bucket=address.bucket, Key=address.key, ChecksumMode="ENABLED")
            except ClientError as error:
                if is_missing(error):
                    return None
                raise
            text = head.get("ChecksumSHA256", "")
            return "" if "-" in text else base64.b64decode(text).hex()  # of parts: a number stands behind

    def put(self, address: S3Address, file: BinaryIO, sha256: str, *, content_type: str) -> str:
        """Write an object from a file of at most 5 GB, which S3 holds against its digest; its ETag.

        Raises:
            ChangedFileError: the bytes were others than those of the digest.
            AccessError
        """
        with _told(address, "s3:PutObject"):
            try:
                answer = self._s3.put_object(
                    Bucket=address.bucket,
                    Key=address.key,
                    Body=file,
                    ContentType=content_type,
                    ChecksumAlgorithm="SHA256",
                    ChecksumSHA256=base64.b64encode(bytes.fromhex(sha256)).decode(),
                )
            except ClientError as error:
                if code_of(error) in _CHANGED:
                    raise ChangedFileError(
                        f"the file for {address} changed while it was uploaded",
                        fix="run again once nothing writes to it",
                    ) from error
                raise
            return answer["ETag"].strip('"')

    def read(self, address: S3Address, most: int = 0) -> bytes:
        """The content of an object that fits into memory, or at most so many bytes of its beginning.

        Raises:
            MissingObjectError, AccessError
        """
        part: _Part = {"Range": f"bytes=0-{most - 1}"} if most else {}
        with _told(address, "s3:GetObject"):
            try:
                answer = self._s3.get_object(Bucket=address.bucket, Key=address.key, **part)
                return answer["Body"].read()
            except ClientError as error:
                if is_missing(error):
                    raise MissingObjectError(f"there is no {address}", fix="check bucket and key") from error
                if code_of(error) == "InvalidRange":
                    return b""  # it is empty
                raise


@contextmanager
def _told(address: S3Address, action: str) -> Iterator[None]:
    """Errors of AWS as sentences; a person needs other words than a function."""
    try:
        with refusals_explained(str(address)):
            yield
    except AccessError as error:
        cause = error.__cause__
        if not (isinstance(cause, ClientError) and is_denied(cause)):
            raise
        raise AccessError(
            f"access to {address} is denied",
            fix=f"sign in with credentials that have {action} on {address.bucket} (docs/operations.md, People"
            " and their rights); a bucket of another account is closed as well",
        ) from cause
