"""The detector's network: one level of cells, 8 pixels apart, each with class scores and one box."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from local.demo.detector.layers import Array, Convolution, Layer, Normalization, Rectifier, Weighted

RARE = -3.0
"""Class scores begin here, as most cells show nothing."""


class Network:
    """Layers in a row. Attributes: `weighted` are those that learn."""

    def __init__(self, classes: int, dice: np.random.Generator) -> None:
        self._layers: list[Layer] = [
            *_block(dice, 3, 16, stride=2),
            *_block(dice, 16, 32, stride=2),
            *_block(dice, 32, 48, stride=2),
            *_block(dice, 48, 48),
            *_block(dice, 48, 48, dilation=2),
        ]
        head = Convolution(dice, (48, classes + 4), kernel=1, gain=0.1)
        head.bias[:classes] = RARE
        self._layers.append(head)
        self.weighted = [layer for layer in self._layers if isinstance(layer, Weighted)]

    def forward(self, images: Array, *, learning: bool) -> Array:
        """Return (images, rows, columns, classes + 4): class scores, then the box, for each cell."""
        for layer in self._layers:
            if isinstance(layer, Normalization):
                layer.learning = learning
            images = layer.forward(images)
        return images

    def backward(self, gradient: Array) -> None:
        """Leave in each layer the gradient of its weights."""
        for layer in reversed(self._layers):
            gradient = layer.backward(gradient)

    def state(self) -> dict[str, Any]:
        """What is learned, by name."""
        found: dict[str, Any] = {}
        for number, layer in enumerate(self.weighted):
            found |= {f"{number}.{name}": value for name, value in _learned(layer).items()}
        return found

    def load(self, state: Mapping[str, Array]) -> None:
        """Take what was learned before."""
        for number, layer in enumerate(self.weighted):
            for name, value in _learned(layer).items():
                value[...] = state[f"{number}.{name}"]


def _block(
    dice: np.random.Generator, inputs: int, outputs: int, *, stride: int = 1, dilation: int = 1
) -> Sequence[Layer]:
    convolution = Convolution(dice, (inputs, outputs), stride=stride, dilation=dilation)
    return convolution, Normalization(outputs), Rectifier()


def _learned(layer: Weighted) -> dict[str, Array]:
    statistics = {"mean": layer.mean, "variance": layer.variance} if isinstance(layer, Normalization) else {}
    return {"weights": layer.weights, "bias": layer.bias, **statistics}
