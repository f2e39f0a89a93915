"""How a function treats the messages of its queue: do it, or say why not, so that SQS keeps it.

Four ends. It is done. It is worth waiting for: the message is kept and comes back after a growing delay. It
cannot be done without a person: people are told, the message is kept and comes back at once, until it has
used up its tries and lies in the dead letters, whose alarm is early therefore. It failed for a reason that
may pass: the function fails, and the message comes back after a growing delay.

Only the last one is a failure to Lambda, which then fetches messages more slowly; what must not hold up
others is kept by the function's answer. Why a message was kept is in the function's log, with its id.
"""

from collections.abc import Callable
from typing import Any

from msgspec import MsgspecError, Struct

from groundtrain.aws import notifications, queues
from groundtrain.aws.clients import Clients
from groundtrain.aws.notifications import People
from groundtrain.aws.queues import Delivery
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.events import essence_of
from groundtrain.observability import Measure, concerning_message, count, logger
from groundtrain.report import messages

Answer = dict[str, list[dict[str, str]]]


class Step(Struct, frozen=True):
    """What failing needs to know about a function; `queue_url` is its own queue."""

    name: str
    environment: str
    people: People
    queue_url: str


def deliver(event: dict[str, Any], step: Step, do: Callable[[Delivery], None], aws: Clients) -> Answer:
    """Do what the messages ask for, and name those that SQS should keep, as Lambda wants to hear it.

    The event source mapping must expect the answer (ReportBatchItemFailures): without that, Lambda deletes
    what was to be kept. The number of messages is one as long as the batch size is.

    Raises:
        Exception: whatever nobody foresaw; Lambda then gives the message back to the queue.
    """
    kept = [each.id for each in queues.read_deliveries(event) if not _is_done(each, step, do, aws)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in kept]}


def _is_done(delivery: Delivery, step: Step, do: Callable[[Delivery], None], aws: Clients) -> bool:
    """False when the message is to be kept."""
    concerning_message(delivery.id, delivery.number)
    delay = queues.delay_after(delivery.number)
    try:
        do(delivery)
    except NotReadyError as error:
        logger.warning("Not ready, asked for again later", reason=str(error))
        count(Measure.WAITING)
        queues.deliver_again(aws.sqs, step.queue_url, delivery, after=delay)
        return False
    except (GroundtrainError, MsgspecError) as error:
        logger.exception("Cannot go on without a person", reason=str(error))
        _tell(error, step, delivery, aws)
        queues.deliver_again(aws.sqs, step.queue_url, delivery, after=0)
        return False
    except Exception as error:
        logger.exception("Failed, tried again later", reason=f"{type(error).__name__}: {error}")
        queues.deliver_again(aws.sqs, step.queue_url, delivery, after=delay)
        raise
    return True


def _tell(error: Exception, step: Step, delivery: Delivery, aws: Clients) -> None:
    """Once for each event and problem, however often either comes back."""
    message = messages.step_failed(step.name, step.environment, str(error), essence_of(delivery.body))
    notifications.tell(aws, step.people, message)
