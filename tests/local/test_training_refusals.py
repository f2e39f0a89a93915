"""What the embedded SageMaker refuses, or fails for, with each built-in algorithm."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.embedded_aws import EmbeddedAws
from tests.waiting import eventually

REGISTRY = "685385470294.dkr.ecr.eu-west-1.amazonaws.com"
COUNTS = {"num_classes": "2", "num_training_samples": "4", "mini_batch_size": "1"}
SPOT = {"EnableManagedSpotTraining": True}


def machine(instance_type: str, count: int = 1) -> dict[str, Any]:
    resources = {"InstanceType": instance_type, "InstanceCount": count, "VolumeSizeInGB": 50}
    return {"ResourceConfig": resources}


@pytest.fixture
def request_for(aws: EmbeddedAws, unique: str, training_role: str) -> Callable[..., dict[str, Any]]:
    """A request for an algorithm over four records with this label; arguments replace members."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": aws.region})
    s3.put_object(Bucket=unique, Key="a.jpg", Body=b"jpg")

    def request(
        algorithm: str, label: Any = 1, content_type: str = "application/x-recordio", **replaced: Any
    ):
        line = {"source-ref": f"s3://{unique}/a.jpg", "label": label}
        s3.put_object(Bucket=unique, Key="train.manifest", Body=(json.dumps(line) + "\n").encode() * 4)
        source = {
            "S3DataType": "AugmentedManifestFile",
            "S3Uri": f"s3://{unique}/train.manifest",
            "AttributeNames": ["source-ref", "label"],
        }
        channel = {
            "ChannelName": "train",
            "ContentType": content_type,
            "DataSource": {"S3DataSource": source},
        }
        specification = {"TrainingImage": f"{REGISTRY}/{algorithm}:1", "TrainingInputMode": "Pipe"}
        return {
            "TrainingJobName": unique,
            "RoleArn": training_role,
            "AlgorithmSpecification": specification,
            "HyperParameters": COUNTS,
            "InputDataConfig": [channel],
            "OutputDataConfig": {"S3OutputPath": f"s3://{unique}/training/"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            **machine("ml.g5.2xlarge"),
            **replaced,
        }

    return request


@pytest.mark.parametrize(
    ("algorithm", "replaced", "words"),
    [
        ("image-classification", machine("ml.m5.xlarge"), "only GPU instances"),
        ("semantic-segmentation", machine("ml.c5.xlarge"), "only GPU instances"),
        ("blazingtext", machine("ml.g5.2xlarge"), "only CPU instances"),
        ("image-classification", machine("ml.g5.2xlarge", 2), "InstanceCount must be 1"),
        ("semantic-segmentation", machine("ml.g5.2xlarge", 2), "InstanceCount must be 1"),
        ("blazingtext", machine("ml.c5.2xlarge", 2), "InstanceCount must be 1"),
        (
            "blazingtext",
            {
                **SPOT,
                **machine("ml.c5.2xlarge"),
                "StoppingCondition": {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 3601},
            },
            "does not support checkpoints",
        ),
    ],
)
def test_what_an_algorithm_cannot_do_is_refused(
    sagemaker: Any, request_for: Any, algorithm: str, replaced: dict[str, Any], words: str
) -> None:
    with pytest.raises(ClientError, match=words):
        sagemaker.create_training_job(**request_for(algorithm, **replaced))


def test_several_machines_are_taken_where_they_can_share_the_work(sagemaker: Any, request_for: Any) -> None:
    label = {"annotations": [{"class_id": 0}]}
    sagemaker.create_training_job(**request_for("object-detection", label, **machine("ml.g5.2xlarge", 2)))


def test_an_earlier_model_is_given_as_a_file(sagemaker: Any, request_for: Any, unique: str) -> None:
    request = request_for("image-classification")
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{unique}/model.tar.gz"}
    model = {"ChannelName": "model", "DataSource": {"S3DataSource": source}}
    with pytest.raises(ClientError, match="only the File input mode"):
        sagemaker.create_training_job(**request | {"InputDataConfig": [*request["InputDataConfig"], model]})
    as_file = model | {"InputMode": "File"}
    sagemaker.create_training_job(**request | {"InputDataConfig": [*request["InputDataConfig"], as_file]})
    assert "model.tar.gz" in failure(sagemaker, unique)


def failure(sagemaker: Any, name: str) -> str:
    def job() -> dict[str, Any] | None:
        job: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=name)
        return job if job["TrainingJobStatus"] != "InProgress" else None

    found = eventually(job)
    assert found is not None, f"{name} did not end"
    assert found["TrainingJobStatus"] == "Failed"
    return str(found["FailureReason"])


@pytest.mark.parametrize(
    ("algorithm", "label", "hyperparameters", "content_type", "words"),
    [
        ("image-classification", 1, {}, "application/x-recordio", "num_classes"),
        ("image-classification", 2, COUNTS, "application/x-recordio", "label 2 is out of range"),
        (
            "image-classification",
            [0, 1],
            COUNTS | {"multi_label": "1"},
            "application/x-recordio",
            "multi-hot",
        ),
        (
            "image-classification",
            [0, 1],
            COUNTS,
            "application/x-recordio; label-format=class-id",
            "multi-hot",
        ),
        (
            "object-detection",
            {"annotations": [{"class_id": 5}]},
            COUNTS,
            "application/x-recordio",
            "label 5 is out of range",
        ),
    ],
)
def test_data_that_an_algorithm_cannot_use_fails_the_job(
    sagemaker: Any,
    request_for: Any,
    unique: str,
    algorithm: str,
    label: Any,
    hyperparameters: dict[str, str],
    content_type: str,
    words: str,
) -> None:
    request = request_for(algorithm, label, content_type, HyperParameters=hyperparameters)
    sagemaker.create_training_job(**request)
    assert words in failure(sagemaker, unique)
