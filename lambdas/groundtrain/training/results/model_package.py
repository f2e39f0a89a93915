"""Build the CreateModelPackage request from a training job and the dataset it was trained on.

The algorithms do not save class names with the model, so they are stored here; dataset.json has them in full.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from groundtrain.dataset.description import Dataset
from groundtrain.settings.environment import Environment
from groundtrain.training.algorithms.algorithm import Inference
from groundtrain.training.algorithms.registry import algorithm_of

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateModelPackageInputTypeDef,
        InferenceSpecificationTypeDef,
    )

_MOST_PAIRS = 50
_LONGEST_VALUE = 256
_REFUSED_CHARACTERS = re.compile(r"[^\w .:/=+\-@]")  # of CustomerMetadataValue


class TrainedModel(Struct, frozen=True):
    """The model of a training job: `image` trained and serves it, `artifacts` is its model.tar.gz."""

    job_name: str
    job_arn: str
    image: str
    artifacts: str
    metrics: Mapping[str, float]


def group_of(environment: Environment) -> str:
    """Name of the environment's model package group."""
    return f"groundtrain-{environment.name}"


def description_of(group: str) -> str:
    """What the group says of itself, by which it is known to be made by groundtrain."""
    return f"Models trained by {group}"


def build_model_package(
    model: TrainedModel, dataset: Dataset, dataset_uri: str, group: str
) -> "CreateModelPackageInputTypeDef":
    """The package that a person approves or rejects; the same training job always gives the same request.

    For an own image it has no content types, since it is unknown what the image serves.
    """
    inference = algorithm_of(model.image).inference
    package: CreateModelPackageInputTypeDef = {
        "ModelPackageGroupName": group,
        "ModelPackageDescription": f"Trained by {model.job_name} on dataset {dataset.dataset_id}",
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": _specification(model, inference),
        "MetadataProperties": {"GeneratedBy": model.job_arn},
        "CustomerMetadataProperties": _properties(model, dataset, dataset_uri),
        "ClientToken": hashlib.sha256(model.job_arn.encode()).hexdigest()[:36],
    }
    if inference is not None:
        package["Domain"], package["Task"] = inference.domain, inference.task
    return package


def class_values(classes: Sequence[str]) -> Iterator[str]:
    """`0=car/1=person/…` in as few values as the maximum length allows.

    Characters that the registry refuses, and the separators "/" and "=", become "_".
    """
    line = ""
    for number, name in enumerate(classes):
        word = f"{number}={re.sub('[/=]', '_', _allowed(name))}"[:_LONGEST_VALUE]
        if line and len(line) + 1 + len(word) > _LONGEST_VALUE:
            yield line
            line = word
        else:
            line = f"{line}/{word}".lstrip("/")
    if line:
        yield line


def _specification(model: TrainedModel, inference: Inference | None) -> "InferenceSpecificationTypeDef":
    """The image that trained the model also serves it."""
    specification: InferenceSpecificationTypeDef = {
        "Containers": [{"Image": model.image, "ModelDataUrl": model.artifacts}]
    }
    if inference is not None:
        specification["SupportedContentTypes"] = list(inference.takes)
        specification["SupportedResponseMIMETypes"] = list(inference.gives)
    if inference is not None and inference.machines:
        machines: list[Any] = [*inference.machines]
        specification["SupportedRealtimeInferenceInstanceTypes"] = machines
        specification["SupportedTransformInstanceTypes"] = machines
    return specification


def _properties(model: TrainedModel, dataset: Dataset, dataset_uri: str) -> dict[str, str]:
    """Properties of the model, the most important first, since the registry takes only 50."""
    pairs = {
        "dataset": dataset_uri,
        "dataset-id": dataset.dataset_id,
        **_origin(dataset),
        "label-type": dataset.type,
        "training-job": model.job_name,
        "train-records": str(dataset.train.records),
        "validation-records": str(dataset.validation.records),
        "test-records": "" if dataset.test_records is None else str(dataset.test_records),
        "rejected-records": str(dataset.rejected),
        "number-of-classes": str(len(dataset.classes)),
        **{f"classes-{number}": value for number, value in enumerate(class_values(dataset.classes))},
        **{f"metric/{name}": f"{value:.6g}" for name, value in sorted(model.metrics.items())},
    }
    usable = [
        (_allowed(key)[:128], _allowed(value)[:_LONGEST_VALUE]) for key, value in pairs.items() if value
    ]
    return dict(usable[:_MOST_PAIRS])


def _origin(dataset: Dataset) -> dict[str, str]:
    """What the labels come from; the digest of an upload is in the place of S3's ETag."""
    if dataset.is_of_upload:
        return {"manifest": dataset.source.uri, "manifest-sha256": dataset.source.etag}
    return {
        "labeling-job": dataset.labeling_job,
        "labeling-job-arn": dataset.labeling_job_arn,
        "manifest-etag": dataset.source.etag,
    }


def _allowed(text: str) -> str:
    return _REFUSED_CHARACTERS.sub("_", text)
