"""A dataset is there, and the event that said so was lost."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from groundtrain.pipeline.collected_failures import SomeFailedError
from groundtrain.settings.dataset_settings import Gate
from tests.interrupted import TRAINING
from tests.unit.functions.pipeline import finish_labeling_job, labeling_event, training_event

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
NO_CAPACITY = "CapacityError: Unable to provision requested ML compute capacity."


@pytest.fixture
def lost(aws, pipeline):
    """The "Dataset Ready" of a labeling job, which nobody got."""
    pipeline.convert(labeling_event(finish_labeling_job(aws, at=YESTERDAY)))
    (event,) = aws.events()
    return event


def under(pipeline, **training):
    pipeline.settings = replace(pipeline.settings, training=replace(pipeline.settings.training, **training))


def jobs(aws):
    return sorted(aws.sagemaker.training_requests)


def test_a_dataset_that_nothing_trains_is_announced_again(aws, pipeline, lost):
    files = {key: aws.get(key) for key in aws.written()}
    assert pipeline.convert(*pipeline.sweep()) == []
    assert {key: aws.get(key) for key in aws.written()} == files
    (event,) = aws.events()
    assert event["detail"] == lost["detail"]
    pipeline.start(event)
    assert len(jobs(aws)) == 1
    assert pipeline.sweep() == []


def test_a_dataset_whose_job_is_there_is_left_alone(aws, pipeline, lost):
    pipeline.start(lost)
    assert pipeline.sweep() == []


def no_quota(aws, pipeline, event):
    aws.sagemaker.without_quota |= {"ml.g5.2xlarge", "ml.g4dn.2xlarge"}


def no_turn(aws, pipeline, event):
    under(pipeline, max_concurrent_jobs=1)
    aws.clients.sagemaker.create_training_job(**TRAINING)
    aws.sagemaker.end_training_job(TRAINING["TrainingJobName"], "InProgress")


@pytest.mark.parametrize("hinder", [no_quota, no_turn])
def test_a_dataset_whose_job_waits_is_left_alone_once_people_know(aws, pipeline, lost, hinder):
    hinder(aws, pipeline, lost)
    assert len(pipeline.sweep()) == 1
    assert pipeline.start(lost) == [lost]
    assert pipeline.sweep() == []


def test_a_dataset_that_start_training_refuses_is_left_alone_once_people_know(aws, pipeline, lost):
    pipeline.settings = replace(pipeline.settings, gate=Gate(min_records=5000))
    pipeline.convert(*pipeline.sweep())
    pipeline.start(*aws.events())
    assert len(aws.mails()) == 1
    assert jobs(aws) == []
    assert pipeline.sweep() == []


def test_a_gate_that_closed_for_other_reasons_is_told_again(aws, pipeline, lost):
    for least in (5000, 6000):
        pipeline.settings = replace(pipeline.settings, gate=Gate(min_records=least))
        (message,) = pipeline.sweep()
        pipeline.convert(message)
        pipeline.start(*aws.events())
    assert len(aws.mails()) == 2


def test_a_dataset_with_a_closed_gate_is_left_alone(aws, pipeline):
    pipeline.convert(labeling_event(finish_labeling_job(aws, lines=2, at=YESTERDAY)))
    assert pipeline.sweep() == []


def test_labels_that_no_algorithm_reads_are_left_alone(aws, pipeline, lost):
    (key,) = [key for key in aws.written() if key.endswith("dataset.json")]
    of_text = aws.get(key).replace(b"groundtruth/object-detection", b"groundtruth/text-classification-x")
    aws.put(key, of_text, bucket="datasets")
    assert pipeline.sweep() == []


def test_a_dataset_json_that_cannot_be_read_does_not_stop_the_sweep(aws, pipeline, lost):
    (key,) = [key for key in aws.written() if key.endswith("dataset.json")]
    aws.put(key, b"{", bucket="datasets")
    finish_labeling_job(aws, "other", at=YESTERDAY)
    with pytest.raises(SomeFailedError, match="Pallets-07"):
        pipeline.call_sweep()
    (message,) = aws.receive(pipeline.queues["convert_manifest"])
    assert message["resources"][0].endswith("/other")


@pytest.mark.parametrize("age", [timedelta(minutes=5), timedelta(days=3)])
def test_a_dataset_of_a_job_that_ended_just_now_or_long_ago_is_left_alone(aws, pipeline, age):
    pipeline.convert(labeling_event(finish_labeling_job(aws, at=datetime.now(UTC) - age)))
    assert pipeline.sweep() == []


def test_other_training_settings_alone_start_no_training(aws, pipeline, lost):
    pipeline.start(lost)
    under(pipeline, hyperparameters={"mini_batch_size": 2, "epochs": 13})
    assert pipeline.sweep() == []
    assert len(jobs(aws)) == 1


def test_a_training_of_another_dataset_of_the_labeling_job_does_not_count(aws, pipeline, lost):
    pipeline.start(lost)
    finish_labeling_job(aws, lines=31, at=YESTERDAY)
    pipeline.convert(*pipeline.sweep())
    aws.events()
    assert len(pipeline.sweep()) == 1


@pytest.fixture
def stranded(aws, pipeline, lost):
    """A job that found no machine; the event that starts the next attempt was lost. Its name."""
    pipeline.start(lost)
    (name,) = jobs(aws)
    aws.sagemaker.end_training_job(name, "Failed", FailureReason=NO_CAPACITY, at=YESTERDAY)
    pipeline.record(training_event(name))
    assert len(aws.mails()) == len(aws.events()) == 1
    return name


def test_the_next_attempt_is_announced_again(aws, pipeline, stranded):
    assert pipeline.record(*pipeline.sweep("record_outcome")) == []
    assert aws.mails() == []
    pipeline.start(*aws.events())
    assert jobs(aws) == [stranded, f"{stranded}-a1"]
    assert aws.sagemaker.training_requests[f"{stranded}-a1"]["ResourceConfig"]["InstanceType"] == (
        "ml.g4dn.2xlarge"
    )
    aws.sagemaker.end_training_job(f"{stranded}-a1", "InProgress")
    assert pipeline.sweep("record_outcome") == []


def test_a_next_attempt_that_waits_is_left_alone_once_people_know(aws, pipeline, stranded):
    aws.sagemaker.without_quota |= {"ml.g4dn.2xlarge"}
    pipeline.record(*pipeline.sweep("record_outcome"))
    pipeline.start(*aws.events())
    assert len(aws.mails()) == 1
    assert pipeline.sweep("record_outcome") == []


def test_a_next_attempt_in_spite_of_a_closed_gate_is_announced_again(aws, pipeline):
    pipeline.convert(labeling_event(finish_labeling_job(aws, lines=3, at=YESTERDAY)))
    (rejected,) = aws.events()
    by_hand = {
        **rejected,
        "detail-type": "Dataset Ready",
        "detail": {**rejected["detail"], "override_gate": True},
    }
    pipeline.start({**by_hand, "detail": rejected["detail"]}, by_hand)
    (name,) = jobs(aws)
    aws.sagemaker.end_training_job(name, "Failed", FailureReason=NO_CAPACITY, at=YESTERDAY)
    pipeline.record(training_event(name))
    aws.events()
    pipeline.record(*pipeline.sweep("record_outcome"))
    pipeline.start(*aws.events())
    assert jobs(aws) == [name, f"{name}-a1"]


def test_under_other_settings_the_dataset_is_announced_and_not_the_next_attempt(aws, pipeline, stranded):
    under(pipeline, hyperparameters={"mini_batch_size": 2, "epochs": 13})
    assert len(pipeline.sweep()) == 1
    assert pipeline.sweep("record_outcome") == []


def test_a_job_without_its_dataset_does_not_stop_the_sweep(aws, pipeline, stranded):
    (key,) = [key for key in aws.written() if key.endswith("dataset.json")]
    aws.clients.s3.delete_object(Bucket="datasets", Key=key)
    assert len(pipeline.sweep()) == 1
    assert aws.receive(pipeline.queues["record_outcome"]) == []
