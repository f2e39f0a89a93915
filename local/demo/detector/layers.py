"""Layers of a convolutional network, each with its gradient; values are (images, height, width, channels)."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
_Place = tuple[slice, slice, slice]
_MOMENTUM = 0.1
_TINY = 1e-5


class Layer(Protocol):
    """A step of the network. `backward` takes the gradient of what `forward` returned last."""

    def forward(self, values: Array) -> Array:
        """Return what the layer makes of the values."""

    def backward(self, gradient: Array) -> Array:
        """Return the gradient of the values."""


class Weighted:
    """A layer that learns. Attributes: `weights` and `bias`, and their gradients after `backward`."""

    weights: Array
    bias: Array
    weights_gradient: Array
    bias_gradient: Array


class Convolution(Weighted):
    """A square kernel, with as much zero padding as keeps the size where the stride is 1."""

    def __init__(
        self,
        dice: np.random.Generator,
        channels: tuple[int, int],
        *,
        kernel: int = 3,
        stride: int = 1,
        dilation: int = 1,
        gain: float = 2.0,
    ) -> None:
        inputs = kernel * kernel * channels[0]
        start = dice.standard_normal((inputs, channels[1])) * np.sqrt(gain / inputs)
        self.weights, self.bias = start.astype(np.float32), np.zeros(channels[1], np.float32)
        self._kernel, self._stride, self._dilation = kernel, stride, dilation
        self._padding = dilation * (kernel // 2)
        self._shape: tuple[int, ...] = ()
        self._columns = self.weights

    def forward(self, values: Array) -> Array:
        """Return the values seen through the kernel."""
        self._shape = values.shape
        padding = ((0, 0), (self._padding, self._padding), (self._padding, self._padding), (0, 0))
        padded = np.pad(values, padding)
        self._columns = np.concatenate([padded[place] for place in self._places()], axis=3)
        return np.asarray(self._columns @ self.weights + self.bias)

    def backward(self, gradient: Array) -> Array:
        """Return the gradient of the values."""
        flat = gradient.reshape(-1, gradient.shape[-1])
        columns = self._columns.reshape(len(flat), -1)
        self.weights_gradient, self.bias_gradient = columns.T @ flat, flat.sum(0)
        images, height, width, channels = self._shape
        edge = self._padding
        found = np.zeros((images, height + 2 * edge, width + 2 * edge, channels), np.float32)
        for number, place in enumerate(self._places()):
            part = slice(number * channels, (number + 1) * channels)
            found[place] += gradient @ self.weights[part].T
        return found[:, edge : edge + height, edge : edge + width]

    def _places(self) -> Iterator[_Place]:
        """Where each cell of the kernel meets the padded values."""
        reach = self._dilation * (self._kernel - 1)
        rows, columns = ((size + 2 * self._padding - reach - 1) // self._stride for size in self._shape[1:3])
        for i in range(0, reach + 1, self._dilation):
            for j in range(0, reach + 1, self._dilation):
                yield (
                    slice(None),
                    slice(i, i + self._stride * rows + 1, self._stride),
                    slice(j, j + self._stride * columns + 1, self._stride),
                )


class Normalization(Weighted):
    """Batch normalization: each channel around 0 with a spread of 1, then scaled by what is learned.

    Attributes:
        learning: whether statistics are those of the batch, or those gathered so far.
        mean, variance: as gathered.
    """

    def __init__(self, channels: int) -> None:
        self.weights, self.bias = np.ones(channels, np.float32), np.zeros(channels, np.float32)
        self.mean, self.variance = np.zeros(channels, np.float32), np.ones(channels, np.float32)
        self.learning = True
        self._scale, self._normal = self.weights, self.weights

    def forward(self, values: Array) -> Array:
        """Return the normalized values."""
        mean, variance = self.mean, self.variance
        if self.learning:
            mean, variance = values.mean((0, 1, 2)), values.var((0, 1, 2))
            self.mean += _MOMENTUM * (mean - self.mean)
            self.variance += _MOMENTUM * (variance - self.variance)
        self._scale = 1 / np.sqrt(variance + np.float32(_TINY))
        self._normal = (values - mean) * self._scale
        return self._normal * self.weights + self.bias

    def backward(self, gradient: Array) -> Array:
        """Return the gradient of the values, statistics of the batch included."""
        self.weights_gradient = (gradient * self._normal).sum((0, 1, 2))
        self.bias_gradient = gradient.sum((0, 1, 2))
        count = np.float32(gradient.size // gradient.shape[-1])
        shared = (self.bias_gradient + self._normal * self.weights_gradient) / count
        return np.asarray(self.weights * self._scale * (gradient - shared), np.float32)


class Rectifier:
    """What is below 0 becomes 0."""

    def __init__(self) -> None:
        self._kept = np.zeros(0, bool)

    def forward(self, values: Array) -> Array:
        """Return the values above 0."""
        self._kept = values > 0
        return values * self._kept

    def backward(self, gradient: Array) -> Array:
        """Return the gradient where the value was kept."""
        return gradient * self._kept
