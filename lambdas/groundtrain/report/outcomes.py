"""What the messages about the end of a training job are about, and so their ids."""

from collections.abc import Iterator
from typing import Literal, get_args

from groundtrain.report.message import id_of

Outcome = Literal["model registered", "training failed", "training stopped", "training goes elsewhere"]


def about_outcome(outcome: Outcome, environment: str, job: str) -> tuple[str, ...]:
    """What the message of a job that ended so is about."""
    return outcome, environment, job


def ids_of_outcomes(environment: str, job: str) -> Iterator[tuple[Outcome, str]]:
    """The ids of all messages of how a job ended; when it has, people are told one of them."""
    for outcome in get_args(Outcome):
        yield outcome, id_of(about_outcome(outcome, environment, job))
