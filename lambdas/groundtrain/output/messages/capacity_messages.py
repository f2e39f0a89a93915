"""Messages about spot jobs that AWS had no machine for, at first or any more."""

from groundtrain.dataset.description import Dataset
from groundtrain.events import DatasetAnnouncement
from groundtrain.output.messages.mail import paragraphs, subject, words
from groundtrain.output.messages.message import Message
from groundtrain.output.messages.message_ids import about_outcome
from groundtrain.output.messages.message_parts import dataset_folder, what
from groundtrain.output.messages.next_steps import how_to_go_on, how_to_start_again, how_to_start_on_demand


def training_without_machine(
    dataset: Dataset, announcement: DatasetAnnouncement, *, job: str, full: str, failed: bool
) -> Message:
    """A spot job got no machine, and nothing is left that may be tried by itself."""
    return Message(
        subject(announcement.environment, "{name}: no {full} was free", name=what(dataset), full=full),
        paragraphs(
            words('Training job "{job}" ended, because AWS had no {full} free.', job=job, full=full),
            words(
                "No other machine is tried by itself. With training.on_demand_after_spot = true machines on"
                " demand are, which cost more; or name further types in training.instance_types, or wait"
                " longer with training.capacity_wait."
            ),
            dataset_folder(announcement),
            how_to_start_again(announcement),
            how_to_start_on_demand(announcement),
        ),
        about_outcome("training failed" if failed else "training stopped", announcement.environment, job),
    )


def training_ran_out_of_time(dataset: Dataset, announcement: DatasetAnnouncement, *, job: str) -> Message:
    """A spot job ran, was interrupted, and was not done when its time was over."""
    return Message(
        subject(announcement.environment, "{name}: training ran out of time", name=what(dataset)),
        paragraphs(
            words(
                'Training job "{job}" ran on spot and was not done when training.max_runtime and'
                " capacity_wait together were over; no model was registered. Raise capacity_wait to let it"
                " wait longer after an interruption.",
                job=job,
            ),
            dataset_folder(announcement),
            how_to_go_on(announcement),
            how_to_start_again(announcement),
        ),
        about_outcome("training stopped", announcement.environment, job),
    )
