"""SageMaker's built-in Semantic Segmentation: a class for every pixel.

Source: SageMaker Developer Guide, "Semantic Segmentation Algorithm" and its hyperparameters. Masks are
single-channel PNGs whose pixels are class ids; the background is one of the classes.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundtrain.rules.findings import Finding
from groundtrain.training.algorithms.algorithm import (
    GPU,
    Algorithm,
    Chosen,
    Inference,
    fitting_batch,
    late_steps,
)
from groundtrain.training.algorithms.hyperparameter import (
    EPOCHS,
    Hyperparameter,
    Number,
    OneOf,
    Switch,
    Whole,
)

if TYPE_CHECKING:
    from groundtrain.dataset.description import DatasetContents

HYPERPARAMETERS = (
    Hyperparameter("num_classes", Whole(2, 254), derived=True),
    Hyperparameter("num_training_samples", Whole(), derived=True),
    Hyperparameter("backbone", OneOf(("resnet-50", "resnet-101")), "resnet-50"),
    Hyperparameter("algorithm", OneOf(("fcn", "psp", "deeplab")), "fcn"),
    Hyperparameter("use_pretrained_model", Switch("False", "True"), "True"),
    Hyperparameter("crop_size", Whole(17), "240"),
    Hyperparameter("base_size", Whole(17), "520"),
    Hyperparameter("mini_batch_size", Whole(), "16"),
    Hyperparameter("validation_mini_batch_size", Whole(), "16"),
    Hyperparameter("epochs", Whole(), "10"),
    Hyperparameter("learning_rate", Number(open_low=True), "0.001"),
    Hyperparameter("lr_scheduler", OneOf(("poly", "cosine", "step")), "poly"),
    Hyperparameter("lr_scheduler_step", EPOCHS),
    Hyperparameter("lr_scheduler_factor", Number(open_low=True, open_high=True), "0.1"),
    Hyperparameter("optimizer", OneOf(("sgd", "adam", "adagrad", "nag", "rmsprop")), "sgd"),
    Hyperparameter("momentum", Number(open_low=True), "0.9"),
    Hyperparameter("weight_decay", Number(open_low=True, open_high=True), "0.0001"),
    Hyperparameter("gamma1", Number(), "0.9"),
    Hyperparameter("gamma2", Number(), "0.9"),
    Hyperparameter("syncbn", Switch("False", "True"), "False"),
    Hyperparameter("early_stopping", Switch("False", "True"), "False"),
    Hyperparameter("early_stopping_min_epochs", Whole(), "5"),
    Hyperparameter("early_stopping_patience", Whole(), "4"),
    Hyperparameter("early_stopping_tolerance", Number(), "0.0"),
)


def derive(dataset: "DatasetContents", chosen: Chosen) -> dict[str, str]:
    """Counts, with the background as a class, and batch sizes that the channels can fill."""
    train = SEMANTIC_SEGMENTATION.value("mini_batch_size", chosen)
    validation = SEMANTIC_SEGMENTATION.value("validation_mini_batch_size", chosen)
    return {
        "num_classes": str(len(dataset.classes)),
        "num_training_samples": str(dataset.train.records),
        "mini_batch_size": fitting_batch(train, dataset.train.records),
        "validation_mini_batch_size": fitting_batch(validation, dataset.validation.records),
    }


def conflicts(chosen: Chosen) -> Iterator[Finding]:
    """Steps of the learning rate that are never reached, or ignored."""
    yield from late_steps(chosen, SEMANTIC_SEGMENTATION.value("epochs", chosen))
    scheduler = SEMANTIC_SEGMENTATION.value("lr_scheduler", chosen)
    if "lr_scheduler_step" in chosen and scheduler != "step":
        yield Finding.on_file(
            "GT515",
            f'steps are for lr_scheduler = "step", and it is {scheduler}; leave them out, or set it to step',
            path="lr_scheduler_step",
        )


SEMANTIC_SEGMENTATION = Algorithm(
    name="semantic-segmentation",
    reads=("groundtruth/semantic-segmentation",),
    hyperparameters=HYPERPARAMETERS,
    content_type=lambda _: "application/x-recordio",
    derive=derive,
    conflicts=conflicts,
    machines=GPU.on_one_machine(),
    fixed_for_incremental=("backbone", "algorithm", "crop_size", "num_classes"),
    objective="validation:mIOU",
    inference=Inference(
        "COMPUTER_VISION",
        "IMAGE_SEGMENTATION",
        ("image/jpeg",),
        ("image/png", "application/x-recordio-protobuf"),
    ),
)
