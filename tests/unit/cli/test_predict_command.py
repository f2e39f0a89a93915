"""groundtrain predict with a model that finds what the tests say: torch is not needed here."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from groundtrain.cli.commands.predict import command
from groundtrain.cli.commands.predict.detector_model import DetectorModel
from groundtrain.evaluation import FoundBox
from groundtrain.images.image_file import ImageError
from groundtrain.manifest.source import FileManifest
from groundtrain.predictions.evaluated_predictions import evaluate_predictions
from tests.fake_model import CAR, FakeModel
from tests.manifest_lines import box, dump, record

Say = Callable[..., SimpleNamespace]


@pytest.fixture
def predict(say: Say, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Runs the command in an empty folder that holds a model."""
    monkeypatch.setattr(command, "load_model", FakeModel)
    Path("model.tar.gz").touch()
    return lambda *arguments: say("predict", "model.tar.gz", *arguments)


def image(path: str, size: tuple[int, int] = (64, 80)) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size).save(path)
    return path


def manifest(*lines: Any) -> str:
    Path("in.manifest").write_bytes(b"".join(dump(line) + b"\n" for line in lines))
    return "in.manifest"


def test_the_boxes_of_an_image_are_told_with_class_score_and_place(predict: Say) -> None:
    said = predict(image("a.png"))
    assert said.code == 0
    assert said.out.splitlines() == [
        "a.png: 1 box",
        "  car 0.90, 30 x 40, left 10, top 20",
        "  car  1",
        "model.tar.gz: 1 box with a score of at least 0.5 on 1 image",
    ]


def test_min_score_says_which_boxes_count(predict: Say) -> None:
    said = json.loads(predict(image("a.png"), "--min-score", "0.3", "--format", "json").out)
    assert said["least_score"] == 0.3
    assert said["images"] == [
        {
            "image": "a.png",
            "width": 64,
            "height": 80,
            "boxes": [
                {"class": "car", "score": 0.9, "left": 10, "top": 20, "right": 40, "bottom": 60},
                {"class": "sign", "score": 0.3, "left": 0, "top": 0, "right": 8, "bottom": 8},
            ],
        }
    ]


def test_all_images_below_a_folder_are_looked_at(predict: Say) -> None:
    image("photos/b.png")
    image("photos/a/c.jpg")
    Path("photos/notes.txt").touch()
    said = json.loads(predict("photos", "--format", "json").out)
    assert [one["image"] for one in said["images"]] == ["photos/a/c.jpg", "photos/b.png"]
    assert said["not_carried"]["files that are no images"]["examples"] == ["notes.txt"]


def test_what_cannot_be_read_is_told_and_the_rest_is_looked_at(predict: Say) -> None:
    Path("text.jpg").write_text("no image")
    Path("pipe.jpg").mkdir()
    said = predict(image("a.png"), "text.jpg", "none.jpg")
    assert said.code == 1
    assert "1 box with a score of at least 0.5 on 1 image" in said.out
    assert "2 images could not be read: text.jpg (it is of no known format)" in said.err
    assert "none.jpg (it cannot be read (No such file or directory))" in said.err


def test_an_image_that_is_given_twice_is_looked_at_once(predict: Say) -> None:
    said = predict(image("a.png"), "a.png")
    assert "on 1 image" in said.out
    assert "1 image given again, and looked at once: a.png" in said.err


def test_a_manifest_names_images_and_predictions_are_written_as_one(predict: Say) -> None:
    image("photos/a.png")
    unlabeled = {"source-ref": "s3://bucket/a.png", "page": 3}
    said = predict(manifest(unlabeled), "--image-dir", "photos", "--output", "out.manifest")
    assert said.code == 0, said.err
    (line,) = map(json.loads, Path("out.manifest").read_text().splitlines())
    assert (line["source-ref"], line["page"]) == ("s3://bucket/a.png", 3)
    assert line["predicted"] == {
        "image_size": [{"width": 64, "height": 80, "depth": 3}],
        "annotations": [{"class_id": 0, "left": 10, "top": 20, "width": 30, "height": 40}],
    }
    assert line["predicted-metadata"]["objects"] == [{"confidence": 0.9}]
    assert line["predicted-metadata"]["model-name"] == "model.tar.gz"
    assert "in.manifest has no boxes to compare with." in said.out


def test_image_files_are_written_by_their_addresses(predict: Say) -> None:
    image("photos/a/b.png")
    where = ("--output", "out.manifest", "--attribute", "found", "--image-prefix", "s3://bucket/in")
    assert predict("photos", *where).code == 0
    line = json.loads(Path("out.manifest").read_text())
    assert line["source-ref"] == "s3://bucket/in/a/b.png"
    assert "found-metadata" in line


def test_image_files_without_an_address_are_not_written(predict: Say) -> None:
    said = predict(image("a.png"), "--output", "out.manifest")
    assert said.code == 2
    assert "a.png has no address in S3" in said.err
    assert "--image-prefix s3://bucket/folder/" in said.err
    assert not Path("out.manifest").exists()


