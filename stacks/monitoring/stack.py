"""Alarms for the pipeline, and a dashboard that follows the flow."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from groundtrain.observability import Metric
from groundtrain.settings.environment import Environment
from stacks.environment_stack import EnvironmentStack
from stacks.monitoring.dashboard import dashboard
from stacks.monitoring.metrics import counted, errors, waiting_messages
from stacks.pipeline.function import Function
from stacks.pipeline.stack import Pipeline
from stacks.pipeline.sweep import Sweep


class Monitoring(EnvironmentStack):
    """Alarms and dashboard of one environment.

    Guarantees: a dead letter, a failing function, and a job that only the sweep found each raise an alarm,
    which goes to the topic that people subscribe to. The alarm of a dead-letter queue comes late, as SQS
    reports on active queues only, and stays until the queue is seen to be empty; that of a message given up
    comes within minutes.
    Limitation: a function that is stopped (time, memory) cannot count its last attempt.
    """

    def __init__(self, scope: Construct, environment: Environment, pipeline: Pipeline) -> None:
        super().__init__(scope, environment, "monitoring", description="alarms and dashboard")
        self._tell = actions.SnsAction(pipeline.topic)
        for step in pipeline.steps.values():
            self._watch_dead_letters(step.node.id, step.dead_letters)
            self._watch_errors(step.node.id, step.function)
            self._watch_given_up(step.node.id, step.function)
        self._watch_dead_letters("Sweep", pipeline.sweep.dead_letters)
        self._watch_errors("Sweep", pipeline.sweep.function)
        self._watch_sweep(pipeline.sweep)
        dashboard(self, environment, pipeline)

    def _watch_dead_letters(self, step: str, queue: sqs.Queue) -> None:
        self._alarm(
            f"{step}DeadLetters",
            waiting_messages(queue),
            f"{step}: something could not be done and waits in the dead letters.",
            no_data=cloudwatch.TreatMissingData.IGNORE,
        )

    def _watch_given_up(self, step: str, function: Function) -> None:
        self._alarm(
            f"{step}GivenUp",
            counted(function, Metric.GIVEN_UP, period=cdk.Duration.minutes(1)),
            f"{step}: the last attempt of a message failed; it lies in the dead letters.",
        )

    def _watch_errors(self, step: str, function: Function) -> None:
        self._alarm(f"{step}Errors", errors(function), f"{step}: the function failed; its log says why.")

    def _watch_sweep(self, sweep: Sweep) -> None:
        self._alarm(
            "SweepFoundLabelingJob",
            counted(sweep.function, Metric.LABELING_JOBS_SWEPT),
            "The sweep found a labeling job that had ended without a dataset, or with one that nothing"
            " trains: are the rules still working?",
        )
        self._alarm(
            "SweepFoundTrainingJob",
            counted(sweep.function, Metric.TRAINING_JOBS_SWEPT),
            "The sweep found a training job that had ended without a message, or without the"
            " next attempt: are the rules still working?",
        )

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        description: str,
        *,
        no_data: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> None:
        """An alarm at the first data point of at least 1."""
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            alarm_description=description,
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=no_data,
        )
        alarm.add_alarm_action(self._tell)
