from datetime import UTC, datetime, timedelta

import pytest

from groundtrain.dataset.description import dump_dataset
from groundtrain.settings.environment import Environment
from groundtrain.training.request import BucketsAndRole
from tests.datasets import FOLDER_ADDRESS, KEYS, a_dataset
from tests.mocked_aws import DATASETS, GROUP, ROLE
from tests.sagemaker_fake import REGION
from tests.training_plans import planned_request
from tests.unit.functions.pipeline import training_event

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
END_STATUSES = ("Completed", "Failed", "Stopped")


def train(aws, name=None, status="Completed", at=YESTERDAY, **more):
    """A training job with its dataset, as it ended; its name."""
    aws.put(f"{KEYS}dataset.json", dump_dataset(a_dataset()), bucket=DATASETS)
    request = planned_request(
        a_dataset(), Environment(name="test", region=REGION), BucketsAndRole(FOLDER_ADDRESS, "models", ROLE)
    )
    job = {**request, "TrainingJobName": name or request["TrainingJobName"]}
    aws.clients.sagemaker.create_training_job(**job)
    aws.sagemaker.end_training_job(job["TrainingJobName"], status, at=at, **more)
    return job["TrainingJobName"]


def swept(pipeline):
    """What the sweep asks record_outcome for."""
    return pipeline.sweep("record_outcome")


def names(events):
    return [event["detail"]["TrainingJobName"] for event in events]


def packages(aws):
    return aws.clients.sagemaker.list_model_packages(ModelPackageGroupName=GROUP)["ModelPackageSummaryList"]


@pytest.mark.parametrize("status", END_STATUSES)
def test_a_missed_job_is_put_on_the_outcome_queue_as_its_event_would_have_been(aws, pipeline, status):
    expected = training_event(train(aws, status=status), status)
    (message,) = swept(pipeline)
    assert message == {key: expected[key] for key in ("source", "detail-type", "resources", "detail")}


@pytest.mark.parametrize("status", END_STATUSES)
def test_what_people_were_told_of_is_not_found_again(aws, pipeline, status):
    train(aws, status=status)
    assert pipeline.record(*swept(pipeline)) == []
    assert len(aws.mails()) == 1
    assert swept(pipeline) == []


def test_a_model_whose_event_was_lost_is_registered(aws, pipeline):
    train(aws)
    pipeline.record(*swept(pipeline))
    assert len(packages(aws)) == 1


def test_an_event_that_came_after_all_has_no_effect_beside_the_sweeps(aws, pipeline):
    name = train(aws)
    pipeline.record(*swept(pipeline), training_event(name))
    assert (len(packages(aws)), len(aws.mails())) == (1, 1)


def test_a_job_that_was_stopped_with_a_model_is_known_by_the_model(aws, pipeline):
    train(aws, status="Stopped", secondary_status="MaxRuntimeExceeded")
    pipeline.record(*swept(pipeline))
    assert len(packages(aws)) == 1
    assert swept(pipeline) == []


@pytest.mark.parametrize("age", [timedelta(minutes=5), timedelta(days=3)])
def test_a_job_that_ended_just_now_or_long_ago_is_left_alone(aws, pipeline, age):
    train(aws, at=datetime.now(UTC) - age)
    assert swept(pipeline) == []


@pytest.mark.parametrize("status", ["InProgress", "Stopping"])
def test_a_job_under_way_is_left_alone(aws, pipeline, status):
    train(aws, status=status)
    assert swept(pipeline) == []


@pytest.mark.parametrize(
    "name", ["groundtrain-test2-yard-1", "groundtrain-tes-yard-1", "my-groundtrain-test-1", "somebodys"]
)
def test_jobs_of_other_environments_and_of_others_are_left_alone(aws, pipeline, name):
    train(aws, name)
    assert swept(pipeline) == []


def test_a_job_that_a_person_started_is_found_too(aws, pipeline):
    by_hand = train(aws, "groundtrain-test-by-hand")
    assert names(swept(pipeline)) == [by_hand]


def test_a_job_whose_dataset_was_deleted_is_told_once_and_asked_for_until_it_can_be_recorded(aws, pipeline):
    train(aws)
    aws.clients.s3.delete_object(Bucket=DATASETS, Key=f"{KEYS}dataset.json")
    for _ in range(2):
        assert pipeline.record(*swept(pipeline)) != []
        aws.receive(pipeline.queues["record_outcome"])  # its tries are used up
    (mail,) = aws.mails()
    assert "cannot go on" in mail["Subject"]
    aws.put(f"{KEYS}dataset.json", dump_dataset(a_dataset()), bucket=DATASETS)
    assert pipeline.record(*swept(pipeline)) == []
    assert swept(pipeline) == []


def test_every_page_of_jobs_is_read(aws, pipeline):
    expected = [train(aws, f"groundtrain-test-{number}") for number in range(130)]
    assert sorted(names(swept(pipeline))) == sorted(expected)


def test_the_sweep_asks_for_labeling_jobs_and_training_jobs_each_on_their_queue(aws, pipeline):
    train(aws)
    pipeline.call_sweep()
    assert aws.receive(pipeline.queues["convert_manifest"]) == []
    assert len(aws.receive(pipeline.queues["record_outcome"])) == 1
