"""A manifest that is more than one function converts is refused in words, once, and not tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from groundtrain.dataset.description import parse_dataset
from groundtrain.pipeline import function_limits
from groundtrain.pipeline.function_limits import LimitedManifest
from groundtrain.settings.environment import Labeling
from tests.mocked_aws import LABELS
from tests.unit.functions.pipeline import finish_labeling_job, labeled_line, labeling_event, upload_event

KEY = "manifests/yard.manifest"
TEXT = "".join(f"{labeled_line(number)}\n" for number in range(30))


@pytest.fixture
def pipeline(pipeline):
    pipeline.settings = replace(pipeline.settings, labeling=Labeling(uploads=("manifests/",)))
    return pipeline


def upload(aws):
    for number in range(30):
        aws.put(f"images/{number:04}.jpg", b"jpeg")
    put = aws.clients.s3.put_object(Bucket=LABELS, Key=KEY, Body=TEXT)
    return upload_event(KEY, etag=put["ETag"].strip('"'), version=put.get("VersionId"))


def finished_long_ago(aws):
    """A labeling job that wrote its manifest, so that nobody waits for the rest of it."""
    return finish_labeling_job(aws, manifest=TEXT, at=datetime.now(UTC) - timedelta(hours=1))


def reasons(aws):
    """Of the only dataset, whose gate is closed."""
    [dataset] = [parse_dataset(aws.get(key)) for key in aws.written() if key.endswith("/dataset.json")]
    assert not dataset.gate.open
    return dataset.gate.reasons


def keys_read(aws, monkeypatch):
    original, read = aws.clients.s3.get_object, []

    def get_object(**request):
        read.append(request["Key"])
        return original(**request)

    monkeypatch.setattr(aws.clients.s3, "get_object", get_object)
    return read


@pytest.mark.parametrize("trigger", ["upload", "labeling job"])
def test_a_manifest_of_too_many_bytes_is_refused_without_reading_it(aws, pipeline, monkeypatch, trigger):
    monkeypatch.setattr(function_limits, "MOST_BYTES", len(TEXT) - 1)
    event = upload(aws) if trigger == "upload" else labeling_event(finished_long_ago(aws))
    read = keys_read(aws, monkeypatch)
    assert pipeline.convert(event) == []
    [reason] = reasons(aws)
    assert f"has {len(TEXT):,} bytes, and one function converts {len(TEXT) - 1:,}: convert it on" in reason
    assert [key for key in read if key.endswith(".manifest")] == []


def test_a_manifest_of_as_many_bytes_and_lines_as_there_may_be_is_converted(aws, pipeline, monkeypatch):
    monkeypatch.setattr(function_limits, "MOST_BYTES", len(TEXT))
    monkeypatch.setattr(function_limits, "MOST_LINES", 30)
    assert pipeline.convert(upload(aws)) == []
    assert [event["detail-type"] for event in aws.events()] == ["Dataset Ready"]


def test_a_manifest_of_too_many_lines_is_refused(aws, pipeline, monkeypatch):
    monkeypatch.setattr(function_limits, "MOST_LINES", 29)
    assert pipeline.convert(upload(aws)) == []
    [reason] = reasons(aws)
    assert reason.startswith(f"s3://{LABELS}/{KEY} has more than 29 lines, and one function converts no more")


def test_reading_stops_where_there_are_too_many_lines(monkeypatch):
    monkeypatch.setattr(function_limits, "MOST_LINES", 2)
    chunks = iter([b"1\n", b"2\n", b"3\n", b"4\n"])

    class Source:
        name = uri = "s3://yard/labels.manifest"
        size = 8

        def open(self):
            return chunks

    with pytest.raises(function_limits.ManifestError, match="more than 2 lines"):
        list(LimitedManifest(Source()).open())
    assert list(chunks) == [b"4\n"]


def test_people_are_told_once_of_a_manifest_that_is_too_large(aws, pipeline, monkeypatch):
    monkeypatch.setattr(function_limits, "MOST_BYTES", 100)
    event = upload(aws)
    pipeline.convert(event, event)
    [mail] = aws.mails()
    assert "one function converts 100" in mail["Message"]


def test_images_that_have_to_be_asked_for_one_by_one_are_too_many_at_some_point(aws, pipeline, monkeypatch):
    monkeypatch.setattr(function_limits, "MOST_SINGLE_QUESTIONS", 5)
    event = upload(aws)
    monkeypatch.setattr("groundtrain.images.existence.HEADS_PER_LISTING", 30)  # so that nothing is listed
    assert pipeline.convert(event) == []
    [reason] = reasons(aws)
    assert reason.startswith("more than 5 images have to be asked for one by one")
    assert "put them into a folder of their own" in reason


def test_listings_are_no_single_questions(aws, pipeline, monkeypatch):
    monkeypatch.setattr(function_limits, "MOST_SINGLE_QUESTIONS", 0)
    assert pipeline.convert(upload(aws)) == []
    assert [event["detail-type"] for event in aws.events()] == ["Dataset Ready"]
