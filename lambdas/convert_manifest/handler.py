"""Labels are done, or every image of some was looked at: turn them into a dataset."""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from groundtrain.aws.clients import Clients, connect
from groundtrain.aws.queues import Delivery
from groundtrain.errors import NotReadyError
from groundtrain.events.event import parse_event
from groundtrain.events.image_check_event import STATES, EndedImageCheck, ended_image_check_of
from groundtrain.observability import observed
from groundtrain.pipeline.convert_labels import convert_labels
from groundtrain.pipeline.delivery import Answer, Step, process_messages
from groundtrain.pipeline.environment_variables import ConvertVariables
from groundtrain.pipeline.image_check_run import RunningImageCheck, labels_of
from groundtrain.pipeline.read_variables import read_variables


@observed
def handler(event: dict[str, Any], _context: LambdaContext) -> Answer:
    """Handle the messages of the convert queue: events from EventBridge, or of labels from the sweep."""
    variables, aws = read_variables(ConvertVariables), connect()
    step = Step("convert_manifest", variables, aws)
    return process_messages(event, step, partial(convert_one, variables=variables, aws=aws))


def convert_one(delivery: Delivery, *, variables: ConvertVariables, aws: Clients) -> None:
    """Make and announce the dataset of whatever the event is about."""
    event = parse_event(delivery.body)
    if event.source == STATES:
        convert_looked_at(ended_image_check_of(event), variables, aws)
    else:
        convert_labels(event, variables, aws)


def convert_looked_at(ended: EndedImageCheck, variables: ConvertVariables, aws: Clients) -> None:
    """Go on with the labels whose images were looked at, which the folder of the check names.

    Raises:
        NotReadyError: Step Functions does not say yet that it has ended.
    """
    labels = labels_of(ended.shards, variables.datasets_bucket, aws)
    running = convert_labels(labels, variables, aws)
    if running and running.execution == ended.execution and not _went_on(ended, running):
        raise NotReadyError(f"{ended.execution} has ended ({ended.status}), and is still said to be running")


def _went_on(ended: EndedImageCheck, running: RunningImageCheck) -> bool:
    """Whether somebody let it go on after that end; an end that is not known yet looks the same otherwise."""
    return ended.status != "SUCCEEDED" and ended.redrives != running.redrives
