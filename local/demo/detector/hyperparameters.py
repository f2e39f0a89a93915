"""The program's hyperparameters, which SageMaker hands over as strings, and its folders."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

N = TypeVar("N", int, float)


class Hyperparameters(NamedTuple):
    """What a run may be told.

    Attributes:
        label: the label attribute.
        num_classes: ids are below this.
        batch: images a step.
        seed: of the first weights, and of what is mirrored and moved.
    """

    label: str
    num_classes: int
    epochs: int = 24
    batch: int = 8
    learning_rate: float = 0.008
    seed: int = 1


class WrongHyperparameterError(ValueError):
    """A hyperparameter is missing, unknown or no number where one is needed."""


def base() -> Path:
    """/opt/ml, or what SAGEMAKER_BASE_DIR says, as in SageMaker's training toolkit."""
    return Path(os.environ.get("SAGEMAKER_BASE_DIR") or "/opt/ml")


def read_hyperparameters() -> Hyperparameters:
    """Read input/config/hyperparameters.json.

    Raises:
        WrongHyperparameterError
    """
    given = json.loads((base() / "input/config/hyperparameters.json").read_bytes())
    return parse_hyperparameters(given)


def parse_hyperparameters(given: Mapping[str, str]) -> Hyperparameters:
    """Numbers and lists from SageMaker's strings.

    Raises:
        WrongHyperparameterError
    """
    if missing := {"label", "num_classes"} - given.keys():
        raise WrongHyperparameterError(f"hyperparameter {min(missing)} is missing")
    if unknown := given.keys() - set(Hyperparameters._fields):
        raise WrongHyperparameterError(f"hyperparameter {min(unknown)} is unknown")
    usual = Hyperparameters("", 1)
    return Hyperparameters(
        label=given["label"],
        num_classes=_number(given, "num_classes", usual.num_classes),
        epochs=_number(given, "epochs", usual.epochs),
        batch=_number(given, "batch", usual.batch),
        learning_rate=_number(given, "learning_rate", usual.learning_rate),
        seed=_number(given, "seed", usual.seed),
    )


def _number(given: Mapping[str, str], name: str, usual: N) -> N:
    try:
        return type(usual)(given.get(name, usual))
    except ValueError:
        kind = "whole number" if isinstance(usual, int) else "number"
        raise WrongHyperparameterError(f"hyperparameter {name} is {given[name]!r}, no {kind}") from None
