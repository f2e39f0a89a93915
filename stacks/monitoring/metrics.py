"""Metrics for alarms and dashboard, from AWS and from the functions."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs

from groundtrain.observability import Metric
from stacks.pipeline.function import Function
from stacks.pipeline.image_checks import ImageChecks

_PERIOD = cdk.Duration.minutes(5)


def waiting_messages(queue: sqs.Queue) -> cloudwatch.Metric:
    """Messages in the queue; unlike the number sent, it includes messages moved to a dead-letter queue."""
    return queue.metric_approximate_number_of_messages_visible(period=_PERIOD, statistic="Maximum")


def oldest_message(queue: sqs.Queue) -> cloudwatch.Metric:
    """Age of the oldest message, in seconds."""
    return queue.metric_approximate_age_of_oldest_message(period=_PERIOD, statistic="Maximum")


def calls(function: Function) -> cloudwatch.Metric:
    """Invocations."""
    return function.function.metric_invocations(period=_PERIOD, statistic="Sum")


def errors(function: Function) -> cloudwatch.Metric:
    """Invocations that raised or timed out."""
    return function.function.metric_errors(period=_PERIOD, statistic="Sum")


def duration(function: Function) -> cloudwatch.Metric:
    """Longest invocation, in milliseconds."""
    return function.function.metric_duration(period=_PERIOD, statistic="Maximum")


def executions(checks: ImageChecks, name: str, *, statistic: str = "Sum") -> cloudwatch.Metric:
    """What Step Functions says of the maps over images, such as "ExecutionsFailed".

    By the machine's fixed name: what another stack imports of the pipeline could never be taken back.
    """
    return cloudwatch.Metric(
        namespace="AWS/States",
        metric_name=name,
        dimensions_map={"StateMachineArn": checks.arn},
        period=_PERIOD,
        statistic=statistic,
    )


def counted(function: Function, metric: Metric, *, period: cdk.Duration = _PERIOD) -> cloudwatch.Metric:
    """A metric that the function itself writes."""
    return cloudwatch.Metric(
        namespace=function.namespace,
        metric_name=metric.value,
        dimensions_map={"service": function.row.package},
        period=period,
        statistic="Sum",
    )
