"""A file of weights: tensors by name, in torch's form, and never code."""

import io
import pickle
from collections.abc import Mapping
from typing import Any

import torch

from groundtrain_detector.errors import UnreadableModelError
from groundtrain_detector.model_description import WEIGHTS


def dump_weights(weights: Mapping[str, Any]) -> memoryview:
    """The file."""
    content = io.BytesIO()
    torch.save(dict(weights), content)
    return content.getbuffer()


def read_weights(content: bytes) -> dict[str, Any]:
    """The tensors of a file by name; a file that would run code is refused.

    Raises:
        UnreadableModelError: it is no file of tensors.
    """
    try:
        found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except (RuntimeError, pickle.UnpicklingError, EOFError, OSError, ValueError, KeyError) as error:
        raise UnreadableModelError(f"{WEIGHTS} is no file of weights, or not whole") from error
    if not isinstance(found, dict) or not all(isinstance(value, torch.Tensor) for value in found.values()):
        raise UnreadableModelError(f"{WEIGHTS} holds something else than weights by name")
    return found
