"""How a function handles the messages of its queue, with four outcomes.

- Done: SQS deletes the message.
- Not ready yet (`NotReadyError`): the message is kept and comes back after a growing delay.
- Needs a person (`GroundtrainError`, or a request that AWS or its client finds malformed, as it will be for
  ever): subscribers are notified, and the message comes back at once until its attempts are used up. So it
  reaches the dead letters within seconds, and an alarm within minutes.
- Any other exception: the function fails, and the message comes back after a growing delay.

Only the last one is an error to Lambda, which then polls the queue more slowly. In the second and third, the
function's response asks SQS to keep the message, so that it does not hold up others. The function logs why a
message was kept, with its id.
"""

from collections.abc import Callable
from typing import Any

from msgspec import MsgspecError, Struct

from groundtrain.aws import notifications, queues
from groundtrain.aws.aws_errors import final_refusal
from groundtrain.aws.clients import Clients
from groundtrain.aws.queues import Delivery
from groundtrain.errors import GroundtrainError, NotReadyError
from groundtrain.events.subject import essence_of, subject_of
from groundtrain.observability import Metric, append_message_keys, count, logger
from groundtrain.output.messages.before_training import step_failed
from groundtrain.pipeline.collected_failures import harmless
from groundtrain.pipeline.environment_variables import StepVariables

Answer = dict[str, list[dict[str, str]]]


class Step(Struct, frozen=True):
    """A function of the pipeline that takes messages from its queue."""

    name: str
    variables: StepVariables
    aws: Clients


def process_messages(event: dict[str, Any], step: Step, do: Callable[[Delivery], None]) -> Answer:
    """Call `do` with each message, and return those that SQS should keep in the form that Lambda expects.

    The event source mapping must have ReportBatchItemFailures set; without it, Lambda deletes them. With a
    batch size of 1 there is one message; of several, each is tried, whatever became of the others.

    Raises:
        Exception: an unexpected failure, the first; Lambda then returns all messages to the queue.
    """
    kept, failed = [], list[Exception]()
    for record in event["Records"]:
        try:
            delivery = queues.read_delivery(record)
            if not _is_done(delivery, step, do):
                kept.append(delivery.id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next message is tried
            failed.append(error)
    if failed:
        raise harmless(failed[0]) from None
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
    except Exception as error:
        if (final := _as_final(error)) is None:
            logger.exception("Failed, tried again later", reason=f"{type(error).__name__}: {error}")
            _postpone(delivery, step, after=delay)
            raise
        logger.exception("Cannot go on without a person", reason=final)
        _notify(final, step, delivery)
        _postpone(delivery, step, after=0)
        return False
    return True


def _as_final(error: Exception) -> str | None:
    """The reason, when the message can never be processed without a person; None when it may be later."""
    if isinstance(error, GroundtrainError | MsgspecError):
        return str(error)
    refused = final_refusal(error)
    return str(refused) if refused else None


def _postpone(delivery: Delivery, step: Step, *, after: int) -> None:
    """Have the message come back, and count it if it cannot: SQS's own metric of dead letters comes late."""
    if delivery.number >= step.variables.attempts:
        count(Metric.GIVEN_UP)
    queues.postpone(step.aws.sqs, step.variables.queue_url, delivery, after=after)


def _notify(reason: str, step: Step, delivery: Delivery) -> None:
    """Sent once for each combination of event and problem, however often it comes back."""
    environment = step.variables.environment.name
    message = step_failed(
        step.name, environment, reason, essence_of(delivery.body), subject_of(delivery.body)
    )
    notifications.notify(step.aws, step.variables.topic, message)
