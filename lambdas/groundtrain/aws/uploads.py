"""Manifests that were put into S3: which there are, and what is known of their content without reading it.

S3 tells an ETag in its lists and events, which changes with the content and is no digest of it. So the digest
of what was read once is kept in the datasets bucket, by address and ETag: `uploads/<id>.json`.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from groundtrain.aws import s3 as objects
from groundtrain.events.object_created import UploadedObject
from groundtrain.json_text import dump_json
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.uploads import WatchedFolder

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class KnownContent(Struct, frozen=True):
    """What was read at an address, in the version with this ETag; `sha256` in hex."""

    manifest: str
    etag: str
    sha256: str


def list_manifests(
    s3: "S3Client", folder: WatchedFolder, *, since: datetime, until: datetime
) -> Iterator[UploadedObject]:
    """The manifests in a folder that were last put there between two times, each in its current version."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=folder.bucket, Prefix=folder.prefix)
    for page in pages:
        for found in page.get("Contents", []):
            if folder.has(folder.bucket, found["Key"]) and since <= found["LastModified"] <= until:
                yield UploadedObject(folder.bucket, found["Key"], etag=found["ETag"].strip('"'))


def keep_digest(s3: "S3Client", bucket: str, known: KnownContent) -> None:
    """Keep the digest of what was read, in the datasets bucket."""
    body = dump_json(known, indent=2) + b"\n"
    address = _address(bucket, known.manifest, known.etag)
    objects.put_if_absent(s3, address, body, content_type="application/json")


def known_digest(s3: "S3Client", bucket: str, upload: UploadedObject) -> str:
    """SHA-256 of the content, "" when it was never read."""
    try:
        kept = objects.read(s3, _address(bucket, str(upload), upload.etag))
    except objects.MissingObjectError:
        return ""
    return msgspec.json.decode(kept, type=KnownContent).sha256


def _address(bucket: str, manifest: str, etag: str) -> S3Address:
    identity = hashlib.sha256(f"{manifest}\0{etag}".encode()).hexdigest()[:32]
    return S3Address(bucket, f"uploads/{identity}.json")
