from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from groundtrain.settings.environment import Labeling
from tests.unit.functions.pipeline import finish_labeling_job, labeling_event

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
