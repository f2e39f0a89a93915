"""start_training under settings that limit the number of jobs, or go on from earlier models."""

from contextlib import nullcontext

import msgspec
import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace

from groundtrain.dataset.description import dump_dataset
from groundtrain.training.job_name import environment_prefix
from tests.datasets import KEYS, a_dataset, an_announcement
from tests.mocked_aws import GROUP
from tests.unit.functions.pipeline import training_event


def ready(**changes):
    return {
        "source": "groundtrain",
        "detail-type": "Dataset Ready",
        "detail": msgspec.to_builtins(an_announcement(**changes)),
    }


@pytest.fixture
def dataset(aws):
    return publish(aws, a_dataset())


@pytest.fixture
def under(pipeline):
    def under(**training):
        changed = replace(pipeline.settings.training, **training)
        pipeline.settings = replace(pipeline.settings, training=changed)

    return under


def publish(aws, dataset):
    aws.put(f"{KEYS}dataset.json", dump_dataset(dataset), bucket="datasets")
    return dataset


def names(aws):
    return list(aws.sagemaker.training_requests)


def start_and_end(aws, pipeline, attempt, status="Completed"):
    """One more training, ended; its name."""
    pipeline.start(ready(attempt=attempt))
    name = names(aws)[-1]
    aws.sagemaker.end_training_job(name, status)
    pipeline.record(training_event(name, status))
    return name


def model_channels(request):
    return [channel for channel in request["InputDataConfig"] if channel["ChannelName"] == "model"]


def test_beyond_the_jobs_of_a_day_training_waits_and_people_hear_once(aws, pipeline, dataset, under):
    under(max_jobs_per_day=1, price_per_hour={"ml.g5.2xlarge": 1.5})
    pipeline.start(ready())
    pipeline.start(ready(attempt=1))
    pipeline.postpone("start_training", 2)
    assert len(names(aws)) == 1
    (mail,) = aws.mails()
    assert "max_jobs_per_day is 1" in mail["Message"]
    assert "It costs at most 6.00" in mail["Message"]


def test_beyond_the_jobs_at_once_training_waits_until_one_has_ended(aws, pipeline, dataset, under):
    under(max_concurrent_jobs=1)
    pipeline.start(ready())
    (running,) = names(aws)
    aws.sagemaker.end_training_job(running, "InProgress")
    pipeline.start(ready(attempt=1))
    assert names(aws) == [running]
    aws.sagemaker.end_training_job(running, "Completed")
    pipeline.start(ready(attempt=1))
    assert len(names(aws)) == 2


def test_a_job_that_was_started_does_not_wait_for_itself(aws, pipeline, dataset, under):
    under(max_jobs_per_day=1, max_concurrent_jobs=1)
    pipeline.start(ready(), ready())
    assert len(names(aws)) == 1
    assert aws.mails() == []


def test_jobs_of_others_do_not_count(aws, pipeline, dataset, under):
    under(max_jobs_per_day=1)
    pipeline.start(ready())
    request = aws.sagemaker.training_requests[names(aws)[0]]
    other = {**request, "TrainingJobName": f"not-{environment_prefix(pipeline.settings)}x"}
    aws.sagemaker.training_requests.clear()
    aws.clients.sagemaker.create_training_job(**other)
    under(max_jobs_per_day=2)
    pipeline.start(ready(attempt=1))
    assert len(names(aws)) == 2


def test_training_goes_on_from_the_model_that_was_registered_last(aws, pipeline, dataset, under):
    under(incremental=True)
    start_and_end(aws, pipeline, 0)
    second = start_and_end(aws, pipeline, 1)
    pipeline.start(ready(attempt=2))
    first, _, third = (aws.sagemaker.training_requests[name] for name in names(aws))
    assert model_channels(first) == []
    (channel,) = model_channels(third)
    assert channel["InputMode"] == "File"
    assert channel["ContentType"] == "application/x-sagemaker-model"
    source = channel["DataSource"]["S3DataSource"]
    assert source["S3Uri"] == f"s3://models/training/{second}/output/model.tar.gz"


