"""The queues of the steps, and their dead-letter queues."""

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.nag import acknowledge

_LONGEST = cdk.Duration.days(14)  # SQS keeps nothing longer
_AT_WORK = cdk.Duration.days(7)  # more than any step waits

_PURPOSES = {
    "Queue": "the messages that it works on",
    "DeadLetters": "what it could not do; groundtrain redrive lists and sends it again",
}


def dead_letters(scope: Construct) -> sqs.Queue:
    """Dead-letter queue; it keeps messages 14 days from when they were first sent, so at least seven more.

    SQS counts from the first queue (SQS Developer Guide, "Dead-letter queue retention").
    """
    queue = _queue(scope, "DeadLetters", keep=_LONGEST)
    for rule in ("AwsSolutions::AwsSolutions-SQS3", "Serverless::Serverless-SQSRedrivePolicy"):
        acknowledge(queue, rule, "It is itself where dead letters end; an alarm watches it.")
    return queue


def work_queue(
    scope: Construct, dead_letters: sqs.Queue, *, attempts: int, function_timeout: cdk.Duration
) -> sqs.Queue:
    """Queue that a function reads.

    The visibility timeout is six times the function's timeout, as the Lambda guide advises, so that throttled
    invocations do not use up a message's attempts.
    """
    return _queue(
        scope,
        "Queue",
        keep=_AT_WORK,
        visibility_timeout=cdk.Duration.seconds(6 * function_timeout.to_seconds()),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=attempts),
    )


def output_urls(step: Construct, **queues: sqs.Queue) -> None:
    """Output a queue's URL from the stack, under the step's name and the queue's."""
    for name, queue in queues.items():
        cdk.CfnOutput(
            cdk.Stack.of(step),
            f"{step.node.id}{name}Url",
            value=queue.queue_url,
            description=f"{step.node.id}: {_PURPOSES[name]}",
        )


def _queue(
    scope: Construct,
    name: str,
    *,
    keep: cdk.Duration,
    visibility_timeout: cdk.Duration | None = None,
    dead_letter_queue: sqs.DeadLetterQueue | None = None,
) -> sqs.Queue:
    """A queue encrypted with SQS-managed keys, over TLS only.

    Not with the environment's key: EventBridge sends no source ARN or account with its KMS requests, so the
    key policy would have to allow all of EventBridge; the queue policy can name the rule.
    """
    return sqs.Queue(
        scope,
        name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=keep,
        visibility_timeout=visibility_timeout,
        dead_letter_queue=dead_letter_queue,
    )
