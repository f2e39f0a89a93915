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
from groundtrain.aws.queues import Delivery
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.events import essence_of
from groundtrain.observability import Metric, append_message_keys, count, logger
from groundtrain.pipeline.variables import StepVariables
from groundtrain.report import messages

Answer = dict[str, list[dict[str, str]]]


class Step(Struct, frozen=True):
    """A function of the pipeline that takes messages from its queue."""

    name: str
    variables: StepVariables
    aws: Clients


def process_messages(event: dict[str, Any], step: Step, do: Callable[[Delivery], None]) -> Answer:
    """Call `do` with each message, and return those that SQS should keep in the form that Lambda expects.

    The event source mapping must have ReportBatchItemFailures set; without it, Lambda deletes them. With a
    batch size of 1 there is one message.

    Raises:
        Exception: an unexpected failure; Lambda then returns the message to the queue.
    """
    kept = [each.id for each in queues.read_deliveries(event) if not _is_done(each, step, do)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in kept]}


def _is_done(delivery: Delivery, step: Step, do: Callable[[Delivery], None]) -> bool:
    """False when the message is to be kept."""
    append_message_keys(delivery.id, delivery.number)
    delay = queues.delay_after(delivery.number)
    try:
        do(delivery)
    except NotReadyError as error:
        logger.warning("Not ready, asked for again later", reason=str(error))
        count(Metric.WAITING)
        _postpone(delivery, step, after=delay)
        return False
    except (GroundtrainError, MsgspecError) as error:
        logger.exception("Cannot go on without a person", reason=str(error))
        _notify(error, step, delivery)
        _postpone(delivery, step, after=0)
        return False
    except Exception as error:
        logger.exception("Failed, tried again later", reason=f"{type(error).__name__}: {error}")
        _postpone(delivery, step, after=delay)
        raise
    return True


def _postpone(delivery: Delivery, step: Step, *, after: int) -> None:
    """Have the message come back, and count it if it cannot: SQS's own metric of dead letters comes late."""
    if delivery.number >= step.variables.attempts:
        count(Metric.GIVEN_UP)
    queues.postpone(step.aws.sqs, step.variables.queue_url, delivery, after=after)


def _notify(error: Exception, step: Step, delivery: Delivery) -> None:
    """Sent once for each combination of event and problem, however often it comes back."""
    environment = step.variables.environment.name
    message = messages.step_failed(step.name, environment, str(error), essence_of(delivery.body))
    notifications.notify(step.aws, step.variables.topic, message)
