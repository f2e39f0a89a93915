"""Predictions and labels are joined by image and class name, and what is not joined is counted."""

from pathlib import Path
from typing import Any

import pytest

from groundtrain.errors import LabelAttributeError, ManifestError
from groundtrain.evaluation import FoundBox, LabeledBox
from groundtrain.manifest.source import FileManifest
from groundtrain.predictions.evaluated_predictions import EvaluatedPredictions, evaluate_predictions
from tests.manifest_lines import LABEL, box, dump, record

CLASSES = {"0": "car", "1": "sign"}


def manifest(path: Path, *lines: Any) -> FileManifest:
    path.write_bytes(b"".join((one if isinstance(one, bytes) else dump(one)) + b"\n" for one in lines))
    return FileManifest(path)


def predicted(source: str, *boxes: dict[str, Any], confidences: list[Any], **metadata: Any) -> dict[str, Any]:
    said = {"objects": [{"confidence": one} for one in confidences], "human-annotated": "no", **metadata}
    return record(source, *boxes, **{"classes": CLASSES, **said})


def evaluated(
    tmp_path: Path, labels: list[Any], predictions: list[Any], **options: Any
) -> EvaluatedPredictions:
    sources = manifest(tmp_path / "labels", *labels), manifest(tmp_path / "predictions", *predictions)
    return evaluate_predictions([sources[0]], sources[1], **options)


def test_classes_are_joined_by_their_names(tmp_path: Path) -> None:
    """In the predictions ids are the other way round."""
    found = evaluated(
        tmp_path,
        [record("s3://b/1.jpg", box(0), box(1, 100), classes=CLASSES)],
        [
            predicted(
                "s3://b/1.jpg", box(1), box(0, 100), confidences=[1, 1], classes={"1": "car", "0": "sign"}
            )
        ],
    )
    assert found.classes == ("car", "sign")
    assert found.evaluation.confusions() == {(0, 0): 1, (1, 1): 1}


def test_an_image_says_its_boxes_in_pixels_with_confidences(tmp_path: Path) -> None:
    found = evaluated(
        tmp_path,
        [record("s3://b/1.jpg", box(0, 10, 20, 30, 40))],
        [predicted("s3://b/1.jpg", box(0, 10, 20, 30, 44), box(1, 300), confidences=[0.9, 0.6])],
    )
    (image,) = found.evaluation.images
    assert image.name == "s3://b/1.jpg"
    assert image.matched == ((LabeledBox(0, 10, 20, 40, 60), FoundBox(0, 0.9, 10, 20, 40, 64)),)
    assert image.extra == (FoundBox(1, 0.6, 300, 20, 330, 60),)
    assert found.sizes == {"s3://b/1.jpg": (640, 480)}


def test_a_person_s_confidence_of_zero_does_not_hide_a_box(tmp_path: Path) -> None:
    labels = [record("s3://b/1.jpg", box())]
    assert evaluated(tmp_path, labels, labels).evaluation.confusions() == {(0, 0): 1}


def test_a_confidence_that_is_none_is_taken_for_one(tmp_path: Path) -> None:
    prediction = predicted("s3://b/1.jpg", box(), confidences=["high"])
    (image,) = evaluated(tmp_path, [record("s3://b/1.jpg")], [prediction]).evaluation.images
    assert [box.score for box in image.extra] == [1.0]


def test_images_of_one_manifest_alone_are_counted_and_not_evaluated(tmp_path: Path) -> None:
    found = evaluated(
        tmp_path,
        [record("s3://b/1.jpg", box()), record("s3://b/2.jpg", box())],
        [predicted("s3://b/2.jpg", confidences=[]), predicted("s3://b/3.jpg", confidences=[])],
    )
    assert [image.name for image in found.evaluation.images] == ["s3://b/2.jpg"]
    assert found.left_out.not_predicted.examples == ["s3://b/1.jpg"]
    assert found.left_out.not_labeled.examples == ["s3://b/3.jpg"]


def test_lines_that_cannot_be_read_and_repeated_images_are_counted(tmp_path: Path) -> None:
    labels = [record("s3://b/1.jpg", box()), record("s3://b/1.jpg"), b"{", record("s3://b/4.jpg", box(7))]
    found = evaluated(tmp_path, labels, [predicted("s3://b/1.jpg", confidences=[])])
    assert found.left_out.repeated.examples == ["s3://b/1.jpg"]
    assert [one.rpartition(" ")[2] for one in found.left_out.unusable.examples] == ["3", "4"]
    assert found.evaluation.classes()[0].labeled == 1


def test_the_model_and_its_least_confidence_are_read_from_the_predictions(tmp_path: Path) -> None:
    prediction = predicted("s3://b/1.jpg", confidences=[], **{"model-name": "m", "least-confidence": 0.3})
    found = evaluated(tmp_path, [record("s3://b/1.jpg")], [prediction])
    assert (found.model, found.least_confidence) == ("m", 0.3)


def test_predictions_of_others_need_no_name_of_a_model(tmp_path: Path) -> None:
    prediction = predicted("s3://b/1.jpg", confidences=[], **{"model-name": 7})
    found = evaluated(tmp_path, [record("s3://b/1.jpg")], [prediction])
    assert (found.model, found.least_confidence) == ("", 0.0)


def test_several_manifests_of_labels_are_evaluated_as_one(tmp_path: Path) -> None:
    sides = [manifest(tmp_path / name, record(f"s3://b/{name}.jpg", box())) for name in ("one", "two")]
    lines = [predicted(f"s3://b/{name}.jpg", box(), confidences=[0.9]) for name in ("one", "two")]
    found = evaluate_predictions(sides, manifest(tmp_path / "predictions", *lines))
    assert found.evaluation.classes()[0].matched == 2


def test_labels_that_are_no_boxes_are_refused(tmp_path: Path) -> None:
    line = {
        "source-ref": "s3://b/1.jpg",
        "species": 1,
        "species-metadata": {"type": "groundtruth/image-classification", "class-name": "cat"},
    }
    with pytest.raises(ManifestError, match="no boxes"):
        evaluated(tmp_path, [line], [predicted("s3://b/1.jpg", confidences=[])])


def test_of_several_label_attributes_one_must_be_chosen(tmp_path: Path) -> None:
    one = record("s3://b/1.jpg", box())
    both = {**one, "more": one[LABEL], "more-metadata": one[f"{LABEL}-metadata"]}
    predictions = [predicted("s3://b/1.jpg", box(), confidences=[0.9])]
    with pytest.raises(LabelAttributeError):
        evaluated(tmp_path, [both], predictions)
    assert evaluated(tmp_path, [both], predictions, label="more").evaluation.confusions() == {(0, 0): 1}
