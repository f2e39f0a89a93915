"""The checkpoint: all that the next epoch needs, written after each epoch as one file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch

from groundtrain_detector.errors import DetectorError
from groundtrain_detector.model_weights import LOAD_ERRORS, dump_weights
from groundtrain_detector.written_files import write_whole

FILE = "checkpoint.pt"
_FORMAT = 2


class Subject(NamedTuple):
    """What must be the same to go on from a checkpoint: the network's name, and the classes' names by id."""

    network: str
    classes: tuple[str, ...]

    def __str__(self) -> str:
        """In a sentence."""
        return f"{self.network} for {len(self.classes)} classes"


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


def write_checkpoint(folder: Path, progress: Progress, states: Mapping[str, Any], subject: Subject) -> None:
    """Replace the checkpoint as a whole.

    Args:
        folder: of the checkpoints.
        progress: what has been trained so far.
        states: of network, optimizer and scaler, by name.
        subject: network and classes.

    Raises:
        DetectorError: the disk is full, or the folder cannot be written.
    """
    saved = {"format": _FORMAT, **subject._asdict(), **progress._asdict(), "states": dict(states)}
    write_whole(folder / FILE, dump_weights(saved))


def read_checkpoint(folder: Path, subject: Subject, device: Any) -> tuple[Progress, dict[str, Any]] | None:
    """The last checkpoint, with the states; None where there is none.

    Raises:
        DetectorError: it is damaged, of another format, or of another network or other classes.
    """
    file = folder / FILE
    if not file.is_file():
        return None
    try:
        found = torch.load(file, map_location=device, weights_only=True)
        fault = _fault(found, subject)
        progress = None if fault else Progress(*(found[name] for name in Progress._fields))
        states: dict[str, Any] = {} if fault else found["states"]
    except LOAD_ERRORS as error:
        raise DetectorError(f"{file} is no whole checkpoint: delete it to begin anew") from error
    if progress is None:
        raise DetectorError(f"{file} is {fault}: delete it to begin anew")
    return progress, states


def _fault(found: Any, subject: Subject) -> str:
    """Why a training of this subject cannot go on from what was loaded; "" where it can."""
    if found["format"] != _FORMAT:
        return f"of format {found['format']}, and this program reads {_FORMAT}"
    kept = Subject(str(found["network"]), tuple(found["classes"]))
    if str(kept) != str(subject):
        return f"of {kept}, and this training of {subject}"
    for number, (before, now) in enumerate(zip(kept.classes, subject.classes, strict=True)):
        if before != now:
            return f"of {kept}, with {before!r} as class {number}, and this training has {now!r} there"
    return ""
