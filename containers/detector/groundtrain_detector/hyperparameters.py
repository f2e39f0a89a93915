"""The job's hyperparameters, checked against groundtrain's table; SageMaker hands all over as strings."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from groundtrain.training.algorithms.groundtrain_detector import CLASS_NAMES, HYPERPARAMETERS
from groundtrain_detector.errors import SettingsError

_ROWS = {row.name: row for row in HYPERPARAMETERS}


class Hyperparameters(NamedTuple):
    """What a training is told; the rows of docs/algorithms.md, with numbers as numbers.

    Attributes:
        classes: names by id; "class 7" where none was handed over.
        decode_workers: processes; None for as many as there are cores, less one.
    """

    label_attribute: str
    classes: tuple[str, ...]
    num_training_samples: int
    network: str
    use_pretrained_model: bool
    input_size: int
    batch_size: int
    epochs: int
    learning_rate: float
    weight_decay: float
    flip: bool
    zoom: float
    brightness: float
    early_stopping: bool
    early_stopping_patience: int
    mixed_precision: bool
    decode_workers: int | None
    seed: int


def read_hyperparameters(file: Path) -> tuple[Hyperparameters, dict[str, str]]:
    """Those of the job, and the same as they were given.

    Raises:
        SettingsError: the file is missing or no JSON object of strings, or a value cannot be used.
    """
    try:
        given = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsError(f"the hyperparameters cannot be read from {file}: {error}") from error
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise SettingsError(f"{file} is to hold a JSON object of strings, as SageMaker writes it")
    return parse_hyperparameters(given), given


def parse_hyperparameters(given: Mapping[str, str]) -> Hyperparameters:
    """Numbers, switches and lists from SageMaker's strings.

    Raises:
        SettingsError: one is missing, unknown, or not allowed; the text names the nearest that is.
    """
    if unknown := sorted(given.keys() - _ROWS.keys()):
        known = ", ".join(name for name, row in _ROWS.items() if not row.derived)
        raise SettingsError(f"there is no hyperparameter {unknown[0]}; there are {known}")
    values = {name: _value(name, given) for name in _ROWS if name not in CLASS_NAMES}
    classes = _classes(given, int(values.pop("num_classes")))
    return Hyperparameters(classes=classes, **{name: _typed(name, text) for name, text in values.items()})


def _value(name: str, given: Mapping[str, str]) -> str:
    row = _ROWS[name]
    if name not in given and not row.default:
        raise SettingsError(f"hyperparameter {name} is missing: groundtrain derives it from the dataset")
    text = given.get(name, row.default)
    if fault := row.fault(text):
        raise SettingsError(f"hyperparameter {fault}")
    return row.form.spelled(text) or text


def _typed(name: str, text: str) -> Any:
    """A text as the record's field wants it."""
    if name == "decode_workers":
        return None if text == "auto" else int(text)
    kind = Hyperparameters.__annotations__[name]
    return text == "True" if kind is bool else kind(text)


def _classes(given: Mapping[str, str], number: int) -> tuple[str, ...]:
    names = [name for piece in CLASS_NAMES if piece in given for name in _names(piece, given[piece])]
    if names and len(names) != number:
        raise SettingsError(f"class_names has {len(names)} names, and num_classes is {number}")
    return tuple(names) or tuple(f"class {i}" for i in range(number))


def _names(piece: str, text: str) -> list[str]:
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SettingsError(f"hyperparameter {piece} is to be a JSON list of names, and is {text[:100]}")
    return names
