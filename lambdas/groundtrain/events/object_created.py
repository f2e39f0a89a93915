"""The event of an object that was put into S3, which does not keep the order of its events.

Source: S3 User Guide, "EventBridge event message structure".
"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from groundtrain.errors import GroundtrainError
from groundtrain.events.event import Event

S3 = "aws.s3"
OBJECT_CREATED = "Object Created"


class UploadedObject(Struct, frozen=True):
    """An object that was put into S3, as its event names it.

    Attributes:
        version: its version id, "" in a bucket that keeps no versions.
        etag: tells two contents of one key apart; never what the content is.
    """

    bucket: str
    key: str
    version: str = ""
    etag: str = ""

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


class _Bucket(Struct, frozen=True):
    name: Annotated[str, Meta(min_length=1)]


class _Object(Struct, frozen=True, rename={"version": "version-id"}):
    key: Annotated[str, Meta(min_length=1)]  # as it is: not encoded, unlike in S3's older notifications
    version: str = ""
    etag: str = ""


class _ObjectCreated(Struct, frozen=True):
    """The detail of S3's event, as far as it is used; everything else in it is ignored."""

    bucket: _Bucket
    object: _Object


def uploaded_object_of(event: Event) -> UploadedObject:
    """The object that an event of S3 is about.

    Raises:
        GroundtrainError: the event names no object.
    """
    try:
        detail = msgspec.convert(event.detail, _ObjectCreated)
    except msgspec.ValidationError as error:
        raise GroundtrainError(
            f"the event names no object in S3 ({error})", fix="put bucket.name and object.key into its detail"
        ) from error
    return UploadedObject(detail.bucket.name, detail.object.key, detail.object.version, detail.object.etag)


def upload_event(bucket: str, key: str, etag: str) -> dict[str, Any]:
    """The event of an object that was put into S3, as EventBridge delivers it where there are no versions."""
    return {
        "source": S3,
        "detail-type": OBJECT_CREATED,
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {"version": "0", "bucket": {"name": bucket}, "object": {"key": key, "etag": etag}},
    }
