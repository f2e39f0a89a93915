"""From the event of a labeling job to a registered model that is served: the detector in the embedded AWS."""

import http.client
import json
import os
import signal
import subprocess
import sys
import tarfile

import pytest

from groundtrain.cli.application import run
from groundtrain.progress_reporter import SilentReporter
from groundtrain.s3_addresses import parse_s3_address
from local.demo import run as demo
from local.demo.choice import Choice
from local.demo.street_scenes import CLASSES, HEIGHT, WIDTH
from tests.detector.scenes import IMAGE
from tests.local.deployment import needs_cdk
from tests.waiting import PATIENCE

PROGRAM = (sys.executable, "-m", "groundtrain_detector")


class Registered:
    """What the demonstration left behind: its ending, the package as registered, the model's folder."""


@pytest.fixture(scope="module")
def registered(tmp_path_factory):
    place, found = tmp_path_factory.mktemp("pipeline"), Registered()
    finished = demo.leave_pictures

    def fetched(*arguments):
        sagemaker, s3 = (found.aws.client(name) for name in ("sagemaker", "s3"))
        (summary,) = sagemaker.list_model_packages(ModelPackageGroupName="groundtrain-dev")[
            "ModelPackageSummaryList"
        ]
        found.package = sagemaker.describe_model_package(ModelPackageName=summary["ModelPackageArn"])
        (container,) = found.package["InferenceSpecification"]["Containers"]
        bucket, key = parse_s3_address(container["ModelDataUrl"])
        s3.download_file(bucket, key, str(place / "model.tar.gz"))
        return finished(*arguments)

    def followed(data, trigger, deployment, *rest):
        found.aws = deployment.aws
        return run_pipeline(data, trigger, deployment, *rest)

    run_pipeline = demo._run_pipeline
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("OMP_NUM_THREADS", "1")
        patched.setattr(demo, "_run_pipeline", followed)
        patched.setattr(demo, "leave_pictures", fetched)
        choice = Choice(place / "demo", programs={IMAGE: (*PROGRAM, "train")})
        found.ending = demo.run_demo(choice, SilentReporter())
    found.place, found.images = place, place / "demo" / "images"
    with tarfile.open(place / "model.tar.gz") as archive:
        archive.extractall(place / "ml" / "model", filter="data")
    return found


@needs_cdk
def test_a_labeling_job_becomes_a_registered_detector(registered):
    assert registered.ending.model_package, registered.ending.reasons
    assert not registered.ending.emulated
    assert registered.ending.metrics["validation:mAP"] > 0.5
    specification = registered.package["InferenceSpecification"]
    assert specification["Containers"][0]["Image"] == IMAGE
    assert specification["SupportedResponseMIMETypes"] == ["application/json"]
    assert registered.package["CustomerMetadataProperties"]["classes-0"].startswith("0=car/1=pedestrian")


@needs_cdk
def test_what_it_serves_is_what_predict_finds(registered, capsys, monkeypatch):
    monkeypatch.chdir(registered.place)
    image = next(iter(sorted(registered.images.glob("*.jpg"))))
    assert run(["predict", "model.tar.gz", str(image), "--min-score", "0", "--format", "json"]) == 0
    (predicted,) = json.loads(capsys.readouterr().out)["images"]
    served = answer(registered.place, image.read_bytes())
    assert [box["class"] for box in predicted["boxes"]] == [CLASSES[int(row[0])] for row in served]
    found = [
        [box[name] for name in ("score", "left", "top", "right", "bottom")] for box in predicted["boxes"]
    ]
    expected = [
        [score, left * WIDTH, top * HEIGHT, right * WIDTH, low * HEIGHT]
        for _, score, left, top, right, low in served
    ]
    assert found == [pytest.approx(row, abs=0.01) for row in expected]
    assert found[0][0] > 0.3


def answer(place, content):
    """What the program in the image's place answers, over HTTP."""
    environment = os.environ | {"SAGEMAKER_BASE_DIR": str(place / "ml"), "SAGEMAKER_BIND_TO_PORT": "0"}
    server = subprocess.Popen([*PROGRAM, "serve"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline().rpartition(" ")[2])
        server.stdout.readline()  # the model is loaded
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request("POST", "/invocations", content, {"Content-Type": "image/jpeg"})
        return json.loads(connection.getresponse().read())["prediction"]
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=PATIENCE)
