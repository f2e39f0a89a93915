"""What a network says of an image, as detections in the pixels of the original."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from groundtrain.evaluation import FoundBox


class Frame(NamedTuple):
    """The size of what the network saw, and how that was made from the original."""

    width: int
    height: int
    across: float
    down: float


def detections(output: dict[str, Any], frame: Frame) -> Iterator[FoundBox]:
    """Detections, the highest score first, cut at the image's edges.

    Labels of the network begin at 1, since 0 stands for nothing; an untrained network may say 0.
    """
    width, height = frame.width / frame.across, frame.height / frame.down
    scores, labels = output["scores"].tolist(), output["labels"].tolist()
    for (left, top, right, bottom), score, label in zip(
        output["boxes"].tolist(), scores, labels, strict=True
    ):
        corners = (
            max(left / frame.across, 0.0),
            max(top / frame.down, 0.0),
            min(right / frame.across, width),
            min(bottom / frame.down, height),
        )
        if label and corners[0] < corners[2] and corners[1] < corners[3]:
            yield FoundBox(label - 1, score, *corners)
