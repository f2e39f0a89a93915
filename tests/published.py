"""An environment in the mocked AWS that takes what people publish, and labels with images to publish."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.label_files import coco
from tests.mocked_aws import DATASETS, LABELS, MockedAws
from tests.permissions.recording import recorded
from tests.sagemaker_fake import REGION

Say = Callable[..., SimpleNamespace]

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
