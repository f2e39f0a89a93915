"""docs/from-estimator-to-groundtrain.md: its blocks are run, and its claims compared with what they send."""

import re
import sys
import time
import tomllib
import types
from pathlib import Path

import boto3
import pytest

from groundtrain.aws.sagemaker.python_sdk import find_changes
from groundtrain.s3_addresses import parse_s3_address
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.request import BucketsAndRole
from groundtrain.training.settings_checks import training_mistakes
from tests.datasets import a_dataset
from tests.training_plans import planned_request

SEED = Path(__file__).parents[2] / "docs" / "examples" / "seed.toml"
DOCUMENT = Path(__file__).parents[2] / "docs" / "from-estimator-to-groundtrain.md"


def section(heading):
    return re.search(rf"(?ms)^## {heading}\n(.*?)(?=^## |\Z)", DOCUMENT.read_text("utf-8"))[1]


def block(heading, language):
    (code,) = re.findall(rf"(?ms)^```{language}\n(.*?)^```$", section(heading))
    return code


V1 = block("SageMaker SDK 1, 2018", "python")
V3 = block("SageMaker SDK 3, today", "python")
SETTINGS = block("groundtrain", "toml")
COMMAND = block("groundtrain", "sh")


class Estimator:
    """Stands in for the removed class: takes the arguments of version 1 and sends what its `fit` sent."""

    def __init__(
        self,
        image_name,
        role,
        train_instance_count,
        train_instance_type,
        train_volume_size,
        train_max_run,
        input_mode,
        output_path,
    ):
        self.request = {
            "TrainingJobName": time.strftime("object-detection-%Y-%m-%d-%H-%M-%S-000"),
            "AlgorithmSpecification": {"TrainingImage": image_name, "TrainingInputMode": input_mode},
            "RoleArn": role,
            "OutputDataConfig": {"S3OutputPath": output_path},
            "ResourceConfig": {
                "InstanceCount": train_instance_count,
                "InstanceType": train_instance_type,
                "VolumeSizeInGB": train_volume_size,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": train_max_run},
        }

    def set_hyperparameters(self, **hyperparameters):
        self.request["HyperParameters"] = {name: str(value) for name, value in hyperparameters.items()}

    def fit(self, inputs, logs):  # noqa: ARG002  # an argument of version 1, not of the request
        channels = [{"ChannelName": name, **channel} for name, channel in inputs.items()]
        boto3.Session().client("sagemaker").create_training_job(**self.request, InputDataConfig=channels)


def s3_input(s3_data, distribution, content_type, s3_data_type, attribute_names, record_wrapping):
    """Stands in for the removed class of this name: the channel it described."""
    source = {
        "S3DataDistributionType": distribution,
        "S3DataType": s3_data_type,
        "S3Uri": s3_data,
        "AttributeNames": attribute_names,
    }
    return {
        "DataSource": {"S3DataSource": source},
        "ContentType": content_type,
        "RecordWrapperType": record_wrapping,
    }


@pytest.fixture
def by_sdk_1(endpoint, monkeypatch):
    """The request of 2018's block, executed against stand-ins for the removed classes."""
    package, estimator, session = (
        types.ModuleType(f"sagemaker{end}") for end in ("", ".estimator", ".session")
    )
    package.estimator, package.session = estimator, session
    estimator.Estimator, session.s3_input = Estimator, s3_input
    with monkeypatch.context() as patch:
        for module in (package, estimator, session):
            patch.setitem(sys.modules, module.__name__, module)
        return sent_by(V1, endpoint)


@pytest.fixture
def by_sdk_3(sdk, endpoint, monkeypatch):
    """The request of today's block, executed with the SDK itself."""
    monkeypatch.setenv("SAGEMAKER_VALIDATE_ROLE", "")  # the block sets it; taken back after the test
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # else the SDK goes on with an earlier test's clients
    return sent_by(V3, endpoint)


@pytest.fixture
def by_groundtrain(tmp_path):
    file = tmp_path / "seed.toml"
    file.write_text(SETTINGS)
    buckets = BucketsAndRole(
        parse_s3_address("s3://datasets/pallets-07/"), "models", "arn:aws:iam::111122223333:role/train"
    )
    return planned_request(a_dataset(), load_environment(file, training_mistakes), buckets)


def run(code):
    exec(compile(code, DOCUMENT.name, "exec"), {"__name__": "document"})  # noqa: S102  # our own document


def sent_by(code, endpoint):
    endpoint.calls.clear()
    run(code)
    return endpoint.training_job()


def changed_fields(one, other):
    return {re.sub(r"\[\d+\]", "[]", path) for path in find_changes(one, other)}


def stated_differences():
    return set(re.findall(r"(?m)^\| `([\w.\[\]]+)` \|", section("What the requests differ in")))


@pytest.mark.filterwarnings("ignore:`sagemaker.estimator` was removed:DeprecationWarning")
def test_the_code_of_2018_no_longer_runs(sdk):
    with pytest.raises(ModuleNotFoundError, match=r"sagemaker\.estimator"):
        run(V1)


def test_sdk_3_sends_the_request_of_2018_but_for_the_name(by_sdk_1, by_sdk_3):
    assert changed_fields(by_sdk_1, by_sdk_3) == {"TrainingJobName"}


def test_groundtrain_differs_from_2018_in_exactly_what_the_document_says(by_sdk_1, by_groundtrain):
    assert changed_fields(by_sdk_1, by_groundtrain) == stated_differences()


def test_the_settings_reproduce_the_machine_of_2018(by_groundtrain):
    assert by_groundtrain["ResourceConfig"] == {
        "InstanceType": "ml.p3.2xlarge",
        "InstanceCount": 1,
        "VolumeSizeInGB": 50,
    }
    assert by_groundtrain["StoppingCondition"] == {"MaxRuntimeInSeconds": 360_000}


def test_the_block_of_sdk_3_makes_no_other_call_than_ours_through_the_sdk(by_sdk_3, endpoint):
    assert [call.operation for call in endpoint.calls] == [
        "SageMaker.CreateTrainingJob",
        "SageMaker.DescribeTrainingJob",
    ]


def test_the_settings_shown_are_those_of_the_example():
    shown, example = (tomllib.loads(text) for text in (SETTINGS, SEED.read_text("utf-8")))
    assert shown == example
