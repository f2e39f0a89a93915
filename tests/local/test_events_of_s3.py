"""S3's events, as the embedded AWS sends them, have what AWS documents: no key more, none less."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.embedded_aws import EmbeddedAws
from tests.contract.test_rules_and_events import recorded
from tests.local.conftest import events_matching
from tests.waiting import eventually

KEY = "in/a b/ä+1.manifest"  # as it is, and not encoded for a URL
FORMATS = {  # that both must have; of all else the type
    "version": "0",
    "id": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "detail-type": "Object Created",
    "source": r"aws\.s3",
    "account": r"\d{12}",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "region": r"[a-z]{2}-[a-z]+-\d",
    "resources.0": r"arn:aws:s3:::[a-z0-9.-]+",
    "detail.version": "0",
    "detail.event-version": r"1\.0",
    "detail.object.key": r".+\.manifest",
    "detail.object.etag": r"[0-9a-f]{32}(-\d+)?",
    "detail.object.version-id": r"[A-Za-z0-9._-]{1,1024}",
    "detail.object.sequencer": "[0-9A-Fa-f]+",
    "detail.requester": r"\d{12}",
    "detail.source-ip-address": r"\d+(\.\d+){3}",
    "detail.reason": "PutObject|POST Object|CopyObject|CompleteMultipartUpload",
}


def leaves(document: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Whatever is no list and no object with something in it, by its path."""
    members = dict(enumerate(document)) if isinstance(document, list) else document
    if not isinstance(members, dict) or not members:
        yield path, document
        return
    for key, value in members.items():
        yield from leaves(value, f"{path}.{key}".lstrip("."))


def shape(event: Any) -> dict[str, object]:
    """Of each leaf its type, or the format that it has."""
    found: dict[str, object] = {}
    for path, value in leaves(event):
        pattern = FORMATS.get(path)
        fits = pattern is not None and re.fullmatch(pattern, str(value)) is not None
        found[path] = pattern if fits else type(value)
    return found


@pytest.fixture
def put_into(aws: EmbeddedAws, unique: str) -> Callable[..., Any]:
    """Make a bucket, which keeps versions or not, do something in it, and get the event of that."""
    s3 = aws.client("s3")

    def put_into(do: Callable[[Any, str], Any], *, versions: bool = True) -> Any:
        s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": aws.region})
        if versions:
            s3.put_bucket_versioning(Bucket=unique, VersioningConfiguration={"Status": "Enabled"})
        configuration: dict[str, Any] = {"EventBridgeConfiguration": {}}
        s3.put_object(Bucket=unique, Key="from.manifest", Body=b"{}")
        s3.put_bucket_notification_configuration(Bucket=unique, NotificationConfiguration=configuration)
        pattern = {
            "source": ["aws.s3"],
            "detail": {"bucket": {"name": [unique]}, "object": {"key": [{"wildcard": "in/*.manifest"}]}},
        }
        with events_matching(pattern, unique, aws) as received:
            s3.put_object(Bucket=unique, Key="in/other.json", Body=b"")
            answer = do(s3, unique)
            [event] = eventually(received)
        return event, answer

    return put_into


def put(s3: Any, bucket: str) -> Any:
    return s3.put_object(Bucket=bucket, Key=KEY, Body=b"hello")


def copy(s3: Any, bucket: str) -> Any:
    return s3.copy_object(Bucket=bucket, Key=KEY, CopySource={"Bucket": bucket, "Key": "from.manifest"})


def in_parts(s3: Any, bucket: str) -> Any:
    where = {"Bucket": bucket, "Key": KEY}
    where["UploadId"] = s3.create_multipart_upload(**where)["UploadId"]
    part = s3.upload_part(**where, PartNumber=1, Body=b"hello")["ETag"]
    return s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]})


@pytest.mark.parametrize(
    ("do", "reason"), [(put, "PutObject"), (copy, "CopyObject"), (in_parts, "CompleteMultipartUpload")]
)
def test_an_event_has_the_shape_that_is_documented(
    put_into: Callable[..., Any], do: Callable[..., Any], reason: str
) -> None:
    event, answer = put_into(do)
    documented = recorded("object_created")
    assert shape(documented).keys() >= FORMATS.keys()
    assert {path: shape(documented)[path] for path in FORMATS} == FORMATS
    assert shape(event) == shape(documented)
    assert event["detail"]["object"]["key"] == KEY
    assert event["detail"]["object"]["version-id"] == answer["VersionId"]
    assert event["detail"]["reason"] == reason


def test_where_no_versions_are_kept_the_event_names_none(put_into: Callable[..., Any]) -> None:
    event, _ = put_into(put, versions=False)
    documented = shape(recorded("object_created"))
    del documented["detail.object.version-id"]
    assert shape(event) == documented
