"""model.json: what a trained model is, so that it can be used without the settings it was trained with."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from groundtrain_detector.errors import UnreadableModelError

FORMAT = 1
DESCRIPTION = "model.json"
WEIGHTS = "weights.pt"
LICENCES = "LICENSES.txt"


class ModelDescription(Struct, frozen=True, kw_only=True):
    """A trained model without its weights.

    Attributes:
        network: name of the network, as the hyperparameter has it.
        classes: names; the position is the class id.
        input_size: pixels of the longer side of what the network sees.
        hyperparameters: all that it was trained with, as text.
        licences: of what the model is made from, a sentence each.
        metrics: of the epoch whose weights these are, on the channel validation.
        epochs: how many it was trained for.
    """

    network: str
    classes: Annotated[tuple[str, ...], Meta(min_length=1)]
    input_size: Annotated[int, Meta(ge=1, le=8192)]
    hyperparameters: dict[str, str]
    licences: tuple[str, ...]
    metrics: dict[str, float] = {}
    epochs: int = 0
    format: int = FORMAT


class _Versioned(Struct):
    format: int


def dump_description(description: ModelDescription) -> bytes:
    """The file, indented."""
    return msgspec.json.format(msgspec.json.encode(description), indent=2) + b"\n"


def parse_description(text: bytes) -> ModelDescription:
    """Read model.json.

    Raises:
        UnreadableModelError: it is none, or of another format.
    """
    try:
        found = msgspec.json.decode(text, type=_Versioned).format
        if found != FORMAT:
            raise UnreadableModelError(f"{DESCRIPTION} is of format {found}, and this program reads {FORMAT}")
        return msgspec.json.decode(text, type=ModelDescription)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableModelError(f"{DESCRIPTION} does not describe a model: {error}") from error
