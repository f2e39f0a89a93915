"""Tell the next step, the log and where needed people of a dataset that was made."""

from groundtrain.aws import event_bus, notifications
from groundtrain.aws.clients import Clients
from groundtrain.events.dataset_announcement import DatasetAnnouncement
from groundtrain.observability import Metric, count, logger
from groundtrain.output.messages.before_training import dataset_rejected
from groundtrain.pipeline.environment_variables import ConvertVariables
from groundtrain.pipeline.make_dataset_once import MadeDataset
from groundtrain.training.cost import estimates
from groundtrain.training.plan import plan_for


def announce(made: MadeDataset, variables: ConvertVariables, aws: Clients) -> None:
    """Send the event that starts the next step; when the gate is closed, notify subscribers."""
    dataset = made.dataset
    announcement = DatasetAnnouncement(
        environment=variables.environment.name,
        labeling_job=dataset.labeling_job,
        dataset_id=dataset.dataset_id,
        dataset=str(made.folder),
    )
    event_bus.announce(aws.events, announcement, ready=dataset.gate.open)
    if not dataset.gate.open:
        costs = estimates(plan_for(variables.environment, dataset.type))
        message = dataset_rejected(dataset, announcement, by="convert_manifest", costs=costs)
        notifications.notify(aws, variables.topic, message)
    record(made)


def record(made: MadeDataset) -> None:
    """Log the dataset, and count it when it is new.

    Reasons for a closed gate are not logged, as they hold names from the labels: see dataset.json.
    """
    dataset = made.dataset
    gate = "open" if dataset.gate.open else "closed"
    if unjudged := dataset.reasons.get("GT131"):
        logger.error("Lines at which a check failed were left out", lines=unjudged)
    logger.info("Dataset", folder=str(made.folder), new=made.new, gate=gate)
    if made.new:
        count(Metric.DATASETS_READY if dataset.gate.open else Metric.DATASETS_REJECTED)
        count(Metric.RECORDS_USED, sum(side.records for side in dataset.sides))
        count(Metric.RECORDS_REJECTED, dataset.rejected)