@pytest.mark.parametrize(
    "images", [("photos",), ("photos/a.png",), ("in.manifest", "--image-dir", "photos")], ids=" ".join
)
def test_an_image_that_is_read_is_not_overwritten(predict: Say, images: tuple[str, ...]) -> None:
    before = Path(image("photos/a.png")).read_bytes()
    manifest({"source-ref": "s3://bucket/a.png"})
    prefix = ("--image-prefix", "s3://bucket/") if "in.manifest" not in images else ()
    said = predict(*images, "--output", "./photos/a.png", *prefix)
    assert (said.code, "would overwrite" in said.err) == (2, True)
    assert Path("photos/a.png").read_bytes() == before


def test_no_picture_is_drawn_over_an_image_that_is_read(predict: Say) -> None:
    names = [image("photos/a.png"), image("photos/000001-a.png")]
    before = [Path(name).read_bytes() for name in names]
    assert predict(*names, "--draw", "drawn").code == 0
    said = predict(*names, "--draw", "photos/../photos")
    assert (said.code, "would overwrite" in said.err) == (2, True)
    assert [Path(name).read_bytes() for name in names] == before


def test_nothing_is_written_into_the_folder_of_the_model(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "load_model", FakeModel)
    Path("model").mkdir()
    Path("model/weights.pt").write_bytes(b"weights")
    written = ("--output", "model/weights.pt", "--image-prefix", "s3://bucket/")
    said = say("predict", "model", image("a.png"), *written)
    assert (said.code, "lies in model, the folder of the model" in said.err) == (2, True)
    assert Path("model/weights.pt").read_bytes() == b"weights"


def test_labels_are_compared_with_and_the_worst_image_comes_first(predict: Say) -> None:
    for name in ("a.png", "b.png", "c.png"):
        image(f"photos/{name}")
    lines = [
        record("s3://bucket/a.png", box(0, 10, 20, 30, 40)),
        record("s3://bucket/b.png", box(0, 100, 100, 30, 40), box(0, 200, 200, 9, 9)),
        record("s3://bucket/c.png", box(0, 10, 20, 30, 40), classes={"0": "sign"}),
    ]
    said = predict(manifest(*lines), "--image-dir", "photos")
    assert said.code == 0
    assert "  car    3        3      1      0.3333     0.3333" in said.out
    assert "Mistakes, the most frequent first:\n  car not found: 2\n  sign found as car: 1\n" in said.out
    worst = said.out.partition("the worst first:\n")[2].splitlines()[:2]
    assert said.out.splitlines()[-1].endswith("on 3 images, mAP@0.5 0.1683, mAP@0.5:0.95 0.1683")
    assert [line.split()[0] for line in worst] == ["s3://bucket/b.png", "s3://bucket/c.png"]


def test_the_json_document_has_the_evaluation(predict: Say) -> None:
    image("photos/a.png")
    lines = record("s3://bucket/a.png", box(0, 10, 20, 30, 40)), record("s3://bucket/none.png", box())
    said = predict(manifest(*lines), "--image-dir", "photos", "--format", "json")
    evaluation = json.loads(said.out)["evaluation"]
    assert (evaluation["map_50"], evaluation["map_50_95"]) == (1.0, 1.0)
    assert evaluation["classes"]["car"]["precision"] == 1.0
    assert evaluation["not_compared"]["not_predicted"] == {"count": 1, "examples": ["s3://bucket/none.png"]}
    assert said.code == 1


def test_images_without_labels_are_counted(predict: Say) -> None:
    for path in ("photos/a.png", "photos/b.png", "c.png"):
        image(path)
    lines = record("s3://bucket/a.png", box(0, 10, 20, 30, 40)), {"source-ref": "s3://bucket/b.png"}
    call = (manifest(*lines), "c.png", "--image-dir", "photos")
    assert "predicted images without labels: 2, s3://bucket/b.png, c.png" in predict(*call).out
    assert json.loads(predict(*call, "--format", "json").out)["evaluation"]["not_compared"][
        "not_labeled"
    ] == {
        "count": 2,
        "examples": ["s3://bucket/b.png", "c.png"],
    }


def test_average_precision_is_of_boxes_of_all_scores(predict: Say) -> None:
    image("photos/a.png")
    line = record("s3://bucket/a.png", box(0, 0, 0, 8, 8), classes={"0": "sign"})
    found = predict(manifest(line), "--image-dir", "photos", "--format", "json")
    sign = json.loads(found.out)["evaluation"]["classes"]["sign"]
    assert (sign["ap_50"], sign["found"]) == (1.0, 0)


def test_what_is_written_evaluates_to_what_was_told(predict: Say) -> None:
    image("photos/a.png")
    lines = [record("s3://bucket/a.png", box(0, 10, 20, 30, 40), box(0, 0, 0, 8, 8), classes={"0": "car"})]
    written = ("--output", "out.manifest", "--min-score", "0")
    said = predict(manifest(*lines), "--image-dir", "photos", *written, "--format", "json")
    again = evaluate_predictions(
        [FileManifest(Path("in.manifest"))], FileManifest(Path("out.manifest")), least_score=0.0
    )
    told = json.loads(said.out)["evaluation"]["classes"]
    assert {again.classes[i]: one.ap_50_95 for i, one in again.evaluation.classes().items()} == {
        name: one["ap_50_95"] for name, one in told.items()
    }


