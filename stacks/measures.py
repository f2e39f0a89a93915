"""What is measured, by AWS and by the functions themselves; alarms and dashboard show the same."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs

from stacks.function import METRICS_NAMESPACE, Function

PERIOD = cdk.Duration.minutes(5)


def waiting_messages(queue: sqs.Queue) -> cloudwatch.Metric:
    """Messages in the queue; unlike those sent, it counts what was moved to the dead letters."""
    return queue.metric_approximate_number_of_messages_visible(
        period=PERIOD, statistic="Maximum", label="waiting"
    )


def oldest_message(queue: sqs.Queue) -> cloudwatch.Metric:
    """Age of the oldest message, in seconds."""
    return queue.metric_approximate_age_of_oldest_message(period=PERIOD, statistic="Maximum", label="oldest")


def calls(function: Function) -> cloudwatch.Metric:
    """Invocations."""
    return function.function.metric_invocations(period=PERIOD, statistic="Sum", label="calls")


def errors(function: Function) -> cloudwatch.Metric:
    """Invocations that raised or timed out."""
    return function.function.metric_errors(period=PERIOD, statistic="Sum", label="errors")


def duration(function: Function) -> cloudwatch.Metric:
    """Longest invocation, in milliseconds."""
    return function.function.metric_duration(period=PERIOD, statistic="Maximum", label="longest")


def counted(function: Function, name: str) -> cloudwatch.Metric:
    """What the function itself counted under that name (`groundtrain.observability.Measure`)."""
    return cloudwatch.Metric(
        namespace=METRICS_NAMESPACE,
        metric_name=name,
        dimensions_map={"service": function.package},
        period=PERIOD,
        statistic="Sum",
        label=name,
    )


def swept(function: Function) -> cloudwatch.Metric:
    """Labeling jobs that only the sweep found."""
    return counted(function, "LabelingJobsSwept")
