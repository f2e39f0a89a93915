"""Messages about a training job that is not started, or not yet."""

from collections.abc import Mapping, Sequence

from groundtrain.dataset.description import Dataset
from groundtrain.events.dataset_announcement import DatasetAnnouncement
from groundtrain.output.messages.message import Message, about_wait
from groundtrain.output.messages.message_text import (
    bullets,
    first,
    paragraphs,
    subject,
    words,
)
from groundtrain.output.messages.paragraphs import (
    MOST_LINES,
    costs_in_words,
    dataset_folder,
    how_to_start_again,
    name_of,
)
from groundtrain.training.cost import Estimate


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
            costs_in_words(costs),
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
            costs_in_words(costs),
        ),
        about_wait("training waits its turn", environment, job),
    )


def trained_elsewhere(
    dataset: Dataset, announcement: DatasetAnnouncement, *, job: str, status: str, place: str
) -> Message:
    """An earlier deployment of the environment had the same training, however it ended; none was started."""
    return Message(
        subject(announcement.environment, "{name}: not trained again", name=name_of(dataset)),
        paragraphs(
            words(
                'Training job "{job}" has the same dataset and the same settings, for an earlier deployment'
                " of this environment. Its status is {status}. No other one was started.",
                job=job,
                status=status,
            ),
            words("What it left is here: {place}{job}/", place=place, job=job),
            *dataset_folder(dataset, announcement),
            how_to_start_again(announcement),
        ),
        ("trained elsewhere", announcement.environment, job),
    )
