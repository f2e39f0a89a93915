from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import msgspec
import pytest
from botocore.exceptions import ClientError

from groundtrain.pipeline.collected_failures import SomeFailedError
from groundtrain.settings.environment import Labeling
from tests.unit.functions.pipeline import finish_labeling_job, labeling_event
from tests.unit.functions.test_sweep_training_jobs import train

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def test_a_missed_job_is_put_on_the_convert_queue_as_its_event_would_have_been(aws, pipeline):
    arn = finish_labeling_job(aws, at=YESTERDAY)
    (message,) = pipeline.sweep()
    expected = labeling_event(arn)
    assert message == {key: expected[key] for key in ("source", "detail-type", "resources", "detail")}


def test_what_the_sweep_found_is_not_found_again_once_it_trains(aws, pipeline):
    finish_labeling_job(aws, at=YESTERDAY)
    pipeline.convert(*pipeline.sweep())
    pipeline.start(*aws.events())
    assert pipeline.sweep() == []


def test_an_unusable_manifest_is_not_asked_for_for_ever(aws, pipeline):
    finish_labeling_job(aws, at=YESTERDAY, manifest="no manifest")
    pipeline.convert(*pipeline.sweep())
    assert pipeline.sweep() == []


@pytest.mark.parametrize("age", [timedelta(minutes=5), timedelta(days=3)])
def test_a_job_that_ended_just_now_or_long_ago_is_left_alone(aws, pipeline, age):
    finish_labeling_job(aws, at=datetime.now(UTC) - age)
    assert pipeline.sweep() == []


@pytest.mark.parametrize("status", ["InProgress", "Failed"])
def test_only_statuses_that_the_settings_name_are_looked_for(aws, pipeline, status):
    finish_labeling_job(aws, at=YESTERDAY, status=status)
    assert pipeline.sweep() == []


def test_a_failed_job_that_nobody_was_told_of_is_found_until_people_are_told(aws, pipeline):
    pipeline.settings = msgspec.structs.replace(
        pipeline.settings, labeling=Labeling(statuses=("Completed", "Failed"))
    )
    arn = finish_labeling_job(aws, at=YESTERDAY, status="Failed", FailureReason="why")
    (message,) = pipeline.sweep()
    assert message["resources"] == [arn]
    pipeline.convert(message)
    assert len(aws.mails()) == 1
    assert pipeline.sweep() == []


def test_jobs_of_other_prefixes_are_left_alone(aws, pipeline):
    pipeline.settings = msgspec.structs.replace(
        pipeline.settings, labeling=Labeling(job_name_prefixes=("pallets-", "trucks-"))
    )
    for name in ("Pallets-1", "trucks-1", "cats-1"):
        finish_labeling_job(aws, name, at=YESTERDAY, lines=1)
    found = {message["resources"][0].rpartition("/")[2] for message in pipeline.sweep()}
    assert found == {"pallets-1", "trucks-1"}


def test_every_page_of_jobs_is_read(aws, pipeline):
    for number in range(130):
        aws.sagemaker.add_labeling_job(f"job-{number}", output=f"s3://labels/{number}", at=YESTERDAY)
        aws.put(str(number), b"{}")
    assert len(pipeline.sweep()) == 130


def test_a_job_without_output_does_not_stop_the_sweep(aws, pipeline):
    aws.sagemaker.add_labeling_job("nothing", at=YESTERDAY)
    aws.sagemaker.add_labeling_job("lost", output="s3://labels/lost", at=YESTERDAY)
    finish_labeling_job(aws, at=YESTERDAY)
    assert len(pipeline.sweep()) == 1


def test_changed_settings_make_the_sweep_ask_for_another_dataset(aws, pipeline):
    finish_labeling_job(aws, at=YESTERDAY)
    pipeline.convert(*pipeline.sweep())
    pipeline.start(*aws.events())
    assert pipeline.sweep() == []
    dataset = msgspec.structs.replace(pipeline.settings.dataset, validation=0.5)
    pipeline.settings = msgspec.structs.replace(pipeline.settings, dataset=dataset)
    assert len(pipeline.sweep()) == 1


@pytest.mark.parametrize("kind", ["labeling", "training"])
def test_what_ended_before_the_environment_existed_is_left_alone(aws, pipeline, kind):
    aws.queue("convert_manifest", made=datetime.now(UTC) - timedelta(hours=2))
    for name, hours in (("before", 3), ("since", 1)):
        at = datetime.now(UTC) - timedelta(hours=hours)
        finish_labeling_job(aws, name, lines=1, at=at)
        train(aws, f"groundtrain-test-{name}", at=at)
    found = pipeline.sweep("convert_manifest" if kind == "labeling" else "record_outcome")
    assert [message["resources"][0].rpartition("/")[2].rpartition("-")[2] for message in found] == ["since"]


def test_a_sweep_right_after_the_deployment_asks_for_nothing(aws, pipeline):
    aws.queue("convert_manifest", made=datetime.now(UTC))
    finish_labeling_job(aws, at=YESTERDAY)
    assert pipeline.sweep() == []


@pytest.mark.parametrize("status", ["Completed", "Stopped", "Failed"])
def test_labeling_jobs_of_others_are_left_alone(aws, pipeline, status, capsys):
    pipeline.settings = msgspec.structs.replace(
        pipeline.settings, labeling=Labeling(statuses=("Completed", "Stopped", "Failed"))
    )
    theirs = {"OutputConfig": {"S3OutputPath": "s3://theirs/out", "KmsKeyId": ""}}
    aws.sagemaker.add_labeling_job(
        "theirs", status=status, at=YESTERDAY, output="s3://theirs/out/m" * (status == "Completed"), **theirs
    )
    assert pipeline.sweep() == []
    assert "LabelingJobsSwept" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "OptInRequired", "ValidationException", "UnknownOperationException"]
)
def test_where_labeling_jobs_may_not_be_listed_training_jobs_are_swept_all_the_same(
    aws, pipeline, monkeypatch, caplog, code
):
    refuse_lists(aws, monkeypatch, code)
    train(aws)
    assert len(pipeline.sweep("record_outcome")) == 1
    assert "Labeling jobs may not be listed" in caplog.text


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalFailure"])
def test_a_list_that_may_come_later_fails_the_sweep(aws, pipeline, monkeypatch, code):
    refuse_lists(aws, monkeypatch, code)
    with pytest.raises(SomeFailedError):
        pipeline.sweep()


def refuse_lists(aws, monkeypatch, code):
    pages = aws.clients.sagemaker.get_paginator

    def refuse(operation):
        if operation == "list_labeling_jobs":
            return SimpleNamespace(paginate=refusal)
        return pages(operation)

    def refusal(**_):
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "ListLabelingJobs")
        yield

    monkeypatch.setattr(aws.clients.sagemaker, "get_paginator", refuse)
