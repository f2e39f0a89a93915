"""SageMaker's built-in BlazingText, supervised: one class a text, or several.

Source: SageMaker Developer Guide, "BlazingText algorithm" and its text classification hyperparameters. It
reads augmented manifests on one CPU instance, keeps no checkpoints, and cannot go on from an earlier model.
Record wrapper and content type are not confirmed (C12): RecordIO alone keeps texts and labels apart in the
stream.
"""

from typing import TYPE_CHECKING

from groundtrain.training.algorithms.algorithm import Algorithm, Chosen, Inference, InstanceRequirements
from groundtrain.training.algorithms.hyperparameter import Hyperparameter, Number, OneOf, Switch, Whole

if TYPE_CHECKING:
    from groundtrain.dataset.description import DatasetContents

HYPERPARAMETERS = (
    Hyperparameter("mode", OneOf(("supervised",)), derived=True),
    Hyperparameter("epochs", Whole(), "5"),
    Hyperparameter("learning_rate", Number(high=None, open_low=True), "0.05"),
    Hyperparameter("min_count", Whole(0), "5"),
    Hyperparameter("vector_dim", Whole(), "100"),
    Hyperparameter("word_ngrams", Whole(), "2"),
    Hyperparameter("buckets", Whole(), "2000000"),
    Hyperparameter("early_stopping", Switch("False", "True"), "False"),
    Hyperparameter("min_epochs", Whole(), "5"),
    Hyperparameter("patience", Whole(), "4"),
)


def derive(_: "DatasetContents", __: Chosen) -> dict[str, str]:
    """The one mode that learns from labels; it counts classes and records itself."""
    return {"mode": "supervised"}


BLAZINGTEXT = Algorithm(
    name="blazingtext",
    reads=("groundtruth/text-classification", "groundtruth/text-classification-multilabel"),
    hyperparameters=HYPERPARAMETERS,
    content_type=lambda _: "text/plain",
    derive=derive,
    machines=InstanceRequirements(
        processor="cpu", families=("c4", "c5", "m4", "m5"), usual=("ml.c5.2xlarge", "ml.m5.2xlarge"), most=1
    ),
    checkpoints=False,
    objective="validation:accuracy",
    inference=Inference(
        "NATURAL_LANGUAGE_PROCESSING",
        "CLASSIFICATION",
        ("application/json", "application/jsonlines"),
        ("application/json", "application/jsonlines"),
    ),
)
