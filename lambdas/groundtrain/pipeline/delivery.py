"""How a function handles the messages of its queue, with four outcomes.

- Done: SQS deletes the message.
- Not ready yet (`NotReadyError`): the message is kept and comes back after a growing delay.
- Needs a person (`GroundtrainError`): subscribers are notified, and the message comes back at once until its
  attempts are used up. So it reaches the dead letters, and their alarm, within seconds.
- Any other exception: the function fails, and the message comes back after a growing delay.

Only the last one is an error to Lambda, which then polls the queue more slowly. In the second and third, the
function's response asks SQS to keep the message, so that it does not hold up others. The function logs why a
message was kept, with its id.
"""

from collections.abc import Callable
from typing import Any

from msgspec import MsgspecError, Struct

from groundtrain.aws import notifications, queues
from groundtrain.aws.clients import Clients
from groundtrain.aws.notifications import Subscribers
from groundtrain.aws.queues import Delivery
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.events import essence_of
from groundtrain.observability import Metric, append_message_keys, count, logger
from groundtrain.report import messages

Answer = dict[str, list[dict[str, str]]]


class Step(Struct, frozen=True):
    """What handling a failure needs to know about a function; `queue_url` is its own queue."""

    name: str
    environment: str
    subscribers: Subscribers
    queue_url: str


def deliver(event: dict[str, Any], step: Step, do: Callable[[Delivery], None], aws: Clients) -> Answer:
    """Process the messages, and return those that SQS should keep in the form that Lambda expects.

    The event source mapping must have ReportBatchItemFailures set; without it, Lambda deletes them. With a
    batch size of 1 there is one message.

    Raises:
        Exception: an unexpected failure; Lambda then returns the message to the queue.
    """
    kept = [each.id for each in queues.read_deliveries(event) if not _is_done(each, step, do, aws)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in kept]}


def _is_done(delivery: Delivery, step: Step, do: Callable[[Delivery], None], aws: Clients) -> bool:
    """False when the message is to be kept."""
    append_message_keys(delivery.id, delivery.number)
    delay = queues.delay_after(delivery.number)
    try:
        do(delivery)
    except NotReadyError as error:
        logger.warning("Not ready, asked for again later", reason=str(error))
        count(Metric.WAITING)
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
    """Sent once for each combination of event and problem, however often it comes back."""
    message = messages.step_failed(step.name, step.environment, str(error), essence_of(delivery.body))
    notifications.notify(aws, step.subscribers, message)
