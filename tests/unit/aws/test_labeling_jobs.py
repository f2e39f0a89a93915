from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from groundtrain.aws.manifest_store import read_category_file
from groundtrain.aws.sagemaker import labeling_jobs
from groundtrain.aws.sagemaker.labeling_jobs import LabelingJob, UnknownJobError
from groundtrain.errors import ManifestError, NotReadyError

ENDED = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)


def a_job(**changes):
    return LabelingJob(**({"name": "J", "arn": "a", "status": "Completed", "ended": ENDED} | changes))


def test_a_job_is_read_as_the_api_describes_it(aws):
    arn = aws.sagemaker.add_labeling_job(
        "Pallets",
        output="s3://labels/o",
        LabelCategoryConfigS3Uri="s3://labels/c",
        FailureReason="why",
        at=ENDED,
    )
    assert labeling_jobs.describe(aws.clients.sagemaker, "pallets") == LabelingJob(
        name="Pallets",
        arn=arn,
        status="Completed",
        label="boxes",
        output="s3://labels/o",
        output_folder="s3://labels/out/",
        categories="s3://labels/c",
        failure_reason="why",
        counters={"TotalLabeled": 1},
        ended=ENDED,
    )


def test_empty_texts_are_absent(aws):
    aws.sagemaker.add_labeling_job("j", output="", label="", LabelCategoryConfigS3Uri="", FailureReason="")
    job = labeling_jobs.describe(aws.clients.sagemaker, "j")
    assert (job.label, job.output, job.categories, job.failure_reason) == (None, None, None, None)


@pytest.mark.parametrize("status", ["Initializing", "InProgress", "Stopping"])
def test_a_job_under_way_is_not_ready(aws, status):
    aws.sagemaker.add_labeling_job("j", status=status)
    with pytest.raises(NotReadyError, match=status):
        labeling_jobs.describe(aws.clients.sagemaker, "j")


def test_an_unknown_job_is_named(aws):
    with pytest.raises(UnknownJobError, match='"nobody"'):
        labeling_jobs.describe(aws.clients.sagemaker, "nobody")


def test_another_refusal_is_passed_on(aws, monkeypatch):
    def describe_labeling_job(**_):
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "Describe")

    monkeypatch.setattr(aws.clients.sagemaker, "describe_labeling_job", describe_labeling_job)
    with pytest.raises(ClientError):
        labeling_jobs.describe(aws.clients.sagemaker, "j")


def test_ended_jobs_are_listed_by_status_and_time(aws):
    now = datetime.now(UTC)
    aws.sagemaker.add_labeling_job("now", at=now)
    aws.sagemaker.add_labeling_job("then", at=now - timedelta(hours=2))
    aws.sagemaker.add_labeling_job("stopped", at=now - timedelta(hours=2), status="Stopped")
    aws.sagemaker.add_labeling_job("before", at=now - timedelta(hours=9))
    since, until = now - timedelta(hours=5), now - timedelta(hours=1)
    found = labeling_jobs.list_ended(aws.clients.sagemaker, "Completed", since=since, until=until)
    assert list(found) == ["then"]


def test_class_names_keep_the_order_of_the_category_file(aws):
    text = '{"document-version": "2018-11-28", "labels": [{"label": "b"}, {"label": "a", "more": 1}]}'
    job = a_job(categories=aws.put("c.json", text))
    assert read_category_file(aws.clients.s3, job.categories) == ("b", "a")


@pytest.mark.parametrize("job", [a_job(), a_job(categories="s3://labels/nowhere")])
def test_without_a_category_file_the_classes_are_not_known(aws, job):
    assert read_category_file(aws.clients.s3, job.categories) is None


@pytest.mark.parametrize("text", ["", "[]", '{"labels": ["a"]}', "\x00"])
def test_a_category_file_of_another_form_is_named(aws, text):
    job = a_job(categories=aws.put("c.json", text))
    with pytest.raises(ManifestError, match=r"s3://labels/c\.json is not a label category file"):
        read_category_file(aws.clients.s3, job.categories)
