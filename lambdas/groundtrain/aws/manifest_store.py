"""Manifests in S3, each read in one version from beginning to end, and label category files."""

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypedDict, TypeVar

from botocore.exceptions import (
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    ResponseStreamingError,
)

from groundtrain.aws import s3 as objects
from groundtrain.aws.aws_errors import code_of, is_missing, refusals_explained
from groundtrain.aws.clients import connect
from groundtrain.aws.s3 import explained
from groundtrain.errors import ManifestError
from groundtrain.manifest.classes.category_file import parse_category_file
from groundtrain.s3_addresses import AddressError, S3Address, parse_s3_address, why_impossible

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CHUNK = 1 << 20
_RESUMES = 5  # broken connections in one reading; a manifest of 1 GB takes minutes
_BROKEN = (HTTPClientError, IncompleteReadError, ResponseStreamingError)

_Found = TypeVar("_Found", bound="S3Manifest")


class _OfVersion(TypedDict, total=False):
    VersionId: str


class ManifestChangedError(ManifestError):
    """The manifest was replaced or deleted while it was read; reading it again from the start helps."""


class S3Manifest:
    """A manifest in S3; all reads are of the version that was found.

    Args:
        s3: the client.
        address: where it is.
        etag: that of the version.
        size: bytes.
        version: its version id; "" for the version that was current, which may be replaced meanwhile.
    """

    def __init__(
        self, s3: "S3Client", address: S3Address, etag: str, size: int, *, version: str = ""
    ) -> None:
        self.uri = self.name = str(address)
        self.size = size
        self._s3 = s3
        self._address = address
        self._etag = etag
        self._of_version: _OfVersion = {"VersionId": version} if version else {}

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
                **self._of_version,
            )
        except ClientError as error:
            if code_of(error) == "PreconditionFailed" or is_missing(error):
                raise ManifestChangedError(
                    f"{self.uri} changed while it was read", fix="read it again once nothing writes to it"
                ) from error
            raise explained(error, self._address) from error
        yield from answer["Body"].iter_chunks(_CHUNK)


class ContentManifest(S3Manifest):
    """A manifest in S3 whose identity is its content: the same bytes have one, whenever they were put there.

    S3's own ETag is none: for an object in parts or under KMS it is no digest of the content (S3 API
    reference, Object). Where it is known, the object need not be read for it: `digest`.
    """

    def __init__(
        self,
        s3: "S3Client",
        address: S3Address,
        etag: str,
        size: int,
        *,
        version: str = "",
        digest: str = "",
    ) -> None:
        super().__init__(s3, address, etag, size, version=version)
        self._digest = digest

    @property
    def s3_etag(self) -> str:
        """S3's ETag, without its quotes."""
        return self._etag

    def etag(self) -> str:
        """SHA-256 of the content in hex; for it the object is read once.

        Raises:
            ManifestChangedError, AccessError
        """
        if not self._digest:
            digest = hashlib.sha256()
            for chunk in self.open():
                digest.update(chunk)
            self._digest = digest.hexdigest()
        return self._digest


def find_manifest(s3: "S3Client", address: S3Address) -> S3Manifest:
    """Find a manifest, and remember its current version.

    Raises:
        MissingObjectError, AccessError
    """
    return _find(S3Manifest, s3, address, "")


def find_content(s3: "S3Client", address: S3Address, version: str) -> ContentManifest:
    """Find a version of a manifest, or the current one: with "" for the version, or when it is gone.

    Raises:
        MissingObjectError: there is no version any more.
        AccessError
    """
    if not version:
        return _find(ContentManifest, s3, address, "")
    try:
        return _find(ContentManifest, s3, address, version)
    except objects.MissingObjectError:
        return _find(ContentManifest, s3, address, "")


def _find(kind: type[_Found], s3: "S3Client", address: S3Address, version: str) -> _Found:
    of_version: _OfVersion = {"VersionId": version} if version else {}
    try:
        head = s3.head_object(Bucket=address.bucket, Key=address.key, **of_version)
    except ClientError as error:
        raise explained(error, address) from error
    return kind(s3, address, head["ETag"].strip('"'), head["ContentLength"], version=version)


def manifest_in_s3(uri: str) -> S3Manifest:
    """A manifest in S3, read with the credentials of the process.

    Raises:
        AddressError, MissingObjectError
        AccessError: permissions do not reach it, or there are no credentials, no region, no connection.
    """
    address = parse_s3_address(uri)
    if reason := why_impossible(address.bucket):
        raise AddressError(
            f'{uri}: no bucket is named "{address.bucket}": {reason}', fix="correct the address"
        )
    with refusals_explained(uri):
        return find_manifest(connect().s3, address)


def read_category_file(s3: "S3Client", uri: str | None) -> tuple[str, ...] | None:
    """Class names of a label category file, in order of their ids; None when there is no such file.

    Raises:
        AccessError: the file lies where the function may not read.
        ManifestError: the file is not a label category file.
    """
    if uri is None:
        return None
    try:
        text = objects.read(s3, parse_s3_address(uri))
    except objects.MissingObjectError:
        return None
    return parse_category_file(text, uri)
