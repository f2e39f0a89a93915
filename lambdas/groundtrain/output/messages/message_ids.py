"""Ids of the messages that end a step, so that the sweep can ask whether one was sent."""

from collections.abc import Iterator
from typing import Literal, get_args

from groundtrain.dataset.description import GateDecision
from groundtrain.output.messages.message import id_of

Outcome = Literal["model registered", "training failed", "training stopped", "training goes elsewhere"]
Wait = Literal["training waits", "training waits its turn"]
Refuser = Literal["convert_manifest", "start_training"]


def about_outcome(outcome: Outcome, environment: str, job: str) -> tuple[str, ...]:
    """`Message.about` of the message on a training job with this outcome."""
    return outcome, environment, job


def about_wait(wait: Wait, environment: str, job: str) -> tuple[str, ...]:
    """`Message.about` of the message on a training job that cannot be started yet."""
    return wait, environment, job


def about_rejection(
    by: Refuser, environment: str, dataset_id: str, reasons: tuple[str, ...]
) -> tuple[str, ...]:
    """`Message.about` of the message on a dataset that a step refuses."""
    return by, "rejected", environment, dataset_id, *reasons


def ids_of_outcomes(environment: str, job: str) -> Iterator[tuple[Outcome, str]]:
    """Every possible outcome with the id of its message; exactly one of them is sent when a job has ended."""
    for outcome in get_args(Outcome):
        yield outcome, id_of(about_outcome(outcome, environment, job))


def ids_of_untrained(environment: str, job: str, dataset_id: str, gate: GateDecision) -> Iterator[str]:
    """Ids of all messages by which start_training explains why the training job was not started."""
    for wait in get_args(Wait):
        yield id_of(about_wait(wait, environment, job))
    if not gate.open:
        yield id_of(about_rejection("start_training", environment, dataset_id, gate.reasons))
