"""Predictions that are written and read again evaluate to the same, and no manifest ends in a traceback."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from groundtrain.errors import GroundtrainError
from groundtrain.evaluation import FoundBox, ImageBoxes, LabeledBox, evaluate
from groundtrain.formats.labeled_items import Size
from groundtrain.manifest.source import FileManifest
from groundtrain.predictions.evaluated_predictions import evaluate_predictions
from groundtrain.predictions.prediction_line import Predictor, prediction_line
from tests.manifest_lines import box, dump, record
from tests.strategies import NAMES, manifests, usable_records

WIDTH, HEIGHT = 640, 480
_labeled = st.builds(
    lambda i, x, y, w, h: LabeledBox(i, x, y, x + w, y + h),
    *[st.integers(0, 5), st.integers(0, 80), st.integers(0, 80), st.integers(4, 60), st.integers(4, 60)],
)


@st.composite
def _image(draw: st.DrawFn) -> tuple[list[LabeledBox], list[FoundBox]]:
    """Most of what is found lies on something that is labeled, by a quarter of a pixel's precision."""
    labeled = draw(st.lists(_labeled, max_size=4))
    places = st.sampled_from(labeled) | _labeled if labeled else _labeled
    found = st.builds(
        lambda score, at, wider: FoundBox(*at[:1], score, *at[1:3], at.right + wider / 4, at.bottom),
        *[st.floats(0, 1), places, st.integers(0, 12)],
    )
    return labeled, draw(st.lists(found, max_size=5))


_images = st.lists(_image(), min_size=1, max_size=4)


def _labels(number: int, boxes: list[LabeledBox]) -> bytes:
    drawn = [box(b.class_id, b.left, b.top, b.right - b.left, b.bottom - b.top) for b in boxes]
    classes = {str(i): name for i, name in enumerate(NAMES)}
    return dump(record(f"s3://bucket/{number}.jpg", *drawn, classes=classes, size=(WIDTH, HEIGHT)))


def _written(path: Path, lines: list[bytes]) -> FileManifest:
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return FileManifest(path)


@settings(max_examples=40)  # each writes files
@given(_images)
def test_predictions_that_were_written_evaluate_to_what_was_found(
    tmp_path_factory, images: list[tuple[list[LabeledBox], list[FoundBox]]]
) -> None:
    folder = tmp_path_factory.mktemp("predictions")
    predictor = Predictor("predicted", "m", NAMES, 0.0, datetime(2026, 11, 27, tzinfo=UTC))
    size = Size(WIDTH, HEIGHT)
    labels = [_labels(number, labeled) for number, (labeled, _) in enumerate(images)]
    lines = [
        prediction_line(predictor, f"s3://bucket/{number}.jpg", size, found)
        for number, (_, found) in enumerate(images)
    ]
    again = evaluate_predictions([_written(folder / "l", labels)], _written(folder / "p", lines))
    at_once = evaluate(ImageBoxes(str(i), *one) for i, one in enumerate(images))
    assert {again.classes[i]: one for i, one in again.evaluation.classes().items()} == {
        NAMES[i]: one for i, one in at_once.classes().items()
    }


@settings(max_examples=40)  # each writes files
@given(manifests, manifests)
def test_no_manifest_ends_in_a_traceback(tmp_path_factory, one: list[bytes], other: list[bytes]) -> None:
    folder = tmp_path_factory.mktemp("predictions")
    with suppress(GroundtrainError):
        evaluate_predictions([_written(folder / "l", one)], _written(folder / "p", other))


@settings(max_examples=40)  # each writes files
@given(st.lists(usable_records(), min_size=1, max_size=6, unique_by=lambda line: line["source-ref"]))
def test_labels_evaluate_to_perfect_predictions_of_themselves(tmp_path_factory, lines) -> None:
    folder = tmp_path_factory.mktemp("predictions")
    manifest = _written(folder / "l", [dump(line) for line in lines])
    evaluation = evaluate_predictions([manifest], manifest).evaluation
    assert len(evaluation.images) == len(lines)
    for one in evaluation.classes().values():
        assert (one.precision, one.recall) == (1.0, 1.0)
        assert one.ap_50_95 is not None
        assert abs(one.ap_50_95 - 1) < 1e-12
