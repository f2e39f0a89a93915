"""A file of weights: tensors by name, in torch's form, and never code."""

import io
import pickle
import struct
from collections.abc import Mapping
from typing import Any

import torch

from groundtrain_detector.errors import UnreadableModelError
from groundtrain_detector.model_description import WEIGHTS

LOAD_ERRORS = (
    RuntimeError,
    pickle.UnpicklingError,
    EOFError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    OverflowError,
    struct.error,
)
"""What `torch.load` raises on a damaged or foreign file, and `load_state_dict` on what comes from one."""


def dump_weights(weights: Mapping[str, Any]) -> memoryview:
    """The file; a checkpoint is written so too, with more than tensors in it."""
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
    except LOAD_ERRORS as error:
        raise UnreadableModelError(f"{WEIGHTS} is no file of weights, or not whole") from error
    if not isinstance(found, dict) or not all(_is_weight(*item) for item in found.items()):
        raise UnreadableModelError(f"{WEIGHTS} holds something else than weights by name")
    return dict(found)  # an OrderedDict's own attributes, which load_state_dict reads, are left behind


def _is_weight(name: object, value: object) -> bool:
    return isinstance(name, str) and isinstance(value, torch.Tensor)
