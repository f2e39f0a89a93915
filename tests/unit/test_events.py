import json

import msgspec
import pytest
from msgspec.structs import replace

from groundtrain.aws.event_bus import announce
from groundtrain.errors import GroundtrainError
from groundtrain.events.dataset_announcement import DatasetAnnouncement, parse_announcement
from groundtrain.events.event import Event, parse_event
from groundtrain.events.image_check_event import EndedImageCheck, ended_image_check_of, image_check_event
from groundtrain.events.job_events import job_name_from_arn
from groundtrain.events.object_created import upload_event, uploaded_object_of
from groundtrain.events.subject import essence_of, subject_of
from groundtrain.s3_addresses import S3Address

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


MACHINE = "arn:aws:states:eu-west-1:111122223333:stateMachine:groundtrain-dev-images"
EXECUTION = "arn:aws:states:eu-west-1:111122223333:execution:groundtrain-dev-images:0123-1"
DOCUMENTED = {  # Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge"
    "version": "0",
    "id": "315c1398-40ff-a850-213b-158f73e60175",
    "detail-type": "Step Functions Execution Status Change",
    "source": "aws.states",
    "account": "111122223333",
    "time": "2026-11-27T19:42:21Z",
    "region": "eu-west-1",
    "resources": [EXECUTION],
    "detail": {
        "executionArn": EXECUTION,
        "stateMachineArn": MACHINE,
        "name": "0123-1",
        "status": "FAILED",
        "startDate": 1551225146847,
        "stopDate": 1551225151881,
        "input": '{"bucket": "datasets", "key": "image-checks/yard/0123/1/shards.jsonl"}',
        "output": None,
        "inputDetails": {"included": True},
        "outputDetails": None,
        "redriveCount": 1,
    },
}


def test_an_ended_execution_is_read_from_its_event():
    ended = ended_image_check_of(parse_event(msgspec.json.encode(DOCUMENTED)))
    shards = S3Address("datasets", "image-checks/yard/0123/1/shards.jsonl")
    assert ended == EndedImageCheck(EXECUTION, MACHINE, "FAILED", shards, 1)


def test_our_own_event_of_an_ended_execution_says_the_same():
    ours = image_check_event(EXECUTION, MACHINE, "FAILED", DOCUMENTED["detail"]["input"], 1)
    read = [ended_image_check_of(parse_event(msgspec.json.encode(each))) for each in (ours, DOCUMENTED)]
    assert read[0] == read[1]
    assert ours.items() <= {**DOCUMENTED, "detail": ours["detail"]}.items()
    assert ours["detail"].items() <= DOCUMENTED["detail"].items()


def test_an_ended_execution_is_about_the_images_in_a_folder():
    body = msgspec.json.encode(DOCUMENTED).decode()
    assert subject_of(body) == "the images in s3://datasets/image-checks/yard/0123/1/"


@pytest.mark.parametrize("change", [{"input": "{}"}, {"input": "?"}, {"input": None}, {"status": 1}])
def test_an_ended_execution_of_something_else_is_refused_in_words(change):
    event = Event("aws.states", "T", DOCUMENTED["detail"] | change)
    with pytest.raises(GroundtrainError, match=r"the event names no check of images .*: send one with"):
        ended_image_check_of(event)
