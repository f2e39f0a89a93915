"""Decide whether training can start from an earlier model (incremental training).

Source: SageMaker Developer Guide, "Use Incremental Training in Amazon SageMaker" and the algorithms' guides.
"""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from groundtrain.dataset.description import Dataset
from groundtrain.training.algorithms.own_image import OWN_IMAGE
from groundtrain.training.algorithms.registry import algorithm_of
from groundtrain.training.plan import Plan


class EarlierModel(Struct, frozen=True):
    """A registered model: its model.tar.gz, image, hyperparameters and classes."""

    artifacts: str
    image: str
    hyperparameters: Mapping[str, str]
    classes: Sequence[str]


def find_obstacle(plan: Plan, dataset: Dataset, earlier: EarlierModel) -> str | None:
    """Why training cannot start from the model, in one clause; None when it can.

    Class ids must mean the same, and the network must be the same.
    """
    algorithm = plan.algorithm
    if algorithm.fixed_for_incremental is None:
        return f"{algorithm.name} always starts from scratch"
    if algorithm_of(earlier.image) is not algorithm:
        return f"it is a model of {algorithm_of(earlier.image).name}"
    if algorithm is OWN_IMAGE and _repository(earlier.image) != _repository(plan.training.image_uri):
        return f"it is a model of {earlier.image}"
    if tuple(earlier.classes) != dataset.classes:
        return f"its classes are {', '.join(earlier.classes)}"
    asked = {**plan.chosen, **algorithm.derive(dataset, plan.chosen)}
    for name in algorithm.fixed_for_incremental:
        before = algorithm.value(name, earlier.hyperparameters)
        if algorithm.value(name, asked) != before:
            return f"its {name} is {before}"
    return None


def _repository(image: str) -> str:
    """The image without tag or digest, which change with every build."""
    return re.split(r"[:@]", image)[0]
