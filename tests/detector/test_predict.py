"""`groundtrain predict` and the served model give the same boxes, from a real network."""

import http.client
import io
import json
import tarfile
import threading

import pytest
import torch
from PIL import Image

from groundtrain.cli.application import run
from groundtrain_detector.inference_server import InferenceServer
from groundtrain_detector.model_description import WEIGHTS, ModelDescription
from groundtrain_detector.model_directory import write_model
from groundtrain_detector.networks import build_network
from groundtrain_detector.serving import load_model
from tests.waiting import PATIENCE

CLASSES = ("car", "sign")


@pytest.fixture
def folder(opt_ml, monkeypatch):
    """A folder with a model as training leaves it, and images of several kinds."""
    torch.manual_seed(1)
    description = ModelDescription(
        network="fcos_small", classes=CLASSES, input_size=96, hyperparameters={}, licences=("BSD-3-Clause",)
    )
    write_model(opt_ml / "model", description, build_network("fcos_small", 2).state_dict())
    with tarfile.open(opt_ml / "model.tar.gz", "w:gz") as archive:
        archive.add(opt_ml / "model", ".")
    turned = Image.Exif()
    turned[0x0112] = 6
    scene = Image.effect_noise((120, 70), 90)
    (opt_ml / "photos").mkdir()
    scene.save(opt_ml / "photos" / "grey.png")
    scene.convert("RGB").save(opt_ml / "photos" / "turned.jpg", exif=turned)
    scene.convert("RGBA").resize((400, 300)).save(opt_ml / "photos" / "large.png")
    monkeypatch.chdir(opt_ml)
    return opt_ml


def predicted(capsys, *arguments):
    code = run(["predict", *arguments, "--min-score", "0", "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def served(content):
    with InferenceServer("127.0.0.1", 0) as server:
        server.predict = load_model()
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=PATIENCE)
            connection.request("POST", "/invocations", content, {"Content-Type": "application/x-image"})
            return json.loads(connection.getresponse().read())["prediction"]
        finally:
            connection.close()
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("name", ["grey.png", "turned.jpg", "large.png"])
def test_served_answers_are_those_of_predict(folder, capsys, name):
    code, said = predicted(capsys, "model.tar.gz", f"photos/{name}")
    (image,) = said["images"]
    width, height = image["width"], image["height"]
    boxes = [
        [
            float(CLASSES.index(box["class"])),
            box["score"],
            box["left"] / width,
            box["top"] / height,
            box["right"] / width,
            box["bottom"] / height,
        ]
        for box in image["boxes"]
    ]
    rows = served((folder / "photos" / name).read_bytes())
    assert (code, len(rows) > 0) == (0, True)
    assert rows == [pytest.approx(box, abs=1e-6) for box in boxes]
    assert all(0 <= share <= 1 for row in rows for share in row[2:])


def test_images_that_are_looked_at_together_have_the_boxes_of_each_alone(folder, capsys):
    for name in "abcd":  # of one size, so that a network could take them as one batch
        Image.effect_noise((120, 70), 99).save(folder / "photos" / f"{name}.png")
    _, together = predicted(capsys, "model.tar.gz", "photos")
    names = ("a.png", "b.png", "c.png", "d.png", "grey.png", "large.png", "turned.jpg")
    alone = [predicted(capsys, "model", f"photos/{name}")[1] for name in names]
    for image, (other,) in zip(together["images"], (one["images"] for one in alone), strict=True):
        assert (image["image"], bool(image["boxes"])) == (other["image"], True)
        assert image["boxes"] == other["boxes"]


def test_a_turned_image_has_the_size_that_is_shown(folder, capsys):
    _, said = predicted(capsys, "model", "photos/turned.jpg")
    assert (said["images"][0]["width"], said["images"][0]["height"]) == (70, 120)


def test_a_damaged_model_is_told_in_a_sentence(folder, capsys):
    (folder / "model" / WEIGHTS).write_bytes(b"no weights")
    code = run(["predict", "model", "photos"])
    said = capsys.readouterr()
    assert code == 1
    assert f"{WEIGHTS} is no file of weights" in said.err


def test_an_image_that_cannot_be_read_is_counted_and_the_rest_is_looked_at(folder, capsys):
    (folder / "photos" / "none.jpg").write_bytes(io.BytesIO(b"text").getvalue())
    code, said = predicted(capsys, "model", "photos")
    assert (code, len(said["images"]), said["unreadable"]["count"]) == (1, 3, 1)
