"""The algorithms that can be trained: one line each."""

from collections.abc import Mapping

from groundtrain.training.algorithms.algorithm import Algorithm
from groundtrain.training.algorithms.blazingtext import BLAZINGTEXT
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
ALGORITHMS: Mapping[str, Algorithm] = {algorithm.name: algorithm for algorithm in (*BUILT_IN, OWN_IMAGE)}


def algorithm_of(image: str) -> Algorithm:
    """The algorithm of a training image; own-image if it is not in one of AWS's registries."""
    account, repository = image.partition(".")[0], image.rpartition("/")[2].partition(":")[0]
    is_built_in = repository in ALGORITHMS and account in {account for account, _ in REGISTRIES.values()}
    return ALGORITHMS[repository] if is_built_in else OWN_IMAGE