def test_a_rejected_model_is_not_gone_on_from(aws, pipeline, dataset, under):
    under(incremental=True)
    first = start_and_end(aws, pipeline, 0)
    start_and_end(aws, pipeline, 1)
    sagemaker = aws.clients.sagemaker
    newest = sagemaker.list_model_packages(
        ModelPackageGroupName=GROUP, SortBy="CreationTime", SortOrder="Descending"
    )["ModelPackageSummaryList"][0]["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=newest, ModelApprovalStatus="Rejected")
    pipeline.start(ready(attempt=2))
    (channel,) = model_channels(aws.sagemaker.training_requests[names(aws)[-1]])
    assert f"/{first}/" in channel["DataSource"]["S3DataSource"]["S3Uri"]


def test_models_of_other_classes_in_between_are_passed_over(aws, pipeline, dataset, under):
    under(incremental=True)
    first = start_and_end(aws, pipeline, 0)
    other = replace(dataset, dataset_id="0123456789abcdef", classes=("pallet", "truck"))
    keys = KEYS.replace(dataset.dataset_id, other.dataset_id)
    aws.put(f"{keys}dataset.json", dump_dataset(other), bucket="datasets")
    pipeline.start(ready(dataset_id=other.dataset_id, dataset=f"s3://datasets/{keys}"))
    newest = names(aws)[-1]
    aws.sagemaker.end_training_job(newest, "Completed")
    pipeline.record(training_event(newest))
    pipeline.start(ready(attempt=2))
    (channel,) = model_channels(aws.sagemaker.training_requests[names(aws)[-1]])
    assert f"/{first}/" in channel["DataSource"]["S3DataSource"]["S3Uri"]


def test_a_model_package_of_somebody_else_is_passed_over(aws, pipeline, dataset, under):
    under(incremental=True)
    aws.clients.sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
    aws.clients.sagemaker.create_model_package(ModelPackageGroupName=GROUP, ModelApprovalStatus="Approved")
    assert pipeline.start(ready()) == []
    assert model_channels(aws.sagemaker.training_requests[names(aws)[-1]]) == []


@pytest.mark.parametrize(
    ("code", "starts"), [("AccessDeniedException", True), ("ThrottlingException", False)]
)
def test_an_earlier_job_that_may_not_be_read_is_passed_over_and_a_busy_aws_is_not(
    aws, pipeline, dataset, under, monkeypatch, code, starts
):
    under(incremental=True)
    start_and_end(aws, pipeline, 0)

    def refuse(**_):
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeTrainingJob")

    monkeypatch.setattr("groundtrain.aws.sagemaker.training_jobs.describe", lambda *_: refuse())
    with nullcontext() if starts else pytest.raises(ClientError):
        pipeline.start(ready(attempt=1))
    assert len(names(aws)) == 1 + starts


def test_other_classes_are_learned_from_scratch(aws, pipeline, dataset, under):
    under(incremental=True)
    start_and_end(aws, pipeline, 0)
    other = replace(dataset, dataset_id="0123456789abcdef", classes=("pallet", "truck"))
    keys = KEYS.replace(dataset.dataset_id, other.dataset_id)
    aws.put(f"{keys}dataset.json", dump_dataset(other), bucket="datasets")
    pipeline.start(ready(dataset_id=other.dataset_id, dataset=f"s3://datasets/{keys}"))
    assert model_channels(aws.sagemaker.training_requests[names(aws)[-1]]) == []


def test_delivered_again_after_another_model_was_registered_it_is_still_the_same_job(
    aws, pipeline, dataset, under
):
    under(incremental=True)
    start_and_end(aws, pipeline, 0)
    pipeline.start(ready(attempt=5))
    start_and_end(aws, pipeline, 6)
    pipeline.start(ready(attempt=5))
    assert len(names(aws)) == 3
