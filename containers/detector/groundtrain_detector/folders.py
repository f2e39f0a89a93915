"""The folders that SageMaker gives a container, below /opt/ml."""

import os
from pathlib import Path

IMAGES_OWN_WEIGHTS = "GROUNDTRAIN_WEIGHTS"
"""Environment variable of the image: the file of weights that it was built with."""


def base() -> Path:
    """/opt/ml, or what SAGEMAKER_BASE_DIR says, as in SageMaker's training toolkit."""
    return Path(os.environ.get("SAGEMAKER_BASE_DIR") or "/opt/ml")


def hyperparameters_file() -> Path:
    """What the request's HyperParameters are written to."""
    return base() / "input" / "config" / "hyperparameters.json"


def model_channel() -> Path:
    """The folder of the channel `model`, which holds an earlier model; it may be missing."""
    return base() / "input" / "data" / "model"


def model() -> Path:
    """What is packed as model.tar.gz at the end."""
    return base() / "model"


def checkpoints() -> Path | None:
    """What another attempt finds again; None where the request has no CheckpointConfig."""
    folder = base() / "checkpoints"
    return folder if folder.is_dir() else None


def failure_file() -> Path:
    """Its text becomes the job's FailureReason."""
    return base() / "output" / "failure"
