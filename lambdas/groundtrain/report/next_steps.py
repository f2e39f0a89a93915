"""What people can do about a dataset or a job, as paragraphs of messages."""

import json
from collections.abc import Iterator, Sequence

from groundtrain.dataset.description import DESCRIPTION, Dataset
from groundtrain.events import DATASET_READY, GROUNDTRAIN, LAST_ATTEMPT, DatasetAnnouncement
from groundtrain.report.mail import Words, command, lines, words
from groundtrain.training.cost import Estimate

_UNTRAINABLE = {"GT237", "GT508"}


def how_to_make_again(announcement: DatasetAnnouncement) -> Words | None:
    """How to have the dataset of a labeling job made again; None for a dataset without one."""
    if not announcement.labeling_job:
        return None
    return command(
        f"If you upload images or correct the label category file, delete {DESCRIPTION}: the next sweep makes"
        " the dataset again within sweep.look_back of the labeling job's end.",
        *("aws", "s3", "rm", f"{announcement.dataset}{DESCRIPTION}"),
    )


def how_to_override(
    dataset: Dataset, announcement: DatasetAnnouncement, costs: Sequence[Estimate]
) -> Iterator[Words]:
    """How to train although the gate is closed; nothing where that cannot lead to a training job."""
    if _can_be_trained_on(dataset):
        yield command(
            "To train on it all the same, send this event; with false for override_gate the gate is decided"
            " again, by the settings that are deployed then:",
            *ready_event(announcement, override_gate=True),
        )
        yield in_words(costs)


def how_to_start_again(announcement: DatasetAnnouncement) -> Words:
    """How to start the next attempt of a training job that has ended."""
    if announcement.attempt >= LAST_ATTEMPT:
        return words(
            "No attempt is left of it: {last} is the last. Any other setting under [training] gives it a name"
            " of its own: change one and deploy, then send the event of its dataset with attempt 0.",
            last=LAST_ATTEMPT,
        )
    return command(
        "To start it again, send this event:", *ready_event(announcement, attempt=announcement.attempt + 1)
    )


def _can_be_trained_on(dataset: Dataset) -> bool:
    both_sides = dataset.train.records and dataset.validation.records
    unread = _UNTRAINABLE & dataset.findings.keys()
    return bool(both_sides and dataset.classes) and not unread


def in_words(costs: Sequence[Estimate]) -> Words:
    """Estimates, a line each."""
    return lines([words("It costs {estimate}.", estimate=estimate) for estimate in costs])


def ready_event(
    announcement: DatasetAnnouncement, *, attempt: int | None = None, override_gate: bool | None = None
) -> tuple[str, ...]:
    """The command that sends the ready event by hand, as its arguments."""
    detail = {
        "environment": announcement.environment,
        "labeling_job": announcement.labeling_job,
        "dataset_id": announcement.dataset_id,
        "dataset": announcement.dataset,
        "attempt": announcement.attempt if attempt is None else attempt,
        "override_gate": announcement.override_gate if override_gate is None else override_gate,
    }
    entry = {"Source": GROUNDTRAIN, "DetailType": DATASET_READY, "Detail": json.dumps(detail)}
    return "aws", "events", "put-events", "--entries", json.dumps([entry])
