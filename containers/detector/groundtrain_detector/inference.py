"""What the model says of an image, in the form of SageMaker's built-in Object Detection.

Source: SageMaker Developer Guide, "Object Detection Request and Response Formats": a list of class, score and
corners for each box, the corners as shares of the image's width and height.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from groundtrain.evaluation import FoundBox
from groundtrain_detector.images import open_image

Predict = Callable[[bytes], dict[str, Any]]
"""From the bytes of an image to the document that answers it. Raises an UnreadableImageError."""


class Detects(Protocol):
    """A detector, as `Detector` is one."""

    def detect(self, images: Sequence[Any]) -> Sequence[Sequence[FoundBox]]:
        """The objects of each image, in its pixels."""
        ...


def predict_with(detector: Detects) -> Predict:
    """A function that answers with what the detector finds."""

    def predict(content: bytes) -> dict[str, Any]:
        image = open_image(content)
        (found,) = detector.detect([image])
        return {"prediction": [_row(one, image.width, image.height) for one in found]}

    return predict


def _row(one: FoundBox, width: int, height: int) -> list[float]:
    return [
        float(one.class_id),
        one.score,
        one.left / width,
        one.top / height,
        one.right / width,
        one.bottom / height,
    ]
