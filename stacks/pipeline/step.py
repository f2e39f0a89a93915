"""One step of the flow."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from stacks.nag import acknowledge
from stacks.permissions.shared import consume
from stacks.pipeline.function import Function, Shared
from stacks.pipeline.queues import dead_letters, output_urls, work_queue
from stacks.pipeline.steps import StepRow


class Step(Construct):
    """One step of the flow: rules → queue (with dead letters) → function.

    Guarantees: an event that matches one of the row's patterns reaches the queue or, after a day, the dead
    letters. A message is tried as often as the row says, then kept in the dead letters until 14 days after it
    was sent, a week or more. Each invocation gets one message, so messages do not affect each other.
    Limitation: order is not kept, and a message may be delivered more than once.
    """

    def __init__(self, scope: Construct, row: StepRow, shared: Shared) -> None:
        super().__init__(scope, row.name)
        self.dead_letters = dead_letters(self)
        self.queue = work_queue(
            self, self.dead_letters, attempts=row.attempts, function_timeout=row.size.timeout
        )
        self.function = Function(
            self,
            row,
            shared,
            also_may=[consume(self.queue.queue_arn)],
            variables={
                "TOPIC_ARN": shared.variables["TOPIC_ARN"],
                "QUEUE_URL": self.queue.queue_url,
                "ATTEMPTS": str(row.attempts),
            },
        )
        for name, pattern in row.patterns.items():
            self._start_by(name, pattern)
        self._feed_function(row.at_once)
        output_urls(self, Queue=self.queue, DeadLetters=self.dead_letters)
        self.function.output_log_group()

    def _start_by(self, name: str, pattern: events.EventPattern) -> None:
        rule = events.Rule(self, name, event_pattern=pattern)
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
