"""How a function treats the messages of its queue: do it, or say why not and fail, so that SQS keeps it.

Three ends: it is done; it is worth waiting for (the message comes back after a growing delay); it is not (the
message comes back as the queue says, and after the last try lies in the dead letters).
"""

from collections.abc import Callable
from typing import Any

from msgspec import MsgspecError, Struct

from groundtrain.aws import notifications, queues
from groundtrain.aws.clients import Clients
from groundtrain.aws.queues import Delivery
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.observability import Measure, count, logger
from groundtrain.report import messages


class Step(Struct, frozen=True):
    """What failing needs to know about a function; `queue_url` is its own queue."""

    name: str
    environment: str
    topic_arn: str
    queue_url: str


def deliver(event: dict[str, Any], step: Step, do: Callable[[Delivery], None], aws: Clients) -> None:
    """Do what the messages ask for; their number is one as long as the batch size is.

    Raises:
        Exception: whatever the work raised; Lambda then gives the message back to the queue.
    """
    for delivery in queues.read_deliveries(event):
        try:
            do(delivery)
        except NotReadyError as error:
            logger.warning("Not ready, asked for again later", reason=str(error), delivery=delivery.number)
            count(Measure.WAITING)
            queues.deliver_later(aws.sqs, step.queue_url, delivery)
            raise
        except (GroundtrainError, MsgspecError) as error:
            logger.exception("Cannot go on without a person", delivery=delivery.number)
            _tell_once(error, step, delivery, aws)
            raise


def _tell_once(error: Exception, step: Step, delivery: Delivery, aws: Clients) -> None:
    """On the first delivery; a crash right here tells nobody, but the dead letters' alarm does."""
    if delivery.number == 1:
        message = messages.step_failed(step.name, step.environment, str(error))
        notifications.tell(aws.sns, step.topic_arn, message)
