"""Messages where there is no training job: of a labeling job, a dataset or a step that cannot go on."""

from collections.abc import Sequence

from groundtrain.dataset.description import DESCRIPTION, REJECTED, REPORT, Dataset
from groundtrain.events.dataset_announcement import DatasetAnnouncement
from groundtrain.output.messages.message import Message, Refuser, about_rejection
from groundtrain.output.messages.message_text import (
    bullets,
    command,
    first,
    paragraphs,
    subject,
    words,
)
from groundtrain.output.messages.paragraphs import (
    MOST_LINES,
    counts_in_words,
    how_to_make_again,
    how_to_override,
    name_of,
    reason_of_sagemaker,
    report_page,
)
from groundtrain.rules.advice import DEPLOYED
from groundtrain.training.cost import Estimate

_ALL = f"all in {DESCRIPTION}"


def dataset_rejected(
    dataset: Dataset, announcement: DatasetAnnouncement, *, by: Refuser, costs: Sequence[Estimate] = ()
) -> Message:
    """The gate is closed: why, what was left out, and how to override it; `by` is the step."""
    name, folder = name_of(dataset), announcement.dataset
    return Message(
        subject(announcement.environment, "{name}: not trained", name=name),
        paragraphs(
            words("The labels of {name} became a dataset, but no training job was started:", name=name),
            bullets(first([*map(DEPLOYED.worded, dataset.gate.reasons)], MOST_LINES, _ALL)),
            counts_in_words(dataset),
            words("Lines left out, with reasons: {folder}{file}", folder=folder, file=REJECTED),
            words("All findings: {folder}{file}", folder=folder, file=REPORT),
            *report_page(dataset, announcement),
            how_to_make_again(dataset, announcement),
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


def step_failed(step: str, environment: str, problem: str, event: str, about: str = "") -> Message:
    """A step cannot go on with an event without a person; `about` is the job or manifest of the event."""
    return Message(
        subject(environment, "{step} cannot go on", step=step),
        paragraphs(
            words("The reason: {problem}.", problem=problem),
            words("The event is about {about}.", about=about) if about else None,
            command(
                "The message is kept in the step's dead letters for a week or more. Once the cause is fixed,"
                " send it again:",
                *("groundtrain", "redrive", environment),
            ),
        ),
        ("step failed", environment, step, event, problem),
    )
