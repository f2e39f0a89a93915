"""One truth: boto3 and the SageMaker Python SDK send the same request for the same dataset and settings."""

import os
import sys

import pytest

from groundtrain.aws.sagemaker.python_sdk import SDK_SETS, find_changes, train_with_sdk
from groundtrain.errors import SettingsError
from groundtrain.s3_addresses import parse_s3_address
from groundtrain.settings.environment import Environment
from groundtrain.settings.training_settings import Training
from groundtrain.training.request import BucketsAndRole
from tests.datasets import a_dataset
from tests.training_plans import planned_request

pytestmark = pytest.mark.usefixtures("sdk")

# All that the SDK does beyond what boto3 does with the same request.
SDK_CALLS_AS_WELL = ["SageMaker.DescribeTrainingJob"]

BUCKETS = BucketsAndRole(
    parse_s3_address("s3://datasets/datasets/pallets-07/4f1c/"),
    "models",
    "arn:aws:iam::111122223333:role/train",
)
BUCKETS_WITH_KEY = BucketsAndRole(
    BUCKETS.dataset_folder, "models", BUCKETS.role_arn, "arn:aws:kms:eu-west-1:111122223333:key/k"
)
SPOT = Training(hyperparameters={"base_network": "resnet-50", "learning_rate": 0.001})
ON_DEMAND = Training(spot=False, instance_types=("ml.p3.2xlarge",), instance_count=2)


def a_request(training=SPOT, buckets=BUCKETS, **more):
    environment = Environment(name="dev", region="eu-west-1", training=training)
    return {**planned_request(a_dataset(), environment, buckets), **more}


REQUESTS = {
    "spot": a_request(),
    "on demand, two instances": a_request(ON_DEMAND),
    "results under a key": a_request(buckets=BUCKETS_WITH_KEY),
    "in a VPC": a_request(VpcConfig={"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1", "subnet-2"]}),
    "isolated": a_request(EnableNetworkIsolation=True, EnableInterContainerTrafficEncryption=True),
    "explicitly not isolated": a_request(EnableNetworkIsolation=False),
    "with retries": a_request(RetryStrategy={"MaximumRetryAttempts": 3}),
    "with environment variables": a_request(Environment={"LOG_Level": "debug"}),
    "without tags": {name: part for name, part in a_request().items() if name != "Tags"},
}


@pytest.fixture(params=REQUESTS.values(), ids=REQUESTS.keys())
def request_(request):
    return request.param


def test_the_sdk_sends_field_by_field_what_boto3_sends(endpoint, session, request_):
    session.client("sagemaker").create_training_job(**request_)
    by_boto3 = endpoint.training_job()
    endpoint.calls.clear()
    train_with_sdk(request_, session)
    assert endpoint.training_job() == by_boto3


def test_the_sdk_makes_no_other_call_than_those_listed(endpoint, session):
    train_with_sdk(a_request(), session)
    assert [call.operation for call in endpoint.calls] == ["SageMaker.CreateTrainingJob", *SDK_CALLS_AS_WELL]


def test_the_sdk_sends_no_telemetry(endpoint, session, monkeypatch):
    from sagemaker.core.telemetry import telemetry_logging

    sent = []
    monkeypatch.setattr(telemetry_logging, "_send_telemetry_request", lambda *event: sent.append(event))
    train_with_sdk(a_request(), session)
    assert sent == []


def test_the_sdk_by_itself_changes_exactly_what_is_set_back(endpoint, session, monkeypatch):
    changed = []
    monkeypatch.setattr(
        "groundtrain.aws.sagemaker.python_sdk.find_changes",
        lambda *two: changed.extend(find_changes(*two)) or (),
    )
    train_with_sdk(a_request(), session)
    assert changed == list(SDK_SETS)


def test_the_job_is_described_under_its_own_name(endpoint, session):
    request = a_request()
    arn = train_with_sdk(request, session)
    assert endpoint.calls[-1].body == {"TrainingJobName": request["TrainingJobName"]}
    assert arn.endswith(f":training-job/{request['TrainingJobName']}")


def test_a_session_used_twice_starts_each_job_under_its_own_name(endpoint, session):
    for name in ("first", "second"):
        train_with_sdk(a_request(TrainingJobName=name), session)
    started = [call.body["TrainingJobName"] for call in endpoint.calls if "Create" in call.operation]
    assert started == ["first", "second"]


def test_a_session_is_left_as_it_was(endpoint, session):
    train_with_sdk(a_request(), session)
    endpoint.calls.clear()
    session.client("sagemaker").create_training_job(**a_request(TrainingJobName="another"))
    assert endpoint.training_job()["TrainingJobName"] == "another"


@pytest.mark.parametrize("before", [None, "true"])
def test_the_switch_of_the_role_check_is_left_as_it_was(endpoint, session, monkeypatch, before):
    monkeypatch.delenv("SAGEMAKER_VALIDATE_ROLE", raising=False)
    if before is not None:
        monkeypatch.setenv("SAGEMAKER_VALIDATE_ROLE", before)
    train_with_sdk(a_request(), session)
    assert os.environ.get("SAGEMAKER_VALIDATE_ROLE") == before


def test_what_the_trainer_cannot_carry_is_refused_by_name_and_starts_nothing(endpoint, session):
    request = a_request(ExperimentConfig={"ExperimentName": "pallets"})
    with pytest.raises(
        SettingsError, match="does not send ExperimentConfig as requested: start this job with"
    ):
        train_with_sdk(request, session)
    assert endpoint.calls == []


def test_a_part_that_the_sdk_has_no_field_for_is_refused_and_starts_nothing(endpoint, session):
    request = a_request(CheckpointConfig={"S3Uri": "s3://models/checkpoints/", "Unheard": 1})
    with pytest.raises(SettingsError, match=r"does not take the request \(.*unheard"):
        train_with_sdk(request, session)
    assert endpoint.calls == []


def test_a_persons_defaults_for_the_sdk_change_no_job(endpoint, session, monkeypatch, tmp_path):
    defaults = tmp_path / "config.yaml"
    defaults.write_text(
        "SchemaVersion: '1.0'\n"
        "SageMaker:\n"
        "  TrainingJob:\n"
        "    EnableNetworkIsolation: true\n"
        "    VpcConfig: {SecurityGroupIds: [sg-9], Subnets: [subnet-9]}\n"
        "    Environment: {DEFAULT: '1'}\n"
    )
    monkeypatch.setenv("SAGEMAKER_USER_CONFIG_OVERRIDE", str(defaults))
    request = a_request()
    train_with_sdk(request, session)
    assert endpoint.training_job() == request


def test_a_missing_sdk_is_told_with_the_way_to_get_it(session, monkeypatch):
    monkeypatch.setitem(sys.modules, "sagemaker.train", None)
    with pytest.raises(SettingsError, match="SDK 3 is not installed: install sagemaker>=3"):
        train_with_sdk(a_request(), session)
