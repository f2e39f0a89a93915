"""Boxes of the detector: as cells and back, mirrored and moved with their image, and their precision."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from local.demo.detector.average_precision import average_precisions, mean_average_precision
from local.demo.detector.cells import HEIGHT, WIDTH, Boxes, detections, targets
from local.demo.detector.examples import example, varied
from local.demo.detector.hyperparameters import WrongHyperparameterError, parse_hyperparameters
from local.demo.detector.layers import Array


def boxes(*rows: tuple[float, ...], scores: tuple[float, ...] | None = None) -> Boxes:
    """Boxes from (class, left, top, right, bottom)."""
    table = np.array(rows, np.float32).reshape(-1, 5)
    weights = np.array(scores if scores is not None else [1.0] * len(table), np.float32)
    return Boxes(table[:, 1:], table[:, 0].astype(np.int64), weights)


def said(wanted: Boxes, classes: int) -> Array:
    """What a network that knows everything says."""
    there = targets(wanted, classes)
    return np.concatenate([there.classes * 20 - 10, there.boxes], axis=-1)


def test_what_cells_should_say_gives_the_boxes_back() -> None:
    wanted = boxes((0, 10, 20, 60, 50), (1, 100, 30, 112, 90), (0, 200, 150, 204, 156))
    found = detections(said(wanted, 2))
    order = np.argsort(found.corners[:, 0])
    np.testing.assert_allclose(found.corners[order], wanted.corners, atol=1e-2)
    assert found.classes[order].tolist() == [0, 1, 0]


def test_an_image_without_objects_has_no_detections() -> None:
    assert len(detections(said(boxes(), 2)).corners) == 0


def drawn(left: int, top: int, right: int, bottom: int) -> bytes:
    """A white box on black, twice the size of what the network sees."""
    image = Image.new("RGB", (WIDTH * 2, HEIGHT * 2))
    ImageDraw.Draw(image).rectangle((left, top, right - 1, bottom - 1), fill="white")
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize("seed", range(8))
def test_a_box_stays_on_its_object_when_the_image_is_mirrored_and_moved(seed: int) -> None:
    label = {"annotations": [{"class_id": 1, "left": 80, "top": 60, "width": 100, "height": 40}]}
    one = varied(example(drawn(80, 60, 180, 100), label), np.random.default_rng(seed))
    left, top, right, bottom = one.boxes.corners[0].astype(int)
    white = one.image[..., 0] > 0
    assert white[top:bottom, left:right].all()
    assert white.sum() == (right - left) * (bottom - top) == 50 * 20


def test_a_box_that_is_moved_out_of_the_image_is_no_label_any_more() -> None:
    label = {"annotations": [{"class_id": 0, "left": 0, "top": 0, "width": 20, "height": 20}]}
    kept = [
        len(varied(example(drawn(0, 0, 20, 20), label), np.random.default_rng(seed)).boxes.corners)
        for seed in range(20)
    ]
    assert {0, 1} == set(kept)


LABELED = boxes((0, 0, 0, 10, 10), (0, 20, 0, 30, 10), (1, 50, 50, 60, 60))


def test_everything_found_is_a_precision_of_one() -> None:
    assert average_precisions([LABELED], [LABELED], 2) == [1.0, 1.0]


def test_a_class_that_no_image_has_is_not_counted() -> None:
    precisions = average_precisions([LABELED], [LABELED], 3)
    assert precisions == [1.0, 1.0, None]
    assert mean_average_precision(precisions) == 1.0


def test_a_second_box_on_the_same_object_is_wrong() -> None:
    found = boxes(
        (0, 0, 0, 10, 10), (0, 0, 0, 10, 9), (0, 20, 0, 30, 10), scores=(0.9, 0.8, 0.7)
    )  # right, wrong, right: precision 1 at recall 1/2, 2/3 at 1
    assert average_precisions([found], [LABELED], 1) == pytest.approx([(1 + 2 / 3) / 2])


def test_less_than_half_an_overlap_is_wrong() -> None:
    found = boxes((1, 50, 50, 60, 54.9), scores=(0.9,))
    assert average_precisions([found], [LABELED], 2)[1] == 0.0


def test_scores_of_all_images_are_compared() -> None:
    wrong, right = boxes((0, 40, 40, 50, 50), scores=(0.9,)), boxes((0, 0, 0, 10, 10), scores=(0.5,))
    labeled = [boxes(), boxes((0, 0, 0, 10, 10))]
    assert average_precisions([wrong, right], labeled, 1) == [0.5]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"num_classes": "1"}, "label is missing"),
        ({"label": "boxes", "num_classes": "4", "rate": "1"}, "rate is unknown"),
        ({"label": "boxes", "num_classes": "4", "epochs": "8.0"}, "epochs is '8.0', no whole number"),
        (
            {"label": "boxes", "num_classes": "4", "learning_rate": "fast"},
            "learning_rate is 'fast', no number",
        ),
    ],
)
def test_a_wrong_hyperparameter_is_named(given: dict[str, str], message: str) -> None:
    with pytest.raises(WrongHyperparameterError, match=message):
        parse_hyperparameters(given)
