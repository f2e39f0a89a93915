import os
import signal

import numpy as np
import pytest

from groundtrain_detector.augmentation import Variation
from groundtrain_detector.decoding import Decoders, Task
from groundtrain_detector.errors import DetectorError
from tests.detector.scenes import scenes

VARIATION = Variation(flip=True, zoom=0.2, brightness=0.2)


def tasks(number=30):
    return [
        Task(f"example {i + 1} of channel train", one.image, one.label, 64, 4, VARIATION, (1, 0, i))
        for i, one in enumerate(scenes(number))
    ]


def test_workers_give_what_one_process_gives_in_the_same_order():
    with Decoders(0) as none, Decoders(2) as two:
        alone, together = list(none.decoded(tasks())), list(two.decoded(tasks()))
    assert len(alone) == len(together) == 30
    for one, other in zip(alone, together, strict=True):
        assert (one.pixels == other.pixels).all()
        assert (one.corners == other.corners).all()


@pytest.mark.parametrize("workers", [0, 1])
def test_an_image_that_cannot_be_read_is_named_by_its_place(workers):
    broken = [task._replace(image=b"none") if i == 2 else task for i, task in enumerate(tasks(5))]
    with Decoders(workers) as decoders, pytest.raises(DetectorError) as failure:
        list(decoders.decoded(broken))
    assert str(failure.value) == (
        "example 3 of channel train cannot be used: it cannot be read as an image: it is of no known format"
    )


def test_a_worker_that_dies_is_said():
    with Decoders(1) as decoders:
        examples = decoders.decoded(tasks())
        next(examples)
        (worker,) = decoders._pool._processes.values()
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(DetectorError, match="a decode worker has died"):
            list(examples)


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ([], "has no annotations"),
        ({}, "has no annotations"),
        ({"annotations": [3]}, "a box of its label is 3"),
        ({"annotations": [{"class_id": 0, "left": 1}]}, "no four numbers"),
        (
            {"annotations": [{"class_id": 4, "left": 1, "top": 1, "width": 2, "height": 2}]},
            "class_id 4, and ids",
        ),
        ({"annotations": [{"left": 1, "top": 1, "width": 2, "height": 2}]}, "class_id None"),
    ],
)
def test_a_label_of_something_else_is_said(label, why):
    (task,) = tasks(1)
    with Decoders(0) as decoders, pytest.raises(DetectorError, match=why):
        list(decoders.decoded([task._replace(label=label)]))


def test_boxes_are_scaled_as_their_image_is():
    (task,) = tasks(1)
    with Decoders(0) as decoders:
        (example,) = decoders.decoded([task._replace(variation=None)])
    boxes = task.label["annotations"]
    assert example.pixels.shape == (40, 64, 3)
    lefts = np.array([box["left"] for box in boxes], np.float32)
    assert example.corners[:, 0] == pytest.approx(lefts / 10)
