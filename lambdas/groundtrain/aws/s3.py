"""Objects in S3: read, read one version of a manifest, upload, write once."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import (
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    ResponseStreamingError,
)

from groundtrain.aws.service_errors import AccessError, code_of, is_denied, is_missing
from groundtrain.errors import GroundtrainError, ManifestError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CHUNK = 1 << 20
_RESUMES = 5  # broken connections in one reading; a manifest of 1 GB takes minutes
_BROKEN = (HTTPClientError, IncompleteReadError, ResponseStreamingError)


class AddressError(GroundtrainError):
    """The text is not the address of an object in S3."""


class MissingObjectError(GroundtrainError):
    """There is no such object, or not yet."""


class ManifestChangedError(ManifestError):
    """The manifest was replaced or deleted while it was read; reading it again from the start helps."""


class Address(NamedTuple):
    """Bucket and key of an object; keys are never URL-decoded."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    def beside(self, name: str) -> "Address":
        """The object `name` in the same folder; of an address that ends in "/", in that folder."""
        return Address(self.bucket, f"{self.key.rpartition('/')[0]}/{name}".lstrip("/"))


def parse_address(uri: str) -> Address:
    """Parse `s3://bucket/key`.

    Raises:
        AddressError: it is something else, or names no object.
    """
    scheme, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme != "s3" or not bucket or not key:
        raise AddressError(f'"{uri}" is not the address of an object in S3', fix="write s3://bucket/key")
    return Address(bucket, key)


def read(s3: "S3Client", address: Address) -> bytes:
    """The content of a small object.

    Raises:
        MissingObjectError, AccessError
    """
    try:
        return s3.get_object(Bucket=address.bucket, Key=address.key)["Body"].read()
    except ClientError as error:
        raise explained(error, address) from error


def exists(s3: "S3Client", address: Address) -> bool:
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


def upload(s3: "S3Client", path: Path, address: Address, *, content_type: str) -> None:
    """Write a file of any size, in parts when it is large."""
    s3.upload_file(str(path), address.bucket, address.key, ExtraArgs={"ContentType": content_type})


def put_if_absent(s3: "S3Client", address: Address, body: bytes, *, content_type: str) -> bool:
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


class S3Manifest:
    """A manifest in S3; all reads are of the version that was current when it was found."""

    def __init__(self, s3: "S3Client", address: Address, etag: str, size: int) -> None:
        self.uri = self.name = str(address)
        self.size = size
        self._s3 = s3
        self._address = address
        self._etag = etag

    def etag(self) -> str:
        """S3's ETag, without its quotes."""
        return self._etag

    def open(self) -> Iterator[bytes]:
        """The bytes of that version; after a broken connection, reading resumes where it stopped.

        Raises:
            ManifestChangedError: it was replaced or deleted meanwhile.
            AccessError
        """
        offset = 0
        for resumes_left in reversed(range(_RESUMES + 1)):
            try:
                for chunk in self._from(offset):
                    offset += len(chunk)
                    yield chunk
            except _BROKEN:
                if not resumes_left:
                    raise
            else:
                return

    def _from(self, offset: int) -> Iterator[bytes]:
        if offset >= self.size:
            return
        try:
            answer = self._s3.get_object(
                Bucket=self._address.bucket,
                Key=self._address.key,
                IfMatch=f'"{self._etag}"',
                Range=f"bytes={offset}-",
            )
        except ClientError as error:
            if code_of(error) == "PreconditionFailed" or is_missing(error):
                raise ManifestChangedError(
                    f"{self.uri} changed while it was read", fix="read it again once nothing writes to it"
                ) from error
            raise explained(error, self._address) from error
        yield from answer["Body"].iter_chunks(_CHUNK)


def find_manifest(s3: "S3Client", uri: str) -> S3Manifest:
    """Find a manifest, and remember its current version.

    Raises:
        AddressError, MissingObjectError, AccessError
    """
    address = parse_address(uri)
    try:
        head = s3.head_object(Bucket=address.bucket, Key=address.key)
    except ClientError as error:
        raise explained(error, address) from error
    return S3Manifest(s3, address, head["ETag"].strip('"'), head["ContentLength"])


def explained(error: ClientError, address: Address) -> Exception:
    """An error of S3 with the fix; the error itself when no fix is known."""
    if is_missing(error):
        return MissingObjectError(f"there is no {address}", fix="check bucket and key")
    if is_denied(error):
        return AccessError(f"access to {address} is denied", fix=_right_to_read(address.bucket))
    return error


def _right_to_read(bucket: str) -> str:
    """A function gets its permissions from the environment's settings, a person from their administrator."""
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        return f'name "{bucket}" in labeling.buckets of the environment and deploy again'
    return f"sign in with credentials that have s3:GetObject and s3:ListBucket on {bucket}"
