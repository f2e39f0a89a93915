"""A backbone of few weights, with a feature pyramid: for drawn scenes, tests, and machines without a GPU."""

from collections import OrderedDict
from typing import Any

import torch
from torch import nn
from torchvision.ops import FeaturePyramidNetwork

CHANNELS = 64
STRIDES = (8, 16, 32)
_WIDTHS = (16, 32, 48, 64, 96)


class SmallBackbone(nn.Module):
    """Five halvings; the last three are seen by a feature pyramid.

    Attributes:
        out_channels: of each level, which torchvision's heads ask for.
    """

    def __init__(self) -> None:
        super().__init__()
        self.out_channels = CHANNELS
        inputs = (3, *_WIDTHS[:-1])
        self.stages = nn.ModuleList(
            _stage(before, after, further=number > 1)
            for number, (before, after) in enumerate(zip(inputs, _WIDTHS, strict=True))
        )
        self.pyramid = FeaturePyramidNetwork(list(_WIDTHS[-len(STRIDES) :]), CHANNELS)

    def forward(self, images: Any) -> Any:
        """Levels by name, from (images, 3, height, width)."""
        levels: OrderedDict[str, torch.Tensor] = OrderedDict()
        for number, stage in enumerate(self.stages):
            images = stage(images)
            if number >= len(_WIDTHS) - len(STRIDES):
                levels[str(number)] = images
        return self.pyramid(levels)


def _stage(before: int, after: int, *, further: bool) -> Any:
    layers = [*_block(before, after, stride=2), *(_block(after, after, stride=1) if further else ())]
    return nn.Sequential(*layers)


def _block(before: int, after: int, stride: int) -> tuple[Any, ...]:
    convolution = nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False)
    return convolution, nn.BatchNorm2d(after), nn.ReLU(inplace=True)
