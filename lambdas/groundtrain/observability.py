"""Structured logs and metrics of the functions; the only place that creates a logger or metrics.

Every log line about a message carries its labeling job. Metrics are written in embedded metric format, in the
environment's namespace, with one dimension, `service`: the name of the step.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics()  # namespace and service are environment variables, POWERTOOLS_…

_Answer = TypeVar("_Answer")
Handler = Callable[[dict[str, Any], LambdaContext], _Answer]


class Metric(StrEnum):
    """Names of the metrics; dashboard and alarms use the same ones."""

    WAITING = "Waiting"  # messages put off
    DATASETS_READY = "DatasetsReady"
    DATASETS_REJECTED = "DatasetsRejected"
    RECORDS_USED = "RecordsUsed"
    RECORDS_REJECTED = "RecordsRejected"
    TRAINING_JOBS_STARTED = "TrainingJobsStarted"
    TRAINING_JOBS_WAITING = "TrainingJobsWaiting"
    TRAINING_JOBS_FAILED = "TrainingJobsFailed"
    MODELS_REGISTERED = "ModelsRegistered"
    LABELING_JOBS_SWEPT = "LabelingJobsSwept"
    TRAINING_JOBS_SWEPT = "TrainingJobsSwept"


def namespace_of(environment: str) -> str:
    """CloudWatch namespace of an environment, so that environments in one account do not add up."""
    return f"groundtrain/{environment}"


def count(metric: Metric, number: int = 1) -> None:
    """Add to a metric of this invocation."""
    metrics.add_metric(name=metric, unit=MetricUnit.Count, value=number)


def append_job_key(labeling_job: str) -> None:
    """Add the labeling job to every further log line of this invocation."""
    logger.append_keys(labeling_job=labeling_job)


def append_message_keys(message: str, delivery: int) -> None:
    """Add a queue message's id and its delivery number to every further log line of this invocation."""
    logger.append_keys(message_id=message, delivery=delivery)


def observed(handler: Handler[_Answer]) -> Handler[_Answer]:
    """Decorate a handler: add its log keys, and write its metrics even when it raises."""

    @logger.inject_lambda_context(clear_state=True)
    @wraps(handler)
    def run(event: dict[str, Any], context: LambdaContext) -> _Answer:
        try:
            return handler(event, context)
        finally:
            if metrics.metric_set:
                metrics.flush_metrics()

    return run
