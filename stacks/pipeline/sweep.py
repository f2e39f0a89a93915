"""The sweep: finds labeling and training jobs whose event never came."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.permissions.shared import keep_failed_calls
from stacks.pipeline.function import Function, Shared
from stacks.pipeline.queues import dead_letters, output_urls
from stacks.pipeline.steps import FunctionRow


class Sweep(Construct):
    """Schedule → function, with dead letters for failed invocations.

    Guarantees: a failed invocation is retried twice, then kept 14 days in the dead letters.
    Limitation: two sweeps may overlap and queue a job twice, which has the effect of once.
    """

    def __init__(self, scope: Construct, row: FunctionRow, shared: Shared) -> None:
        super().__init__(scope, "Sweep")
        self.dead_letters = dead_letters(self)
        keep = keep_failed_calls(self.dead_letters.queue_arn)
        self.function = Function(self, row, shared, also_may=[keep])
        self._keep_failed_calls()
        self._start_every(cdk.Duration.seconds(shared.environment.sweep.every))
        output_urls(self, DeadLetters=self.dead_letters)
        self.function.output_log_group()

    def _keep_failed_calls(self) -> None:
        destination = lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=self.dead_letters.queue_arn)
        lambda_.CfnEventInvokeConfig(
            self,
            "FailedCalls",
            function_name=self.function.function.function_name,
            qualifier="$LATEST",
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(on_failure=destination),
            maximum_retry_attempts=2,
            maximum_event_age_in_seconds=3600,
        )

    def _start_every(self, interval: cdk.Duration) -> None:
        rule = events.Rule(self, "Schedule", schedule=events.Schedule.rate(interval))
        rule.add_target(
            targets.LambdaFunction(
                self.function.function,
                dead_letter_queue=self.dead_letters,
                retry_attempts=2,
                max_event_age=cdk.Duration.hours(1),
            )
        )
