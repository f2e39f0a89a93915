"""Datasets and settings for every algorithm."""

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from groundtrain.dataset.description import Dataset
from groundtrain.settings.environment import Environment
from groundtrain.settings.training_settings import Training
from groundtrain.training.plan import Plan, plan_for
from groundtrain.training.request import BucketsAndRole, build_request, plan_training
from tests.datasets import a_dataset, a_split

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import CreateTrainingJobRequestTypeDef

LABEL_TYPES = {
    "object-detection": ("groundtruth/object-detection",),
    "image-classification": (
        "groundtruth/image-classification",
        "groundtruth/image-classification-multilabel",
    ),
    "semantic-segmentation": ("groundtruth/semantic-segmentation",),
    "blazingtext": ("groundtruth/text-classification", "groundtruth/text-classification-multilabel"),
}
TRAINABLE = tuple(name for names in LABEL_TYPES.values() for name in names)
ATTRIBUTES = {
    "groundtruth/object-detection": ("source-ref", "boxes"),
    "groundtruth/image-classification": ("source-ref", "species"),
    "groundtruth/image-classification-multilabel": ("source-ref", "weather"),
    "groundtruth/semantic-segmentation": ("source-ref", "road-ref"),
    "groundtruth/text-classification": ("source", "topic"),
    "groundtruth/text-classification-multilabel": ("source", "topics"),
}


def a_dataset_of(label_type: str, **changes: Any) -> Dataset:
    """A dataset of a hundred and more records with labels of this type."""
    attributes = ATTRIBUTES.get(label_type, ("source-ref", "label"))
    boxes = {"boxes": 3000.0, "most_boxes": 81.0} if label_type == "groundtruth/object-detection" else {}
    fields = {"type": label_type, "attributes": attributes, "label": attributes[1], "statistics": boxes}
    return a_dataset(**(fields | changes))


def a_plan(label_type: str, **training: Any) -> Plan:
    plan = plan_for(Environment(name="test", region="eu-west-1", training=Training(**training)), label_type)
    assert plan is not None
    return plan


def planned_request(
    dataset: Dataset, environment: Environment, buckets: BucketsAndRole, **more: Any
) -> "CreateTrainingJobRequestTypeDef":
    """The request for the training job of a dataset, as the environment plans it."""
    return build_request(plan_training(dataset, environment), dataset, buckets, **more)


@st.composite
def datasets(draw: st.DrawFn, label_type: str) -> Dataset:
    """Any dataset that training could be asked to use."""
    positive = st.integers(1, 10**6)
    names = draw(st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=300, unique=True))
    return a_dataset_of(
        label_type,
        classes=tuple(names),
        train=a_split("train.manifest", draw(positive)),
        validation=a_split("validation.manifest", draw(positive)),
        statistics={"most_boxes": float(draw(st.integers(0, 5000)))},
    )
