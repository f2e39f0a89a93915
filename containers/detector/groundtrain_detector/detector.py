"""A trained network that finds objects in images."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image

from groundtrain_detector.detection import Detection
from groundtrain_detector.images import FittedImage, fit, upright
from groundtrain_detector.model_description import ModelDescription

__all__ = ["Detection", "Detector"]

BATCH = 8


class Detector:
    """A network with its classes, on one device.

    Args:
        network: as `build_network` makes it, with its weights.
        description: of the model.
        device: "cpu" or "cuda".
    """

    def __init__(self, network: Any, description: ModelDescription, device: str = "cpu") -> None:
        self.description = description
        self._device = torch.device(device)
        self._network = network.to(self._device).eval()

    def detect(self, images: Sequence[Image.Image]) -> list[list[Detection]]:
        """The objects of each image, the highest score first, in pixels of the upright original."""
        found: list[list[Detection]] = []
        for start in range(0, len(images), BATCH):
            originals = [upright(image) for image in images[start : start + BATCH]]
            fitted = [fit(image, self.description.input_size) for image in originals]
            for one, boxes in zip(fitted, self._outputs(fitted), strict=True):
                found.append(list(_detections(one, boxes)))
        return found

    def _outputs(self, fitted: Sequence[FittedImage]) -> list[dict[str, Any]]:
        with torch.inference_mode():
            batch = [as_tensor(np.asarray(one.image)).to(self._device) for one in fitted]
            outputs: list[dict[str, Any]] = self._network(batch)
            return outputs


def as_tensor(pixels: "np.ndarray[Any, Any]") -> Any:
    """Pixels (height, width, 3) from 0 to 255 as a tensor (3, height, width) from 0 to 1."""
    return torch.from_numpy(np.array(pixels)).permute(2, 0, 1).float().div_(255)


def _detections(one: FittedImage, output: dict[str, Any]) -> Iterator[Detection]:
    """Labels of the network begin at 1, since 0 stands for nothing; an untrained network may say 0."""
    across, down = one.across, one.down
    width, height = one.image.width / across, one.image.height / down
    scores, labels = output["scores"].tolist(), output["labels"].tolist()
    for (left, top, right, bottom), score, label in zip(
        output["boxes"].tolist(), scores, labels, strict=True
    ):
        corners = (
            max(left / across, 0.0),
            max(top / down, 0.0),
            min(right / across, width),
            min(bottom / down, height),
        )
        if label and corners[0] < corners[2] and corners[1] < corners[3]:
            yield Detection(label - 1, score, *corners)
