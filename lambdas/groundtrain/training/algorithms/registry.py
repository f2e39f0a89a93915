"""The algorithms that can be trained, one line each, and which of them "auto" stands for."""

from collections.abc import Mapping

from groundtrain.training.algorithms.algorithm import Algorithm
from groundtrain.training.algorithms.blazingtext import BLAZINGTEXT
from groundtrain.training.algorithms.groundtrain_detector import GROUNDTRAIN_DETECTOR
from groundtrain.training.algorithms.image_classification import IMAGE_CLASSIFICATION
from groundtrain.training.algorithms.object_detection import OBJECT_DETECTION
from groundtrain.training.algorithms.own_image import OWN_IMAGE
from groundtrain.training.algorithms.semantic_segmentation import SEMANTIC_SEGMENTATION
from groundtrain.training.image_registries import REGISTRIES

BUILT_IN = (OBJECT_DETECTION, IMAGE_CLASSIFICATION, SEMANTIC_SEGMENTATION, BLAZINGTEXT)
PURPOSES: Mapping[str, tuple[str, ...]] = {
    "object-detection": OBJECT_DETECTION.reads,
    "image-classification": IMAGE_CLASSIFICATION.reads,
    "semantic-segmentation": SEMANTIC_SEGMENTATION.reads,
    "text-classification": BLAZINGTEXT.reads,
}
"""What a model can be trained for, and the label types that it learns from."""
IN_OWN_REGISTRY = (GROUNDTRAIN_DETECTOR, OWN_IMAGE)
"""Algorithms whose image lies in a registry of one's own, and is named by image_uri."""
ALGORITHMS: Mapping[str, Algorithm] = {
    algorithm.name: algorithm for algorithm in (*BUILT_IN, *IN_OWN_REGISTRY)
}


def possible_algorithms(setting: str) -> tuple[Algorithm, ...]:
    """The algorithms that a setting can mean: the one that it names, for "auto" all built-in ones."""
    return BUILT_IN if setting == "auto" else (ALGORITHMS[setting],)


def choose_algorithm(setting: str, label_type: str) -> Algorithm | None:
    """The algorithm for labels of a type, by a setting; "auto" is the first that learns from them, if any.

    An algorithm that the settings name is taken for any labels; `dataset_checks` finds out whether it fits.
    """
    algorithms = possible_algorithms(setting)
    if setting == "auto":
        return next((algorithm for algorithm in algorithms if label_type in algorithm.reads), None)
    return algorithms[0]


def algorithm_of(image: str) -> Algorithm:
    """The algorithm of a training image; our detector by the name of the repository.

    own-image if it is neither that nor in one of AWS's registries.
    """
    account, name = image.partition(".")[0], repository(image)
    if name == GROUNDTRAIN_DETECTOR.name:
        return GROUNDTRAIN_DETECTOR
    is_built_in = name in ALGORITHMS and account in {account for account, _ in REGISTRIES.values()}
    return ALGORITHMS[name] if is_built_in else OWN_IMAGE


def repository(image: str) -> str:
    """The last part of the name of an image's repository, without tag and digest."""
    return image.rpartition("/")[2].partition("@")[0].partition(":")[0]
