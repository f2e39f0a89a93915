"""The networks by name: torchvision's, and a small one for tests and machines without a GPU."""

from groundtrain_detector.networks.registry import NETWORKS, build_network

__all__ = ["NETWORKS", "build_network"]
