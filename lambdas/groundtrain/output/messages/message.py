"""A message to subscribers, and its id, by which the sweep can ask whether one was sent."""

import hashlib
from collections.abc import Iterator
from typing import Literal, get_args

from msgspec import Struct

from groundtrain.dataset.description import GateDecision
from groundtrain.output.messages.message_text import Words

Outcome = Literal["model registered", "training failed", "training stopped", "training goes elsewhere"]
Wait = Literal["training waits", "training waits its turn"]
Refuser = Literal["convert_manifest", "start_training"]


class Message(Struct, frozen=True):
    """Subject, text, and what the message is about.

    Attributes:
        about: kind, environment, and everything else that two copies of a message share; never the wording.
    """

    subject: Words
    text: Words
    about: tuple[str, ...]

    @property
    def id(self) -> str:
        """The message id: 32 hex digits, the same for every copy."""
        return id_of(self.about)


def id_of(about: tuple[str, ...]) -> str:
    """The id of a message about this, without the message."""
    return hashlib.sha256("\0".join(about).encode(errors="surrogatepass")).hexdigest()[:32]


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
