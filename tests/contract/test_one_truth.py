"""One truth: the function, `train --via boto3` and `train --via sdk` send the same request.

What the SDK would add by itself is in `groundtrain.aws.sagemaker.python_sdk.SDK_SETS`, and `test_sdk_request`
holds it to that: the name of the job, which is set back.
"""

import msgspec
import pytest
from botocore.stub import Stubber

from groundtrain.cli.application import run
from groundtrain.dataset.description import DESCRIPTION, dump_dataset
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.settings_checks import training_mistakes
from tests.datasets import KEYS, a_dataset, an_announcement
from tests.mocked_aws import DATASETS, MODELS, ROLE, clients, mocked_aws
from tests.sagemaker_fake import REGION
from tests.training_plans import TRAINABLE, a_dataset_of
from tests.unit.functions.pipeline import Pipeline

__all__ = ["clients"]

KEY = f"arn:aws:kms:{REGION}:123456789012:key/k"
PLAIN = f'region = "{REGION}"\n'
FULL = f"""
region = "{REGION}"
[training]
retry_attempts = 2
instance_count = 1
max_runtime    = "3h"
[training.network]
subnets         = ["subnet-0a1b"]
security_groups = ["sg-4e5f"]
isolated        = true
[training.tags]
cost-center = "1234"
[training.overrides.object-detection.hyperparameters]
base_network  = "resnet-50"
learning_rate = 0.0005
"""


@pytest.fixture(params=[PLAIN, FULL], ids=["defaults", "everything set"])
def settings(request, tmp_path):
    file = tmp_path / "test.toml"
    file.write_text(request.param)
    return file


@pytest.fixture
def sent(clients, settings):
    """The one request that a way of starting the dataset's training sends, in an AWS of its own."""

    def sent(way, dataset):
        with pytest.MonkeyPatch.context() as patch, mocked_aws(clients, patch) as aws:
            aws.put(f"{KEYS}{DESCRIPTION}", dump_dataset(dataset), bucket=DATASETS)
            way(aws, patch)
            (request,) = aws.sagemaker.training_requests.values()
            return request

    def by_function(aws, patch):
        pipeline = Pipeline(aws, patch)
        pipeline.settings = load_environment(settings, training_mistakes)
        detail = msgspec.to_builtins(an_announcement())
        pipeline.start({"source": "groundtrain", "detail-type": "Dataset Ready", "detail": detail})

    def by_command(via):
        def command(aws, _):
            with deployed_stacks(aws.clients.cloudformation):
                folder = f"s3://{DATASETS}/{KEYS}"
                assert run(["train", folder, "--settings", str(settings), "--via", via]) == 0

        return command

    ways = {"function": by_function, "boto3": by_command("boto3"), "sdk": by_command("sdk")}
    return lambda way, dataset: sent(ways[way], dataset)


def deployed_stacks(cloudformation):
    """What the stacks of the environment say of themselves."""
    outputs = {
        "storage": {"DatasetsBucketName": DATASETS, "ModelsBucketName": MODELS, "KeyArn": KEY},
        "pipeline": {"TrainingRoleArn": ROLE},
    }
    stub = Stubber(cloudformation)
    for stack, values in outputs.items():
        described = {
            "StackName": f"groundtrain-test-{stack}",
            "CreationTime": 0,
            "StackStatus": "CREATE_COMPLETE",
            "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in values.items()],
        }
        stub.add_response("describe_stacks", {"Stacks": [described]}, {"StackName": described["StackName"]})
    return stub


@pytest.mark.parametrize("label_type", TRAINABLE)
def test_the_command_sends_what_the_function_sends(sent, label_type):
    dataset = a_dataset_of(label_type)
    assert sent("boto3", dataset) == sent("function", dataset)


def test_the_sdk_sends_what_the_function_sends(sdk, sent):
    assert sent("sdk", a_dataset()) == sent("function", a_dataset())


def test_the_request_names_the_results_key_and_the_role_of_the_stacks(sent):
    request = sent("boto3", a_dataset())
    assert request["OutputDataConfig"]["KmsKeyId"] == KEY
    assert request["RoleArn"] == ROLE
