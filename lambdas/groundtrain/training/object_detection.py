"""SageMaker's built-in Object Detection (SSD): what it wants to know, derived from the dataset.

Source: SageMaker Developer Guide, "Object Detection Hyperparameters" and its input format.
"""

from groundtrain.dataset.description import Dataset
from groundtrain.errors import SettingsError
from groundtrain.settings import Training

ALGORITHM = "object-detection"
CONTENT_TYPE = "application/x-recordio"
INFERENCE_CONTENT_TYPES = ("image/jpeg", "image/png", "application/x-image")
INFERENCE_RESPONSE_TYPES = ("application/json",)
TASK = "OBJECT_DETECTION"

DERIVED = ("num_classes", "num_training_samples", "label_width")
_DEFAULT_BATCH = 32
DEFAULT_EPOCHS = 30
DEFAULT_LABEL_WIDTH = 350
_HEADER, _NUMBERS_PER_BOX = 2, 5
_SSD_STEPS = (2 / 3, 5 / 6)  # where SSD's authors lowered the learning rate (80,000 and 100,000 of 120,000)


def hyperparameters(dataset: Dataset, training: Training) -> dict[str, str]:
    """All hyperparameters: the settings' own, and those that only the dataset can tell.

    Raises:
        SettingsError: the settings name a derived one, or a step of the learning rate after the last epoch.
    """
    chosen = {name: str(value) for name, value in training.hyperparameters.items()}
    _refuse_derived(chosen)
    return {
        **chosen,
        "num_classes": str(len(dataset.classes)),
        "num_training_samples": str(dataset.train.records),
        "label_width": str(label_width(int(dataset.statistics["most_boxes"]))),
        "mini_batch_size": str(mini_batch_size(dataset, training)),
        **_learning_rate_steps(chosen),
    }


def label_width(most_boxes: int) -> int:
    """Numbers of the longest label: five a box and two of header; never below the algorithm's default."""
    return max(DEFAULT_LABEL_WIDTH, _NUMBERS_PER_BOX * most_boxes + _HEADER)


def mini_batch_size(dataset: Dataset, training: Training) -> int:
    """The batch size of the settings (32 when they say none), but no more than either channel can fill.

    "The number of input images must be bigger or equal to the mini_batch_size" fails the job otherwise.
    """
    wanted = _whole("mini_batch_size", training.hyperparameters.get("mini_batch_size", _DEFAULT_BATCH))
    return max(1, min(wanted, dataset.train.records, dataset.validation.records))


def _refuse_derived(chosen: dict[str, str]) -> None:
    for name in DERIVED:
        if name in chosen:
            raise SettingsError(
                f"training.hyperparameters.{name} is derived from the dataset",
                fix="remove it from the settings",
            )


def _learning_rate_steps(chosen: dict[str, str]) -> dict[str, str]:
    """Steps inside the epochs: those of the settings, else SSD's own, none for very few epochs."""
    epochs = _whole("epochs", chosen.get("epochs", DEFAULT_EPOCHS))
    if "lr_scheduler_step" not in chosen:
        steps = sorted({round(epochs * share) for share in _SSD_STEPS} - {0, epochs})
        return {"lr_scheduler_step": ",".join(map(str, steps))} if steps else {}
    for step in filter(None, chosen["lr_scheduler_step"].split(",")):
        if _whole("lr_scheduler_step", step) >= epochs:
            raise SettingsError(
                f"training.hyperparameters.lr_scheduler_step: step {step.strip()} is not before the last"
                f" of {epochs} epochs",
                fix="raise epochs or lower the step",
            )
    return {}


def _whole(name: str, value: object) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = 0
    if number < 1:
        raise SettingsError(
            f"training.hyperparameters.{name}: expected a positive whole number, got {value!r}"
        )
    return number
