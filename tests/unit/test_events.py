import json

import msgspec
import pytest
from msgspec.structs import replace

from groundtrain.aws.event_bus import announce
from groundtrain.events.dataset_announcement import DatasetAnnouncement, parse_announcement
from groundtrain.events.event import Event, parse_event
from groundtrain.events.job_events import job_name_from_arn
from groundtrain.events.object_created import upload_event, uploaded_object_of
from groundtrain.events.subject import essence_of

ARN = "arn:aws:sagemaker:eu-west-1:111122223333:labeling-job/pallets-batch-07"


def test_an_event_is_read_from_its_envelope():
    body = {
        "version": "0",
        "source": "aws.sagemaker",
        "detail-type": "T",
        "resources": [ARN],
        "detail": {"a": 1},
    }
    assert parse_event(msgspec.json.encode(body)) == Event("aws.sagemaker", "T", {"a": 1}, (ARN,))


def test_a_job_is_named_by_the_end_of_its_arn():
    assert job_name_from_arn(ARN) == "pallets-batch-07"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"source": 1}'])
def test_what_is_no_event_is_refused(body):
    with pytest.raises(msgspec.DecodeError):
        parse_event(body)


SENT = DatasetAnnouncement("dev", "pallets", "0123", "s3://datasets/datasets/pallets/0123/")


class Bus:
    """EventBridge: takes text as detail, and delivers an event that holds it as JSON."""

    def put_events(self, **call):
        [entry] = call["Entries"]
        event = {
            "version": "0",
            "source": entry["Source"],
            "detail-type": entry["DetailType"],
            "resources": [],
            "detail": json.loads(entry["Detail"]),
        }
        self.delivered = json.dumps(event)
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}


@pytest.mark.parametrize(
    "sent",
    [
        SENT,
        replace(SENT, attempt=2),
        replace(SENT, override_gate=True),
        replace(SENT, attempt=1, after_instance_type="ml.g5.2xlarge"),
        replace(SENT, labeling_job='Paletten "süd" \u202e'),
    ],
)
@pytest.mark.parametrize(("ready", "name"), [(True, "Dataset Ready"), (False, "Dataset Rejected")])
def test_an_announcement_survives_the_bus(sent, ready, name):
    bus = Bus()
    announce(bus, sent, ready=ready)
    event = parse_event(bus.delivered)
    assert (event.source, event.detail_type) == ("groundtrain", name)
    assert parse_announcement(event) == sent


def test_an_announcement_with_an_unknown_field_is_refused():
    event = Event("groundtrain", "Dataset Ready", {"environment": "dev", "colour": "red"})
    with pytest.raises(msgspec.ValidationError):
        parse_announcement(event)


def uploaded(**changed):
    detail = {
        "version": "0",
        "bucket": {"name": "labels", "aws-generated-tags": {}},
        "object": {"key": "in/a b.manifest", "size": 5, "etag": "e", "sequencer": "1", "version-id": "v"},
        "request-id": "1",
        **changed,
    }
    body = {"source": "aws.s3", "detail-type": "Object Created", "resources": [], "detail": detail}
    return json.dumps(body)


def test_an_uploaded_object_is_read_from_what_s3_sends_today_and_may_send_tomorrow():
    found = uploaded_object_of(parse_event(uploaded(**{"event-version": "9", "new": [1]})))
    assert (found.bucket, found.key, found.version, found.etag) == ("labels", "in/a b.manifest", "v", "e")


def test_copies_of_an_uploads_event_are_told_of_once_whoever_sent_them():
    swept = json.dumps(upload_event("labels", "in/a b.manifest", "e"))
    assert essence_of(uploaded()) == essence_of(uploaded(**{"request-id": "2"})) == essence_of(swept)
    assert essence_of(swept) != essence_of(json.dumps(upload_event("labels", "in/a b.manifest", "f")))
