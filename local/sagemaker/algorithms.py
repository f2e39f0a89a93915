"""SageMaker's built-in algorithms as the service knows them; any other image trains on any data.

Source: SageMaker Developer Guide, the algorithms' own pages. Independent of groundtrain's own tables, so that
each reveals mistakes in the other.
"""

from typing import Literal

from msgspec import Struct

from local.sagemaker.accounts import Json


class BuiltIn(Struct, frozen=True):
    """An algorithm that reads augmented manifests.

    Attributes:
        metric: name of its objective, and a first value.
        required: hyperparameters it does not train without.
        runs_on: with augmented manifests.
        default_batch: "mini_batch_size" where none is given; 0 where there are no batches.
    """

    metric: tuple[str, float]
    required: tuple[str, ...]
    runs_on: Literal["gpu", "cpu"] = "gpu"
    single_instance: bool = False
    checkpoints: bool = True
    default_batch: int = 32


COUNTS = ("num_classes", "num_training_samples")
BUILT_IN = {
    "object-detection": BuiltIn(("validation:mAP", 0.3), COUNTS),
    "image-classification": BuiltIn(("validation:accuracy", 0.6), COUNTS, single_instance=True),
    "semantic-segmentation": BuiltIn(
        ("validation:mIOU", 0.4), COUNTS, single_instance=True, default_batch=16
    ),
    "blazingtext": BuiltIn(
        ("validation:accuracy", 0.7),
        ("mode",),
        runs_on="cpu",
        single_instance=True,
        checkpoints=False,
        default_batch=0,
    ),
}


def name_of(request: Json) -> str:
    """Name of the image's repository, for error messages and the table."""
    image: str = request["AlgorithmSpecification"].get("TrainingImage", "")
    return image.rpartition("/")[2].partition(":")[0]


def algorithm_of(request: Json) -> BuiltIn | None:
    """The built-in algorithm of a request or a job; None for any other image."""
    return BUILT_IN.get(name_of(request))
