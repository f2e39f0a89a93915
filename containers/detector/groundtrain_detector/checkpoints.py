"""The checkpoint: all that the next epoch needs, written after each epoch as one file."""

import io
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch

from groundtrain_detector.errors import DetectorError
from groundtrain_detector.written_files import write_whole

FILE = "checkpoint.pt"
_FORMAT = 1


class Progress(NamedTuple):
    """What has been trained so far.

    Attributes:
        epochs: that are complete.
        best_epoch: of them, the one whose weights are kept; 0 before there is one.
        best: its weights by name.
        metrics: of that epoch, by name.
    """

    epochs: int = 0
    best_epoch: int = 0
    best: Mapping[str, Any] = {}
    metrics: Mapping[str, float] = {}


def write_checkpoint(folder: Path, progress: Progress, states: Mapping[str, Any], about: str) -> None:
    """Replace the checkpoint as a whole.

    Args:
        folder: of the checkpoints.
        progress: what has been trained so far.
        states: of network, optimizer and scaler, by name.
        about: what must be the same to go on from it: network and classes.

    Raises:
        DetectorError: the disk is full, or the folder cannot be written.
    """
    content = io.BytesIO()
    torch.save({"format": _FORMAT, "about": about, **progress._asdict(), "states": dict(states)}, content)
    write_whole(folder / FILE, content.getbuffer())


def read_checkpoint(folder: Path, about: str, device: Any) -> tuple[Progress, dict[str, Any]] | None:
    """The last checkpoint, with the states; None where there is none.

    Raises:
        DetectorError: it is damaged, or of another network or other classes.
    """
    file = folder / FILE
    if not file.is_file():
        return None
    try:
        found = torch.load(file, map_location=device, weights_only=True)
        progress = Progress(*(found[name] for name in Progress._fields))
        states: dict[str, Any] = found["states"]
        kept = found["about"]
    except (
        RuntimeError,
        pickle.UnpicklingError,
        EOFError,
        OSError,
        KeyError,
        TypeError,
        ValueError,
    ) as error:
        raise DetectorError(f"{file} is no whole checkpoint: delete it to begin anew") from error
    if kept != about:
        raise DetectorError(f"{file} is of {kept}, and this training of {about}: delete it to begin anew")
    return progress, states
