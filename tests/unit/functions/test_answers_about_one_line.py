"""An answer of AWS about one line is a finding on that line; one about all stops the job."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from groundtrain.dataset.description import parse_dataset
from tests.unit.functions.pipeline import finish_labeling_job, labeled_line, labeling_event

AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)
LONG_KEY = f"{'k' * 1500}.jpg"


def refused(code):
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "HeadObject")


def with_a_line_of(aws, key, lines):
    """A labeling job of good lines and one whose image has this key, the sixth."""
    texts = [labeled_line(number) for number in range(lines)]
    texts[5] = json.dumps({**json.loads(texts[5]), "source-ref": f"s3://labels/{key}"})
    manifest = "".join(f"{text}\n" for text in texts)
    return finish_labeling_job(aws, lines=lines, manifest=manifest, at=AN_HOUR_AGO)


def head_refuses(aws, monkeypatch, code, only=""):
    head = aws.clients.s3.head_object

    def head_object(**request):
        if only in request["Key"] and request["Key"].endswith(".jpg"):
            raise refused(code)
        return head(**request)

    monkeypatch.setattr(aws.clients.s3, "head_object", head_object)


def the_dataset(aws):
    (key,) = (key for key in aws.written() if key.endswith("dataset.json"))
    return parse_dataset(aws.get(key))


def rejected(aws):
    (key,) = (key for key in aws.written() if key.endswith("rejected.jsonl"))
    return [json.loads(line)["line"] for line in aws.get(key).splitlines()]


@pytest.mark.parametrize("lines", [10, 40])
@pytest.mark.parametrize("key", [LONG_KEY, f"{'ü' * 600}.jpg", f"a/{'k' * 1500}.jpg"])
def test_a_key_that_s3_cannot_hold_rejects_its_line_and_is_never_asked_for(
    aws, pipeline, monkeypatch, key, lines
):
    head_refuses(aws, monkeypatch, "400", only=key[:100])
    assert pipeline.convert(labeling_event(with_a_line_of(aws, key, lines))) == []
    assert (the_dataset(aws).rejected, rejected(aws)) == (1, [6])


@pytest.mark.parametrize("lines", [10, 40])
@pytest.mark.parametrize(
    "key", ["a\0b.jpg", "\0/a.jpg", "images/0004.jpg\x1f", "\x01\x02\x03.jpg", "\ufffe.jpg"]
)
def test_a_key_with_a_control_character_rejects_its_line(aws, pipeline, key, lines):
    assert pipeline.convert(labeling_event(with_a_line_of(aws, key, lines))) == []
    assert (the_dataset(aws).rejected, rejected(aws)) == (1, [6])


@pytest.mark.parametrize("code", ["400", "InvalidURI", "KeyTooLongError"])
def test_a_key_that_s3_does_not_like_rejects_its_line(aws, pipeline, monkeypatch, code):
    head_refuses(aws, monkeypatch, code, only="odd")
    assert pipeline.convert(labeling_event(with_a_line_of(aws, "x/odd.jpg", 10))) == []
    assert rejected(aws) == [6]


@pytest.mark.parametrize("code", ["400", "301", "ExpiredToken", "SlowDown", "500"])
def test_an_answer_about_all_stops_the_job(aws, pipeline, monkeypatch, code):
    arn = with_a_line_of(aws, "images/0005.jpg", 10)
    head_refuses(aws, monkeypatch, code)

    def list_objects_v2(**_):
        raise refused(code)

    monkeypatch.setattr(aws.clients.s3, "list_objects_v2", list_objects_v2)
    with pytest.raises(ClientError):
        pipeline.convert(labeling_event(arn))
