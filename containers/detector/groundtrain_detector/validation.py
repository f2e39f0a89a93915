"""How good the network is on the channel `validation`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import torch

from groundtrain.evaluation import ImageBoxes, LabeledBox, evaluate, mean_average_precisions
from groundtrain_detector.batches import batches_of_one_size
from groundtrain_detector.errors import DetectorError
from groundtrain_detector.examples import Example
from groundtrain_detector.log import MAP_50, MAP_50_95
from groundtrain_detector.outputs import Frame, detections
from groundtrain_detector.tensors import as_tensor


class Quality(NamedTuple):
    """Mean average precision, and that of each class at an overlap of 0.5; None for one without boxes."""

    metrics: Mapping[str, float]
    of_classes: Mapping[int, float | None]
    images: int
    boxes: int


def validate(network: Any, examples: Iterable[Example], batch_size: int, device: Any) -> Quality:
    """Let the network find the boxes of all examples, and compare them with the labeled ones.

    Raises:
        DetectorError: nothing is labeled on any of them, so that there is nothing to compare with.
    """
    network.eval()
    images = list(_compared(network, examples, batch_size, device))
    classes = evaluate(images).classes()
    means = mean_average_precisions(classes.values())
    if means is None:
        raise DetectorError(
            f"none of the {len(images)} images of the channel validation shows an object, so that no mAP can"
            " be measured: put labeled images on that side of the split"
        )
    return Quality(
        dict(zip((MAP_50, MAP_50_95), means, strict=True)),
        {class_id: one.ap_50 for class_id, one in classes.items()},
        len(images),
        sum(len(one.labeled) for one in images),
    )


def _compared(
    network: Any, examples: Iterable[Example], batch_size: int, device: Any
) -> Iterator[ImageBoxes]:
    number = 0
    for batch in batches_of_one_size(examples, _size_of, batch_size):
        with torch.inference_mode():
            outputs = network([as_tensor(one.pixels, device) for one in batch])
        for one, output in zip(batch, outputs, strict=True):
            frame = Frame(one.pixels.shape[1], one.pixels.shape[0], one.across, one.down)
            found = list(detections(output, frame))
            yield ImageBoxes(str(number), list(_labeled(one)), found)
            number += 1


def _size_of(example: Example) -> tuple[int, ...]:
    return tuple(example.pixels.shape)


def _labeled(example: Example) -> Iterator[LabeledBox]:
    for class_id, (left, top, right, bottom) in zip(
        example.classes.tolist(), example.corners.tolist(), strict=True
    ):
        across, down = example.across, example.down
        yield LabeledBox(class_id, left / across, top / down, right / across, bottom / down)
