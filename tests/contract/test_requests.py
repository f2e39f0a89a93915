"""Our requests, whole, field by field, and through botocore's own validation.

The requests in `requests/` are reviewed like code: one for each label type that SageMaker's algorithms learn
from, one for an image of one's own, and one for the example this project began with.
"""

import json
from pathlib import Path

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.request import BucketsAndRole
from groundtrain.training.results.model_package import TrainedModel, build_model_package
from groundtrain.training.settings_checks import training_mistakes
from tests.datasets import FOLDER, FOLDER_ADDRESS
from tests.training_plans import TRAINABLE, a_dataset_of, planned_request

ROOT = Path(__file__).parents[2]
REQUESTS = Path(__file__).with_name("requests")
BUCKETS = BucketsAndRole(
    FOLDER_ADDRESS,
    "models",
    "arn:aws:iam::111122223333:role/train",
    "arn:aws:kms:eu-west-1:111122223333:key/k",
)
SEED = ROOT / "docs" / "examples" / "seed.toml"
FURNISHED = """
region = "eu-west-1"
[training]
algorithm           = "own-image"
image_uri           = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/detectors/yolo:7"
instance_types      = ["ml.p3.2xlarge"]
instance_count      = 2
volume_key_arn      = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
retry_attempts      = 3
incremental         = true
experiment          = "pallets"
[training.metrics]
"validation:loss" = "loss=([0-9.]+)"
[training.network]
subnets         = ["subnet-0a1b", "subnet-2c3d"]
security_groups = ["sg-4e5f"]
isolated        = true
encrypted       = true
[training.tags]
cost-center = "1234"
[training.hyperparameters]
epochs  = 20
backbone = "small"
"""


@pytest.fixture(scope="module")
def sagemaker():
    return get_session().get_service_model("sagemaker")


@pytest.fixture
def own_image(tmp_path):
    """An environment that says everything that can be said of training."""
    file = tmp_path / "dev.toml"
    file.write_text(FURNISHED)
    return load_environment(file, training_mistakes)


def complaints(service, operation, request):
    shape = service.operation_model(operation).input_shape
    return ParamValidator().validate(request, shape).generate_report()


def dev() -> Environment:
    return load_environment(ROOT / "environments" / "dev.toml", training_mistakes)


def assert_reviewed(request, name):
    """The name of the job ends in a digest, which changes with every setting: it is not compared."""
    start, _, digest = request["TrainingJobName"].rpartition("-")
    assert len(digest) == 10
    readable = json.dumps(request).replace(request["TrainingJobName"], f"{start}-DIGEST")
    assert json.loads(readable) == json.loads((REQUESTS / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("label_type", TRAINABLE)
def test_the_request_for_a_label_type_is_the_one_that_was_reviewed(label_type):
    request = planned_request(a_dataset_of(label_type), dev(), BUCKETS)
    assert_reviewed(request, label_type.removeprefix("groundtruth/"))


def test_the_request_for_an_image_of_ones_own_is_the_one_that_was_reviewed(own_image):
    dataset = a_dataset_of("groundtruth/custom")
    previous = "s3://models/training/earlier/output/model.tar.gz"
    assert_reviewed(planned_request(dataset, own_image, BUCKETS, previous=previous), "own-image")


def test_the_example_this_project_began_with_is_a_settings_file():
    request = planned_request(
        a_dataset_of("groundtruth/object-detection"), load_environment(SEED, training_mistakes), BUCKETS
    )
    assert_reviewed(request, "seed")


@pytest.mark.parametrize("file", sorted(REQUESTS.glob("*.json")), ids=lambda file: file.stem)
def test_botocore_takes_every_reviewed_request(sagemaker, file):
    assert complaints(sagemaker, "CreateTrainingJob", json.loads(file.read_text("utf-8"))) == ""


@pytest.mark.parametrize("file", sorted((ROOT / "environments").glob("*.toml")), ids=lambda file: file.stem)
@pytest.mark.parametrize("label_type", TRAINABLE)
def test_botocore_takes_the_request_of_every_environment(sagemaker, file, label_type):
    request = planned_request(a_dataset_of(label_type), load_environment(file, training_mistakes), BUCKETS)
    assert complaints(sagemaker, "CreateTrainingJob", request) == ""


@pytest.mark.parametrize("file", sorted(REQUESTS.glob("*.json")), ids=lambda file: file.stem)
def test_every_request_asks_for_an_instance_type_that_sagemaker_knows(sagemaker, file):
    known = sagemaker.shape_for("TrainingInstanceType").enum
    assert json.loads(file.read_text("utf-8"))["ResourceConfig"]["InstanceType"] in known


@pytest.mark.parametrize("file", sorted(REQUESTS.glob("*.json")), ids=lambda file: file.stem)
def test_botocore_takes_the_model_package_of_every_algorithm(sagemaker, file):
    image = json.loads(file.read_text("utf-8"))["AlgorithmSpecification"]["TrainingImage"]
    arn = "arn:aws:sagemaker:eu-west-1:111122223333:training-job/j"
    model = TrainedModel("j", arn, image, "s3://models/training/j/output/model.tar.gz", {"validation:x": 0.5})
    dataset = a_dataset_of("groundtruth/object-detection")
    package = build_model_package(model, dataset, FOLDER, "groundtrain-dev")
    assert complaints(sagemaker, "CreateModelPackage", package) == ""


def test_the_validation_notices_a_misspelt_field(sagemaker):
    request = json.loads((REQUESTS / "object-detection.json").read_text("utf-8"))
    request["InputDataConfig"][0]["DataSource"]["S3DataSource"]["AtttributeNames"] = ["source-ref"]
    assert "AtttributeNames" in complaints(sagemaker, "CreateTrainingJob", request)
