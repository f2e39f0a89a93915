"""The alarms: dead letters, failing functions, messages given up, and what only the sweep found."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from groundtrain.observability import Metric
from stacks.monitoring.metrics import counted, errors, executions, waiting_messages
from stacks.pipeline.function import Function
from stacks.pipeline.image_checks import ImageChecks
from stacks.pipeline.step import Step
from stacks.pipeline.sweep import Sweep

_SWEPT = {
    Metric.LABELING_JOBS_SWEPT: (
        "LabelingJob",
        "a labeling job that had ended without a dataset, or with one that nothing trains",
    ),
    Metric.TRAINING_JOBS_SWEPT: (
        "TrainingJob",
        "a training job that had ended without a message, or without the next attempt",
    ),
    Metric.UPLOADS_SWEPT: ("Upload", "a manifest without a dataset, or with one that nothing trains"),
}


class Alarms:
    """Alarms of a stack, which tell a topic."""

    def __init__(self, scope: Construct, topic: sns.ITopic) -> None:
        self._scope, self._tell = scope, actions.SnsAction(topic)

    def watch_step(self, step: Step) -> None:
        """That nothing waits in its dead letters, that it does not fail, and that it gives nothing up."""
        name = step.node.id
        self._watch_dead_letters(name, step.dead_letters)
        self._watch_errors(name, step.function)
        self._watch_given_up(name, step.function)

    def watch_sweep(self, sweep: Sweep) -> None:
        """That it does its work, and that it finds none: what it finds, an event has missed."""
        self._watch_dead_letters("Sweep", sweep.dead_letters)
        self._watch_errors("Sweep", sweep.function)
        for metric in sweep.function.row.outcomes:
            what, found = _SWEPT[metric]
            description = f"The sweep found {found}: are the rules still working?"
            self._alarm(f"SweepFound{what}", counted(sweep.function, metric), description)

    def watch_image_checks(self, checks: ImageChecks) -> None:
        """That no map over images fails: its own retries raise no alarm, and convert tells people why."""
        for name, what in (("Failed", "failed"), ("TimedOut", "took longer than it may")):
            self._alarm(
                f"ImageChecks{name}",
                executions(checks, f"Executions{name}"),
                f"Image checks: a map over images {what}; nothing is trained until it is redriven.",
            )

    def _watch_dead_letters(self, step: str, queue: sqs.Queue) -> None:
        """That SQS goes on reporting on a queue which only holds letters is not confirmed (C24)."""
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
            self._scope,
            name,
            metric=metric,
            alarm_description=description,
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=no_data,
        )
        alarm.add_alarm_action(self._tell)
