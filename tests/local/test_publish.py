"""`groundtrain publish` against a deployed stage: a COCO folder ends with a registered model."""

import io
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from groundtrain.aws.clients import connect
from groundtrain.cli.application import run
from groundtrain.publishing.destination import usual_name
from local.demo.deployed_stage import Deployment
from local.demo.workspace import Workspace
from local.request_log import read_request_log
from tests.local.deployment import eventually_quiet, needs_cdk

pytestmark = needs_cdk
IMAGES = 150  # a fifth of them is a batch of 8, on whatever sides the name of the bucket puts them


@pytest.fixture
def settings(deployment: Deployment, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The settings that were deployed, and a shell that is pointed at the embedded AWS."""
    for name, value in deployment.aws.settings().items():
        monkeypatch.setenv(name, value)
    connect.cache_clear()
    yield str(workspace.environments / "dev.toml")
    connect.cache_clear()


@pytest.fixture
def source(tmp_path: Path, unique: str) -> Path:
    """A COCO file as https://cocodataset.org/#format-data documents it, in the folders of COCO 2017."""
    images, annotations = [], []
    for number in range(IMAGES):
        name = f"{number:012}.png"
        images.append({"id": number + 1, "file_name": name, "width": 64, "height": 48})
        annotations.append(
            {
                "id": number + 1,
                "image_id": number + 1,
                "category_id": 3 if number % 2 else 7,
                "bbox": [1.5, 2, 20, 30.25],
                "area": 605.0,
                "iscrowd": 0,
            }
        )
        (tmp_path / unique).mkdir(exist_ok=True)
        picture = io.BytesIO()
        Image.new("RGB", (64, 48), (number, 2 * number, 3 * number)).save(picture, "PNG")
        (tmp_path / unique / name).write_bytes(picture.getvalue())
    categories = [{"id": 3, "name": "car", "supercategory": "vehicle"}, {"id": 7, "name": "bus"}]
    file = tmp_path / "annotations" / f"instances_{unique}.json"
    file.parent.mkdir()
    document = {"images": images, "annotations": annotations, "categories": categories}
    file.write_text(json.dumps(document), "utf-8")
    return file


def published(source: Path, settings: str, capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    code = run(["publish", str(source), "--settings", settings, "--format", "json", *more])
    out, err = capsys.readouterr()
    assert code == 0, out + err
    return json.loads(out)


def test_a_coco_folder_becomes_a_registered_model_and_the_same_again_starts_nothing(
    deployment: Deployment, settings: str, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = published(source, settings, capsys, "--wait", "--timeout", "10m")
    assert found["images"]["uploaded"] == IMAGES
    sagemaker = deployment.aws.client("sagemaker")
    package = sagemaker.describe_model_package(ModelPackageName=found["model_package"])
    assert package["CustomerMetadataProperties"]["manifest"] == found["manifest"]
    assert package["CustomerMetadataProperties"]["manifest-sha256"] == found["manifest_sha256"]
    assert package["CustomerMetadataProperties"]["rejected-records"] == "0"
    again = published(source, settings, capsys, "--wait", "--timeout", "10m")
    assert again["published_before"]
    assert (again["images"]["there"], again["images"]["uploaded"]) == (IMAGES, 0)
    assert (again["training_job"], again["model_package"]) == (found["training_job"], found["model_package"])
    assert eventually_quiet(deployment) == {}


def test_an_upload_that_was_interrupted_uploads_only_the_rest(
    workspace: Workspace, settings: str, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    puts = itertools.count(1)

    def interrupt(params: dict[str, Any], **_: Any) -> None:
        if params["Key"].startswith("images/") and next(puts) > IMAGES // 2:
            raise KeyboardInterrupt

    hooks = connect().uploads.meta.events
    hooks.register("provide-client-params.s3.PutObject", interrupt)
    assert run(["publish", str(source), "--settings", settings]) == 130
    hooks.unregister("provide-client-params.s3.PutObject", interrupt)
    capsys.readouterr()
    found = published(source, settings, capsys)
    assert found["images"]["there"] == IMAGES // 2
    assert found["images"]["uploaded"] == IMAGES - IMAGES // 2
    asked = [request.asks for request in read_request_log(workspace.request_log)]
    of_images = [asks for asks in asked if f"/images/{usual_name(source.name)}/0" in asks]
    assert sum(asks.startswith("PUT") for asks in of_images) == IMAGES
    assert sum(asks.startswith("HEAD") for asks in of_images) <= IMAGES // 2
