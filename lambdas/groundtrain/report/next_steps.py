"""What people can do about a dataset or a job, as paragraphs of messages."""

import json
from collections.abc import Iterator, Sequence

from groundtrain.dataset.description import DESCRIPTION, Dataset
from groundtrain.events import DATASET_READY, GROUNDTRAIN, DatasetAnnouncement
from groundtrain.training.cost import Estimate

_UNTRAINABLE = {"GT237", "GT508"}


def how_to_make_again(announcement: DatasetAnnouncement) -> str:
    """How to have the dataset of a labeling job made again; "" for a dataset without one."""
    if not announcement.labeling_job:
        return ""
    return (
        "If you upload images or correct the label category file, delete"
        f" {announcement.dataset}{DESCRIPTION}: the next sweep makes the dataset again within"
        " sweep.look_back of the labeling job's end."
    )


def how_to_override(
    dataset: Dataset, announcement: DatasetAnnouncement, costs: Sequence[Estimate]
) -> Iterator[str]:
    """How to train although the gate is closed; nothing where that cannot lead to a training job."""
    if _can_be_trained_on(dataset):
        yield (
            "To train on it all the same, send this event; with false for override_gate the gate is decided"
            " again, by the settings that are deployed then:"
        )
        yield ready_event(announcement, override_gate=True)
        yield in_words(costs)


def _can_be_trained_on(dataset: Dataset) -> bool:
    both_sides = dataset.train.records and dataset.validation.records
    unread = _UNTRAINABLE & dataset.findings.keys()
    return bool(both_sides and dataset.classes) and not unread


def in_words(costs: Sequence[Estimate]) -> str:
    """Estimates, a line each."""
    return "\n".join(f"It costs {estimate}." for estimate in costs)


def ready_event(
    announcement: DatasetAnnouncement, *, attempt: int | None = None, override_gate: bool | None = None
) -> str:
    """A shell command that sends the ready event by hand."""
    detail = {
        "environment": announcement.environment,
        "labeling_job": announcement.labeling_job,
        "dataset_id": announcement.dataset_id,
        "dataset": announcement.dataset,
        "attempt": announcement.attempt if attempt is None else attempt,
        "override_gate": announcement.override_gate if override_gate is None else override_gate,
    }
    entry = {"Source": GROUNDTRAIN, "DetailType": DATASET_READY, "Detail": json.dumps(detail)}
    return f"aws events put-events --entries '{json.dumps([entry])}'"
