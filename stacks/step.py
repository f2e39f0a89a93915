"""One step of the flow."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from groundtrain.settings.environment import Environment
from stacks.function import Function, Size
from stacks.grants import Grant
from stacks.nag import acknowledge
from stacks.permissions.invocation import consume
from stacks.queues import dead_letters, output_urls, work_queue


class Step(Construct):
    """One step of the flow: rule → queue (with dead letters) → function.

    Guarantees: an event that matches `pattern` reaches the queue or, after a day, the dead letters.
    A message is tried `attempts` times, then kept in the dead letters until 14 days after it was sent, a
    week or more. Each invocation gets one message, so messages do not affect each other.
    Limitation: order is not kept, and a message may be delivered more than once.

    Args:
        attempts: how often a message is received before it becomes a dead letter; steps that wait (for a
            manifest, quota, capacity) need more.
        at_once: how many messages are processed at the same time.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        environment: Environment,
        *,
        pattern: events.EventPattern,
        package: str,
        code: lambda_.Code,
        size: Size,
        attempts: int,
        at_once: int,
        may: Sequence[Grant],
        key: str,
        variables: dict[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = dead_letters(self)
        self.queue = work_queue(self, self.dead_letters, attempts=attempts, function_timeout=size.timeout)
        self.function = Function(
            self,
            "Handler",
            environment,
            package=package,
            code=code,
            size=size,
            may=[*may, consume(self.queue.queue_arn)],
            key=key,
            variables={**variables, "QUEUE_URL": self.queue.queue_url, "ATTEMPTS": str(attempts)},
        )
        self._start_by(pattern)
        self._feed_function(at_once)
        output_urls(self, Queue=self.queue, DeadLetters=self.dead_letters)
        self.function.output_log_group()

    def _start_by(self, pattern: events.EventPattern) -> None:
        rule = events.Rule(self, "Rule", event_pattern=pattern)
        rule.add_target(
            targets.SqsQueue(
                self.queue,
                dead_letter_queue=self.dead_letters,
                retry_attempts=185,
                max_event_age=cdk.Duration.days(1),
            )
        )

    def _feed_function(self, at_once: int) -> None:
        mapping = self.function.function.add_event_source_mapping(
            "Queue",
            event_source_arn=self.queue.queue_arn,
            batch_size=1,
            max_concurrency=at_once,
            report_batch_item_failures=True,  # a message put off is kept by the answer, without an error
        )
        acknowledge(
            mapping,
            "Serverless::Serverless-LambdaEventSourceMappingDestination",
            "A queue as source has no on-failure destination: its own redrive policy keeps failed messages.",
        )
