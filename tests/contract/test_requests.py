"""Our requests, field by field and through botocore's own validation."""

import json
from pathlib import Path

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from groundtrain.settings import load_environment
from groundtrain.training.model_package import TrainedModel, build_model_package
from groundtrain.training.request import Place, build_request
from tests.datasets import FOLDER, a_dataset

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).with_name("create_training_job.json")
PLACE = Place(
    FOLDER, "models", "arn:aws:iam::111122223333:role/train", "arn:aws:kms:eu-west-1:111122223333:key/k"
)


@pytest.fixture(scope="module")
def sagemaker():
    return get_session().get_service_model("sagemaker")


@pytest.fixture(params=sorted((ROOT / "environments").glob("*.toml")), ids=lambda path: path.stem)
def environment(request):
    return load_environment(request.param)


def complaints(service, operation, request):
    shape = service.operation_model(operation).input_shape
    return ParamValidator().validate(request, shape).generate_report()


def test_the_training_request_is_the_one_that_was_reviewed():
    request = build_request(a_dataset(), load_environment(ROOT / "environments" / "dev.toml"), PLACE)
    reviewed = GOLDEN.read_text("utf-8").replace(
        "groundtrain-dev-pallets-07-GOLDEN", request["TrainingJobName"]
    )
    assert json.loads(json.dumps(request)) == json.loads(reviewed)


def test_botocore_takes_the_training_request_of_every_environment(sagemaker, environment):
    assert complaints(sagemaker, "CreateTrainingJob", build_request(a_dataset(), environment, PLACE)) == ""


def test_every_environment_asks_for_instance_types_that_sagemaker_knows(sagemaker, environment):
    known = sagemaker.shape_for("TrainingInstanceType").enum
    assert set(environment.training.instance_types) <= set(known)


def test_botocore_takes_the_model_package(sagemaker):
    arn = "arn:aws:sagemaker:eu-west-1:111122223333:training-job/j"
    model = TrainedModel(
        "j", arn, "image:1", "s3://models/training/j/output/model.tar.gz", {"validation:mAP": 0.5}
    )
    package = build_model_package(model, a_dataset(), FOLDER, "groundtrain-dev")
    assert complaints(sagemaker, "CreateModelPackage", package) == ""


def test_the_validation_notices_a_misspelt_field(sagemaker):
    request = json.loads(GOLDEN.read_text("utf-8"))
    request["InputDataConfig"][0]["DataSource"]["S3DataSource"]["AtttributeNames"] = ["source-ref"]
    assert "AtttributeNames" in complaints(sagemaker, "CreateTrainingJob", request)
