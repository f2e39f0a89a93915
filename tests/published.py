"""An environment in the mocked AWS that takes what people publish, and labels with images to publish."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace

from groundtrain.dataset.description import GateDecision, Source, dump_dataset
from groundtrain.pipeline.triggers.upload import name_of_upload
from groundtrain.s3_addresses import S3Address
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.job_name import expected_job_name
from groundtrain.training.results.model_package import TrainedModel, build_model_package
from groundtrain.training.settings_checks import training_mistakes
from tests.datasets import a_dataset
from tests.label_files import coco
from tests.mocked_aws import DATASETS, LABELS, MockedAws
from tests.permissions.recording import recorded
from tests.sagemaker_fake import REGION

Say = Callable[..., SimpleNamespace]

PUBLISHED = S3Address("labels", "manifests/yard.manifest")
"""Where the labels of `coco_folder` are put."""
SETTINGS = """
region = "{region}"
[labeling]
buckets = ["shared-images"]
uploads = ["manifests/"]
{labeling}
[gate]
min_records = 10
{rest}
"""


def settings_file(folder: Path, labeling: str = "", rest: str = "") -> Path:
    """Settings of the environment "dev", where `--env dev` finds them."""
    file = folder / "environments" / "dev.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(SETTINGS.format(region=REGION, labeling=labeling, rest=rest), "utf-8")
    return file


def deploy_storage(aws: MockedAws, monkeypatch: pytest.MonkeyPatch, **outputs: str) -> None:
    """The stack whose outputs tell the buckets; moto's own stacks need half of all services."""
    told = outputs or {"DatasetsBucketName": DATASETS, "LabelingBucketName": LABELS}
    found = [{"OutputKey": name, "OutputValue": value} for name, value in told.items()]
    stacks = {"groundtrain-dev-storage": {"Outputs": found}}

    def describe_stacks(**call: str) -> dict[str, Any]:
        if call["StackName"] not in stacks:
            said = {"Code": "ValidationError", "Message": f"Stack with id {call['StackName']} does not exist"}
            raise ClientError({"Error": said}, "DescribeStacks")
        return {"Stacks": [stacks[call["StackName"]]]}

    fake = SimpleNamespace(describe_stacks=describe_stacks)
    monkeypatch.setitem(vars(aws.clients), "cloudformation", fake)


def coco_folder(folder: Path, images: int = 30, **more: Any) -> Path:
    """A COCO file, whose images lie beside it: each has other bytes, and every third has no object."""
    folder.mkdir(exist_ok=True)
    listed = [{"id": i, "file_name": f"shots/{i:04}.jpg", "width": 640, "height": 480} for i in range(images)]
    boxes = [
        {"id": i, "image_id": i, "category_id": 1, "bbox": [10, 20, 30 + i, 40], "iscrowd": 0}
        for i in range(images)
        if i % 3
    ]
    (folder / "shots").mkdir(exist_ok=True)
    for i in range(images):
        (folder / "shots" / f"{i:04}.jpg").write_bytes(b"\xff\xd8 image %d" % i)
    file = folder / "yard.coco.json"
    file.write_text(json.dumps({**coco(), "images": listed, "annotations": boxes, **more}), "utf-8")
    return file


@contextmanager
def counted_requests(aws: MockedAws) -> Iterator[Callable[..., int]]:
    """A function that counts requests to S3 so far: all of an operation, and of keys that begin so."""
    calls: list[Any] = []

    def count(operation: str, key: str = "") -> int:
        found = [call for call in calls if call.operation == operation]
        return sum(
            str(call.parameters.get("Key", call.parameters.get("Prefix"))).startswith(key) for call in found
        )

    with recorded(aws.clients, calls):
        yield count


def put_dataset(aws: MockedAws, *, reasons: Iterable[str] = (), sha256: str = "") -> Any:
    """The dataset of what was published, as the pipeline writes it."""
    sha256 = sha256 or _digest(aws)
    name = name_of_upload(PUBLISHED)
    dataset = replace(
        a_dataset(),
        labeling_job=name,
        labeling_job_arn="",
        source=Source(uri=str(PUBLISHED), etag=sha256, records=30, bytes=1),
        gate=GateDecision(open=not reasons, reasons=tuple(reasons)),
    )
    aws.put(f"datasets/{name}/{dataset.dataset_id}/dataset.json", dump_dataset(dataset), "datasets")
    return dataset


def _digest(aws: MockedAws) -> str:
    return hashlib.sha256(aws.get(PUBLISHED.key, "labels")).hexdigest()


def start_job(aws: MockedAws, dataset: Any, attempt: int = 0) -> str:
    environment = load_environment(Path("environments/dev.toml"), training_mistakes)
    name = expected_job_name(dataset, environment, attempt)
    assert name is not None
    aws.clients.sagemaker.create_training_job(
        TrainingJobName=name,
        RoleArn="arn:aws:iam::123456789012:role/training",
        AlgorithmSpecification={"TrainingImage": "image", "TrainingInputMode": "Pipe"},
        OutputDataConfig={"S3OutputPath": "s3://models/training"},
        ResourceConfig={"InstanceType": "ml.g5.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 50},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )
    return name


def register(aws: MockedAws, name: str, dataset: Any) -> str:
    job = aws.clients.sagemaker.describe_training_job(TrainingJobName=name)
    model = TrainedModel(name, job["TrainingJobArn"], "image", "s3://models/model.tar.gz", {})
    sagemaker = aws.clients.sagemaker
    if not aws.sagemaker.groups:
        sagemaker.create_model_package_group(ModelPackageGroupName="groundtrain-dev")
    package = build_model_package(model, dataset, "s3://datasets/x/", "groundtrain-dev")
    return str(sagemaker.create_model_package(**package)["ModelPackageArn"])


def ended(aws: MockedAws, name: str, status: str, **more: Any) -> None:
    aws.sagemaker.end_training_job(name, status, **more)


def completed(aws: MockedAws, name: str) -> None:
    artifacts = {"S3ModelArtifacts": "s3://models/model.tar.gz"}
    ended(aws, name, "Completed", ModelArtifacts=artifacts)
