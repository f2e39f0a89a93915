"""The Adam optimizer (Kingma and Ba, 2014)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from local.demo.detector.layers import Array, Weighted

_FIRST, _SECOND, _TINY = 0.9, 0.99, 1e-8


class Adam:
    """Changes the weights of layers by their gradients."""

    def __init__(self, layers: Sequence[Weighted]) -> None:
        self._layers, self._done = layers, 0
        self._means = [np.zeros_like(value) for layer in layers for value in (layer.weights, layer.bias)]
        self._squares = [np.zeros_like(mean) for mean in self._means]

    def step(self, rate: float) -> None:
        """Change all weights once."""
        self._done += 1
        values = (value for layer in self._layers for value in (layer.weights, layer.bias))
        gradients = (g for layer in self._layers for g in (layer.weights_gradient, layer.bias_gradient))
        for value, gradient, mean, square in zip(values, gradients, self._means, self._squares, strict=True):
            mean += (1 - _FIRST) * (gradient - mean)
            square += (1 - _SECOND) * (gradient * gradient - square)
            spread = np.sqrt(square / (1 - _SECOND**self._done)) + _TINY
            value -= rate * (mean / (1 - _FIRST**self._done)) / spread

    def state(self) -> dict[str, Any]:
        """What the next step needs, by name."""
        found: dict[str, Any] = {f"mean.{i}": mean for i, mean in enumerate(self._means)}
        found |= {f"square.{i}": square for i, square in enumerate(self._squares)}
        return {**found, "done": np.array(self._done, np.float32)}

    def load(self, state: Mapping[str, Array]) -> None:
        """Go on from a state."""
        self._done = int(state["done"])
        for i, (mean, square) in enumerate(zip(self._means, self._squares, strict=True)):
            mean[...], square[...] = state[f"mean.{i}"], state[f"square.{i}"]