def test_a_picture_of_each_image_is_drawn(predict: Say) -> None:
    image("photos/a.png", (200, 100))
    assert predict("photos", "--draw", "drawn").code == 0
    with Image.open("drawn/000001-a.png") as drawn:
        assert drawn.size == (200, 100)
        assert drawn.convert("RGB").getpixel((25, 60)) == (0xE6, 0x9F, 0)  # the box's lower edge
        assert drawn.convert("RGB").getpixel((150, 50)) == (0, 0, 0)


def test_labels_are_drawn_as_white_lines_below_what_was_found(predict: Say) -> None:
    image("photos/a.png", (200, 100))
    line = record("s3://bucket/a.png", box(0, 120, 20, 30, 40))
    assert predict(manifest(line), "--image-dir", "photos", "--draw", "drawn").code == 0
    with Image.open("drawn/000001-a.png") as drawn:
        assert drawn.convert("RGB").getpixel((135, 60)) == (255, 255, 255)


def test_boxes_of_less_than_a_pixel_are_counted_and_not_written(
    predict: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would be GT207, for which the line is left out of a dataset."""
    monkeypatch.setattr(
        FakeModel, "found", (CAR, FoundBox(0, 0.8, 0, 0, 64, 0.9), FoundBox(0, 0.1, 0, 0, 9, 0.1))
    )
    image("photos/a.png")
    said = predict("photos", "--output", "out.manifest", "--image-prefix", "s3://bucket/")
    assert said.code == 0
    assert "found boxes narrower or lower than a pixel, which are not written: 1, photos/a.png" in said.err
    assert len(json.loads(Path("out.manifest").read_text())["predicted"]["annotations"]) == 1


def test_lines_without_an_image_are_told(predict: Say) -> None:
    image("photos/a.png")
    said = predict(manifest({"source-ref": "s3://bucket/a.png"}, {"source": "text"}), "--image-dir", "photos")
    assert said.code == 1
    assert "1 line without an image: in.manifest line 2" in said.err


def test_a_dataset_is_no_folder_of_images(predict: Say) -> None:
    Path("dataset").mkdir()
    Path("dataset/dataset.json").touch()
    said = predict("dataset")
    assert (said.code, "dataset/validation.manifest" in said.err) == (2, True)


def test_an_empty_folder_has_nothing_to_look_at(predict: Say) -> None:
    Path("photos").mkdir()
    said = predict("photos")
    assert (said.code, "there is no image to look at" in said.err) == (2, True)


def test_of_several_attributes_with_boxes_one_must_be_chosen(predict: Say) -> None:
    image("photos/a.png")
    one = record("s3://bucket/a.png", box())
    both = {**one, "more": one["boxes"], "more-metadata": one["boxes-metadata"]}
    said = predict(manifest(both), "--image-dir", "photos")
    assert (said.code, "choose one by --label" in said.err) == (2, True)
    assert predict(manifest(both), "--image-dir", "photos", "--label", "more").code == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--image-dir", "."), "are about manifests, and none is named"),
        (("--label", "boxes"), "are about manifests, and none is named"),
        (("--image-prefix", "s3://bucket/"), "add --output FILE"),
    ],
)
def test_options_that_would_do_nothing_are_refused(
    predict: Say, options: tuple[str, ...], sentence: str
) -> None:
    said = predict(image("a.png"), *options)
    assert (said.code, sentence in said.err) == (2, True)


def test_a_model_that_fails_is_told_in_a_sentence(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    """As torch does where memory is short."""

    class Failing(FakeModel):
        description = FakeModel

        def detect(self, _: object) -> Any:
            raise RuntimeError("not enough memory: you tried to allocate 99 bytes\nC++ trace")

        def open_image(self, content: bytes) -> Any:
            return self.open(content)

    fake = Failing(Path("m"))
    monkeypatch.setattr(command, "load_model", lambda _: DetectorModel("m", fake, fake, ImageError))
    Path("model.tar.gz").touch()
    said = say("predict", "model.tar.gz", image("a.png"), "--output", "o", "--image-prefix", "s3://bucket/")
    assert said.code == 1
    assert "m failed on an image of 5,120 pixels (not enough memory: you tried" in said.err
    assert "trace" not in said.err
    assert not Path("o").exists()


def test_without_torch_a_sentence_says_how_to_get_it(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in [name for name in sys.modules if name.startswith("groundtrain_detector")]:
        monkeypatch.delitem(sys.modules, name)
    Path("model.tar.gz").touch()
    said = say("predict", "model.tar.gz", image("a.png"))
    assert said.code == 2
    assert "this environment has no torch" in said.err
    assert "install torch and torchvision" in said.err


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("none.tar.gz", "none.tar.gz: there is no such model"),
        ("s3://bucket/model.tar.gz", "copy it with aws s3 cp"),
    ],
)
def test_a_model_that_is_not_there_is_told_first(say: Say, model: str, sentence: str) -> None:
    said = say("predict", model, "none")
    assert (said.code, sentence in said.err) == (2, True)
