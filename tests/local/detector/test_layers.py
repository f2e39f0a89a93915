"""Gradients of the detector's layers and loss, against differences of what they return."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from local.demo.detector.cells import Targets
from local.demo.detector.layers import Convolution, Layer, Normalization, Rectifier
from local.demo.detector.loss import loss_and_gradient

DICE = np.random.default_rng(3)
STEP = 1e-2
LAYERS: dict[str, Callable[[], Layer]] = {
    "convolution": lambda: Convolution(np.random.default_rng(1), (2, 3)),
    "stride": lambda: Convolution(np.random.default_rng(1), (2, 3), stride=2),
    "dilation": lambda: Convolution(np.random.default_rng(1), (2, 3), dilation=2),
    "one cell": lambda: Convolution(np.random.default_rng(1), (2, 3), kernel=1),
    "normalization": lambda: Normalization(2),
    "rectifier": Rectifier,
}


def slopes(of: Callable[[NDArray[np.float32]], float], values: NDArray[np.float32]) -> NDArray[np.float64]:
    """The slope of a number along each of the values, from two points beside each."""
    found = np.zeros(values.shape)
    for place in np.ndindex(values.shape):
        was = values[place]
        values[place] = was + STEP
        above = of(values)
        values[place] = was - STEP
        found[place] = (above - of(values)) / (2 * STEP)
        values[place] = was
    return found


def of_values(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Values at some distance from 0, where a rectifier has an edge."""
    values = DICE.uniform(0.1, 1, shape) * DICE.choice((-1, 1), shape)
    return values.astype(np.float32)


@pytest.mark.parametrize("name", LAYERS)
def test_a_layers_gradient_is_the_slope_of_what_it_returns(name: str) -> None:
    layer, values = LAYERS[name](), of_values((2, 5, 6, 2))
    weights = of_values(layer.forward(values).shape)
    layer.forward(values)
    gradient = layer.backward(weights)
    expected = slopes(lambda v: float((layer.forward(v).astype(float) * weights).sum()), values)
    np.testing.assert_allclose(gradient, expected, rtol=0.02, atol=0.02)


@pytest.mark.parametrize("name", ["convolution", "stride", "dilation", "normalization"])
def test_the_gradient_of_weights_is_the_slope_along_them(name: str) -> None:
    layer, values = LAYERS[name](), of_values((2, 5, 6, 2))
    weights = of_values(layer.forward(values).shape)
    layer.backward(weights)
    assert isinstance(layer, Convolution | Normalization)
    found = layer.weights_gradient.copy(), layer.bias_gradient.copy()
    for of, gradient in zip((layer.weights, layer.bias), found, strict=True):
        expected = slopes(lambda _: float((layer.forward(values).astype(float) * weights).sum()), of)
        np.testing.assert_allclose(gradient, expected, rtol=0.02, atol=0.02)


def test_the_gradient_of_the_loss_is_its_slope() -> None:
    cells = of_values((1, 2, 3, 6))
    filled = np.array([[[True, False, True], [False, False, True]]])
    classes = np.zeros((1, 2, 3, 2), np.float32)
    classes[filled, 1] = 1
    wanted = Targets(classes, of_values((1, 2, 3, 4)), filled)
    _, gradient = loss_and_gradient(cells, wanted)
    expected = slopes(lambda values: loss_and_gradient(values, wanted)[0], cells)
    np.testing.assert_allclose(gradient, expected, rtol=0.02, atol=0.02)
