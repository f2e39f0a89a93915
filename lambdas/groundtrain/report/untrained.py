"""What the messages are about that say why a dataset is not trained on, or not yet; and so their ids."""

from collections.abc import Iterator
from typing import Literal, get_args

from groundtrain.dataset.description import GateDecision
from groundtrain.report.message import id_of

Wait = Literal["training waits", "training waits its turn"]
Refuser = Literal["convert_manifest", "start_training"]


def about_wait(wait: Wait, environment: str, job: str) -> tuple[str, ...]:
    """What the message of a training job that waits so is about."""
    return wait, environment, job


def about_rejection(
    by: Refuser, environment: str, dataset_id: str, reasons: tuple[str, ...]
) -> tuple[str, ...]:
    """What the message of a dataset that a step refused is about."""
    return by, "rejected", environment, dataset_id, *reasons


def ids_of_untrained(environment: str, job: str, dataset_id: str, gate: GateDecision) -> Iterator[str]:
    """The ids of all messages by which start_training says why there is no such job."""
    for wait in get_args(Wait):
        yield id_of(about_wait(wait, environment, job))
    if not gate.open:
        yield id_of(about_rejection("start_training", environment, dataset_id, gate.reasons))
