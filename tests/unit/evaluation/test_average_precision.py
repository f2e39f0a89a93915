"""Average precision is that of pycocotools, on boxes as hypothesis makes them."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import groundtrain.evaluation
from groundtrain.evaluation import FoundBox, ImageBoxes, LabeledBox, evaluate, mean_average_precisions
from groundtrain.evaluation.average_precision import OVERLAPS, average_precisions
from tests.pycocotools_evaluation import pycocotools_precisions

CLASSES = (0, 1, 4)
_corners = st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 12)] * 2).map(
    lambda c: (c[0], c[1], c[0] + c[2], c[1] + c[3])
)
_quarters = _corners.map(lambda c: tuple(side / 4 for side in c))  # exact, as left plus width is to COCO
_boxes = _corners | _quarters
_classes = st.sampled_from(CLASSES)
_scores = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]) | st.floats(0, 1)  # many equal ones
_labeled = st.builds(lambda i, box, crowd: LabeledBox(i, *box, crowd), _classes, _boxes, st.booleans())
_near = st.sampled_from([(0, 0, 0, 0), (1, 0, 0, 0), (0, 0, 1, 1), (0, 0.5, 0, 0.5)])


@st.composite
def _images(draw: st.DrawFn) -> ImageBoxes:
    """Boxes that were found lie on labeled ones, beside them, or anywhere."""
    labeled = draw(st.lists(_labeled, max_size=5))
    places = _boxes
    if labeled:
        on_labels = st.builds(
            lambda box, by: (box[1], box[2], box[3] + by[2], box[4] + by[3]), st.sampled_from(labeled), _near
        )
        places = on_labels | _boxes
    found = st.builds(lambda i, score, box: FoundBox(i, score, *box), _classes, _scores, places)
    return ImageBoxes("", labeled, draw(st.lists(found, max_size=8)))


@given(st.lists(_images(), min_size=1, max_size=5))
def test_average_precision_is_that_of_pycocotools(images: list[ImageBoxes]) -> None:
    evaluation, expected = evaluate(images), pycocotools_precisions(images, CLASSES)
    for class_id, precisions in expected.items():
        tally = evaluation.tallies.get(class_id)
        got = average_precisions(tally) if tally else None
        assert got == (None if precisions is None else pytest.approx(precisions, abs=1e-9))


def test_only_the_hundred_surest_boxes_of_a_class_count() -> None:
    """The 101st would be the only right one."""
    wrong = [FoundBox(0, 0.9, 50, 50, 60, 60)] * 100
    images = [ImageBoxes("", [LabeledBox(0, 0, 0, 10, 10)], [*wrong, FoundBox(0, 0.8, 0, 0, 10, 10)])]
    assert average_precisions(evaluate(images).tallies[0]) == (0.0,) * 10
    assert pycocotools_precisions(images, [0]) == {0: [0.0] * 10}


def test_of_labeled_boxes_that_are_overlapped_alike_the_last_is_taken() -> None:
    """So the second found box still has the first labeled one."""
    labeled = [LabeledBox(0, 0, 0, 4, 4), LabeledBox(0, 2, 0, 6, 4)]
    images = [ImageBoxes("", labeled, [FoundBox(0, 0.9, 1, 0, 5, 4), FoundBox(0, 0.8, 0, 0, 4, 4)])]
    (precisions,) = pycocotools_precisions(images, [0]).values()
    assert average_precisions(evaluate(images).tallies[0]) == pytest.approx(precisions, abs=1e-9)
    assert precisions is not None
    assert precisions[0] == pytest.approx(1)


def test_evaluation_needs_the_standard_library_alone() -> None:
    """A training image may hold it without anything else of groundtrain."""
    folder = Path(groundtrain.evaluation.__file__).parent
    asked = "import sys; import groundtrain.evaluation; print(*{name.split('.')[0] for name in sys.modules})"
    said = subprocess.run(
        [sys.executable, "-S", "-c", asked],
        env={"PYTHONPATH": str(folder.parents[1])},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert set(said.split()) - sys.stdlib_module_names - {"__main__"} == {"groundtrain"}


def test_the_overlaps_are_those_of_coco() -> None:
    assert list(np.linspace(0.5, 0.95, 10)) == list(OVERLAPS)


def test_means_are_of_the_classes_that_are_labeled() -> None:
    images = [
        ImageBoxes(
            "",
            [LabeledBox(0, 0, 0, 10, 10), LabeledBox(1, 20, 20, 30, 30)],
            [FoundBox(0, 0.9, 0, 0, 10, 10), FoundBox(7, 0.9, 0, 0, 10, 10)],
        )
    ]
    assert mean_average_precisions(evaluate(images).classes().values()) == (0.5, 0.5)
    assert mean_average_precisions(evaluate([]).classes().values()) is None
