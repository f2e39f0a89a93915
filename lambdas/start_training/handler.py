"""A dataset is ready: start its training job."""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundtrain.aws import notifications
from groundtrain.aws.clients import Clients, connect
from groundtrain.aws.dataset_store import dataset_folder, read_dataset
from groundtrain.aws.queues import Delivery
from groundtrain.aws.sagemaker.start_training_job import NoInstanceError
from groundtrain.aws.sagemaker.training_job_limits import LimitReachedError
from groundtrain.dataset.description import Dataset
from groundtrain.events.dataset_announcement import DatasetAnnouncement, parse_announcement
from groundtrain.events.event import parse_event
from groundtrain.gate.decision import decide_again
from groundtrain.observability import Metric, append_job_key, count, logger, observed
from groundtrain.output.messages.before_training import dataset_rejected
from groundtrain.output.messages.training_start import trained_elsewhere
from groundtrain.pipeline.delivery import Answer, Step, process_messages
from groundtrain.pipeline.environment_variables import StartVariables
from groundtrain.pipeline.read_variables import read_variables
from groundtrain.pipeline.start_training_once import message_of_waiting, prepare, start_once
from groundtrain.s3_addresses import parse_s3_address
from groundtrain.training.cost import estimates
from groundtrain.training.plan import plan_for
from groundtrain.training.request import BucketsAndRole


@observed
def handler(event: dict[str, Any], _context: LambdaContext) -> Answer:
    """Handle the messages of the training queue: "Dataset Ready" events, ours or sent by hand."""
    variables, aws = read_variables(StartVariables), connect()
    step = Step("start_training", variables, aws)
    return process_messages(event, step, partial(start_one, variables=variables, aws=aws))


def start_one(delivery: Delivery, *, variables: StartVariables, aws: Clients) -> None:
    """Start the training job unless the gate is closed; the gate is decided from dataset.json, not the event.

    A repeated delivery finds the job by its name and starts no other.
    """
    announcement = parse_announcement(parse_event(delivery.body))
    append_job_key(announcement.labeling_job or announcement.dataset_id)
    folder = dataset_folder(parse_s3_address(announcement.dataset), variables.datasets_bucket)
    dataset = read_dataset(aws.s3, folder)
    dataset = decide_again(dataset, variables.environment)
    if dataset.gate.open or announcement.override_gate:
        start(dataset, announcement, variables.buckets_and_role(folder), variables, aws)
    else:
        refuse(dataset, announcement, variables, aws)


def start(
    dataset: Dataset,
    announcement: DatasetAnnouncement,
    buckets: BucketsAndRole,
    variables: StartVariables,
    aws: Clients,
) -> None:
    """Start the job; when it has to wait, notify subscribers."""
    job = prepare(
        dataset,
        variables.environment,
        buckets,
        aws,
        attempt=announcement.attempt,
        after_instance_type=announcement.after_instance_type,
        on_demand=announcement.on_demand,
        go_on_from=announcement.go_on_from,
    )
    logger.info("Training begins", algorithm=job.plan.algorithm.name, begins=job.begins)
    try:
        started = start_once(job, aws)
    except (NoInstanceError, LimitReachedError) as error:
        count(Metric.TRAINING_JOBS_WAITING)
        message = message_of_waiting(job, error)
        notifications.notify(aws, variables.topic, message)
        raise
    logger.info(
        "Training job", training_job=started.name, instance_type=started.instance_type, new=started.new
    )
    if started.elsewhere:
        message = trained_elsewhere(
            dataset, announcement, job=started.name, status=started.status, place=started.elsewhere
        )
        notifications.notify(aws, variables.topic, message)
    if started.new:
        count(Metric.TRAINING_JOBS_STARTED)


def refuse(
    dataset: Dataset, announcement: DatasetAnnouncement, variables: StartVariables, aws: Clients
) -> None:
    """Notify subscribers why the gate is closed; settings have changed, or the event was sent by hand."""
    logger.warning("The gate is closed", folder=announcement.dataset)
    costs = estimates(plan_for(variables.environment, dataset.type))
    message = dataset_rejected(dataset, announcement, by="start_training", costs=costs)
    notifications.notify(aws, variables.topic, message)
