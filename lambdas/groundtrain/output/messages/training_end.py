"""Messages about a training job that has ended."""

from collections.abc import Mapping, Sequence

from groundtrain.dataset.description import Dataset
from groundtrain.events.dataset_announcement import DatasetAnnouncement
from groundtrain.output.messages.message import Message, about_outcome
from groundtrain.output.messages.message_text import (
    Words,
    bullets,
    command,
    first,
    paragraphs,
    subject,
    words,
)
from groundtrain.output.messages.paragraphs import (
    MOST_LINES,
    all_classes,
    counts_in_words,
    dataset_folder,
    how_to_go_on,
    how_to_start_again,
    how_to_start_on_demand,
    name_of,
    reason_of_sagemaker,
)
from groundtrain.rules import RULES
from groundtrain.training.results.failure_reasons import Explanation, explain
from groundtrain.training.results.lines_at_fault import LineAtFault

_MOST_METRICS = 100


def model_registered(
    dataset: Dataset,
    announcement: DatasetAnnouncement,
    *,
    job: str,
    package: str,
    metrics: Mapping[str, float],
) -> Message:
    """A model package waits for approval."""
    told = [f"{name}: {value:.4g}" for name, value in metrics.items()] or ["no metrics were reported"]
    return Message(
        subject(announcement.environment, "{name}: a new model waits for approval", name=name_of(dataset)),
        paragraphs(
            words(
                'Training job "{job}" has ended; its model is registered as {package}',
                job=job,
                package=package,
            ),
            bullets(first(told, _MOST_METRICS, "all in the registry")),
            counts_in_words(dataset),
            *dataset_folder(dataset, announcement),
            words("Classes, in order of their ids: {classes}", classes=all_classes(dataset)),
            command(
                "To approve it:",
                *("aws", "sagemaker", "update-model-package", "--model-approval-status", "Approved"),
                *("--model-package-arn", package),
            ),
        ),
        about_outcome("model registered", announcement.environment, job),
    )


def training_failed(
    dataset: Dataset,
    announcement: DatasetAnnouncement,
    *,
    job: str,
    reason: str | None,
    lines_at_fault: Sequence[LineAtFault] = (),
) -> Message:
    """A training job failed: SageMaker's reason, what is known about it, how to start again."""
    known = explain(reason or "")
    return Message(
        subject(announcement.environment, "{name}: training failed", name=name_of(dataset)),
        paragraphs(
            words('Training job "{job}" failed.', job=job),
            reason_of_sagemaker(reason),
            words("{meaning}\n{fix}", meaning=known.meaning, fix=known.fix) if known else None,
            _records_to_look_at(lines_at_fault),
            _rules_that_look_for_it(known),
            *dataset_folder(dataset, announcement),
            how_to_start_again(announcement),
        ),
        about_outcome("training failed", announcement.environment, job),
    )


def training_goes_elsewhere(
    dataset: Dataset, announcement: DatasetAnnouncement, *, job: str, full: str, next_type: str
) -> Message:
    """A training job found no capacity; the next instance type of the settings is tried automatically."""
    return Message(
        subject(
            announcement.environment,
            "{name}: no {full} was free, now on {next}",
            name=name_of(dataset),
            full=full,
            next=next_type,
        ),
        paragraphs(
            words('Training job "{job}" ended because AWS had no {full} free.', job=job, full=full),
            words(
                "It is started again by itself on {next}, which comes next in the settings"
                " (training.instance_types and on_demand_after_spot).",
                next=next_type,
            ),
            *dataset_folder(dataset, announcement),
        ),
        about_outcome("training goes elsewhere", announcement.environment, job),
    )


def training_without_machine(
    dataset: Dataset, announcement: DatasetAnnouncement, *, job: str, full: str, failed: bool
) -> Message:
    """A spot job got no machine, and nothing is left that may be tried by itself."""
    return Message(
        subject(announcement.environment, "{name}: no {full} was free", name=name_of(dataset), full=full),
        paragraphs(
            words('Training job "{job}" ended, because AWS had no {full} free.', job=job, full=full),
            words(
                "No other machine is tried by itself. With training.on_demand_after_spot = true machines on"
                " demand are, which cost more; or name further types in training.instance_types, or wait"
                " longer with training.capacity_wait."
            ),
            *dataset_folder(dataset, announcement),
            how_to_start_again(announcement),
            how_to_start_on_demand(announcement),
        ),
        about_outcome("training failed" if failed else "training stopped", announcement.environment, job),
    )


def training_ran_out_of_time(dataset: Dataset, announcement: DatasetAnnouncement, *, job: str) -> Message:
    """A spot job ran, was interrupted, and was not done when its time was over."""
    return Message(
        subject(announcement.environment, "{name}: training ran out of time", name=name_of(dataset)),
        paragraphs(
            words(
                'Training job "{job}" ran on spot and was not done when training.max_runtime and'
                " capacity_wait together were over; no model was registered. Raise capacity_wait to let it"
                " wait longer after an interruption.",
                job=job,
            ),
            *dataset_folder(dataset, announcement),
            how_to_go_on(announcement),
            how_to_start_again(announcement),
        ),
        about_outcome("training stopped", announcement.environment, job),
    )


def training_stopped(
    dataset: Dataset, announcement: DatasetAnnouncement, *, job: str, status: str
) -> Message:
    """A training job was stopped and left no model to register."""
    return Message(
        subject(announcement.environment, "{name}: training was stopped", name=name_of(dataset)),
        paragraphs(
            words(
                'Training job "{job}" was stopped and no model was registered. {why}',
                job=job,
                why=_why_stopped(status),
            ),
            *dataset_folder(dataset, announcement),
            how_to_start_again(announcement),
        ),
        about_outcome("training stopped", announcement.environment, job),
    )


def _records_to_look_at(lines_at_fault: Sequence[LineAtFault]) -> Words | None:
    """The lines at fault, or nothing."""
    if not lines_at_fault:
        return None
    lines = bullets(first(lines_at_fault, MOST_LINES, "in the manifests"))
    return words("Records to look at first:\n{lines}", lines=lines)


def _rules_that_look_for_it(known: Explanation | None) -> Words | None:
    """Rules that look for the cause beforehand, or nothing."""
    if known is None or not known.rules:
        return None
    names = ", ".join(f"{code} ({RULES[code].name})" for code in known.rules)
    return words(
        "Rules that look for this before a job is started: {names}; groundtrain rule explains them.",
        names=names,
    )


def _why_stopped(status: str) -> str:
    """What a job's secondary status says about its end."""
    if status == "MaxRuntimeExceeded":
        return "It reached training.max_runtime before there was a model: raise it, or lower epochs."
    return "Someone stopped it."
