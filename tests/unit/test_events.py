import msgspec
import pytest

from groundtrain.events import DatasetAnnouncement, Event, job_name_from_arn, parse_announcement, parse_event

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


def test_an_announcement_survives_the_bus():
    sent = DatasetAnnouncement("dev", "pallets", "0123", "s3://datasets/datasets/pallets/0123/", attempt=2)
    event = Event("groundtrain", "Dataset Ready", msgspec.to_builtins(sent))
    assert parse_announcement(event) == sent


def test_an_announcement_with_an_unknown_field_is_refused():
    event = Event("groundtrain", "Dataset Ready", {"environment": "dev", "colour": "red"})
    with pytest.raises(msgspec.ValidationError):
        parse_announcement(event)
