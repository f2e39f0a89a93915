"""A trained network that finds objects in images."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image

from groundtrain.evaluation import FoundBox
from groundtrain_detector.batches import batches_of_one_size
from groundtrain_detector.images import FittedImage, fit, in_rgb
from groundtrain_detector.model_description import ModelDescription
from groundtrain_detector.outputs import Frame, detections
from groundtrain_detector.tensors import as_tensor

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

    def detect(self, images: Sequence[Image.Image]) -> list[list[FoundBox]]:
        """The objects of each upright image, the highest score first, in its pixels."""
        found: list[list[FoundBox]] = []
        all_fitted = (fit(in_rgb(image), self.description.input_size) for image in images)
        for fitted in batches_of_one_size(all_fitted, lambda one: one.image.size, BATCH):
            outputs = self._outputs(fitted)
            found += [
                list(detections(output, Frame(*one.image.size, one.across, one.down)))
                for one, output in zip(fitted, outputs, strict=True)
            ]
        return found

    def _outputs(self, fitted: Sequence[FittedImage]) -> list[dict[str, Any]]:
        with torch.inference_mode():
            batch = [as_tensor(np.asarray(one.image), self._device) for one in fitted]
            outputs: list[dict[str, Any]] = self._network(batch)
            return outputs
