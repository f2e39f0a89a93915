"""From the event to the registered model, once for each label type that an algorithm of SageMaker's reads."""

import json
from collections.abc import Callable, Iterator

import pytest

from groundtrain.rules.example_manifests import boxes, labeled, several
from groundtrain.training.algorithms.registry import BUILT_IN
from local.demo.deployed_stage import Deployment
from local.demo.job_follower import Follower
from local.demo.labeled_data import LabeledData, Upload
from local.demo.street_scenes import BUCKET
from local.demo.workspace import Workspace
from tests.local.deployment import model_packages_of, needs_cdk, registered

pytestmark = needs_cdk
NAMES = ("day", "night")
RECORDS = 60


def image_of(number: int) -> str:
    return f"s3://{BUCKET}/algorithms/{number}.jpg"


def mask_of(number: int) -> str:
    return f"s3://{BUCKET}/algorithms/masks/{number}_2026-02-01T10:00:00.123456.png"


def a_line(label_type: str, number: int) -> str:
    """A record after the samples of AWS's documentation; every second one shows the other class."""
    which = number % 2
    single, several_ = {"class_name": NAMES[which]}, {"class_map": {str(which): NAMES[which]}}
    text = f"record {number} , written with tokens apart"
    colours = {str(i): {"class-name": name} for i, name in enumerate(("BACKGROUND", *NAMES))}
    lines = {
        "object-detection": lambda: boxes(
            1, (which, 10, 20, 30, 40), names=several_["class_map"], source=image_of(number), label="label"
        ),
        "image-classification": lambda: labeled("label", which, label_type, image_of(number), **single),
        "image-classification-multilabel": lambda: labeled(
            "label", [which], label_type, image_of(number), **several_
        ),
        "semantic-segmentation": lambda: labeled(
            "label-ref", mask_of(number), label_type, image_of(number), internal_color_map=colours
        ),
        "text-classification": lambda: labeled("label", which, label_type, text, key="source", **single),
        "text-classification-multilabel": lambda: labeled(
            "label", [which], label_type, text, key="source", **several_
        ),
    }
    return lines[label_type]()


def labels_of(label_type: str, job: str) -> LabeledData:
    lines = [a_line(label_type, number) for number in range(RECORDS)]
    return LabeledData(
        job=job,
        label="label-ref" if label_type == "semantic-segmentation" else "label",
        manifest=several(*lines).encode(),
        uploads=tuple(uploads_of(lines)),
    )


def uploads_of(lines: list[str]) -> Iterator[Upload]:
    for record in map(json.loads, lines):
        for key, value in record.items():
            if key.endswith("-ref"):
                yield Upload(BUCKET, value.removeprefix(f"s3://{BUCKET}/"), b"an image")


EACH = [
    (label_type.removeprefix("groundtruth/"), algorithm)
    for algorithm in BUILT_IN
    for label_type in algorithm.reads
]


@pytest.mark.parametrize(("label_type", "algorithm"), EACH, ids=[label_type for label_type, _ in EACH])
def test_labels_of_every_type_become_a_registered_model(
    deployment: Deployment,
    workspace: Workspace,
    unique: str,
    follow: Callable[[LabeledData], Follower],
    label_type: str,
    algorithm: object,
) -> None:
    data = labels_of(label_type, f"Each-{unique}")
    dataset = registered(data, deployment, follow)
    request = json.loads((workspace.root / "request.json").read_text())
    assert f"/{algorithm.name}:1" in request["AlgorithmSpecification"]["TrainingImage"]
    [package] = model_packages_of(deployment, dataset)
    assert package["Task"] == algorithm.inference.task
    assert f"metric/{algorithm.objective}" in package["CustomerMetadataProperties"]
    assert package["CustomerMetadataProperties"]["labeling-job"] == data.job
    assert NAMES[1] in package["CustomerMetadataProperties"]["classes-0"]
