"""Batch normalization where a layer sees a single value per channel, which has no spread."""

from functools import partial
from typing import Any

from torch import nn


def keep_statistics_of_single_values(network: Any) -> None:
    """Let each layer of batch normalization that sees one value per channel go by what it has learned so far.

    torch refuses to train such a layer ("Expected more than 1 value per channel when training"). It happens
    to one image by itself, in the deepest layers, whose map has one pixel: ssdlite320's at 320 pixels.
    """
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.register_forward_pre_hook(partial(_choose_mode, network))


def _choose_mode(network: Any, layer: Any, inputs: tuple[Any, ...]) -> None:
    images, _, height, width = inputs[0].shape
    layer.train(network.training and images * height * width > 1)
