import pytest
from botocore.exceptions import ClientError

from groundtrain.aws.sagemaker import training_jobs
from groundtrain.aws.sagemaker.start_training_job import (
    NameTakenError,
    NoInstanceError,
    differences,
    start_training_job,
)
from groundtrain.settings.environment import Environment
from groundtrain.training.request import BucketsAndRole
from tests.datasets import FOLDER, FOLDER_ADDRESS, a_dataset
from tests.mocked_aws import ROLE
from tests.training_plans import planned_request

TYPES = ("ml.g5.2xlarge", "ml.g4dn.2xlarge")


@pytest.fixture
def request_():
    return planned_request(
        a_dataset(),
        Environment(name="test", region="eu-west-1"),
        BucketsAndRole(FOLDER_ADDRESS, "models", ROLE),
    )


def refuse(aws, monkeypatch, code):
    def create_training_job(**_):
        raise ClientError({"Error": {"Code": code, "Message": "No room."}}, "CreateTrainingJob")

    monkeypatch.setattr(aws.clients.sagemaker, "create_training_job", create_training_job)


def test_a_started_job_says_where_it_runs(aws, request_):
    started = start_training_job(aws.clients.sagemaker, request_, TYPES)
    assert (started.name, started.instance_type, started.new) == (request_["TrainingJobName"], TYPES[0], True)


def test_a_job_started_on_another_instance_type_of_the_list_is_the_same(aws, request_):
    start_training_job(aws.clients.sagemaker, request_, TYPES[1:])
    started = start_training_job(aws.clients.sagemaker, request_, TYPES)
    assert (started.instance_type, started.new) == (TYPES[1], False)


def test_a_job_on_an_instance_type_outside_the_list_is_another(aws, request_):
    start_training_job(aws.clients.sagemaker, request_, ("ml.p3.2xlarge",))
    with pytest.raises(NameTakenError, match=r"ResourceConfig\.InstanceType"):
        start_training_job(aws.clients.sagemaker, request_, TYPES)


@pytest.mark.parametrize("code", ["ResourceLimitExceeded", "CapacityError"])
def test_without_quota_or_capacity_every_type_is_tried(aws, request_, monkeypatch, code):
    refuse(aws, monkeypatch, code)
    with pytest.raises(NoInstanceError) as refusal:
        start_training_job(aws.clients.sagemaker, request_, TYPES)
    assert refusal.value.refusals == {TYPES[0]: "No room", TYPES[1]: "No room"}


def test_throttling_is_left_to_the_queue(aws, request_, monkeypatch):
    refuse(aws, monkeypatch, "ThrottlingException")
    with pytest.raises(ClientError):
        start_training_job(aws.clients.sagemaker, request_, TYPES)


def test_what_aws_adds_of_its_own_is_no_difference():
    asked = {"a": 1, "b": {"c": ["x", "y"]}}
    assert list(differences(asked, {"a": 1, "b": {"c": ["x", "y"], "d": 2}, "e": ""})) == []


def test_differences_are_named_by_their_paths():
    asked = {"a": 1, "b": {"c": [{"n": 1}, {"n": 2}]}, "d": [1], "e": 5}
    found = {"a": 2, "b": {"c": [{"n": 1}, {"n": 3}]}, "d": [1, 2]}
    assert list(differences(asked, found)) == ["a", "b.c[1].n", "d", "e"]


def test_a_described_job_leads_back_to_its_manifest_and_its_model(aws, request_):
    start_training_job(aws.clients.sagemaker, request_, TYPES)
    name = request_["TrainingJobName"]
    metric = {"MetricName": "validation:mAP", "Value": 0.25, "Timestamp": 1}
    aws.sagemaker.end_training_job(name, "Stopped", "MaxRuntimeExceeded", FinalMetricDataList=[metric])
    job = training_jobs.describe(aws.clients.sagemaker, name)
    assert job.train_manifest == f"{FOLDER}train.manifest"
    assert job.artifacts == f"s3://models/training/{name}/output/model.tar.gz"
    assert (job.status, job.secondary_status) == ("Stopped", "MaxRuntimeExceeded")
    assert job.metrics == {"validation:mAP": 0.25}
    assert job.image == request_["AlgorithmSpecification"]["TrainingImage"]
