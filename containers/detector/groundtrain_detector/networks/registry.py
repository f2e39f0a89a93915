"""Build a network by its name; none fetches weights."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torchvision.models import detection
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
from torchvision.models.detection.fcos import FCOS, FCOSHead
from torchvision.models.detection.transform import GeneralizedRCNNTransform
from torchvision.ops.feature_pyramid_network import LastLevelP6P7

from groundtrain.evaluation.average_precision import MOST_BOXES
from groundtrain_detector.networks.small_backbone import CHANNELS, STRIDES, SmallBackbone

_LEAST_SCORE = 0.05
_MEAN, _SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, as torchvision's weights expect
_DIVISIBLE = 32


def build_network(name: str, classes: int) -> Any:
    """A network with weights drawn at random.

    It takes images in the size in which it is to see them, as tensors (3, height, width) from 0 to 1; labels
    begin at 1.

    Raises:
        KeyError: there is no such network.
    """
    network = NETWORKS[name](classes + 1)
    network.detections_per_img = MOST_BOXES  # which the networks in two stages have in their heads
    network.transform = SizesAsGiven(1, 1, list(_MEAN), list(_SPREAD), size_divisible=_DIVISIBLE)
    return network


class SizesAsGiven(GeneralizedRCNNTransform):
    """Normalizes and pads images to batches, and leaves their sizes: decoding has fitted them."""

    def resize(self, image: Any, target: Any = None) -> tuple[Any, Any]:
        """The same."""
        return image, target


def _fcos_small(classes: int) -> Any:
    anchors = AnchorGenerator(tuple((stride,) for stride in STRIDES), ((1.0,),) * len(STRIDES))
    head = FCOSHead(CHANNELS, 1, classes, num_convs=2)
    backbone = SmallBackbone()
    return FCOS(backbone, classes, anchor_generator=anchors, head=head, score_thresh=_LEAST_SCORE)


def _fcos_resnet18_fpn(classes: int) -> Any:
    backbone = resnet_fpn_backbone(
        backbone_name="resnet18",
        weights=None,
        norm_layer=torch.nn.BatchNorm2d,
        trainable_layers=5,
        returned_layers=[2, 3, 4],
        extra_blocks=LastLevelP6P7(256, 256),
    )
    return FCOS(backbone, classes, score_thresh=_LEAST_SCORE)


def _of_torchvision(builder: Callable[..., Any], least_score: str) -> Callable[[int], Any]:
    def build(classes: int) -> Any:
        return builder(
            weights=None, weights_backbone=None, num_classes=classes, **{least_score: _LEAST_SCORE}
        )

    return build


NETWORKS: Mapping[str, Callable[[int], Any]] = {
    "fcos_small": _fcos_small,
    "fcos_resnet18_fpn": _fcos_resnet18_fpn,
    "fcos_resnet50_fpn": _of_torchvision(detection.fcos_resnet50_fpn, "score_thresh"),
    "retinanet_resnet50_fpn_v2": _of_torchvision(detection.retinanet_resnet50_fpn_v2, "score_thresh"),
    "fasterrcnn_resnet50_fpn_v2": _of_torchvision(detection.fasterrcnn_resnet50_fpn_v2, "box_score_thresh"),
    "ssdlite320_mobilenet_v3_large": _of_torchvision(detection.ssdlite320_mobilenet_v3_large, "score_thresh"),
}
"""By name; each is told the number of classes, with one for nothing."""
