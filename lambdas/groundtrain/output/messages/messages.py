"""Compose the messages to subscribers, as plain text; they are sent elsewhere."""

from collections.abc import Mapping, Sequence

from groundtrain.dataset.description import DESCRIPTION, REJECTED, REPORT, Dataset
from groundtrain.events import DatasetAnnouncement
from groundtrain.output.messages.mail import bullets, command, first, paragraphs, subject, words
from groundtrain.output.messages.message import Message
from groundtrain.output.messages.message_ids import Refuser, about_outcome, about_rejection, about_wait
from groundtrain.output.messages.message_parts import (
    MOST_LINES,
    all_classes,
    dataset_folder,
    reason_of_sagemaker,
    records_to_look_at,
    rules_that_look_for_it,
    tally,
    what,
    why_stopped,
)
from groundtrain.output.messages.next_steps import (
    how_to_make_again,
    how_to_override,
    how_to_start_again,
    in_words,
)
from groundtrain.rules.readers import DEPLOYED
from groundtrain.training.cost import Estimate
from groundtrain.training.results.failure_reasons import explain
from groundtrain.training.results.lines_at_fault import Suspect

_MOST_METRICS = 100
_ALL = f"all in {DESCRIPTION}"


def dataset_rejected(
    dataset: Dataset, announcement: DatasetAnnouncement, *, by: Refuser, costs: Sequence[Estimate] = ()
) -> Message:
    """The gate is closed: why, what was left out, and how to override it; `by` is the step."""
    name, folder = what(dataset), announcement.dataset
    return Message(
        subject(announcement.environment, "{name}: not trained", name=name),
        paragraphs(
            words("The labels of {name} became a dataset, but no training job was started:", name=name),
            bullets(first([*map(DEPLOYED.worded, dataset.gate.reasons)], MOST_LINES, _ALL)),
            tally(dataset),
            words("Lines left out, with reasons: {folder}{file}", folder=folder, file=REJECTED),
            words("All findings: {folder}{file}", folder=folder, file=REPORT),
            how_to_make_again(announcement),
            *how_to_override(dataset, announcement, costs),
        ),
        about_rejection(by, announcement.environment, dataset.dataset_id, dataset.gate.reasons),
    )


def labeling_job_failed(labeling_job: str, environment: str, reason: str | None) -> Message:
    """A labeling job failed: there is no dataset."""
    return Message(
        subject(environment, "{job}: the labeling job failed", job=labeling_job),
        paragraphs(
            words('Labeling job "{job}" failed; no dataset was made from it.', job=labeling_job),
            reason_of_sagemaker(reason),
            words(
                "What was labeled until then is in the job's output folder; chain a new job to label"
                " the rest."
            ),
        ),
        ("labeling job failed", environment, labeling_job),
    )


def step_failed(step: str, environment: str, problem: str, event: str) -> Message:
    """A step cannot go on with an event without a person."""
    return Message(
        subject(environment, "{step} cannot go on", step=step),
        paragraphs(
            words("The reason: {problem}.", problem=problem),
            command(
                "The message is kept in the step's dead letters for a week or more. Once the cause is fixed,"
                " send it again:",
                *("groundtrain", "redrive", environment),
            ),
        ),
        ("step failed", environment, step, event, problem),
    )


def training_waits(
    job: str, environment: str, refusals: Mapping[str, str], costs: Sequence[Estimate] = ()
) -> Message:
    """No instance type has quota or capacity: the job is retried, less and less often."""
    refused = [f"{instance_type}: {reason}" for instance_type, reason in refusals.items()]
    return Message(
        subject(environment, "{job}: waiting for a machine", job=job),
        paragraphs(
            words(
                'Training job "{job}" could not be started; it is asked for again at growing intervals.',
                job=job,
            ),
            bullets(first(refused, MOST_LINES, "all in the log")),
            words(
                "A missing quota comes only when it is asked for: Service Quotas, Amazon SageMaker,"
                ' "for training job usage" or, with spot, "for spot training job usage".'
            ),
            in_words(costs),
        ),
        about_wait("training waits", environment, job),
    )


def training_waits_its_turn(
    job: str, environment: str, limit: str, costs: Sequence[Estimate] = ()
) -> Message:
    """The settings allow no further job now: it is retried, less and less often."""
    return Message(
        subject(environment, "{job}: waiting its turn", job=job),
        paragraphs(
            words('Training job "{job}" was not started: {limit}.', job=job, limit=limit),
            words(
                "It is asked for again at growing intervals; to have it sooner, raise the limit in the"
                " settings and deploy."
            ),
            in_words(costs),
        ),
        about_wait("training waits its turn", environment, job),
    )


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
        subject(announcement.environment, "{name}: a new model waits for approval", name=what(dataset)),
        paragraphs(
            words(
                'Training job "{job}" has ended; its model is registered as {package}',
                job=job,
                package=package,
            ),
            bullets(first(told, _MOST_METRICS, "all in the registry")),
            tally(dataset),
            dataset_folder(announcement),
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
    suspects: Sequence[Suspect] = (),
) -> Message:
    """A training job failed: SageMaker's reason, what is known about it, how to start again."""
    known = explain(reason or "")
    return Message(
        subject(announcement.environment, "{name}: training failed", name=what(dataset)),
        paragraphs(
            words('Training job "{job}" failed.', job=job),
            reason_of_sagemaker(reason),
            words("{meaning}\n{fix}", meaning=known.meaning, fix=known.fix) if known else None,
            records_to_look_at(suspects),
            rules_that_look_for_it(known),
            dataset_folder(announcement),
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
            name=what(dataset),
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
            dataset_folder(announcement),
        ),
        about_outcome("training goes elsewhere", announcement.environment, job),
    )


def training_stopped(
    dataset: Dataset, announcement: DatasetAnnouncement, *, job: str, status: str
) -> Message:
    """A training job was stopped and left no model to register."""
    return Message(
        subject(announcement.environment, "{name}: training was stopped", name=what(dataset)),
        paragraphs(
            words(
                'Training job "{job}" was stopped and no model was registered. {why}',
                job=job,
                why=why_stopped(status),
            ),
            dataset_folder(announcement),
            how_to_start_again(announcement),
        ),
        about_outcome("training stopped", announcement.environment, job),
    )


def trained_elsewhere(
    dataset: Dataset, announcement: DatasetAnnouncement, *, job: str, status: str, place: str
) -> Message:
    """An earlier deployment of the environment had the same training, however it ended; none was started."""
    return Message(
        subject(announcement.environment, "{name}: not trained again", name=what(dataset)),
        paragraphs(
            words(
                'Training job "{job}" has the same dataset and the same settings, for an earlier deployment'
                " of this environment. Its status is {status}. No other one was started.",
                job=job,
                status=status,
            ),
            words("What it left is here: {place}{job}/", place=place, job=job),
            dataset_folder(announcement),
            how_to_start_again(announcement),
        ),
        ("trained elsewhere", announcement.environment, job),
    )
