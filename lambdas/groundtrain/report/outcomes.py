"""Identify the messages about the end of a training job."""

from collections.abc import Iterator
from typing import Literal, get_args

from groundtrain.report.message import id_of

Outcome = Literal["model registered", "training failed", "training stopped", "training goes elsewhere"]


def about_outcome(outcome: Outcome, environment: str, job: str) -> tuple[str, ...]:
    """`Message.about` of the message on a job with this outcome."""
    return outcome, environment, job


def ids_of_outcomes(environment: str, job: str) -> Iterator[tuple[Outcome, str]]:
    """Every possible outcome with the id of its message; exactly one of them is sent when a job has ended."""
    for outcome in get_args(Outcome):
        yield outcome, id_of(about_outcome(outcome, environment, job))
